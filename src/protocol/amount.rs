//! Amounts in atomic units.

use std::fmt;

use alloy_primitives::U256;
use thiserror::Error;

/// An amount of a token in atomic units (0.01 USDC is 10000).
///
/// The only way in from outside is [`Amount::parse`]; no float ever touches one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(U256);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AmountError {
    /// It does not match `0|[1-9][0-9]{0,77}`.
    #[error("an amount is a decimal integer without sign, spaces, point or leading zeros")]
    Grammar,
    /// It is 2^256 or more.
    #[error("an amount is below 2^256")]
    TooLarge,
}

impl Amount {
    /// An amount of this many atomic units.
    pub const fn new(atomic: U256) -> Self {
        Self(atomic)
    }

    /// Reads `0|[1-9][0-9]{0,77}` below 2^256 (the grammar of every amount string in x402).
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let digits = text.as_bytes();
        let well_formed = matches!(digits, [b'0'] | [b'1'..=b'9', ..])
            && digits.len() <= 78
            && digits.iter().all(u8::is_ascii_digit);
        if !well_formed {
            return Err(AmountError::Grammar);
        }
        U256::from_str_radix(text, 10).map(Self).map_err(|_| AmountError::TooLarge)
    }

    /// The number of atomic units.
    pub const fn atomic(self) -> U256 {
        self.0
    }

    /// The amount in whole tokens as exact decimal text, without trailing zeros: `0.01`, `12`.
    pub fn human(self, decimals: u8) -> String {
        let places = usize::from(decimals);
        let digits = format!("{:0>width$}", self.0.to_string(), width = places.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        }
    }
}

/// Atomic units, in decimal: how x402 writes an amount.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_everything_but_plain_digits() {
        let long = "1".repeat(79);
        for text in ["", "1e3", "0x10", " 12", "12 ", "+5", "-1", "1.0", "٣", "010", "00", &long] {
            assert_eq!(Amount::parse(text), Err(AmountError::Grammar), "{text:?}");
        }
    }

    #[test]
    fn knows_the_edge_of_256_bits() {
        let max = U256::MAX.to_string();
        assert_eq!(Amount::parse(&max), Ok(Amount(U256::MAX)));
        let over = format!("{}6", max.strip_suffix('5').unwrap());
        assert_eq!(Amount::parse(&over), Err(AmountError::TooLarge));
    }

    #[test]
    fn shows_whole_tokens_exactly() {
        for (atomic, decimals, human) in [
            ("10000", 6, "0.01"),
            ("1", 6, "0.000001"),
            ("0", 6, "0"),
            ("1000000", 6, "1"),
            ("1234500000", 6, "1234.5"),
            ("5", 0, "5"),
            ("1000000000000000000", 18, "1"),
        ] {
            assert_eq!(Amount::parse(atomic).unwrap().human(decimals), human);
        }
    }

    proptest! {
        #[test]
        fn round_trips(bytes in any::<[u8; 32]>()) {
            let amount = Amount(U256::from_be_bytes(bytes));
            prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
        }

        #[test]
        fn never_panics(text in ".{0,100}") {
            let _ = Amount::parse(&text);
        }

        #[test]
        fn human_is_the_same_number(atomic in any::<u128>(), decimals in 0u8..=30) {
            let human = Amount(U256::from(atomic)).human(decimals);
            let (whole, fraction) = human.split_once('.').unwrap_or((&human, ""));
            let padded = format!("{whole}{fraction:0<width$}", width = usize::from(decimals));
            prop_assert_eq!(U256::from_str_radix(&padded, 10).unwrap(), U256::from(atomic));
        }
    }
}
