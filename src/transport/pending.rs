//! The requests in flight on a connection: who waits for which reply.

use super::slot;
use crate::error::Result;
use crate::protocol::reply::{FetchReply, JsonReply, RawReply};
use bytes::Bytes;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A reply, decoded as far as matching it needs.
#[derive(Debug)]
pub enum Reply {
    Json(Box<JsonReply>),
    Fetch(FetchReply),
    Raw(RawReply),
    /// A block in answer to the older `fetch_block`, with the id of its result or message.
    Block {
        result_id: u64,
        block: Bytes,
    },
}

/// Called with a reply, on the thread that has read it. It must not wait, and must not drop the last reference to
/// the connection.
pub type Callback = Box<dyn FnOnce(Result<Reply>) + Send>;

/// Who takes a reply.
pub enum Taker {
    /// A thread that waits for it.
    Sleeper(slot::Sender),
    /// An asynchronous call, and its deadline.
    Callback(Callback, Instant),
    /// Nobody any more. If a reply opens a result, the result is freed on the server.
    Gone,
}

impl Taker {
    /// Hands the reply over; gives it back when nobody takes it.
    pub fn complete(self, reply: Result<Reply>) -> Option<Reply> {
        match self {
            Taker::Sleeper(sender) => sender.send(reply).err().and_then(Result::ok),
            Taker::Callback(call, _) => {
                call(reply);
                None
            }
            Taker::Gone => reply.ok(),
        }
    }
}

/// Ids are unique already; mixing them further buys nothing.
#[derive(Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*b);
        }
    }
    fn write_u64(&mut self, n: u64) {
        // Sequential ids differ in their low bits, the table looks at the high ones too.
        self.0 = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

type ById<T> = HashMap<u64, T, BuildHasherDefault<IdHasher>>;

/// The requests in flight on a connection, by request id.
#[derive(Default)]
pub struct Pending {
    takers: ById<Taker>,
    /// Request ids by the id of a result. The answer to the older `fetch_block` has the result's id only, and a
    /// result has one fetch at a time.
    blocks: ById<u64>,
}

impl Pending {
    /// True when nobody waits for a reply.
    pub fn is_empty(&self) -> bool {
        self.takers.values().all(|t| matches!(t, Taker::Gone))
    }

    /// True when no reply is to come, not even one that nobody takes any more.
    pub fn is_all_answered(&self) -> bool {
        self.takers.is_empty()
    }

    pub fn contains(&self, req_id: u64) -> bool {
        self.takers.contains_key(&req_id)
    }

    pub fn insert(&mut self, req_id: u64, taker: Taker) {
        self.takers.insert(req_id, taker);
    }

    /// The request will be answered by a block of this result.
    pub fn expect_block(&mut self, result_id: u64, req_id: u64) {
        self.blocks.insert(result_id, req_id);
    }

    pub fn take(&mut self, req_id: u64) -> Option<Taker> {
        self.takers.remove(&req_id)
    }

    pub fn take_block(&mut self, result_id: u64) -> Option<Taker> {
        let req_id = self.blocks.remove(&result_id)?;
        self.take(req_id)
    }

    /// The caller will not take the reply. `None` when it has arrived already.
    pub fn abandon(&mut self, req_id: u64) -> Option<Taker> {
        self.takers
            .get_mut(&req_id)
            .map(|taker| std::mem::replace(taker, Taker::Gone))
    }

    /// Puts a callback in the place of a sleeper on which no thread waits yet. Gives it back when there is an outcome
    /// for it already: the reply, or the reason why the wait was ended.
    pub fn call_back(&mut self, req_id: u64, taker: Taker) -> Option<Taker> {
        match self.takers.get_mut(&req_id) {
            Some(sleeper @ Taker::Sleeper(_)) => {
                *sleeper = taker;
                None
            }
            _ => Some(taker),
        }
    }

    /// Takes out everybody who waits, when there will be no more replies.
    pub fn take_all(&mut self) -> Vec<Taker> {
        self.blocks.clear();
        self.takers.drain().map(|(_, taker)| taker).collect()
    }

    /// Takes out everybody who waits. Replies that come later are cleaned up.
    pub fn abandon_all(&mut self) -> Vec<Taker> {
        self.takers
            .values_mut()
            .map(|taker| std::mem::replace(taker, Taker::Gone))
            .collect()
    }

    /// Takes out the asynchronous calls whose deadline is `chosen`. Replies that come later are cleaned up.
    pub fn abandon_calls(&mut self, chosen: impl Fn(Instant) -> bool) -> Vec<Taker> {
        let chosen =
            |taker: &Taker| matches!(taker, Taker::Callback(_, deadline) if chosen(*deadline));
        self.takers
            .values_mut()
            .filter(|taker| chosen(taker))
            .map(|taker| std::mem::replace(taker, Taker::Gone))
            .collect()
    }
}

/// A new request id. It is unique in the process. The first depends on the time and the process id, so that the
/// ids of two clients hardly ever meet in the server's log.
pub fn next_request_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if NEXT.load(Ordering::Relaxed) == 0 {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let pid = u64::from(std::process::id() & 0xffff);
        // Fits in a positive i64, as the C API's request ids do.
        let start = pid << 47 | (since_epoch.as_millis() as u64 & 0x7f_ffff) << 24 | 1;
        let _ = NEXT.compare_exchange(0, start, Ordering::Relaxed, Ordering::Relaxed);
    }
    NEXT.fetch_add(1, Ordering::Relaxed)
}
