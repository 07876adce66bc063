//! The states of a payment and every way from one to the next. The table is in the room's
//! documentation; [`State::after`] is the only place that knows it.

use super::words::words;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// There is room for it; nothing is signed.
    Reserved,
    /// Its signature is recorded.
    Signed,
    /// It is signed, and no byte of it ever left this machine: nobody else has it.
    Unsent,
    /// It has left, and no answer is recorded.
    Sent,
    /// Every sending of it was refused. A refusal is a server's word; the signature is still good.
    Rejected,
    /// At least one sending of it had no answer that tells what became of the money.
    Unknown,
    /// The money moved. Final.
    Settled,
    /// It never settled and cannot any more. Final.
    Expired,
}

/// What can happen to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// Its signature was made and is recorded.
    Sign,
    /// A process takes over what one that died had signed, and may have sent.
    Adopt,
    /// It leaves, for the first time or once more.
    Send,
    /// It did not leave: what was recorded as its only sending ended before the first byte.
    Stay,
    /// The server says it settled, and what it says fits.
    Settle,
    /// The server refuses it.
    Refuse,
    /// There was no answer, or none that can be relied on.
    Silence,
    /// A chain says it settled.
    Prove,
    /// A chain says, after its end, that it never settled.
    Unused,
    /// Its end is over, and the server's refusal is all there is to go by.
    Lapse,
}

impl State {
    /// The state after an event; `None` where the event cannot happen.
    pub const fn after(self, event: Event) -> Option<Self> {
        use Event::{Adopt, Lapse, Prove, Refuse, Send, Settle, Sign, Silence, Stay, Unused};
        use State::{Expired, Rejected, Reserved, Sent, Settled, Signed, Unknown, Unsent};
        match (self, event) {
            (Reserved, Sign) => Some(Signed),
            (Signed | Unsent | Rejected, Send) => Some(Sent),
            (Signed | Sent, Stay) => Some(Unsent),
            (Sent, Refuse) => Some(Rejected),
            // Sent once more, the sending before was never answered, and no answer speaks for it.
            (Signed, Adopt)
            | (Sent, Send | Silence)
            | (Unknown, Send | Stay | Refuse | Silence) => Some(Unknown),
            (Sent | Unknown, Settle) | (Signed | Unsent | Sent | Rejected | Unknown, Prove) => {
                Some(Settled)
            }
            (Signed | Unsent | Sent | Rejected | Unknown, Unused) | (Unsent | Rejected, Lapse) => {
                Some(Expired)
            }
            _ => None,
        }
    }

    /// Whether nothing can happen to it any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Settled | Self::Expired)
    }

    /// Whether there is a signature with its outcome open.
    pub const fn is_open(self) -> bool {
        use State::{Rejected, Sent, Signed, Unknown, Unsent};
        matches!(self, Signed | Unsent | Sent | Rejected | Unknown)
    }
}

words! { State {
    Reserved = "reserved",
    Signed = "signed",
    Unsent = "unsent",
    Sent = "sent",
    Rejected = "rejected",
    Unknown = "unknown",
    Settled = "settled",
    Expired = "expired",
} }

#[cfg(test)]
mod tests {
    use super::Event::{Refuse, Send, Silence, Stay};
    use super::*;

    const EVENTS: [Event; 10] = [
        Event::Sign,
        Event::Adopt,
        Event::Send,
        Event::Stay,
        Event::Settle,
        Event::Refuse,
        Event::Silence,
        Event::Prove,
        Event::Unused,
        Event::Lapse,
    ];

    #[test]
    fn final_states_are_final_and_no_other_is() {
        for &state in State::ALL {
            let ends = EVENTS.iter().all(|event| state.after(*event).is_none());
            assert_eq!(ends, state.is_final(), "{state}");
            assert_eq!(State::named(state.word()), Some(state));
        }
    }

    #[test]
    fn the_documented_table_is_the_one_that_holds() {
        let names = [
            "sign", "adopt", "send", "stay", "settle", "refuse", "silence", "prove", "unused",
            "lapse",
        ];
        let documentation = include_str!("mod.rs");
        for &state in State::ALL {
            let cells: Vec<_> = EVENTS
                .iter()
                .map(|event| state.after(*event).map_or("", State::word))
                .map(|cell| if cell.is_empty() { "|".to_owned() } else { format!("| {cell}") })
                .collect();
            let row = format!("//! | {state} {} |", cells.join(" "));
            assert!(documentation.contains(&row), "mod.rs lacks\n{row}");
        }
        let head = format!("//! | | {} |", names.join(" | "));
        assert!(documentation.contains(&head), "mod.rs lacks\n{head}");
    }

    #[test]
    fn one_silence_outweighs_any_refusal() {
        let walk = |events: &[Event]| {
            events.iter().try_fold(State::Signed, |state, event| state.after(*event))
        };
        assert_eq!(walk(&[Send, Refuse, Send, Refuse]), Some(State::Rejected));
        assert_eq!(walk(&[Send, Silence, Send, Refuse]), Some(State::Unknown));
        assert_eq!(walk(&[Send, Refuse, Send, Silence]), Some(State::Unknown));
        // Nothing left, twice; the third sending did.
        assert_eq!(walk(&[Send, Stay, Send, Stay]), Some(State::Unsent));
        assert_eq!(walk(&[Send, Stay, Send, Silence]), Some(State::Unknown));
        assert_eq!(walk(&[Send, Silence, Send, Stay]), Some(State::Unknown));
        // The first sending's process died: what became of it nobody knows.
        assert_eq!(walk(&[Send, Send, Refuse]), Some(State::Unknown));
    }
}
