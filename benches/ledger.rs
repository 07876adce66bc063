//! What the ledger costs with a long history: `cargo bench --bench ledger [ENTRIES]`.
//!
//! Prints medians over real files in the directory for temporary files; nothing is asserted, because
//! what a forced write costs is the disk's to say.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a benchmark")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use alloy_primitives::{Address, B256, U256, keccak256};
use http::{HeaderName, HeaderValue, Method};
use pay402::ledger::{self, Filter, Grouping, LedgerAdmin as _, OpenLedger, PayingLedger as _};
use pay402::pay::{Asked, Fingerprint, Ledger as _, Money, Payment, Reservation, Verdict};
use pay402::policy::{Budget, Quote, Source};
use pay402::protocol::{ASSETS, Amount, PaymentHeader, Settlement};
use pay402::scheme::{Authorization, SCHEMES};
use rusqlite::Connection;

const NOW: u64 = 1_750_000_000;
const RUNS: u64 = 60;

fn main() {
    let entries = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(100_000);
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("ledger.db");
    pay(&ledger::open(path.clone()), 0, &[]);
    println!("no history");
    measure(&path, 1_000);
    // A third of the history is in the last month, and all of it is in one host's last year.
    multiply(&path, entries);
    println!("{entries} entries, {} MiB", std::fs::metadata(&path).unwrap().len() >> 20);
    measure(&path, 1_000_000);
    queries(&path);
}

fn measure(path: &Path, first: u64) {
    let words = ["1000/hour", "10000/day", "100000/month", "1000000/total"];
    let budgets = words.map(|text| Budget::parse(text, Source::Flag("--bench"), None).unwrap());
    let numbers = || (first..).take(usize::try_from(RUNS).unwrap());
    let ledger = ledger::open(path.to_owned());
    report("a payment in an open ledger", numbers().map(|n| timed(|| pay(&ledger, n, &[]))));
    let budgeted = numbers().map(|n| timed(|| pay(&ledger, n + 1_000, &budgets)));
    report("the same with four budgets", budgeted);
    drop(ledger);
    let whole =
        numbers().map(|n| timed(|| pay(&ledger::open(path.to_owned()), n + 2_000, &budgets)));
    report("open, pay with four budgets, close", whole);
}

fn queries(path: &Path) {
    let ledger = ledger::open(path.to_owned());
    let all = Filter::default();
    let refused = [Budget::parse("0.01/total", Source::Flag("--bench"), None).unwrap()];
    let months = [Budget::parse("1000/month", Source::Flag("--bench"), None).unwrap()];
    let hosted = Filter { host: Some("example.com".to_owned()), ..all.clone() };
    let each = |name: &str, act: &mut dyn FnMut(&OpenLedger)| {
        report(name, (0..10).map(|_| timed(|| act(&ledger))));
    };
    each("history, the newest 50", &mut |ledger| {
        black_box(waited(ledger.list(&all, 50)).unwrap());
    });
    each("history of a host, the newest 50", &mut |ledger| {
        black_box(waited(ledger.list(&hosted, 50)).unwrap());
    });
    each("totals by day", &mut |ledger| {
        black_box(waited(ledger.totals(Grouping::Day, &all)).unwrap());
    });
    each("totals by host", &mut |ledger| {
        black_box(waited(ledger.totals(Grouping::Host, &all)).unwrap());
    });
    each("a month's balance", &mut |ledger| {
        black_box(waited(ledger.balances(&months, NOW)).unwrap());
    });
    each("a shortage, with when there is room", &mut |ledger| {
        let one = payment(7);
        let quote = &one.authorization.quote;
        black_box(waited(ledger.caller().shortage(quote, &one.url, &refused, NOW)).unwrap());
    });
    each("export of everything", &mut |ledger| {
        let mut count = 0_u64;
        let ended = ledger.export(&all, |entry| {
            count += u64::from(entry.decimals > 0);
            Ok::<_, ()>(())
        });
        waited(ended).unwrap().unwrap();
        black_box(count);
    });
}

/// What comes of something, waited for.
fn waited<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn timed(act: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    act();
    begun.elapsed()
}

fn report(name: &str, times: impl Iterator<Item = Duration>) {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    let (median, worst) = (times.get(times.len() / 2).unwrap(), times.last().unwrap());
    println!("  {name:<38} {:>7} µs  (worst {} µs)", median.as_micros(), worst.as_micros());
}

fn payment(number: u64) -> Payment {
    let asset = ASSETS.iter().find(|a| a.network.name == "base" && a.symbol == "USDC").unwrap();
    let authorization = Authorization {
        scheme: SCHEMES[0],
        quote: Quote {
            offer: 0,
            scheme: "exact",
            network: asset.network,
            asset,
            pay_to: Address::repeat_byte(1),
            amount: Amount::new(U256::from(10_000)),
            max_timeout_seconds: 60,
        },
        payer: Address::repeat_byte(2),
        valid_after: 0,
        valid_before: NOW + 60,
        nonce: B256::from(U256::from(number)),
        digest: B256::ZERO,
    };
    Payment {
        id: authorization.identifier(),
        method: Method::GET,
        url: "https://example.com/data".parse().unwrap(),
        version: 2,
        authorization,
        header: PaymentHeader {
            name: HeaderName::from_static("payment-signature"),
            value: HeaderValue::from_str(&"A".repeat(1_200)).unwrap(),
        },
    }
}

/// Everything the ledger does for one paid fetch.
fn pay(ledger: &OpenLedger, number: u64, budgets: &[Budget]) {
    let ledger = &mut ledger.caller();
    let payment = payment(number);
    let digest = keccak256(number.to_be_bytes()).0;
    let fingerprint = Fingerprint::kept(digest, Some(digest));
    let (method, url) = (payment.method.clone(), payment.url.clone());
    let asked = Asked { method, url, fingerprint };
    assert!(waited(ledger.claim(&fingerprint, NOW)).unwrap().is_none());
    let place = (&payment.method, &payment.url);
    assert!(waited(ledger.busy(&asked, place, &[], NOW)).unwrap().is_none());
    assert!(waited(ledger.rival(&asked, place, &[], NOW)).unwrap().is_none());
    let quote = &payment.authorization.quote;
    assert!(waited(ledger.shortage(quote, &payment.url, budgets, NOW)).unwrap().is_none());
    let reservation = Reservation {
        authorization: &payment.authorization,
        asked: &asked,
        method: &payment.method,
        url: &payment.url,
        budgets,
        now: NOW,
        earliest: NOW,
        beside: Some(&[]),
    };
    assert!(waited(ledger.reserve(&reservation)).is_ok());
    waited(ledger.signed(&payment, NOW)).unwrap();
    waited(ledger.sent(&payment, NOW)).unwrap();
    let said = Settlement {
        success: true,
        pending: false,
        error_reason: None,
        error_message: None,
        payer: None,
        transaction: None,
        network: None,
        amount: None,
        retry_after: None,
    };
    let verdict = Verdict::Deliver(Money::Settled(said));
    waited(ledger.close(&payment, Some(&verdict), NOW)).unwrap();
}

/// Makes a history out of the first entry: one in ten of unknown outcome, the rest settled.
fn multiply(path: &Path, entries: u64) {
    let ledger = Connection::open(path).unwrap();
    ledger.pragma_update(None, "synchronous", "OFF").unwrap();
    ledger
        .execute_batch(&format!(
            "CREATE TEMP TABLE first AS SELECT * FROM payments ORDER BY seq LIMIT 1;
             UPDATE first SET seq = NULL;
             CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS
               (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {entries}) SELECT i FROM n;
             CREATE TEMP TABLE made AS SELECT first.*, i FROM first, n;
             UPDATE made SET id = 'pay_' || lower(hex(randomblob(16))),
               fingerprint = randomblob(32),
               host = 'example.com', authority = 'example.com:443',
               reserved_at = reserved_at - i * (CASE WHEN i % 3 THEN 300 ELSE 25 END);
             UPDATE made SET valid_before = reserved_at + 60;
             UPDATE made SET state = 'unknown', settled = NULL WHERE i % 10 = 0;
             ALTER TABLE made DROP COLUMN i;
             INSERT INTO payments SELECT * FROM made;
             INSERT INTO headers SELECT seq, 'payment-signature', hex(randomblob(600))
               FROM payments WHERE state = 'unknown';
             INSERT INTO settled SELECT reserved_at / 86400, authority, network, asset, symbol,
               decimals, count(*), sum(CAST(amount AS INTEGER)) FROM payments
               WHERE state = 'settled' GROUP BY 1 ON CONFLICT DO NOTHING;
             PRAGMA wal_checkpoint(TRUNCATE);"
        ))
        .unwrap();
    // What is not yet on the disk would be charged to the first payment that forces its own.
    std::fs::File::open(path).unwrap().sync_all().unwrap();
}
