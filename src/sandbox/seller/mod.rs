//! The seller: a shelf of products behind a paywall, in both versions of x402, and a few that
//! misbehave after payment so that a person can watch what a client makes of it.

mod noise;
mod product;
mod terms;

use alloy_primitives::{Address, hex, keccak256};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::{Arc, PoisonError};

use super::{Event, Version, World, clock};
use product::{Content, Method, PRODUCTS, Product};
use terms::{Terms, Why};

/// Who is paid: an address that comes out of a hash, so nobody has its key. It is the same in
/// every sandbox.
pub(super) fn payee() -> Address {
    Address::from_word(keccak256("pay402 sandbox seller"))
}

/// Every page of the seller.
pub(super) fn routes(world: Arc<World>) -> Router<Arc<World>> {
    let mut router = Router::new().route("/", get(index));
    for version in Version::ALL {
        let base = format!("/v{}", version.number());
        router = router.route(&format!("{base}/free"), get(async || "This one is free.\n"));
        for product in PRODUCTS.iter().filter(|product| product.versions.contains(&version)) {
            let sell = move |State(world): State<Arc<World>>, request: Request| async move {
                sell(&world, product, version, request).await
            };
            let route = match product.method {
                Method::Get => get(sell),
                Method::Post => post(sell),
            };
            router = router.route(&format!("{base}/{}", product.name), route);
        }
    }
    router.layer(middleware::from_fn_with_state(world, tell))
}

/// Reports what was answered.
async fn tell(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path().chars().take(200).collect();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let _ = world.events.send(Event::Answered { method, path, status });
    response
}

/// The paywall: no payment, no verdict, no settlement, no goods, in that order.
async fn sell(
    world: &World,
    product: &'static Product,
    version: Version,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let Some(length) = length(product, head.uri.query()) else {
        let message = format!("bytes is a whole number from 0 to {}\n", product::LARGEST);
        return (StatusCode::BAD_REQUEST, message).into_response();
    };
    // Read to its end even when nothing is sold yet, so that the connection can be used again.
    let Ok(body) = axum::body::to_bytes(body, product::BODY_LIMIT).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the body is over 8 MiB\n").into_response();
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let terms = Terms::new(version, product, &url(world, &head.headers, path), payee());

    let Some(header) = head.headers.get(terms.payment_header()) else {
        return terms.demand(Why::Missing, None);
    };
    let Some(payment) = terms::decode(header.as_bytes()) else {
        return terms.demand(Why::Unreadable, None);
    };
    if !terms.matches(&payment) {
        return terms.demand(Why::Other, None);
    }
    if matches!(product.content, Content::Silence) {
        return std::future::pending().await;
    }
    let sale = [header.as_bytes(), b" ", path.as_bytes()].concat();
    if let Some(settlement) = sold(world, &sale) {
        return terms.settled(&settlement, deliver_again(product, length, &head.headers));
    }
    let now = clock::now();
    let verdict = world.facilitator.verify(version, &payment, &terms.accept, now);
    if let Err(reason) = verdict.result {
        return terms.demand(Why::Reason(reason), verdict.payer);
    }
    let settlement = world.facilitator.settle(version, &payment, &terms.accept, now);
    match settlement.result {
        Ok(()) => {
            remember(world, product, sale, &settlement.to_json());
            terms.settled(&settlement.to_json(), deliver(product, length, body))
        }
        Err(reason) => terms.unsettled(reason, &settlement.to_json()),
    }
}

/// The settlement of a sale that is delivered again, if it is one.
fn sold(world: &World, sale: &[u8]) -> Option<Value> {
    world.sold.lock().unwrap_or_else(PoisonError::into_inner).get(sale).cloned()
}

/// Remembers a sale of what takes long to arrive. The others are sold once, so that a person can watch
/// what a client makes of that.
fn remember(world: &World, product: &Product, sale: Vec<u8>, settlement: &Value) {
    if matches!(product.content, Content::Binary | Content::Large | Content::Half) {
        let mut sold = world.sold.lock().unwrap_or_else(PoisonError::into_inner);
        if sold.len() >= product::MOST_SOLD {
            sold.clear();
        }
        sold.insert(sale, settlement.clone());
    }
}

/// What was paid for before, whole or from the byte on that a `Range: bytes=N-` names.
fn deliver_again(product: &Product, length: u64, headers: &HeaderMap) -> Response {
    let length = if matches!(product.content, Content::Half) { 2 * length } else { length };
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let from =
        range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let mime = (header::CONTENT_TYPE, product.mime.to_owned());
    match from.filter(|from: &u64| (1..length).contains(from)) {
        Some(from) => {
            let part = format!("bytes {from}-{}/{length}", length - 1);
            let headers = [mime, (header::CONTENT_RANGE, part)];
            (StatusCode::PARTIAL_CONTENT, headers, noise::rest(from, length)).into_response()
        }
        None => ([mime], noise::body(length)).into_response(),
    }
}

/// How many bytes of noise are ordered; `None` when the query does not make sense.
fn length(product: &Product, query: Option<&str>) -> Option<u64> {
    match product.content {
        Content::Large => {
            let mut pairs = query.unwrap_or_default().split('&');
            let Some(bytes) = pairs.find_map(|pair| pair.strip_prefix("bytes=")) else {
                return Some(product::LARGE);
            };
            bytes.parse().ok().filter(|bytes| *bytes <= product::LARGEST)
        }
        _ => Some(noise::LENGTH),
    }
}

fn deliver(product: &Product, length: u64, request: Bytes) -> Response {
    let body = match product.content {
        Content::Text(text) => Body::from(text),
        Content::Binary | Content::Large => noise::body(length),
        Content::Echo => Body::from(request),
        Content::Half => noise::half(),
        Content::Fault | Content::Silence => {
            let message = "the seller took the money and fell over\n";
            return (StatusCode::INTERNAL_SERVER_ERROR, message).into_response();
        }
    };
    ([(header::CONTENT_TYPE, product.mime)], body).into_response()
}

/// The address the buyer used, as far as the request tells.
fn url(world: &World, headers: &HeaderMap, path: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match host.filter(|host| (1..=255).contains(&host.len())) {
        Some(host) => format!("http://{host}{path}"),
        None => format!("{}{path}", world.url),
    }
}

/// The shop window.
async fn index(State(world): State<Arc<World>>) -> String {
    let mut page = format!(
        "pay402 sandbox: everything here is make-believe, the money too.\n\n\
         facilitator  {0}/facilitator\nchain        {0}/rpc  (JSON-RPC, chain id 84532)\n\
         faucet       {0}/faucet  (POST {{\"address\":\"0x…\",\"amount\":\"1000000\"}})\n\
         paid to      {1}\n\nGET  /v1/free /v2/free                free\n",
        world.url,
        payee().to_checksum(None),
    );
    for product in PRODUCTS {
        let paths: Vec<String> = (product.versions.iter())
            .map(|version| format!("/v{}/{}", version.number(), product.name))
            .collect();
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "{:<4} {:<32} {:>12} USDC  {}",
            product.method.name(),
            paths.join(" "),
            dollars(product.price),
            product.description,
        );
    }
    let digest = hex::encode(Sha256::digest(&**noise::PERIOD));
    let _ = writeln!(page, "\nsha256 of binary: {digest}");
    page
}

/// Atomic units as a decimal number of dollars.
fn dollars(price: u64) -> String {
    format!("{}.{:06}", price / 1_000_000, price % 1_000_000)
}
