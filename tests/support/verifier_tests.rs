//! The verifier is believed because it agrees with payments made by other people's clients, and
//! because it refuses each of them as soon as one detail is changed.

use super::verifier::{Version, hex, verify};
use serde_json::{Value, json};

struct Vector {
    id: String,
    version: Version,
    offer: Value,
    payment: Value,
    now: u64,
    address: String,
    digest: String,
}

/// The golden vectors signed by `TransferWithAuthorization`.
fn vectors() -> Vec<Vector> {
    let file: Value = serde_json::from_str(include_str!("../vectors/x402-evm.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let signed_so = |vector: &&Value| {
        vector["signatures"][0]["typedData"]["primaryType"] == "TransferWithAuthorization"
    };
    let read = |vector: &Value| {
        let selected = usize::try_from(vector["selectedIndex"].as_u64().unwrap()).unwrap();
        Vector {
            id: text(&vector["id"]),
            version: if vector["x402Version"] == 1 { Version::V1 } else { Version::V2 },
            offer: vector["paymentRequired"]["accepts"][selected].clone(),
            payment: vector["paymentPayload"].clone(),
            now: vector["now"].as_u64().unwrap(),
            address: text(&vector["address"]).to_lowercase(),
            digest: text(&vector["signatures"][0]["digest"]),
        }
    };
    file["vectors"].as_array().unwrap().iter().filter(signed_so).map(read).collect()
}

#[test]
fn agrees_with_every_golden_vector() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 18, "vectors were added or lost");
    for vector in vectors {
        let verified = verify(
            vector.version,
            &vector.offer.to_string(),
            &vector.payment.to_string(),
            vector.now,
        )
        .unwrap_or_else(|reason| panic!("{}: {reason}", vector.id));
        assert_eq!(verified.payer, vector.address, "{}", vector.id);
        assert_eq!(hex(&verified.digest), vector.digest, "{}", vector.id);
    }
}

#[test]
fn refuses_every_change_to_what_was_signed() {
    let changes: [(&str, Value); 8] = [
        ("/payload/authorization/value", json!("10001")),
        ("/payload/authorization/value", json!(10000)),
        ("/payload/authorization/to", json!("0x0000000000000000000000000000000000000001")),
        ("/payload/authorization/from", json!("0x0000000000000000000000000000000000000001")),
        ("/payload/authorization/validAfter", json!("1")),
        ("/payload/authorization/validBefore", json!("1763683201")),
        ("/payload/authorization/nonce", json!("0x00")),
        ("/x402Version", json!("2")),
    ];
    for vector in vectors() {
        for (pointer, value) in &changes {
            let mut payment = vector.payment.clone();
            *payment.pointer_mut(pointer).unwrap() = value.clone();
            let answer =
                verify(vector.version, &vector.offer.to_string(), &payment.to_string(), vector.now);
            assert!(answer.is_err(), "{} with {pointer} = {value}", vector.id);
        }
    }
}

#[test]
fn refuses_other_terms_other_times_and_other_signatures() {
    for vector in vectors() {
        let check = |offer: &Value, payment: &Value, now| {
            verify(vector.version, &offer.to_string(), &payment.to_string(), now)
        };
        let mut offer = vector.offer.clone();
        offer["extra"]["name"] = json!("Another Coin");
        assert!(check(&offer, &vector.payment, vector.now).is_err(), "{}: domain", vector.id);
        assert!(check(&vector.offer, &vector.payment, vector.now - 3600).is_err(), "early");
        assert!(check(&vector.offer, &vector.payment, vector.now + 3600).is_err(), "late");

        let signature = vector.payment["payload"]["signature"].as_str().unwrap();
        let (rs, v) = signature.split_at(130);
        for bad in ["00", "01", "1d", if v == "1b" { "1c" } else { "1b" }, ""] {
            let mut payment = vector.payment.clone();
            payment["payload"]["signature"] = json!(format!("{rs}{bad}"));
            assert!(check(&vector.offer, &payment, vector.now).is_err(), "{}: v {bad}", vector.id);
        }
    }
}

#[test]
fn refuses_an_echo_that_lost_or_gained_a_key() {
    for vector in vectors().iter().filter(|vector| vector.version == Version::V2) {
        for (key, value) in [("payTo", json!("0x00")), ("added", json!(null))] {
            let mut payment = vector.payment.clone();
            payment["accepted"][key] = value;
            let answer =
                verify(Version::V2, &vector.offer.to_string(), &payment.to_string(), vector.now);
            assert!(answer.unwrap_err().contains("word for word"), "{}", vector.id);
        }
    }
}

#[test]
fn refuses_a_signature_in_the_upper_half() {
    use k256::ecdsa::Signature;
    let vector = &vectors()[0];
    let text = vector.payment["payload"]["signature"].as_str().unwrap().to_owned();
    let byte = |at: usize| u8::from_str_radix(&text[2 + 2 * at..4 + 2 * at], 16).unwrap();
    let bytes: Vec<u8> = (0..65).map(byte).collect();
    let (r, s) = Signature::from_slice(&bytes[..64]).unwrap().split_scalars();
    let flipped = Signature::from_scalars(r, -s.as_ref()).unwrap();
    let mut malleated = flipped.to_bytes().to_vec();
    malleated.push(if bytes[64] == 27 { 28 } else { 27 });
    let mut payment = vector.payment.clone();
    payment["payload"]["signature"] = json!(hex(&malleated));
    let answer =
        verify(vector.version, &vector.offer.to_string(), &payment.to_string(), vector.now);
    assert!(answer.unwrap_err().contains("upper half"));
}
