//! `exact` by EIP-3009: a `TransferWithAuthorization` that the token itself verifies (x402
//! specification v1 and v2, 6.1).
//!
//! The EIP-712 domain comes from the asset table, the chain id from the network and the contract is
//! always the token. With that, the worst a server can get is the transfer that was approved.

use std::ops::Range;

use alloy_primitives::{Address, B256, U256, address, hex};
use alloy_sol_types::{Eip712Domain, sol};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use thiserror::Error;

use super::{
    Authorization, Scheme, SettlementKey, SignRequest, Signature, SigningInputs, TypedData,
};
use crate::policy::{Approval, Quote, Unpayable};
use crate::protocol::{
    AddressError, Amount, Asset, Settlement, Terms, TransferMethod, parse_address,
    parse_address_of_any_case,
};

const NAME: &str = "exact";
const METHOD: &str = "eip3009";
/// The only order of things in which nothing is taken before the resource is ready.
const FLOW: &str = "authorization";

sol! {
    /// EIP-3009, section "Authorized transfer".
    #[derive(Debug)]
    struct TransferWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }
}

/// Contracts nobody can be paid at: Permit2, and the x402 proxies, escrows, collectors and
/// Circle Gateway wallets that terms have named as payee.
const SYSTEM_CONTRACTS: [Address; 13] = [
    address!("000000000022D473030F116dDEE9F6B43aC78BA3"),
    address!("402085c248EeA27D92E8b30b2C58ed07f9E20001"),
    address!("4020A4f3b7b90ccA423B9fabCc0CE57C6C240002"),
    address!("4020074e9dF2ce1deE5A9C1b5c3f541D02a10003"),
    address!("4020806089470a89826cB9fB1f4059150b550004"),
    address!("4020425FAf3B746C082C2f942b4E5159887B0005"),
    address!("f96815976523E00e65Be8f34cA5e64b4f41EB19c"),
    address!("8612dfdc421f80336cd14E8EF9cb1E765dB5ab88"),
    address!("D69831Aed5bfe262067ec4c751f4F830EcdD446e"),
    address!("BdEA0D1bcC5966192B070Fdf62aB4EF5b4420cff"),
    address!("0E3dF9510de65469C4518D7843919c0b8C7A7757"),
    address!("77777777Dcc4d5A8B6E418Fd04D8997ef11000eE"),
    address!("0077777d7EBA4688BDeF3E311b846F25870A19B9"),
];

/// Addresses below this are precompiles or burn addresses such as `0x…dEaD`.
const LOWEST_PAYEE: U256 = U256::from_limbs([0x1_0000, 0, 0, 0]);

/// What a token contract knows an authorization by (EIP-3009, `authorizationState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorizationId {
    /// The token's contract.
    pub token: Address,
    /// Who signed.
    pub authorizer: Address,
    /// The signed nonce.
    pub nonce: B256,
}

/// Why this scheme cannot pay an offer that is its own.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Reason {
    /// `asset` is not an address.
    #[error("`asset` is not an address")]
    AssetNotAnAddress,
    /// The asset's transfers cannot be authorized by a plain signature.
    #[error("{0} has no EIP-3009 transfers; Permit2 is not supported")]
    NeedsPermit2(&'static str),
    /// The table has no confirmed EIP-712 domain for the asset.
    #[error("the EIP-712 domain of {0} is not confirmed")]
    DomainUnconfirmed(&'static str),
    /// The server names a domain the token does not have: the signature could not be settled.
    #[error("the server names the EIP-712 domain {named:?}, {symbol} has {own:?}")]
    DomainDiffers {
        /// The token.
        symbol: &'static str,
        /// What the server says: name, version.
        named: (String, String),
        /// What the table says: name, version.
        own: (&'static str, &'static str),
    },
    /// The server asks for a signature for another contract than the token.
    #[error("the server asks for a signature for another contract than the token")]
    ForeignContract,
    /// `payTo` is not an address.
    #[error("`payTo` is not an address")]
    PayeeNotAnAddress,
    /// An address fails its EIP-55 checksum.
    #[error("`{0}` fails its EIP-55 checksum")]
    Checksum(&'static str),
    /// Money sent there is lost: the zero address, the token itself, a system contract.
    #[error("`payTo` {0} is not somebody who can be paid")]
    Payee(Address),
}

pub(super) struct ExactEip3009;

impl Scheme for ExactEip3009 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn claims(&self, terms: &Terms) -> bool {
        terms.scheme == NAME
            && terms.known_network.is_some()
            && terms.extra.asset_transfer_method.as_deref().is_none_or(|method| method == METHOD)
    }

    fn quote(&self, place: usize, terms: &Terms) -> Result<Quote, Unpayable> {
        let network = terms.known_network.ok_or_else(|| Unpayable::of_network(&terms.network))?;
        if let Some(flow) = terms.extra.payment_flow.as_deref().filter(|flow| *flow != FLOW) {
            return Err(Unpayable::PaymentFlow(flow.to_owned()));
        }
        // The table knows every byte of it, so its capitals prove nothing.
        let token = parse_address_of_any_case(&terms.asset)
            .map_err(|_| Unpayable::own(Reason::AssetNotAnAddress))?;
        let asset =
            Asset::at(network, token).ok_or(Unpayable::UnknownAsset { asset: token, network })?;
        if asset.transfer_method != TransferMethod::Eip3009 {
            return Err(Unpayable::own(Reason::NeedsPermit2(asset.symbol)));
        }
        check_domain(terms, asset).map_err(Unpayable::own)?;
        let pay_to = payee(terms).map_err(Unpayable::own)?;
        Ok(Quote {
            offer: place,
            scheme: NAME,
            network,
            asset,
            pay_to,
            amount: terms.amount,
            max_timeout_seconds: terms.max_timeout_seconds,
        })
    }

    /// A signature, and the six members of an authorization.
    fn most_payload_bytes(&self) -> usize {
        640
    }

    fn authorize(&self, approval: &Approval, inputs: SigningInputs) -> Authorization {
        let quote = approval.quote().clone();
        let valid_before = inputs.now.saturating_add(approval.validity_seconds());
        let SigningInputs { payer, valid_after, nonce, .. } = inputs;
        let digest = transfer(&quote, payer, valid_after..valid_before, nonce).digest();
        Authorization { scheme: &Self, quote, payer, valid_after, valid_before, nonce, digest }
    }

    fn sign_request(&self, authorization: &Authorization) -> SignRequest {
        let Authorization { quote, payer, valid_after, valid_before, nonce, .. } = authorization;
        let life = *valid_after..*valid_before;
        SignRequest::Eip3009(transfer(quote, *payer, life, *nonce))
    }

    fn payload(&self, authorization: &Authorization, signature: &Signature) -> Box<RawValue> {
        let signed = Payload {
            signature: hex::encode_prefixed(signature.as_bytes()),
            authorization: Fields {
                from: authorization.payer.to_checksum(None),
                to: authorization.quote.pay_to.to_checksum(None),
                value: authorization.quote.amount.to_string(),
                valid_after: authorization.valid_after.to_string(),
                valid_before: authorization.valid_before.to_string(),
                nonce: authorization.nonce.to_string(),
            },
        };
        // Strings under fixed names always serialize; null would be refused, not misread.
        to_raw_value(&signed).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    /// The token moves the signed value or nothing, whatever the server says.
    fn settled_amount(&self, authorization: &Authorization, said: &Settlement) -> Option<Amount> {
        let signed = authorization.quote.amount;
        let is_another = matches!(said.settled_amount(), Ok(Some(amount)) if amount != signed);
        (!is_another).then_some(signed)
    }

    fn settlement_key(&self, token: Address, payer: Address, nonce: B256) -> SettlementKey {
        SettlementKey::Eip3009(AuthorizationId { token, authorizer: payer, nonce })
    }
}

#[derive(Serialize)]
struct Payload {
    signature: String,
    authorization: Fields,
}

/// Every member is a string: numbers fail on half of the facilitators.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    from: String,
    to: String,
    value: String,
    valid_after: String,
    valid_before: String,
    nonce: String,
}

/// Holds what the server believes of the token's domain against the table. What it leaves out is
/// taken from the table; what differs would burn the attempt, so it is refused before signing.
fn check_domain(terms: &Terms, asset: &'static Asset) -> Result<(), Reason> {
    let own = asset.domain.ok_or(Reason::DomainUnconfirmed(asset.symbol))?;
    if let Some(contract) = &terms.extra.verifying_contract
        && parse_address_of_any_case(contract) != Ok(asset.address)
    {
        return Err(Reason::ForeignContract);
    }
    let name = terms.extra.name.as_deref().unwrap_or(own.0);
    let version = terms.extra.version.as_deref().unwrap_or(own.1);
    if (name, version) != own {
        let named = (name.to_owned(), version.to_owned());
        return Err(Reason::DomainDiffers { symbol: asset.symbol, named, own });
    }
    Ok(())
}

/// Who is to be paid.
fn payee(terms: &Terms) -> Result<Address, Reason> {
    let payee = parse_address(&terms.pay_to).map_err(|error| match error {
        AddressError::Checksum => Reason::Checksum("payTo"),
        AddressError::Grammar => Reason::PayeeNotAnAddress,
    })?;
    if can_be_paid(payee) { Ok(payee) } else { Err(Reason::Payee(payee)) }
}

/// Money sent to a token, a system contract, a precompile or nobody is lost or worse.
fn can_be_paid(address: Address) -> bool {
    U256::from_be_slice(address.as_slice()) >= LOWEST_PAYEE
        && !SYSTEM_CONTRACTS.contains(&address)
        && !crate::protocol::ASSETS.iter().any(|asset| asset.address == address)
}

/// The transfer of what a quote asks for, for the token to verify. `life` is in Unix seconds.
fn transfer(
    quote: &Quote,
    payer: Address,
    life: Range<u64>,
    nonce: B256,
) -> TypedData<TransferWithAuthorization> {
    let message = TransferWithAuthorization {
        from: payer,
        to: quote.pay_to,
        value: quote.amount.atomic(),
        validAfter: U256::from(life.start),
        validBefore: U256::from(life.end),
        nonce,
    };
    TypedData { domain: domain(quote.asset), message }
}

/// The token's own domain. Quotes exist only for assets that have one.
fn domain(asset: &'static Asset) -> Eip712Domain {
    let (name, version) = asset.domain.unwrap_or_default();
    Eip712Domain::new(
        Some(name.into()),
        Some(version.into()),
        Some(U256::from(asset.network.chain_id)),
        Some(asset.address),
        None,
    )
}

#[cfg(test)]
#[path = "vector_tests.rs"]
mod tests;
