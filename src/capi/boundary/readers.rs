//! The threads that results are lent to.
//!
//! Taking a handle and giving it back costs two atomic read-modify-writes. For a call that only looks at memory, that
//! is most of its time. So a result that is read by row is not given back: it is *lent* to the thread that reads it.
//!
//! The next call of that thread writes the handle into a word of the thread's own (`inside`), and then reads the slot's
//! state. If the state still says that the handle is lent, the thread has it, by plain loads and stores. Another thread
//! that wants the handle ends the loan in the slot's state, and then reads the word until the reader has left.
//!
//! Each of the two threads writes first and then reads what the other writes. That takes a full fence on both sides, or
//! they miss each other. The reader does without one, because it comes by a million times. The thread that ends the loan
//! makes up for it: `membarrier` has the other threads of the process pass a full fence, wherever they are. What the
//! reader wrote before that fence is seen; what it reads after it is the end of the loan. Where the kernel has no
//! `membarrier`, nothing is lent.

use std::sync::atomic::{compiler_fence, AtomicU64, AtomicU8, AtomicUsize, Ordering};

/// A thread that handles are lent to. It has a cache line of its own, since each call writes to it.
#[repr(align(64))]
pub struct Reader {
    /// The thread, 0 for none yet. It is never reset: a thread that gets the number of an ended one takes over its record.
    thread: AtomicUsize,
    /// The handle that the thread uses at this moment, or 0. Only the thread itself writes it.
    inside: AtomicU64,
}

/// They are never freed, so any thread may look at any of them. Nothing is lent to a thread that finds no place.
static READERS: [Reader; 1024] = [const {
    Reader {
        thread: AtomicUsize::new(0),
        inside: AtomicU64::new(0),
    }
}; 1024];
const PLACES_TRIED: usize = 8;

/// A slot names the thread that its handle is lent to, or was lent to last, by the number of a [`Reader`], or by one of these.
pub const NOBODY_YET: u32 = 0;
/// Several threads have used the handle; it is lent to none of them.
pub const NOBODY_ANY_MORE: u32 = u32::MAX;

/// The number by which the C library knows the thread. It is not a thread-local variable, because those are gone when late
/// destructors run.
fn this_thread() -> usize {
    // SAFETY: asks for a number.
    unsafe { libc::pthread_self() as usize }
}

impl Reader {
    pub fn numbered(number: u32) -> Option<&'static Reader> {
        READERS.get((number as usize).wrapping_sub(1))
    }

    /// The number of this thread; `None` when nothing can be lent to it.
    pub fn number_of_this() -> Option<u32> {
        if !fences::can_be_had() {
            return None;
        }
        let me = this_thread();
        // It is the address of something large: its low bits say little.
        let first = me.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let mut places = (first..first + PLACES_TRIED).map(|place| place % READERS.len());
        let place = places.find(|place| {
            let thread = &READERS[*place].thread;
            let taken = thread.compare_exchange(0, me, Ordering::Relaxed, Ordering::Relaxed);
            taken.map_or_else(|by| by == me, |_| true)
        })?;
        Some(place as u32 + 1)
    }

    pub fn is_this_thread(&self) -> bool {
        self.thread.load(Ordering::Relaxed) == this_thread()
    }

    /// Says that this thread, whose record this is, is about to use the handle. What the thread reads next, it reads after
    /// that. `None` in a signal handler that has interrupted such a use.
    pub fn enter(&'static self, handle: u64) -> Option<Inside> {
        // Acquire: a thread may have had this number before.
        if self.inside.load(Ordering::Acquire) != 0 {
            return None;
        }
        // Release: a thread that finds this also sees what was done in the use before.
        self.inside.store(handle, Ordering::Release);
        // The compiler keeps the order; the thread that ends the loan makes the processor keep it.
        compiler_fence(Ordering::SeqCst);
        Some(Inside(self))
    }

    /// Is the thread in a use of this handle?
    pub fn is_inside(&self, handle: u64) -> bool {
        self.inside.load(Ordering::Acquire) == handle
    }
}

/// A thread's use of a handle, until it is dropped.
pub struct Inside(&'static Reader);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.inside.store(0, Ordering::Release);
    }
}

/// Has all other threads of the process pass a full fence. False when the kernel refuses.
pub fn fence_all() -> bool {
    fences::pass()
}

/// The kernel's `membarrier`.
mod fences {
    use super::*;

    /// Of linux/membarrier.h.
    const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;

    const NOT_ASKED: u8 = 0;
    const YES: u8 = 1;
    const NO: u8 = 2;
    static KNOWN: AtomicU8 = AtomicU8::new(NOT_ASKED);

    fn call(command: libc::c_int) -> bool {
        // Miri does not know it.
        // SAFETY: takes numbers only.
        !cfg!(miri) && unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) } == 0
    }

    fn register() -> bool {
        call(REGISTER_PRIVATE_EXPEDITED)
    }

    pub fn can_be_had() -> bool {
        match KNOWN.load(Ordering::Relaxed) {
            NOT_ASKED => {
                let known = if register() { YES } else { NO };
                KNOWN.store(known, Ordering::Relaxed);
                known == YES
            }
            known => known == YES,
        }
    }

    pub fn pass() -> bool {
        // A forked child may have to register anew.
        call(PRIVATE_EXPEDITED) || register() && call(PRIVATE_EXPEDITED)
    }
}
