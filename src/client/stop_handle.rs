//! Stopping the reading of a result.

use crate::error::{codes, Error};
use crate::sync::Mutex;
use crate::transport::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// Stops the reading of a result from another thread.
#[derive(Default)]
pub struct StopHandle {
    stopped: AtomicBool,
    let_go: AtomicBool,
    /// The fetch for which a thread waits: its connection and its request id.
    pub(super) waiting: Mutex<Option<(Arc<Connection>, u64)>>,
}

impl StopHandle {
    pub(super) fn was_asked_to_stop(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Ends the fetch under way, if there is one. No other follows.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let waiting = self.waiting.lock().clone();
        if let Some((connection, req_id)) = waiting {
            connection.cancel(req_id, Error::new(codes::QUERY_KILLED));
        }
    }

    /// The result is being freed: a fetch under way must not delay that by asking again.
    pub fn let_go(&self) {
        self.let_go.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_wanted(&self) -> bool {
        !self.was_asked_to_stop() && !self.let_go.load(Ordering::SeqCst)
    }
}
