//! The table behind the handles: numbers in the shape of pointers, and the objects they stand for.
//!
//! A handle is a mark, a generation and a slot. Looking it up finds the object, or finds out that the handle is
//! NULL, freed, or never was one, without touching memory that it names. A freed slot gets another generation, so
//! an old handle stays invalid when the slot is used again.
//!
//! An object lives until it is closed *and* the last call that uses it has returned.
//!
//! What the objects are, and what may be done with each, is not known here: see [`handle`](super::handle).

use super::readers::{self, Inside, Reader};
use crate::cancellation;
use crate::fork;
use crate::sync::Mutex;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("handles are 64-bit numbers");

/// The top 12 bits of a handle. No canonical address has them, and the number is positive.
const MARK: u64 = 0x540;
const INDEX_BITS: u32 = 24;
const GENERATION_BITS: u32 = 28;
const GENERATION_MASK: u64 = (1 << GENERATION_BITS) - 1;

/// A slot's state, from the top: the generation, these bits, the number of calls in progress.
const GENERATION_SHIFT: u32 = 64 - GENERATION_BITS;
const LIVE: u64 = 1 << (GENERATION_SHIFT - 1);
const CLOSING: u64 = 1 << (GENERATION_SHIFT - 2);
const EXCLUSIVE: u64 = 1 << (GENERATION_SHIFT - 3);
/// With `EXCLUSIVE`: no call has the object, but it stays with the slot's reader.
const LENT: u64 = 1 << (GENERATION_SHIFT - 4);
const CALLS: u64 = LENT - 1;

/// Slots are allocated in chunks of this many, and never freed.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 10;
const CHUNKS: usize = 1 << (INDEX_BITS - CHUNK_BITS);

struct Slot<O> {
    state: AtomicU64,
    object: UnsafeCell<Option<Box<O>>>,
    /// The process that made the object.
    process: AtomicU32,
    /// The thread that the handle is lent to, by its number. Written only by the thread that has the handle exclusively.
    reader: AtomicU32,
}

// SAFETY: `object` is written only by the call that creates or destroys it, and the state admits no other
// user then; in between it is shared.
unsafe impl<O: Send + Sync> Sync for Slot<O> {}

/// Slots that are not in use.
pub struct Free {
    slots: VecDeque<u32>,
    /// Slots from here on were never used.
    next: u32,
}

/// The objects that handles stand for. A table is a static: its slots are never freed.
pub struct Table<O: 'static> {
    chunks: [AtomicPtr<[Slot<O>; CHUNK]>; CHUNKS],
    pub free: Mutex<Free>,
}

impl<O> Slot<O> {
    const fn new() -> Slot<O> {
        Slot {
            state: AtomicU64::new(0),
            object: UnsafeCell::new(None),
            process: AtomicU32::new(0),
            reader: AtomicU32::new(readers::NOBODY_YET),
        }
    }

    /// Was the object made before the process was forked?
    fn is_inherited(&self) -> bool {
        self.process.load(Ordering::Relaxed) != fork::generation()
    }

    /// Waits until the thread that the handle was lent to is not inside. The state says already that the loan is over.
    /// False when that cannot be known, or never happens.
    fn end_loan(&self, handle: *const c_void) -> bool {
        let Some(reader) = Reader::numbered(self.reader.load(Ordering::Relaxed)) else {
            return true;
        };
        if !reader.is_this_thread() && !readers::fence_all() {
            return false;
        }
        let mut tries = 0;
        while reader.is_inside(handle as u64) {
            if self.is_inherited() {
                // That thread stayed in the parent, in the middle of its call.
                return false;
            }
            pause(&mut tries);
        }
        if !reader.is_this_thread() {
            // If threads take turns, only the first turn pays for the fence.
            self.reader
                .store(readers::NOBODY_ANY_MORE, Ordering::Relaxed);
        }
        true
    }
}

/// Waits a little for another thread, which has what this one wants.
fn pause(tries: &mut u32) {
    *tries += 1;
    match *tries {
        0..=64 => std::thread::yield_now(),
        _ => cancellation::sleep(std::time::Duration::from_micros(200)),
    }
}

fn generation_of(state: u64) -> u64 {
    state >> GENERATION_SHIFT
}

/// The slot and the generation that a handle names.
fn decode(handle: *const c_void) -> Option<(u32, u64)> {
    let n = handle as u64;
    if n >> (INDEX_BITS + GENERATION_BITS) != MARK {
        return None;
    }
    let index = (n & ((1 << INDEX_BITS) - 1)) as u32;
    Some((index, n >> INDEX_BITS & GENERATION_MASK))
}

impl<O: Send + Sync> Table<O> {
    pub const fn new() -> Table<O> {
        Table {
            chunks: [const { AtomicPtr::new(std::ptr::null_mut()) }; CHUNKS],
            free: Mutex::new(Free {
                slots: VecDeque::new(),
                next: 0,
            }),
        }
    }

    fn slot(&'static self, index: u32) -> Option<&'static Slot<O>> {
        let chunk = self.chunks.get(index as usize / CHUNK)?;
        // SAFETY: a chunk, once stored, is never freed.
        let chunk = unsafe { chunk.load(Ordering::Acquire).as_ref() }?;
        Some(&chunk[index as usize % CHUNK])
    }

    /// Makes a handle for an object; `None` if the table is full.
    pub fn insert(&'static self, object: O) -> Option<*mut c_void> {
        let index = self.free_slot()?;
        let slot = self.slot(index)?;
        // SAFETY: a free slot is not live, so nobody else looks at its object.
        unsafe { *slot.object.get() = Some(Box::new(object)) };
        slot.process.store(fork::generation(), Ordering::Relaxed);
        slot.reader.store(readers::NOBODY_YET, Ordering::Relaxed);
        let generation = generation_of(slot.state.load(Ordering::Relaxed));
        slot.state
            .store(generation << GENERATION_SHIFT | LIVE, Ordering::Release);
        let n =
            MARK << (INDEX_BITS + GENERATION_BITS) | generation << INDEX_BITS | u64::from(index);
        Some(n as *mut c_void)
    }

    fn free_slot(&self) -> Option<u32> {
        let mut free = self.free.lock();
        if let Some(index) = free.slots.pop_front() {
            return Some(index);
        }
        let index = free.next;
        let chunk = self.chunks.get(index as usize / CHUNK)?;
        if chunk.load(Ordering::Acquire).is_null() {
            // Collected into a box: an array would be made on the caller's stack first.
            let slots: Box<[Slot<O>]> = (0..CHUNK).map(|_| Slot::new()).collect();
            let slots: Box<[Slot<O>; CHUNK]> = slots.try_into().ok()?;
            chunk.store(Box::into_raw(slots), Ordering::Release);
        }
        free.next += 1;
        Some(index)
    }

    /// Begins a call that uses the object together with others.
    pub fn shared(&'static self, handle: *const c_void) -> Option<Use<O>> {
        Use::begin(self, handle, false)
    }

    /// Begins a call that has the part of the object that `pick` chooses to itself. It waits until another such
    /// call has ended.
    pub fn exclusive<T>(
        &'static self,
        handle: *const c_void,
        pick: impl FnOnce(&O) -> Option<&Exclusive<T>>,
    ) -> Option<ExclusiveRef<O, T>> {
        let used = Use::begin(self, handle, true)?;
        let inside: *const UnsafeCell<T> = &pick(used.object()?)?.0;
        Some(ExclusiveRef {
            // SAFETY: the object stays where it is as long as it is used, and `used` goes last.
            inside: unsafe { &*inside },
            used,
        })
    }

    /// Begins a call with what an earlier call has left with this thread by [`lend`](ExclusiveRef::lend): see
    /// [`readers`]. The call must wait for nothing.
    #[inline]
    pub fn lent<T>(
        &'static self,
        handle: *const c_void,
        pick: impl FnOnce(&O) -> Option<&Exclusive<T>>,
    ) -> Option<LentRef<T>> {
        let (index, generation) = decode(handle)?;
        let slot = self.slot(index)?;
        let number = slot.reader.load(Ordering::Relaxed);
        let reader = Reader::numbered(number).filter(|reader| reader.is_this_thread())?;
        let inside = reader.enter(handle as u64)?;
        let state = slot.state.load(Ordering::Acquire);
        let lent = generation << GENERATION_SHIFT | LIVE | EXCLUSIVE | LENT;
        // Once more: the slot may have become another handle's, lent to another thread.
        if state & !CALLS != lent || slot.reader.load(Ordering::Relaxed) != number {
            return None;
        }
        // SAFETY: the object stays where it is while the loan stands, and until `inside` ends.
        let object = unsafe { (*slot.object.get()).as_deref() };
        Some(LentRef {
            _inside: inside,
            object: &pick(object?)?.0,
        })
    }

    /// Ends a handle of the kind that `is_kind` recognises. The object goes when the last call that
    /// uses it returns. False for a handle that is none, or not of this kind.
    pub fn close(&'static self, handle: *const c_void, is_kind: impl FnOnce(&O) -> bool) -> bool {
        let Some(used) = self.shared(handle) else {
            return false;
        };
        if !used.object().is_some_and(is_kind) {
            return false;
        }
        // The use above keeps the object; its end destroys it.
        let before = used.slot.state.fetch_or(CLOSING, Ordering::AcqRel);
        if before & (CLOSING | LENT) == LENT && used.slot.end_loan(handle) {
            let over = LENT | EXCLUSIVE;
            used.slot.state.fetch_sub(over, Ordering::AcqRel);
        }
        before & CLOSING == 0
    }
}

/// A call that uses an object.
pub struct Use<O: 'static> {
    table: &'static Table<O>,
    slot: &'static Slot<O>,
    index: u32,
    /// What the call added to the state.
    taken: u64,
}

impl<O: Send + Sync> Use<O> {
    fn begin(table: &'static Table<O>, handle: *const c_void, exclusive: bool) -> Option<Use<O>> {
        let (index, generation) = decode(handle)?;
        let slot = table.slot(index)?;
        let taken = if exclusive { EXCLUSIVE } else { 1 };
        let mut state = slot.state.load(Ordering::Acquire);
        let mut tries = 0u32;
        loop {
            if generation_of(state) != generation || state & LIVE == 0 || state & CLOSING != 0 {
                return None;
            }
            if exclusive && state & LENT != 0 {
                let ours = state & !LENT;
                match slot.state.compare_exchange_weak(
                    state,
                    ours,
                    Ordering::AcqRel,
                    Ordering::Acquire,
                ) {
                    Ok(_) if slot.end_loan(handle) => {
                        return Some(Use {
                            table,
                            slot,
                            index,
                            taken,
                        })
                    }
                    // The reader keeps it.
                    Ok(_) => slot.state.fetch_or(LENT, Ordering::Release),
                    Err(now) => {
                        state = now;
                        continue;
                    }
                };
                return None;
            }
            if exclusive && state & EXCLUSIVE != 0 {
                if slot.is_inherited() {
                    // The other call may have stayed in the parent, and then it never ends here.
                    return None;
                }
                // Two threads use one result. That is against the rules of the API, but no reason to crash. The
                // other call may be waiting for the server.
                pause(&mut tries);
                if cancellation::is_due() {
                    return None;
                }
                state = slot.state.load(Ordering::Acquire);
                continue;
            }
            match slot.state.compare_exchange_weak(
                state,
                state + taken,
                Ordering::Acquire,
                Ordering::Acquire,
            ) {
                Ok(_) => {
                    return Some(Use {
                        table,
                        slot,
                        index,
                        taken,
                    })
                }
                Err(now) => state = now,
            }
        }
    }

    pub fn object(&self) -> Option<&O> {
        // SAFETY: while the state counts this call, the object is not destroyed.
        unsafe { (*self.slot.object.get()).as_deref() }
    }

    /// Ends an exclusive use, and leaves the handle with this thread.
    fn lend(self) {
        let reader = &self.slot.reader;
        match reader.load(Ordering::Relaxed) {
            readers::NOBODY_YET => match Reader::number_of_this() {
                Some(number) => reader.store(number, Ordering::Relaxed),
                None => return,
            },
            before if Reader::numbered(before).is_some_and(Reader::is_this_thread) => {}
            _ => return,
        }
        let lend = |state: u64| (state & CLOSING == 0).then_some(state | LENT);
        let lent = self
            .slot
            .state
            .fetch_update(Ordering::Release, Ordering::Relaxed, lend);
        if lent.is_ok() {
            std::mem::forget(self);
        }
    }
}

impl<O> Drop for Use<O> {
    fn drop(&mut self) {
        let before = self.slot.state.fetch_sub(self.taken, Ordering::AcqRel);
        self.destroy_if_last(before - self.taken);
    }
}

impl<O> Use<O> {
    /// Destroys the object of a closing slot that no call uses any more. Only one caller sees the state become
    /// so, because a closing slot takes no new calls.
    fn destroy_if_last(&self, state: u64) {
        if state & (LIVE | CLOSING) != LIVE | CLOSING || state & (EXCLUSIVE | CALLS) != 0 {
            return;
        }
        // SAFETY: see above; nobody else looks at the object now.
        let object = unsafe { (*self.slot.object.get()).take() };
        let generation = (generation_of(state) + 1) & GENERATION_MASK;
        let free = generation << GENERATION_SHIFT;
        self.slot.state.store(free, Ordering::Release);
        self.table.free.lock().slots.push_back(self.index);
        // Destroying it may send messages to the server.
        cancellation::uncut(|| drop(object));
    }
}

/// The part of an object that one call has to itself. It is reached only while that call has the slot's
/// exclusive bit.
pub struct Exclusive<T>(UnsafeCell<T>);

impl<T> Exclusive<T> {
    pub fn new(inside: T) -> Self {
        Exclusive(UnsafeCell::new(inside))
    }
}

// SAFETY: the inside is reached only by the call that has the slot's exclusive bit, or to which the slot is lent.
unsafe impl<T: Send> Sync for Exclusive<T> {}

/// The inside of an [`Exclusive`] for the time of a call.
pub struct ExclusiveRef<O: Send + Sync + 'static, T: 'static> {
    used: Use<O>,
    inside: &'static UnsafeCell<T>,
}

impl<O: Send + Sync, T> ExclusiveRef<O, T> {
    /// Leaves the inside with this thread, which is going to look at it again and again.
    pub fn lend(self) {
        self.used.lend();
    }
}

impl<O: Send + Sync, T> Deref for ExclusiveRef<O, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the exclusive bit is this call's.
        unsafe { &*self.inside.get() }
    }
}

impl<O: Send + Sync, T> DerefMut for ExclusiveRef<O, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the exclusive bit is this call's.
        unsafe { &mut *self.inside.get() }
    }
}

/// The inside of an [`Exclusive`] that this thread has from an earlier call, for the time of a call that waits for nothing.
pub struct LentRef<T: 'static> {
    _inside: Inside,
    object: &'static UnsafeCell<T>,
}

impl<T> Deref for LentRef<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: it is lent to this thread, and a thread that ends the loan waits for `_inside` to end.
        unsafe { &*self.object.get() }
    }
}

impl<T> DerefMut for LentRef<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.object.get() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: Table<Exclusive<i32>> = Table::new();

    fn insert() -> *mut c_void {
        TABLE.insert(Exclusive::new(7)).unwrap()
    }

    fn object(handle: *const c_void) -> Option<ExclusiveRef<Exclusive<i32>, i32>> {
        TABLE.exclusive(handle, |o| Some(o))
    }

    fn free(handle: *mut c_void) -> bool {
        TABLE.close(handle, |_| true)
    }

    #[test]
    fn a_freed_handle_stays_invalid() {
        let old = insert();
        assert!(object(old).is_some());
        assert!(free(old));
        assert!(!free(old), "freed twice");
        for _ in 0..5000 {
            let new = insert();
            assert_ne!(new, old);
            assert!(object(old).is_none());
            free(new);
        }
    }

    #[test]
    fn what_never_was_a_handle() {
        let on_the_stack = 5;
        for n in [0, 1, 16, u64::MAX, MARK << 52, (MARK << 52) | 0x00ff_ffff] {
            assert!(object(n as *const c_void).is_none(), "{n:#x}");
        }
        assert!(object(std::ptr::from_ref(&on_the_stack).cast()).is_none());
    }

    #[test]
    fn an_object_in_use_outlives_its_close() {
        let h = insert();
        let used = object(h).unwrap();
        assert!(free(h));
        assert!(object(h).is_none());
        assert_eq!(*used, 7);
    }

    #[test]
    fn many_threads_on_one_handle() {
        let h = insert() as usize;
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(move || {
                    for _ in 0..2000 {
                        if let Some(r) = object(h as *const c_void) {
                            assert_eq!(*r, 7);
                        }
                    }
                });
            }
            s.spawn(move || {
                std::thread::yield_now();
                free(h as *mut c_void);
            });
        });
        assert!(object(h as *const c_void).is_none());
    }
}
