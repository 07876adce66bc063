//! The head of a request or an answer of HTTP/1, as bytes.

/// The header that announces a body's length.
pub(super) const LENGTH: &str = "content-length";

/// The letter that its last one becomes where it is hidden.
pub(super) const HIDDEN: u8 = b'_';

/// What it is called then.
pub(super) const HIDDEN_LENGTH: &str = "content-lengt_";

/// Whether a head says that its body comes in chunks.
pub(super) fn is_chunked(head: &[u8]) -> bool {
    const NAME: &[u8] = b"transfer-encoding:";
    head.split(|&byte| byte == b'\n').any(|line| {
        let name = line.get(..NAME.len()).unwrap_or_default();
        let value = line.get(NAME.len()..).unwrap_or_default();
        name.eq_ignore_ascii_case(NAME) && value.trim_ascii().eq_ignore_ascii_case(b"chunked")
    })
}

/// Length of the head at the beginning, up to and with its empty line.
pub(super) fn head_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        at = at.saturating_add(line.len());
        if matches!(line, b"\n" | b"\r\n") && at > line.len() {
            return Some(at);
        }
    }
    None
}

/// Whether a head is one of those that another follows: 100 Continue, 103 Early Hints.
pub(super) fn is_interim(head: &[u8]) -> bool {
    let status = head.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
    status.starts_with(b"1") && !status.starts_with(b"101")
}
