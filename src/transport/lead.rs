//! The lead. Several threads may wait for replies on one connection. One of them leads: it waits for the
//! socket, reads what arrives and hands each reply to the thread that it is for. The others follow: they sleep
//! on a futex. When the leader's own reply has come, it hands the lead to a follower.
//!
//! The leader sleeps shortly at first, in `recv`, where no other thread can wake it, and then in `poll`.
//!
//! Readiness is never remembered. `poll` is level-triggered: bytes that one thread leaves unread are reported
//! again to the next thread that polls.

use super::reader::Shared;
use super::slot::{Receiver, Slot};
use super::socket_stream::SHORT_SLEEP;
use super::system;
use super::waker::Waker;
use crate::cancellation;
use crate::error::{codes, Error};
use crate::sync::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest sleep of a leader that has no waker, because the process has no descriptor left for one. It
/// looks at its reply after each such sleep.
const TURN: Duration = Duration::from_millis(100);

#[derive(Default)]
pub struct Lead(Mutex<State>);

#[derive(Default)]
struct State {
    leader: Option<Leader>,
    /// Threads that sleep until they have a reply or the lead.
    followers: Vec<Arc<Slot>>,
}

struct Leader {
    /// 0 while a follower has been given the lead and has not woken up yet.
    thread: usize,
    waker: Option<Waker>,
    /// It reads what has arrived, and does not wait for more.
    is_brief: bool,
}

/// A number that identifies this thread.
fn me() -> usize {
    thread_local!(static ME: u8 = const { 0 });
    ME.with(|here| std::ptr::from_ref(here) as usize)
}

impl Leader {
    fn here() -> Leader {
        Leader {
            thread: me(),
            waker: None,
            is_brief: false,
        }
    }
}

/// Whom [`Lead::interrupt`] has found.
pub enum Interrupted {
    Nobody,
    /// It looks now.
    Leader,
    /// It is in a sleep that nobody can end, and looks after that.
    Sleeper,
}

impl Lead {
    pub fn is_taken(&self) -> bool {
        self.0.lock().leader.is_some()
    }

    /// Does another thread lead that only reads what has arrived?
    pub fn is_brief(&self) -> bool {
        let state = self.0.lock();
        let leader = state.leader.as_ref();
        leader.is_some_and(|leader| leader.is_brief && leader.thread != me())
    }

    /// Wakes the leader, so that it looks at its reply and at unwritten bytes again.
    pub fn interrupt(&self) -> Interrupted {
        let mut state = self.0.lock();
        let Some(leader) = &mut state.leader else {
            return Interrupted::Nobody;
        };
        let is_awake = leader.is_brief || leader.thread == 0 || leader.thread == me();
        match &mut leader.waker {
            _ if is_awake => Interrupted::Leader,
            Some(waker) => {
                waker.raise();
                Interrupted::Leader
            }
            None => Interrupted::Sleeper,
        }
    }

    /// The descriptor of the leader's waker. A waker that was raised, or whose descriptor was closed, is
    /// replaced first. `None` when the process has no descriptor for another.
    fn renew_waker(&self) -> Option<i32> {
        let mut state = self.0.lock();
        let leader = state.leader.as_mut()?;
        if leader.waker.as_ref().is_some_and(|w| !w.is_of_use()) {
            leader.waker = None;
        }
        if leader.waker.is_none() {
            leader.waker = Waker::lend();
        }
        leader.waker.as_ref().map(Waker::fd)
    }
}

/// The thread that holds it leads until it is dropped.
pub struct Leading<'a> {
    shared: &'a Shared,
    /// The lead that this thread had before: it led, called the program back, and the callback waits for
    /// another reply.
    outer: Option<Leader>,
}

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shared.end(Error::new(codes::CONNECTION_BROKEN));
        }
        let mut state = self.shared.lead.0.lock();
        let left = std::mem::replace(&mut state.leader, self.outer.take());
        let mut is_nobodys = false;
        let wake = match &state.leader {
            Some(_) => None,
            None => match state.followers.pop() {
                Some(follower) => {
                    state.leader = Some(Leader {
                        thread: 0,
                        waker: None,
                        is_brief: false,
                    });
                    // Under the lock: a thread that is no longer among the followers is the leader.
                    Some(follower.hand_lead())
                }
                None => {
                    is_nobodys = true;
                    None
                }
            },
        };
        drop(state);
        if let Some(wake) = wake {
            wake.now();
        }
        if let Some(waker) = left.and_then(|leader| leader.waker) {
            waker.give_back();
        }
        if is_nobodys {
            self.shared.watch.left(self.shared.has_unwritten());
        }
    }
}

impl Shared {
    /// Takes the lead to read what has arrived; `None` when another thread leads.
    pub fn try_lead(&self) -> Option<Leading<'_>> {
        let mut state = self.lead.0.lock();
        if state.leader.is_some() {
            return None;
        }
        state.leader = Some(Leader {
            is_brief: true,
            ..Leader::here()
        });
        Some(Leading {
            shared: self,
            outer: None,
        })
    }

    /// Waits until there is a reply, the time is over or the thread is cancelled. This thread drives the
    /// connection if no other thread does.
    pub fn wait(&self, reply: &Receiver, until: Option<Instant>) {
        self.watch.note_wait();
        let slot = reply.slot();
        let leading = match self.join(slot) {
            Some(leading) => leading,
            None => {
                slot.sleep(until);
                match self.claim(slot) {
                    Some(leading) => leading,
                    None => return,
                }
            }
        };
        self.lead_until(leading, slot, until);
    }

    /// Takes the lead if it is free. Otherwise the thread becomes a follower.
    fn join(&self, slot: &Arc<Slot>) -> Option<Leading<'_>> {
        let mut state = self.lead.0.lock();
        let outer = match &state.leader {
            Some(leader) if leader.thread != me() => {
                state.followers.push(slot.clone());
                return None;
            }
            _ => state.leader.replace(Leader::here()),
        };
        Some(Leading {
            shared: self,
            outer,
        })
    }

    /// Ends following: the lead, if it was handed to this thread. The thread must take it even if it has its
    /// reply already or is to end, because nobody else has it; dropping it hands it on.
    fn claim(&self, slot: &Arc<Slot>) -> Option<Leading<'_>> {
        let mut state = self.lead.0.lock();
        let place = state.followers.iter().position(|f| Arc::ptr_eq(f, slot));
        if let Some(place) = place {
            state.followers.swap_remove(place);
            return None;
        }
        slot.lead_taken();
        state.leader = Some(Leader::here());
        Some(Leading {
            shared: self,
            outer: None,
        })
    }

    fn lead_until(&self, _leading: Leading<'_>, slot: &Slot, until: Option<Instant>) {
        if slot.is_answered() || cancellation::is_due() {
            return;
        }
        let left = || until.map(|until| until.saturating_duration_since(Instant::now()));
        // Without a waker: whoever completes the slot meanwhile waits for the end of a short sleep. As no cancellation
        // comes in these sleeps, there must be an end to them, however much arrives for others.
        let mut first_found = None;
        while !self.has_unwritten() && self.link.has_time(left()) && self.link.sleep_shortly() {
            self.read();
            if slot.is_answered() || cancellation::is_due() {
                return;
            }
            if first_found.get_or_insert_with(Instant::now).elapsed() >= SHORT_SLEEP {
                break;
            }
        }
        let mut waker = self.lead.renew_waker();
        let mut has_looked = false;
        // From here on, completing the slot wakes this thread.
        while !slot.is_answered() {
            let mut limit = left();
            if has_looked && limit.is_some_and(|limit| limit.is_zero()) {
                break;
            }
            has_looked = true;
            let fd = self.link.descriptor.fd();
            let writes = if self.has_unwritten() {
                libc::POLLOUT
            } else {
                0
            };
            let mut entries = [
                system::interest(fd, libc::POLLIN | writes),
                system::interest(waker.unwrap_or(-1), libc::POLLIN),
            ];
            let count = if waker.is_some() { 2 } else { 1 };
            if waker.is_none() {
                limit = Some(limit.map_or(TURN, |limit| limit.min(TURN)));
            }
            if cancellation::wait_for(&mut entries[..count], limit).is_err()
                && cancellation::is_due()
            {
                break;
            }
            if entries[1].revents != 0 {
                waker = self.lead.renew_waker();
            }
            match entries[0].revents {
                0 => {}
                seen if seen & libc::POLLNVAL != 0 => self.end_without_descriptor(),
                _ => self.read(),
            }
        }
    }

    /// Reads what has arrived; false when another thread leads and will read it.
    pub fn catch_up(&self) -> bool {
        match self.try_lead() {
            Some(_leading) => {
                self.read();
                true
            }
            None => false,
        }
    }
}
