//! A variable of the environment that is not understood.

use super::super::exit::Exit;
use super::super::help;
use super::{Message, safe};
use crate::config::environment::NotUnderstood;

/// Nothing was sent: this is looked at before anything else.
pub(super) fn not_understood(error: &NotUnderstood) -> Message {
    let message = Message::new(Exit::Usage, format!("{}; nothing was sent", safe(error)));
    match error {
        NotUnderstood::Unknown { near: Some(near), .. } => {
            message.hint(format!("it may have been meant as {near}"))
        }
        NotUnderstood::Unknown { name, near: None } => message.hint(match help::flag_named(name) {
            Some(flag) => format!("there is an option {flag}; unset the variable"),
            None => "unset it; pay402 man lists the variables at its end".to_owned(),
        }),
        NotUnderstood::NotBuilt { .. } => {
            message.hint("unset it to pay from a wallet of your own, under your own limits")
        }
        NotUnderstood::TwoKeys => message.hint("unset one of them, or say --wallet"),
        NotUnderstood::Empty(_) => message.hint("give it a value, or unset it"),
    }
}
