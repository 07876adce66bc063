//! One answer of a server, as it was taken down.

use crate::support::{Reply, Version};
use serde_json::value::RawValue;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The headers whose values are documents.
const DOCUMENTS: [&str; 3] = ["payment-required", "payment-response", "x-payment-response"];

/// An answer: its status with the reason, its headers with documents as JSON, and its body.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) status: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Sample {
    /// The answer that goes by `name` in the file of `server`.
    pub(super) fn of(server: &str, name: &str) -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let path = format!("{root}/tests/fixtures/servers/{server}.http");
        let file = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut found = format!("\n{file}")
            .split("\n### ")
            .find_map(|section| section.strip_prefix(&format!("{name}\n")).map(str::to_owned))
            .unwrap_or_else(|| panic!("{server} has no {name:?}"));
        // The last section ends with the file's own line feed.
        if file.ends_with(&found) {
            found.pop();
        }
        let (head, body) = found.split_once("\n\n").expect("an empty line after the head");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let headers = lines.map(|line| line.split_once(": ").expect("a header"));
        Self {
            status: status.expect("a status line").to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: body.to_owned(),
        }
    }

    /// The value of a header, as JSON where it is a document.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// With other terms in the place of its own: `change` has them as text.
    pub(super) fn terms(mut self, change: impl Fn(&str) -> String) -> Self {
        match self.headers.iter_mut().find(|(name, _)| name == "payment-required") {
            Some((_, terms)) => *terms = change(terms),
            None => self.body = change(&self.body),
        }
        self
    }

    /// With other words for what is wrong.
    pub(super) fn error(self, words: &str) -> Self {
        self.terms(|terms| {
            let mut terms: serde_json::Value = serde_json::from_str(terms).expect("JSON");
            terms["error"] = words.into();
            terms.to_string()
        })
    }

    /// The terms, wherever they are.
    fn document(&self) -> &str {
        self.header("payment-required").unwrap_or(&self.body)
    }

    /// The version its terms are in.
    pub(super) fn version(&self) -> Version {
        if self.header("payment-required").is_some() { Version::V2 } else { Version::V1 }
    }

    /// The entries of `accepts`, as they came.
    pub(super) fn accepts(&self) -> Vec<String> {
        #[derive(serde::Deserialize)]
        struct Terms {
            accepts: Vec<Box<RawValue>>,
        }
        let terms: Terms = serde_json::from_str(self.document()).expect("terms");
        terms.accepts.iter().map(|offer| offer.get().to_owned()).collect()
    }

    /// The settlement, wherever it is.
    pub(super) fn settlement(&self) -> Option<serde_json::Value> {
        let said = self.header("payment-response").or_else(|| self.header("x-payment-response"))?;
        Some(serde_json::from_str(said).expect("a settlement"))
    }

    /// The answer as it goes over the wire.
    pub(super) fn reply(&self) -> Reply {
        let mut reply = Reply::new(&self.status, &self.body);
        for (name, value) in &self.headers {
            reply = match name.as_str() {
                "transfer-encoding" => reply.chunked(),
                "connection" => reply.close(),
                name if DOCUMENTS.contains(&name) => reply.header(name, &STANDARD.encode(value)),
                name => reply.header(name, value),
            };
        }
        reply
    }
}
