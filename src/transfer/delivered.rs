//! What an earlier answer to a payment has brought, and which later answers may take its place.
//!
//! A payment whose outcome is open is sent again as often as its owner runs the command, and a server that
//! has delivered answers that with an error page, a status document or nothing. So what came whole stays:
//! only another whole resource that is not shorter takes its name, because the first may have been a
//! preliminary one, and even then the first is kept under a number. What is no success never takes the place
//! of a file.

use std::fs;
use std::path::Path;

use ::http::StatusCode;

use super::Target;
use super::session::Shared;
use crate::http::Exchange;
use crate::ledger::{Came, Delivery, LedgerAdmin as _};
use crate::pay::{Clock, Ledger as _, Transport as _};
use crate::system::SystemClock;

/// What is known of a payment that is out for a request, when an answer comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bought {
    /// What earlier answers to it brought.
    pub delivery: Option<Delivery>,
}

/// Where the body of an answer goes whose file has a name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placing {
    /// There, as the options say.
    AsAsked,
    /// There; what is there now gets a number.
    Instead,
    /// Beside it, with a number.
    Apart,
    /// Nowhere: it has no byte.
    Nowhere,
}

impl Bought {
    /// What is known of the payment that is out for a request: of the one with this id, or of the one that
    /// the ledger would have sent again.
    pub(crate) async fn find(
        id: Option<&str>,
        target: &Target,
        exchange: &Exchange,
        shared: &Shared,
    ) -> Option<Self> {
        if let Some(id) = id {
            return Some(Self::of(id, shared).await);
        }
        // Only a file that is there can be lost.
        target.path().filter(|path| path.is_file())?;
        let (asked, now) = (exchange.asked().await.ok()?, SystemClock.now());
        let earlier = shared.ledger().find(&asked.fingerprint, now).await.ok()??;
        Some(Self::of(&earlier.payment.id, shared).await)
    }

    /// What is known of the payment with this id.
    pub(crate) async fn of(id: &str, shared: &Shared) -> Self {
        Self { delivery: shared.admin().arrived(id).await.unwrap_or_default() }
    }

    /// Whether the ledger names this file as the one that holds what came.
    fn names(&self, path: &Path) -> bool {
        let file = self.delivery.as_ref().and_then(|delivery| delivery.file.as_deref());
        let Some(file) = file else { return false };
        let is_absolute = std::path::absolute(path).is_ok_and(|it| it.to_string_lossy() == *file);
        let real = |path: &Path| fs::canonicalize(path).ok();
        is_absolute || real(path).is_some_and(|it| real(Path::new(file)) == Some(it))
    }

    /// Whether this file holds the whole resource as it came; `with_heads` is whether heads go before it.
    pub(crate) fn is_in(&self, path: &Path, with_heads: bool) -> bool {
        let Some(delivery) = &self.delivery else { return false };
        // 202: the resource is still to be made (RFC 9110 15.3.3).
        let is_resource = delivery.came == Came::Whole && delivery.status != Some(202);
        let Some(bytes) = delivery.bytes.filter(|bytes| is_resource && *bytes > 0) else {
            return false;
        };
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        let is_whole = |length| if with_heads { length > bytes } else { length == bytes };
        found.is_some_and(|found| is_whole(found.len())) && self.names(path)
    }

    /// Where a body of this length in bytes goes, heads included, whose answer has this status.
    pub(crate) fn placing(
        &self,
        path: &Path,
        status: Option<StatusCode>,
        length: u64,
        with_heads: bool,
    ) -> Placing {
        let apart = if length == 0 { Placing::Nowhere } else { Placing::Apart };
        if !status.is_some_and(|status| status.is_success()) {
            let is_there = fs::symlink_metadata(path).is_ok();
            // A file that was removed must not come back as something else under the same name.
            return if is_there || self.names(path) { apart } else { Placing::AsAsked };
        }
        if !self.is_in(path, with_heads) {
            return Placing::AsAsked;
        }
        let is_shorter = fs::metadata(path).is_ok_and(|found| length < found.len());
        let is_resource = status != Some(StatusCode::ACCEPTED);
        if is_resource && !is_shorter { Placing::Instead } else { apart }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_whole_gives_way_to_a_resource_that_is_not_shorter() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        fs::write(&path, "0123456789").unwrap();
        let file = Some(path.to_str().unwrap().to_owned());
        let delivery = |came, status| {
            let (bytes, of) = (Some(10), Some(10));
            Bought { delivery: Some(Delivery { came, bytes, of, file: file.clone(), status }) }
        };
        let whole = delivery(Came::Whole, Some(200));
        let at = |bought: &Bought, status, length| {
            let status = StatusCode::from_u16(status).ok();
            bought.placing(&path, status, length, false)
        };
        for (status, length, placing) in [
            (200, 10, Placing::Instead),
            (203, 11, Placing::Instead),
            (200, 9, Placing::Apart),
            (200, 0, Placing::Nowhere),
            (202, 99, Placing::Apart),
            (500, 99, Placing::Apart),
            (302, 0, Placing::Nowhere),
        ] {
            assert_eq!(at(&whole, status, length), placing, "{status} {length}");
        }
        // What is there is no whole resource, and no answer that is no success takes its place.
        for other in [
            Bought::default(),
            delivery(Came::Partial, Some(200)),
            delivery(Came::Failed, Some(500)),
            delivery(Came::Whole, Some(202)),
        ] {
            assert_eq!(at(&other, 200, 1), Placing::AsAsked);
            assert_eq!(at(&other, 500, 99), Placing::Apart);
        }
        fs::write(&path, "012345678").unwrap();
        assert_eq!(at(&whole, 200, 1), Placing::AsAsked);
        fs::remove_file(&path).unwrap();
        assert_eq!(at(&whole, 200, 1), Placing::AsAsked);
        assert_eq!(at(&whole, 500, 10), Placing::Apart);
        assert_eq!(at(&Bought::default(), 500, 10), Placing::AsAsked);
    }
}
