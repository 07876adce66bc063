//! What the flags hold for every request of a run, read once: standard input has nothing more to give
//! for a second URL, and all requests share their cookies.

use std::io;
use std::sync::Arc;

use ::http::HeaderValue;
use clap::ArgMatches;

use crate::cli::args::{CookieArgs, RequestArgs};
use crate::config::Environment;
use crate::http::Jar;
use crate::system::SystemClock;

use super::body::{Content, content, read_all};
use super::input;
use super::netrc::Netrc;
use crate::transfer::{RequestError, Target};

/// What the flags hold for every request of a run.
#[derive(Clone)]
pub(crate) struct Material {
    /// The body.
    pub(super) content: Content,
    /// Header lines, those of files among them.
    pub(super) lines: Vec<String>,
    /// Cookies that were typed.
    pub(super) cookie: Option<HeaderValue>,
    /// Cookies that are kept, if any are.
    pub(super) jar: Option<Jar>,
    /// Users by host.
    pub(super) netrc: Option<Arc<Netrc>>,
    /// The tag of what is there already.
    pub(super) etag: Option<HeaderValue>,
}

/// Reads it all.
pub(crate) fn material(args: &RequestArgs, matches: &ArgMatches) -> Result<Material, RequestError> {
    let (cookie, jar) = cookies(&args.cookies)?;
    Ok(Material {
        content: content(args, matches)?,
        lines: lines(&args.header)?,
        cookie,
        jar,
        netrc: netrc(args)?.map(Arc::new),
        etag: etag(args)?,
    })
}

impl Material {
    /// The method that a request has by itself.
    pub(crate) fn method(&self, args: &RequestArgs, target: &Target) -> &'static str {
        match &self.content {
            _ if args.head => "HEAD",
            _ if target.upload.is_some() => "PUT",
            Content::Form(_) => "POST",
            Content::Data(_) if !args.get => "POST",
            Content::Data(_) | Content::Nothing => "GET",
        }
    }

    /// Whether there is a form, whose files are read for every request.
    pub(crate) fn has_form(&self) -> bool {
        matches!(self.content, Content::Form(_))
    }

    /// The cookies that are kept, as a file has them.
    pub(crate) fn cookies(&self) -> String {
        self.jar.as_ref().map(Jar::file).unwrap_or_default()
    }
}

/// Every `-H` in its order, those of files in their places.
fn lines(headers: &[String]) -> Result<Vec<String>, RequestError> {
    let mut all = Vec::new();
    for line in headers {
        match line.strip_prefix('@') {
            None => all.push(line.clone()),
            Some(name) => {
                let text = String::from_utf8_lossy(&read_all(name)?).into_owned();
                all.extend(text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned));
            }
        }
    }
    Ok(all)
}

/// `-b`: what holds a `=` is sent, everything else names a file. One that is not there is an empty
/// one, because the first run of a script has none yet.
fn cookies(args: &CookieArgs) -> Result<(Option<HeaderValue>, Option<Jar>), RequestError> {
    let (typed, files): (Vec<&String>, Vec<&String>) =
        args.cookie.iter().partition(|text| text.contains('='));
    let jar =
        (!files.is_empty() || args.cookie_jar.is_some()).then(|| Jar::new(Arc::new(SystemClock)));
    for name in files.into_iter().filter(|name| !name.is_empty()) {
        let bytes = match read_all(name) {
            Err(RequestError::Input { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                continue;
            }
            other => other?,
        };
        if let Some(jar) = &jar {
            jar.read(&String::from_utf8_lossy(&bytes), args.junk_session_cookies);
        }
    }
    let joined = typed.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(";");
    let bad = |_| RequestError::BadHeader("Cookie".into());
    let typed =
        (!joined.is_empty()).then(|| HeaderValue::from_bytes(joined.as_bytes())).transpose();
    Ok((typed.map_err(bad)?, jar))
}

/// `-n` and its kin. As in curl, a file that is not there has no users.
fn netrc(args: &RequestArgs) -> Result<Option<Netrc>, RequestError> {
    let who = &args.who;
    let home = || Some(std::path::PathBuf::from(Environment.raw("HOME")?).join(".netrc"));
    let path = match &who.netrc_file {
        Some(path) => Some(path.clone()),
        None if who.netrc || who.netrc_optional => home(),
        None => None,
    };
    let Some(path) = path else { return Ok(None) };
    match input::read(&path) {
        Ok(bytes) => {
            let read = Netrc::parse(&String::from_utf8_lossy(&bytes));
            let endless = || io::Error::other("a quotation mark has no end");
            let read = read.ok_or_else(|| RequestError::Input { path, source: endless() });
            read.map(Some)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RequestError::Input { path, source }),
    }
}

/// `--etag-compare`: a file without its line ends; an empty one has no tag. As in curl, nor has one
/// that is not there yet, if the run is to save a tag: the first run of a script has none.
fn etag(args: &RequestArgs) -> Result<Option<HeaderValue>, RequestError> {
    let Some(path) = args.etag_compare.as_deref() else { return Ok(None) };
    let mut tag = match input::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && args.etag_save.is_some() => {
            Vec::new()
        }
        Err(source) => return Err(RequestError::Input { path: path.into(), source }),
    };
    tag.retain(|byte| !matches!(byte, b'\r' | b'\n'));
    if tag.is_empty() {
        tag.extend_from_slice(b"\"\"");
    }
    let bad = |_| RequestError::BadHeader("If-None-Match".into());
    HeaderValue::from_bytes(&tag).map(Some).map_err(bad)
}
