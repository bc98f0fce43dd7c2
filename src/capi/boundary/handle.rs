//! Handles: what a C program holds in place of an object.
//!
//! A handle is not an address. It is a number in the shape of a pointer: a mark, a generation and a
//! slot. Looking it up finds the object, or finds out that the handle is NULL, of another kind,
//! freed, or never was one - without touching memory that it names. A freed slot
//! gets another generation, so an old handle stays invalid when the slot is used again.
//!
//! An object lives until it is closed *and* the last call that uses it has returned.
//!
//! A result that is read by row stays with the thread that reads it, between its calls: see [`loan`].

use super::loan::{self, Inside, Reader};
use crate::cancellation;
use crate::capi::connection::object::ConnectionObject;
use crate::capi::result::{QueryResult, ResultObject};
use crate::capi::stmt::StatementHandle;
use crate::capi::tmq::{ConfObject, ConsumerObject, TopicList};
use crate::client::{Statement, Stmt1};
use crate::error::{codes, Error};
use crate::fork;
use crate::sync::Mutex;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("handles are 64-bit numbers");

/// What a handle may stand for.
pub enum Object {
    Connection(ConnectionObject),
    Result(ResultObject),
    Statement(StatementHandle<Statement>),
    Stmt1(Box<StatementHandle<Stmt1>>),
    Conf(Exclusive<ConfObject>),
    Topics(Exclusive<TopicList>),
    Consumer(ConsumerObject),
}

/// The inside of an object that one call has to itself: reached only while the slot's exclusive bit
/// is that call's.
pub struct Exclusive<T>(UnsafeCell<T>);

impl<T> Exclusive<T> {
    pub fn new(inside: T) -> Self {
        Exclusive(UnsafeCell::new(inside))
    }
}

/// In the top 12 bits of a handle: no canonical address looks like this, and it is positive.
const MARK: u64 = 0x540;
const INDEX_BITS: u32 = 24;
const GENERATION_BITS: u32 = 28;
const GENERATION_MASK: u64 = (1 << GENERATION_BITS) - 1;

/// A slot's state: generation above, then these, then the number of calls in progress.
const GENERATION_SHIFT: u32 = 64 - GENERATION_BITS;
const LIVE: u64 = 1 << (GENERATION_SHIFT - 1);
const CLOSING: u64 = 1 << (GENERATION_SHIFT - 2);
const EXCLUSIVE: u64 = 1 << (GENERATION_SHIFT - 3);
/// With `EXCLUSIVE`: no call has it, but it stays with the slot's reader.
const LENT: u64 = 1 << (GENERATION_SHIFT - 4);
const CALLS: u64 = LENT - 1;

/// Slots are allocated in chunks of this many, and never freed.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 10;
const CHUNKS: usize = 1 << (INDEX_BITS - CHUNK_BITS);

#[derive(Default)]
struct Slot {
    state: AtomicU64,
    object: UnsafeCell<Option<Box<Object>>>,
    /// The process that made the object.
    process: AtomicU32,
    /// The thread that the handle is lent to, by its number. Written only by whoever has it exclusively.
    reader: AtomicU32,
}

// SAFETY: `object` is written only by whoever creates or destroys it, and the state admits no other
// user then; in between it is shared. `Object` itself may be shared: what is in an `Exclusive` is
// handed out only under the exclusive bit.
unsafe impl Sync for Slot {}

static TABLE: [AtomicPtr<[Slot; CHUNK]>; CHUNKS] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; CHUNKS];

pub struct Free {
    slots: VecDeque<u32>,
    /// Slots from here on were never used.
    next: u32,
}

/// The slots that are not in use.
pub static FREE: Mutex<Free> = Mutex::new(Free {
    slots: VecDeque::new(),
    next: 0,
});

impl Slot {
    /// Was the object made before the process was forked?
    fn is_inherited(&self) -> bool {
        self.process.load(Ordering::Relaxed) != fork::generation()
    }

    /// After the state has said that the loan is over: waits until the thread that had the handle is not inside. False
    /// when that cannot be known, or never happens.
    fn end_loan(&self, handle: *const c_void) -> bool {
        let Some(reader) = Reader::numbered(self.reader.load(Ordering::Relaxed)) else {
            return true;
        };
        if !reader.is_this_thread() && !loan::fence_all() {
            return false;
        }
        let mut tries = 0;
        while reader.is_inside(handle as u64) {
            if self.is_inherited() {
                // It has stayed in the parent, half done.
                return false;
            }
            pause(&mut tries);
        }
        if !reader.is_this_thread() {
            // Threads that take turns pay for the fence once.
            self.reader.store(loan::NOBODY_ANY_MORE, Ordering::Relaxed);
        }
        true
    }
}

/// Lets others go on, of whom one has what this thread wants.
fn pause(tries: &mut u32) {
    *tries += 1;
    match *tries {
        0..=64 => std::thread::yield_now(),
        _ => cancellation::sleep(std::time::Duration::from_micros(200)),
    }
}

fn slot(index: u32) -> Option<&'static Slot> {
    let chunk = TABLE.get(index as usize / CHUNK)?.load(Ordering::Acquire);
    // SAFETY: a chunk, once stored, is never freed.
    let chunk = unsafe { chunk.as_ref() }?;
    Some(&chunk[index as usize % CHUNK])
}

fn generation_of(state: u64) -> u64 {
    state >> GENERATION_SHIFT
}

/// The number a handle holds, taken apart.
fn decode(handle: *const c_void) -> Option<(u32, u64)> {
    let n = handle as u64;
    if n >> (INDEX_BITS + GENERATION_BITS) != MARK {
        return None;
    }
    let index = (n & ((1 << INDEX_BITS) - 1)) as u32;
    Some((index, n >> INDEX_BITS & GENERATION_MASK))
}

/// Makes a handle for an object.
pub fn insert(object: Object) -> Result<*mut c_void, Error> {
    try_insert(object).ok_or_else(|| Error::with(codes::INTERNAL, "16 million handles are open"))
}

fn try_insert(object: Object) -> Option<*mut c_void> {
    let index = {
        let mut free = FREE.lock();
        match free.slots.pop_front() {
            Some(index) => index,
            None => {
                let index = free.next;
                let chunk = TABLE.get(index as usize / CHUNK)?;
                if chunk.load(Ordering::Acquire).is_null() {
                    // Collected, not made as an array: that would stand on the caller's stack first.
                    let slots: Box<[Slot]> = (0..CHUNK).map(|_| Slot::default()).collect();
                    let slots: Box<[Slot; CHUNK]> = slots.try_into().ok()?;
                    chunk.store(Box::into_raw(slots), Ordering::Release);
                }
                free.next += 1;
                index
            }
        }
    };
    let slot = slot(index)?;
    // SAFETY: a free slot is not live, so nobody else looks at its object.
    unsafe { *slot.object.get() = Some(Box::new(object)) };
    slot.process.store(fork::generation(), Ordering::Relaxed);
    slot.reader.store(loan::NOBODY_YET, Ordering::Relaxed);
    let generation = generation_of(slot.state.load(Ordering::Relaxed));
    slot.state
        .store(generation << GENERATION_SHIFT | LIVE, Ordering::Release);
    let n = MARK << (INDEX_BITS + GENERATION_BITS) | generation << INDEX_BITS | u64::from(index);
    Some(n as *mut c_void)
}

/// A call that uses an object.
struct Use {
    slot: &'static Slot,
    index: u32,
    /// What the call added to the state.
    taken: u64,
}

impl Use {
    fn begin(handle: *const c_void, exclusive: bool) -> Option<Use> {
        let (index, generation) = decode(handle)?;
        let slot = slot(index)?;
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
                    Ok(_) if slot.end_loan(handle) => return Some(Use { slot, index, taken }),
                    // Whoever has it keeps it.
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
                    // The other call may have stayed in the parent, half done: it never ends here.
                    return None;
                }
                // Two threads in one result: against the rules of the API, but no reason to
                // crash. The other call may be waiting for the server.
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
                Ok(_) => return Some(Use { slot, index, taken }),
                Err(now) => state = now,
            }
        }
    }

    fn object(&self) -> Option<&Object> {
        // SAFETY: while the state counts this call, the object is not destroyed.
        unsafe { (*self.slot.object.get()).as_deref() }
    }

    /// Ends an exclusive use, and leaves the handle with this thread.
    fn lend(self) {
        let reader = &self.slot.reader;
        match reader.load(Ordering::Relaxed) {
            loan::NOBODY_YET => match Reader::number_of_this() {
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

impl Drop for Use {
    fn drop(&mut self) {
        let before = self.slot.state.fetch_sub(self.taken, Ordering::AcqRel);
        destroy_if_last(self.slot, self.index, before - self.taken);
    }
}

/// Destroys the object of a closing slot that nobody uses any more. Only one caller sees the state
/// become so: a closing slot takes no new calls.
fn destroy_if_last(slot: &'static Slot, index: u32, state: u64) {
    if state & (LIVE | CLOSING) != LIVE | CLOSING || state & (EXCLUSIVE | CALLS) != 0 {
        return;
    }
    // SAFETY: see above; nobody else looks at the object now.
    let object = unsafe { (*slot.object.get()).take() };
    let generation = (generation_of(state) + 1) & GENERATION_MASK;
    slot.state
        .store(generation << GENERATION_SHIFT, Ordering::Release);
    FREE.lock().slots.push_back(index);
    // It may have things to say to the server.
    cancellation::uncut(|| drop(object));
}

/// A connection in use by a call.
pub struct ConnectionRef(Use);

impl std::ops::Deref for ConnectionRef {
    type Target = ConnectionObject;
    fn deref(&self) -> &ConnectionObject {
        match self.0.object() {
            Some(Object::Connection(c)) => c,
            _ => unreachable!("checked by `connection`"),
        }
    }
}

pub fn connection(handle: *const c_void) -> Option<ConnectionRef> {
    let used = Use::begin(handle, false)?;
    matches!(used.object(), Some(Object::Connection(_))).then(|| ConnectionRef(used))
}

/// A consumer in use by a call.
pub struct ConsumerRef(Use);

impl std::ops::Deref for ConsumerRef {
    type Target = ConsumerObject;
    fn deref(&self) -> &ConsumerObject {
        match self.0.object() {
            Some(Object::Consumer(c)) => c,
            _ => unreachable!("checked by `consumer`"),
        }
    }
}

pub fn consumer(handle: *const c_void) -> Option<ConsumerRef> {
    let used = Use::begin(handle, false)?;
    matches!(used.object(), Some(Object::Consumer(_))).then(|| ConsumerRef(used))
}

/// The inside of an [`Exclusive`] for the time of a call.
pub struct ExclusiveRef<T: 'static> {
    used: Use,
    inside: &'static UnsafeCell<T>,
}

impl<T> std::ops::Deref for ExclusiveRef<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the exclusive bit is ours.
        unsafe { &*self.inside.get() }
    }
}

impl<T> std::ops::DerefMut for ExclusiveRef<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the exclusive bit is ours.
        unsafe { &mut *self.inside.get() }
    }
}

pub fn exclusive<T>(
    handle: *const c_void,
    pick: impl FnOnce(&Object) -> Option<&Exclusive<T>>,
) -> Option<ExclusiveRef<T>> {
    let used = Use::begin(handle, true)?;
    let inside: *const UnsafeCell<T> = &pick(used.object()?)?.0;
    Some(ExclusiveRef {
        // SAFETY: the object stays where it is as long as it is used, and `used` goes last.
        inside: unsafe { &*inside },
        used,
    })
}

pub type ResultMut = ExclusiveRef<QueryResult>;

impl ResultMut {
    /// Leaves the result with this thread, which is going to look at it again and again.
    fn lend(self) {
        self.used.lend();
    }
}

/// A result that this thread has from its call before, for the time of a call that waits for nothing.
struct LentResult {
    _inside: Inside,
    result: &'static UnsafeCell<QueryResult>,
}

impl std::ops::Deref for LentResult {
    type Target = QueryResult;
    fn deref(&self) -> &QueryResult {
        // SAFETY: it is lent to this thread, and whoever ends that waits for `_inside` to end.
        unsafe { &*self.result.get() }
    }
}

impl std::ops::DerefMut for LentResult {
    fn deref_mut(&mut self) -> &mut QueryResult {
        // SAFETY: as above.
        unsafe { &mut *self.result.get() }
    }
}

/// The result, if it is lent to this thread.
#[inline]
fn lent_result(handle: *const c_void) -> Option<LentResult> {
    let (index, generation) = decode(handle)?;
    let slot = slot(index)?;
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
    match unsafe { (*slot.object.get()).as_deref() } {
        Some(Object::Result(r)) => Some(LentResult {
            _inside: inside,
            result: &r.body.0,
        }),
        _ => None,
    }
}

/// Runs `f`, which waits for nothing, on a result.
pub fn glance<T>(handle: *const c_void, f: impl FnOnce(&mut QueryResult) -> T) -> Option<T> {
    match lent_result(handle) {
        Some(mut lent) => Some(f(&mut lent)),
        None => result(handle).map(|mut r| f(&mut r)),
    }
}

/// As [`glance`], and leaves the result with this thread if `stays` says so of the outcome.
pub fn glance_again<T>(
    handle: *const c_void,
    f: impl FnOnce(&mut QueryResult) -> T,
    stays: impl FnOnce(&T) -> bool,
) -> Option<T> {
    if let Some(mut lent) = lent_result(handle) {
        return Some(f(&mut lent));
    }
    let mut taken = result(handle)?;
    let outcome = f(&mut taken);
    if stays(&outcome) {
        taken.lend();
    }
    Some(outcome)
}

pub fn result(handle: *const c_void) -> Option<ResultMut> {
    exclusive(handle, |o| match o {
        Object::Result(r) => Some(&r.body),
        _ => None,
    })
}

pub fn conf(handle: *const c_void) -> Option<ExclusiveRef<ConfObject>> {
    exclusive(handle, |o| match o {
        Object::Conf(c) => Some(c),
        _ => None,
    })
}

pub fn topics(handle: *const c_void) -> Option<ExclusiveRef<TopicList>> {
    exclusive(handle, |o| match o {
        Object::Topics(t) => Some(t),
        _ => None,
    })
}

/// Runs `f` on the part of an object that other threads may use while one has its inside.
pub fn with_shared<T>(handle: *const c_void, f: impl FnOnce(&Object) -> Option<T>) -> Option<T> {
    let used = Use::begin(handle, false)?;
    used.object().and_then(f)
}

pub fn with_shared_result<T>(
    handle: *const c_void,
    f: impl FnOnce(&ResultObject) -> T,
) -> Option<T> {
    with_shared(handle, |o| match o {
        Object::Result(r) => Some(f(r)),
        _ => None,
    })
}

/// Ends a handle of the kind that `is_kind` recognises. The object goes when the last call that
/// uses it returns. False for a handle that is none, or not of this kind.
pub fn close(handle: *const c_void, is_kind: impl FnOnce(&Object) -> bool) -> bool {
    let Some(used) = Use::begin(handle, false) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn failed_result() -> *mut c_void {
        let error = Error::new(codes::INVALID_OPERATION);
        insert(Object::Result(ResultObject::failed(&error))).unwrap()
    }

    fn free(handle: *mut c_void) -> bool {
        close(handle, |o| matches!(o, Object::Result(_)))
    }

    #[test]
    fn a_freed_handle_stays_invalid() {
        let old = failed_result();
        assert!(result(old).is_some());
        assert!(connection(old).is_none(), "of another kind");
        assert!(free(old));
        assert!(!free(old), "freed twice");
        for _ in 0..5000 {
            let new = failed_result();
            assert_ne!(new, old);
            assert!(result(old).is_none());
            free(new);
        }
    }

    #[test]
    fn what_never_was_a_handle() {
        let on_the_stack = 5;
        for n in [0, 1, 16, u64::MAX, MARK << 52, (MARK << 52) | 0x00ff_ffff] {
            assert!(result(n as *const c_void).is_none(), "{n:#x}");
        }
        assert!(result(std::ptr::from_ref(&on_the_stack).cast()).is_none());
    }

    #[test]
    fn an_object_in_use_outlives_its_close() {
        let h = failed_result();
        let used = result(h).unwrap();
        assert!(free(h));
        assert!(result(h).is_none());
        let body: &QueryResult = &used;
        assert_eq!(body.code(), codes::INVALID_OPERATION);
    }

    fn look(handle: *mut c_void) -> Option<i32> {
        glance_again(handle, |r| r.code(), |_| true)
    }

    #[test]
    fn a_result_stays_with_its_reader() {
        if Reader::number_of_this().is_none() {
            return; // nothing is lent here
        }
        let h = failed_result();
        assert!(lent_result(h).is_none());
        for _ in 0..3 {
            assert_eq!(look(h), Some(codes::INVALID_OPERATION));
            assert!(lent_result(h).is_some());
            assert!(result(h).is_some(), "taken from itself");
            assert!(lent_result(h).is_none());
        }
        look(h);
        let shared = h as usize;
        std::thread::spawn(move || {
            let h = shared as *mut c_void;
            assert!(lent_result(h).is_none());
            assert_eq!(look(h), Some(codes::INVALID_OPERATION));
            assert!(lent_result(h).is_none(), "threads that take turns");
        })
        .join()
        .unwrap();
        assert_eq!(look(h), Some(codes::INVALID_OPERATION));
        assert!(lent_result(h).is_none());
        assert!(free(h));
        assert_eq!(look(h), None);
    }

    #[test]
    fn a_freed_result_is_not_lent_any_more() {
        let old = failed_result();
        look(old);
        assert!(free(old));
        assert!(lent_result(old).is_none());
        assert!(!free(old));
        let h = failed_result() as usize;
        look(h as *mut c_void);
        let by_another = std::thread::spawn(move || free(h as *mut c_void));
        assert!(by_another.join().unwrap());
        assert_eq!(look(h as *mut c_void), None);
    }

    /// The reader is in the midst of it all the time when another thread takes the result or frees it.
    #[test]
    fn a_reader_is_waited_for() {
        use std::sync::atomic::{AtomicBool, AtomicUsize};
        static USED: AtomicBool = AtomicBool::new(false);
        fn alone() {
            assert!(!USED.swap(true, Ordering::Relaxed), "two at once");
            USED.store(false, Ordering::Relaxed);
        }
        let (current, looks) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let over = usize::MAX;
        std::thread::scope(|s| {
            let reader = s.spawn(|| loop {
                let h = current.load(Ordering::Relaxed);
                if h == over {
                    break;
                }
                while glance_again(h as *mut c_void, |_| alone(), |()| true).is_some() {
                    looks.store(looks.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                }
                std::thread::yield_now();
            });
            for i in 0..500 {
                let h = failed_result();
                let before = looks.load(Ordering::Relaxed);
                current.store(h as usize, Ordering::Relaxed);
                while looks.load(Ordering::Relaxed) < before + 5 + i % 17 {
                    assert!(!reader.is_finished());
                    std::thread::yield_now();
                }
                if i % 2 == 0 {
                    let _taken = result(h).unwrap();
                    alone();
                    free(h);
                } else {
                    // It was lent from the first look on, so no look goes on after this.
                    free(h);
                    alone();
                }
            }
            current.store(over, Ordering::Relaxed);
        });
    }

    #[test]
    fn many_threads_on_one_handle() {
        let h = failed_result() as usize;
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(move || {
                    for _ in 0..2000 {
                        if let Some(r) = result(h as *const c_void) {
                            assert_eq!(r.code(), codes::INVALID_OPERATION);
                        }
                    }
                });
            }
            s.spawn(move || {
                std::thread::yield_now();
                free(h as *mut c_void);
            });
        });
        assert!(result(h as *const c_void).is_none());
    }
}
