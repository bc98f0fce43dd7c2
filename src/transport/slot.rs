//! Where a reply goes, and what the thread sleeps on that waits for it: a number in memory.

use super::pending::Reply;
use crate::error::Result;
use crate::sync::{self, Mutex};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Instant;

/// There is a reply, or there will be none.
const ANSWERED: u32 = 1;
/// The thread is to lead.
const HANDED: u32 = 2;
/// The thread sleeps.
const ASLEEP: u32 = 4;

#[derive(Default)]
pub struct Slot {
    word: AtomicU32,
    content: Mutex<Content>,
}

#[derive(Default)]
enum Content {
    #[default]
    Awaited,
    Reply(Result<Reply>),
    /// It was taken, or nobody is there to send one.
    Gone,
    /// Nobody is there to take it.
    Unwanted,
}

/// The sleeper is to be woken, once no lock is held that it would run into.
#[must_use]
pub struct Wake(Option<Arc<Slot>>);

impl Wake {
    pub fn now(self) {
        if let Some(slot) = self.0 {
            sync::wake(&slot.word, 1);
        }
    }
}

impl Slot {
    fn raise(self: &Arc<Self>, bit: u32) -> Wake {
        let before = self.word.fetch_or(bit, Ordering::AcqRel);
        Wake((before & ASLEEP != 0).then(|| self.clone()))
    }

    pub fn is_answered(&self) -> bool {
        self.word.load(Ordering::Acquire) & ANSWERED != 0
    }

    /// The thread that waits is to lead.
    pub fn hand_lead(self: &Arc<Self>) -> Wake {
        self.raise(HANDED)
    }

    /// It does.
    pub fn lead_taken(&self) {
        self.word.fetch_and(!HANDED, Ordering::AcqRel);
    }

    /// Sleeps until there is a reply or the thread is to lead; less when the time is over or the thread is
    /// cancelled.
    pub fn sleep(&self, until: Option<Instant>) {
        let mut seen = self.word.fetch_or(ASLEEP, Ordering::AcqRel) | ASLEEP;
        while seen & (ANSWERED | HANDED) == 0
            && sync::sleep_on_or_end(&self.word, seen, until)
            && !crate::cancellation::is_due()
        {
            seen = self.word.load(Ordering::Acquire);
        }
        self.word.fetch_and(!ASLEEP, Ordering::AcqRel);
    }
}

/// The side that gets the reply.
pub struct Receiver(Arc<Slot>);

/// The side that sends it.
pub struct Sender(Arc<Slot>);

pub fn pair() -> (Sender, Receiver) {
    let slot = Arc::new(Slot::default());
    (Sender(slot.clone()), Receiver(slot))
}

impl Receiver {
    pub fn slot(&self) -> &Arc<Slot> {
        &self.0
    }

    /// There is a reply, or there was, or there will be none.
    pub fn is_answered(&self) -> bool {
        self.0.is_answered()
    }

    /// The reply, if it is there.
    pub fn take(&self) -> Option<Result<Reply>> {
        if !self.0.is_answered() {
            return None;
        }
        let mut content = self.0.content.lock();
        match std::mem::replace(&mut *content, Content::Gone) {
            Content::Reply(reply) => Some(reply),
            _ => None,
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let unused = std::mem::replace(&mut *self.0.content.lock(), Content::Unwanted);
        drop(unused);
    }
}

impl Sender {
    /// Gives the reply back when nobody is there to take it.
    pub fn send(self, reply: Result<Reply>) -> std::result::Result<Wake, Result<Reply>> {
        let mut content = self.0.content.lock();
        match &*content {
            Content::Awaited => *content = Content::Reply(reply),
            _ => return Err(reply),
        }
        drop(content);
        Ok(self.0.raise(ANSWERED))
    }
}

impl Drop for Sender {
    /// After a reply this changes nothing: nobody waits any more.
    fn drop(&mut self) {
        if !self.0.is_answered() {
            self.0.raise(ANSWERED).now();
        }
    }
}
