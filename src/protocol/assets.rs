//! The table of assets: an asset is a row, and its symbol, decimals and EIP-712 domain come from
//! here, never from a server.
//!
//! Each domain is held against the asset's published `DOMAIN_SEPARATOR` by a test.

use alloy_primitives::{Address, address};

use super::networks::{self, Network};

/// How a token's transfers can be authorized by signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferMethod {
    /// The token itself takes `transferWithAuthorization` (EIP-3009).
    Eip3009,
    /// Only through the Permit2 contract.
    Permit2,
}

/// A token this client knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Asset {
    /// The chain it lives on.
    pub network: &'static Network,
    /// What people call it.
    pub symbol: &'static str,
    /// The token contract.
    pub address: Address,
    /// Decimal places between atomic units and whole tokens.
    pub decimals: u8,
    /// The token's EIP-712 domain name and version; `None` where sources disagree on it.
    pub domain: Option<(&'static str, &'static str)>,
    /// How its transfers are authorized.
    pub transfer_method: TransferMethod,
    /// Whether it is pegged to the US dollar, and so may be compared with a cap in dollars.
    pub dollar: bool,
}

impl Asset {
    /// The asset at this address on this network: an exact match of all 20 bytes.
    pub fn at(network: &Network, address: Address) -> Option<&'static Self> {
        ASSETS.iter().find(|a| a.address == address && a.network == network)
    }

    /// Whether people mean this asset by `text`: its symbol or its address, in any spelling of case.
    pub fn goes_by(&self, text: &str) -> bool {
        text.eq_ignore_ascii_case(self.symbol)
            || text.eq_ignore_ascii_case(&self.address.to_string())
    }

    /// Whether any asset goes by this symbol, in any spelling of case.
    pub fn symbol_is_known(symbol: &str) -> bool {
        ASSETS.iter().any(|a| a.symbol.eq_ignore_ascii_case(symbol))
    }
}

macro_rules! assets {
    ($($network:ident $symbol:literal $address:literal $decimals:literal $domain:expr, $method:ident $dollar:literal;)*) => {
        /// Every asset, by chain id.
        pub static ASSETS: &[Asset] = &[$(Asset {
            network: &networks::$network, symbol: $symbol, address: address!($address),
            decimals: $decimals, domain: $domain, transfer_method: TransferMethod::$method,
            dollar: $dollar,
        }),*];
    };
}

// network, symbol, address, decimals, EIP-712 domain, transfer method, pegged to the dollar
assets! {
    ETHEREUM "USDC" "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48" 6 Some(("USD Coin", "2")), Eip3009 true;
    ETHEREUM "EURC" "0x1aBaEA1f7C830bD89Acc67eC4af516284b1bC33c" 6 None, Eip3009 false;
    OPTIMISM "USDC" "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85" 6 Some(("USD Coin", "2")), Eip3009 true;
    FLARE "USDT0" "0xe7cd86e13AC4309349F30B3435a9d337750fC82D" 6 Some(("USD₮0", "1")), Eip3009 true;
    XDC "USDC" "0xfA2958CB79b0491CC627c1557F441eF849Ca8eb1" 6 Some(("USDC", "2")), Eip3009 true;
    XDC_APOTHEM "USDC" "0xb5AB69F7bBada22B28e79C8FFAECe55eF1c771D4" 6 Some(("USDC", "2")), Eip3009 true;
    BSC "USD1" "0x8d0D000Ee44948FC98c9B98A4FA4921476f08B0d" 18 Some(("World Liberty Financial USD", "1")), Eip3009 true;
    BSC "U" "0xcE24439F2D9C6a2289F741120FE202248B666666" 18 Some(("United Stables", "1")), Eip3009 true;
    BSC "USDC" "0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d" 18 None, Permit2 true;
    BSC "USDT" "0x55d398326f99059fF775485246999027B3197955" 18 None, Permit2 true;
    UNICHAIN "USDC" "0x078D782b760474a361dDA0AF3839290b0EF57AD6" 6 Some(("USDC", "2")), Eip3009 true;
    POLYGON "USDC" "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359" 6 Some(("USD Coin", "2")), Eip3009 true;
    MONAD "USDC" "0x754704Bc059F8C67012fEd69BC8A327a5aafb603" 6 Some(("USDC", "2")), Eip3009 true;
    SONIC "USDC" "0x29219dd400f2Bf60E5a23d13Be72B486D4038894" 6 Some(("USDC", "2")), Eip3009 true;
    XLAYER "USDC" "0x74b7F16337b8972027F6196A17a631aC6dE26d22" 6 Some(("USD Coin", "2")), Eip3009 true;
    XLAYER "USDG" "0x4ae46a509F6b1D9056937BA4500cb143933D2dc8" 6 Some(("Global Dollar", "1")), Eip3009 true;
    XLAYER "USDT0" "0x779Ded0c9e1022225f8E0630b35a9b54bE713736" 6 Some(("USD₮0", "1")), Eip3009 true;
    WORLD "USDC" "0x79A02482A880bCE3F13e09Da970dC34db4CD24d1" 6 Some(("USDC", "2")), Eip3009 true;
    STABLE "USDT0" "0x779Ded0c9e1022225f8E0630b35a9b54bE713736" 6 Some(("USDT0", "1")), Eip3009 true;
    HYPEREVM "USDC" "0xb88339CB7199b77E23DB6E890353E22632Ba630f" 6 Some(("USDC", "2")), Eip3009 true;
    SEI_TESTNET "USDC" "0x4fCF1784B31630811181f670Aea7A7bEF803eaED" 6 Some(("USDC", "2")), Eip3009 true;
    SEI "USDC" "0xe15fC38F6D8c56aF07bbCBe3BAf5708A2Bf42392" 6 Some(("USDC", "2")), Eip3009 true;
    STORY "USDC" "0xF1815bd50389c46847f0Bda824eC8da914045D14" 6 Some(("Bridged USDC", "2")), Eip3009 true;
    STABLE_TESTNET "USDT0" "0x78Cf24370174180738C5B8E352B6D14c83a6c9A9" 6 Some(("USDT0", "1")), Eip3009 true;
    ABSTRACT "USDC" "0x84A71ccD554Cc1b02749b35d22F684CC8ec987e1" 6 Some(("Bridged USDC", "2")), Eip3009 true;
    PEAQ "USDC" "0xbbA60da06c2c5424f03f7434542280FCAd453d10" 6 Some(("USDC", "2")), Eip3009 true;
    MEGAETH "MegaUSD" "0xFAfDdbb3FC7688494971a79cc65DCa3EF82079E7" 18 Some(("MegaUSD", "1")), Permit2 true;
    IOTEX "USDC" "0xcDf79194C6C285077A58da47641D4dBe51F63542" 6 Some(("Bridged USDC", "2")), Eip3009 true;
    ARC "USDC" "0x3600000000000000000000000000000000000000" 6 Some(("USDC", "2")), Eip3009 true;
    BASE "USDC" "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913" 6 Some(("USD Coin", "2")), Eip3009 true;
    BASE "EURC" "0x60a3E35Cc302bFA44Cb288Bc5a4F316Fdb1adb42" 6 Some(("EURC", "2")), Eip3009 false;
    MONAD_TESTNET "USDC" "0x534b2f3A21130d7a60830c2Df862319e593943A3" 6 Some(("USDC", "2")), Eip3009 true;
    ABSTRACT_TESTNET "USDC" "0xe4C7fBB0a626ed208021ccabA6Be1566905E2dFc" 6 Some(("Bridged USDC", "2")), Eip3009 true;
    MEZO_TESTNET "mUSD" "0x118917a40FAF1CD7a13dB0Ef56C86De7973Ac503" 18 Some(("Mezo USD", "1")), Permit2 true;
    MEZO "mUSD" "0xdD468A1DDc392dcdbEf6db6e34E89AA338F9F186" 18 Some(("Mezo USD", "1")), Permit2 true;
    ADI "USDC.e" "0x9cb8142aEBBcdc60AF7c97Af897A67A8f3CA71C2" 6 Some(("USDC.e", "2")), Eip3009 true;
    IGRA "USDC" "0xA5b8BF902b2844dA17d4506cc827F7F1681735E7" 6 Some(("USDC", "1")), Permit2 true;
    EDUCHAIN "USDC" "0x12a272A581feE5577A5dFa371afEB4b2F3a8C2F8" 6 Some(("Bridged USDC (Stargate)", "2")), Eip3009 true;
    ARBITRUM "USDC" "0xaf88d065e77c8cC2239327C5EDb3A432268e5831" 6 Some(("USD Coin", "2")), Eip3009 true;
    CELO "USDC" "0xcebA9300f2b948710d2653dD7B07f33A8B32118C" 6 Some(("USDC", "2")), Eip3009 true;
    CELO "USDT" "0x48065fbBE25f71C9282ddf5e1cD6D6A887483D5e" 6 Some(("Tether USD", "1")), Eip3009 true;
    CELO "USAT" "0xD2ab3C9A02DBBAB236BfEC45D1d755DF4267F771" 6 Some(("Tether America USD", "1")), Eip3009 true;
    AVALANCHE_FUJI "USDC" "0x5425890298aed601595a70AB815c96711a31Bc65" 6 Some(("USD Coin", "2")), Eip3009 true;
    AVALANCHE "USDC" "0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E" 6 Some(("USD Coin", "2")), Eip3009 true;
    AVALANCHE "EURC" "0xC891EB4cbdEFf6e073e859e987815Ed1505c2ACD" 6 None, Eip3009 false;
    RADIUS_TESTNET "SBC" "0x33ad9e4BD16B69B5BFdED37D8B5D9fF9aba014Fb" 6 Some(("Stable Coin", "1")), Permit2 true;
    POLYGON_AMOY "USDC" "0x41E94Eb019C0762f9Bfcf9Fb1E58725BfB0e7582" 6 Some(("USDC", "2")), Eip3009 true;
    BASE_SEPOLIA "USDC" "0x036CbD53842c5426634e7929541eC2318f3dCF7e" 6 Some(("USDC", "2")), Eip3009 true;
    BASE_SEPOLIA "EURC" "0x808456652fdb597867f38412077A9182bf77359F" 6 Some(("EURC", "2")), Eip3009 false;
    HPP_SEPOLIA "USDC.e" "0x401eCb1D350407f13ba348573E5630B83638E30D" 6 Some(("Bridged USDC", "2")), Eip3009 true;
    HPP "USDC.e" "0x401eCb1D350407f13ba348573E5630B83638E30D" 6 Some(("Bridged USDC", "2")), Eip3009 true;
    ARBITRUM_SEPOLIA "USDC" "0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d" 6 Some(("USD Coin", "2")), Eip3009 true;
    RADIUS "SBC" "0x33ad9e4BD16B69B5BFdED37D8B5D9fF9aba014Fb" 6 Some(("Stable Coin", "1")), Permit2 true;
    XRPL_EVM "USDC" "0xDaF4556169c4F3f2231d8ab7BC8772Ddb7D4c84C" 15 Some(("USDC", "1")), Permit2 true;
    ARC_TESTNET "USDC" "0x3600000000000000000000000000000000000000" 6 Some(("USDC", "2")), Eip3009 true;
    CELO_SEPOLIA "USDC" "0x01C5C0122039549AD1493B8220cABEdD739BC44E" 6 Some(("USDC", "2")), Eip3009 true;
    SEPOLIA "USDC" "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238" 6 Some(("USDC", "2")), Eip3009 true;
    OPTIMISM_SEPOLIA "USDC" "0x5fd84259d66Cd46123540766Be93DFE6D43130D7" 6 Some(("USDC", "2")), Eip3009 true;
    SKALE_BASE_SEPOLIA "USDC" "0x2e08028E3C4c2356572E096d8EF835cD5C6030bD" 6 Some(("Bridged USDC (SKALE Bridge)", "2")), Eip3009 true;
}
