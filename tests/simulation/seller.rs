//! What a server does: it asks, and does with a payment whatever a server can do.

use ::http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use pay402::pay::{Answer, Patience, Reach};
use pay402::policy::Route;
use url::Url;

use super::world::World;

/// Whom every seller wants paid.
const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

/// How long a payment is asked to be valid, in seconds.
pub(crate) const VALIDITY: u64 = 60;

/// A page that can be bought, by this request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) url: &'static str,
    /// In a header of the request.
    pub(crate) token: u8,
    /// Pages of one group may be one purchase.
    pub(crate) group: usize,
    /// Atomic units.
    pub(crate) price: u64,
    /// Whether what was bought is handed out again for the same payment.
    pub(crate) redelivers: bool,
}

pub(crate) const PAGES: [Page; 4] = [
    Page { url: "https://a.example/1", token: 1, group: 0, price: 10_000, redelivers: true },
    Page { url: "https://a.example/1", token: 2, group: 0, price: 10_000, redelivers: true },
    Page { url: "https://a.example/2", token: 1, group: 1, price: 30_000, redelivers: false },
    Page { url: "https://b.example/", token: 1, group: 2, price: 20_000, redelivers: true },
];

/// A receipt.
const SUCCESS: &str = r#"{"success":true}"#;

/// A receipt of a facilitator that could not be reached.
const OPEN: &str = r#"{"success":false,"errorReason":"fetch failed"}"#;

/// An answer.
pub(crate) struct Reply {
    status: u16,
    headers: HeaderMap,
    body: String,
    url: Url,
    /// Whether its body breaks off.
    pub(crate) is_cut: bool,
}

impl Reply {
    fn new(world: &World, page: &Page, status: u16, body: String) -> Self {
        let mut headers = HeaderMap::new();
        let now = Timestamp::from_second(i64::try_from(world.now.get()).expect("a time"));
        let date = now.expect("a time").strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        headers.insert("date", HeaderValue::from_str(&date).expect("a date"));
        Self { status, headers, body, url: page.url.parse().expect("a URL"), is_cut: false }
    }

    fn with_receipt(mut self, receipt: &'static str) -> Self {
        self.headers.insert("payment-response", HeaderValue::from_static(receipt));
        self
    }
}

/// What asks for the payment.
pub(crate) fn ask(world: &World, page: &Page) -> Reply {
    let price = page.price;
    let terms = format!(
        r#"{{"x402Version":1,"accepts":[{{"scheme":"exact","network":"base-sepolia","maxAmountRequired":"{price}",
        "resource":"{}","description":"","mimeType":"","payTo":"{PAYEE}","maxTimeoutSeconds":{VALIDITY},
        "asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","extra":{{"name":"USDC","version":"2"}}}}]}}"#,
        page.url
    );
    Reply::new(world, page, 402, terms)
}

/// What becomes of a payment that arrives: an answer, or how far it came.
pub(crate) fn take(world: &World, page: &Page, header: &str) -> Result<Reply, Reach> {
    let settled_before = {
        let mut signatures = world.signatures.borrow_mut();
        let Some(signature) = signatures.get_mut(header) else {
            drop(signatures);
            world.violate(|| "a payment left that was never recorded as signed".to_owned());
            return Err(Reach::Unknown);
        };
        signature.arrivals += 1;
        let signature = signature.clone();
        drop(signatures);
        world.count(|tally| &mut tally.arrivals);
        if signature.amount != page.price || PAGES[signature.request].url != page.url {
            world.violate(|| "a payment went to another page than it was signed for".to_owned());
        }
        signature.settled_at.is_some()
    };
    let goods = |receipt: Option<&'static str>| {
        let reply = Reply::new(world, page, 200, "goods".to_owned());
        match receipt {
            Some(receipt) => reply.with_receipt(receipt),
            None => reply,
        }
    };
    let refused = || {
        if let Some(signature) = world.signatures.borrow_mut().get_mut(header) {
            signature.refusals += 1;
        }
    };
    let refusal = || {
        refused();
        let mut reply = ask(world, page);
        reply.body =
            reply.body.replace("\"x402Version\":1,", "\"x402Version\":1,\"error\":\"no\",");
        reply
    };
    if settled_before && !page.redelivers && world.happens(700) {
        return Ok(refusal());
    }
    if world.is_calm.get() {
        return Ok(if world.settle(header) { goods(Some(SUCCESS)) } else { refusal() });
    }
    let later = || {
        let at = world.now.get() + world.below(VALIDITY + 10);
        world.later.borrow_mut().push((at, header.to_owned()));
    };
    match world.below(17) {
        0..4 if world.settle(header) => Ok(goods(Some(SUCCESS))),
        4 if world.settle(header) => Ok(Reply { is_cut: true, ..goods(Some(SUCCESS)) }),
        5 if world.settle(header) => Err(Reach::Unknown),
        6 if world.settle(header) => {
            Ok(Reply::new(world, page, 500, "broken".to_owned()).with_receipt(SUCCESS))
        }
        7 if world.settle(header) => Ok(goods(None)),
        9 if world.takes_refused => {
            later();
            Ok(refusal())
        }
        10 => {
            later();
            Err(Reach::Unknown)
        }
        11 => {
            later();
            Ok(goods(Some(r#"{"success":false,"errorReason":"settlement_pending"}"#)))
        }
        12 => {
            later();
            Ok(Reply::new(world, page, 502, "a proxy".to_owned()))
        }
        // Refusals whose words leave open whether the money moves.
        14 => {
            later();
            Ok(Reply::new(world, page, 502, "broken".to_owned()).with_receipt(OPEN))
        }
        15 => {
            later();
            Ok(ask(world, page).with_receipt(OPEN))
        }
        // It says by the protocol that it did not process what it has read.
        16 => {
            refused();
            if world.takes_refused {
                later();
            }
            Err(Reach::Unprocessed)
        }
        // The connection ends before a byte of an answer, after the server has read it.
        13 => {
            if world.happens(500) {
                later();
            }
            Err(Reach::Dropped)
        }
        _ => Ok(refusal()),
    }
}

impl Answer for Reply {
    type Error = &'static str;

    fn status(&self) -> u16 {
        self.status
    }

    fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn url(&self) -> &Url {
        &self.url
    }

    fn way(&self) -> &[Url] {
        &[]
    }

    fn method(&self) -> Method {
        Method::GET
    }

    fn route(&self) -> Route {
        Route { encrypted: true, verified: true, loopback: false }
    }

    async fn body_within(self, _: usize, _: Patience) -> Result<Vec<u8>, &'static str> {
        Ok(self.body.into_bytes())
    }
}
