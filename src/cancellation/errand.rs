//! What a thread waits for, when that may come to be wanted no more: a result that another thread stops, a connection
//! that it closes. What connects waits in many places, of which no other thread can know; so its waits take turns,
//! and look.

use std::cell::Cell;
use std::time::Duration;

/// How long a wait takes to notice.
pub const TURN: Duration = Duration::from_millis(50);

type Wanted = &'static (dyn Fn() -> bool + Sync);

thread_local! {
    static WANTED: Cell<Option<Wanted>> = const { Cell::new(None) };
}

/// Takes what it set before back when it goes.
struct Restored(Option<Wanted>);

impl Drop for Restored {
    fn drop(&mut self) {
        WANTED.set(self.0);
    }
}

/// Runs it; as soon as it is not wanted any more, each wait in it ends as if the thread had been cancelled.
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

/// May it come to be wanted no more?
pub(super) fn is_given() -> bool {
    WANTED.get().is_some()
}

pub(super) fn is_wanted() -> bool {
    WANTED.get().is_none_or(|is_wanted| is_wanted())
}

/// What a thread had to do, put down while it does something else, or while another thread does it in its place.
pub struct Errand(Restored);

impl Errand {
    /// Until it goes.
    pub fn put_down() -> Errand {
        Errand(Restored(WANTED.take()))
    }

    /// Runs it on a thread of the library's own as the call that put this down would have, whose thread may be cancelled.
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
