//! `sign-in-with-x`: the server also lets in a client that proves to own an address. It is only
//! detected.

use serde_json::Value;
use serde_json::value::RawValue;

/// Its name among the extensions.
const NAME: &str = "sign-in-with-x";

/// Whether it is among the extensions that a server declares.
pub(in crate::protocol) fn is_declared(extensions: Option<&RawValue>) -> bool {
    let extensions = extensions.map(|raw| serde_json::from_str(raw.get()));
    matches!(extensions, Some(Ok(Value::Object(all))) if all.contains_key(NAME))
}
