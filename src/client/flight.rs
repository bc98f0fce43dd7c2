//! The outcome of an asynchronous call, for a thread that comes to need it.

use crate::error::Result;
use parking_lot::{Condvar, Mutex};

#[derive(Default)]
pub struct Flight {
    outcome: Mutex<Option<Result<i64>>>,
    landed: Condvar,
}

impl Flight {
    pub fn land(&self, outcome: Result<i64>) {
        *self.outcome.lock() = Some(outcome);
        self.landed.notify_all();
    }

    /// Sleeps until the outcome is there; every asynchronous call has one, by its deadline at last.
    pub fn wait(&self) -> Result<i64> {
        let mut outcome = self.outcome.lock();
        loop {
            match outcome.as_ref() {
                Some(known) => return known.clone(),
                None => self.landed.wait(&mut outcome),
            }
        }
    }
}
