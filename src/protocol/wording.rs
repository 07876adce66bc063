//! What the words of a refusal leave open.
//!
//! A refusal is free text: servers write what their facilitator wrote, or what went wrong on the way
//! there, and no list of codes is complete. Words are looked for as parts of it, and to doubt: of what
//! is looked for, only that verifying was what failed, or that the chain undid a transaction, makes a
//! refusal more certain. The spellings are those of x402 for TypeScript, Python, Go and Rust, of the
//! token contracts, and of the nodes and proxies between them.

/// The authorization is used, or being used: by this very payment, for nobody else knows its nonce.
const USED: [&str; 16] = [
    "already used",
    "already been",
    "already consumed",
    "redeemed",
    "replay",
    "has been used",
    "authorization used",
    "authorization is used",
    "nonce used",
    "nonce is used",
    "nonce too low",
    "underpriced",
    "duplicate",
    "already known",
    "already processed",
    "already settled",
];

/// It was sent to the chain, and is not there yet.
const PENDING: [&str; 8] = [
    " pending ",
    " mined ",
    "unconfirmed",
    "in flight",
    "still processing",
    "transaction sent",
    "tx submitted",
    "transaction submitted",
];

/// Whoever settles was asked and not heard, or did not hear from the chain: what was asked may have
/// been done.
const UNHEARD: [&str; 41] = [
    "fetch failed",
    "failed to fetch",
    "http error",
    "error sending request",
    "connection",
    "disconnected",
    "econn",
    "socket hang up",
    "timed out",
    "timedout",
    "timeout",
    "time out",
    "deadline exceeded",
    " eof",
    " epipe ",
    "broken pipe",
    "abort",
    "network error",
    "bad gateway",
    "unavailable",
    "unreachable",
    "no response",
    "getaddrinfo",
    "too many requests",
    "broadcast",
    "to confirm",
    "confirmation",
    "not confirmed",
    "no receipt",
    "receipt not",
    "waiting for",
    "reset by",
    "handshake",
    "overloaded",
    "rate limit",
    "retry later",
    "status code 5",
    "context cancel",
    "token html",
    "token doctype",
    "end of json",
];

/// Something went wrong, at whatever step.
const VAGUE: [&str; 3] = ["unexpected error", "node failure", "internal server error"];

/// The server asked whether the payment is good, and got no further. Settling comes after that.
const VERIFYING: [&str; 2] = ["verification failed", "failed to verify"];

/// What is not spoken of before the payment was found good.
const AFTER_VERIFYING: [&str; 6] =
    [SETTLING, "transaction", "confirm", "broadcast", "receipt", " mined "];

/// Settling is what went wrong, or is spoken of without a word on how it went.
const SETTLING: &str = "settl";

/// A transaction that the chain undid has moved nothing.
const UNDONE: [&str; 4] = ["reverted", "failed onchain", "failed on chain", "transaction failed"];

/// Whether a payment that was refused in these words may have settled all the same.
pub(super) fn leaves_open(text: &str) -> bool {
    // A member of the terms, where a text quotes them in another language's spelling.
    let text = spelled(text).replace(" max timeout second", " ");
    let says = |any: &[&str]| any.iter().any(|part| text.contains(part));
    let verifying = says(&VERIFYING) && !says(&AFTER_VERIFYING);
    says(&USED)
        || says(&PENDING)
        || says(&UNHEARD) && !verifying
        || !says(&UNDONE) && (says(&[SETTLING]) || says(&VAGUE) && !verifying)
}

/// Whether these words say that the chain undid the transaction.
pub(super) fn is_undone(text: &str) -> bool {
    let text = spelled(text);
    UNDONE.iter().any(|part| text.contains(part))
}

/// One spelling for `timed out`, `timed_out` and `TimedOut`: small words with one space before and
/// after each.
pub(super) fn spelled(text: &str) -> String {
    let mut spelled = String::from(" ");
    let mut small = false;
    for c in text.chars() {
        let ends = !c.is_alphanumeric() || c.is_uppercase() && small;
        if ends && !spelled.ends_with(' ') {
            spelled.push(' ');
        }
        if c.is_alphanumeric() {
            spelled.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    spelled.push(' ');
    spelled
}

/// Whether a code says that a settlement is under way: `settlement_pending` and its like.
pub(super) fn is_pending(code: &str) -> bool {
    let code = code.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    ["settlement_pending", "settle_pending", "payment_pending", "pending", "pending_settlement"]
        .contains(&code.as_str())
}
