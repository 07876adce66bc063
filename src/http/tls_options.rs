//! How TLS is spoken, as the front door asks for it.

use std::path::PathBuf;

use zeroize::Zeroizing;

/// How TLS is spoken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// Do not check the other side's certificate.
    pub insecure: bool,
    /// Trust only the authorities in this file.
    pub ca_file: Option<PathBuf>,
    /// Trust the authorities in the files of this directory.
    pub ca_dir: Option<PathBuf>,
    /// The oldest version.
    pub least: TlsVersion,
    /// The newest version.
    pub most: Option<TlsVersion>,
    /// Who this client is.
    pub client: Option<ClientCertificate>,
    /// Do not agree on HTTP/2 in the handshake.
    pub no_alpn: bool,
    /// Resume no session.
    pub no_sessions: bool,
    /// The cipher suites to offer, by OpenSSL's names or IANA's; those of TLS 1.2 and of 1.3.
    pub ciphers: [Option<String>; 2],
    /// The groups for the exchange of keys, by OpenSSL's names.
    pub curves: Option<String>,
    /// A file of certificates that were revoked.
    pub revoked: Option<PathBuf>,
    /// The only public keys a server may have: base64 of SHA-256, or a file with the key.
    pub pinned_key: Option<String>,
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// 1.0, which nobody should speak and this client does not.
    Tls10,
    /// 1.1, which nobody should speak and this client does not.
    Tls11,
    /// 1.2
    #[default]
    Tls12,
    /// 1.3
    Tls13,
}

/// A certificate of the client's own.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The file with it, and with the authorities between it and the root.
    pub certificate: PathBuf,
    /// The file with its key; the same without one.
    pub key: Option<PathBuf>,
    /// How the certificate is written.
    pub form: CertificateForm,
    /// How the key is written, where it has a file of its own.
    pub key_form: CertificateForm,
    /// What the key is encrypted with, or the whole file.
    pub password: Option<Zeroizing<String>>,
}

/// How a certificate or a key is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CertificateForm {
    /// As text between lines of dashes.
    #[default]
    Pem,
    /// As bytes.
    Der,
    /// Certificates and their key in one file (PKCS #12).
    Pkcs12,
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}
