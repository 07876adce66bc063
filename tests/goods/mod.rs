//! What was paid for is not lost: not to another file of the same name, not to a name that no file can
//! have, not to a server's odd answer, and not to a signal.

mod bodyless;
mod codings;
mod going_on;
mod in_place;
mod kept;
mod own;
mod parts;
mod places;
mod signals;
mod standard;
mod streams;
mod tags;
#[cfg(target_os = "linux")]
mod threads;

use crate::support::seller::Receipt;
use crate::support::{Paywall, Reply, Seller};
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A shop whose answer to a good payment is this, settled.
fn selling(reply: Reply) -> Paywall {
    Paywall::v2().deliver(move |receipt| receipt.settled(reply.clone())).start()
}

/// A shop that takes the same payment as often as it comes; each answer has its number, from 0.
fn patient(
    seller: Seller,
    answer: impl Fn(usize, Reply) -> Reply + Send + Sync + 'static,
) -> Paywall {
    taking_again(seller, move |n, receipt| answer(n, receipt.deliver()))
}

/// The same, whatever it answers.
fn taking_again(
    seller: Seller,
    answer: impl Fn(usize, &Receipt) -> Reply + Send + Sync + 'static,
) -> Paywall {
    let taken = AtomicUsize::new(0);
    let seller =
        seller.deliver(move |receipt| answer(taken.fetch_add(1, Ordering::SeqCst), receipt));
    Paywall::serve(move |request| seller.answer(request, &Mutex::new(HashSet::new())))
}
