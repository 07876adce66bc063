//! The exit codes: curl's numbers for curl's failures, and 110 to 119 where money is in question.

use std::process::ExitCode;

/// A row of the table of exit codes.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The code.
    pub exit: Exit,
    /// Its name in JSON errors.
    pub name: &'static str,
    /// What it means, in a line.
    pub meaning: &'static str,
    /// Whether a signature is out.
    pub signed: bool,
}

/// The codes and their rows, made at once, so that none lacks the other.
macro_rules! exits {
    ($($exit:ident = $code:literal, $name:literal, $meaning:literal $(, $signed:ident)?;)*) => {
        /// How the program ends.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Exit {
            $(#[doc = $meaning] $exit = $code,)*
        }

        /// Every exit code, as the manual lists them.
        pub const TABLE: &[Row] = &[$(Exit::$exit.row()),*];

        impl Exit {
            /// Its row of the table.
            pub const fn row(self) -> Row {
                match self {
                    $(Self::$exit => Row {
                        exit: self,
                        name: $name,
                        meaning: $meaning,
                        signed: exits!(@signed $($signed)?),
                    },)*
                }
            }
        }
    };
    (@signed) => { false };
    (@signed signed) => { true };
}

exits! {
    Done = 0, "ok", "what was asked is done";
    Protocol = 1, "unsupported-scheme", "the URL's scheme is neither http nor https, or not allowed by --proto";
    Usage = 2, "usage", "the command line or the configuration is wrong";
    Url = 3, "malformed-url", "the URL is malformed";
    Proxy = 5, "proxy", "the proxy's name has no address, or its URL cannot be used";
    Resolve = 6, "resolve", "the host's name has no address";
    Connect = 7, "connect", "no connection";
    Weird = 8, "malformed-answer", "the answer's head is malformed";
    Http2 = 16, "http2", "a fault in HTTP/2's framing";
    Partial = 18, "partial", "the body ended early";
    Http = 22, "http-error", "HTTP status 400 or above, with -f";
    Write = 23, "write", "output could not be written";
    Read = 26, "read", "input could not be read";
    Timeout = 28, "timeout", "the time limit has passed";
    Range = 33, "no-range", "the server sends no parts of a resource";
    Tls = 35, "tls", "the TLS handshake failed";
    Interface = 45, "interface", "the interface, address or port to connect from cannot be used";
    Redirects = 47, "too-many-redirects", "more redirects than allowed";
    Option = 49, "option", "the value of a flag is malformed";
    Empty = 52, "empty-reply", "the server hung up without an answer";
    Send = 55, "send", "the request could not be sent";
    Receive = 56, "receive", "the answer could not be received or understood";
    ClientCertificate = 58, "client-certificate", "the client's own certificate or key is unusable";
    Cipher = 59, "cipher", "none of the cipher suites or curves that were asked for is known";
    Certificate = 60, "certificate", "the server's certificate is not trusted";
    Encoding = 61, "encoding", "a compressed body does not decode";
    TooLarge = 63, "too-large", "the resource is longer than --max-filesize";
    Login = 67, "login-denied", "the URL names a user, which --disallow-username-in-url forbids";
    CaFile = 77, "ca-file", "the file of certificate authorities is unusable";
    CrlFile = 82, "crl-file", "the file of revoked certificates is unusable";
    PinnedKey = 90, "pinned-key", "the server's public key is not the pinned one";
    Http2Stream = 92, "http2-stream", "the server ended a stream of HTTP/2";
    ProxyHandshake = 97, "proxy-handshake", "a SOCKS proxy gave no connection";
    PriceOverCap = 110, "price-over-cap", "the cheapest acceptable offer costs more than a cap";
    BudgetExhausted = 111, "budget-exhausted", "it would exceed a budget";
    PolicyRefused = 112, "policy-refused",
        "a rule forbids it: network, asset, scheme, payee, plain http, -k, an unmet --expect, a seller who changed";
    ConsentMissing = 113, "consent-missing", "no cap, and nobody to ask or the answer was no";
    NoPayableOffer = 114, "no-payable-offer",
        "terms that are malformed, or that this client cannot pay";
    WalletUnavailable = 115, "wallet-unavailable",
        "no wallet, a wrong password, an unreadable keystore";
    LedgerUnavailable = 116, "ledger-unavailable",
        "a payment could not be recorded, so none was made";
    PaymentRejected = 117, "payment-rejected",
        "the server refused the authorization, which counts until it expires", signed;
    OutcomeUnknown = 118, "outcome-unknown", "sent, and no trustworthy answer", signed;
    PaidNotDelivered = 119, "paid-not-delivered",
        "settled, but the resource failed or is incomplete", signed;
    Interrupted = 130, "interrupted", "interrupted by the user";
}

impl Exit {
    /// The code of two requests, one after the other: where money is in doubt that outweighs all,
    /// then where money was in question; of the rest the last one counts, as in curl.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        let weight = |exit| match exit {
            Self::OutcomeUnknown => 4,
            Self::PaidNotDelivered => 3,
            Self::PaymentRejected => 2,
            other if other.code() >= Self::PriceOverCap.code() => 1,
            _ => 0,
        };
        if weight(next) >= weight(self) { next } else { self }
    }

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_in_order_and_a_signature_is_out_from_117_on() {
        assert!(TABLE.windows(2).all(|pair| pair[0].exit.code() < pair[1].exit.code()));
        assert!(TABLE.iter().filter(|row| row.signed).all(|row| row.exit.code() >= 117));
    }
}
