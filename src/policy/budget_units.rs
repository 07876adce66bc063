//! The unit in which budgets are counted: a millionth of a whole token, or of a dollar. Every price is
//! rounded up and every limit down, so that rounding never lets a budget be exceeded.

use std::fmt;

use alloy_primitives::U256;

use crate::protocol::Amount;

/// Decimal places of a millionth.
pub(super) const PLACES: u8 = 6;

/// An amount in millionths of a whole token, or of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[must_use]
pub struct BudgetUnits(u64);

impl BudgetUnits {
    /// Ten million whole tokens, where counting stops: a price at or above it fits no budget, and a
    /// million of them can be added up in 64 bits.
    pub const MAX: Self = Self(10_000_000_000_000);

    /// This many millionths, at most [`BudgetUnits::MAX`].
    pub fn new(count: u64) -> Self {
        Self(count.min(Self::MAX.0))
    }

    /// A sum as the ledger counts it, which may be beyond [`BudgetUnits::MAX`].
    pub const fn sum(count: u64) -> Self {
        Self(count)
    }

    /// What a price counts: `amount` atomic units of a token with this many decimals, rounded up.
    pub fn of_price(amount: Amount, decimals: u8) -> Self {
        let atomic = amount.atomic();
        let power = |exponent: u8| U256::from(10).checked_pow(U256::from(exponent));
        let count = if decimals > PLACES {
            power(decimals.saturating_sub(PLACES)).map(|divisor| atomic.div_ceil(divisor))
        } else {
            power(PLACES.saturating_sub(decimals)).and_then(|factor| atomic.checked_mul(factor))
        };
        // What does not fit into 64 bits is more than any budget, and no token has 84 decimals.
        count.and_then(|count| u64::try_from(count).ok()).map_or(Self::MAX, Self::new)
    }

    /// The number of millionths.
    pub const fn count(self) -> u64 {
        self.0
    }

    /// What remains after `other`; nothing, if it is more.
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Both together.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// As whole tokens or dollars: `0.05`.
impl fmt::Display for BudgetUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Amount::new(U256::from(self.0)).human(PLACES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Budget, Source};

    #[test]
    fn a_price_is_rounded_up() {
        let count = |atomic: u128, decimals| {
            BudgetUnits::of_price(Amount::new(U256::from(atomic)), decimals).count()
        };
        assert_eq!(count(10_000, 6), 10_000);
        assert_eq!(count(1, 18), 1);
        assert_eq!(count(1_000_000_000_001, 18), 2);
        assert_eq!(count(3, 2), 30_000);
        assert_eq!(count(u128::MAX, 6), BudgetUnits::MAX.count());
        let most = BudgetUnits::of_price(Amount::new(U256::MAX), 0);
        assert!(
            most > Budget::parse("999999999999/total", Source::Flag("--test"), None)
                .unwrap()
                .most()
        );
    }
}
