//! A slot: the place where a reply is put, and the futex on which the thread that waits for it sleeps.

use super::pending::Reply;
use crate::error::Result;
use crate::sync::{self, Mutex};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Instant;

/// The reply is there, or it is certain that none will come.
const ANSWERED: u32 = 1;
/// The sleeping thread has been given the lead.
const HANDED: u32 = 2;
/// A thread sleeps on the slot.
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
    /// The reply was taken, or its sender has gone.
    Gone,
    /// The receiver has gone: a reply is given back to its sender.
    Unwanted,
}

/// A thread that is to be woken. The caller does so after it has released its locks, so that the woken thread
/// does not run into them.
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

    /// Gives the waiting thread the lead.
    pub fn hand_lead(self: &Arc<Self>) -> Wake {
        self.raise(HANDED)
    }

    /// The thread has taken the lead.
    pub fn lead_taken(&self) {
        self.word.fetch_and(!HANDED, Ordering::AcqRel);
    }

    /// Sleeps until there is a reply, the thread is given the lead, the time is over or the thread is cancelled.
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

/// The receiving side of a slot.
pub struct Receiver(Arc<Slot>);

/// The sending side of a slot.
pub struct Sender(Arc<Slot>);

pub fn pair() -> (Sender, Receiver) {
    let slot = Arc::new(Slot::default());
    (Sender(slot.clone()), Receiver(slot))
}

impl Receiver {
    pub fn slot(&self) -> &Arc<Slot> {
        &self.0
    }

    /// True when a reply is there, was taken, or will never come.
    pub fn is_answered(&self) -> bool {
        self.0.is_answered()
    }

    /// Takes the reply, if it is there.
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
    /// Puts the reply into the slot; gives it back when the receiver has gone.
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
    /// Ends the wait of a receiver that will get no reply.
    fn drop(&mut self) {
        if !self.0.is_answered() {
            self.0.raise(ANSWERED).now();
        }
    }
}
