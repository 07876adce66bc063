//! Multipart bodies (RFC 7578), laid out as curl lays them out.
//!
//! Each boundary comes from the parts' own bytes: the same form is the same body on every run, which
//! is what lets a payment for it be found again, and no part can contain a hash of itself.

use std::fmt::Write as _;
use std::io;

use sha2::{Digest, Sha256};

use super::body::Body;

/// The type of a form that is sent by HTTP.
const FORM_DATA: &str = "multipart/form-data";

/// A form.
#[derive(Clone, Default)]
pub struct Form {
    /// Its parts.
    pub parts: Vec<Part>,
    /// Whether names are escaped with a backslash; otherwise with a percent sign.
    pub backslashes: bool,
}

/// A part of a form.
#[derive(Clone)]
pub struct Part {
    /// The field's name.
    pub name: Option<String>,
    /// The file's name that the server is told.
    pub filename: Option<String>,
    /// The type, if it is not to be guessed.
    pub kind: Option<String>,
    /// Further header lines.
    pub headers: Vec<String>,
    /// What it holds.
    pub content: Content,
}

/// What a part holds.
#[derive(Clone)]
pub enum Content {
    /// Bytes, of no known file.
    Data(Body),
    /// A file, with the name by which its type is guessed.
    File(Body, String),
    /// Several parts in one.
    Mixed(Vec<Part>),
}

impl Form {
    /// The body, and its type with the boundary; `kind` replaces `multipart/form-data`.
    pub fn body(&self, kind: Option<&str>) -> io::Result<(Body, String)> {
        let kind = kind.unwrap_or(FORM_DATA);
        let (body, boundary) = self.lay_out(&self.parts, disposition(kind))?;
        Ok((body, format!("{kind}; boundary={boundary}")))
    }

    fn lay_out(&self, parts: &[Part], disposition: &str) -> io::Result<(Body, String)> {
        let mut laid = Vec::new();
        for part in parts {
            laid.push(self.part(part, disposition)?);
        }
        let mut hash = Sha256::new_with_prefix(b"pay402 form 1");
        for (head, content) in &laid {
            let length = content.length().unwrap_or_default();
            hash.update(length.to_be_bytes());
            hash.update(head);
            content.hash_into(&mut hash)?;
        }
        let boundary = boundary(&hash.finalize());
        let mut bodies = Vec::new();
        for (head, content) in laid {
            bodies.push(text(format!("--{boundary}\r\n{head}\r\n")));
            bodies.push(content);
            bodies.push(text("\r\n".into()));
        }
        bodies.push(text(format!("--{boundary}--\r\n")));
        Ok((Body::concatenate(bodies), boundary))
    }

    /// A part's head, without the empty line, and its content.
    fn part(&self, part: &Part, of: &str) -> io::Result<(String, Body)> {
        let (content, inner) = match &part.content {
            Content::Data(body) | Content::File(body, _) => (body.clone(), None),
            Content::Mixed(parts) => {
                let kind = part.kind.as_deref().unwrap_or("multipart/mixed");
                let (body, boundary) = self.lay_out(parts, disposition(kind))?;
                (body, Some(boundary))
            }
        };
        let mut head = String::new();
        // Writing to a string cannot fail.
        let named = part.name.is_some() || part.filename.is_some() || of == "form-data";
        if named && !part.has("content-disposition") {
            head.push_str("Content-Disposition: ");
            head.push_str(of);
            for (key, value) in [("name", &part.name), ("filename", &part.filename)] {
                if let Some(value) = value {
                    let _ = write!(head, "; {key}=\"{}\"", self.escape(value));
                }
            }
            head.push_str("\r\n");
        }
        if let Some(kind) = part.kind() {
            let _ = write!(head, "Content-Type: {kind}");
            if let Some(boundary) = inner {
                let _ = write!(head, "; boundary={boundary}");
            }
            head.push_str("\r\n");
        }
        for line in part.headers.iter().filter(|line| name_of(line) != "content-type") {
            head.push_str(line);
            head.push_str("\r\n");
        }
        Ok((head, content))
    }

    fn escape(&self, value: &str) -> String {
        let mut escaped = String::with_capacity(value.len());
        for character in value.chars() {
            match character {
                '"' if self.backslashes => escaped.push_str("\\\""),
                '\\' if self.backslashes => escaped.push_str("\\\\"),
                '"' => escaped.push_str("%22"),
                '\r' if !self.backslashes => escaped.push_str("%0D"),
                '\n' if !self.backslashes => escaped.push_str("%0A"),
                // With backslashes there is no way to write a line's end that stays in its line.
                '\r' | '\n' => escaped.push(' '),
                other => escaped.push(other),
            }
        }
        escaped
    }
}

impl Part {
    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|line| name_of(line) == name)
    }

    /// The type that is said, or guessed from a name, as curl guesses.
    fn kind(&self) -> Option<String> {
        let said = || {
            let line = self.headers.iter().find(|line| name_of(line) == "content-type")?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let guessed = || {
            let by_filename = self.filename.as_deref().and_then(guess);
            let kind = match &self.content {
                Content::Mixed(_) => "multipart/mixed",
                Content::Data(_) => by_filename?,
                Content::File(_, path) => by_filename
                    .or_else(|| guess(path))
                    .or_else(|| self.filename.is_some().then_some("application/octet-stream"))?,
            };
            Some(kind.to_owned())
        };
        self.kind.clone().or_else(said).or_else(guessed)
    }
}

fn disposition(kind: &str) -> &'static str {
    if kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM_DATA) {
        "form-data"
    } else {
        "attachment"
    }
}

fn name_of(line: &str) -> String {
    line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn text(text: String) -> Body {
    Body::Bytes(text.into())
}

/// As curl's: 24 dashes and 16 characters. They are of 36 letters and digits, 82 bits, where curl uses
/// 16: the boundary is known to whoever knows the content, and an author of one part must not be able
/// to search for a part that holds it.
fn boundary(hash: &[u8]) -> String {
    const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut number = hash.iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let mut boundary = "-".repeat(24);
    for _ in 0..16 {
        let at = usize::try_from(number % 36).unwrap_or_default();
        boundary.push(LETTERS.get(at).copied().map_or('0', char::from));
        number /= 36;
    }
    boundary
}

/// curl's own small table: what it does not know is `application/octet-stream`.
fn guess(name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "htm" | "html" => "text/html",
        "pdf" => "application/pdf",
        "xml" => "application/xml",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, content: Content) -> Part {
        Part { name: Some(name.into()), filename: None, kind: None, headers: Vec::new(), content }
    }

    fn data(bytes: &'static [u8]) -> Content {
        Content::Data(Body::Bytes(bytes.into()))
    }

    fn laid_out(form: &Form) -> (String, String) {
        let (body, kind) = form.body(None).unwrap();
        let Body::Bytes(bytes) = body else { panic!("in pieces") };
        (String::from_utf8(bytes.to_vec()).unwrap(), kind)
    }

    #[test]
    fn the_layout_is_curls() {
        let file = Part {
            filename: Some("q\"x.png".into()),
            headers: vec!["X-A: 1".into()],
            ..part("b", Content::File(Body::Bytes("y".into()), "text".into()))
        };
        let form = Form { parts: vec![part("a", data(b"x")), file], backslashes: false };
        let (body, kind) = laid_out(&form);
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(boundary.len(), 40);
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"b\"; filename=\"q%22x.png\"\r\n\
             Content-Type: image/png\r\nX-A: 1\r\n\r\ny\r\n--{boundary}--\r\n"
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn the_same_form_has_the_same_boundary_and_another_has_another() {
        let form =
            |content| laid_out(&Form { parts: vec![part("a", data(content))], ..Form::default() });
        assert_eq!(form(b"x").1, form(b"x").1);
        let (first, kind) = form(b"x");
        assert_ne!(kind, form(b"y").1);
        // A part that holds the boundary of another form does not end this one early.
        let boundary = kind.split_once('=').unwrap().1.to_owned();
        let parts = vec![part("a", Content::Data(Body::Bytes(first.into())))];
        let (_, around) = laid_out(&Form { parts, ..Form::default() });
        assert_ne!(around.split_once('=').unwrap().1, boundary);
    }

    #[test]
    fn names_cannot_break_out_of_their_line() {
        for backslashes in [false, true] {
            let parts = vec![part("a\"\\\r\nX-Evil: 1", data(b""))];
            let (body, _) = laid_out(&Form { parts, backslashes });
            let head = body.split("\r\n\r\n").next().unwrap();
            assert_eq!(head.lines().count(), 2, "{body}");
        }
    }
}
