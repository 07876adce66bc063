//! Which node to ask about a chain, and its failures in words.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::chain::{Chain, ChainError, Unavailable};
use crate::http::{Options, PlainClient};
use crate::protocol::Network;
use crate::terminal::report::SERVER_TEXT;
use crate::terminal::safe::Safe;

/// How far before the reservation the search for a settlement begins, in seconds: clocks differ.
pub(crate) const CLOCKS_DIFFER: u64 = 600;

/// Where each chain is read.
pub(crate) struct Nodes {
    /// By chain id.
    endpoints: BTreeMap<u64, Url>,
    /// The ids of the chains whose node a flag names, another than the owner's file or the table does.
    by_flag: BTreeSet<u64>,
    options: Options,
}

impl Nodes {
    /// Reads each chain at the endpoint of its id, and at the one of the table where there is none.
    /// `by_flag` are the ids of the chains whose endpoint a flag names.
    pub(crate) const fn new(
        endpoints: BTreeMap<u64, Url>,
        by_flag: BTreeSet<u64>,
        options: Options,
    ) -> Self {
        Self { endpoints, by_flag, options }
    }

    /// What of this run decides who speaks for a chain: the node, or the way to it. `None` where the
    /// owner's file or the table decides.
    pub(crate) fn chosen_by(&self, network: &'static Network) -> Option<&'static str> {
        if self.by_flag.contains(&network.chain_id) {
            return Some("the node of --rpc-url");
        }
        let url = self.endpoints.get(&network.chain_id).cloned();
        let url = url.or_else(|| network.rpc.parse().ok())?;
        (!self.options.leads_where_it_says(&url)).then_some(
            "the node that a proxy, an address or authorities of this run's options or variables lead to",
        )
    }

    /// The chain of a network through its node; an error is the reason why it cannot be read.
    pub(crate) async fn connect(&self, network: &'static Network) -> Result<Chain, String> {
        let url = match self.endpoints.get(&network.chain_id) {
            Some(url) => url.clone(),
            None => network.rpc.parse().map_err(|_| {
                format!("no endpoint is known for {network}; name one with --rpc-url {network}=URL")
            })?,
        };
        let client = PlainClient::new(&self.options, &url).map_err(|error| error.to_string())?;
        Chain::connect(client, url, network).await.map_err(|error| words(&error))
    }
}

/// Why a search was in vain, in words.
pub(crate) fn unavailable(error: &Unavailable) -> String {
    match error {
        Unavailable::Node(error) => words(error),
        _ => error.to_string(),
    }
}

/// A chain's failure in words, its own among them made safe.
pub(crate) fn words(error: &ChainError) -> String {
    match error {
        ChainError::Refused { words, .. } => {
            format!("{error}: {}", Safe::new(words, SERVER_TEXT))
        }
        ChainError::Unreachable { why } => format!("{error}: {}", Safe::new(why, SERVER_TEXT)),
        _ => error.to_string(),
    }
}
