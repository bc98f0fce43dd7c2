//! Wakers: one thread ends another's `poll` on a socket by raising its waker, because the wait was cancelled or
//! there is more to write. A leader borrows a waker for its `poll`, and keeps it until it leads no more. So a process
//! has as many wakers as it had such leaders at the same time, and an idle connection has none.

use super::system::Bell;
use crate::sync::Mutex;
use std::os::fd::RawFd;

pub struct Waker {
    bell: Bell,
    is_raised: bool,
}

/// Wakers that no thread uses now. The lock is held over a fork.
pub static SPARE: Mutex<Vec<Waker>> = Mutex::new(Vec::new());

impl Waker {
    /// `None` when the process may have no more descriptors.
    pub fn lend() -> Option<Waker> {
        // The program may have closed its descriptor.
        let of_use = || loop {
            let spare = SPARE.lock().pop()?;
            if spare.is_of_use() {
                return Some(spare);
            }
        };
        of_use().or_else(|| {
            Some(Waker {
                bell: Bell::new().ok()?,
                is_raised: false,
            })
        })
    }

    pub fn give_back(self) {
        // A waker stays readable once it was raised, so it cannot be used again.
        if !self.is_raised {
            SPARE.lock().push(self);
        }
    }

    pub fn fd(&self) -> RawFd {
        self.bell.fd()
    }

    /// Can raising it still wake the leader?
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

/// Closes the wakers that no thread uses: at `taos_cleanup`, in a forked child, and after the program has closed
/// all descriptors.
pub fn forget() {
    let spare = std::mem::take(&mut *SPARE.lock());
    drop(spare);
}
