//! A sink that is written to: by a thread of its own, so that nothing else waits for its reader.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::writer::Writer;
use super::{Sink, SinkError};
use crate::signals::with_grace;
use crate::threads;

/// A sink that is written to.
pub(crate) struct Writing {
    sink: Sink,
    /// There is one from the first byte on.
    writer: Option<Writer>,
    /// Goes before the next bytes, in one piece with them.
    held: Vec<u8>,
    /// Bytes that were written somewhere else before.
    elsewhere: u64,
    /// What pays for the body, if it is paid for.
    payment: Option<String>,
}

impl Writing {
    /// Nothing is written yet.
    pub(crate) fn new(sink: Sink) -> Self {
        Self { sink, writer: None, held: Vec::new(), elsewhere: 0, payment: None }
    }

    /// Begins with these bytes, and waits for nothing.
    pub(crate) fn begun(sink: Sink, bytes: Vec<u8>) -> Result<Self, SinkError> {
        let mut writing = Self::new(sink);
        if !bytes.is_empty() {
            let outlet = writing.sink.outlet().map_err(|error| writing.failure(error))?;
            writing.writer = Some(Writer::begun(outlet, bytes));
        }
        Ok(writing)
    }

    /// Goes on in another sink.
    pub(crate) fn go_on_in(&mut self, sink: Sink) {
        self.elsewhere = self.taken();
        (self.sink, self.writer) = (sink, None);
        if let Some(payment) = self.payment.take() {
            self.is_bought_by(&payment);
        }
    }

    /// Says what pays for the body.
    pub(crate) fn is_bought_by(&mut self, payment: &str) {
        self.sink.is_bought_by(payment);
        self.payment = Some(payment.to_owned());
    }

    /// Where it goes.
    pub(crate) fn sink(&self) -> &Sink {
        &self.sink
    }

    /// Writes this before whatever comes next.
    pub(crate) fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// Writes bytes. It returns when they are on their way, which waits for those before.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<(), SinkError> {
        let bytes = if self.held.is_empty() {
            bytes
        } else {
            self.held.extend_from_slice(&bytes);
            std::mem::take(&mut self.held).into()
        };
        let written = match self.writer() {
            Ok(writer) => writer.write(bytes).await,
            Err(error) => Err(error),
        };
        written.map_err(|error| self.failure(error))
    }

    fn writer(&mut self) -> io::Result<&mut Writer> {
        let writer = match self.writer.take() {
            Some(writer) if !writer.has_ended() => writer,
            ended => {
                let before = ended.as_ref().map_or(0, Writer::taken);
                self.elsewhere = self.elsewhere.saturating_add(before);
                Writer::start(self.sink.outlet()?)
            }
        };
        Ok(self.writer.insert(writer))
    }

    /// Waits for a failure, which may come at any time after bytes were handed over.
    pub(crate) async fn failed(&mut self) -> SinkError {
        let failed = match &mut self.writer {
            None => std::future::pending().await,
            Some(writer) => writer.failed().await,
        };
        match failed {
            Err(error) => self.failure(error),
            Ok(()) => std::future::pending().await,
        }
    }

    /// Waits until all bytes are written.
    pub(crate) async fn end(&mut self) -> Result<(), SinkError> {
        if !self.held.is_empty() {
            self.write(Bytes::new()).await?;
        }
        let ended = match &mut self.writer {
            None => Ok(()),
            Some(writer) => writer.end().await,
        };
        ended.map_err(|error| self.failure(error))
    }

    /// Gives up what nobody takes.
    pub(crate) async fn give_up(&mut self) {
        if let Some(writer) = &mut self.writer {
            writer.give_up().await;
        }
    }

    /// How many bytes of the held ones go before a body.
    pub(crate) fn before(&self) -> u64 {
        u64::try_from(self.held.len()).unwrap_or(u64::MAX)
    }

    /// Has everything that was written reach the disk, where it goes to a file.
    pub(crate) async fn sync(&mut self) -> Result<(), SinkError> {
        let sync = self.sink.disk();
        beside(sync).await?.map_err(|error| self.failure(error))
    }

    /// How many bytes were written, of all.
    pub(crate) fn taken(&self) -> u64 {
        let here = self.writer.as_ref().map_or(0, Writer::taken);
        self.elsewhere.saturating_add(here)
    }

    /// Why it takes no more.
    fn failure(&self, source: io::Error) -> SinkError {
        self.sink.failure(source)
    }

    /// Ends the writing; the file is as it is.
    pub(crate) fn into_sink(self) -> Sink {
        self.sink
    }
}

/// Something that is written on its own while other things go on.
pub(crate) struct Aside(Writing);

impl Sink {
    /// Begins to write all of this, and waits for nothing.
    pub(crate) fn aside(self, bytes: Vec<u8>) -> Result<Aside, SinkError> {
        Writing::begun(self, bytes).map(Aside)
    }

    /// Writes all of this and gives the file its name, unless that takes longer than there is time.
    pub(crate) async fn whole(
        self,
        bytes: Vec<u8>,
        until: Option<Instant>,
    ) -> Result<Option<PathBuf>, SinkError> {
        self.aside(bytes)?.finish(until).await
    }
}

impl Aside {
    /// Waits a moment for the end: whether it is there.
    pub(crate) async fn is_done(&mut self, moment: Duration) -> bool {
        tokio::time::timeout(moment, self.0.end()).await.is_ok()
    }

    /// Waits until it is written and the file has its name, or the time is over.
    pub(crate) async fn finish(
        mut self,
        until: Option<Instant>,
    ) -> Result<Option<PathBuf>, SinkError> {
        match with_grace(until, self.0.end()).await {
            Some(ended) => ended?,
            None => return Err(self.0.failure(io::ErrorKind::TimedOut.into())),
        }
        self.0.into_sink().complete_beside().await
    }
}

impl Sink {
    /// Ends a whole body, as [`Sink::complete`] does, with nothing else waiting for a disk.
    pub(crate) async fn complete_beside(self) -> Result<Option<PathBuf>, SinkError> {
        match self {
            Self::File(_) => beside(move || self.complete()).await?,
            Self::Stdout(_) | Self::Special(..) => self.complete(),
        }
    }
}

/// Does what may wait for a disk on another thread, where there is one.
pub(crate) async fn beside<T: Send + 'static>(
    act: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SinkError> {
    let failed = || SinkError::Failed {
        path: PathBuf::from("the output"),
        source: io::Error::other("its thread has ended"),
        kept: None,
    };
    threads::beside(act).await.ok_or_else(failed)
}
