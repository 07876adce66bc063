//! Why a payment is turned down, and what each protocol version calls it.

use crate::sandbox::Version;

/// Why the facilitator turned a payment down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The `x402Version` is neither 1 nor 2, or the payment's differs from the request's.
    Version,
    /// The scheme is not `exact`, in the payment or in the requirements.
    Scheme,
    /// The network is not the sandbox's, in the payment or in the requirements.
    Network,
    /// The payment is not of the shape an EIP-3009 payment has.
    Payload,
    /// The requirements lack a field or have one that does not parse.
    Requirements,
    /// The requirements ask for a token that does not exist here.
    Asset,
    /// The requirements do not say the token's EIP-712 name and version.
    MissingDomain,
    /// The requirements give the token a name it does not have.
    TokenName,
    /// The requirements give the token a version it does not have.
    TokenVersion,
    /// The payment goes to somebody else than the requirements say.
    Recipient,
    /// The authorization ends too soon, or has ended.
    ValidBefore,
    /// The authorization is not valid yet.
    ValidAfter,
    /// The authorized amount is not exactly what is required.
    Value,
    /// The signature is not the payer's, or not in the one form the token takes.
    Signature,
    /// The payer has used the nonce before.
    NonceUsed,
    /// The payer does not have the amount.
    Balance,
    /// The transaction was mined and reverted.
    TransactionFailed,
    /// The chain did not answer or did not take the transaction.
    Chain,
}

impl Reason {
    /// The code that goes over the wire: `invalidReason` or `errorReason`, as the official
    /// facilitators of that version spell it.
    pub fn code(self, version: Version) -> &'static str {
        let (v1, v2) = match self {
            Self::Version => ("invalid_x402_version", "invalid_x402_version"),
            Self::Scheme => ("unsupported_scheme", "invalid_exact_evm_scheme"),
            Self::Network => ("invalid_network", "invalid_exact_evm_network_mismatch"),
            Self::Payload => ("invalid_payload", "invalid_payload"),
            Self::Requirements => ("invalid_payment_requirements", "invalid_payment_requirements"),
            Self::Asset => ("invalid_payment_requirements", "asset_not_deployed_contract"),
            Self::MissingDomain => {
                ("invalid_payment_requirements", "invalid_exact_evm_missing_eip712_domain")
            }
            Self::TokenName => {
                ("invalid_exact_evm_payload_signature", "invalid_exact_evm_token_name_mismatch")
            }
            Self::TokenVersion => {
                ("invalid_exact_evm_payload_signature", "invalid_exact_evm_token_version_mismatch")
            }
            Self::Recipient => (
                "invalid_exact_evm_payload_recipient_mismatch",
                "invalid_exact_evm_recipient_mismatch",
            ),
            Self::ValidBefore => (
                "invalid_exact_evm_payload_authorization_valid_before",
                "invalid_exact_evm_payload_authorization_valid_before",
            ),
            Self::ValidAfter => (
                "invalid_exact_evm_payload_authorization_valid_after",
                "invalid_exact_evm_payload_authorization_valid_after",
            ),
            Self::Value => (
                "invalid_exact_evm_payload_authorization_value",
                "invalid_exact_evm_payload_authorization_value_mismatch",
            ),
            Self::Signature => {
                ("invalid_exact_evm_payload_signature", "invalid_exact_evm_signature")
            }
            Self::NonceUsed => {
                ("invalid_transaction_state", "invalid_exact_evm_nonce_already_used")
            }
            Self::Balance => ("insufficient_funds", "invalid_exact_evm_insufficient_balance"),
            Self::TransactionFailed => {
                ("invalid_transaction_state", "invalid_exact_evm_transaction_failed")
            }
            Self::Chain => ("unexpected_settle_error", "unexpected_settle_error"),
        };
        match version {
            Version::V1 => v1,
            Version::V2 => v2,
        }
    }
}
