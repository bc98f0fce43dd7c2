//! Polling.

use super::message::{Fetching, Message};
use super::resume::Position;
use super::{Consumer, Live, Turn};
use crate::cancellation;
use crate::error::{codes, Error, Result};
use crate::protocol::tmq::requests;
use crate::sync::MutexGuard;
use crate::transport::{expect_json, Ticket};
use std::time::{Duration, Instant};

/// How long the server waits for a message before it reports that there is none. Other requests of the consumer
/// wait behind a poll.
pub(super) const SLICE: Duration = Duration::from_millis(500);
/// How long an answer may take in addition to the server's wait. After that the program has its thread back,
/// and the next poll waits on.
const GRACE: Duration = Duration::from_secs(1);

/// A poll under way, or the message that it announced.
pub(super) struct Poll {
    awaited: Awaited,
    sent: Instant,
}

enum Awaited {
    Reply(Ticket),
    Message(Box<Fetching>),
}

impl Consumer {
    /// The next message. This waits at most this long for it; `None` means for ever. While the server is gone,
    /// it tries again to connect as long as there is time, and then returns the error.
    ///
    /// `committed` is called with the outcome of an automatic commit.
    pub fn poll(
        &self,
        timeout: Option<Duration>,
        committed: &dyn Fn(Result<()>),
    ) -> Result<Option<Message>> {
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        let turn = match deadline {
            Some(deadline) => self.turn.try_lock_until(deadline),
            None => Some(self.turn.lock()),
        };
        let Some(mut turn) = turn else {
            // Another thread was polling all the time.
            return Ok(None);
        };
        let is_over = || deadline.is_some_and(|d| Instant::now() >= d);
        loop {
            self.check_open()?;
            cancellation::check()?;
            if self.has_left()? {
                if is_over() {
                    return Ok(None);
                }
                self.wait_for_topics(&mut turn, deadline);
                continue;
            }
            if let Some(why) = self.too_early()? {
                if is_over() {
                    return Err(why);
                }
                self.wait_to_retry(&mut turn, deadline);
                continue;
            }
            match self.poll_once(&turn, deadline, committed) {
                Ok(Some(message)) => return Ok(Some(message)),
                Ok(None) if is_over() => return Ok(None),
                Ok(None) => MutexGuard::bump(&mut turn),
                Err(e) if !e.is_outage() || is_over() => return Err(e),
                Err(_) => {}
            }
        }
    }

    /// Has the program ended its subscription? Then there is nothing to come. Not to have begun one is a
    /// mistake.
    fn has_left(&self) -> Result<bool> {
        let state = self.state.lock();
        match state.topics.is_empty() {
            true if !state.left => Err(Error::new(codes::CONSUMER_NOT_SUBSCRIBED)),
            without_topics => Ok(without_topics),
        }
    }

    /// Sleeps until another thread has subscribed, the deadline, or the consumer's end.
    fn wait_for_topics(&self, turn: &mut Turn<'_>, deadline: Option<Instant>) {
        MutexGuard::unlocked(turn, || {
            let mut state = self.state.lock();
            while !self.is_closed() && state.topics.is_empty() && state.left {
                if !self.changed.wait_or_end(&mut state, deadline) {
                    return;
                }
            }
        });
    }

    /// Sleeps until the next attempt to connect is due, the deadline, or the consumer's end.
    fn wait_to_retry(&self, turn: &mut Turn<'_>, deadline: Option<Instant>) {
        MutexGuard::unlocked(turn, || {
            let mut state = self.state.lock();
            let due = state.retry.due();
            let until = deadline.map_or(due, |d| d.min(due));
            while !self.is_closed() {
                if !self.changed.wait_or_end(&mut state, Some(until)) {
                    return;
                }
            }
        });
    }

    fn poll_once(
        &self,
        turn: &Turn<'_>,
        deadline: Option<Instant>,
        committed: &dyn Fn(Result<()>),
    ) -> Result<Option<Message>> {
        let live = self.reconnect(turn)?;
        if let Some(outcome) = self.commit_if_due(&live) {
            committed(outcome);
        }
        let left = deadline.map_or(SLICE, |d| d.saturating_duration_since(Instant::now()));
        let polled = self.take_polled(&live, left.min(SLICE));
        if let Err(e) = &polled {
            // A message may be under way that the program will not get from here, and one that cannot be read
            // must come again, so the connection ends. The server ends the subscription with it, but only
            // some time later, and the topic could not be dropped until then: it is asked to do so first.
            if !e.is_outage() && live.connection.is_alive() {
                let _ = self.answer_within(&live.connection, GRACE, requests::unsubscribe);
            }
            live.connection.close();
            self.note_failure(e);
        }
        polled
    }

    fn take_polled(&self, live: &Live, wait: Duration) -> Result<Option<Message>> {
        let connection = &live.connection;
        let unanswered = self.state.lock().unanswered.take();
        let mut poll = match unanswered {
            Some(poll) => poll,
            None => {
                let req_id = connection.request_id(0);
                let last = self.state.lock().last_on_server;
                // Rounded up: a poll of less than a millisecond would not wait.
                let ms = wait.as_micros().div_ceil(1000) as u64;
                let ticket = connection.send(req_id, requests::poll(req_id, ms, last))?;
                Poll {
                    awaited: Awaited::Reply(ticket),
                    sent: Instant::now(),
                }
            }
        };
        let deadline = Instant::now() + wait + GRACE;
        let limit = self.target.read_timeout.saturating_add(SLICE);
        let not_yet = |poll: Poll| match poll.sent.elapsed() < limit {
            true => {
                self.state.lock().unanswered = Some(poll);
                Ok(None)
            }
            false => Err(connection.timed_out(limit, "read_timeout")),
        };
        if let Awaited::Reply(ticket) = &mut poll.awaited {
            let Some(reply) = connection.look_for(ticket, wait + GRACE) else {
                return not_yet(poll);
            };
            let reply = expect_json(reply?)?;
            self.state.lock().retry.succeeded();
            if !reply.have_message {
                return Ok(None);
            }
            poll = Poll {
                awaited: Awaited::Message(Box::new(Fetching::begin(live, reply)?)),
                sent: Instant::now(),
            };
        }
        let Awaited::Message(fetching) = &mut poll.awaited else {
            return not_yet(poll);
        };
        let id = fetching.message_id();
        let left = deadline.saturating_duration_since(Instant::now());
        let Some(message) = fetching.finish(live, left)? else {
            return not_yet(poll);
        };
        if self.is_behind_a_gap(live, &message)? {
            self.state.lock().last_on_server = id;
            return Ok(None);
        }
        let mut state = self.state.lock();
        state.last_on_server = id;
        state.last_given = message.number;
        state.uncommitted = true;
        let vgroup = (message.topic.clone(), message.vgroup);
        let position = state.positions.entry(vgroup).or_default();
        *position = Position {
            next: message.end,
            given: true,
            placed: true,
            ..*position
        };
        Ok(Some(message))
    }

    /// Ends the connection if a poll is not answered, because its message would come too late. A new connection
    /// continues at the program's position.
    pub(super) fn give_up_poll(&self) {
        let (unanswered, live) = {
            let mut state = self.state.lock();
            (state.unanswered.take(), state.live.clone())
        };
        if let (Some(_), Some(live)) = (unanswered, live) {
            live.connection.close();
        }
    }

    /// Is there a poll whose answer is still to come?
    pub(super) fn is_polling(&self) -> bool {
        self.state.lock().unanswered.is_some()
    }
}
