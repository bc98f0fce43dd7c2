//! An errand: work whose waits end when nobody wants its outcome any more, for example because another thread has stopped
//! the result or closed the connection. Connecting waits in many places, and no other thread can know in which. So each
//! wait is cut into turns, and after each turn the thread looks whether the outcome is still wanted.

use std::cell::Cell;
use std::time::Duration;

/// The longest that a wait goes on after its outcome is not wanted any more.
pub const TURN: Duration = Duration::from_millis(50);

type Wanted = &'static (dyn Fn() -> bool + Sync);

thread_local! {
    static WANTED: Cell<Option<Wanted>> = const { Cell::new(None) };
}

/// Restores the thread's earlier errand when it is dropped.
struct Restored(Option<Wanted>);

impl Drop for Restored {
    fn drop(&mut self) {
        WANTED.set(self.0);
    }
}

/// Runs the body. As soon as `is_wanted` is false, each wait in it ends as if the thread had been cancelled.
pub fn as_long_as<T>(is_wanted: &(dyn Fn() -> bool + Sync), body: impl FnOnce() -> T) -> T {
    let outer = WANTED.get();
    let both = || outer.is_none_or(|outer| outer()) && is_wanted();
    let both: &(dyn Fn() -> bool + Sync) = &both;
    // SAFETY: it is called by this thread until `_restored` goes, and by one that an `Errand` was handed to, which
    // ends before.
    let both = unsafe { std::mem::transmute::<&(dyn Fn() -> bool + Sync), Wanted>(both) };
    let _restored = Restored(WANTED.replace(Some(both)));
    body()
}

/// Is the thread on an errand?
pub(super) fn is_given() -> bool {
    WANTED.get().is_some()
}

pub(super) fn is_wanted() -> bool {
    WANTED.get().is_none_or(|is_wanted| is_wanted())
}

/// A thread's errand, which is suspended while the thread does something else, or while another thread does the work.
pub struct Errand(Restored);

impl Errand {
    /// Suspends this thread's errand until the value is dropped.
    pub fn put_down() -> Errand {
        Errand(Restored(WANTED.take()))
    }

    /// Runs the body on a thread of the library, with this errand, and as if it were a call that may be cancelled.
    pub fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        let _restored = Restored(WANTED.replace(self.0 .0));
        super::as_if_called(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancellation::{is_due, sleep, wait_for};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    const LONG: Duration = Duration::from_secs(60);

    // Miri has no `ppoll`.
    #[cfg_attr(miri, ignore)]
    #[test]
    fn waits_end() {
        let (wanted, began) = (AtomicBool::new(true), Instant::now());
        let is_wanted = || wanted.load(Ordering::Relaxed);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(TURN);
                wanted.store(false, Ordering::Relaxed);
            });
            as_long_as(&is_wanted, || {
                as_long_as(&|| true, || sleep(LONG));
                assert!(is_due());
                assert!(wait_for(&mut [], None).is_err());
                let errand = Errand::put_down();
                assert!(!is_due());
                let ends = || errand.run(|| wait_for(&mut [], Some(LONG)).is_err());
                std::thread::scope(|scope| assert!(scope.spawn(ends).join().unwrap()));
                drop(errand);
                assert!(is_due());
            });
        });
        assert!(!is_due());
        assert!(began.elapsed() < LONG);
    }

    #[cfg_attr(miri, ignore)]
    #[test]
    fn time_ends_a_wait() {
        let (wait, began) = (TURN + TURN / 2, Instant::now());
        let ready = as_long_as(&|| true, || wait_for(&mut [], Some(wait)).unwrap());
        assert_eq!(ready, 0);
        assert!((wait..LONG).contains(&began.elapsed()));
    }
}
