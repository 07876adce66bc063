//! What can be asked of a ledger.

use alloy_primitives::Address;

use super::state::State;
use crate::policy::Trust;
use crate::protocol::Amount;

/// Which entries are meant; without any condition, all. Times are Unix seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Paid to this host: `host`, or `host:port`.
    pub host: Option<String>,
    /// In one of these states; none named is any.
    pub states: Vec<State>,
    /// Reserved at this time or later.
    pub since: Option<u64>,
    /// Reserved before this time.
    pub until: Option<u64>,
    /// On the network with this CAIP-2 identifier.
    pub network: Option<String>,
    /// Only what was paid, or may have been, and has not arrived whole.
    pub undelivered: bool,
}

/// By what settled amounts are summed. Amounts of different assets never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// All together.
    Asset,
    /// By UTC day.
    Day,
    /// By host and port.
    Host,
}

/// What settled in one asset on one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The day, as days since 1970-01-01 UTC, where it is by day.
    pub day: Option<u64>,
    /// Host and port, where it is by host.
    pub host: Option<String>,
    /// The network as CAIP-2.
    pub network: String,
    /// The token contract.
    pub asset: Address,
    /// What people call the token.
    pub symbol: String,
    /// Decimal places between atomic units and whole tokens.
    pub decimals: u8,
    /// How many payments.
    pub payments: u64,
    /// How much together, in atomic units.
    pub amount: Amount,
}

/// One line of what the owner trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// Scheme, host and port.
    pub origin: String,
    /// What it may ask for.
    pub trust: Trust,
    /// Since when, in Unix seconds.
    pub since: u64,
}

/// Why a payment is declared expired. Either can be said only after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// The chain says that its nonce was never used.
    Unused,
    /// It was refused, and there is nobody to ask.
    Lapsed,
}
