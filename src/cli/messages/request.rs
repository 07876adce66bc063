//! A request that cannot be made of what was typed.

use std::io;

use super::super::exit::Exit;
use super::unwritable::NOTHING_SENT;
use super::{Message, not_a, safe, usage};
use crate::terminal::prompt::PromptError;
use crate::terminal::safe::shown_path;
use crate::transfer::RequestError;

/// Why a request cannot be made.
pub(super) fn request(error: &RequestError) -> Message {
    use RequestError as E;
    match error {
        E::Url(error) => Message::new(Exit::Url, safe(error)),
        E::UserInUrl => Message::new(Exit::Login, "the URL names a user")
            .hint("name it with -u, or leave --disallow-username-in-url out"),
        E::TwoMethods => usage("-I, data, -F and -T each want a method of their own".into())
            .hint("use one of them, or -G to put the data in the URL"),
        E::BadForm(name) => usage(not_a("field of a form", name))
            .hint("a field is NAME=TEXT, NAME=@FILE or NAME=<FILE, then ;type=KIND/KIND"),
        E::Condition(text) => usage(format!("{:?} is neither a date nor a file", safe(text)))
            .hint("a date is 2026-01-31, or as in \"31 Jan 2026 12:00:00 GMT\""),
        E::BadMethod(name) => usage(format!("{:?} is not a method", safe(name))),
        E::BadHeader(name) => usage(not_a("header", name))
            .hint("a header is \"Name: value\", \"Name:\" to remove it, \"Name;\" for none"),
        E::QueryNotText => usage("the data for -G is not text".into()),
        E::Input { path, source } if source.kind() == io::ErrorKind::TimedOut => {
            Message::new(Exit::Timeout, format!("nobody wrote to {} in time", shown_path(path)))
        }
        E::Input { path, source } => {
            Message::new(Exit::Read, format!("cannot read {}: {source}", shown_path(path)))
        }
        E::NothingLeft { path, from } => {
            let path = shown_path(path);
            let sentence =
                format!("{path} has no more than {from} bytes: nothing is left to upload");
            Message::new(Exit::Partial, sentence).hint(NOTHING_SENT)
        }
        E::UserPassword(PromptError::Interrupted) => {
            Message::new(Exit::Interrupted, "interrupted; nothing was sent")
        }
        E::UserPassword(error) => usage(format!("no password for the user of -u: {error}"))
            .hint("write -u USER:PASSWORD; with nothing after the colon it is empty"),
    }
}
