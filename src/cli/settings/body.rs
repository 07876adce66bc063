//! The request's body: what `-d` and its kin give, in curl's grammar.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use clap::ArgMatches;

use crate::cli::args::RequestArgs;
use crate::http::Body;

use super::super::failure::Failure;

/// One `-d`, `--data-raw`, `--data-binary` or `--json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    Form,
    Raw,
    Binary,
    Json,
}

/// All data in the order it was typed, joined as curl joins it: with `&`, but JSON with nothing. Reads
/// the files and the stdin that it names.
pub(in crate::cli) fn body(args: &RequestArgs, matches: &ArgMatches) -> Result<Body, Failure> {
    let of = |id: &str, kind: Data, values: &'_ [String]| {
        let indices = matches.indices_of(id).into_iter().flatten();
        indices.zip(values.to_vec()).map(|(at, value)| (at, kind, value)).collect::<Vec<_>>()
    };
    let mut pieces = of("data", Data::Form, &args.data);
    pieces.extend(of("data_raw", Data::Raw, &args.data_raw));
    pieces.extend(of("data_binary", Data::Binary, &args.data_binary));
    pieces.extend(of("json", Data::Json, &args.json));
    pieces.sort_by_key(|(at, ..)| *at);

    // A single piece that comes as it is may be larger than memory.
    if let [(_, Data::Binary | Data::Json, value)] = pieces.as_slice()
        && let Some(name) = value.strip_prefix('@')
    {
        return open(name)
            .and_then(Body::keep)
            .map_err(|source| Failure::Input { path: name.into(), source });
    }
    if pieces.is_empty() {
        return Ok(Body::Empty);
    }
    let mut joined = Vec::new();
    for (_, kind, value) in pieces {
        if !joined.is_empty() && kind != Data::Json {
            joined.push(b'&');
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

fn open(name: &str) -> io::Result<Box<dyn Read>> {
    if name == "-" { Ok(Box::new(io::stdin())) } else { Ok(Box::new(File::open(name)?)) }
}

/// The bytes of a file, or of stdin for `-`.
pub(crate) fn read_all(name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(name)
        .and_then(|mut source| source.read_to_end(&mut bytes))
        .map_err(|source| Failure::Input { path: Path::new(name).into(), source })?;
    Ok(bytes)
}
