//! The two versions of x402 the sandbox speaks.

/// A version of the x402 protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Version 1: terms in the JSON body, payment in `X-PAYMENT`.
    V1,
    /// Version 2: everything in `PAYMENT-…` headers.
    V2,
}

impl Version {
    /// Both, older first.
    pub(super) const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// The version of this `x402Version`.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.number() == number)
    }

    /// The `x402Version` of this version.
    pub fn number(self) -> u64 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }

    /// How this version names the sandbox's network.
    pub(super) fn network(self) -> &'static str {
        match self {
            Self::V1 => "base-sepolia",
            Self::V2 => "eip155:84532",
        }
    }
}
