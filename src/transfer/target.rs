//! What one transfer fetches, and where its body goes.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use url::Url;

/// One URL to fetch, and where its body goes.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The URL, as typed and unfolded.
    pub text: String,
    /// The URL.
    pub url: Url,
    /// The file that is uploaded there, if one is.
    pub upload: Option<String>,
    /// Which URL of the command line it comes from, from 0.
    pub number: usize,
    /// Where its body goes.
    pub place: BodyPlace,
    /// What stands in braces in its URL to be filled in, if something does.
    pub placeholder: Option<String>,
}

impl Target {
    /// The file that its body goes to, as far as that is known before it comes.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match &self.place {
            BodyPlace::File { directory, name, .. } => {
                Some(in_directory(directory, name.as_deref()?))
            }
            BodyPlace::Stdout { .. } => None,
        }
    }

    /// Whether the server may name that file.
    pub(crate) fn is_named_by_server(&self) -> bool {
        matches!(&self.place, BodyPlace::File { server_names: true, .. })
    }
}

/// Where a body goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyPlace {
    /// To standard output.
    Stdout {
        /// Whether somebody asked for it by name: then anything goes there.
        named: bool,
    },
    /// To a file.
    File {
        /// The directory of `--output-dir` and the like; empty is the current one.
        directory: PathBuf,
        /// The name in it; `None` where only the server can give one.
        name: Option<OsString>,
        /// Whether a name of the server's goes before this one.
        server_names: bool,
    },
}

/// A name in a directory. As in curl, an absolute name goes there, too.
pub(crate) fn in_directory(directory: &Path, name: &OsStr) -> PathBuf {
    if directory.as_os_str().is_empty() {
        return PathBuf::from(name);
    }
    let mut path = directory.as_os_str().to_owned();
    path.push("/");
    path.push(name);
    PathBuf::from(path)
}

/// The last part of a URL's path: never a directory, never empty.
pub(crate) fn remote_name(url: &Url) -> Option<String> {
    let last = url.path().rsplit(['/', '\\']).next().unwrap_or_default();
    (!matches!(last, "" | "." | "..")).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_name_is_the_last_part_of_the_path() {
        let name = |url: &str| remote_name(&url.parse().unwrap());
        assert_eq!(name("http://h/a/b.txt?c").unwrap(), "b.txt");
        assert_eq!(name("http://h/a/..%2Fb").unwrap(), "..%2Fb");
        for url in ["http://h", "http://h/", "http://h/a/", "http://h/a/.."] {
            assert!(name(url).is_none(), "{url}");
        }
    }
}
