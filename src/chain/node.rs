//! One JSON-RPC 2.0 call over HTTP: bounded in time and length, told apart by what went wrong.

use std::time::Duration;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use url::Url;

use super::client::{NodeAnswer, NodeClient};
use super::error::ChainError;

/// Longest answer, in bytes after decompression.
const ANSWER_LIMIT: usize = 1 << 20;

/// Where a node is, and how it is reached.
pub(super) struct Node {
    pub(super) client: Box<dyn NodeClient>,
    pub(super) url: Url,
    pub(super) call_time: Duration,
}

impl Node {
    /// Calls a method and reads its result as `T`.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, ChainError> {
        let exchange = tokio::time::timeout(self.call_time, self.exchange(method, params));
        let (success, body) = exchange.await.map_err(|_| ChainError::TimedOut)??;
        match (read(&body), success) {
            (Ok(result), Ok(())) => {
                serde_json::from_str(result.get()).map_err(|_| ChainError::Malformed(method))
            }
            // Many nodes put the reason for a refusal beside a status that says less.
            (Err(refused @ ChainError::Refused { .. }), _) => Err(refused),
            (_, Err(status)) => Err(status),
            (Err(error), Ok(())) => Err(error),
        }
    }

    async fn exchange(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<(Result<(), ChainError>, Vec<u8>), ChainError> {
        let question = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let posted = self.client.post(self.url.clone(), question.to_string(), ANSWER_LIMIT);
        let posted = posted.await.map_err(|error| ChainError::of(error, ANSWER_LIMIT));
        let NodeAnswer { status, body } = posted?;
        let is_success = (200..300).contains(&status);
        Ok((is_success.then_some(()).ok_or(ChainError::Status(status)), body))
    }
}

/// A response. Members nobody reads are passed over without being built, however deep they nest.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    code: Option<i64>,
    #[serde(default)]
    message: Option<String>,
}

/// Tells `"result": null`, which is an answer, from no result at all.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(value).map(Some)
}

/// The result in a body, or why there is none. A body with both a result and an error is neither.
fn read(body: &[u8]) -> Result<&RawValue, ChainError> {
    // Derived readers take an array for an object, by position.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(ChainError::NotJsonRpc);
    }
    match serde_json::from_slice(body) {
        Ok(Envelope { result: Some(result), error: None }) => Ok(result),
        Ok(Envelope { result: None, error: Some(Fault { code, message }) }) => {
            Err(ChainError::refused(code.unwrap_or(0), message.as_deref().unwrap_or_default()))
        }
        _ => Err(ChainError::NotJsonRpc),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn result(body: &str) -> Result<&str, ChainError> {
        read(body.as_bytes()).map(RawValue::get)
    }

    #[test]
    fn tells_a_result_from_an_error() {
        assert_eq!(result(r#"{"id":1,"result":"0x1"}"#), Ok("\"0x1\""));
        assert_eq!(result(r#"{"result":null}"#), Ok("null"));
        assert_eq!(result(r#"{"result":1,"error":null}"#), Ok("1"));
        let refused = |code, words: &str| Err(ChainError::refused(code, words));
        assert_eq!(result(r#"{"error":{"code":-32000,"message":"no"}}"#), refused(-32000, "no"));
        assert_eq!(result(r#"{"error":{}}"#), refused(0, ""));
        for body in
            ["", "{}", "[]", "[1]", "1", r#"{"result":1,"error":{}}"#, r#"{"result":1,"result":2}"#]
        {
            assert_eq!(result(body), Err(ChainError::NotJsonRpc), "{body}");
        }
        assert_eq!(read(b"{\"result\":\"\xff\"}").unwrap_err(), ChainError::NotJsonRpc);
    }

    #[test]
    fn survives_any_depth() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        let unread = format!(r#"{{"result":"0x1","more":{deep}}}"#);
        assert_eq!(result(&unread), Ok("\"0x1\""));
        let nested = format!(r#"{{"result":{deep}}}"#);
        let raw = result(&nested).unwrap();
        assert!(serde_json::from_str::<super::super::wire::Quantity>(raw).is_err());
        assert!(serde_json::from_str::<Vec<super::super::wire::Log>>(raw).is_err());
    }

    #[test]
    fn bounds_a_nodes_words() {
        let body = format!(r#"{{"error":{{"message":"{}"}}}}"#, "é".repeat(100_000));
        let Err(ChainError::Refused { words, .. }) = result(&body) else { panic!("not refused") };
        assert_eq!(words.chars().count(), 300);
    }

    proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }
    }
}
