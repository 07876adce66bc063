//! How secrets come in: a file, a pipe, standard input, a value from the environment, a prompt.
//! Never an argument of the command line.

use super::error::{Error, LINE_LIMIT};
use super::file;
use super::secret::{Password, PrivateKey};
use crate::text::Encoding;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

/// The same with a byte order mark and a line ending, in UTF-16.
const RAW_LIMIT: usize = 2 * LINE_LIMIT + 8;

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
            let password = line.map(Password::new).ok_or(Error::NoPassword { path: None })?;
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
    match first_line(&mut file) {
        Ok(Some(line)) => Ok(FoundPassword { password: Password::new(line), loose_mode }),
        Ok(None) => Err(Error::NoPassword { path: Some(path) }),
        Err(source) => Err(Error::Unreadable { path, source }),
    }
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

/// The first line without its ending and without a byte order mark, or nothing where it has too many
/// bytes. Of UTF-16 with a mark, it is the same text in UTF-8. Where there is no byte at all it is empty:
/// an empty file that is named holds the empty password.
///
/// Byte by byte: what follows the line stays where it was, for whoever else reads standard input,
/// and no buffer keeps a copy.
fn first_line(input: &mut dyn Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // Growing would leave a copy behind.
    let mut line = Zeroizing::new(Vec::with_capacity(RAW_LIMIT));
    let mut byte = [0; 1];
    loop {
        match input.read(&mut byte) {
            Ok(0) => break,
            Ok(_) if line.len() >= RAW_LIMIT => return Ok(None),
            Ok(_) => line.extend_from_slice(&byte),
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        }
        if let Some(length) = ended(&line) {
            line.truncate(length);
            break;
        }
    }
    let mut line = in_utf8(line);
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok((line.len() <= LINE_LIMIT).then_some(line))
}

/// The length of a line before its line feed, if it ends in one.
fn ended(line: &[u8]) -> Option<usize> {
    let (encoding, mark) = Encoding::of(line);
    if encoding == Encoding::Utf8 {
        return line.strip_suffix(b"\n").map(<[u8]>::len);
    }
    let (pairs, rest) = line.get(mark..)?.as_chunks::<2>();
    let is_feed = |pair: &[u8; 2]| encoding.unit(*pair) == u16::from(b'\n');
    (rest.is_empty() && pairs.last().is_some_and(is_feed)).then(|| line.len().saturating_sub(2))
}

/// A line without its byte order mark, in UTF-8 where that says it is in UTF-16.
fn in_utf8(line: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let (encoding, mark) = Encoding::of(&line);
    let content = line.get(mark..).unwrap_or_default();
    if encoding == Encoding::Utf8 {
        return if mark == 0 { line } else { Zeroizing::new(content.to_vec()) };
    }
    let (pairs, _) = content.as_chunks::<2>();
    // Three bytes of UTF-8 at most for a unit, so that it does not grow and leave a copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(pairs.len().saturating_mul(3)));
    let mut letter = [0; 4];
    for unit in char::decode_utf16(pairs.iter().map(|pair| encoding.unit(*pair))) {
        let unit = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(unit.encode_utf8(&mut letter).as_bytes());
    }
    letter.zeroize();
    text
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
        assert_eq!(line(b"").unwrap(), b"");

        let mut input = &b"word\nbody"[..];
        first_line(&mut input).unwrap();
        assert_eq!(input, b"body");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_word_and_utf_16_is_read() {
        assert_eq!(line(b"\xef\xbb\xbfword\r\n").unwrap(), b"word");
        assert_eq!(line(b"\xef\xbb\xbf").unwrap(), b"");
        let wide = |text: &str, high_first: bool| -> Vec<u8> {
            let units = format!("\u{feff}{text}").encode_utf16().collect::<Vec<_>>().into_iter();
            let bytes =
                |unit: u16| if high_first { unit.to_be_bytes() } else { unit.to_le_bytes() };
            units.flat_map(bytes).collect()
        };
        for high_first in [true, false] {
            // U+0A0A and U+010A hold the byte of a line feed and are none.
            for word in ["word", "gr\u{fc}n \u{a0a}\u{10a}\u{1f511}", ""] {
                for end in ["", "\n", "\r\n", "\r\nnext\r\n"] {
                    let found = line(&wide(&format!("{word}{end}"), high_first)).unwrap();
                    assert_eq!(String::from_utf8(found).unwrap(), word, "{end:?}");
                }
            }
            let bytes = [wide("word\n", high_first), b"body".to_vec()].concat();
            let mut input = &bytes[..];
            first_line(&mut input).unwrap();
            assert_eq!(input, b"body", "what follows the line stays");
        }
        assert_eq!(line(b"\xff\xfea").unwrap(), b"", "half a character is none");
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
    fn an_empty_password_that_is_given_is_one() {
        for text in ["", "\n", "\r\n", "\nword\n", "\u{feff}\r\n"] {
            let empty = write(text.as_bytes(), 0o600);
            let found = from(PasswordSource::File(empty.to_path_buf())).ok().unwrap();
            assert!(found.password.is_empty(), "{text:?}");
        }
        let long = write(&vec![b'x'; LINE_LIMIT + 1], 0o600);
        let fault = from(PasswordSource::File(long.to_path_buf())).err().unwrap();
        assert!(matches!(fault, Error::NoPassword { path: Some(_) }));

        let absent = PasswordSource::File(PathBuf::from("/nonexistent/password"));
        assert!(matches!(from(absent).err().unwrap(), Error::Unreadable { .. }));
        let directory = PasswordSource::File(std::env::temp_dir());
        assert!(matches!(from(directory).err().unwrap(), Error::Unreadable { .. }));
    }

    #[test]
    fn a_raw_key_must_be_the_owners_alone() {
        let key = private_key_file(&write(format!("{KEY}\n").as_bytes(), 0o600)).ok().unwrap();
        assert_eq!(key.address().to_string(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

        let marked: Vec<u8> =
            format!("\u{feff}{KEY}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in
            [format!("\u{feff}{KEY}\r\n").as_bytes(), &marked, format!("\"{KEY}\"").as_bytes()]
        {
            assert!(private_key_file(&write(text, 0o600)).is_ok(), "{text:?}");
        }

        let loose = private_key_file(&write(KEY.as_bytes(), 0o640)).err().unwrap();
        assert!(matches!(loose, Error::Loose { mode: 0o640, .. }));
        for text in ["", "0x12", &KEY.repeat(100)] {
            let fault = private_key_file(&write(text.as_bytes(), 0o600)).err().unwrap();
            assert!(matches!(fault, Error::BadPrivateKey { path: Some(_), .. }));
        }
    }
}
