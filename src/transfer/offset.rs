//! Where a download or an upload goes on (`-C`).

use super::{BodyPlace, ContinueAt, Target, TransferOptions, in_directory};

/// Where the body of a target goes on, in bytes: `-C`. An upload goes on elsewhere.
pub(crate) fn resume_from(options: &TransferOptions, target: &Target) -> Option<u64> {
    if target.upload.is_some() {
        return None;
    }
    match options.continue_at? {
        ContinueAt::FileEnd => {
            let BodyPlace::File { directory, name: Some(name), .. } = &target.place else {
                return None;
            };
            let there = std::fs::metadata(in_directory(directory, name)).ok();
            there.filter(std::fs::Metadata::is_file).map(|there| there.len())
        }
        ContinueAt::Byte(offset) => Some(offset),
    }
}

/// What `-C` asks for, but for the beginning of everything.
pub(crate) fn goes_on(
    target: &Target,
    asked: Option<ContinueAt>,
    from: Option<u64>,
) -> Option<ContinueAt> {
    if target.upload.is_some() {
        return asked.filter(|asked| *asked != ContinueAt::Byte(0));
    }
    from.filter(|from| *from > 0).map(ContinueAt::Byte)
}

/// Whether a download that goes on at `from`, in bytes, would leave or overlap something: its file ends
/// elsewhere. What is no file has no end.
pub(crate) fn leaves_gap(target: &Target, from: Option<u64>) -> bool {
    let (Some(from), Some(path)) = (from.filter(|from| *from > 0), target.path()) else {
        return false;
    };
    std::fs::metadata(path).map_or(true, |there| there.is_file() && there.len() != from)
}

/// Whether what answers an upload is added to its file: as in curl, `-C` says so of both.
pub(crate) fn appends(options: &TransferOptions, target: &Target) -> bool {
    let asked = options.continue_at;
    target.upload.is_some() && asked.is_some_and(|asked| asked != ContinueAt::Byte(0))
}
