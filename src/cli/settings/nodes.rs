//! Which node is asked about each chain.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::config::File;
use crate::http::Options;
use crate::protocol::Network;
use crate::transfer::Nodes;

use super::super::error::CliError;

/// Where chains are read: flags before the owner's file before the table.
pub(crate) fn nodes(
    flags: &[(&'static Network, Url)],
    file: &File,
    options: Options,
) -> Result<Nodes, CliError> {
    let mut endpoints = BTreeMap::new();
    for (name, url) in &file.rpc {
        let network = Network::named(name).ok_or_else(|| CliError::Rpc(name.clone()))?;
        let url: Url = url.parse().map_err(|_| CliError::Rpc(name.clone()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(CliError::Rpc(name.clone()));
        }
        if endpoints.insert(network.chain_id, url).is_some() {
            return Err(CliError::RpcTwice(network.name));
        }
    }
    let mut by_flag = BTreeSet::new();
    for (network, url) in flags {
        let own = endpoints.get(&network.chain_id).cloned();
        let own = own.or_else(|| network.rpc.parse().ok());
        if own.as_ref() != Some(url) {
            by_flag.insert(network.chain_id);
        }
        endpoints.insert(network.chain_id, url.clone());
    }
    Ok(Nodes::new(endpoints, by_flag, options))
}
