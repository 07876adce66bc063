//! What of a payment counts against a budget: the rule, for one entry. A store may add up in its own way what
//! it keeps sums of; the model test holds its balances against this.

#[cfg(test)]
use super::entry::Entry;
use super::state::State;
#[cfg(test)]
use crate::policy::{Budget, BudgetUnits, Refused};

/// Whether an entry's end is the last that is said of it: that nobody took it is known, so that it stops
/// counting when it cannot settle any more. With `until_proved` the owner wants a chain's word for that.
pub(super) const fn ends_with_validity(state: State, until_proved: bool) -> bool {
    matches!(state, State::Unsent | State::Rejected) && !until_proved
}

/// What a store's sums are held against: how much of an entry counts against a budget that counts its asset and its host. `now` is in Unix seconds.
#[cfg(test)]
pub(super) fn counted(entry: &Entry, budget: &Budget, now: u64) -> BudgetUnits {
    let period = budget.period.seconds();
    let is_within = period.is_none_or(|period| now < entry.reserved_at.saturating_add(period));
    let amount = BudgetUnits::of_price(entry.settled.unwrap_or(entry.amount), entry.decimals);
    let until_proved = budget.refused == Refused::UntilProved;
    let counts = match entry.state {
        State::Expired => false,
        State::Settled => is_within,
        // A signature that can still settle counts whatever its age.
        _ if now < entry.lapses_at() => true,
        state => is_within && !ends_with_validity(state, until_proved),
    };
    if counts { amount } else { BudgetUnits::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_took_ends_with_its_validity() {
        for &state in State::ALL {
            let ends = matches!(state.word(), "unsent" | "rejected");
            assert_eq!(ends_with_validity(state, false), ends, "{state}");
            assert!(!ends_with_validity(state, true), "{state}");
        }
    }
}
