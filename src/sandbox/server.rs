//! The doors that are not the seller's: the facilitator's three, the chain's one, and the faucet.

use alloy_primitives::{Address, U256};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

use super::{Event, Version, World, chain, clock, seller};

/// Most bytes of a request to the facilitator, the chain or the faucet.
const BODY_LIMIT: usize = 256 << 10;

/// Most the faucet gives at once, in atomic units: ten dollars.
const FAUCET_LIMIT: u64 = 10_000_000;

/// Everything the sandbox answers to, at one address.
pub(super) fn routes(world: Arc<World>) -> Router {
    Router::new()
        .route("/facilitator/supported", get(supported))
        .route("/facilitator/verify", post(verify))
        .route("/facilitator/settle", post(settle))
        .route("/rpc", post(rpc))
        .route("/faucet", post(faucet))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(seller::routes(Arc::clone(&world)))
        .with_state(world)
}

async fn supported(State(world): State<Arc<World>>) -> Json<Value> {
    Json(world.facilitator.supported())
}

/// What a server sends to the facilitator.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    /// Some servers leave it out; the payment has its own.
    x402_version: Option<u64>,
    payment_payload: Value,
    payment_requirements: Value,
}

impl Question {
    /// # Errors
    /// A description of what is wrong with the body.
    fn read(body: &[u8]) -> Result<(Version, Self), String> {
        let question: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let own = question.payment_payload.get("x402Version").and_then(Value::as_u64);
        let number = question.x402_version.or(own);
        let version = number.and_then(Version::from_number).ok_or("invalid_x402_version")?;
        Ok((version, question))
    }
}

async fn verify(State(world): State<Arc<World>>, body: Bytes) -> Response {
    match Question::read(&body) {
        Ok((version, Question { payment_payload, payment_requirements, .. })) => {
            let (payment, terms) = (&payment_payload, &payment_requirements);
            Json(world.facilitator.verify(version, payment, terms, clock::now()).to_json())
                .into_response()
        }
        Err(error) => bad_request(&json!({
            "isValid": false, "invalidReason": "invalid_payload", "error": error,
        })),
    }
}

async fn settle(State(world): State<Arc<World>>, body: Bytes) -> Response {
    match Question::read(&body) {
        Ok((version, Question { payment_payload, payment_requirements, .. })) => {
            let (payment, terms) = (&payment_payload, &payment_requirements);
            Json(world.facilitator.settle(version, payment, terms, clock::now()).to_json())
                .into_response()
        }
        Err(error) => bad_request(&json!({
            "success": false, "errorReason": "invalid_payload", "error": error,
            "transaction": "", "network": "",
        })),
    }
}

async fn rpc(State(world): State<Arc<World>>, body: Bytes) -> Response {
    match chain::answer(&world.node, &body, clock::now()) {
        Some(answer) => Json(answer).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A wish for tokens.
#[derive(Deserialize)]
struct Wish {
    address: Address,
    /// Atomic units, as a decimal string.
    amount: String,
}

async fn faucet(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let wish: Wish = match serde_json::from_slice(&body) {
        Ok(wish) => wish,
        Err(error) => return bad_request(&json!({ "error": error.to_string() })),
    };
    let amount = wish.amount.parse().ok().filter(|amount| (1..=FAUCET_LIMIT).contains(amount));
    let Some(amount) = amount.map(U256::from) else {
        return bad_request(&json!({ "error": "amount is a string from \"1\" to \"10000000\"" }));
    };
    match world.fund(wish.address, amount) {
        Ok(transaction) => Json(json!({
            "address": wish.address.to_checksum(None),
            "amount": amount.to_string(),
            "transaction": transaction,
        }))
        .into_response(),
        Err(error) => bad_request(&json!({ "error": error.to_string() })),
    }
}

fn bad_request(answer: &Value) -> Response {
    (StatusCode::BAD_REQUEST, Json(answer)).into_response()
}

impl World {
    /// Mints `amount` atomic units for `address` and tells of it. Answers the transaction's hash.
    ///
    /// # Errors
    /// When the token does not mint: the zero address, or more than the token can count.
    pub(super) fn fund(
        &self,
        address: Address,
        amount: U256,
    ) -> Result<alloy_primitives::B256, chain::ChainError> {
        let transaction = self.node.mint(address, amount, clock::now())?;
        let _ = self.events.send(Event::Funded { address, amount, transaction });
        Ok(transaction)
    }
}
