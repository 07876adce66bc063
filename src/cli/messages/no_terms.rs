//! A 402 without terms that can be paid: what it is instead.

use crate::pay::Lost;
use crate::protocol::{ChallengeError, Instead, Unread};
use crate::terminal::report::REFUSAL_TEXT;
use crate::terminal::safe::Safe;

use super::super::exit::Exit;
use super::Message;

const AS_IT_CAME: &str = "--no-pay shows the answer as it came";
const AS_A_PROGRAM: &str = "programs are told the terms where a browser's Accept and User-Agent are left \
                            out; --no-pay shows the answer as it came";

/// What is said of it.
pub(super) fn no_terms(lost: &Lost) -> Message {
    let unread = || {
        let each: Vec<String> =
            lost.unread.iter().map(|one| format!("{}: {}", one.carrier, one.reason)).collect();
        format!("its terms cannot be read ({})", each.join("; "))
    };
    let (found, hint) = match (lost.unread.as_slice(), &lost.instead) {
        ([Unread { reason: ChallengeError::Page, .. }], None) => {
            ("the answer is a page for people, without x402 terms".to_owned(), AS_A_PROGRAM)
        }
        ([Unread { reason: ChallengeError::HeadOnly, .. }], None) => (
            "an answer to HEAD has no body, where its terms would be".to_owned(),
            "ask with GET; --dry-run shows the terms and pays nothing",
        ),
        ([], None) => ("the answer has no x402 terms".to_owned(), AS_IT_CAME),
        // A document that is there and cannot be read is the nearer reason than words beside it.
        (_, None) | ([_, ..], Some(Instead::Words(_))) => (unread(), AS_IT_CAME),
        (_, Some(instead)) => (instead.to_string(), AS_IT_CAME),
    };
    let found = Safe::new(&found, 2 * REFUSAL_TEXT);
    let sentence =
        format!("{} asks for payment, but {found}; nothing was signed", Safe::of_url(&lost.url));
    Message::new(Exit::NoPayableOffer, sentence).hint(hint)
}
