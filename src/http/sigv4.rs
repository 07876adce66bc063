//! AWS's Signature Version 4 of a request, for any provider that has taken it over: `--aws-sigv4`.
//!
//! Source: "Create a signed AWS API request" (AWS Identity and Access Management, User Guide), and curl
//! for what the guide leaves open: which headers are signed, and what other providers put in the place
//! of AWS's names.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use alloy_primitives::hex;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest, Sha256};
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

use super::credential::{Pair, sensitive};
use super::error::{Error, Unsignable};
use super::lines::{TypedLine, host_header};
use crate::pay::Clock;
use crate::protocol::is_payment_header;

/// What is escaped in a query, and in the name of a user.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is escaped in a path.
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Services of AWS whose paths are signed as they are sent.
const PLAIN_PATHS: [&str; 3] = ["s3", "s3-express", "s3-outposts"];

/// Longest name of a provider, a region or a service, in bytes, as in curl.
const LONGEST_NAME: usize = 64;

/// Headers that are never signed: they are the connection's, and may be changed on the way.
const OF_THE_CONNECTION: [&str; 9] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whose signature it is, and for what: `PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigV4 {
    /// The provider in the name of the algorithm, in small letters: `aws`.
    provider: String,
    /// The provider in the names of headers, in small letters: `amz`.
    prefix: String,
    /// The region; the second label of the host without one.
    region: Option<String>,
    /// The service; the first label of the host without one.
    service: Option<String>,
}

/// A text that names no providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]")]
pub struct NoProvider;

/// How the requests of a user are signed, and when.
#[derive(Clone)]
pub struct Signing {
    /// Whose signature it is.
    pub scheme: SigV4,
    /// What says the time of each request.
    pub clock: Arc<dyn Clock + Send + Sync>,
}

/// A request that is to be signed.
#[derive(Clone, Copy)]
pub(super) struct Unsigned<'a> {
    pub(super) method: &'a Method,
    pub(super) url: &'a Url,
    /// Path and query as they are sent.
    pub(super) target: &'a str,
    /// The lines of `-H`.
    pub(super) typed: &'a [TypedLine],
    /// Whether Host is left out.
    pub(super) hostless: bool,
    /// The host as it was typed.
    pub(super) typed_host: Option<&'a str>,
}

/// What of a request is signed.
struct Message<'a> {
    method: &'a str,
    /// The host of the URL.
    host: &'a str,
    /// Path and query as they are sent.
    target: &'a str,
    /// The headers, by name in small letters.
    headers: BTreeMap<String, Vec<u8>>,
    /// The body's SHA-256.
    body: [u8; 32],
    /// Seconds since the Unix epoch.
    now: u64,
}

impl SigV4 {
    /// Reads the option's text. An empty one is AWS's, as in curl.
    pub fn parse(text: &str) -> Result<Self, NoProvider> {
        let text = if text.is_empty() { "aws:amz" } else { text };
        let parts: Vec<&str> = text.split(':').collect();
        let fits = |part: &&str| {
            part.len() <= LONGEST_NAME && part.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let is_name = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let part = |at: usize| parts.get(at).copied().filter(|part| !part.is_empty());
        let provider = part(0).ok_or(NoProvider)?;
        let prefix = part(1).unwrap_or(provider);
        if parts.len() > 4 || !parts.iter().all(fits) || !is_name(provider) || !is_name(prefix) {
            return Err(NoProvider);
        }
        Ok(Self {
            provider: provider.to_ascii_lowercase(),
            prefix: prefix.to_ascii_lowercase(),
            region: part(2).map(str::to_owned),
            service: part(3).map(str::to_owned),
        })
    }

    /// The header with the time of a request.
    pub(super) fn date_header(&self) -> String {
        format!("x-{}-date", self.prefix)
    }

    /// The region and the service of a request to a host.
    fn region_and_service<'a>(&'a self, host: &'a str) -> Result<(&'a str, &'a str), Unsignable> {
        let mut labels = host.split('.');
        // The last label is neither: what is left of the host has to follow.
        let mut label = |missing| match (labels.next(), labels.clone().next()) {
            (Some(label), Some(_)) if !label.is_empty() && label.len() <= LONGEST_NAME => Ok(label),
            _ => Err(missing),
        };
        match (&self.region, &self.service) {
            (region, Some(service)) => Ok((region.as_deref().unwrap_or_default(), service)),
            (Some(region), None) => Ok((region, label(Unsignable::Service)?)),
            (None, None) => {
                let service = label(Unsignable::Service)?;
                Ok((label(Unsignable::Region)?, service))
            }
        }
    }

    /// The headers that sign a message.
    fn sign(
        &self,
        pair: &Pair,
        message: Message<'_>,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, Unsignable> {
        let Message { method, host, target, mut headers, body, now } = message;
        let (region, service) = self.region_and_service(host)?;
        let mut added = Vec::new();
        let mut add = |headers: &mut BTreeMap<String, Vec<u8>>, name: String, value: &str| {
            let header = (HeaderName::try_from(&name), HeaderValue::try_from(value));
            let (Ok(name), Ok(header)) = header else { return Err(Unsignable::Header) };
            headers.insert(name.as_str().to_owned(), value.as_bytes().to_vec());
            added.push((name, header));
            Ok(())
        };
        let date_name = self.date_header();
        let time = match (headers.get(&date_name), headers.get("date").and_then(|d| time(d))) {
            (Some(own), _) => time(own).ok_or(Unsignable::Time)?,
            (None, Some(own)) => own,
            (None, None) => {
                let now = i64::try_from(now).map_err(|_| Unsignable::Time)?;
                let now = jiff::Timestamp::from_second(now).map_err(|_| Unsignable::Time)?;
                let now = now.strftime("%Y%m%dT%H%M%SZ").to_string();
                add(&mut headers, date_name, &now)?;
                now
            }
        };
        let date = time.get(..8).ok_or(Unsignable::Time)?;
        let hash_name = format!("x-{}-content-sha256", self.prefix);
        let own = headers.get(&hash_name).cloned();
        if own.is_none() && self.provider == "aws" && service == "s3" {
            add(&mut headers, hash_name, &hex::encode(body))?;
        }
        let hash = own.unwrap_or_else(|| hex::encode(body).into_bytes());
        let names = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = match path {
            "" => "/".to_owned(),
            path if PLAIN_PATHS.contains(&service) => path.to_owned(),
            path => percent_encode(path.as_bytes(), PATH).to_string(),
        };
        let mut canonical = format!("{method}\n{path}\n{}\n", canonical_query(query)).into_bytes();
        for (name, value) in &headers {
            canonical.extend([name.as_bytes(), b":", value, b"\n"].concat());
        }
        canonical.extend([b"\n", names.as_bytes(), b"\n", &hash].concat());
        let request_type = format!("{}4_request", self.provider);
        let scope = format!("{date}/{region}/{service}/{request_type}");
        let upper = self.provider.to_ascii_uppercase();
        let algorithm = format!("{upper}4-HMAC-SHA256");
        let canonical = hex::encode(Sha256::digest(&canonical));
        let text = format!("{algorithm}\n{time}\n{scope}\n{canonical}");
        let secret = [upper.as_bytes(), b"4", &pair.password].concat();
        let mut key = Zeroizing::new(secret);
        for part in [date, region, service, request_type.as_str(), text.as_str()] {
            key = keyed(&key, part.as_bytes());
        }
        let user = percent_encode(&pair.user, QUERY);
        let proof = format!(
            "{algorithm} Credential={user}/{scope}, SignedHeaders={names}, Signature={}",
            hex::encode(&*key)
        );
        added.push((header::AUTHORIZATION, sensitive(&proof).ok_or(Unsignable::Header)?));
        Ok(added)
    }
}

impl Signing {
    /// Adds to the headers of a sending what signs it: as in curl, the host, the lines of `-H` and what is
    /// added here are signed. A payment is not: it is added afterwards.
    pub(super) fn sign(
        &self,
        pair: &Pair,
        request: Unsigned<'_>,
        body: [u8; 32],
        headers: &mut HeaderMap,
    ) -> Result<(), Error> {
        let mut signed = BTreeMap::new();
        for name in request.typed.iter().map(|line| &line.name) {
            let values: Vec<Vec<u8>> =
                headers.get_all(name).iter().map(|value| trimmed(value.as_bytes())).collect();
            let is_signed =
                !OF_THE_CONNECTION.contains(&name.as_str()) && !is_payment_header(name.as_str());
            if is_signed && !values.is_empty() {
                signed.insert(name.as_str().to_owned(), values.join(&b','));
            }
        }
        if !request.hostless && !signed.contains_key("host") {
            let host = host_header(request.url, request.typed_host)?;
            signed.insert("host".to_owned(), host.as_bytes().to_vec());
        }
        let message = Message {
            method: request.method.as_str(),
            host: request.url.host_str().unwrap_or_default(),
            target: request.target,
            headers: signed,
            body,
            now: self.clock.now(),
        };
        headers.extend(self.scheme.sign(pair, message)?);
        Ok(())
    }
}

/// Whether a header has temporary credentials, which prove a user beside a signature:
/// `X-Amz-Security-Token` and those of other providers.
pub(super) fn is_security_token(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-") && name.ends_with("-security-token")
}

/// Whether a header is known to have temporary credentials of a provider.
pub(super) fn is_temporary_credential(name: &HeaderName) -> bool {
    is_security_token(name) || matches!(name.as_str(), "x-amz-s3session-token" | "x-tc-token")
}

/// Whether a header may have something that proves a user where requests are signed: also
/// `X-Amz-S3session-Token`, `X-Tc-Token` and all others of the kind.
fn is_token(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-") && name.ends_with("-token")
}

/// Whether a header has a secret by its name: a token, or a key, such as
/// `X-Amz-Server-Side-Encryption-Customer-Key`, with which a provider encrypts what it keeps.
pub fn is_secret(name: &HeaderName) -> bool {
    is_token(name) || name.as_str().starts_with("x-") && name.as_str().ends_with("-key")
}

/// A header's value without blanks around it, and with one for several.
fn trimmed(value: &[u8]) -> Vec<u8> {
    let words = value.split(|byte| matches!(byte, b' ' | b'\t'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(&b' ')
}

/// A value that is a time of the form `20261231T235959Z`.
fn time(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let fits = text.len() == 16
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    fits.then(|| text.to_owned())
}

/// A query with its parts sorted, and everything escaped in one way. A plus is a blank, as in curl.
fn canonical_query(query: &str) -> String {
    let escaped = |text: &str| {
        let text = text.replace('+', " ");
        percent_encode(&percent_decode(text.as_bytes()).collect::<Vec<u8>>(), QUERY).to_string()
    };
    let mut parts: Vec<(String, String)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (escaped(name), escaped(value)))
        .collect();
    parts.sort_unstable();
    let parts: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.join("&")
}

/// HMAC-SHA-256, in bytes that are overwritten when they are dropped.
fn keyed(key: &[u8], message: &[u8]) -> Zeroizing<Vec<u8>> {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::default() };
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
#[path = "sigv4_tests.rs"]
mod tests;
