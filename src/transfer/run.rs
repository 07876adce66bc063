//! What all transfers of a group of URLs share, and the network and the words for one of them.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use ::http::Method;
use url::Url;

use super::nodes::Nodes;
use super::offset::{goes_on, leaves_gap};
use super::session::Shared;
use super::stats::TransferStats;
use super::{ContinueAt, Requests, Target, TransferError, TransferOptions};
use crate::http::{self, Exchange, Options, Pool, Request, Trace};
use crate::ledger::Entry;
use crate::output::paid_files::PaidFiles;
use crate::output::{Sink, SinkError};
use crate::policy::{Limits, RuleBook};
use crate::signals::{interrupted, with_grace};
use crate::system::{Signals, SystemEntropy};
use crate::terminal::notice;
use crate::terminal::screen::Screen;
use crate::terminal::style::Style;
use crate::threads;

/// Everything that is the same for each URL of a run, or of a group of it.
pub(crate) struct Run<'a> {
    pub(crate) options: TransferOptions,
    /// What makes its requests.
    pub(crate) requests: Arc<dyn Requests>,
    /// The owner's rules.
    pub(crate) rules: &'a RuleBook,
    /// Where chains are read.
    pub(crate) nodes: &'a Nodes,
    pub(crate) screen: Screen,
    /// How connections are made, but for where a body goes on.
    pub(crate) http: Options,
    /// Who watches what goes over the wire.
    pub(crate) trace: Option<Arc<dyn Trace>>,
    /// Connections that its URLs share.
    pub(crate) pool: Pool,
    /// Whether the file of `-D` has heads of this run in it.
    pub(crate) heads_begun: Cell<bool>,
    /// The files that hold what was paid for in this run.
    pub(crate) paid_files: &'a PaidFiles,
}

/// What a request is sent for.
pub(crate) enum Purpose<'a> {
    /// To fetch, and pay if it is asked.
    Fetch,
    /// To send an earlier payment again.
    Resume {
        /// Which.
        entry: &'a Entry,
        /// Whether the owner named it.
        named: bool,
    },
}

impl Run<'_> {
    /// Prints on standard output, while other transfers go on.
    pub(crate) async fn print(
        &self,
        text: &str,
        until: Option<Instant>,
    ) -> Result<(), TransferError> {
        if text.is_empty() {
            return Ok(());
        }
        match Sink::stdout()?.whole(text.as_bytes().to_vec(), until).await {
            // Whoever closed the pipe has seen enough.
            Ok(_) | Err(SinkError::Closed) => Ok(()),
            Err(error) => Err(TransferError::Sink(error)),
        }
    }

    /// When the time for a transfer is over, where the owner has set one.
    pub(crate) fn until(&self, stats: &TransferStats) -> Option<Instant> {
        stats.started.checked_add(self.http.max_time?)
    }

    /// Until when somebody must read what is opened to be written to.
    pub(crate) fn opening_until(&self, stats: &TransferStats) -> Option<Instant> {
        let Options { max_time, connect_timeout, .. } = self.http;
        stats.started.checked_add(max_time.into_iter().chain(connect_timeout).min()?)
    }

    /// Whether bars and spinners are drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        self.screen.stderr && !self.options.speech.silent && !self.options.speech.no_progress
    }

    /// The owner's limits for a URL, where this target led there.
    pub(crate) fn limits_for(&self, target: &Target, url: &Url) -> Limits {
        let placeholder = target.placeholder.clone();
        Limits { placeholder, ..self.rules.limits_for(url) }
    }

    /// The network for one target.
    pub(crate) async fn exchange(
        &self,
        target: &Target,
        resume_from: Option<u64>,
        stats: &mut TransferStats,
        shared: &Shared,
    ) -> Result<Exchange, TransferError> {
        let asked = self.options.continue_at;
        let goes_on = goes_on(target, asked, resume_from);
        let request = self.request(target, goes_on, self.until(stats), shared).await?;
        stats.size_upload = request.body.length().unwrap_or(0);
        self.options.referer.clone_into(&mut stats.referer);
        let gap = leaves_gap(target, resume_from);
        // What was waited for to be opened and read took of the time for everything.
        let max_time = self.http.max_time.map(|most| most.saturating_sub(stats.elapsed()));
        let output = if target.is_named_by_server() { None } else { target.path() };
        let no_user_in_url = self.options.no_user_in_url;
        let options =
            Options { no_user_in_url, max_time, resume_from, gap, output, ..self.http.clone() };
        let system =
            http::System { entropy: Rc::new(SystemEntropy), cancellation: Rc::new(Signals) };
        Ok(Exchange::new(request, options, self.pool.clone(), self.trace.clone(), system))
    }

    /// The request for a target: made on another thread where that reads a file, or asks somebody.
    async fn request(
        &self,
        target: &Target,
        goes_on: Option<ContinueAt>,
        until: Option<Instant>,
        shared: &Shared,
    ) -> Result<Request, TransferError> {
        let asks = self.requests.asks_owner();
        if !asks && target.upload.is_none() && !self.requests.reads_files() {
            return Ok(self.requests.request(target, goes_on)?);
        }
        let turn = if asks { Some(shared.turn_to_ask(until).await) } else { None };
        if matches!(turn, Some(None)) {
            return Err(TransferError::Connection(http::Error::TimedOut));
        }
        let (requests, target) = (Arc::clone(&self.requests), target.clone());
        let made = move || requests.request(&target, goes_on);
        match with_grace(until, threads::beside(made)).await {
            None if interrupted() => Err(TransferError::Connection(http::Error::Interrupted)),
            None => Err(TransferError::Connection(http::Error::TimedOut)),
            Some(None) => Err(TransferError::Runtime(io::Error::other("a thread has ended"))),
            Some(Some(made)) => Ok(made?),
        }
    }

    /// Says why a request that is asked to pay does not.
    pub(crate) fn warn_unpaid(&self, method: &Method) {
        self.warn(&format!("payment is asked, and a {method} is not paid for; a GET is"));
    }

    /// Warns on standard error, unless nothing is to be said.
    pub(crate) fn warn(&self, words: &str) {
        if !self.options.speech.silent {
            let head = self.screen.err.paint(Style::Warning, &"warning:");
            notice::warn(&head, &words);
        }
    }
}
