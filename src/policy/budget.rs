//! Budgets: the most to spend in a rolling period, and how much of one is left.
//!
//! They are counted in [`BudgetUnits`]. The ledger computes the sums.

use std::fmt;

use thiserror::Error;
use url::Url;

use super::budget_units::{BudgetUnits, PLACES};
use super::cap::{Cap, CapError};
use super::origin::{authority, host};
use super::quote::Quote;
use super::source::Source;
use crate::protocol::Asset;

/// How long a payment counts against a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// The last 3600 seconds.
    Hour,
    /// The last 24 hours.
    Day,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
    /// Since the beginning of the ledger.
    Total,
}

impl Period {
    /// Every period, the shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Total];

    /// Its length in seconds; `None` for [`Period::Total`], which never ends.
    pub const fn seconds(self) -> Option<u64> {
        match self {
            Self::Hour => Some(3_600),
            Self::Day => Some(86_400),
            Self::Week => Some(604_800),
            Self::Month => Some(2_592_000),
            Self::Total => None,
        }
    }

    /// The word for it, which is also its grammar.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Total => "total",
        }
    }
}

/// How long a payment that its server refused, or that never left this machine, counts against a budget.
/// A refusal is a server's word: one that lies can settle the payment all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Refused {
    /// Until it cannot settle any more.
    #[default]
    UntilExpiry,
    /// Like one without an answer: until a chain has said that it never settled.
    UntilProved,
}

impl Refused {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::UntilExpiry, Self::UntilProved];

    /// The word for it in the owner's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UntilExpiry => "until-expiry",
            Self::UntilProved => "until-proved",
        }
    }

    /// The one a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refused| refused.word() == word)
    }
}

/// The most to spend in a rolling period: in dollars over all dollar stablecoins together, or in one
/// asset over all its networks together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// How much.
    pub limit: Cap,
    /// In what time.
    pub period: Period,
    /// Where it is written.
    pub source: Source,
    /// The only host it is for, as `host` or `host:port` in lower case; `None` is for all together.
    pub host: Option<String>,
    /// How long what was refused counts.
    pub refused: Refused,
}

/// Why a text is not a budget.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BudgetError {
    /// No known period after a slash.
    #[error("a budget is AMOUNT/PERIOD, with hour, day, week, month or total for the period")]
    Period,
    /// The part before the slash is not an amount.
    #[error(transparent)]
    Amount(#[from] CapError),
}

impl Budget {
    /// Reads `AMOUNT/PERIOD`: `5/day`, `$0.50/hour`, `20 EURC/total`. A host, where one is given, is
    /// `host` or `host:port`.
    pub fn parse(text: &str, source: Source, host: Option<&str>) -> Result<Self, BudgetError> {
        let (amount, word) = text.rsplit_once('/').ok_or(BudgetError::Period)?;
        let period =
            Period::ALL.into_iter().find(|p| p.word() == word).ok_or(BudgetError::Period)?;
        let host = host.map(str::to_ascii_lowercase);
        let limit = Cap::parse(amount)?;
        Ok(Self { limit, period, source, host, refused: Refused::default() })
    }

    /// The limit, rounded down, and always below what a price at [`BudgetUnits::MAX`] needs.
    pub fn most(&self) -> BudgetUnits {
        let count = self.limit.in_places(PLACES);
        let below = BudgetUnits::MAX.count().saturating_sub(1);
        BudgetUnits::new(u64::try_from(count).unwrap_or(below).min(below))
    }

    /// Whether a payment in `asset` to `url` counts against it. An asset of another unit does not:
    /// amounts of different units are never added.
    pub fn counts(&self, asset: &Asset, url: &Url) -> bool {
        self.limit.unit.counts(asset)
            && self.host.as_deref().is_none_or(|limited| {
                host(url).is_some_and(|own| own == limited)
                    || authority(url).is_some_and(|own| own == limited)
            })
    }
}

/// As it is written: `$5/day`, `20 EURC/total`.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.limit, self.period.word())
    }
}

/// How a budget stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Which.
    pub budget: Budget,
    /// Settled within the period.
    pub spent: BudgetUnits,
    /// Signed within the period and beyond its validity, with an outcome nobody has told: it may
    /// have been settled, so it counts as if it had been until a chain says otherwise.
    pub unproven: BudgetUnits,
    /// Signed, and still able to settle, whenever it was signed.
    pub outstanding: BudgetUnits,
    /// Of the two before, what was refused, or never left, and counts until it is proved not to have
    /// settled.
    pub refused: BudgetUnits,
    /// What may still be signed.
    pub left: BudgetUnits,
    /// When the next part of it comes free by itself, in Unix seconds, if any does.
    pub next_release: Option<u64>,
}

impl Balance {
    /// A budget that nothing counts against.
    pub fn untouched(budget: &Budget) -> Self {
        let none = BudgetUnits::default();
        Self {
            budget: budget.clone(),
            spent: none,
            unproven: none,
            outstanding: none,
            refused: none,
            left: budget.most(),
            next_release: None,
        }
    }
}

/// A payment that does not fit into a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The budget, as it stands without the payment.
    pub balance: Balance,
    /// What the payment would count.
    pub needed: BudgetUnits,
    /// When there is room for it, in Unix seconds, if time alone makes any.
    pub fits_at: Option<u64>,
}

impl Shortage {
    /// The shortage of a budget that nothing counts against, if even that is too small for a quote.
    pub fn untouched(budget: &Budget, quote: &Quote) -> Option<Self> {
        let needed = BudgetUnits::of_price(quote.amount, quote.asset.decimals);
        let balance = Balance::untouched(budget);
        (needed > balance.left).then_some(Self { balance, needed, fits_at: None })
    }
}

#[cfg(test)]
mod tests {
    use super::super::quote::tests::quote;
    use super::*;
    use crate::protocol::Amount;
    use crate::protocol::{ASSETS, Network};
    use alloy_primitives::U256;
    use proptest::prelude::*;

    fn asset(network: &str, symbol: &str) -> &'static Asset {
        let network = Network::named(network).unwrap();
        ASSETS.iter().find(|a| a.network == network && a.symbol == symbol).unwrap()
    }

    fn budget(text: &str, host: Option<&str>) -> Budget {
        Budget::parse(text, Source::Flag("--budget"), host).unwrap()
    }

    #[test]
    fn a_dot_at_the_end_of_a_host_is_no_way_around() {
        let limited = budget("5/day", Some("shop.example"));
        let usdc = asset("base", "USDC");
        for url in ["https://shop.example/", "https://shop.example./", "https://SHOP.example.:443/"]
        {
            assert!(limited.counts(usdc, &url.parse().unwrap()), "{url}");
        }
        assert!(!limited.counts(usdc, &"https://other.example./".parse().unwrap()));
    }

    #[test]
    fn reads_an_amount_and_a_period() {
        for (text, shown, most) in [
            ("5/day", "$5/day", 5_000_000),
            ("$0.50/hour", "$0.5/hour", 500_000),
            ("20 EURC/total", "20 EURC/total", 20_000_000),
            ("0.0000019/week", "$0.0000019/week", 1),
            ("999999999999/month", "$999999999999/month", 9_999_999_999_999),
        ] {
            let budget = budget(text, None);
            assert_eq!((budget.to_string().as_str(), budget.most().count()), (shown, most));
        }
    }

    #[test]
    fn nothing_else_parses() {
        let parse = |text| Budget::parse(text, Source::Flag("--test"), None);
        for text in ["", "5", "5/", "5/Day", "5/day ", "5/ day", "5/days", "5/year", "5/1h", "/"] {
            assert_eq!(parse(text), Err(BudgetError::Period), "{text:?}");
        }
        for text in ["/day", "-5/day", "5 /day", "5/5/day", "5$/day", "1e3/day"] {
            assert_eq!(parse(text), Err(BudgetError::Amount(CapError::Grammar)), "{text:?}");
        }
        let unknown = CapError::UnknownAsset("DOGE".into());
        assert_eq!(parse("5 DOGE/day"), Err(BudgetError::Amount(unknown)));
    }

    #[test]
    fn a_period_is_as_long_as_its_word_says() {
        let hours = |word: &str| {
            budget(&format!("5/{word}"), None).period.seconds().map(|seconds| seconds / 60 / 60)
        };
        assert_eq!(["hour", "day", "week", "month"].map(hours), [1, 24, 7 * 24, 30 * 24].map(Some));
        assert_eq!(hours("total"), None);
    }

    #[test]
    fn the_words_for_what_was_refused() {
        assert_eq!(Refused::named("until-expiry"), Some(Refused::UntilExpiry));
        assert_eq!(Refused::named("until-proved"), Some(Refused::UntilProved));
        assert_eq!(Refused::named("never"), None);
        assert_eq!(Refused::ALL.map(Refused::word), ["until-expiry", "until-proved"]);
    }

    #[test]
    fn an_empty_budget_is_short_of_what_is_above_it() {
        let limit = budget("0.05/day", None);
        let short = |atomic| Shortage::untouched(&limit, &quote("base", "USDC", atomic));
        assert_eq!(short(50_000), None);
        let shortage = short(50_001).unwrap();
        assert_eq!((shortage.needed, shortage.fits_at), (BudgetUnits::new(50_001), None));
        assert_eq!(shortage.needed.to_string(), "0.050001");
        assert_eq!(shortage.balance.left.to_string(), "0.05");
    }

    #[test]
    fn counts_only_its_unit_and_its_host() {
        let url: Url = "https://example.com/x".parse().unwrap();
        let (usdc, eurc) = (asset("base", "USDC"), asset("base", "EURC"));
        assert!(budget("5/day", None).counts(usdc, &url));
        assert!(!budget("5/day", None).counts(eurc, &url));
        assert!(budget("5 eurc/day", None).counts(eurc, &url));
        for (host, counts) in [
            ("example.com", true),
            ("EXAMPLE.com:443", true),
            ("example.com:8443", false),
            ("www.example.com", false),
        ] {
            assert_eq!(budget("5/day", Some(host)).counts(usdc, &url), counts, "{host}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = Budget::parse(&text, Source::Flag("--test"), None);
        }

        #[test]
        fn whatever_fits_is_within_the_limit(
            prices in proptest::collection::vec(0_u64..3_000_000, 1..20),
            decimals in 0_u8..=18,
            limit in 0_u64..5_000_000_000,
            places in 0_usize..=12,
        ) {
            // What is signed, and the limit, both in 10^-18 of a token: exact.
            let digits = format!("{limit:0>width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let text = if places == 0 { digits.clone() } else { format!("{whole}.{fraction}") };
            let most = budget(&format!("{text}/day"), None).most();
            let exact = |count: u64, places: u32| U256::from(count) * U256::from(10).pow(U256::from(18 - places));
            let mut counted = BudgetUnits::default();
            let mut signed = U256::ZERO;
            for price in prices {
                let needed = BudgetUnits::of_price(Amount::new(U256::from(price)), decimals);
                if counted.plus(needed) <= most {
                    counted = counted.plus(needed);
                    signed += exact(price, u32::from(decimals));
                }
            }
            prop_assert!(signed <= exact(limit, u32::try_from(places).unwrap()));
        }
    }
}
