//! A paywall that behaves: it asks, checks the payment with the verifier, settles and delivers.
//! Each step can be replaced, so that a test changes one thing and keeps the rest true.

use super::offer::Offer;
use super::paywall::Paywall;
use super::reply::Reply;
use super::request::Request;
use super::tls::Identity;
use super::verifier::{Verified, Version, verify};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// The transaction every settlement names.
pub(crate) const TRANSACTION: &str =
    "0x89c91c789e57059b17285e7ba1716a1f5ff4c5dace0ea5a5135f26158d0421b9";

type Deliver = dyn Fn(&Receipt) -> Reply + Send + Sync;
type Demand = dyn Fn(&Request, &str) -> Reply + Send + Sync;

/// What the seller knows once a payment holds.
pub(crate) struct Receipt {
    pub(crate) version: Version,
    pub(crate) payment: Verified,
    pub(crate) network: String,
    /// The resource.
    pub(crate) body: Vec<u8>,
}

/// A shop, before it opens.
#[must_use]
#[derive(Clone)]
pub(crate) struct Seller {
    version: Version,
    offers: Vec<String>,
    /// Further members of the terms as raw JSON, such as `"resource":{…}`.
    members: Vec<(String, String)>,
    body: Vec<u8>,
    deliver: Arc<Deliver>,
    demand: Arc<Demand>,
}

impl Seller {
    pub(crate) fn new(version: Version) -> Self {
        let members = match version {
            Version::V1 => vec![],
            Version::V2 => vec![(
                "resource".into(),
                r#"{"url":"http://127.0.0.1/thing","description":"A thing"}"#.into(),
            )],
        };
        Self {
            version,
            offers: vec![Offer::usdc("10000").json(version)],
            members,
            body: b"the paid resource\n".to_vec(),
            deliver: Arc::new(Receipt::deliver),
            demand: Arc::new(move |_, terms| demand(version, terms)),
        }
    }

    /// Atomic units of USDC on Base.
    pub(crate) fn price(self, amount: &str) -> Self {
        self.offer(Offer::usdc(amount))
    }

    pub(crate) fn offer(self, offer: Offer) -> Self {
        self.offers([offer])
    }

    pub(crate) fn offers(mut self, offers: impl IntoIterator<Item = Offer>) -> Self {
        self.offers = offers.into_iter().map(|offer| offer.json(self.version)).collect();
        self
    }

    /// The entries of `accepts`, byte for byte.
    pub(crate) fn raw_offers(mut self, offers: &[&str]) -> Self {
        self.offers = offers.iter().map(|&offer| offer.to_owned()).collect();
        self
    }

    /// Sets a member of the terms beside `accepts`, as raw JSON.
    pub(crate) fn member(mut self, key: &str, json: &str) -> Self {
        self.members.retain(|(name, _)| name != key);
        self.members.push((key.into(), json.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    /// Replaces the first answer: the closure has the terms as JSON.
    pub(crate) fn demand(
        mut self,
        demand: impl Fn(&Request, &str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        self.demand = Arc::new(demand);
        self
    }

    /// Replaces the answer to a good payment.
    pub(crate) fn deliver(
        mut self,
        deliver: impl Fn(&Receipt) -> Reply + Send + Sync + 'static,
    ) -> Self {
        self.deliver = Arc::new(deliver);
        self
    }

    /// The terms as JSON.
    pub(crate) fn terms(&self) -> String {
        let number = if self.version == Version::V1 { 1 } else { 2 };
        let mut members = vec![
            format!(r#""x402Version":{number}"#),
            r#""error":"Payment required""#.into(),
            format!(r#""accepts":[{}]"#, self.offers.join(",")),
        ];
        members.extend(self.members.iter().map(|(key, json)| format!("\"{key}\":{json}")));
        format!("{{{}}}", members.join(","))
    }

    /// Opens the shop.
    pub(crate) fn start(self) -> Paywall {
        let seen = Mutex::new(HashSet::new());
        Paywall::serve(move |request| self.answer(request, &seen))
    }

    /// Opens the shop behind TLS.
    pub(crate) fn start_tls(self, identity: &Identity) -> Paywall {
        let seen = Mutex::new(HashSet::new());
        Paywall::serve_tls(identity, move |request| self.answer(request, &seen))
    }

    /// Answers one request; `seen` holds the nonces already taken.
    pub(crate) fn answer(&self, request: &Request, seen: &Mutex<HashSet<String>>) -> Reply {
        let Some((header, payment)) = request.payment() else {
            return (self.demand)(request, &self.terms());
        };
        match self.check(&header, &payment) {
            Ok((offer, verified)) => {
                let mut seen = seen.lock().unwrap();
                let receipt = Receipt {
                    version: self.version,
                    network: super::json::Json::parse(offer)
                        .and_then(|offer| Ok(offer.at("network")?.text()?.to_owned()))
                        .unwrap(),
                    body: self.body.clone(),
                    payment: verified,
                };
                if seen.insert(receipt.payment.nonce.clone()) {
                    (self.deliver)(&receipt)
                } else {
                    rejection(self.version, &self.terms(), "nonce already used")
                }
            }
            Err(reason) => rejection(self.version, &self.terms(), &reason),
        }
    }

    /// The offer that was paid. A payment must answer one of the offers and repeat what the terms
    /// said beside them.
    fn check(&self, header: &str, payment: &str) -> Result<(&str, Verified), String> {
        let expected = match self.version {
            Version::V1 => "X-PAYMENT",
            Version::V2 => "PAYMENT-SIGNATURE",
        };
        if header != expected {
            return Err(format!("the payment is in {header}, not in {expected}"));
        }
        let sent = super::json::Json::parse(payment)?;
        for key in ["resource", "extensions"] {
            let Some((_, said)) = self.members.iter().find(|(name, _)| name == key) else {
                continue;
            };
            if said != "null" && !sent.at(key)?.contains(&super::json::Json::parse(said)?) {
                return Err(format!("{key} was not repeated as it was said"));
            }
        }
        let mut reasons = String::new();
        for offer in &self.offers {
            match verify(self.version, offer, payment, now()) {
                Ok(verified) => return Ok((offer, verified)),
                Err(reason) => reasons = format!("{reasons}{reason}; "),
            }
        }
        Err(reasons)
    }
}

impl Receipt {
    /// The honest answer: the body, and the settlement in a header.
    pub(crate) fn deliver(&self) -> Reply {
        self.settled(Reply::ok(&self.body))
    }

    /// Adds an honest settlement to any answer.
    pub(crate) fn settled(&self, reply: Reply) -> Reply {
        reply.header(self.header(), &STANDARD.encode(self.settlement()))
    }

    /// The name of the settlement's header in this version.
    pub(crate) fn header(&self) -> &'static str {
        match self.version {
            Version::V1 => "X-PAYMENT-RESPONSE",
            Version::V2 => "PAYMENT-RESPONSE",
        }
    }

    /// An honest settlement, as JSON.
    pub(crate) fn settlement(&self) -> String {
        let (network, payer) = (&self.network, &self.payment.payer);
        format!(
            r#"{{"success":true,"transaction":"{TRANSACTION}","network":"{network}","payer":"{payer}"}}"#
        )
    }

    /// A settlement that failed for `reason`, as JSON.
    pub(crate) fn failure(&self, reason: &str, transaction: &str) -> String {
        let (network, payer) = (&self.network, &self.payment.payer);
        format!(
            r#"{{"success":false,"errorReason":"{reason}","transaction":"{transaction}","network":"{network}","payer":"{payer}"}}"#
        )
    }
}

/// A 402 with its terms where that version puts them.
pub(crate) fn demand(version: Version, terms: &str) -> Reply {
    let reply = match version {
        Version::V1 => Reply::new("402 Payment Required", terms),
        Version::V2 => Reply::new("402 Payment Required", b"{}")
            .header("PAYMENT-REQUIRED", &STANDARD.encode(terms)),
    };
    reply.header("Content-Type", "application/json")
}

/// The 402 that answers a payment that was no good.
pub(crate) fn rejection(version: Version, terms: &str, reason: &str) -> Reply {
    let reason = serde_json::Value::from(reason).to_string();
    demand(version, &terms.replacen(r#""Payment required""#, &reason, 1))
}

/// Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}
