//! A request as the user meant it, kept so that it can be sent again, identical.

use ::http::{HeaderMap, HeaderValue, Method, header};
use sha2::{Digest, Sha256};
use url::Url;

use super::body::Body;
use super::cookies::Jar;
use super::credentials::Credentials;
use super::lines::TypedLine;
use super::redirect::{Deed, Manners, keep_home};
use super::sigv4::is_temporary_credential;
use super::typed_url::joined_as_typed;
use crate::protocol::payment_headers;

/// A request.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Whether the user chose the method by hand, which then outlives redirects.
    pub method_is_fixed: bool,
    /// What it does, whatever the method is called.
    pub deed: Deed,
    /// Where to.
    pub url: Url,
    /// What stands in the first line instead of the URL's path and query.
    pub target: Option<Target>,
    /// The host as it was typed, in whatever letters.
    pub typed_host: Option<String>,
    /// Whether Host is left out.
    pub hostless: bool,
    /// The headers that were asked for, and those that every request has.
    pub headers: HeaderMap,
    /// The lines of `-H`, in their order and spelling. What is sent is in `headers`; this says how.
    pub typed: Vec<TypedLine>,
    /// The body's type, as long as there is a body.
    pub content_type: Option<HeaderValue>,
    /// The body.
    pub body: Body,
    /// Whether the body is sent in chunks where it can be, because its source said nothing of its length.
    pub in_chunks: bool,
    /// Who asks.
    pub credentials: Credentials,
    /// Cookies that were typed.
    pub cookie: Option<HeaderValue>,
    /// Cookies that are kept, if they are.
    pub jar: Option<Jar>,
    /// What is wanted on redirects.
    pub manners: Manners,
}

/// A request's target as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The URL's path and query, with its dots: for this URL and no other.
    AsTyped(String),
    /// For every URL that redirects lead to.
    Fixed(String),
}

impl Target {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::AsTyped(text) | Self::Fixed(text) => text,
        }
    }
}

impl Request {
    /// What stands in the first line.
    pub(super) fn target_text(&self) -> String {
        self.target.as_ref().map_or_else(|| self.own_target(), |target| target.text().to_owned())
    }

    /// What would, if it were only for the URL.
    fn own_target(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }

    /// Adds the target to the body's digest where the URL does not say it.
    pub(super) fn mark_target(&self, digest: [u8; 32]) -> [u8; 32] {
        match self.target.as_ref().filter(|target| target.text() != self.own_target()) {
            None => digest,
            Some(target) => Sha256::new_with_prefix(digest)
                .chain_update(target.text().as_bytes())
                .finalize()
                .into(),
        }
    }

    /// The headers that tell this request from other purchases. Cookies of the jar do not: a server may
    /// set one with its 402, and the next run's request is the same purchase all the same.
    ///
    /// Where requests are signed, neither does what only authenticates one of them: its time and the
    /// credentials that are known to be temporary. Any other header may choose what is bought, whatever
    /// its name: `X-Next-Token` does. Who signs does, by the user and the password as for any other proof, but for temporary
    /// credentials: beside a token, both are replaced with it every few hours.
    pub(super) fn marks(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        self.add_content_type(&mut headers);
        let mark = || self.credentials.mark(self.url.host_str().unwrap_or_default());
        let mut is_temporary = false;
        if let Some(signing) = &self.credentials.signing {
            headers.remove(signing.scheme.date_header());
            headers.remove(header::DATE);
            let proofs = headers.keys().filter(|name| is_temporary_credential(name));
            let proofs: Vec<_> = proofs.cloned().collect();
            is_temporary = !proofs.is_empty();
            for name in proofs {
                headers.remove(name);
            }
        }
        if !headers.contains_key(header::AUTHORIZATION)
            && !is_temporary
            && let Some(mark) = mark()
        {
            headers.insert(header::AUTHORIZATION, mark);
        }
        if !headers.contains_key(header::COOKIE)
            && let Some(cookie) = &self.cookie
        {
            headers.insert(header::COOKIE, cookie.clone());
        }
        headers
    }

    /// The headers of a sending to the present URL, before anybody is proved; `home` is the URL that
    /// was asked first.
    pub(super) fn headers_to_send(&self, home: &Url) -> HeaderMap {
        let mut headers = self.headers.clone();
        self.add_content_type(&mut headers);
        let signed = self.credentials.signing.is_some();
        keep_home(&mut headers, home, &self.url, self.manners, signed);
        let at_home = self.manners.trusting || home.origin() == self.url.origin();
        let typed = self
            .cookie
            .as_ref()
            .filter(|_| at_home && !self.headers.contains_key(header::COOKIE))
            .map(|cookie| cookie.as_bytes().to_vec());
        let host = headers.get(header::HOST);
        let kept = self.jar.as_ref().and_then(|jar| jar.for_url(&self.url, host));
        let kept = kept.map(String::into_bytes);
        let joined: Vec<Vec<u8>> = kept.into_iter().chain(typed).collect();
        if !joined.is_empty()
            && let Ok(value) = HeaderValue::from_bytes(&joined.join(b"; ".as_slice()))
        {
            // As in curl, those of -H come after them.
            let own: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
            headers.insert(header::COOKIE, value);
            headers.extend(own.into_iter().map(|own| (header::COOKIE, own)));
        }
        headers
    }

    fn add_content_type(&self, headers: &mut HeaderMap) {
        if self.body.length().is_some()
            && !headers.contains_key(header::CONTENT_TYPE)
            && let Some(kind) = &self.content_type
        {
            headers.insert(header::CONTENT_TYPE, kind.clone());
        }
    }

    /// Turns into the request that follows a redirect: a payment goes nowhere, and a body only where
    /// the status and the user let it.
    pub(super) fn follow(&mut self, status: u16, to: Url, location: Option<&str>) {
        let as_typed = match (&self.target, location) {
            (Some(Target::AsTyped(path)), Some(location)) => joined_as_typed(path, location, &to),
            _ => None,
        };
        if self.manners.refers {
            let mut from = self.url.clone();
            from.set_fragment(None);
            if let Ok(value) = HeaderValue::from_str(from.as_str()) {
                self.headers.insert(header::REFERER, value);
            }
        }
        for name in payment_headers() {
            self.headers.remove(name);
        }
        self.target.take_if(|target| matches!(target, Target::AsTyped(_)));
        if let Some(path) = as_typed {
            self.target = Some(Target::AsTyped(path));
        }
        self.url = to;
        if self.manners.becomes_get(status, self.deed) {
            self.deed = Deed::Get;
            self.body = Body::Empty;
            if !self.method_is_fixed {
                self.method = Method::GET;
            }
        }
    }
}
