//! The owner's `config.toml`.
//!
//! Unknown keys are errors, because a misspelled limit is no limit. A missing file is an empty one;
//! a file that cannot be read or parsed is never taken for empty.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{DocumentMut, value};

use super::checks;
use super::lines::RuleLines;
use crate::ownership::{Doubt, check, follow};

/// Longest file that is read, in bytes.
const LIMIT: usize = 1 << 20;

/// The file as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Which keystore to pay from, by name or path.
    pub wallet: Option<String>,
    /// A file with that keystore's password.
    pub password_file: Option<PathBuf>,
    /// The general rules.
    pub rules: RuleLines,
    /// Where to read each network's chain, by name or CAIP-2.
    pub rpc: BTreeMap<String, String>,
    /// Rules for single hosts, by `host` or `host:port`; each line replaces the general one for that host.
    pub host: BTreeMap<String, RuleLines>,
}

/// Why the file cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It is there and cannot be read, or cannot be written.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Others could have written it, or put it where it is.
    #[error(transparent)]
    Doubtful(#[from] Doubt),
    /// It is longer than a megabyte.
    #[error("{path} is longer than a megabyte")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It is not TOML, has an unknown key, or a value of the wrong kind.
    #[error("{path}, line {line}: {what}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line of the fault, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
    /// A value does not parse.
    #[error("{path}: {key}: {what}")]
    Value {
        /// The file.
        path: PathBuf,
        /// The key, with its section.
        key: String,
        /// What is wrong with it.
        what: String,
    },
}

/// Reads the file at `path`; a missing one is empty.
pub fn read(path: &Path) -> Result<File, ConfigError> {
    read_text(path)?.map_or_else(|| Ok(File::default()), |text| parse(path, &text))
}

/// Reads the text of a file; `path` is only for the error.
pub fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let file = toml_edit::de::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        ConfigError::Syntax {
            path: path.to_path_buf(),
            line: before.matches('\n').count().saturating_add(1),
            what: error.message().trim().replace('\n', " "),
        }
    })?;
    checks::check(path, &file)?;
    Ok(file)
}

fn read_text(path: &Path) -> Result<Option<String>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_path_buf(), source };
    let Some(real) = follow(path)? else { return Ok(None) };
    let file = std::fs::File::open(real).map_err(unreadable)?;
    // Of what was opened, not of a path that may lead elsewhere a moment later.
    check(path, &file.metadata().map_err(unreadable)?)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > LIMIT {
        return Err(ConfigError::TooLong { path: path.to_path_buf() });
    }
    let no_text =
        || unreadable(io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"));
    crate::text::read(&bytes).map(|text| Some(text.into_owned())).ok_or_else(no_text)
}

/// Writes `wallet = "NAME"` into the file, or takes the line out, and keeps everything else,
/// comments included. The file is replaced whole or not at all.
pub fn choose_wallet(path: &Path, name: Option<&str>) -> Result<(), ConfigError> {
    let text = read_text(path)?.unwrap_or_default();
    read(path)?;
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let what = error.message().to_owned();
        ConfigError::Syntax { path: path.to_path_buf(), line: 1, what }
    })?;
    match (name, document.get_mut("wallet")) {
        // In place, so that the comment above the line stays.
        (Some(name), Some(line)) => *line = value(name),
        (Some(name), None) => drop(document.insert("wallet", value(name))),
        (None, _) => drop(document.remove("wallet")),
    }
    replace(path, &document.to_string())
        .map_err(|source| ConfigError::Unreadable { path: path.to_path_buf(), source })
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{ROWS, Written};
    use proptest::prelude::*;

    fn read_str(text: &str) -> Result<File, ConfigError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn reads_general_and_host_rules() {
        let file = read_str(
            "max_price = \"0.10\"\nnetworks = [\"base\"]\n[host.\"a.example\"]\nmax_price = [\"1\", \"1 EURC\"]\n[host.\"a.example:8080\"]\nno_pay = true\n",
        )
        .unwrap();
        let texts =
            |all: &[&str]| Written::Texts(all.iter().map(|&text| text.to_owned()).collect());
        assert_eq!(file.rules.get(&ROWS.caps), Some(&texts(&["0.10"])));
        assert_eq!(file.host["a.example"].get(&ROWS.caps), Some(&texts(&["1", "1 EURC"])));
        assert_eq!(file.host["a.example:8080"].get(&ROWS.no_pay), Some(&Written::Switch(true)));
    }

    #[test]
    fn reads_what_editors_of_windows_write() {
        let text = "wallet = \"a\"\r\nmax_price = \"0.10\"\r\n";
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for bytes in [
            format!("\u{feff}{text}").into_bytes(),
            wide(&format!("\u{feff}{text}")),
            wide(text),
            text.as_bytes().to_vec(),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let written = Written::Texts(vec!["0.10".to_owned()]);
            assert_eq!(read(&path).unwrap().rules.get(&ROWS.caps), Some(&written));
            choose_wallet(&path, Some("b")).unwrap();
            assert_eq!(read(&path).unwrap().wallet.as_deref(), Some("b"));
        }
        std::fs::write(&path, b"wallet = \"\xff\"").unwrap();
        assert!(matches!(read(&path), Err(ConfigError::Unreadable { .. })));
    }

    #[test]
    fn names_the_line_of_an_unknown_key() {
        for text in [
            "wallet = \"a\"\n\nmax_prise = \"1\"\n",
            "wallet = \"a\"\n\nmax_price = 0.05\n",
            "wallet = \"a\"\n\nnonsense\n",
        ] {
            let Err(ConfigError::Syntax { line, .. }) = read_str(text) else {
                panic!("{text:?} was taken")
            };
            assert_eq!(line, 3, "{text:?}");
        }
    }

    #[test]
    fn a_missing_file_is_empty_and_an_unreadable_one_is_not() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(read(&directory.path().join("none")).unwrap(), File::default());
        let inside = directory.path().join("config.toml");
        std::fs::create_dir(&inside).unwrap();
        let unreadable = read(&inside);
        assert!(matches!(unreadable, Err(ConfigError::Doubtful(Doubt::NotAFile { .. }))));
    }

    #[test]
    fn choosing_a_wallet_keeps_the_rest() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new").join("config.toml");
        choose_wallet(&path, Some("spare")).unwrap();
        assert_eq!(read(&path).unwrap().wallet.as_deref(), Some("spare"));
        std::fs::write(&path, "# mine\nwallet = \"old\"\nask = true # always\n").unwrap();
        choose_wallet(&path, Some("spare")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "# mine\nwallet = \"spare\"\nask = true # always\n");
        choose_wallet(&path, None).unwrap();
        assert_eq!(read(&path).unwrap().wallet, None);
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = read_str(&text);
        }
    }
}
