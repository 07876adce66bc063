//! What a program needs of a failure, beside its words.

use serde_json::{Map, Value, json};

use super::Message;
use crate::pay::{Demand, Payment};
use crate::policy::{Assessed, Budget, BudgetUnits, Change, Objection, Quote, Shortage, Unit};
use crate::terminal::report::{PaymentReport, time};
use crate::terminal::safe::Safe;

/// A payment that is out, and its request.
pub(super) fn payment(message: Message, payment: &Payment, report: &PaymentReport) -> Message {
    message
        .fact("payment", report.facts())
        .fact("method", payment.method.as_str())
        .fact("url", Safe::of_url(&payment.url).to_string())
}

/// What is asked, by whom, and the price of the offer that would have been paid.
pub(super) fn demand(message: Message, demand: &Demand, nearest: Option<&Assessed>) -> Message {
    let message = message
        .fact("method", demand.method.as_str())
        .fact("url", Safe::of_url(&demand.url).to_string());
    match nearest.and_then(|assessed| assessed.quote.as_ref()) {
        Some(quote) => message.fact("price", price(quote)),
        None => message,
    }
}

fn price(quote: &Quote) -> Value {
    json!({
        "amount": quote.amount.human(quote.asset.decimals),
        "amount_atomic": quote.amount.to_string(),
        "asset": quote.asset.symbol,
        "network": quote.network.name,
        "network_id": quote.network.caip2,
        "payee": quote.pay_to.to_string(),
        "quote": quote.id().to_string(),
    })
}

/// The cap that a price is over.
pub(super) fn cap(message: Message, nearest: Option<&Assessed>) -> Message {
    let over = nearest.and_then(|assessed| {
        assessed.objections.iter().find_map(|objection| match objection {
            Objection::OverCap { cap, source } => Some((cap, source)),
            _ => None,
        })
    });
    let Some((cap, source)) = over else { return message };
    message.fact(
        "cap",
        json!({
            "amount": cap.number(),
            "unit": unit(&cap.unit),
            "source": source.to_string(),
        }),
    )
}

fn unit(unit: &Unit) -> &str {
    match unit {
        Unit::Dollars => "USD",
        Unit::Asset(symbol) => symbol,
    }
}

/// A budget without room: what is left of it, and when there is room again.
pub(super) fn budget(message: Message, shortage: &Shortage) -> Message {
    let balance = &shortage.balance;
    let Budget { limit, period, source, host, .. } = &balance.budget;
    let sum = |count: BudgetUnits| count.to_string();
    message.retryable(shortage.fits_at.is_some()).next(&["budget"]).fact(
        "budget",
        json!({
            "limit": limit.number(),
            "unit": unit(&limit.unit),
            "period": period.word(),
            "source": source.to_string(),
            "host": host,
            "needed": sum(shortage.needed),
            "left": sum(balance.left),
            "spent": sum(balance.spent),
            "outstanding": sum(balance.outstanding.plus(balance.unproven)),
            "room_at": shortage.fits_at.map(time),
        }),
    )
}

/// How an offer differs from what is remembered of its seller.
pub(super) fn changes(message: Message, nearest: Option<&Assessed>) -> Message {
    let all = nearest.map(|assessed| assessed.objections.as_slice()).unwrap_or_default();
    let changes = all.iter().filter_map(|objection| match objection {
        Objection::Changed { origin, change } => Some(changed(origin, change)),
        _ => None,
    });
    message.fact("rule", "known-payee").fact("changes", changes.collect::<Vec<_>>())
}

fn changed(origin: &str, change: &Change) -> Value {
    let (what, expected, offered): (_, Vec<Value>, Value) = match change {
        Change::Payee { now, before } => (
            "payee",
            before.iter().map(|payee| payee.to_string().into()).collect(),
            now.to_string().into(),
        ),
        Change::Asset { now, before } => (
            "asset",
            before
                .iter()
                .map(|(asset, network)| json!({ "asset": asset, "network": network }))
                .collect(),
            json!({ "asset": now.symbol, "network": now.network.caip2 }),
        ),
        Change::Price { now, asset, usual } => {
            ("price", vec![usual.human(asset.decimals).into()], now.human(asset.decimals).into())
        }
    };
    let mut members = Map::new();
    members.insert("what".to_owned(), what.into());
    members.insert("origin".to_owned(), Safe::new(origin, 300).to_string().into());
    members.insert("expected".to_owned(), expected.into());
    members.insert("offered".to_owned(), offered);
    members.into()
}
