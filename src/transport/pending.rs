//! Which reply is for whom.

use crate::error::{Error, Result};
use crate::protocol::reply::{FetchReply, JsonReply};
use bytes::Bytes;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use tokio::sync::oneshot;

/// A reply, decoded as far as matching it needs.
#[derive(Debug)]
pub enum Reply {
    Json(Box<JsonReply>),
    Fetch(FetchReply),
    /// The block of the older `fetch_block`, and the result it is of.
    Block {
        result_id: u64,
        block: Bytes,
    },
}

/// Who takes a reply.
pub enum Taker {
    Waiting(oneshot::Sender<Result<Reply>>),
    /// Nobody any more. A result that arrives is to be freed on the server.
    Gone,
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
    /// The older `fetch_block` has no request id in its answer: the result's id leads to it, there
    /// being one fetch of a result at a time.
    blocks: ById<u64>,
}

impl Pending {
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

    /// Everybody gets the same bad news.
    pub fn fail_all(&mut self, why: &Error) {
        self.blocks.clear();
        for (_, taker) in self.takers.drain() {
            if let Taker::Waiting(sender) = taker {
                let _ = sender.send(Err(why.clone()));
            }
        }
    }

    /// Ends what is waiting with `why` and leaves the late replies to be cleaned up.
    pub fn cancel_all(&mut self, why: &Error) {
        for taker in self.takers.values_mut() {
            if let Taker::Waiting(sender) = std::mem::replace(taker, Taker::Gone) {
                let _ = sender.send(Err(why.clone()));
            }
        }
    }
}
