//! The table of EVM networks: a network is a row.
//!
//! What lives here: names, chain ids, explorers and public RPC endpoints. What does not: assets
//! (`assets`), and any decision about them.

use std::fmt;

/// An EVM chain this client knows. Compared by chain id.
#[derive(Debug)]
pub struct Network {
    /// The name people type and read: the x402 v1 name where there is one, else the common name.
    pub name: &'static str,
    /// The name x402 v1 spells it with on the wire, when v1 knows it (exact string, case-sensitive).
    pub v1_name: Option<&'static str>,
    /// The CAIP-2 identifier, `eip155:<chain id>`: how x402 v2 spells it.
    pub caip2: &'static str,
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Whether its money is play money.
    pub testnet: bool,
    /// Base URL of a block explorer without a trailing slash; empty where none is known.
    pub explorer: &'static str,
    /// A public JSON-RPC endpoint; empty where none is known.
    pub rpc: &'static str,
}

impl Network {
    /// The network a user names, by name or CAIP-2.
    pub fn named(text: &str) -> Option<&'static Self> {
        NETWORKS.iter().copied().find(|n| n.name == text || n.caip2 == text)
    }

    /// The network a v1 server names, byte for byte: by its v1 name, by the name it goes by where v1 has
    /// none, or by CAIP-2, which some v1 servers write.
    pub fn of_v1(text: &str) -> Option<&'static Self> {
        NETWORKS.iter().copied().find(|n| n.v1_name.unwrap_or(n.name) == text || n.caip2 == text)
    }

    /// The network a v2 server names: CAIP-2, byte for byte, nothing trimmed.
    pub fn of_v2(text: &str) -> Option<&'static Self> {
        NETWORKS.iter().copied().find(|n| n.caip2 == text)
    }

    /// The network that a receipt names: by name in any case, by CAIP-2, or by the chain id alone.
    pub fn of_receipt(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        NETWORKS.iter().copied().find(|n| {
            n.name.eq_ignore_ascii_case(text)
                || n.v1_name.is_some_and(|name| name.eq_ignore_ascii_case(text))
                || n.caip2.eq_ignore_ascii_case(text)
                || n.chain_id.to_string() == text
        })
    }

    /// Where a person can look at a transaction; `None` without a known explorer.
    pub fn transaction_url(&self, hash: &str) -> Option<String> {
        (!self.explorer.is_empty()).then(|| format!("{}/tx/{hash}", self.explorer))
    }
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        self.chain_id == other.chain_id
    }
}

impl Eq for Network {}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Every network, by chain id.
pub static NETWORKS: &[&Network] = &[
    &ETHEREUM,
    &OPTIMISM,
    &FLARE,
    &XDC,
    &XDC_APOTHEM,
    &BSC,
    &UNICHAIN,
    &POLYGON,
    &MONAD,
    &SONIC,
    &XLAYER,
    &WORLD,
    &STABLE,
    &HYPEREVM,
    &SEI_TESTNET,
    &SEI,
    &STORY,
    &STABLE_TESTNET,
    &ABSTRACT,
    &PEAQ,
    &MEGAETH,
    &IOTEX,
    &ARC,
    &BASE,
    &MONAD_TESTNET,
    &ABSTRACT_TESTNET,
    &MEZO_TESTNET,
    &MEZO,
    &ADI,
    &IGRA,
    &EDUCHAIN,
    &ARBITRUM,
    &CELO,
    &AVALANCHE_FUJI,
    &AVALANCHE,
    &RADIUS_TESTNET,
    &POLYGON_AMOY,
    &BASE_SEPOLIA,
    &HPP_SEPOLIA,
    &HPP,
    &ARBITRUM_SEPOLIA,
    &RADIUS,
    &XRPL_EVM,
    &ARC_TESTNET,
    &CELO_SEPOLIA,
    &SEPOLIA,
    &OPTIMISM_SEPOLIA,
    &SKALE_BASE_SEPOLIA,
];

macro_rules! networks {
    ($($id:ident $name:literal $v1:expr, $caip2:literal $chain:literal $testnet:literal $explorer:literal $rpc:literal;)*) => {
        $(pub(super) static $id: Network = Network {
            name: $name, v1_name: $v1, caip2: $caip2, chain_id: $chain, testnet: $testnet,
            explorer: $explorer, rpc: $rpc,
        };)*
    };
}

// identifier, name, v1 name, CAIP-2, chain id, testnet, explorer, RPC
networks! {
    ETHEREUM "ethereum" Some("ethereum"), "eip155:1" 1 false "https://etherscan.io" "https://eth.merkle.io";
    OPTIMISM "optimism" None, "eip155:10" 10 false "https://optimistic.etherscan.io" "https://mainnet.optimism.io";
    FLARE "flare" Some("flare"), "eip155:14" 14 false "https://flare-explorer.flare.network" "https://flare-api.flare.network/ext/C/rpc";
    XDC "xdc" Some("xdc"), "eip155:50" 50 false "https://xdcscan.com" "https://rpc.xdcrpc.com";
    XDC_APOTHEM "xdc-apothem" None, "eip155:51" 51 true "https://testnet.xdcscan.com" "https://erpc.apothem.network";
    BSC "bsc" None, "eip155:56" 56 false "https://bscscan.com" "https://56.rpc.thirdweb.com";
    UNICHAIN "unichain" None, "eip155:130" 130 false "https://uniscan.xyz" "https://mainnet.unichain.org/";
    POLYGON "polygon" Some("polygon"), "eip155:137" 137 false "https://polygonscan.com" "https://polygon.drpc.org";
    MONAD "monad" Some("monad"), "eip155:143" 143 false "https://monadvision.com" "https://rpc.monad.xyz";
    SONIC "sonic" None, "eip155:146" 146 false "https://sonicscan.org" "https://rpc.soniclabs.com";
    XLAYER "xlayer" Some("xlayer"), "eip155:196" 196 false "https://www.oklink.com/xlayer" "https://xlayerrpc.okx.com";
    WORLD "world" None, "eip155:480" 480 false "https://worldscan.org" "https://worldchain-mainnet.g.alchemy.com/public";
    STABLE "stable" Some("stable"), "eip155:988" 988 false "https://stablescan.xyz" "https://rpc.stable.xyz";
    HYPEREVM "hyperevm" None, "eip155:999" 999 false "https://hyperevmscan.io" "https://rpc.hyperliquid.xyz/evm";
    SEI_TESTNET "sei-testnet" Some("sei-testnet"), "eip155:1328" 1_328 true "https://testnet.seiscan.io" "https://evm-rpc-testnet.sei-apis.com";
    SEI "sei" Some("sei"), "eip155:1329" 1_329 false "https://seiscan.io" "https://evm-rpc.sei-apis.com/";
    STORY "story" Some("story"), "eip155:1514" 1_514 false "https://storyscan.io" "https://mainnet.storyrpc.io";
    STABLE_TESTNET "stable-testnet" Some("stable-testnet"), "eip155:2201" 2_201 true "https://testnet.stablescan.xyz" "https://rpc.testnet.stable.xyz";
    ABSTRACT "abstract" Some("abstract"), "eip155:2741" 2_741 false "https://abscan.org" "https://api.mainnet.abs.xyz";
    PEAQ "peaq" Some("peaq"), "eip155:3338" 3_338 false "https://peaq.subscan.io" "https://quicknode1.peaq.xyz";
    MEGAETH "megaeth" Some("megaeth"), "eip155:4326" 4_326 false "https://mega.etherscan.io" "https://mainnet.megaeth.com/rpc";
    IOTEX "iotex" Some("iotex"), "eip155:4689" 4_689 false "https://iotexscan.io" "https://babel-api.mainnet.iotex.io";
    ARC "arc" None, "eip155:5042" 5_042 false "" "";
    BASE "base" Some("base"), "eip155:8453" 8_453 false "https://basescan.org" "https://mainnet.base.org";
    MONAD_TESTNET "monad-testnet" Some("monad-testnet"), "eip155:10143" 10_143 true "https://testnet.monadexplorer.com" "https://testnet-rpc.monad.xyz";
    ABSTRACT_TESTNET "abstract-testnet" Some("abstract-testnet"), "eip155:11124" 11_124 true "https://sepolia.abscan.org" "https://api.testnet.abs.xyz";
    MEZO_TESTNET "mezo-testnet" None, "eip155:31611" 31_611 true "https://explorer.test.mezo.org" "https://rpc.test.mezo.org";
    MEZO "mezo" None, "eip155:31612" 31_612 false "https://explorer.mezo.org" "https://rpc.mezo.org";
    ADI "adi" None, "eip155:36900" 36_900 false "https://explorer.adifoundation.ai" "https://rpc.adifoundation.ai";
    IGRA "igra" None, "eip155:38833" 38_833 false "https://explorer.igralabs.com" "https://rpc.igralabs.com:8545";
    EDUCHAIN "educhain" Some("educhain"), "eip155:41923" 41_923 false "https://educhain.blockscout.com" "https://rpc.edu-chain.raas.gelato.cloud";
    ARBITRUM "arbitrum" Some("arbitrum"), "eip155:42161" 42_161 false "https://arbiscan.io" "https://arb1.arbitrum.io/rpc";
    CELO "celo" Some("celo"), "eip155:42220" 42_220 false "https://celoscan.io" "https://forno.celo.org";
    AVALANCHE_FUJI "avalanche-fuji" Some("avalanche-fuji"), "eip155:43113" 43_113 true "https://testnet.snowtrace.io" "https://api.avax-test.network/ext/bc/C/rpc";
    AVALANCHE "avalanche" Some("avalanche"), "eip155:43114" 43_114 false "https://snowtrace.io" "https://api.avax.network/ext/bc/C/rpc";
    RADIUS_TESTNET "radius-testnet" Some("radius-testnet"), "eip155:72344" 72_344 true "https://testnet.radiustech.xyz" "https://rpc.testnet.radiustech.xyz";
    POLYGON_AMOY "polygon-amoy" Some("polygon-amoy"), "eip155:80002" 80_002 true "https://amoy.polygonscan.com" "https://rpc-amoy.polygon.technology";
    BASE_SEPOLIA "base-sepolia" Some("base-sepolia"), "eip155:84532" 84_532 true "https://sepolia.basescan.org" "https://sepolia.base.org";
    HPP_SEPOLIA "hpp-sepolia" None, "eip155:181228" 181_228 true "https://sepolia-explorer.hpp.io" "https://testnet.hpp.io";
    HPP "hpp" None, "eip155:190415" 190_415 false "https://explorer.hpp.io" "https://mainnet.hpp.io";
    ARBITRUM_SEPOLIA "arbitrum-sepolia" Some("arbitrum-sepolia"), "eip155:421614" 421_614 true "https://sepolia.arbiscan.io" "https://sepolia-rollup.arbitrum.io/rpc";
    RADIUS "radius" Some("radius"), "eip155:723487" 723_487 false "https://network.radiustech.xyz" "https://rpc.radiustech.xyz";
    XRPL_EVM "xrpl-evm" Some("xrpl-evm"), "eip155:1440000" 1_440_000 false "https://explorer.xrplevm.org" "https://rpc.xrplevm.org";
    ARC_TESTNET "arc-testnet" None, "eip155:5042002" 5_042_002 true "https://testnet.arcscan.app" "https://rpc.testnet.arc.network";
    CELO_SEPOLIA "celo-sepolia" Some("celo-sepolia"), "eip155:11142220" 11_142_220 true "https://celo-sepolia.blockscout.com" "https://forno.celo-sepolia.celo-testnet.org";
    SEPOLIA "sepolia" Some("sepolia"), "eip155:11155111" 11_155_111 true "https://sepolia.etherscan.io" "https://11155111.rpc.thirdweb.com";
    OPTIMISM_SEPOLIA "optimism-sepolia" None, "eip155:11155420" 11_155_420 true "https://optimism-sepolia.blockscout.com" "https://sepolia.optimism.io";
    SKALE_BASE_SEPOLIA "skale-base-sepolia" Some("skale-base-sepolia"), "eip155:324705682" 324_705_682 true "https://base-sepolia-testnet-explorer.skalenodes.com" "https://base-sepolia-testnet.skalenodes.com/v1/base-testnet";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_row_is_found_by_its_own_names_and_no_two_share_one() {
        for network in NETWORKS {
            assert_eq!(network.caip2, format!("eip155:{}", network.chain_id));
            for found in [Network::of_v2(network.caip2), Network::named(network.name)] {
                assert!(found.is_some_and(|found| std::ptr::eq(found, *network)), "{network}");
            }
            for name in [network.v1_name.unwrap_or(network.name), network.caip2] {
                assert_eq!(Network::of_v1(name), Some(*network), "{name}");
            }
            let id = network.chain_id.to_string();
            for name in [network.name.to_uppercase().as_str(), network.caip2, &id, " base "] {
                let found = Network::of_receipt(name).map(|found| found.name);
                let named = if name == " base " { "base" } else { network.name };
                assert_eq!(found, Some(named), "{name}");
            }
        }
    }

    #[test]
    fn a_transaction_is_shown_where_there_is_an_explorer() {
        let shown = |name| Network::named(name).unwrap().transaction_url("0xab");
        assert_eq!(shown("base").as_deref(), Some("https://basescan.org/tx/0xab"));
        assert_eq!(shown("arc"), None);
        assert_eq!(BASE.to_string(), "base");
    }

    proptest! {
        #[test]
        fn a_name_is_found_to_the_letter_or_not_at_all(
            row in 0..NETWORKS.len(), place in 0_usize..20, other in any::<char>(),
        ) {
            let network = NETWORKS[row];
            for name in [network.name, network.caip2] {
                let mut letters: Vec<char> = name.chars().collect();
                if place < letters.len() {
                    letters[place] = other;
                } else {
                    letters.push(other);
                }
                let text: String = letters.into_iter().collect();
                for found in [Network::of_v1(&text), Network::of_v2(&text), Network::named(&text)] {
                    let fits = |found: &Network| {
                        [found.name, found.caip2].contains(&text.as_str())
                            || found.v1_name == Some(text.as_str())
                    };
                    prop_assert!(found.is_none_or(fits), "{text:?}");
                }
            }
        }

        #[test]
        fn never_panics(text in ".{0,60}") {
            let found = (Network::of_v1(&text), Network::of_v2(&text), Network::named(&text));
            prop_assert_eq!(found, (None, None, None));
        }
    }
}
