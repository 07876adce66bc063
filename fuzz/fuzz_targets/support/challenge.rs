//! What must hold of a challenge, however its bytes came in.

use base64::Engine;
use pay402::policy::{Cap, Caps, Case, Decision, Limits, Route, Source, decide};
use pay402::protocol::{Amount, Challenge, MAX_HEADER_BYTES, MAX_OFFERS, MOST_HEADER_BYTES, parse_address, parse_address_of_any_case};
use pay402::terminal::safe::Safe;
use serde_json::value::RawValue;

/// What is read is bounded, what is quoted is what was said, what is approved is within the cap, and
/// what would be sent repeats the offer byte for byte.
pub fn check(challenge: &Challenge) {
    assert!(challenge.offers.len() <= MAX_OFFERS);
    for text in [&challenge.error, &challenge.description].into_iter().flatten() {
        let shown = Safe::new(text, 200);
        assert!(!shown.as_str().chars().any(char::is_control));
    }
    let quotes = pay402::scheme::quotes(challenge);
    for quote in quotes.iter().flatten() {
        let offer = &challenge.offers[quote.offer];
        let fields: serde_json::Value = serde_json::from_str(offer.raw.get()).expect("JSON");
        let amount = ["amount", "maxAmountRequired"].iter().find_map(|key| fields[key].as_str());
        assert_eq!(Amount::parse(amount.expect("an amount")), Ok(quote.amount));
        assert_eq!(parse_address(fields["payTo"].as_str().expect("a payee")), Ok(quote.pay_to));
        assert_eq!(parse_address_of_any_case(fields["asset"].as_str().expect("a token")), Ok(quote.asset.address));
    }
    for offer in &challenge.offers {
        let payload = RawValue::from_string("{}".into()).expect("JSON");
        let header = challenge.dialect.write_payment(challenge, offer, &payload, "pay_0");
        let json = base64::engine::general_purpose::STANDARD.decode(&header.value).expect("base64");
        let json = String::from_utf8(json).expect("text");
        if challenge.dialect.version() == 2 {
            assert!(json.contains(offer.raw.get()), "the offer is not repeated as it came");
        }
        assert!(json.len() < MAX_HEADER_BYTES * 32, "what is sent has no bound");
        let quoted = quotes.iter().flatten().any(|quote| challenge.offers[quote.offer].raw.get() == offer.raw.get());
        assert!(!quoted || header.value.len() <= MOST_HEADER_BYTES, "what is quoted does not fit");
    }
    let cap = Cap::parse("0.05").expect("a cap");
    let source = Source::Flag("--max-price");
    let caps = vec![Caps { source, caps: vec![cap.clone()] }];
    let limits = Limits { caps, max_validity_seconds: 600, ..Limits::default() };
    let route = Route { encrypted: true, verified: true, loopback: false };
    if let Decision::Pay(approval) = decide(&Case::new(&quotes, &limits, route)).decision {
        let most = cap.in_atomic_units_of(approval.quote().asset).expect("dollars");
        assert!(approval.quote().amount <= most, "over the cap");
        assert!(approval.validity_seconds() <= limits.max_validity_seconds);
    }
}
