//! Tests of the room, over real files: `life` is one payment, `budgets` many, `busy` one beside another, `model` any order of
//! anything, `many` processes at once, `memory` what is remembered of sellers, `keeping` what is kept
//! of a payment, `files` what can happen to files, `identity` which file it is, `old` files of earlier
//! versions, `telling` the queries. `story` is the whole flow with its `cast`, `endings` how it ends,
//! `reach` how it ends where the network fails, `looking` what is only looked up, and `times` what two
//! clocks make of a payment. `given_up` is what becomes of transfers that nobody waits for any more.

mod budgets;
mod busy;
mod cast;
mod endings;
mod files;
mod given_up;
#[cfg(unix)]
mod identity;
mod keeping;
mod life;
mod looking;
mod many;
mod memory;
mod model;
mod old;
mod reach;
mod story;
mod telling;
mod times;

use std::path::PathBuf;

use ::http::{HeaderName, HeaderValue, Method};
use alloy_primitives::{Address, B256, U256, keccak256};
use tempfile::TempDir;
use url::Url;

use super::SqliteLedger;
use super::database::Database;
use crate::ledger::Error;
use crate::ledger::PayingLedger as _;
use crate::pay::{Asked, Fingerprint, Money, Payment, Reservation, Unreserved, Verdict};
use crate::policy::{Budget, Quote, Shortage, Source};
use crate::protocol::{ASSETS, Amount, PaymentHeader, Settlement};
use crate::scheme::{Authorization, SCHEMES};

/// A moment in 2025, in Unix seconds.
const NOW: u64 = 1_750_000_000;

/// How long the test payments are valid, in seconds.
const LIFE: u64 = 600;

/// From this many seconds after its signing, a test payment cannot settle any more.
const OVER: u64 = LIFE + crate::pay::CLOCK_MARGIN_SECONDS;

const HASH: &str = "0xe573be2dbb098ab671efd698cadb26f4fbc3fb823e042fe39cc557951c2bbf7f";

/// A directory for a ledger that does not exist yet.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("data").join("ledger.db")
    }

    /// The ledger, as another process has it.
    fn ledger(&self) -> Database {
        Database::at(self.path())
    }
}

/// What comes of something, waited for.
fn waited<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

/// What one payment is about.
#[derive(Clone)]
struct Purchase {
    number: u64,
    atomic: u64,
    url: &'static str,
    network: &'static str,
    symbol: &'static str,
}

/// A payment of 0.01 USDC for a page of its own.
fn purchase(number: u64) -> Purchase {
    Purchase {
        number,
        atomic: 10_000,
        url: "https://user:secret@example.com/x",
        network: "base",
        symbol: "USDC",
    }
}

impl Purchase {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::kept(keccak256(self.url).0, Some(keccak256(self.url).0))
    }

    fn asked(&self) -> Asked {
        Asked { method: Method::GET, url: self.url(), fingerprint: self.fingerprint() }
    }

    fn url(&self) -> Url {
        self.url.parse().unwrap()
    }

    fn quote(&self) -> Quote {
        let same =
            |a: &&crate::protocol::Asset| a.network.name == self.network && a.symbol == self.symbol;
        let asset = ASSETS.iter().find(same).unwrap();
        Quote {
            offer: 0,
            scheme: SCHEMES[0].name(),
            network: asset.network,
            asset,
            pay_to: Address::repeat_byte(1),
            amount: Amount::new(U256::from(self.atomic)),
            max_timeout_seconds: LIFE,
        }
    }

    fn authorization(&self, now: u64) -> Authorization {
        Authorization {
            scheme: SCHEMES[0],
            quote: self.quote(),
            payer: Address::repeat_byte(0xab),
            valid_after: 0,
            valid_before: now + LIFE,
            nonce: B256::from(U256::from(self.number)),
            digest: B256::repeat_byte(7),
        }
    }

    fn payment(&self, now: u64) -> Payment {
        let authorization = self.authorization(now);
        let mut value = HeaderValue::from_str(&format!("signed-{}", self.number)).unwrap();
        value.set_sensitive(true);
        Payment {
            id: authorization.identifier(),
            method: Method::GET,
            url: self.url(),
            version: 2,
            authorization,
            header: PaymentHeader { name: HeaderName::from_static("payment-signature"), value },
        }
    }

    fn reserve(&self, ledger: &mut Database, budgets: &[Budget], now: u64) -> Reserved {
        self.reserve_beside(ledger, budgets, now, None)
    }

    /// The same; with `beside`, only where no other stands in the way.
    fn reserve_beside(
        &self,
        ledger: &mut Database,
        budgets: &[Budget],
        now: u64,
        beside: Option<&[String]>,
    ) -> Reserved {
        let outcome = ledger.reserve(&Reservation {
            authorization: &self.authorization(now),
            asked: &self.asked(),
            method: &Method::GET,
            url: &self.url(),
            budgets,
            now,
            earliest: now,
            beside,
        });
        match outcome {
            Ok(()) => Reserved::Yes,
            Err(Unreserved::OverBudget(shortage)) => Reserved::No(shortage),
            Err(Unreserved::Overtaken) => Reserved::Overtaken,
            Err(Unreserved::Failed(error)) => Reserved::Failed(error),
        }
    }

    /// Reserves, signs and sends; whether there was room.
    fn send(&self, ledger: &mut Database, budgets: &[Budget], now: u64) -> bool {
        match self.reserve(ledger, budgets, now) {
            Reserved::Yes => {}
            Reserved::No(_) => return false,
            Reserved::Overtaken => panic!("it was not asked whether another stands in the way"),
            Reserved::Failed(error) => panic!("{error}"),
        }
        let payment = self.payment(now);
        ledger.signed(&payment, now).unwrap();
        ledger.sent(&payment, now).unwrap();
        true
    }

    fn close(&self, ledger: &mut Database, verdict: Option<&Verdict>, now: u64) {
        ledger.close(&self.payment(now), verdict, now).unwrap();
    }
}

#[derive(Debug)]
enum Reserved {
    Yes,
    No(Box<Shortage>),
    Overtaken,
    Failed(Error),
}

fn budget(text: &str) -> Budget {
    Budget::parse(text, Source::Flag("--budget"), None).unwrap()
}

fn says(success: bool) -> Settlement {
    Settlement {
        success,
        pending: false,
        retry_after: None,
        error_reason: (!success).then(|| "insufficient_funds".into()),
        error_message: None,
        payer: None,
        transaction: success.then(|| HASH.into()),
        network: None,
        amount: None,
    }
}

fn settled() -> Verdict {
    Verdict::Deliver(Money::Settled(says(true)))
}

fn refused() -> Verdict {
    Verdict::Rejected(Some(says(false)))
}

/// Takes away what version 7 added.
fn without_delivery(ledger: &rusqlite::Connection) {
    for column in ["delivery", "came", "came_of", "came_in", "came_with"] {
        ledger.execute(&format!("ALTER TABLE payments DROP COLUMN {column}"), []).unwrap();
    }
}

/// Delivered, without a receipt.
const UNPROVEN: Money = Money::Unproven { odd: false, transaction: None };
