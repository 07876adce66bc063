//! What went wrong with TLS, in words: the library tells much of it by the names of its own variants.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error};

/// Why a server's certificate is not trusted.
pub fn certificate(why: &CertificateError) -> String {
    use CertificateError as C;
    match why {
        C::Expired => "it has expired".to_owned(),
        C::ExpiredContext { not_after, .. } => format!("it expired at {}", at(*not_after)),
        C::NotValidYet => "it is not valid yet".to_owned(),
        C::NotValidYetContext { not_before, .. } => {
            format!("it is not valid before {}; is this machine's clock right?", at(*not_before))
        }
        C::Revoked => "it has been revoked".to_owned(),
        C::UnknownIssuer => "no authority that is trusted here has issued it".to_owned(),
        C::BadSignature => {
            "its signature does not fit the authority that is named in it, so it may be forged"
                .to_owned()
        }
        C::NotValidForName => "it is for another host name".to_owned(),
        C::NotValidForNameContext { expected, presented } => {
            let expected = expected.to_str();
            match presented.as_slice() {
                [] => format!("it names no host, and {expected:?} was asked for"),
                names => format!("it is for {}, and not for {expected}", names.join(", ")),
            }
        }
        C::BadEncoding => "it cannot be read".to_owned(),
        C::UnhandledCriticalExtension => {
            "it has a critical extension that is not understood".to_owned()
        }
        C::UnknownRevocationStatus => "whether it was revoked cannot be found out".to_owned(),
        C::ExpiredRevocationList | C::ExpiredRevocationListContext { .. } => {
            "the list of revoked certificates has expired".to_owned()
        }
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => {
            "it was not issued for a server".to_owned()
        }
        C::InvalidOcspResponse => {
            "the word on its revocation that came with it is not valid".to_owned()
        }
        C::ApplicationVerificationFailure => "it was refused".to_owned(),
        C::UnsupportedSignatureAlgorithmContext { .. }
        | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => ALGORITHM.to_owned(),
        C::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(why) => of_path(why).to_owned(),
            // What a verifier of the system says is a sentence of its own.
            None => other.0.to_string(),
        },
        // The library may add some, and has one that is out of use.
        other => words(&format!("{other:?}")),
    }
}

const ALGORITHM: &str = "it is signed by a method that is not supported";

/// Why a chain of certificates leads to no authority.
fn of_path(why: &webpki::Error) -> &'static str {
    use webpki::Error as W;
    match why {
        W::CaUsedAsEndEntity => {
            "it is an authority's certificate and not a server's, as one that is self-signed"
        }
        W::EndEntityUsedAsCa => "it was issued by a certificate that is no authority's",
        W::CertDistrusted => "its authority is not trusted any more",
        W::UnsupportedCertVersion => "it is of a version before 3, which names no host",
        W::NameConstraintViolation => "its authority may not issue certificates for this host name",
        W::PathLenConstraintViolated
        | W::MaximumPathDepthExceeded
        | W::MaximumPathBuildCallsExceeded
        | W::MaximumSignatureChecksExceeded
        | W::MaximumNameConstraintComparisonsExceeded => {
            "the chain from it to an authority is too long"
        }
        W::InvalidCertValidity => "the time for which it is valid ends before it begins",
        W::InvalidSerialNumber => "its serial number is not valid",
        W::SignatureAlgorithmMismatch => "it names two methods for its signature",
        W::UnsupportedCriticalExtension => "it has a critical extension that is not understood",
        _ => "it, or the chain from it to an authority, is not valid",
    }
}

/// Why a handshake failed for another reason.
pub fn handshake(error: &Error) -> String {
    match error {
        Error::AlertReceived(alert) => {
            format!("the other side ended it with the alert {:?}", words(&format!("{alert:?}")))
        }
        Error::PeerIncompatible(why) => {
            format!(
                "the other side speaks no TLS that is spoken here: {}",
                words(&format!("{why:?}"))
            )
        }
        Error::PeerMisbehaved(why) => {
            format!("the other side breaks the protocol: {}", words(&format!("{why:?}")))
        }
        Error::InvalidMessage(_) => "the other side's message is no TLS, or is damaged".to_owned(),
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            "the other side breaks the protocol: a message out of its turn".to_owned()
        }
        Error::InvalidCertificate(why) => certificate(why),
        Error::InvalidCertRevocationList(_) => {
            "the list of revoked certificates is not valid".to_owned()
        }
        Error::InvalidEncryptedClientHello(_) => "the encrypted greeting failed".to_owned(),
        Error::InconsistentKeys(_) => "the client's certificate and key do not fit".to_owned(),
        Error::NoCertificatesPresented => "the other side has no certificate".to_owned(),
        Error::NoApplicationProtocol => "there is no HTTP that both sides speak".to_owned(),
        Error::General(said) => said.clone(),
        Error::Other(other) => other.0.to_string(),
        // The rest are sentences, without anything of theirs in them.
        other => other.to_string(),
    }
}

/// A variant's name as words, without what it holds: `HandshakeFailure` is "handshake failure".
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars().take_while(|c| c.is_alphanumeric()) {
        if c.is_uppercase() && words.chars().last().is_some_and(char::is_lowercase) {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    if words.is_empty() { "for a reason without a name".to_owned() } else { words }
}

/// A time as RFC 3339 has it.
fn at(time: UnixTime) -> String {
    let second = i64::try_from(time.as_secs()).ok();
    let time = second.and_then(|second| Timestamp::from_second(second).ok());
    time.map_or_else(|| "a time that no calendar has".to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::ServerName;
    use rustls::{AlertDescription, InvalidMessage, OtherError, PeerIncompatible, PeerMisbehaved};
    use std::sync::Arc;
    use std::time::Duration;

    /// None of them shows how a program would write the value.
    #[track_caller]
    fn is_a_sentence(text: &str) {
        let debug = ["(", "{", "::", "Error", "Context", "Used"];
        assert!(!debug.iter().any(|part| text.contains(part)), "{text}");
        assert!(text.chars().next().is_some_and(char::is_lowercase), "{text}");
    }

    #[test]
    fn every_certificate_that_is_not_trusted_is_told_in_a_sentence() {
        use CertificateError as C;
        let time = UnixTime::since_unix_epoch(Duration::from_hours(489_912));
        let expected = ServerName::try_from("a.example").unwrap();
        let other = |why: webpki::Error| C::Other(OtherError(Arc::new(why)));
        for (why, part) in [
            (C::Expired, "expired"),
            (C::ExpiredContext { time, not_after: time }, "2025-11-21T00:00:00Z"),
            (C::NotValidYet, "not valid yet"),
            (C::NotValidYetContext { time, not_before: time }, "2025-11-21T00:00:00Z"),
            (C::Revoked, "revoked"),
            (C::UnknownIssuer, "authority"),
            (C::BadSignature, "signature"),
            (C::BadEncoding, "read"),
            (C::NotValidForName, "another host name"),
            (
                C::NotValidForNameContext {
                    expected: expected.clone(),
                    presented: vec!["b.example".into()],
                },
                "it is for b.example, and not for a.example",
            ),
            (C::NotValidForNameContext { expected, presented: vec![] }, "names no host"),
            (C::UnhandledCriticalExtension, "critical extension"),
            (C::InvalidPurpose, "server"),
            (C::UnknownRevocationStatus, "revoked"),
            (C::ExpiredRevocationList, "revoked"),
            (C::InvalidOcspResponse, "revocation"),
            (C::ApplicationVerificationFailure, "refused"),
            (other(webpki::Error::CaUsedAsEndEntity), "self-signed"),
            (other(webpki::Error::EndEntityUsedAsCa), "no authority"),
            (other(webpki::Error::UnsupportedCertVersion), "version"),
            (other(webpki::Error::NameConstraintViolation), "may not issue"),
            (other(webpki::Error::MalformedExtensions), "not valid"),
        ] {
            let told = certificate(&why);
            assert!(told.contains(part), "{told}");
            is_a_sentence(&told);
        }
    }

    #[test]
    fn every_handshake_that_fails_is_told_in_a_sentence() {
        for (error, part) in [
            (Error::AlertReceived(AlertDescription::HandshakeFailure), "\"handshake failure\""),
            (Error::AlertReceived(AlertDescription::UnrecognisedName), "\"unrecognised name\""),
            (
                Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13),
                "speaks no TLS",
            ),
            (
                Error::PeerMisbehaved(PeerMisbehaved::MessageInterleavedWithHandshakeMessage),
                "breaks the protocol",
            ),
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), "no TLS"),
            (Error::NoCertificatesPresented, "no certificate"),
            (Error::NoApplicationProtocol, "HTTP"),
            (Error::DecryptError, "decrypt"),
            (Error::General("why".into()), "why"),
        ] {
            let told = handshake(&error);
            assert!(told.contains(part), "{told}");
            is_a_sentence(&told);
        }
    }
}
