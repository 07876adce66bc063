//! `payment-identifier`: the server knows a payment by an id that the client chooses, so that one that
//! is sent again is the same (`specs/extensions/payment_identifier.md` in x402's repository).

use serde_json::value::{RawValue, to_raw_value};

use super::Members;

/// Its name among the extensions.
pub(in crate::protocol) const NAME: &str = "payment-identifier";

/// Length of an id, `pay_` and 32 digits, in bytes.
pub(in crate::protocol) const ID_BYTES: usize = 36;

/// What an extension says, without the schema of it, which nobody needs who knows it.
pub(in crate::protocol) fn without_schema(extension: &RawValue) -> Option<Box<RawValue>> {
    let mut extension: Members = serde_json::from_str(extension.get()).ok()?;
    extension.retain(|name, _| name == "info");
    to_raw_value(&extension).ok()
}

/// The declared extension with our `id` added under `info`; a server's own value is never changed.
pub(in crate::protocol) fn with_id(declared: &RawValue, identifier: &str) -> Option<Box<RawValue>> {
    let mut extension: Members = serde_json::from_str(declared.get()).ok()?;
    let mut info: Members = serde_json::from_str(extension.get("info")?.get()).ok()?;
    if info.contains_key("id") {
        return None;
    }
    info.insert("id".to_owned(), to_raw_value(identifier).ok()?);
    extension.insert("info".to_owned(), to_raw_value(&info).ok()?);
    to_raw_value(&extension).ok()
}
