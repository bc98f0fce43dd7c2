//! The time limit of opening a connection. It also ends when the thread is cancelled.

use super::socket_stream::{Link, SHORT_SLEEP};
use super::system;
use crate::cancellation;
use crate::config::Endpoint;
use crate::error::{codes, Error, Result};
use futures_util::task::noop_waker_ref;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

pub struct TimeLimit<'a> {
    endpoint: &'a Endpoint,
    limit: Duration,
    /// `None`: there is no limit.
    until: Option<Instant>,
}

impl<'a> TimeLimit<'a> {
    /// The time begins now.
    pub fn new(endpoint: &'a Endpoint, limit: Duration) -> Self {
        TimeLimit {
            endpoint,
            limit,
            until: Instant::now().checked_add(limit),
        }
    }

    pub fn until(&self) -> Option<Instant> {
        self.until
    }

    /// An error once the time is over or the thread is cancelled.
    pub fn check(&self) -> Result<()> {
        cancellation::check()?;
        match self.until {
            Some(until) if until <= Instant::now() => Err(Error::with(
                codes::UNABLE_TO_CONNECT,
                format_args!("{} did not answer within {:?}", self.endpoint, self.limit),
            )),
            _ => Ok(()),
        }
    }

    /// Sleeps until one of these descriptors is ready, at the longest until `until`. An error when the time limit
    /// is over.
    pub fn wait_for(&self, entries: &mut [libc::pollfd], until: Option<Instant>) -> Result<()> {
        self.check()?;
        let until = self.until.into_iter().chain(until).min();
        let limit = until.map(|until| until.saturating_duration_since(Instant::now()));
        // If a descriptor has failed, reading or writing it reports how.
        let _ = cancellation::wait_for(entries, limit);
        cancellation::check()
    }

    fn left(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Sleeps until the socket is ready. Short sleeps, in which no cancellation comes, are for the beginning: a server
    /// that sends a byte at a time would have one follow the other.
    fn wait_on(&self, link: &Link, began: Instant) -> Result<()> {
        let events = link.awaited();
        let is_early = || began.elapsed() < SHORT_SLEEP && link.has_time(self.left());
        if events == libc::POLLIN && is_early() && link.sleep_shortly() {
            return self.check();
        }
        self.wait_for(&mut [system::interest(link.descriptor.fd(), events)], None)
    }

    /// Runs a future that reads and writes this socket, and waits for the socket where the future would.
    pub fn run<F: Future>(&self, link: &Link, future: F) -> Result<F::Output> {
        let mut future = pin!(future);
        let mut cx = Context::from_waker(noop_waker_ref());
        let began = Instant::now();
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return Ok(output);
            }
            self.wait_on(link, began)?;
            link.look_again();
        }
    }
}
