//! Who asks: user and password, sent as they are (Basic) or proved without being sent (Digest).

use std::sync::Arc;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use alloy_primitives::hex;
use digest_auth::{AuthContext, HttpMethod, WwwAuthenticateHeader};

use super::credential::{Pair, sensitive};
use super::sigv4::Signing;
use crate::pay::Entropy;

/// Longest challenge that is read, in bytes.
const LONGEST: usize = 4096;

/// Length of the client's nonce of a digest, in bytes before they are written in hexadecimal.
const CNONCE_BYTES: usize = 16;

/// Most new nonces for the same request: a server that calls each one stale would never end.
const MOST_STALE: u8 = 2;

/// How a user is proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Proof {
    /// By sending the password.
    #[default]
    Basic,
    /// By a hash of it and of what the server says first.
    Digest,
    /// By whichever of both the server offers, Digest before Basic.
    Any,
}

/// Finds the user for a host.
pub type Lookup = Arc<dyn Fn(&str) -> Option<Pair> + Send + Sync>;

/// The credentials of a request.
#[derive(Clone, Default)]
pub struct Credentials {
    /// For the origin that is asked first, and for no other.
    pub own: Option<Pair>,
    /// For a host by its name, where there are none of one's own.
    pub by_host: Option<Lookup>,
    /// How they are proved.
    pub proof: Proof,
    /// How requests are signed with them, instead.
    pub signing: Option<Signing>,
}

/// What has been learned from an origin about proving a user there.
#[derive(Default)]
pub(super) struct Lesson {
    digest: Option<WwwAuthenticateHeader>,
    /// The algorithm as the challenge named it, if it did.
    algorithm: Option<String>,
    basic: bool,
    stale: u8,
    unasked: bool,
}

impl Credentials {
    /// The user for a host; `home` says whether it is the origin that is asked first.
    pub(super) fn pair(&self, host: &str, home: bool) -> Option<Pair> {
        match &self.own {
            Some(own) if home => Some(own.clone()),
            _ => self.by_host.as_ref().and_then(|lookup| lookup(host)),
        }
    }

    /// What stands for the user in the fingerprint of a request: the same however it is proved.
    pub(super) fn mark(&self, host: &str) -> Option<HeaderValue> {
        self.pair(host, true).as_ref().and_then(Pair::basic)
    }

    /// Whether a body is to be held back until the server has said how it wants to be asked.
    pub(super) fn probes(&self, lesson: &Lesson, host: &str, home: bool) -> bool {
        lesson.is_open(self.proof) && self.pair(host, home).is_some()
    }
}

impl Lesson {
    /// Whether a digest is to be given, and it is not known yet of what.
    pub(super) fn is_open(&self, proof: Proof) -> bool {
        proof == Proof::Digest && self.digest.is_none() && !self.unasked
    }

    /// Of an origin that did not ask.
    pub(super) fn unasked() -> Self {
        Self { unasked: true, ..Self::default() }
    }

    /// The header that proves the user in one request; `target` is its path and query. `None` also
    /// where a digest needs a random number and there is none.
    pub(super) fn header(
        &mut self,
        pair: &Pair,
        proof: Proof,
        method: &Method,
        target: &str,
        entropy: &dyn Entropy,
    ) -> Option<HeaderValue> {
        if let Some(challenge) = &mut self.digest {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let mut context = AuthContext::new_with_method(
                text(&pair.user),
                text(&pair.password),
                target,
                None::<&[u8]>,
                HttpMethod::from(method.as_str().to_owned()),
            );
            // The library would draw one itself.
            let nonce = entropy.nonce().ok()?;
            context.set_custom_cnonce(hex::encode(nonce.get(..CNONCE_BYTES)?));
            let proof = challenge.respond(&context).ok()?.to_header_string();
            return sensitive(&named(proof, self.algorithm.as_deref()));
        }
        match proof {
            Proof::Basic => pair.basic(),
            Proof::Any if self.basic => pair.basic(),
            Proof::Any | Proof::Digest => None,
        }
    }

    /// Learns from a 401. Whether it is worth asking again.
    pub(super) fn learn(&mut self, proof: Proof, headers: &HeaderMap) -> bool {
        self.learn_by(&header::WWW_AUTHENTICATE, proof, headers)
    }

    /// The same of the header that has the challenges: a proxy's is another one.
    pub(super) fn learn_by(
        &mut self,
        name: &HeaderName,
        proof: Proof,
        headers: &HeaderMap,
    ) -> bool {
        if proof == Proof::Basic || self.basic {
            return false;
        }
        let challenges: Vec<&str> = headers
            .get_all(name)
            .iter()
            // The library counts bytes where it means characters, and lengths are the server's.
            .filter_map(|value| value.to_str().ok())
            .filter(|text| text.is_ascii() && text.len() <= LONGEST)
            .collect();
        let digest = challenges.iter().find_map(|text| scheme(text, "digest"));
        let digest = digest.map(with_known_qop);
        let challenge = digest.as_deref().map(WwwAuthenticateHeader::parse);
        if let Some(Ok(challenge)) = challenge {
            let again = self.digest.is_some();
            if again && (!challenge.stale || self.stale >= MOST_STALE) {
                return false;
            }
            self.stale = self.stale.saturating_add(u8::from(again));
            self.digest = Some(challenge);
            self.algorithm = digest.as_deref().and_then(|text| parameter(text, "algorithm"));
            return true;
        }
        self.basic = proof == Proof::Any
            && self.digest.is_none()
            && challenges.iter().any(|text| scheme(text, "basic").is_some());
        self.basic
    }
}

/// What a challenge says for one scheme, without the scheme's name; a scheme may say nothing more
/// (RFC 9110, section 11.3).
fn scheme<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    let begins =
        [0].into_iter().chain(lower.match_indices(',').map(|(at, comma)| at + comma.len()));
    begins.into_iter().find_map(|at| {
        let part = text.get(at..)?.trim_start();
        let (found, rest) = part.split_at_checked(name.len())?;
        let ends = rest.is_empty() || rest.starts_with([' ', ',']);
        (found.eq_ignore_ascii_case(name) && ends).then_some(rest)
    })
}

/// The value of a parameter of a challenge, without its quotation marks; the last one of a name counts.
fn parameter(text: &str, name: &str) -> Option<String> {
    let (at, _) = find(text, name)?;
    let value = text.get(at..)?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([',', ' ']).next(),
    };
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Where the value of the last parameter of a name begins and ends, with its quotation marks.
fn find(text: &str, name: &str) -> Option<(usize, usize)> {
    let mut found = None;
    let mut begin = 0;
    let mut is_quoted = false;
    let ends = text.char_indices().chain([(text.len(), ',')]);
    for (at, letter) in ends {
        is_quoted ^= letter == '"';
        if letter == ',' && !is_quoted {
            let part = text.get(begin..at).unwrap_or_default();
            let pair = part.split_once('=');
            if let Some((_, value)) = pair.filter(|(of, _)| of.trim().eq_ignore_ascii_case(name)) {
                let blanks = value.len().saturating_sub(value.trim_start().len());
                let value_at = at.saturating_sub(value.len()).saturating_add(blanks);
                found = Some((value_at, value_at.saturating_add(value.trim().len())));
            }
            begin = at.saturating_add(1);
        }
    }
    found
}

/// A challenge with those ways to protect an answer that are known, or without any: the library refuses
/// a list in which there are others.
fn with_known_qop(text: &str) -> String {
    let known = parameter(text, "qop").map(|all| {
        let known = all.split(',').map(str::trim).filter(|one| matches!(*one, "auth" | "auth-int"));
        known.collect::<Vec<_>>().join(",")
    });
    match (known, find(text, "qop")) {
        (Some(known), Some((begin, end))) if !known.is_empty() => {
            let (before, after) = (text.get(..begin), text.get(end..));
            format!("{}\"{known}\"{}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

/// A proof that names the algorithm where the challenge does, as curl's does (RFC 7616, section 3.4), and
/// nowhere else.
fn named(proof: String, algorithm: Option<&str>) -> String {
    const NAME: &str = ", algorithm=";
    match (proof.find(NAME), algorithm) {
        (Some(at), None) => {
            let (before, rest) = proof.split_at(at);
            let rest = rest.get(NAME.len()..).unwrap_or_default();
            let after = rest.find(',').and_then(|comma| rest.get(comma..)).unwrap_or_default();
            format!("{before}{after}")
        }
        (None, Some(algorithm)) => format!("{proof}{NAME}{algorithm}"),
        _ => proof,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay::EntropyError;
    use alloy_primitives::B256;
    use proptest::prelude::*;

    /// Random numbers that are always the same.
    struct Fixed;

    impl Entropy for Fixed {
        fn nonce(&self) -> Result<B256, EntropyError> {
            Ok(B256::repeat_byte(7))
        }
    }

    /// A system without random numbers.
    struct Nothing;

    impl Entropy for Nothing {
        fn nonce(&self) -> Result<B256, EntropyError> {
            Err(EntropyError)
        }
    }

    #[test]
    fn the_clients_nonce_is_made_of_the_random_numbers_that_are_given() {
        let mut lesson = Lesson::default();
        let said = challenges(&["Digest realm=\"r\", nonce=\"n\", qop=\"auth\""]);
        assert!(lesson.learn(Proof::Digest, &said));
        let header = lesson.header(&pair(), Proof::Digest, &Method::GET, "/", &Fixed).unwrap();
        let nonce = format!("cnonce=\"{}\"", "07".repeat(CNONCE_BYTES));
        assert!(header.to_str().unwrap().contains(&nonce), "{header:?}");
        let without = lesson.header(&pair(), Proof::Digest, &Method::GET, "/", &Nothing);
        assert!(without.is_none(), "no nonce, no digest");
    }

    fn pair() -> Pair {
        Pair { user: b"Mufasa".to_vec(), password: b"Circle Of Life".to_vec().into() }
    }

    fn challenges(texts: &[&str]) -> HeaderMap {
        let named = |text: &&str| (header::WWW_AUTHENTICATE, text.parse().unwrap());
        texts.iter().map(named).collect()
    }

    #[test]
    fn digest_is_proved_and_counted() {
        let mut lesson = Lesson::default();
        assert!(lesson.header(&pair(), Proof::Digest, &Method::GET, "/", &Fixed).is_none());
        let said =
            challenges(&["Basic realm=\"x\"", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""]);
        assert!(lesson.learn(Proof::Digest, &said));
        for count in ["nc=00000001", "nc=00000002"] {
            let header =
                lesson.header(&pair(), Proof::Digest, &Method::GET, "/a?b", &Fixed).unwrap();
            let text = header.to_str().unwrap();
            assert!(header.is_sensitive() && text.starts_with("Digest username=\"Mufasa\""));
            assert!(text.contains(count) && text.contains("uri=\"/a?b\""), "{text}");
            assert!(!text.contains("Circle"));
        }
        assert!(!lesson.learn(Proof::Digest, &said), "refused is refused");
    }

    #[test]
    fn a_proof_names_the_algorithm_where_it_was_named() {
        let proof = |challenge: &str| {
            let mut lesson = Lesson::default();
            assert!(lesson.learn(Proof::Digest, &challenges(&[challenge])), "{challenge}");
            let header = lesson.header(&pair(), Proof::Digest, &Method::GET, "/", &Fixed).unwrap();
            header.to_str().unwrap().to_owned()
        };
        assert!(!proof("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"").contains("algorithm"));
        assert!(!proof("Digest realm=\"algorithm=MD5\", nonce=\"n\"").ends_with("algorithm=MD5"));
        let twice = proof("Digest realm=\"r\", algorithm=MD5, algorithm=MD5, nonce=1, nonce=2");
        assert!(twice.ends_with(", algorithm=MD5") && twice.contains("nonce=\"2\""), "{twice}");
        let other = proof("Digest realm=\"r\", nonce=\"n\", qop=\"crazy, auth\", opaque=\"a,b\"");
        assert!(other.contains("qop=auth") && other.contains("opaque=\"a,b\""), "{other}");
    }

    #[test]
    fn a_password_is_sent_as_it_is_only_where_that_is_allowed() {
        let basic = challenges(&["Basic realm=\"x\""]);
        let mut lesson = Lesson::default();
        assert!(!lesson.learn(Proof::Digest, &basic));
        assert!(lesson.header(&pair(), Proof::Digest, &Method::GET, "/", &Fixed).is_none());
        assert!(lesson.header(&pair(), Proof::Any, &Method::GET, "/", &Fixed).is_none());
        assert!(lesson.learn(Proof::Any, &basic));
        assert!(lesson.header(&pair(), Proof::Any, &Method::GET, "/", &Fixed).is_some());
        assert!(!lesson.learn(Proof::Any, &basic));
    }

    #[test]
    fn a_server_that_calls_every_nonce_stale_is_not_asked_for_ever() {
        let stale = challenges(&["Digest realm=\"r\", nonce=\"n\", stale=true"]);
        let mut lesson = Lesson::default();
        let asked = (0..10).take_while(|_| lesson.learn(Proof::Any, &stale)).count();
        assert_eq!(asked, 3);
    }

    #[test]
    fn a_challenge_is_found_among_others() {
        assert_eq!(scheme("Digest a=b", "digest"), Some(" a=b"));
        assert_eq!(scheme("Basic realm=\"x\", Digest a=b", "digest"), Some(" a=b"));
        assert_eq!(scheme("Basic realm=\"x\",Digest a=b", "digest"), Some(" a=b"));
        assert_eq!(scheme("Digestive a=b", "digest"), None);
        assert_eq!(scheme("Basic", "basic"), Some(""));
        assert_eq!(scheme("Negotiate, basic", "basic"), Some(""));
        assert_eq!(scheme("Basic,Digest a=b", "basic"), Some(",Digest a=b"));
        assert_eq!(scheme("Basically", "basic"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            let Ok(value) = HeaderValue::from_bytes(format!("Digest {text}").as_bytes()) else {
                return Ok(());
            };
            let headers = [(header::WWW_AUTHENTICATE, value)].into_iter().collect();
            let mut lesson = Lesson::default();
            if lesson.learn(Proof::Any, &headers) {
                let _ = lesson.header(&pair(), Proof::Any, &Method::GET, "/", &Fixed);
            }
        }
    }
}
