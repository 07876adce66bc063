//! The request's body: what `-d` and its kin, `-F` and `-T` give, in curl's grammar.

use std::io::{self, Read};
use std::path::Path;

use clap::ArgMatches;

use crate::cli::args::{DataArgs, RequestArgs};
use crate::http::{Body, Form};

use super::{input, multipart};
use crate::transfer::RequestError;

/// What is sent with every request of a run; the files and the stdin it names have been opened.
#[derive(Clone)]
pub(crate) enum Content {
    /// Nothing.
    Nothing,
    /// Data.
    Data(Body),
    /// A form.
    Form(Form),
}

/// What one piece of data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    Form,
    Raw,
    Binary,
    Encoded,
    Json,
}

/// What the flags give. Data comes in the order it was typed, joined as curl joins it: with `&`, but
/// JSON with nothing.
pub(super) fn content(args: &RequestArgs, matches: &ArgMatches) -> Result<Content, RequestError> {
    let DataArgs { form, form_string, upload_file, .. } = &args.data;
    let pieces = pieces(&args.data, matches);
    let (has_data, has_form) = (!pieces.is_empty(), !form.is_empty() || !form_string.is_empty());
    let (has_upload, has_head) = (!upload_file.is_empty(), args.head);
    // With -G data is no deed of its own, but still none beside an upload's.
    let deeds = [has_data && !(args.get && has_head), has_form, has_upload, has_head];
    if deeds.iter().filter(|deed| **deed).count() > 1 {
        return Err(RequestError::TwoMethods);
    }
    if has_form {
        return multipart::form(&args.data, matches).map(Content::Form);
    }
    if has_data { data(pieces).map(Content::Data) } else { Ok(Content::Nothing) }
}

fn pieces(args: &DataArgs, matches: &ArgMatches) -> Vec<(Data, String)> {
    let of = |id: &str, kind: Data, values: &[String]| {
        in_place(id, values, matches).into_iter().map(move |(at, value)| (at, kind, value))
    };
    let mut pieces: Vec<(usize, Data, String)> = of("data", Data::Form, &args.data)
        .chain(of("data_raw", Data::Raw, &args.data_raw))
        .chain(of("data_binary", Data::Binary, &args.data_binary))
        .chain(of("data_urlencode", Data::Encoded, &args.data_urlencode))
        .chain(of("json", Data::Json, &args.json))
        .collect();
    pieces.sort_by_key(|(at, ..)| *at);
    pieces.into_iter().map(|(_, kind, value)| (kind, value)).collect()
}

/// The values of an option with their places on the command line.
pub(super) fn in_place(id: &str, values: &[String], matches: &ArgMatches) -> Vec<(usize, String)> {
    matches.indices_of(id).into_iter().flatten().zip(values.to_vec()).collect()
}

fn data(pieces: Vec<(Data, String)>) -> Result<Body, RequestError> {
    // A single piece that comes as it is may be larger than memory.
    if let [(Data::Binary | Data::Json, value)] = pieces.as_slice()
        && let Some(name) = value.strip_prefix('@')
    {
        return file(name);
    }
    let mut joined = Vec::new();
    for (place, (kind, value)) in pieces.into_iter().enumerate() {
        if place > 0 && kind != Data::Json {
            joined.push(b'&');
        }
        if kind == Data::Encoded {
            joined.extend_from_slice(encoded(&value, Hex::Upper)?.as_bytes());
            continue;
        }
        match value.strip_prefix('@').filter(|_| kind != Data::Raw) {
            None => joined.extend_from_slice(value.as_bytes()),
            Some(name) => {
                let mut bytes = read_all(name)?;
                if kind == Data::Form {
                    bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                }
                joined.append(&mut bytes);
            }
        }
    }
    Ok(Body::Bytes(joined.into()))
}

/// The digits of a percent-encoded byte: curl writes small ones with `--url-query`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hex {
    /// `%2F`
    Upper,
    /// `%2f`
    Lower,
}

/// `--data-urlencode`: `TEXT`, `=TEXT`, `NAME=TEXT`, `@FILE` or `NAME@FILE`.
pub(super) fn encoded(value: &str, hex: Hex) -> Result<String, RequestError> {
    let split = value.split_once('=').map(|(name, text)| (name, text, false));
    let split = split.or_else(|| value.split_once('@').map(|(name, file)| (name, file, true)));
    let (name, bytes) = match split {
        None => ("", value.as_bytes().to_vec()),
        Some((name, text, false)) => (name, text.as_bytes().to_vec()),
        Some((name, file, true)) => {
            let bytes = read_all(file)?;
            // An empty file gives nothing at all, not even its name.
            if bytes.is_empty() {
                return Ok(String::new());
            }
            (name, bytes)
        }
    };
    let text = percent_encode(&bytes, hex, true);
    Ok(if name.is_empty() { text } else { format!("{name}={text}") })
}

/// Bytes as a part of a URL.
pub(crate) fn encoded_for_url(bytes: &[u8]) -> String {
    percent_encode(bytes, Hex::Upper, false)
}

/// Encodes all but letters, digits and `-._~`; a space becomes `+` if that is asked for.
pub(super) fn percent_encode(bytes: &[u8], hex: Hex, plus: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            b' ' if plus => text.push('+'),
            _ => {
                let (high, low) = (u32::from(byte >> 4), u32::from(byte & 15));
                let digit = |value| char::from_digit(value, 16).unwrap_or_default();
                let cased = |digit: char| match hex {
                    Hex::Upper => digit.to_ascii_uppercase(),
                    Hex::Lower => digit,
                };
                text.extend(['%', cased(digit(high)), cased(digit(low))]);
            }
        }
    }
    text
}

/// Whether a name that is uploaded means standard input.
pub(super) fn is_stdin(name: &str) -> bool {
    matches!(name, "-" | ".")
}

/// The content of a file, or of stdin for `-`, as a body.
pub(super) fn file(name: &str) -> Result<Body, RequestError> {
    let body = if name == "-" {
        Body::keep(io::stdin())
    } else {
        input::open(Path::new(name)).and_then(Body::of_file)
    };
    body.map_err(|source| RequestError::Input { path: name.into(), source })
}

/// The bytes of a file, or of stdin for `-`.
pub(crate) fn read_all(name: &str) -> Result<Vec<u8>, RequestError> {
    let read = if name == "-" {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        input::read(Path::new(name))
    };
    read.map_err(|source| RequestError::Input { path: Path::new(name).into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_encoded_in_all_its_forms() {
        let encode = |value: &str| encoded(value, Hex::Upper).ok().unwrap();
        assert_eq!(encode("a b+c"), "a+b%2Bc");
        assert_eq!(encode("=a=b"), "a%3Db");
        assert_eq!(encode("n=\u{e9}&~"), "n=%C3%A9%26~");
        assert_eq!(encode("n="), "n=");
        assert_eq!(encode("a@b=c"), "a@b=c", "what comes first is a name");
        assert!(encoded("n@/nowhere/at/all", Hex::Upper).is_err());
        assert_eq!(encoded("a\nb", Hex::Lower).ok().unwrap(), "a%0ab");
    }
}
