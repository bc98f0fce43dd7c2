//! What ends the wait of a thread that leads, from another thread: its wait was cancelled, or there is more to
//! write. Whoever leads has one of them for as long as it does, so there are as many as there ever were threads
//! that led at the same time, and a connection that nobody waits on has none.

use super::system::Bell;
use crate::sync::Mutex;
use std::os::fd::RawFd;

pub struct Waker {
    bell: Bell,
    is_raised: bool,
}

/// Those that are not in use. Held over a fork.
pub static SPARE: Mutex<Vec<Waker>> = Mutex::new(Vec::new());

impl Waker {
    /// `None` when the process may have no more descriptors.
    pub fn lend() -> Option<Waker> {
        let spare = SPARE.lock().pop();
        spare.or_else(|| {
            Some(Waker {
                bell: Bell::new().ok()?,
                is_raised: false,
            })
        })
    }

    pub fn give_back(self) {
        // One that was raised has done its service.
        if !self.is_raised {
            SPARE.lock().push(self);
        }
    }

    pub fn fd(&self) -> RawFd {
        self.bell.fd()
    }

    /// Can it still be heard?
    pub fn is_of_use(&self) -> bool {
        !self.is_raised && self.bell.is_ours()
    }

    pub fn raise(&mut self) {
        if !self.is_raised {
            self.is_raised = true;
            self.bell.raise();
        }
    }
}

/// Closes those that are not in use: at `taos_cleanup`, in a forked child, and after the program has closed all
/// descriptors.
pub fn forget() {
    let spare = std::mem::take(&mut *SPARE.lock());
    drop(spare);
}
