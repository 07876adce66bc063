//! The token contract: its address, its code, and how it is spoken to. `Token.sol` is the source;
//! `build-token.mjs` turns it into `Token.hex`.

use alloy_primitives::{Address, address, hex};
use alloy_sol_types::sol;

/// The address of USDC on Base Sepolia, where the sandbox's token stands.
pub(crate) const ADDRESS: Address = address!("036CbD53842c5426634e7929541eC2318f3dCF7e");

/// EIP-712 domain name of the token, `name()`.
pub(crate) const NAME: &str = "USDC";

/// EIP-712 domain version of the token, `version()`.
pub(crate) const VERSION: &str = "2";

const HEX: &[u8] = include_bytes!("Token.hex");

/// The runtime bytecode, decoded when the program is compiled.
pub(super) const CODE: [u8; HEX.len() / 2] = match hex::const_decode_to_array(HEX) {
    Ok(code) => code,
    // Fails the build, not the program.
    Err(_) => panic!("Token.hex is not hexadecimal"),
};

sol! {
    function mint(address to, uint256 value) external returns (bool);
    function balanceOf(address account) external view returns (uint256);
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
