//! Locks that a forked child can go on using, made of futexes.
//!
//! The locks of parking_lot keep waiting threads in queues of the process. A child inherits these queues with threads
//! in them that stayed in the parent: a lock is handed to one of them and never released. The standard library's
//! locks survive a fork, but cannot be taken in one function and released in another, as [`fork`](crate::fork)
//! must.

#[cfg(not(target_os = "linux"))]
compile_error!("the locks wait by Linux's futex; this system needs another wait and wake here and in cancellation");

use crate::cancellation;
use lock_api::{GuardNoSend, RawMutex, RawMutexFair, RawMutexTimed};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub type Mutex<T> = lock_api::Mutex<Raw, T>;
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, Raw, T>;

const FREE: u32 = 0;
const TAKEN: u32 = 1;
/// Somebody may sleep until it is free.
const AWAITED: u32 = 2;

pub struct Raw(AtomicU32);

impl Raw {
    /// False when the time is over first. With a time, also false when the thread is cancelled.
    fn take(&self, until: Option<Instant>) -> bool {
        if self.try_lock() {
            return true;
        }
        for _ in 0..100 {
            std::hint::spin_loop();
            if self.0.load(Ordering::Relaxed) == FREE && self.try_lock() {
                return true;
            }
        }
        // From here on it is taken as AWAITED: other threads may be waiting, too.
        while self.0.swap(AWAITED, Ordering::Acquire) != FREE {
            let in_time = match until {
                None => sleep_on(&self.0, AWAITED, None),
                Some(_) => sleep_on_or_end(&self.0, AWAITED, until),
            };
            if !in_time {
                return false;
            }
            if until.is_some() && cancellation::is_due() {
                // This thread may have been the one that was woken.
                wake(&self.0, 1);
                return false;
            }
        }
        true
    }
}

// SAFETY: whoever changes the number from FREE has the lock, until it becomes FREE again.
unsafe impl RawMutex for Raw {
    #[allow(clippy::declare_interior_mutable_const)] // what the trait asks for
    const INIT: Raw = Raw(AtomicU32::new(FREE));
    type GuardMarker = GuardNoSend;

    fn lock(&self) {
        self.take(None);
    }

    fn try_lock(&self) -> bool {
        self.0
            .compare_exchange(FREE, TAKEN, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    unsafe fn unlock(&self) {
        if self.0.swap(FREE, Ordering::Release) == AWAITED {
            wake(&self.0, 1);
        }
    }
}

// SAFETY: as above.
unsafe impl RawMutexTimed for Raw {
    type Duration = Duration;
    type Instant = Instant;

    fn try_lock_for(&self, timeout: Duration) -> bool {
        self.take(Instant::now().checked_add(timeout))
    }

    fn try_lock_until(&self, timeout: Instant) -> bool {
        self.take(Some(timeout))
    }
}

// SAFETY: as above.
unsafe impl RawMutexFair for Raw {
    unsafe fn unlock_fair(&self) {
        unsafe { self.unlock() }
    }

    /// Releases the lock and lets a thread that waits for it have it.
    unsafe fn bump(&self) {
        if self.0.load(Ordering::Relaxed) != AWAITED {
            return;
        }
        unsafe { self.unlock() };
        for _ in 0..50 {
            std::thread::sleep(Duration::from_micros(20));
            if self.0.load(Ordering::Relaxed) != FREE {
                break;
            }
        }
        self.lock();
    }
}

/// As the standard library's, for [`Mutex`].
#[derive(Default)]
pub struct Condvar(AtomicU32);

type Sleep = fn(&AtomicU32, u32, Option<Instant>) -> bool;

impl Condvar {
    pub const fn new() -> Condvar {
        Condvar(AtomicU32::new(0))
    }

    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        self.sleep(guard, None, sleep_on);
    }

    /// False when the time was over first. It may also return without a reason.
    pub fn wait_until<T>(&self, guard: &mut MutexGuard<'_, T>, until: Instant) -> bool {
        self.sleep(guard, Some(until), sleep_on)
    }

    /// As the others, but also false when the thread is cancelled.
    pub fn wait_or_end<T>(&self, guard: &mut MutexGuard<'_, T>, until: Option<Instant>) -> bool {
        self.sleep(guard, until, sleep_on_or_end) && !cancellation::is_due()
    }

    fn sleep<T>(&self, guard: &mut MutexGuard<'_, T>, until: Option<Instant>, how: Sleep) -> bool {
        let seen = self.0.load(Ordering::Relaxed);
        MutexGuard::unlocked(guard, || how(&self.0, seen, until))
    }

    pub fn notify_all(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
        wake(&self.0, i32::MAX);
    }
}

/// Sleeps while the word has this value, until the thread is woken. False when the time is over.
pub fn sleep_on(number: &AtomicU32, value: u32, until: Option<Instant>) -> bool {
    sleep_with(until, |limit| {
        let limit = limit.map(cancellation::timespec);
        // SAFETY: the number lives over the call.
        unsafe { cancellation::futex_wait(number, value, limit.as_ref()) }
    })
}

/// As [`sleep_on`], but also ends when the thread is cancelled, and may return without a reason. It may then have taken a
/// wake-up meant for another thread.
pub fn sleep_on_or_end(number: &AtomicU32, value: u32, until: Option<Instant>) -> bool {
    sleep_with(until, |limit| cancellation::sleep_on(number, value, limit))
}

fn sleep_with(until: Option<Instant>, sleep: impl FnOnce(Option<Duration>)) -> bool {
    let left = until.map(|u| u.saturating_duration_since(Instant::now()));
    if left.is_some_and(|left| left.is_zero()) {
        return false;
    }
    sleep(left);
    true
}

/// Takes a lock that others may hold while they wait; `None` when the thread is cancelled.
pub fn lock_or_end<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    const LONG: Duration = Duration::from_secs(3600);
    loop {
        match mutex.try_lock_for(LONG) {
            None if !cancellation::is_due() => {}
            outcome => return outcome,
        }
    }
}

/// Wakes up to so many threads that sleep on the word.
pub fn wake(number: &AtomicU32, count: i32) {
    // SAFETY: the address is only compared.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            number.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            count,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn one_at_a_time() {
        // Miri is slow.
        let rounds = if cfg!(miri) { 300 } else { 20_000 };
        let count = Mutex::new(0);
        std::thread::scope(|s| {
            for _ in 0..8 {
                s.spawn(|| {
                    for i in 0..rounds {
                        let mut count = count.lock();
                        let before = *count;
                        if i % 1000 == 0 {
                            std::thread::yield_now();
                        }
                        *count = before + 1;
                    }
                });
            }
        });
        assert_eq!(*count.lock(), 8 * rounds);
    }

    #[test]
    fn time_ends_a_wait() {
        let lock = Mutex::new(());
        let held = lock.lock();
        std::thread::scope(|s| {
            let other = s.spawn(|| lock.try_lock_for(Duration::from_millis(20)).is_some());
            assert!(!other.join().unwrap());
        });
        drop(held);
        assert!(lock.try_lock_for(Duration::ZERO).is_some());
        let mut guard = lock.lock();
        let until = Instant::now() + Duration::from_millis(20);
        while Condvar::new().wait_until(&mut guard, until) {}
        assert!(Instant::now() >= until);
    }

    #[test]
    fn one_that_waits_is_let_in() {
        let shared = Arc::new(Mutex::new(false));
        let mut guard = shared.lock();
        let other = std::thread::spawn({
            let shared = shared.clone();
            move || *shared.lock() = true
        });
        while !*guard {
            MutexGuard::bump(&mut guard);
        }
        drop(guard);
        other.join().unwrap();
    }

    #[test]
    fn those_who_wait_are_told() {
        let shared = Arc::new((Mutex::new(0), Condvar::new()));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let shared = shared.clone();
                std::thread::spawn(move || {
                    let mut value = shared.0.lock();
                    while *value == 0 {
                        shared.1.wait(&mut value);
                    }
                })
            })
            .collect();
        *shared.0.lock() = 1;
        shared.1.notify_all();
        threads.into_iter().for_each(|t| t.join().unwrap());
    }
}
