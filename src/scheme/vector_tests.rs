//! EIP-3009 signing against the golden vectors and the published domain separators.

use alloy_primitives::B256;
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use serde_json::Value;

use super::*;
use crate::policy::{Agreement, Case, Decision, Limits, Route, decide};
use crate::protocol::{ASSETS, Challenge, read_challenge};
use crate::scheme::quotes;

const ASSETS_CSV: &str = include_str!("../../tests/vectors/assets.csv");
const VECTORS: &str = include_str!("../../tests/vectors/x402-evm.json");

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn challenge(vector: &Value) -> Challenge {
    let mut headers = ::http::HeaderMap::new();
    let body = match vector["paymentRequiredHeader"].as_str() {
        Some(header) => {
            headers.insert("payment-required", header.parse().unwrap());
            "{}".to_owned()
        }
        None => vector["paymentRequired"].to_string(),
    };
    read_challenge(&headers, body.as_bytes()).ok().unwrap()
}

fn approve(challenge: &Challenge, selected: usize) -> Approval {
    let only: Vec<_> = quotes(challenge).into_iter().skip(selected).take(1).collect();
    let limits = Limits { max_validity_seconds: 100_000, ..Limits::default() };
    let route = Route { encrypted: true, verified: true, loopback: false };
    let agreed = Agreement::to(only[0].as_ref().unwrap(), []);
    match decide(&Case { agreed: Some(&agreed), ..Case::new(&only, &limits, route) }).decision {
        Decision::Pay(approval) => approval,
        other => panic!("{other:?}"),
    }
}

/// Addresses are compared without case: one generator sends `payTo` as it came, another checksums it,
/// and the digest is the same.
fn normalized(mut payload: Value) -> Value {
    for member in ["from", "to"] {
        let address = &mut payload["payload"]["authorization"][member];
        *address = address.as_str().unwrap().to_lowercase().into();
    }
    payload
}

#[test]
fn every_eip3009_vector_bit_for_bit() {
    let mut seen = 0;
    for vector in vectors() {
        let signature = &vector["signatures"][0];
        let kind = &signature["typedData"]["primaryType"];
        if vector["signatures"].as_array().unwrap().len() != 1
            || kind != "TransferWithAuthorization"
        {
            continue;
        }
        let id = vector["id"].as_str().unwrap();
        let selected = usize::try_from(vector["selectedIndex"].as_u64().unwrap()).unwrap();
        let challenge = challenge(&vector);
        let approval = approve(&challenge, selected);
        let now = vector["now"].as_u64().unwrap();
        let signer: PrivateKeySigner = vector["privateKey"].as_str().unwrap().parse().unwrap();
        let nonce: B256 = vector["randomBytes"][0].as_str().unwrap().parse().unwrap();
        let inputs = SigningInputs {
            payer: signer.address(),
            valid_after: challenge.dialect.valid_after(now),
            now,
            nonce,
        };

        let authorization = ExactEip3009.authorize(&approval, inputs);
        assert_eq!(authorization.digest.to_string(), signature["digest"].as_str().unwrap(), "{id}");
        let request = authorization.sign_request();
        assert_eq!(request.digest(), authorization.digest, "{id}");
        let SignRequest::Eip3009(typed) = &request;
        assert_eq!(typed.message.from, signer.address(), "{id}");
        assert_eq!(typed.message.value, approval.quote().amount.atomic(), "{id}");
        assert_eq!(typed.domain.verifying_contract, Some(approval.quote().asset.address), "{id}");
        let signed = signer.sign_hash_sync(&request.digest()).unwrap().as_bytes();
        assert_eq!(hex::encode_prefixed(signed), signature["signature"].as_str().unwrap(), "{id}");

        let payload = ExactEip3009.payload(&authorization, &Signature::new(signed));
        let identifier = vector["paymentPayload"]["extensions"]["payment-identifier"]["info"]["id"]
            .as_str()
            .unwrap_or("unused");
        let offer = &challenge.offers[selected];
        let header = challenge.dialect.write_payment(&challenge, offer, &payload, identifier);
        assert!(
            header.name.as_str().eq_ignore_ascii_case(vector["headerName"].as_str().unwrap()),
            "{id}"
        );
        let decoded = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            header.value.as_bytes(),
        );
        let sent: Value = serde_json::from_slice(&decoded.unwrap()).unwrap();
        assert_eq!(normalized(sent), normalized(vector["paymentPayload"].clone()), "{id}");
        seen += 1;
    }
    assert_eq!(seen, 18, "some vectors were passed over");
}

#[test]
fn an_identifier_is_of_its_nonce_alone() {
    let approval = approve(&challenge(&vectors()[0]), 0);
    let identifier = |byte: u8, now| {
        let (payer, nonce) = (Address::ZERO, B256::repeat_byte(byte));
        ExactEip3009
            .authorize(&approval, SigningInputs { payer, valid_after: 0, now, nonce })
            .identifier()
    };
    assert_eq!(identifier(1, 1), identifier(1, 2));
    assert_ne!(identifier(1, 1), identifier(2, 1));
    let digits = identifier(1, 1).strip_prefix("pay_").unwrap().to_owned();
    assert_eq!(digits.len(), 32, "between the 16 and 128 characters that servers take");
    assert!(digits.bytes().all(|b| b.is_ascii_hexdigit()));
    assert!(!hex::encode(B256::repeat_byte(1)).contains(&digits), "and it does not tell the nonce");
}

#[test]
fn every_domain_rebuilds_its_published_separator() {
    let mut checked = 0;
    for line in ASSETS_CSV.lines().skip(1).filter(|line| line.starts_with("eip155:")) {
        let address = line.split(',').nth(4).unwrap();
        let chain_id: u64 = line.split(',').nth(2).unwrap().parse().unwrap();
        let asset = ASSETS
            .iter()
            .find(|a| {
                a.network.chain_id == chain_id && a.address == address.parse::<Address>().unwrap()
            })
            .unwrap_or_else(|| panic!("{line} is not in the table"));
        assert_eq!(asset.symbol, line.split(',').nth(3).unwrap());
        assert_eq!(asset.decimals.to_string(), line.split(',').nth(5).unwrap());
        let testnet = line.split(',').nth(9).unwrap();
        assert_eq!(asset.network.testnet.to_string(), testnet, "{line}");
        if let Some(separator) = line.split(',').find(|field| field.len() == 66) {
            assert_eq!(domain(asset).separator().to_string(), separator, "{line}");
            checked += 1;
        }
    }
    assert_eq!((ASSETS.len(), checked), (59, 55));
}

#[test]
fn every_payable_asset_of_the_table_can_be_quoted() {
    let mut payable = 0;
    for asset in ASSETS {
        let body = format!(
            r#"{{"x402Version":2,"accepts":[{{"scheme":"exact","network":"{}","amount":"1",
            "asset":"{}","payTo":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C"}}]}}"#,
            asset.network.caip2, asset.address
        );
        let challenge = read_challenge(&::http::HeaderMap::new(), body.as_bytes()).ok().unwrap();
        match quotes(&challenge).remove(0) {
            Ok(quote) => {
                assert_eq!(quote.asset, asset);
                payable += 1;
            }
            Err(Unpayable::Own(own)) => match own.downcast_ref() {
                Some(Reason::NeedsPermit2(_)) => {
                    assert_eq!(asset.transfer_method, TransferMethod::Permit2);
                }
                Some(Reason::DomainUnconfirmed(_)) => assert_eq!(asset.domain, None),
                _ => panic!("{own}"),
            },
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(payable, 48);
}

fn refusal(change: impl Fn(&mut Value)) -> Unpayable {
    let mut offer: Value = serde_json::json!({
        "scheme": "exact", "network": "eip155:84532", "amount": "10000",
        "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        "payTo": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
        "maxTimeoutSeconds": 60, "extra": {"name": "USDC", "version": "2"}
    });
    change(&mut offer);
    let body = serde_json::json!({"x402Version": 2, "accepts": [offer]}).to_string();
    let challenge = read_challenge(&::http::HeaderMap::new(), body.as_bytes()).ok().unwrap();
    quotes(&challenge).remove(0).unwrap_err()
}

/// The same, where the reason is the scheme's own.
fn own_refusal(change: impl Fn(&mut Value)) -> Reason {
    match refusal(change) {
        Unpayable::Own(own) => own.downcast_ref::<Reason>().unwrap().clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_server_chooses_no_domain_contract_or_flow() {
    assert!(matches!(
        own_refusal(|o| o["extra"]["name"] = "USD Coin".into()),
        Reason::DomainDiffers { symbol: "USDC", .. }
    ));
    assert!(matches!(
        own_refusal(|o| o["extra"]["version"] = "1".into()),
        Reason::DomainDiffers { .. }
    ));
    assert_eq!(
        own_refusal(|o| o["extra"]["verifyingContract"] =
            "0x77777777Dcc4d5A8B6E418Fd04D8997ef11000eE".into()),
        Reason::ForeignContract
    );
    assert_eq!(
        refusal(|o| o["extra"]["paymentFlow"] = "upfront".into()),
        Unpayable::PaymentFlow("upfront".into())
    );
    assert_eq!(
        refusal(|o| o["extra"]["assetTransferMethod"] = "permit2".into()),
        Unpayable::TransferMethod("permit2".into())
    );
    assert_eq!(refusal(|o| o["scheme"] = "еxact".into()), Unpayable::Scheme("еxact".into()));
    assert_eq!(
        refusal(|o| o["network"] = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp".into()),
        Unpayable::Network("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp".into())
    );
}

#[test]
fn the_asset_must_be_the_one_in_the_table() {
    let mainnet = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
    assert!(matches!(refusal(|o| o["asset"] = mainnet.into()), Unpayable::UnknownAsset { .. }));
    let payee = "0x209693bC6afc0C5328bA36FaF03C514EF312287C";
    assert_eq!(own_refusal(|o| o["payTo"] = payee.into()), Reason::Checksum("payTo"));
    assert_eq!(own_refusal(|o| o["asset"] = "USD".into()), Reason::AssetNotAnAddress);
}

#[test]
fn nobody_is_paid_who_cannot_be() {
    for payee in [
        "0x0000000000000000000000000000000000000000",
        "0x000000000000000000000000000000000000dEaD",
        "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        "0x000000000022D473030F116dDEE9F6B43aC78BA3",
    ] {
        assert!(matches!(own_refusal(|o| o["payTo"] = payee.into()), Reason::Payee(_)), "{payee}");
    }
    assert_eq!(own_refusal(|o| o["payTo"] = "merchant".into()), Reason::PayeeNotAnAddress);
}
