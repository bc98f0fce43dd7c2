//! Handles that stay with a thread between its calls.
//!
//! To take a handle and to give it back is two atomic read-modify-writes: most of what a call costs that only looks at what
//! is in memory. So a result that is read by row stays taken: it is *lent* to the thread that reads it. The thread's next
//! call writes into a word of the thread's own which handle it uses (`inside`), and then reads the slot's state: if that still says
//! that the handle is lent, the thread has it, by plain loads and stores. Whoever else wants the handle ends the loan in the slot's
//! state, and then reads the word until the thread is not inside any more.
//!
//! Each of the two writes first and reads the other's word then, which takes a full fence on both sides, or one of them misses the
//! other. The reading thread, which comes by a million times, has none. The one that ends the loan makes up for that: `membarrier`
//! has the other threads of the process pass a full fence, wherever they are. What the reading thread wrote
//! before that fence is seen, and what it reads after it is the end of the loan. Where the kernel has no such call, nothing is lent.

use std::sync::atomic::{compiler_fence, AtomicU64, AtomicU8, AtomicUsize, Ordering};

/// A thread that handles are lent to. By itself on a line of the cache, as it is written in each call.
#[repr(align(64))]
pub struct Reader {
    /// Which thread it is: 0 for none yet. It stays: a thread that gets the number of one that has ended is that one's heir.
    thread: AtomicUsize,
    /// The handle that it uses at this moment, or 0. Only the thread itself writes it.
    inside: AtomicU64,
}

/// They are never freed, so that anybody may look at any of them. A thread that finds no place is lent nothing.
static READERS: [Reader; 1024] = [const {
    Reader {
        thread: AtomicUsize::new(0),
        inside: AtomicU64::new(0),
    }
}; 1024];
const PLACES_TRIED: usize = 8;

/// Whom a slot's handle is lent to, or was last: a number to find the [`Reader`] by, or one of these.
pub const NOBODY_YET: u32 = 0;
/// It has been used by several threads, and stays with none.
pub const NOBODY_ANY_MORE: u32 = u32::MAX;

/// The number by which the C library knows the thread. Not a thread-local variable: a late destructor may have none any more.
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

    /// Says that this thread, whose record this is, is about to use the handle. What it reads next it reads after that. `None` in a signal's
    /// handler that has interrupted such a use.
    pub fn enter(&'static self, handle: u64) -> Option<Inside> {
        // Acquire: a thread may have had this number before.
        if self.inside.load(Ordering::Acquire) != 0 {
            return None;
        }
        // Release: who finds this here also sees what was done in the use before.
        self.inside.store(handle, Ordering::Release);
        // The compiler keeps the order; the processor is made to by whoever ends the loan.
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
