//! What can go wrong on the network, told apart as curl tells it apart.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A failure of the network.
#[derive(Debug, Error)]
pub enum Error {
    /// The URL's scheme is neither http nor https.
    #[error("the scheme {0:?} is not supported")]
    Scheme(String),
    /// The URL's scheme is one that the user does not allow.
    #[error("the scheme {0:?} is not allowed by --proto or --proto-redir")]
    SchemeForbidden(String),
    /// A payment that was agreed on for this machine would have left it.
    #[error("the connection for the payment leads to another machine than the one that asked")]
    Elsewhere,
    /// A payment could not be sent while it was valid.
    #[error("a payment's validity was over before it could be sent")]
    Expired,
    /// A proxy's URL cannot be used.
    #[error("the proxy's URL cannot be used")]
    ProxyUrl,
    /// A proxy's URL names something that is no proxy.
    #[error("the proxy's scheme {0:?} is not supported")]
    ProxyScheme(String),
    /// A proxy's name has no address.
    #[error("could not resolve proxy {0}")]
    ResolveProxy(String),
    /// A proxy gives no tunnel.
    #[error("the proxy refused the tunnel with HTTP status {0}")]
    ProxyRefused(u16),
    /// A proxy hung up before there was a tunnel.
    #[error("the proxy hung up before there was a tunnel: {0}")]
    ProxyHungUp(String),
    /// A SOCKS proxy gives no connection.
    #[error("the SOCKS proxy gave no connection: {0}")]
    Socks(String),
    /// The interface, address or port to connect from cannot be used.
    #[error("cannot connect from the given interface, address or port: {0}")]
    Interface(String),
    /// The URL has no form that can be sent.
    #[error("the URL cannot be sent as it is")]
    Target,
    /// An entry of `--connect-to` that applies names no port to connect to.
    #[error("--connect-to {0}: no port to connect to")]
    ConnectTo(String),
    /// A host name has no address.
    #[error("could not resolve host {0}")]
    Resolve(String),
    /// No connection.
    #[error("could not connect to {host}: {why}")]
    Connect {
        /// Host and port.
        host: String,
        /// Whether nobody listens there.
        refused: bool,
        /// The system's reason.
        why: String,
    },
    /// The TLS handshake failed for another reason than the certificate.
    #[error("the TLS handshake failed: {0}")]
    Tls(String),
    /// The server's certificate is not to be trusted.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// A file of certificates cannot be used.
    #[error("{path}: no usable certificates")]
    CaFile {
        /// The file.
        path: PathBuf,
    },
    /// The client's own certificate or key cannot be used.
    #[error("{path}: no usable client certificate and key: {why}")]
    ClientCertificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: Unusable,
    },
    /// The request cannot be signed for `--aws-sigv4`.
    #[error(transparent)]
    Unsignable(#[from] Unsignable),
    /// The server's public key is not the pinned one.
    #[error("the server's public key is not the pinned one")]
    PinnedKey,
    /// The user, or the system, wants the program to end.
    #[error("interrupted")]
    Interrupted,
    /// The time limit has passed.
    #[error("the time limit has passed")]
    TimedOut,
    /// Slower than allowed, for longer than allowed.
    #[error("slower than {0} bytes a second")]
    TooSlow(u64),
    /// The answer is no HTTP.
    #[error("the server does not speak HTTP/1 or HTTP/2")]
    NotHttp,
    /// The answer's head is malformed.
    #[error("the server's answer is malformed: {0}")]
    Malformed(String),
    /// A fault in HTTP/2's framing.
    #[error("HTTP/2: {0}")]
    Framing(String),
    /// A stream of HTTP/2 was ended by the server.
    #[error("HTTP/2: the server ended the stream: {0}")]
    Stream(String),
    /// The request could not be sent.
    #[error("sending failed: {0}")]
    Send(String),
    /// The server does not go on where a download should.
    #[error("the server does not seem to support ranges, so the download cannot be resumed")]
    NoRange,
    /// The server sends a part of the resource, and not the one that was asked for.
    #[error("the server sent another part than was asked for")]
    OtherPart,
    /// The file that a part is to be added to does not end where the part begins.
    #[error("the file does not end where -C goes on")]
    Gap,
    /// The resource is longer than the user wants.
    #[error("longer than the {0} bytes of --max-filesize")]
    TooLarge(u64),
    /// The connection ended before an answer's head was whole.
    #[error("the server hung up without an answer")]
    EmptyReply,
    /// The answer could not be received or understood.
    #[error("receiving failed: {0}")]
    Receive(String),
    /// The body ended before its announced end.
    #[error("the body ended early")]
    Partial,
    /// A compressed body does not decode.
    #[error("the body does not decode: {0}")]
    Decode(String),
    /// What was paid for comes in a coding that is not known.
    #[error("the body's coding {0:?} is not known, so it is kept as it came")]
    Undecoded(String),
    /// The request's body could not be read again.
    #[error("the request body could not be read: {0}")]
    RequestBody(io::Error),
    /// More redirects than allowed.
    #[error("more than {0} redirects")]
    TooManyRedirects(u32),
    /// A redirect names a user, and the user does not want that.
    #[error("the redirect's URL names a user, which --disallow-username-in-url forbids")]
    UserInUrl,
    /// None of the cipher suites or curves that were asked for is known.
    #[error("{0}: none of these is known here")]
    Cipher(String),
    /// A file of revoked certificates cannot be used.
    #[error("{path}: no usable list of revoked certificates")]
    Revoked {
        /// The file.
        path: PathBuf,
    },
    /// A redirect to something that is no http URL.
    #[error("a redirect to something that is no http URL")]
    RedirectTarget,
}

impl Error {
    /// Whether another connection would change nothing.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::Elsewhere | Self::Target | Self::Expired | Self::TooSlow(_))
    }

    /// Whether it was this side that gave up: by the time, the speed or a signal.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::TimedOut | Self::TooSlow(_) | Self::Interrupted)
    }
}

/// Most bytes of a file with a certificate or a key: a chain of certificates takes some thousand.
pub(super) const KEY_FILE_BYTES: u64 = 1 << 20;

/// Why a client's certificate or key cannot be used.
#[derive(Debug, Error)]
pub enum Unusable {
    /// The system does not hand the file out.
    #[error("{0}")]
    Unreadable(io::Error),
    /// The file is too long.
    #[error("longer than {KEY_FILE_BYTES} bytes")]
    TooLong,
    /// There is no certificate.
    #[error("no certificate is in it, in the form that --cert-type names")]
    NoCertificate,
    /// There is no key.
    #[error("no key is in it, in the form that --key-type names")]
    NoKey,
    /// A PKCS #12 file has no key.
    #[error("no key is in this PKCS #12 file")]
    OnlyCertificates,
    /// A key is encrypted and there is no password.
    #[error("its key is encrypted: give the password with --pass")]
    Locked,
    /// The password does not open it. A file that was changed cannot be known from a wrong password.
    #[error("the password is wrong, or the file is damaged")]
    Password,
    /// The password has characters that PKCS #12 cannot spell (RFC 7292, appendix B.1: a `BMPString`).
    #[error("its password cannot have characters above U+FFFF")]
    Letters,
    /// It is no PKCS #12 file.
    #[error("not a whole PKCS #12 file in DER")]
    Damaged,
    /// Opening it would take too long.
    #[error("its password is to be hashed more often than is done here")]
    Costly,
    /// The hash of the password is asked for with numbers that it cannot have.
    #[error("its password is to be hashed with parameters that are not valid")]
    Parameters,
    /// It is encrypted or authenticated in a way that is not known.
    #[error("it uses an algorithm that is not supported")]
    Algorithm,
    /// The key is of a kind that TLS has no use for here.
    #[error("its key is of a kind that is not supported")]
    KindOfKey,
    /// Certificate and key do not belong together.
    #[error("the certificate and the key do not belong together")]
    Mismatch,
}

/// Why a request cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unsignable {
    /// Neither the option nor the host names a service.
    #[error("--aws-sigv4: neither the option nor the host names a service")]
    Service,
    /// Neither the option nor the host names a region.
    #[error("--aws-sigv4: neither the option nor the host names a region")]
    Region,
    /// The time is not one that can be signed.
    #[error("--aws-sigv4: the time of the request is not of the form 20261231T235959Z")]
    Time,
    /// The user or the host has characters that no header can have.
    #[error("--aws-sigv4: the signature is no header")]
    Header,
}
