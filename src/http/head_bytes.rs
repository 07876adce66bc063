//! A response's head as bytes, as `-i` and `-D` write it.

use ::http::{HeaderMap, Version};

use super::head::Head;

/// A head as `-i` and `-D` write it: as it came, where it came as lines.
pub fn head_bytes(head: &Head) -> Vec<u8> {
    if !head.text.is_empty() || head.version == Version::HTTP_09 {
        return head.text.to_vec();
    }
    // HTTP/2 has no reason; curl ends its line with a space, and so do we.
    let (version, status) = (head.version_text(), head.status.as_u16());
    let mut bytes = format!("HTTP/{version} {status} {}\r\n", head.reason).into_bytes();
    bytes.extend_from_slice(&header_lines(&head.headers));
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Headers as lines.
pub fn header_lines(headers: &HeaderMap) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
