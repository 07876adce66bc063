//! The exit codes: curl's numbers for curl's failures, and 110 to 119 where money is in question.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// The URL's scheme is not spoken here.
    Protocol = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The URL is malformed.
    Url = 3,
    /// The proxy's name has no address, or its URL is unusable.
    Proxy = 5,
    /// The host's name has no address.
    Resolve = 6,
    /// No connection.
    Connect = 7,
    /// The answer's head is malformed.
    Weird = 8,
    /// A fault in HTTP/2's framing.
    Http2 = 16,
    /// The body ended early.
    Partial = 18,
    /// HTTP status 400 or above, with `-f`.
    Http = 22,
    /// Output could not be written.
    Write = 23,
    /// Input could not be read.
    Read = 26,
    /// The time limit has passed.
    Timeout = 28,
    /// The server sends no parts.
    Range = 33,
    /// The TLS handshake failed.
    Tls = 35,
    /// The interface, address or port to connect from cannot be used.
    Interface = 45,
    /// Too many redirects.
    Redirects = 47,
    /// The value of a flag is malformed.
    Option = 49,
    /// The server sent no whole head.
    Empty = 52,
    /// Sending failed.
    Send = 55,
    /// Receiving failed.
    Receive = 56,
    /// The client's own certificate cannot be used.
    ClientCertificate = 58,
    /// The server's certificate is not trusted.
    Certificate = 60,
    /// A compressed body does not decode.
    Encoding = 61,
    /// The resource is longer than allowed.
    TooLarge = 63,
    /// The file of certificate authorities is unusable.
    CaFile = 77,
    /// The server's public key is not the pinned one.
    PinnedKey = 90,
    /// The server ended a stream of HTTP/2.
    Http2Stream = 92,
    /// A SOCKS proxy gave no connection.
    ProxyHandshake = 97,
    /// The cheapest acceptable offer costs more than a cap.
    PriceOverCap = 110,
    /// It would exceed a budget.
    BudgetExhausted = 111,
    /// It breaks a rule of the owner.
    PolicyRefused = 112,
    /// No cap, and nobody to ask or the answer was no.
    ConsentMissing = 113,
    /// Nothing that this client can pay.
    NoPayableOffer = 114,
    /// No key.
    WalletUnavailable = 115,
    /// It cannot be recorded, so it is not signed.
    LedgerUnavailable = 116,
    /// The server refused the authorization.
    PaymentRejected = 117,
    /// Sent, and no trustworthy answer.
    OutcomeUnknown = 118,
    /// Settled, but the resource failed or is incomplete.
    PaidNotDelivered = 119,
    /// Interrupted by the user.
    Interrupted = 130,
}

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

const fn row(exit: Exit, name: &'static str, meaning: &'static str, signed: bool) -> Row {
    Row { exit, name, meaning, signed }
}

/// Every exit code, as the manual lists them.
pub const TABLE: [Row; 41] = [
    row(Exit::Done, "ok", "what was asked is done", false),
    row(Exit::Protocol, "unsupported-scheme", "the URL's scheme is neither http nor https", false),
    row(Exit::Usage, "usage", "the command line or the configuration is wrong", false),
    row(Exit::Url, "malformed-url", "the URL is malformed", false),
    row(Exit::Proxy, "proxy", "the proxy's name has no address, or its URL cannot be used", false),
    row(Exit::Resolve, "resolve", "the host's name has no address", false),
    row(Exit::Connect, "connect", "no connection", false),
    row(Exit::Weird, "malformed-answer", "the answer's head is malformed", false),
    row(Exit::Http2, "http2", "a fault in HTTP/2's framing", false),
    row(Exit::Partial, "partial", "the body ended early", false),
    row(Exit::Http, "http-error", "HTTP status 400 or above, with -f", false),
    row(Exit::Write, "write", "output could not be written", false),
    row(Exit::Read, "read", "input could not be read", false),
    row(Exit::Timeout, "timeout", "the time limit has passed", false),
    row(Exit::Range, "no-range", "the server sends no parts of a resource", false),
    row(Exit::Tls, "tls", "the TLS handshake failed", false),
    row(
        Exit::Interface,
        "interface",
        "the interface, address or port to connect from cannot be used",
        false,
    ),
    row(Exit::Redirects, "too-many-redirects", "more redirects than allowed", false),
    row(Exit::Option, "option", "the value of a flag is malformed", false),
    row(Exit::Empty, "empty-reply", "the server hung up without an answer", false),
    row(Exit::Send, "send", "the request could not be sent", false),
    row(Exit::Receive, "receive", "the answer could not be received or understood", false),
    row(
        Exit::ClientCertificate,
        "client-certificate",
        "the client's own certificate or key is unusable",
        false,
    ),
    row(Exit::Certificate, "certificate", "the server's certificate is not trusted", false),
    row(Exit::Encoding, "encoding", "a compressed body does not decode", false),
    row(Exit::TooLarge, "too-large", "the resource is longer than --max-filesize", false),
    row(Exit::CaFile, "ca-file", "the file of certificate authorities is unusable", false),
    row(Exit::PinnedKey, "pinned-key", "the server's public key is not the pinned one", false),
    row(Exit::Http2Stream, "http2-stream", "the server ended a stream of HTTP/2", false),
    row(Exit::ProxyHandshake, "proxy-handshake", "a SOCKS proxy gave no connection", false),
    row(
        Exit::PriceOverCap,
        "price-over-cap",
        "the cheapest acceptable offer costs more than a cap",
        false,
    ),
    row(Exit::BudgetExhausted, "budget-exhausted", "it would exceed a budget", false),
    row(
        Exit::PolicyRefused,
        "policy-refused",
        "a rule forbids it: network, asset, scheme, payee, plain http, -k, an unmet --expect, a seller who changed",
        false,
    ),
    row(
        Exit::ConsentMissing,
        "consent-missing",
        "no cap, and nobody to ask or the answer was no",
        false,
    ),
    row(
        Exit::NoPayableOffer,
        "no-payable-offer",
        "terms that are malformed, or that this client cannot pay",
        false,
    ),
    row(
        Exit::WalletUnavailable,
        "wallet-unavailable",
        "no wallet, a wrong password, an unreadable keystore",
        false,
    ),
    row(
        Exit::LedgerUnavailable,
        "ledger-unavailable",
        "a payment could not be recorded, so none was made",
        false,
    ),
    row(
        Exit::PaymentRejected,
        "payment-rejected",
        "the server refused the authorization, which counts until it expires",
        true,
    ),
    row(Exit::OutcomeUnknown, "outcome-unknown", "sent, and no trustworthy answer", true),
    row(
        Exit::PaidNotDelivered,
        "paid-not-delivered",
        "settled, but the resource failed or is incomplete",
        true,
    ),
    row(Exit::Interrupted, "interrupted", "interrupted by the user", false),
];

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

    /// Its row of the table.
    pub fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.exit == self)
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
    fn every_code_has_one_row_in_order() {
        assert!(TABLE.windows(2).all(|pair| pair[0].exit.code() < pair[1].exit.code()));
        assert!(TABLE.iter().filter(|row| row.signed).all(|row| row.exit.code() >= 117));
    }
}
