//! What the cases are built from: a paywall on a raw socket, a verifier of its own, and a fresh
//! home for every run. Nothing here uses the library.

pub(crate) mod home;
mod home_tests;
pub(crate) mod invocation;
pub(crate) mod json;
pub(crate) mod keystore;
pub(crate) mod ledger;
pub(crate) mod listener;
pub(crate) mod offer;
pub(crate) mod paywall;
mod paywall_tests;
pub(crate) mod pipe;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod run;
pub(crate) mod seller;
mod seller_tests;
pub(crate) mod started;
pub(crate) mod tls;
pub(crate) mod verifier;
mod verifier_tests;

pub(crate) use home::Home;
pub(crate) use offer::Offer;
pub(crate) use paywall::Paywall;
pub(crate) use reply::Reply;
pub(crate) use run::Run;
pub(crate) use seller::Seller;
pub(crate) use verifier::{BOTH, Version};
