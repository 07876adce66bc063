//! Exactly what is signed: one file per payment scheme.
//!
//! Pure: time, nonce and payer are arguments, so every signature can be held against a golden vector.
//! A scheme is a plug keyed by its name, the network's namespace and `assetTransferMethod`; the row
//! in [`SCHEMES`] is all the rest of the program knows of it. Nothing here decides whether to pay.
//!
//! What exists has to know nothing of a chain before it signs. A scheme that does, as Permit2 does of an
//! allowance, names it in its [`Quote`], and a port of [`crate::pay`] reads it before the owner is asked;
//! [`Scheme::authorize`] stays pure. The ledger finds a scheme by its name alone, so a second scheme of the
//! name `exact` needs a column for its transfer method.

mod exact_eip3009;
mod request;

use std::fmt;

use alloy_primitives::{Address, B256};
use serde_json::value::RawValue;

pub use exact_eip3009::{AuthorizationId, TransferWithAuthorization};
pub use request::{SignRequest, Signature, TypedData};

use crate::policy::{Approval, Quote, Unpayable};
use crate::protocol::{
    Amount, Challenge, MOST_HEADER_BYTES, Offer, PaymentHeader, Settlement, Terms, payment_length,
};

/// Every scheme this client can pay with.
pub static SCHEMES: [&dyn Scheme; 1] = [&exact_eip3009::ExactEip3009];

/// A way to pay, from the offer to the proof that it settled.
pub trait Scheme: Sync {
    /// The name it has in terms, in the owner's rules and in the ledger.
    fn name(&self) -> &'static str;

    /// Whether these terms are this scheme's to quote.
    fn claims(&self, terms: &Terms) -> bool;

    /// What an offer would cost at most, or why it cannot be paid. `place` is its place in the
    /// challenge, from 0.
    fn quote(&self, place: usize, terms: &Terms) -> Result<Quote, Unpayable>;

    /// Most bytes of [`Scheme::payload`].
    fn most_payload_bytes(&self) -> usize;

    /// What must be signed to pay an approved quote. Times are Unix seconds.
    fn authorize(&self, approval: &Approval, inputs: SigningInputs) -> Authorization;

    /// What the payer's wallet is asked to sign: the message that [`Authorization::digest`] is of.
    fn sign_request(&self, authorization: &Authorization) -> SignRequest;

    /// The scheme's `payload` member: an authorization with the signature over its digest.
    fn payload(&self, authorization: &Authorization, signature: &Signature) -> Box<RawValue>;

    /// The amount that settled, where a server says that it settled; a server that says nothing of the
    /// amount, or nothing readable, means the most. `None`: no settlement of this authorization can have
    /// that amount.
    fn settled_amount(&self, authorization: &Authorization, said: &Settlement) -> Option<Amount>;

    /// What to ask a chain for, to learn whether the authorization of this payer and nonce settled. The
    /// token need not be in the table of assets any more.
    fn settlement_key(&self, token: Address, payer: Address, nonce: B256) -> SettlementKey;
}

impl PartialEq for dyn Scheme {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Scheme {}

impl fmt::Debug for dyn Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What proves on a chain that an authorization settled. [`crate::chain`] has a file for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettlementKey {
    /// The token keeps a record of each authorization that was used.
    Eip3009(AuthorizationId),
}

/// What varies from one authorization to the next.
#[derive(Debug, Clone, Copy)]
pub struct SigningInputs {
    /// Who pays.
    pub payer: Address,
    /// When the signature begins to be valid, in Unix seconds.
    pub valid_after: u64,
    /// The present by the clock that is behind, in Unix seconds: the validity is counted from it.
    pub now: u64,
    /// 32 random bytes, used once.
    pub nonce: B256,
}

/// Something to sign, and everything the ledger must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// How it pays.
    pub scheme: &'static dyn Scheme,
    /// What it pays, at most.
    pub quote: Quote,
    /// Who pays.
    pub payer: Address,
    /// Start of validity, in Unix seconds.
    pub valid_after: u64,
    /// End of validity, in Unix seconds: until then a signature is money.
    pub valid_before: u64,
    /// Makes it settle at most once.
    pub nonce: B256,
    /// The digest of what is signed.
    pub digest: B256,
}

impl Authorization {
    /// The id sent to servers that declare `payment-identifier`: derived from the nonce, so that it
    /// is the same on every resend and needs no memory of its own.
    pub fn identifier(&self) -> String {
        let hash = alloy_primitives::keccak256(self.nonce);
        let digits = alloy_primitives::hex::encode(hash);
        format!("pay_{}", digits.chars().take(32).collect::<String>())
    }

    /// The amount that settled, by a server's word ([`Scheme::settled_amount`]).
    pub fn settled_amount(&self, said: &Settlement) -> Option<Amount> {
        self.scheme.settled_amount(self, said)
    }

    /// What the payer's wallet is asked to sign ([`Scheme::sign_request`]).
    pub fn sign_request(&self) -> SignRequest {
        self.scheme.sign_request(self)
    }

    /// What to ask a chain for ([`Scheme::settlement_key`]).
    pub fn settlement_key(&self) -> SettlementKey {
        self.scheme.settlement_key(self.quote.asset.address, self.payer, self.nonce)
    }

    /// Whether a hash, as 0x and 64 small hex digits, is one that the payment itself is known by. It
    /// looks like a transaction and is none.
    pub fn is_own_hash(&self, hash: &str) -> bool {
        [self.nonce, self.digest].iter().any(|own| own.to_string() == hash)
    }
}

/// The scheme that quotes these terms.
fn scheme_for(terms: &Terms) -> Result<&'static dyn Scheme, Unpayable> {
    SCHEMES.iter().copied().find(|scheme| scheme.claims(terms)).ok_or_else(|| why_unclaimed(terms))
}

/// Why terms that no scheme claims cannot be paid.
fn why_unclaimed(terms: &Terms) -> Unpayable {
    if scheme_named(&terms.scheme).is_none() {
        Unpayable::Scheme(terms.scheme.clone())
    } else if terms.known_network.is_none() {
        Unpayable::of_network(&terms.network)
    } else {
        let method = terms.extra.asset_transfer_method.clone();
        Unpayable::TransferMethod(method.unwrap_or_default())
    }
}

/// The scheme of this name, for a payment that was recorded.
pub fn scheme_named(name: &str) -> Option<&'static dyn Scheme> {
    SCHEMES.iter().copied().find(|scheme| scheme.name() == name)
}

/// Quotes every offer of a challenge, in its order. One whose payment no server would read is not quoted.
pub fn quotes(challenge: &Challenge) -> Vec<Result<Quote, Unpayable>> {
    let quote = |(place, offer): (usize, &Offer)| {
        let terms = offer.terms.as_ref().map_err(|error| Unpayable::Terms(error.clone()))?;
        let scheme = scheme_for(terms)?;
        let quote = scheme.quote(place, terms)?;
        let length = payment_length(challenge, offer, scheme.most_payload_bytes());
        if length > MOST_HEADER_BYTES { Err(Unpayable::HeaderTooLong(length)) } else { Ok(quote) }
    };
    challenge.offers.iter().enumerate().map(quote).collect()
}

/// An approval with what it takes to act on it: the offer it is for, and that offer's scheme.
#[derive(Clone, Copy)]
pub struct ApprovedOffer<'a> {
    /// What the policy approved.
    pub approval: &'a Approval,
    /// How it is paid.
    scheme: &'static dyn Scheme,
    challenge: &'a Challenge,
    offer: &'a Offer,
}

impl<'a> ApprovedOffer<'a> {
    /// The offer of `challenge` that was approved; `None` where the approval is for another challenge.
    pub fn find(challenge: &'a Challenge, approval: &'a Approval) -> Option<Self> {
        let offer = challenge.offers.get(approval.quote().offer)?;
        let scheme = scheme_for(offer.terms.as_ref().ok()?).ok()?;
        Some(Self { approval, scheme, challenge, offer })
    }

    /// What must be signed ([`Scheme::authorize`]).
    pub fn authorize(&self, inputs: SigningInputs) -> Authorization {
        self.scheme.authorize(self.approval, inputs)
    }

    /// The header that carries what was signed.
    pub fn write_payment(
        &self,
        authorization: &Authorization,
        signature: &Signature,
    ) -> PaymentHeader {
        let payload = self.scheme.payload(authorization, signature);
        let (challenge, identifier) = (self.challenge, authorization.identifier());
        challenge.dialect.write_payment(challenge, self.offer, &payload, &identifier)
    }
}
