//! TLS as it was asked for: authorities, versions, the client's own certificate, what is not checked.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, VerifierBuilderError, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::server::ParsedCertificate;
use rustls::sign::SingleCertAndKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::ciphers;
use super::error::Error;
use super::identity::identity;
use super::options::{HttpVersion, Options};
use super::proxy::Proxies;
use super::roots;
use super::tls_options::{TlsOptions, TlsVersion};
use crate::text;
use crate::threads;

/// The configurations that connections share: each is made when it is first needed, and once. Loading
/// authorities takes longer than everything else, and a client's key may be encrypted under a password
/// that is hashed for a second.
#[derive(Clone, Default)]
pub(super) struct Configs {
    server: Rc<OnceCell<Arc<ClientConfig>>>,
    proxy: Rc<OnceCell<Arc<ClientConfig>>>,
}

impl Configs {
    /// For TLS with a server.
    pub(super) async fn server(&self, options: &Options) -> Result<Arc<ClientConfig>, Error> {
        let protocols: &[&[u8]] = match options.version {
            _ if options.tls.no_alpn => &[],
            HttpVersion::Negotiated => &[b"h2", b"http/1.1"],
            HttpVersion::Http2PriorKnowledge => &[b"h2"],
            HttpVersion::Http10 | HttpVersion::Http11 => &[b"http/1.1"],
        };
        made(&self.server, &options.tls, protocols).await
    }

    /// For TLS with a proxy.
    pub(super) async fn proxy(&self, proxies: &Proxies) -> Result<Arc<ClientConfig>, Error> {
        made(&self.proxy, &proxies.tls, &[b"http/1.1"]).await
    }
}

/// A configuration that is there, or is made on another thread: files may be pipes and hashes may take
/// long, and neither may keep a limit of time or a signal from ending the wait.
async fn made(
    kept: &OnceCell<Arc<ClientConfig>>,
    options: &TlsOptions,
    protocols: &'static [&'static [u8]],
) -> Result<Arc<ClientConfig>, Error> {
    let make = async || {
        let options = options.clone();
        let made = threads::beside(move || config(&options, protocols)).await;
        let made = made.unwrap_or_else(|| Err(Error::Tls("its files could not be read".into())));
        made.map(Arc::new)
    };
    kept.get_or_try_init(make).await.cloned()
}

/// The configuration for these options. `protocols` are offered in the handshake, first choice first.
pub(super) fn config(options: &TlsOptions, protocols: &[&[u8]]) -> Result<ClientConfig, Error> {
    let provider = provider(options)?;
    let checked = checked(options, &provider)?;
    build(options, protocols, provider, checked)
}

/// The configuration for a client that speaks HTTP/1.1 to a server and, on the way there, to a proxy: the
/// proxy's certificate is checked by rules of its own, which hold for the proxy's name.
pub(super) fn config_with_proxy(
    options: &TlsOptions,
    proxy: Option<(&str, &TlsOptions)>,
) -> Result<ClientConfig, Error> {
    let provider = provider(options)?;
    let mut rules = checked(options, &provider)?;
    if let Some((host, options)) = proxy {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| Error::Tls(error.to_string()))?;
        let named = checked(options, &provider)?;
        rules = Arc::new(ByName { name, named, others: rules });
    }
    build(options, &[b"http/1.1"], provider, rules)
}

/// The library's cryptography with the ciphers and curves that were asked for.
fn provider(options: &TlsOptions) -> Result<Arc<CryptoProvider>, Error> {
    let mut provider = rustls::crypto::ring::default_provider();
    ciphers::choose(&mut provider, options)?;
    Ok(Arc::new(provider))
}

/// The check of a server's certificate.
fn checked(
    options: &TlsOptions,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let checked: Arc<dyn ServerCertVerifier> = if options.insecure {
        Arc::new(Unchecked(Arc::clone(provider)))
    } else {
        verifier(options, provider)?
    };
    Ok(match &options.pinned_key {
        Some(pins) => {
            let rule = Rule::OnlyKeys(pinned_keys(pins)?);
            Arc::new(Ruled { inner: checked, rule })
        }
        None => checked,
    })
}

fn build(
    options: &TlsOptions,
    protocols: &[&[u8]],
    provider: Arc<CryptoProvider>,
    checked: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, Error> {
    let versions = versions(options);
    if versions.is_empty() {
        return Err(Error::Tls("no version of TLS is left to speak".into()));
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)
        .map_err(|error| Error::Tls(text::tls::handshake(&error)))?
        .dangerous()
        .with_custom_certificate_verifier(checked);
    let mut config = match &options.client {
        Some(own) => {
            let shown = SingleCertAndKey::from(identity(own)?);
            builder.with_client_cert_resolver(Arc::new(shown))
        }
        None => builder.with_no_client_auth(),
    };
    if options.no_sessions {
        config.resumption = Resumption::disabled();
    }
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}

fn versions(options: &TlsOptions) -> Vec<&'static rustls::SupportedProtocolVersion> {
    let most = options.most.unwrap_or(TlsVersion::Tls13);
    [(TlsVersion::Tls12, &rustls::version::TLS12), (TlsVersion::Tls13, &rustls::version::TLS13)]
        .into_iter()
        .filter(|(version, _)| *version >= options.least && *version <= most)
        .map(|(_, version)| version)
        .collect()
}

fn verifier(
    options: &TlsOptions,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let revoked = options.revoked.as_deref().map(revocations).transpose()?.unwrap_or_default();
    let named = options.ca_file.is_some() || options.ca_dir.is_some();
    let Some(authorities) =
        roots::authorities(options.ca_file.as_deref(), options.ca_dir.as_deref())?
    else {
        // The system's own verifier takes no list.
        if let Some(path) = &options.revoked {
            return Err(Error::Revoked { path: path.clone() });
        }
        return rustls_platform_verifier::Verifier::new(Arc::clone(provider))
            .map(|verifier| Arc::new(verifier) as Arc<dyn ServerCertVerifier>)
            .map_err(|error| Error::Tls(text::tls::handshake(&error)));
    };
    let mut store = rustls::RootCertStore::empty();
    store.add_parsable_certificates(authorities.iter().cloned());
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
    match built.with_crls(revoked).build() {
        Ok(inner) if named => Ok(Arc::new(Ruled { inner, rule: Rule::AlsoThese(authorities) })),
        Ok(inner) => Ok(inner),
        Err(VerifierBuilderError::InvalidCrl(_)) => {
            Err(Error::Revoked { path: options.revoked.clone().unwrap_or_default() })
        }
        Err(_) => Err(Error::CaFile { path: options.ca_file.clone().unwrap_or_default() }),
    }
}

/// The certificates that were revoked, by the lists in a file.
fn revocations(path: &Path) -> Result<Vec<CertificateRevocationListDer<'static>>, Error> {
    let lists = CertificateRevocationListDer::pem_file_iter(path).and_then(Iterator::collect);
    let lists: Option<Vec<_>> = lists.ok().filter(|lists: &Vec<_>| !lists.is_empty());
    lists.ok_or_else(|| Error::Revoked { path: path.to_path_buf() })
}

/// What `--pinnedpubkey` names: `sha256//HASH` several times, or a file with the key.
fn pinned_keys(text: &str) -> Result<Vec<[u8; 32]>, Error> {
    if text.starts_with("sha256//") {
        let keys = text.split(';').map(|pin| {
            let decoded = BASE64_STANDARD.decode(pin.strip_prefix("sha256//")?).ok()?;
            <[u8; 32]>::try_from(decoded).ok()
        });
        // One that is no hash matches nothing, as in curl.
        return Ok(keys.flatten().collect());
    }
    let bytes = std::fs::read(text).map_err(|_| Error::PinnedKey)?;
    let key = match SubjectPublicKeyInfoDer::from_pem_slice(&bytes) {
        Ok(key) => key.to_vec(),
        Err(_) => bytes,
    };
    Ok(vec![Sha256::digest(&key).into()])
}

/// Another verifier with a rule of the user's on top.
#[derive(Debug)]
struct Ruled {
    inner: Arc<dyn ServerCertVerifier>,
    rule: Rule,
}

#[derive(Debug)]
enum Rule {
    /// A certificate that is itself one of the authorities that the user named is believed, too.
    AlsoThese(Vec<CertificateDer<'static>>),
    /// Only servers with one of these public keys, by the SHA-256 of each, are believed.
    OnlyKeys(Vec<[u8; 32]>),
}

/// The mark of a key that is not the pinned one, which survives the library's wrapping.
#[derive(Debug, thiserror::Error)]
#[error("the server's public key is not the pinned one")]
pub(super) struct OtherKey;

impl ServerCertVerifier for Ruled {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let verified = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match (&self.rule, verified) {
            // A self-signed certificate marked as an authority, which is what common tools make. The
            // library looks at the times before this; what is left is the name.
            (
                Rule::AlsoThese(authorities),
                Err(TlsError::InvalidCertificate(CertificateError::Other(why))),
            ) if authorities.iter().any(|known| known == end_entity)
                && why.0.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            (Rule::OnlyKeys(keys), Ok(verified)) => {
                let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
                let hash: [u8; 32] = Sha256::digest(&key).into();
                let other_key = || CertificateError::Other(rustls::OtherError(Arc::new(OtherKey)));
                keys.contains(&hash).then_some(verified).ok_or_else(|| other_key().into())
            }
            (_, verified) => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// One check for the server of this name, and another one for all others.
#[derive(Debug)]
struct ByName {
    name: ServerName<'static>,
    named: Arc<dyn ServerCertVerifier>,
    others: Arc<dyn ServerCertVerifier>,
}

impl ServerCertVerifier for ByName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let check = if *server_name == self.name { &self.named } else { &self.others };
        check.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    // Both checks have the same cryptography.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.others.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.others.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.others.supported_verify_schemes()
    }
}

/// `-k`: whoever holds the key of any certificate is believed.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_rules_hold_for_the_proxys_name_alone() {
        let provider = provider(&TlsOptions::default()).unwrap();
        let strict = WebPkiServerVerifier::builder_with_provider(
            Arc::new(rustls::RootCertStore {
                roots: vec![webpki::anchor_from_trusted_cert(&own().into()).unwrap().to_owned()],
            }),
            Arc::clone(&provider),
        );
        let check = ByName {
            name: ServerName::try_from("proxy.test").unwrap(),
            named: Arc::new(Unchecked(provider)),
            others: strict.build().unwrap(),
        };
        let certificate = own().into();
        let verify = |name: &'static str| {
            let name = ServerName::try_from(name).unwrap();
            check.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
        };
        assert!(verify("proxy.test").is_ok() && verify("PROXY.test").is_ok());
        for other in ["node.test", "a.proxy.test", "127.0.0.1"] {
            assert!(verify(other).is_err(), "{other}");
        }
    }

    /// A certificate that nobody vouches for.
    fn own() -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed(["proxy.test".to_owned()]).unwrap();
        made.cert.der().to_vec()
    }
}
