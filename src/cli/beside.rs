//! What is written beside a body: the cookies of a run, and the tag of an answer. And what a condition
//! on time makes of an answer from a server that does not know conditions.

use std::path::{Path, PathBuf};

use ::http::header::{ETAG, LAST_MODIFIED};

use crate::http::Head;

use super::args::RequestArgs;
use super::failure::Failure;
use super::goods::Goods;
use super::output::{Sink, answer as print};
use super::settings::{Material, is_older};

/// Writes the cookies of a run to the file of `-c`, if there is one. Whether that went well: the
/// answers have been delivered by now, so it is no more than worth a word.
pub(super) fn write_cookies(args: &RequestArgs, material: &Material, goods: &Goods) -> bool {
    let Some(path) = args.cookies.cookie_jar.as_deref() else { return true };
    let text = material.cookies();
    if path.as_os_str() == "-" {
        return print(&text).is_ok();
    }
    if goods.hold(path) {
        return false;
    }
    let Ok(mut sink) = Sink::open(Some(path)) else { return false };
    sink.write(text.as_bytes()).and_then(|()| sink.complete()).is_ok()
}

/// The file of `--etag-save`, proved writable before anything is sent.
pub(super) struct TagFile(Option<(Sink, PathBuf)>);

impl TagFile {
    /// Opens it, if there is one.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        path.map(|path| Ok((Sink::open(Some(path))?, path.to_owned()))).transpose().map(Self)
    }

    /// Writes an answer's tag; the file is empty if it has none. Whether that went well.
    pub(super) fn write(self, head: &Head, goods: &Goods) -> bool {
        let Some((mut sink, path)) = self.0 else { return true };
        if goods.hold(&path) {
            return false;
        }
        let tag = head.headers.get(ETAG);
        let line = tag.map(|tag| [tag.as_bytes(), b"\n"].concat()).unwrap_or_default();
        sink.write(&line).and_then(|()| sink.complete()).is_ok()
    }
}

/// Whether an answer says of itself that it does not meet the condition of `-z`, and is not wanted.
/// As in curl, a part of a resource is wanted all the same.
pub(super) fn is_unwanted(args: &RequestArgs, head: &Head) -> bool {
    let Some(condition) = args.time_cond.as_deref().filter(|_| args.range.is_none()) else {
        return false;
    };
    let modified = head.headers.get(LAST_MODIFIED).and_then(|value| value.to_str().ok());
    head.status.is_success() && modified.is_some_and(|modified| is_older(condition, modified))
}
