//! A certificate nobody trusts until they are told to.

use base64::prelude::{BASE64_STANDARD as STANDARD, Engine as _};
use rcgen::PublicKeyData as _;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A self-signed certificate and its key, made on the spot.
pub(crate) struct Identity {
    config: Arc<ServerConfig>,
    pem: String,
    key: String,
    /// The hash of its public key, as `--pinnedpubkey` takes it.
    pub(crate) pin: String,
}

impl Identity {
    /// For one host name or address.
    pub(crate) fn new(name: &str) -> Self {
        Self::made(name, None, rustls::ALL_VERSIONS, false)
    }

    /// Marked as an authority, as common tools mark what they make.
    pub(crate) fn authority(name: &str) -> Self {
        Self::made(name, None, rustls::ALL_VERSIONS, true)
    }

    /// A server that speaks these versions of TLS alone.
    pub(crate) fn speaking(
        name: &str,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Self {
        Self::made(name, None, versions, false)
    }

    /// A server that lets only this client in.
    pub(crate) fn wanting(name: &str, client: &Self) -> Self {
        Self::trusting(name, client.der())
    }

    /// A server that lets in only clients that this authority, or an authority of its, vouches for.
    pub(crate) fn trusting(name: &str, authority: CertificateDer<'static>) -> Self {
        Self::made(name, Some(authority), rustls::ALL_VERSIONS, false)
    }

    fn made(
        name: &str,
        authority: Option<CertificateDer<'static>>,
        versions: &[&'static rustls::SupportedProtocolVersion],
        is_authority: bool,
    ) -> Self {
        let mut parameters =
            rcgen::CertificateParams::new([name.to_owned()]).expect("a name for a certificate");
        if is_authority {
            parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        }
        let signing_key = rcgen::KeyPair::generate().expect("a key");
        let cert = parameters.self_signed(&signing_key).expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .expect("versions of TLS");
        let builder = match authority {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = rustls::RootCertStore::empty();
                roots.add(authority).expect("a root");
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let config = builder
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a certificate with its key");
        let hash = Sha256::digest(signing_key.subject_public_key_info());
        let pin = format!("sha256//{}", STANDARD.encode(hash));
        Self { config: Arc::new(config), pem: cert.pem(), key: signing_key.serialize_pem(), pin }
    }

    /// A certificate of an authority, for one host name; the authority's own, and two of its lists: one
    /// in which the first certificate is revoked, and one in which nothing is. All but the first as PEM.
    pub(crate) fn revoked(name: &str) -> (Self, String, String, String) {
        let mut of_authority = rcgen::CertificateParams::new([]).expect("an authority");
        of_authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        of_authority.key_usages =
            vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
        let authority_key = rcgen::KeyPair::generate().expect("a key");
        let authority = of_authority.self_signed(&authority_key).expect("a certificate");
        let issuer = rcgen::Issuer::new(of_authority, authority_key);
        let mut parameters =
            rcgen::CertificateParams::new([name.to_owned()]).expect("a name for a certificate");
        let serial_number = rcgen::SerialNumber::from(77);
        parameters.serial_number = Some(serial_number.clone());
        let signing_key = rcgen::KeyPair::generate().expect("a key");
        let cert = parameters.signed_by(&signing_key, &issuer).expect("a certificate");
        let list = |revoked: Vec<rcgen::RevokedCertParams>| {
            let parameters = rcgen::CertificateRevocationListParams {
                this_update: rcgen::date_time_ymd(2020, 1, 1),
                next_update: rcgen::date_time_ymd(2099, 1, 1),
                crl_number: rcgen::SerialNumber::from(1),
                issuing_distribution_point: None,
                revoked_certs: revoked,
                key_identifier_method: rcgen::KeyIdMethod::Sha256,
            };
            parameters.signed_by(&issuer).expect("a list").pem().expect("a list as text")
        };
        let entry = rcgen::RevokedCertParams {
            serial_number,
            revocation_time: rcgen::date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a certificate with its key");
        let identity = Self {
            config: Arc::new(config),
            pem: cert.pem(),
            key: signing_key.serialize_pem(),
            pin: String::new(),
        };
        (identity, authority.pem(), list(vec![entry]), list(Vec::new()))
    }

    /// Its key as bytes.
    pub(crate) fn key_der(&self) -> Vec<u8> {
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("a key");
        key.secret_der().to_vec()
    }

    /// The certificate as bytes.
    pub(crate) fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.pem.as_bytes()).expect("a certificate")
    }

    /// The certificate, for `--cacert`.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// Its key, for `--key`.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}
