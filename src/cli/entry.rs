//! Entries of the ledger, as lines, tables, bars, JSON (schema `pay402/entry/1`) and CSV.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use alloy_primitives::U256;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::{Value, json};

use crate::ledger::{Answered, Came, Delivery, Entry, Proof, Total};
use crate::protocol::{Amount, Network};
use crate::terminal::report::{REFUSAL_TEXT, time};
use crate::terminal::safe::Safe;

/// Length of the longest bar, in characters.
const BAR: u64 = 24;

/// An amount with its symbol.
pub(super) fn amount(amount: Amount, decimals: u8, symbol: &str) -> String {
    format!("{} {symbol}", amount.human(decimals))
}

/// A network's name, or its CAIP-2 identifier where it is not in the table any more.
pub(super) fn network_name(caip2: &str) -> &str {
    Network::of_v2(caip2).map_or(caip2, |network| network.name)
}

/// The entries in columns, newest first as they come.
pub(super) fn table(entries: &[Entry]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["time", "id", "state", "answer", "amount", "network", "host"]);
    for entry in entries {
        table.add_row([
            time(entry.reserved_at),
            entry.id.chars().take(16).collect(),
            entry.state.word().to_owned(),
            entry.delivery.as_ref().map_or("-", |delivery| delivery.came.word()).to_owned(),
            amount(entry.settled.unwrap_or(entry.amount), entry.decimals, &entry.symbol),
            network_name(&entry.network).to_owned(),
            Safe::new(&entry.authority, 60).to_string(),
        ]);
    }
    table.trim_fmt()
}

/// What people look for first in an entry.
const FIRST: [&str; 5] = ["id", "state", "amount", "asset", "url"];

/// Everything known of one entry, a line each.
pub(super) fn lines(entry: &Entry) -> String {
    let Value::Object(mut members) = document(entry) else { return String::new() };
    // For programs alone.
    members.remove("schema");
    members.remove("delivered");
    if let Some(delivery) = &entry.delivery {
        members.insert("answer".to_owned(), arrived(delivery).into());
    }
    let first: Vec<_> = FIRST.iter().filter_map(|name| members.remove_entry(*name)).collect();
    let mut text = String::new();
    for (name, value) in first.into_iter().chain(members) {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text,
            other => other.to_string(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<16} {value}");
    }
    text
}

/// An entry as JSON.
pub(super) fn document(entry: &Entry) -> Value {
    let explorer = Network::of_v2(&entry.network)
        .zip(entry.transaction.as_deref())
        .and_then(|(network, hash)| network.transaction_url(hash));
    json!({
        "schema": "pay402/entry/1",
        "id": entry.id,
        "state": entry.state.word(),
        "answer": entry.delivery.as_ref().map(|delivery| delivery.came.word()),
        "delivered": entry.delivery.as_ref().map(delivery),
        "delivered_at": entry.delivered_at.map(time),
        "verdict": entry.answered.map(Answered::word),
        "reason": entry.reason.as_deref().map(|words| Safe::new(words, REFUSAL_TEXT).to_string()),
        "proof": entry.proof.map(Proof::word),
        "reserved_at": time(entry.reserved_at),
        "signed_at": entry.signed_at.map(time),
        "sent_at": entry.sent_at.map(time),
        "closed_at": entry.closed_at.map(time),
        "sendings": entry.sendings,
        "method": entry.method,
        "url": Safe::new(&entry.url, 4_000).to_string(),
        "x402_version": entry.version,
        "scheme": entry.scheme,
        "network": network_name(&entry.network),
        "network_id": entry.network,
        "asset": entry.symbol,
        "asset_address": entry.asset.to_string(),
        "amount": entry.amount.human(entry.decimals),
        "amount_atomic": entry.amount.to_string(),
        "settled": entry.settled.map(|amount| amount.human(entry.decimals)),
        "settled_atomic": entry.settled.map(|amount| amount.to_string()),
        "payer": entry.payer.to_string(),
        "payee": entry.payee.to_string(),
        "nonce": entry.nonce.to_string(),
        "valid_after": time(entry.valid_after),
        "valid_before": time(entry.valid_before),
        "transaction": entry.transaction,
        "explorer": explorer,
    })
}

/// What arrived of a purchase, as JSON.
pub(super) fn delivery(delivery: &Delivery) -> Value {
    json!({
        "answer": delivery.came.word(),
        "bytes": delivery.bytes,
        "of": delivery.of,
        "file": delivery.file.as_deref().map(|file| Safe::new(file, 4_000).to_string()),
        "status": delivery.status,
    })
}

/// What arrived of a purchase, in words.
fn arrived(delivery: &Delivery) -> String {
    let mut words = delivery.came.word().to_owned();
    // Writing to a string cannot fail.
    let _ = match (delivery.bytes, delivery.of) {
        (Some(bytes), Some(of)) => write!(words, ", {bytes} of {of} bytes"),
        (Some(bytes), None) => write!(words, ", {bytes} bytes"),
        (None, _) => Ok(()),
    };
    if let Some(file) = &delivery.file {
        let _ = write!(words, ", in {}", Safe::new(file, 4_000));
    }
    if let Some(status) = delivery.status.filter(|_| delivery.came == Came::Failed) {
        let _ = write!(words, ", HTTP status {status}");
    }
    words
}

/// The line of names of [`csv`].
pub(super) const CSV_NAMES: &str = "id,state,reserved_at,closed_at,method,url,network_id,asset,\
    amount_atomic,settled_atomic,amount,payer,payee,nonce,valid_before,transaction,answer,proof\n";

/// An entry as a line of CSV (RFC 4180).
pub(super) fn csv(entry: &Entry) -> String {
    let fields = [
        entry.id.clone(),
        entry.state.word().to_owned(),
        time(entry.reserved_at),
        entry.closed_at.map(time).unwrap_or_default(),
        entry.method.clone(),
        Safe::new(&entry.url, 4_000).to_string(),
        entry.network.clone(),
        entry.symbol.clone(),
        entry.amount.to_string(),
        entry.settled.map(|amount| amount.to_string()).unwrap_or_default(),
        entry.amount.human(entry.decimals),
        entry.payer.to_string(),
        entry.payee.to_string(),
        entry.nonce.to_string(),
        time(entry.valid_before),
        entry.transaction.clone().unwrap_or_default(),
        entry.delivery.as_ref().map(|delivery| delivery.came.word().to_owned()).unwrap_or_default(),
        entry.proof.map(|proof| proof.word().to_owned()).unwrap_or_default(),
    ];
    let quoted: Vec<String> = fields.iter().map(|field| quote(field)).collect();
    format!("{}\n", quoted.join(","))
}

fn quote(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Totals as JSON.
pub(super) fn total_documents(totals: &[Total]) -> Vec<Value> {
    let document = |total: &Total| {
        json!({
            "day": total.day.map(day),
            "host": total.host,
            "network": network_name(&total.network),
            "network_id": total.network,
            "asset": total.symbol,
            "asset_address": total.asset.to_string(),
            "payments": total.payments,
            "amount": total.amount.human(total.decimals),
            "amount_atomic": total.amount.to_string(),
        })
    };
    totals.iter().map(document).collect()
}

/// A UTC day, from days since 1970-01-01.
fn day(days: u64) -> String {
    time(days.saturating_mul(86_400)).chars().take(10).collect()
}

/// Totals as bars, each asset with a scale of its own: amounts of different assets do not compare.
pub(super) fn bars(title: &str, totals: &[Total]) -> String {
    let mut longest: BTreeMap<(&str, &str), U256> = BTreeMap::new();
    for total in totals {
        let most = longest.entry((&total.network, &total.symbol)).or_default();
        *most = (*most).max(total.amount.atomic());
    }
    let mut text = format!("\n{title}\n");
    for total in totals {
        let most = longest.get(&(&*total.network, &*total.symbol)).copied().unwrap_or_default();
        let label = total.day.map(day).or_else(|| total.host.clone()).unwrap_or_default();
        let bar = "#".repeat(bar_length(total.amount.atomic(), most));
        let sum = amount(total.amount, total.decimals, &total.symbol);
        let _ = writeln!(text, "{:<28} {bar:<24} {sum}", Safe::new(&label, 28));
    }
    text
}

fn bar_length(amount: U256, most: U256) -> usize {
    amount
        .checked_mul(U256::from(BAR))
        .and_then(|scaled| scaled.checked_div(most))
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_comma_is_quoted() {
        assert_eq!(quote("plain"), "plain");
        assert_eq!(quote("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn bars_are_scaled_to_the_longest() {
        assert_eq!(bar_length(U256::from(10), U256::from(10)), 24);
        assert_eq!(bar_length(U256::from(5), U256::from(10)), 12);
        assert_eq!(bar_length(U256::ZERO, U256::ZERO), 0);
        assert_eq!(bar_length(U256::MAX, U256::MAX), 0, "past what can be scaled");
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(20_778), "2026-11-21");
    }
}
