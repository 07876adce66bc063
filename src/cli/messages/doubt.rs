//! What to do about a file that is not believed, whichever it is.

use crate::ownership::Doubt;

use super::super::shell::quoted;
use super::safe;

pub(super) fn hint(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Loose { path, .. } => format!("chmod go-w {}", quoted(&safe(&path.display()))),
        Doubt::NotOurs { .. } => "only what is yours, or root's, is believed".into(),
        Doubt::Nowhere { .. } => {
            "put back what it leads to, or remove the link: what is hidden is not taken for missing"
                .into()
        }
        Doubt::NotAFile { .. } => "put a file there, or nothing".into(),
        Doubt::Unreadable { .. } => "fix the permissions of that file or directory".into(),
    }
}
