//! How secrets come in: a file, a pipe, standard input, a value from the environment, a prompt.
//! Never an argument of the command line.

use super::error::Error;
use super::file;
use super::secret::{Password, PrivateKey};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Longest first line that is read, in bytes, its ending not counted.
pub const LINE_LIMIT: usize = 4096;

/// Where the password is to come from, already decided.
pub enum PasswordSource {
    /// The first line of a file or pipe, without its line ending; `-` is standard input.
    File(PathBuf),
    /// Given as a value.
    Value(Password),
    /// Asked for.
    Prompt,
}

/// A password, and what should be said about where it lay.
pub struct FoundPassword {
    /// The password.
    pub password: Password,
    /// The permission bits of its file, if they let others than the owner in.
    pub loose_mode: Option<u32>,
}

/// Fetches the password from its source. `ask` is called for [`PasswordSource::Prompt`] alone.
pub fn password<E: From<Error>>(
    source: PasswordSource,
    ask: impl FnOnce() -> Result<Password, E>,
) -> Result<FoundPassword, E> {
    match source {
        PasswordSource::File(path) if path == Path::new("-") => {
            let line = first_line(&mut io::stdin().lock());
            let line = line.map_err(|source| Error::Unreadable { path, source })?;
            let password = word(line).ok_or(Error::NoPassword { path: None })?;
            Ok(FoundPassword { password, loose_mode: None })
        }
        PasswordSource::File(path) => Ok(password_file(path)?),
        PasswordSource::Value(password) => Ok(FoundPassword { password, loose_mode: None }),
        PasswordSource::Prompt => Ok(FoundPassword { password: ask()?, loose_mode: None }),
    }
}

fn password_file(path: PathBuf) -> Result<FoundPassword, Error> {
    let (mut file, metadata) = open(&path)?;
    let loose_mode = if metadata.is_file() { file::loose_mode(&metadata) } else { None };
    match first_line(&mut file).map(word) {
        Ok(Some(password)) => Ok(FoundPassword { password, loose_mode }),
        Ok(None) => Err(Error::NoPassword { path: Some(path) }),
        Err(source) => Err(Error::Unreadable { path, source }),
    }
}

/// A line as a password. An empty one is a file that was not filled in yet; whoever has a keystore
/// with the empty password can type it.
fn word(line: Option<Zeroizing<Vec<u8>>>) -> Option<Password> {
    line.filter(|line| !line.is_empty()).map(Password::new)
}

/// Reads a raw private key from the first line of a file, which must be the owner's alone, or of a
/// pipe.
pub fn private_key_file(path: &Path) -> Result<PrivateKey, Error> {
    let (mut file, metadata) = open(path)?;
    if metadata.is_file() {
        file::check_private(path, &metadata)?;
    }
    let path = path.to_owned();
    match first_line(&mut file) {
        Ok(line) => PrivateKey::parse(&line.unwrap_or_default())
            .map_err(|source| Error::BadPrivateKey { path: Some(path), source }),
        Err(source) => Err(Error::Unreadable { path, source }),
    }
}

/// Unlike a keystore, this may be a pipe (`<(pass show wallet)`), and is waited for.
fn open(path: &Path) -> Result<(File, Metadata), Error> {
    let opened = File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
    opened.map_err(|source| match path.to_str() {
        Some(text) if PrivateKey::is_form_of(text) => Error::Exposed,
        _ => Error::Unreadable { path: path.to_owned(), source },
    })
}

/// The first line without its ending, or nothing where there is no byte at all or too many.
///
/// Byte by byte: what follows the line stays where it was, for whoever else reads standard input,
/// and no buffer keeps a copy.
fn first_line(input: &mut dyn Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // Growing would leave a copy behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LINE_LIMIT + 1));
    let mut byte = [0; 1];
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if line.len() > LINE_LIMIT => return Ok(None),
            Ok(_) => line.extend_from_slice(&byte),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok((line.len() <= LINE_LIMIT).then_some(line))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    fn line(text: &[u8]) -> Option<Vec<u8>> {
        first_line(&mut &text[..]).unwrap().map(|line| line.to_vec())
    }

    fn write(text: &[u8], mode: u32) -> tempfile::TempPath {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        file.into_temp_path()
    }

    fn from(source: PasswordSource) -> Result<FoundPassword, Error> {
        password(source, || Ok(Password::new(b"asked".to_vec().into())))
    }

    #[test]
    fn the_first_line_is_taken_without_its_ending_and_nothing_else() {
        assert_eq!(line(b"word").unwrap(), b"word");
        assert_eq!(line(b"word\n").unwrap(), b"word");
        assert_eq!(line(b" a word \r\nnext\n").unwrap(), b" a word ");
        assert_eq!(line(b"\n").unwrap(), b"");
        assert_eq!(line(b"a\r\r\n").unwrap(), b"a\r");
        assert_eq!(line(b"\xff\x00\n").unwrap(), b"\xff\x00");
        assert_eq!(line(b""), None);

        let mut input = &b"word\nbody"[..];
        first_line(&mut input).unwrap();
        assert_eq!(input, b"body");
    }

    #[test]
    fn a_line_has_a_limit() {
        let longest = vec![b'x'; LINE_LIMIT];
        assert_eq!(line(&longest).unwrap(), longest);
        assert_eq!(line(&[&longest[..], b"\r\n"].concat()).unwrap(), longest);
        assert_eq!(line(&[&longest[..], b"x"].concat()), None);
        assert_eq!(line(&vec![b'x'; 1 << 20]), None);
    }

    #[test]
    fn a_password_comes_from_where_it_was_said_to_be() {
        let private = write(b"word\nmore", 0o600);
        let found = from(PasswordSource::File(private.to_path_buf())).ok().unwrap();
        assert_eq!((found.password.bytes(), found.loose_mode), (&b"word"[..], None));

        let loose = write(b"word\n", 0o644);
        let found = from(PasswordSource::File(loose.to_path_buf())).ok().unwrap();
        assert_eq!(found.loose_mode, Some(0o644));

        let value = PasswordSource::Value(Password::new(b"given".to_vec().into()));
        assert_eq!(from(value).ok().unwrap().password.bytes(), b"given");
        assert_eq!(from(PasswordSource::Prompt).ok().unwrap().password.bytes(), b"asked");
    }

    #[test]
    fn no_password_is_not_the_empty_password() {
        for text in ["", "\n", "\r\n", "\nword\n"] {
            let empty = write(text.as_bytes(), 0o600);
            let fault = from(PasswordSource::File(empty.to_path_buf())).err().unwrap();
            assert!(matches!(fault, Error::NoPassword { path: Some(_) }), "{text:?}");
        }

        let absent = PasswordSource::File(PathBuf::from("/nonexistent/password"));
        assert!(matches!(from(absent).err().unwrap(), Error::Unreadable { .. }));
        let directory = PasswordSource::File(std::env::temp_dir());
        assert!(matches!(from(directory).err().unwrap(), Error::Unreadable { .. }));
    }

    #[test]
    fn a_raw_key_must_be_the_owners_alone() {
        let key = private_key_file(&write(format!("{KEY}\n").as_bytes(), 0o600)).ok().unwrap();
        assert_eq!(key.address().to_string(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

        let loose = private_key_file(&write(KEY.as_bytes(), 0o640)).err().unwrap();
        assert!(matches!(loose, Error::Loose { mode: 0o640, .. }));
        for text in ["", "0x12", &KEY.repeat(100)] {
            let fault = private_key_file(&write(text.as_bytes(), 0o600)).err().unwrap();
            assert!(matches!(fault, Error::BadPrivateKey { path: Some(_), .. }));
        }
    }
}
