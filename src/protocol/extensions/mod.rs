//! Extensions of x402 version 2: one file each. A server declares them in its challenge, and the client
//! sends them back with what it has to add.

pub(super) mod payment_identifier;
pub(super) mod sign_in_with_x;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Raw members of an object; the order of keys is free.
pub(super) type Members = BTreeMap<String, Box<RawValue>>;
