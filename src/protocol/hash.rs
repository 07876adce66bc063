//! The hash of a transaction, as servers write it.

/// A transaction's hash: 64 hex digits, not all of them zero, with or without `0x`. Written as `0x` and
/// small digits.
pub(super) fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let is_hash = digits.len() == 64
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
        && digits.bytes().any(|b| b != b'0');
    is_hash.then(|| format!("0x{}", digits.to_ascii_lowercase()))
}
