//! Reading what a seller sends: a payment and the requirements it is meant to fulfil, both JSON
//! that strangers wrote.

use alloy_primitives::{Address, B256, U256, hex};
use serde_json::Value;

use super::Reason;
use crate::sandbox::Version;
use crate::sandbox::chain::token::{self, transferWithAuthorizationCall};

/// A payment that parsed, and the requirements it names agreed with, as far as text can tell.
pub(super) struct Claim {
    /// The transfer, as the token takes it.
    pub(super) transfer: transferWithAuthorizationCall,
    /// Whom the requirements want paid.
    pub(super) payee: Address,
    /// How much the requirements want, in atomic units.
    pub(super) amount: U256,
}

impl Claim {
    /// Reads a payment and its requirements in the wire form of `version`.
    ///
    /// # Errors
    /// The first thing that is wrong with them.
    pub(super) fn read(
        version: Version,
        payment: &Value,
        requirements: &Value,
    ) -> Result<Self, Reason> {
        if payment.get("x402Version").and_then(Value::as_u64) != Some(version.number()) {
            return Err(Reason::Version);
        }
        // Where a payment says what it is for: v1 at its top, v2 in its copy of the requirements.
        let chosen = match version {
            Version::V1 => payment,
            Version::V2 => payment.get("accepted").ok_or(Reason::Payload)?,
        };
        for side in [chosen, requirements] {
            if text(side, "scheme") != Some("exact") {
                return Err(Reason::Scheme);
            }
            if text(side, "network") != Some(version.network()) {
                return Err(Reason::Network);
            }
        }
        check_token(requirements)?;
        let amount = match version {
            Version::V1 => "maxAmountRequired",
            Version::V2 => "amount",
        };
        Ok(Self {
            payee: address(requirements, "payTo").ok_or(Reason::Requirements)?,
            amount: decimal(requirements, amount).ok_or(Reason::Requirements)?,
            transfer: transfer(payment).ok_or(Reason::Payload)?,
        })
    }
}

/// The requirements must mean the one token there is, by the name under which it verifies.
fn check_token(requirements: &Value) -> Result<(), Reason> {
    if address(requirements, "asset").ok_or(Reason::Requirements)? != token::ADDRESS {
        return Err(Reason::Asset);
    }
    let extra = requirements.get("extra").ok_or(Reason::MissingDomain)?;
    if text(extra, "name").ok_or(Reason::MissingDomain)? != token::NAME {
        return Err(Reason::TokenName);
    }
    if text(extra, "version").ok_or(Reason::MissingDomain)? != token::VERSION {
        return Err(Reason::TokenVersion);
    }
    Ok(())
}

/// Who a payment claims to come from, if it says so; for answers about payments that are no good.
pub(super) fn payer(payment: &Value) -> Option<Address> {
    address(payment.get("payload")?.get("authorization")?, "from")
}

fn transfer(payment: &Value) -> Option<transferWithAuthorizationCall> {
    let payload = payment.get("payload")?;
    let authorization = payload.get("authorization")?;
    let signature: [u8; 65] = bytes(payload, "signature")?;
    let (r, rest) = signature.split_first_chunk::<32>()?;
    let (s, v) = rest.split_first_chunk::<32>()?;
    Some(transferWithAuthorizationCall {
        from: address(authorization, "from")?,
        to: address(authorization, "to")?,
        value: decimal(authorization, "value")?,
        validAfter: decimal(authorization, "validAfter")?,
        validBefore: decimal(authorization, "validBefore")?,
        nonce: B256::from(bytes::<32>(authorization, "nonce")?),
        v: *v.first()?,
        r: B256::from(r),
        s: B256::from(s),
    })
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// `0x` and forty hexadecimal digits in any case.
fn address(object: &Value, name: &str) -> Option<Address> {
    bytes::<20>(object, name).map(Address::from)
}

/// `0x` and exactly two hexadecimal digits a byte.
fn bytes<const N: usize>(object: &Value, name: &str) -> Option<[u8; N]> {
    let digits = text(object, name)?.strip_prefix("0x")?;
    // The decoder would take a second prefix.
    let exact = digits.len() == N.checked_mul(2)? && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !exact {
        return None;
    }
    hex::decode_to_array(digits).ok()
}

/// A number of atomic units or seconds: a string of decimal digits without leading zeros, below
/// 2^256.
fn decimal(object: &Value, name: &str) -> Option<U256> {
    let digits = text(object, name)?;
    let canonical = digits == "0" || !digits.starts_with('0');
    let plain = (1..=78).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !(canonical && plain) {
        return None;
    }
    U256::from_str_radix(digits, 10).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(name: &str, text: &str) -> (Option<U256>, Option<Address>) {
        let object = json!({ name: text });
        (decimal(&object, name), address(&object, name))
    }

    proptest! {
        #[test]
        fn a_number_is_what_prints_the_same(limbs: [u64; 4]) {
            let number = U256::from_limbs(limbs);
            prop_assert_eq!(read("n", &number.to_string()).0, Some(number));
        }

        #[test]
        fn nothing_else_is_a_number(text in ".{0,90}") {
            if let Some(number) = read("n", &text).0 {
                prop_assert_eq!(number.to_string(), text);
            }
        }

        #[test]
        fn an_address_is_forty_digits(text in "(0x)?[0-9a-fA-Fx]{38,42}") {
            if let (_, Some(address)) = read("a", &text) {
                prop_assert_eq!(format!("{address:#x}"), text.to_lowercase());
            }
        }

        #[test]
        fn any_json_is_answered(payment in json_value(), requirements in json_value()) {
            for version in Version::ALL {
                prop_assert!(Claim::read(version, &payment, &requirements).is_err());
            }
        }
    }

    /// Objects with the field names that matter and values that do not fit.
    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<u64>().prop_map(Value::from),
            prop_oneof![Just("exact"), Just("base-sepolia"), Just("eip155:84532"), Just("0x")]
                .prop_map(Value::from),
        ];
        let names = prop::sample::select(vec![
            "x402Version",
            "scheme",
            "network",
            "payload",
            "authorization",
            "signature",
            "accepted",
            "extra",
            "asset",
            "from",
        ]);
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop::collection::hash_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        })
    }

    #[test]
    fn numbers_past_the_last_are_refused() {
        let over = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        for text in [over, "", "00", "01", "+1", "-1", "1e3", "0x10", " 1", "1_000", "١"] {
            assert_eq!(read("n", text).0, None, "{text}");
        }
    }
}
