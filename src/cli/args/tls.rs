//! What can be typed about TLS, in curl's letters.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::http::CertificateForm;

/// TLS.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "TLS")]
pub struct TlsArgs {
    /// Do not check the server's certificate; excludes paying, but on this machine
    #[arg(short = 'k', long)]
    pub insecure: bool,

    /// Trust only the certificate authorities in this file
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,

    /// Trust only the certificate authorities in the files of this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub capath: Option<PathBuf>,

    /// Certificate of the client's own, as PEM unless --cert-type says otherwise
    #[arg(short = 'E', long, value_name = "FILE[:PASSWORD]")]
    pub cert: Option<String>,

    /// Key of that certificate, as PEM; without it, in the same file
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,

    /// How the certificate is written; P12 is a PKCS #12 file with its key
    #[arg(long, value_name = "FORM", value_enum, ignore_case = true, default_value_t)]
    pub cert_type: CertificateType,

    /// How the key is written
    #[arg(long, value_name = "FORM", value_enum, ignore_case = true, default_value_t)]
    pub key_type: CertificateType,

    /// Password of that key, or of a PKCS #12 file
    #[arg(long, value_name = "PASSWORD")]
    pub pass: Option<String>,

    /// Believe only servers with this public key
    #[arg(long, value_name = "FILE|sha256//HASH[;...]")]
    pub pinnedpubkey: Option<String>,

    /// Speak TLS 1.0 or newer, which is 1.2 or newer here
    #[arg(short = '1', long, overrides_with_all = ["tlsv1_0", "tlsv1_1", "tlsv1_2", "tlsv1_3"])]
    pub tlsv1: bool,

    /// The same
    #[arg(long = "tlsv1.0", overrides_with_all = ["tlsv1", "tlsv1_1", "tlsv1_2", "tlsv1_3"])]
    pub tlsv1_0: bool,

    /// The same
    #[arg(long = "tlsv1.1", overrides_with_all = ["tlsv1", "tlsv1_0", "tlsv1_2", "tlsv1_3"])]
    pub tlsv1_1: bool,

    /// Speak TLS 1.2 or newer
    #[arg(long = "tlsv1.2", overrides_with_all = ["tlsv1", "tlsv1_0", "tlsv1_1", "tlsv1_3"])]
    pub tlsv1_2: bool,

    /// Speak TLS 1.3
    #[arg(long = "tlsv1.3", overrides_with_all = ["tlsv1", "tlsv1_0", "tlsv1_1", "tlsv1_2"])]
    pub tlsv1_3: bool,

    /// Offer these cipher suites for TLS 1.2, by OpenSSL's names
    #[arg(long, value_name = "LIST")]
    pub ciphers: Option<String>,

    /// Offer these cipher suites for TLS 1.3
    #[arg(long, value_name = "LIST")]
    pub tls13_ciphers: Option<String>,

    /// Exchange keys by these curves: X25519, P-256, P-384
    #[arg(long, value_name = "LIST")]
    pub curves: Option<String>,

    /// Refuse the certificates that this file says are revoked, as PEM
    #[arg(long, value_name = "FILE")]
    pub crlfile: Option<PathBuf>,

    /// Resume no session of TLS
    #[arg(long)]
    pub no_sessionid: bool,

    /// Newest version of TLS: default, 1.0, 1.1, 1.2, 1.3
    #[arg(long, value_name = "VERSION")]
    pub tls_max: Option<String>,
}

/// How a certificate or a key is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CertificateType {
    /// As text.
    #[default]
    Pem,
    /// As bytes.
    Der,
    /// Certificate and key in one file (PKCS #12).
    P12,
}

impl From<CertificateType> for CertificateForm {
    fn from(kind: CertificateType) -> Self {
        match kind {
            CertificateType::Pem => Self::Pem,
            CertificateType::Der => Self::Der,
            CertificateType::P12 => Self::Pkcs12,
        }
    }
}
