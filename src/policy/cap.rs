//! Caps: an amount of money as a person writes it, with its unit.

use std::fmt;

use alloy_primitives::U256;
use thiserror::Error;

use crate::protocol::{Amount, Asset};

/// Most digits before the point of a cap: far beyond any token's supply, and far from overflow.
const MAX_WHOLE_DIGITS: usize = 30;
/// Most digits after the point of a cap: as many as any token has decimals.
const MAX_FRACTION_DIGITS: usize = 30;

/// What a cap's number counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// US dollars: comparable with stablecoins that the asset table marks as pegged to it.
    Dollars,
    /// Whole tokens of the asset with this symbol.
    Asset(String),
}

impl Unit {
    /// Whether amounts of `asset` are of this unit.
    pub fn counts(&self, asset: &Asset) -> bool {
        match self {
            Self::Dollars => asset.dollar,
            Self::Asset(symbol) => asset.symbol.eq_ignore_ascii_case(symbol),
        }
    }
}

/// The most to pay, in whole units. Compared with an amount of the same unit or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The digits without the point.
    digits: U256,
    /// How many of them stand after the point.
    places: u8,
    /// What they count.
    pub unit: Unit,
}

/// Why a text is not a cap.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CapError {
    /// Not digits with at most one point between them, and a unit.
    #[error("an amount is digits with at most one point, as in 0.05, $0.05 or \"0.05 USDC\"")]
    Grammar,
    /// More digits than money has.
    #[error("the amount has too many digits")]
    TooLong,
    /// A symbol no known asset goes by.
    #[error("no known asset is called {0:?}")]
    UnknownAsset(String),
}

impl Cap {
    /// Reads `0.05`, `$0.05`, `0.05 USDC`. Digits and one point; nothing else parses.
    pub fn parse(text: &str) -> Result<Self, CapError> {
        let (number, symbol) = match (text.strip_prefix('$'), text.split_once(' ')) {
            (Some(number), _) => (number, None),
            (None, Some((number, symbol))) => (number, Some(symbol)),
            (None, None) => (text, None),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return Err(CapError::Grammar),
            Some((whole, fraction)) => (whole, fraction),
            None => (number, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(CapError::Grammar);
        }
        let unit = match symbol {
            None => Unit::Dollars,
            Some(symbol) if Asset::symbol_is_known(symbol) => Unit::Asset(symbol.to_owned()),
            Some(symbol) if is_plain(symbol) => {
                return Err(CapError::UnknownAsset(symbol.to_owned()));
            }
            Some(_) => return Err(CapError::Grammar),
        };
        if whole.len() > MAX_WHOLE_DIGITS || fraction.len() > MAX_FRACTION_DIGITS {
            return Err(CapError::TooLong);
        }
        let digits = U256::from_str_radix(&format!("{whole}{fraction}"), 10)
            .map_err(|_| CapError::TooLong)?;
        let places = u8::try_from(fraction.len()).map_err(|_| CapError::TooLong)?;
        Ok(Self { digits, places, unit })
    }

    /// The cap in atomic units of `asset`, rounded down; `None` where the units differ.
    pub fn in_atomic_units_of(&self, asset: &Asset) -> Option<Amount> {
        if !self.unit.counts(asset) {
            return None;
        }
        Some(Amount::new(self.in_places(asset.decimals)))
    }

    /// The number alone, as a count of units with this many decimal places, rounded down.
    pub(super) fn in_places(&self, places: u8) -> U256 {
        let power = |exponent: u8| U256::from(10).checked_pow(U256::from(exponent));
        if places >= self.places {
            // 60 digits at most, times 10^places: what overflows is above any amount there is.
            power(places.saturating_sub(self.places))
                .and_then(|factor| self.digits.checked_mul(factor))
                .unwrap_or(U256::MAX)
        } else {
            power(self.places.saturating_sub(places))
                .and_then(|divisor| self.digits.checked_div(divisor))
                .unwrap_or(U256::ZERO)
        }
    }
}

fn is_plain(symbol: &str) -> bool {
    !symbol.is_empty() && symbol.len() <= 16 && symbol.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// As a person would write it: `$0.05`, `0.05 EURC`.
impl Cap {
    /// The number alone, as a decimal.
    pub fn number(&self) -> String {
        Amount::new(self.digits).human(self.places)
    }
}

impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        match &self.unit {
            Unit::Dollars => write!(f, "${number}"),
            Unit::Asset(symbol) => write!(f, "{number} {symbol}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ASSETS, Network};
    use proptest::prelude::*;

    fn asset(network: &str, symbol: &str) -> &'static Asset {
        let network = Network::named(network).unwrap();
        ASSETS.iter().find(|a| a.network == network && a.symbol == symbol).unwrap()
    }

    fn atomic(cap: &str, asset: &Asset) -> Option<String> {
        Cap::parse(cap).unwrap().in_atomic_units_of(asset).map(|amount| amount.to_string())
    }

    #[test]
    fn reads_the_four_forms() {
        for (text, shown) in [
            ("0.05", "$0.05"),
            ("$0.05", "$0.05"),
            ("0.05 USDC", "0.05 USDC"),
            ("0.05 EURC", "0.05 EURC"),
            ("1", "$1"),
            ("0", "$0"),
            ("007.50", "$7.5"),
        ] {
            assert_eq!(Cap::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn nothing_else_parses() {
        for text in [
            "", "$", ".", ".5", "5.", "1e3", "1,000", "-1", "+1", " 1", "1 ", "0x10", "1.2.3", "١",
            "$1 USDC", "1  USDC", "1 USDC ", "1_000", "inf", "NaN", "$ 1", "€1", "1 U$D",
        ] {
            assert_eq!(Cap::parse(text), Err(CapError::Grammar), "{text:?}");
        }
        assert_eq!(Cap::parse("1 DOGE"), Err(CapError::UnknownAsset("DOGE".to_owned())));
    }

    #[test]
    fn money_has_no_more_digits_than_that() {
        let with = |whole, fraction| {
            Cap::parse(&format!("{}.{}", "9".repeat(whole), "9".repeat(fraction)))
        };
        assert!(with(MAX_WHOLE_DIGITS, MAX_FRACTION_DIGITS).is_ok());
        for (whole, fraction) in [(31, 1), (1, 31), (32, 1), (1, 32)] {
            assert_eq!(with(whole, fraction), Err(CapError::TooLong), "{whole} {fraction}");
        }
        let symbol = |letters| Cap::parse(&format!("1 {}", "x".repeat(letters)));
        assert!(matches!(symbol(16), Err(CapError::UnknownAsset(_))));
        assert_eq!(symbol(17), Err(CapError::Grammar), "no message repeats a long one");
    }

    #[test]
    fn compares_only_what_has_the_same_unit() {
        let (usdc, eurc) = (asset("base", "USDC"), asset("base", "EURC"));
        assert_eq!(atomic("0.05", usdc).as_deref(), Some("50000"));
        assert_eq!(atomic("0.05 usdc", usdc).as_deref(), Some("50000"));
        assert_eq!(atomic("0.05", eurc), None);
        assert_eq!(atomic("0.05 EURC", usdc), None);
        assert_eq!(atomic("0.05 EURC", eurc).as_deref(), Some("50000"));
    }

    #[test]
    fn counts_in_the_assets_own_decimals_and_rounds_down() {
        assert_eq!(atomic("1", asset("bsc", "USDC")).as_deref(), Some("1000000000000000000"));
        assert_eq!(atomic("0.0000019", asset("base", "USDC")).as_deref(), Some("1"));
        assert_eq!(atomic("0.0000009", asset("base", "USDC")).as_deref(), Some("0"));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            if let Ok(cap) = Cap::parse(&text) {
                for asset in ASSETS {
                    let _ = cap.in_atomic_units_of(asset);
                }
            }
        }

        #[test]
        fn a_whole_cap_is_exact(dollars in 0u64..1_000_000, cents in 0u64..100) {
            let usdc = asset("base", "USDC");
            let expected = (dollars * 100 + cents) * 10_000;
            prop_assert_eq!(atomic(&format!("{dollars}.{cents:02}"), usdc), Some(expected.to_string()));
        }
    }
}
