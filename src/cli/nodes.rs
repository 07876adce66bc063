//! Which node to ask about a chain, and its failures in words.

use std::collections::BTreeMap;

use url::Url;

use crate::chain::{Chain, ChainError, Unavailable};
use crate::config::File;
use crate::http::{Options, plain_client};
use crate::protocol::Network;
use crate::terminal::report::SERVER_TEXT;
use crate::terminal::safe::Safe;

use super::failure::Failure;

/// How far before the reservation the search for a settlement begins, in seconds: clocks differ.
pub(super) const CLOCKS_DIFFER: u64 = 600;

/// Where each chain is read.
pub(super) struct Nodes {
    /// By chain id.
    endpoints: BTreeMap<u64, Url>,
    options: Options,
}

impl Nodes {
    /// Flags before the owner's file before the table.
    pub(super) fn new(
        flags: &[(&'static Network, Url)],
        file: &File,
        options: Options,
    ) -> Result<Self, Failure> {
        let mut endpoints = BTreeMap::new();
        for (name, url) in &file.rpc {
            let network = Network::named(name).ok_or_else(|| Failure::Rpc(name.clone()))?;
            let url: Url = url.parse().map_err(|_| Failure::Rpc(name.clone()))?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(Failure::Rpc(name.clone()));
            }
            if endpoints.insert(network.chain_id, url).is_some() {
                return Err(Failure::RpcTwice(network.name));
            }
        }
        for (network, url) in flags {
            endpoints.insert(network.chain_id, url.clone());
        }
        Ok(Self { endpoints, options })
    }

    /// The chain of a network through its node; an error is the reason why it cannot be read.
    pub(super) async fn connect(&self, network: &'static Network) -> Result<Chain, String> {
        let url = match self.endpoints.get(&network.chain_id) {
            Some(url) => url.clone(),
            None => network.rpc.parse().map_err(|_| {
                format!("no endpoint is known for {network}; name one with --rpc-url {network}=URL")
            })?,
        };
        let client = plain_client(&self.options, &url).map_err(|error| error.to_string())?;
        Chain::connect(client, url, network).await.map_err(|error| words(&error))
    }
}

/// Why a search was in vain, in words.
pub(super) fn unavailable(error: &Unavailable) -> String {
    match error {
        Unavailable::Node(error) => words(error),
        _ => error.to_string(),
    }
}

/// A chain's failure in words, its own among them made safe.
pub(super) fn words(error: &ChainError) -> String {
    match error {
        ChainError::Refused { words, .. } => {
            format!("{error}: {}", Safe::new(words, SERVER_TEXT))
        }
        ChainError::Unreachable { why } => format!("{error}: {}", Safe::new(why, SERVER_TEXT)),
        _ => error.to_string(),
    }
}
