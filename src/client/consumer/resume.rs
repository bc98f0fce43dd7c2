//! After a lost connection: a new subscription that continues at the program's position.
//!
//! A new consumer starts after what its group has committed, or else where `auto.offset.reset` says; with
//! `latest`, that is after what was written meanwhile. So each vgroup is moved to the position after the last
//! message that the program was given, unless another consumer of the group has got further meanwhile.

use super::{Consumer, Live, Message, Turn};
use crate::client::retry::backoff;
use crate::config::Retries;
use crate::error::{codes, Error, Result};
use crate::protocol::tmq::{requests, Kind};
use std::time::{Duration, Instant};

/// The program's position in a vgroup.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Position {
    /// Where the next message starts; `None` while a snapshot is read.
    pub next: Option<i64>,
    /// Messages up to there were given, or the program has moved there itself. A commit of everything commits
    /// this position.
    pub given: bool,
    /// The server is known to continue there.
    pub placed: bool,
    /// The committed offset, as far as this consumer knows. It need not be one that this consumer was given.
    pub committed: Option<i64>,
}

/// The outcome of an attempt to move a vgroup to the program's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placed {
    /// The server continues there.
    Moved,
    /// It continues where it would have anyway: another consumer has committed more, or the log begins later.
    Left,
    /// Another consumer has the vgroup now.
    NotOurs,
}

/// When to look for the server again: at once, then with the pauses of any lost connection. How often is up to
/// the program, which says how long a poll may take.
#[derive(Debug, Default)]
pub(super) struct Retry {
    failures: u32,
    due: Option<Instant>,
    why: Option<Error>,
}

impl Retry {
    pub fn note_failure(&mut self, why: Error, retries: &Retries) {
        self.failures = self.failures.saturating_add(1);
        // At the first loss, most often only the connection is gone.
        let pause = match self.failures {
            1 => Duration::ZERO,
            n => backoff(retries, u64::from(n - 2)),
        };
        self.due = Some(Instant::now() + pause);
        self.why = Some(why);
    }

    pub fn succeeded(&mut self) {
        *self = Retry::default();
    }

    pub fn due(&self) -> Instant {
        self.due.unwrap_or_else(Instant::now)
    }

    /// The reason why there is no connection, if it is too early for another attempt.
    fn too_early(&self) -> Option<Error> {
        self.why.clone().filter(|_| self.due() > Instant::now())
    }
}

impl Consumer {
    /// The reason why there is no connection, if the next attempt to make one is not due.
    pub(super) fn too_early(&self) -> Result<Option<Error>> {
        match self.usable()? {
            Some(_) => Ok(None),
            None => Ok(self.state.lock().retry.too_early()),
        }
    }

    /// The connection with the subscription, or a new one if the old one is lost.
    pub(super) fn reconnect(&self, _turn: &Turn<'_>) -> Result<Live> {
        self.check_subscribed()?;
        if let Some(live) = self.usable()? {
            return Ok(live);
        }
        if let Some(e) = self.state.lock().retry.too_early() {
            return Err(e);
        }
        self.connect(None)
            .and_then(|live| {
                self.resume_on(Live {
                    resumed: true,
                    ..live
                })
            })
            .inspect_err(|e| self.note_failure(e))
    }

    pub(super) fn note_failure(&self, why: &Error) {
        let retries = &self.target.retries;
        self.state.lock().retry.note_failure(why.clone(), retries);
    }

    fn resume_on(&self, live: Live) -> Result<Live> {
        let topics = self.topics();
        let resumed = self
            .subscribe_on(&live, &topics)
            .and_then(|()| self.go_on(&live, &topics));
        if let Err(e) = resumed {
            live.connection.close();
            return Err(e);
        }
        let mut state = self.state.lock();
        state.last_on_server = 0;
        state.unanswered = None;
        state.live = Some(live.clone());
        Ok(live)
    }

    fn go_on(&self, live: &Live, topics: &[String]) -> Result<()> {
        for position in self.state.lock().positions.values_mut() {
            position.placed = false;
        }
        if self.state.lock().positions.is_empty() {
            return Ok(());
        }
        for topic in topics {
            // It is not assigned yet, or in a snapshot. Then it is handled at the first message.
            for assigned in self.assigned(live, topic)? {
                self.place(live, topic, assigned.vgroup_id)?;
            }
        }
        Ok(())
    }

    /// The vgroups of a topic; none if the server cannot say.
    fn assigned(
        &self,
        live: &Live,
        topic: &str,
    ) -> Result<Vec<crate::protocol::reply::Assignment>> {
        match self.ask(live, |req_id| requests::assignment(req_id, topic)) {
            Ok(reply) => Ok(reply.assignment),
            Err(e) if !live.connection.is_alive() => Err(e),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Moves a vgroup on the server to the program's position.
    fn place(&self, live: &Live, topic: &str, vgroup: i32) -> Result<Placed> {
        let key = (topic.to_owned(), vgroup);
        let Some(position) = self.state.lock().positions.get(&key).copied() else {
            return Ok(Placed::Left);
        };
        let mut placed = Placed::Left;
        if let Some(next) = position.next {
            let asked = self
                .require_offsets(live, "what is committed")
                .and_then(|()| {
                    self.ask(live, |req_id| {
                        requests::of_vgroup("committed", req_id, topic, vgroup)
                    })
                });
            let committed = match asked {
                Ok(reply) => reply.committed.first().copied(),
                Err(e) if !live.connection.is_alive() => return Err(e),
                Err(_) => None,
            };
            let by_others = committed.is_some_and(|c| c > next) && committed != position.committed;
            if !by_others {
                let sought = self.ask(live, |req_id| {
                    requests::at_offset("seek", req_id, topic, vgroup, next)
                });
                match sought.map_err(|e| (e.code, e)) {
                    Ok(_) => placed = Placed::Moved,
                    // The log has been cut meanwhile, so the server continues with what there is.
                    Err((codes::OFFSET_OUT_OF_RANGE, _)) => {}
                    Err((codes::VGROUP_NOT_OF_CONSUMER | codes::VGROUP_NOT_POLLED, _)) => {
                        return Ok(Placed::NotOurs)
                    }
                    Err((_, e)) => return Err(e),
                }
            }
        }
        if let Some(position) = self.state.lock().positions.get_mut(&key) {
            position.placed = true;
            if placed == Placed::Left && position.next.is_some() {
                // A commit of everything must not take back what the other consumer has committed.
                position.given = false;
            }
        }
        Ok(placed)
    }

    /// Does the message come from a vgroup that was not moved to the program's position? Then the vgroup is
    /// moved now, and the message is not the next one, unless the server is right to continue with it. A
    /// message of a vgroup that has gone to another consumer comes to that consumer again.
    pub(super) fn is_behind_a_gap(&self, live: &Live, message: &Message) -> Result<bool> {
        let key = (message.topic.clone(), message.vgroup);
        let position = self.state.lock().positions.get(&key).copied();
        let Some(Position {
            next: Some(next),
            placed: false,
            ..
        }) = position
        else {
            return Ok(false);
        };
        if message.kind != Kind::Meta && message.offset == next {
            return Ok(false);
        }
        Ok(self.place(live, &key.0, key.1)? != Placed::Left)
    }

    /// Remembers where a new subscription starts, for a group that may start with the latest data. If the
    /// connection is lost before the first message, it continues there.
    pub(super) fn note_start(&self, live: &Live, topics: &[String]) -> Result<()> {
        for topic in topics {
            for assigned in self.assigned(live, topic)? {
                if assigned.offset >= 0 {
                    let position = Position {
                        next: Some(assigned.offset),
                        placed: true,
                        ..Position::default()
                    };
                    let key = (topic.clone(), assigned.vgroup_id);
                    self.state.lock().positions.insert(key, position);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_those_of_the_settings() {
        let retries = Retries {
            most: 0,
            backoff: Duration::from_secs(20),
            most_backoff: Duration::from_secs(60),
        };
        let mut retry = Retry::default();
        assert_eq!(retry.too_early(), None);
        let why = Error::new(codes::UNABLE_TO_CONNECT);
        retry.note_failure(why.clone(), &retries);
        assert_eq!(retry.too_early(), None, "the first attempt is made at once");
        for most in [20, 40, 60, 60] {
            retry.note_failure(why.clone(), &retries);
            let pause = retry.due().saturating_duration_since(Instant::now());
            assert!(pause <= Duration::from_secs(most), "{pause:?}");
            assert_eq!(retry.too_early().as_ref(), Some(&why));
        }
        retry.succeeded();
        assert_eq!(retry.too_early(), None);
    }
}
