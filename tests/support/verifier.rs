//! What a facilitator does before it believes a payment, written from the specifications alone:
//! x402 v1 and v2, EIP-3009 and EIP-712, with keccak and k256 by hand. It takes the raw JSON of
//! what was offered and what was sent, and shares nothing with the program.

use super::json::Json;
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use sha3::{Digest, Keccak256};

/// Which edition of the protocol a payment is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
}

/// Each edition, for what must hold in both.
pub(crate) const BOTH: [Version; 2] = [Version::V1, Version::V2];

/// A payment that holds.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    /// `0x` and forty lower-case hex digits.
    pub(crate) payer: String,
    pub(crate) nonce: String,
    /// Unix seconds.
    pub(crate) valid_after: u64,
    /// Unix seconds.
    pub(crate) valid_before: u64,
    pub(crate) digest: [u8; 32],
}

/// Names of version 1 that the tests use, and their chain ids.
const V1_NETWORKS: [(&str, u64); 6] = [
    ("base", 8453),
    ("base-sepolia", 84532),
    ("avalanche", 43114),
    ("polygon", 137),
    ("educhain", 41923),
    ("sei", 1329),
];

/// Checks `payment` (the decoded header) against `offer` (one entry of `accepts`), both raw JSON,
/// at `now` (Unix seconds). The error is the first thing wrong.
pub(crate) fn verify(
    version: Version,
    offer: &str,
    payment: &str,
    now: u64,
) -> Result<Verified, String> {
    let (offer, payment) = (Json::parse(offer)?, Json::parse(payment)?);
    check_envelope(version, &offer, &payment)?;
    let payload = payment.at("payload")?;
    let authorization = payload.at("authorization")?;
    let field = |key: &str| authorization.at(key)?.text().map_err(|e| format!("{key}: {e}"));
    if !matches!(authorization, Json::Object(fields) if fields.len() == 6) {
        return Err("the authorization does not have exactly six fields".into());
    }

    let amount_key = if version == Version::V1 { "maxAmountRequired" } else { "amount" };
    let amount = offer.at(amount_key)?.text()?;
    if field("value")? != amount {
        return Err(format!("value {} is not the {amount} asked for", field("value")?));
    }
    if address(field("to")?)? != address(offer.at("payTo")?.text()?)? {
        return Err(format!("to {} is not the payee", field("to")?));
    }
    let valid_after = seconds(field("validAfter")?)?;
    let valid_before = seconds(field("validBefore")?)?;
    let longest = match offer.find("maxTimeoutSeconds") {
        None => default_timeout(version),
        Some(Json::Token(null)) if null == "null" => default_timeout(version),
        Some(Json::Token(number)) => seconds(number)?,
        Some(other) => return Err(format!("maxTimeoutSeconds {other:?} is not a number")),
    };
    if valid_after > now {
        return Err(format!("valid only after {valid_after}, and it is {now}"));
    }
    // Facilitators want six seconds at least, so a client may stretch a very short time.
    if valid_before <= now || valid_before - now > longest.max(30) {
        return Err(format!("validBefore {valid_before} is not in {now}..={now}+{longest}"));
    }

    let digest = digest(&offer, authorization)?;
    let payer = recover(&digest, payload.at("signature")?.text()?)?;
    if address(field("from")?)? != payer {
        return Err(format!("signed by {}, not by {}", hex(&payer), field("from")?));
    }
    Ok(Verified {
        payer: hex(&payer),
        nonce: field("nonce")?.to_owned(),
        valid_after,
        valid_before,
        digest,
    })
}

/// What the servers of a version mean by leaving the time out, in seconds.
fn default_timeout(version: Version) -> u64 {
    if version == Version::V1 { 60 } else { 300 }
}

fn check_envelope(version: Version, offer: &Json, payment: &Json) -> Result<(), String> {
    let number = if version == Version::V1 { "1" } else { "2" };
    if payment.at("x402Version")? != &Json::Token(number.into()) {
        return Err(format!("x402Version is not the number {number}"));
    }
    match version {
        Version::V1 => {
            for key in ["scheme", "network"] {
                if payment.at(key)? != offer.at(key)? {
                    return Err(format!("{key} differs from the offer"));
                }
            }
        }
        Version::V2 if payment.at("accepted")? != offer => {
            return Err("accepted is not the offer, word for word".into());
        }
        Version::V2 => {}
    }
    Ok(())
}

/// The EIP-712 digest of `TransferWithAuthorization`, with the domain the offer names.
fn digest(offer: &Json, authorization: &Json) -> Result<[u8; 32], String> {
    let text = |key: &str| authorization.at(key)?.text();
    let extra = offer.at("extra")?;
    let domain = keccak(&[
        &keccak(&[
            b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
        ]),
        &keccak(&[extra.at("name")?.text()?.as_bytes()]),
        &keccak(&[extra.at("version")?.text()?.as_bytes()]),
        &uint256(&chain_id(offer.at("network")?.text()?)?.to_string())?,
        &word(&address(offer.at("asset")?.text()?)?),
    ]);
    let message = keccak(&[
        &keccak(&[b"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"]),
        &word(&address(text("from")?)?),
        &word(&address(text("to")?)?),
        &uint256(text("value")?)?,
        &uint256(text("validAfter")?)?,
        &uint256(text("validBefore")?)?,
        &unhex::<32>(text("nonce")?)?,
    ]);
    Ok(keccak(&[b"\x19\x01", &domain, &message]))
}

/// The address that made a 65-byte signature: `v` is 27 or 28 and `s` is in the lower half.
fn recover(digest: &[u8; 32], signature: &str) -> Result<[u8; 20], String> {
    let bytes = unhex::<65>(signature)?;
    let recovery = match bytes[64] {
        27 => RecoveryId::new(false, false),
        28 => RecoveryId::new(true, false),
        v => return Err(format!("v is {v}, not 27 or 28")),
    };
    let signature = Signature::from_slice(&bytes[..64]).map_err(|e| e.to_string())?;
    if signature.normalize_s().is_some() {
        return Err("s is in the upper half of the curve".into());
    }
    let key = VerifyingKey::recover_from_prehash(digest, &signature, recovery)
        .map_err(|e| e.to_string())?;
    Ok(account(&key))
}

/// The address of a private key in hex without `0x`: `0x` and forty lower-case digits.
pub(crate) fn address_of(private_key: &str) -> Result<String, String> {
    let bytes = unhex::<32>(&format!("0x{private_key}"))?;
    let key = SigningKey::from_slice(&bytes).map_err(|e| e.to_string())?;
    Ok(hex(&account(key.verifying_key())))
}

fn account(key: &VerifyingKey) -> [u8; 20] {
    let hash = keccak(&[&key.to_encoded_point(false).as_bytes()[1..]]);
    std::array::from_fn(|at| hash[12 + at])
}

fn chain_id(network: &str) -> Result<u64, String> {
    let known = V1_NETWORKS.iter().find(|(name, _)| *name == network).map(|(_, id)| *id);
    known
        .or_else(|| network.strip_prefix("eip155:")?.parse().ok())
        .ok_or_else(|| format!("the network {network:?} is not one of the tests' own"))
}

fn seconds(text: &str) -> Result<u64, String> {
    decimal(text)?.parse().map_err(|_| format!("{text:?} is not a time in seconds"))
}

/// A decimal number as every facilitator reads it: digits, no sign, no leading zero.
fn decimal(text: &str) -> Result<&str, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits && (text == "0" || !text.starts_with('0')) {
        return Ok(text);
    }
    Err(format!("{text:?} is not a decimal number"))
}

fn uint256(text: &str) -> Result<[u8; 32], String> {
    let mut number = [0u8; 32];
    for digit in decimal(text)?.bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        if carry != 0 {
            return Err(format!("{text} does not fit in 256 bits"));
        }
    }
    Ok(number)
}

fn address(text: &str) -> Result<[u8; 20], String> {
    unhex(&text.to_ascii_lowercase())
}

/// Exactly `N` bytes from `0x` and lower-case hex.
fn unhex<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let digits = text.strip_prefix("0x").unwrap_or_default().as_bytes();
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| Some(nibble(*pair.first()?)? << 4 | nibble(*pair.get(1)?)?))
        .collect();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| format!("{text:?} is not 0x and {N} bytes of lower-case hex"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn word(address: &[u8; 20]) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address);
    word
}

fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Keccak256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
