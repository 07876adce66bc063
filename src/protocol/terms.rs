//! The terms of one offer (`PaymentRequirements`), freed of how a version spells them.

use serde_json::{Map, Value};
use thiserror::Error;

use super::amount::{Amount, AmountError};
use super::json::JsonError;
use super::networks::Network;

/// What one entry of `accepts` asks for. Text is the server's, unchecked beyond its type; addresses
/// are read by the scheme, because only it knows what they must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// `scheme`, byte for byte.
    pub scheme: String,
    /// `network` as the server spells it.
    pub network: String,
    /// The row that spelling names in this version of the protocol.
    pub known_network: Option<&'static Network>,
    /// The most this payment can cost, in atomic units of `asset`.
    pub amount: Amount,
    /// `asset`.
    pub asset: String,
    /// `payTo`.
    pub pay_to: String,
    /// `maxTimeoutSeconds`, at least 1.
    pub max_timeout_seconds: u64,
    /// `extra`, as far as this client understands it.
    pub extra: Extra,
}

/// The understood members of `extra`; the rest is echoed and otherwise ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra {
    /// The EIP-712 domain name the server believes the token has.
    pub name: Option<String>,
    /// The EIP-712 domain version the server believes the token has.
    pub version: Option<String>,
    /// `assetTransferMethod`; absent means EIP-3009.
    pub asset_transfer_method: Option<String>,
    /// `paymentFlow`; absent means `authorization` (verify, serve, settle).
    pub payment_flow: Option<String>,
    /// `verifyingContract`: an attempt to choose the contract the signature is for.
    pub verifying_contract: Option<String>,
}

/// Why an entry of `accepts` has no readable terms.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TermsError {
    /// The entry is ambiguous or not JSON within bounds.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The entry is not an object.
    #[error("the entry is not an object")]
    NotAnObject,
    /// A required member is absent or null.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member is not a string.
    #[error("`{0}` is not a string")]
    NotText(&'static str),
    /// A member is not a whole number of at least 1.
    #[error("`{0}` is not a whole number of at least 1")]
    NotPositive(&'static str),
    /// `extra` is neither an object nor absent.
    #[error("`extra` is not an object")]
    ExtraNotAnObject,
    /// An amount is outside its grammar.
    #[error("`{0}`: {1}")]
    Amount(&'static str, AmountError),
    /// Both spellings of the price are there and differ.
    #[error("`amount` and `maxAmountRequired` differ")]
    TwoAmounts,
}

/// The members of one entry, read one at a time with the reason when one is not as it must be.
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl Fields<'_> {
    /// The terms, with what differs from one version to the next: whom a network's name means, the two
    /// spellings of the price, and the seconds that an absent time-out stands for.
    pub(super) fn terms(
        &self,
        network_named: fn(&str) -> Option<&'static Network>,
        (own, foreign): (&'static str, &'static str),
        absent_timeout: u64,
    ) -> Result<Terms, TermsError> {
        let network = self.text("network")?;
        Ok(Terms {
            scheme: self.text("scheme")?,
            known_network: network_named(&network),
            network,
            amount: self.amount(own, foreign)?,
            asset: self.text("asset")?,
            pay_to: self.text("payTo")?,
            max_timeout_seconds: self.max_timeout_seconds(absent_timeout)?,
            extra: self.extra()?,
        })
    }

    /// A string that must be there.
    fn text(&self, name: &'static str) -> Result<String, TermsError> {
        self.optional_text(name)?.ok_or(TermsError::Missing(name))
    }

    /// A string, or nothing for an absent or null member.
    fn optional_text(&self, name: &'static str) -> Result<Option<String>, TermsError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(TermsError::NotText(name)),
        }
    }

    /// The price. `own` is this version's spelling and `foreign` the other's, which hybrid servers
    /// send: it is read only where ours is absent, and never when both are there and differ.
    fn amount(&self, own: &'static str, foreign: &'static str) -> Result<Amount, TermsError> {
        let (name, text) = match (self.optional_text(own)?, self.optional_text(foreign)?) {
            (Some(a), Some(b)) if a != b => return Err(TermsError::TwoAmounts),
            (Some(text), _) => (own, text),
            (None, Some(text)) => (foreign, text),
            (None, None) => return Err(TermsError::Missing(own)),
        };
        Amount::parse(&text).map_err(|error| TermsError::Amount(name, error))
    }

    /// `maxTimeoutSeconds`, or what the version's servers mean by leaving it out.
    fn max_timeout_seconds(&self, absent: u64) -> Result<u64, TermsError> {
        const NAME: &str = "maxTimeoutSeconds";
        match self.0.get(NAME) {
            None | Some(Value::Null) => Ok(absent),
            Some(value) => match value.as_u64() {
                Some(seconds) if seconds > 0 => Ok(seconds),
                _ => Err(TermsError::NotPositive(NAME)),
            },
        }
    }

    /// `extra`: an object, absent, null, or (old Python servers) the object as a JSON string.
    fn extra(&self) -> Result<Extra, TermsError> {
        let parsed: Value;
        let object = match self.0.get("extra") {
            None | Some(Value::Null) => return Ok(Extra::default()),
            Some(Value::Object(object)) => object,
            Some(Value::String(text)) => {
                super::json::check_unambiguous_text(text)?;
                parsed = serde_json::from_str(text).map_err(|_| TermsError::ExtraNotAnObject)?;
                parsed.as_object().ok_or(TermsError::ExtraNotAnObject)?
            }
            Some(_) => return Err(TermsError::ExtraNotAnObject),
        };
        let fields = Fields(object);
        Ok(Extra {
            name: fields.optional_text("name")?,
            version: fields.optional_text("version")?,
            asset_transfer_method: fields.optional_text("assetTransferMethod")?,
            payment_flow: fields.optional_text("paymentFlow")?,
            verifying_contract: fields.optional_text("verifyingContract")?,
        })
    }
}
