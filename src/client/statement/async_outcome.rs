//! The outcome of an asynchronous call, for a thread that needs it later.

use crate::cancellation;
use crate::error::Result;
use crate::fork;
use crate::sync::{Condvar, Mutex};

pub struct AsyncOutcome {
    outcome: Mutex<Option<Result<i64>>>,
    landed: Condvar,
    /// The process that waits for it.
    generation: u32,
}

impl Default for AsyncOutcome {
    fn default() -> Self {
        AsyncOutcome {
            outcome: Mutex::default(),
            landed: Condvar::new(),
            generation: fork::generation(),
        }
    }
}

impl AsyncOutcome {
    pub fn land(&self, outcome: Result<i64>) {
        *self.outcome.lock() = Some(outcome);
        self.landed.notify_all();
    }

    /// Sleeps until the outcome is there. Every asynchronous call has one, at the latest by its deadline.
    pub fn wait(&self) -> Result<i64> {
        fork::check(self.generation, "asynchronous call")?;
        let mut outcome = self.outcome.lock();
        loop {
            match outcome.as_ref() {
                Some(known) => return known.clone(),
                None => {
                    self.landed.wait_or_end(&mut outcome, None);
                    cancellation::check()?;
                }
            }
        }
    }
}
