//! How an offer differs from what is remembered of a seller, in words: old and new, addresses and
//! origins whole.

use crate::policy::Change;
use crate::protocol::{Amount, Asset, Network};

/// Most of what was known that is listed.
const LISTED: usize = 3;

/// A difference from what is remembered of `origin`.
pub(super) fn changed(origin: &str, change: &Change) -> String {
    match change {
        Change::Payee { now, before } => {
            let known = listed(before.iter().map(ToString::to_string));
            format!("its payee is {now}, and {origin} is known for {known}")
        }
        Change::Asset { now, before } => {
            let known = before.iter().map(|(asset, network)| {
                let asset = asset.as_deref().unwrap_or("any asset");
                let network = network.as_deref().map_or("any network", name);
                format!("{asset} on {network}")
            });
            let known = listed(known);
            format!("it is {} on {}, and {origin} is known for {known}", now.symbol, now.network)
        }
        Change::Price { now, usual, asset } => {
            let (now, usual) = (price(*now, asset), price(*usual, asset));
            format!("its price of {now} is more than ten times the usual {usual} at {origin}")
        }
    }
}

fn price(amount: Amount, asset: &Asset) -> String {
    format!("{} {}", amount.human(asset.decimals), asset.symbol)
}

fn name(caip2: &str) -> &str {
    Network::of_v2(caip2).map_or(caip2, |network| network.name)
}

fn listed(known: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = known.collect();
    let shown: Vec<&str> = all.iter().take(LISTED).map(String::as_str).collect();
    match (shown.as_slice(), all.len().saturating_sub(LISTED)) {
        ([], _) => "no other".to_owned(),
        (shown, 0) => shown.join(", "),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}
