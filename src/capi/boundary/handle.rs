//! Handles: what a C program holds in place of an object. They are numbers of a [`Table`]; what each may stand for
//! is [`Object`], and the functions here look a handle up as one of a kind.

use super::slots::{self, Exclusive, Table, Use};
use crate::capi::connection::object::ConnectionObject;
use crate::capi::result::{QueryResult, ResultObject};
use crate::capi::stmt::object::StatementHandle;
use crate::capi::tmq::object::{ConfObject, ConsumerObject, TopicList};
use crate::client::{Statement, Stmt1};
use crate::error::{codes, Error};
use std::cell::Cell;
use std::ffi::c_void;

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

// SAFETY: a handle may be used on any thread. What several calls use at the same time is made for that; what one call has
// to itself is in an `Exclusive`. Pointers in there lead to what the object owns, or are handles.
unsafe impl Send for Object {}
unsafe impl Sync for Object {}

pub static TABLE: Table<Object> = Table::new();

thread_local! {
    /// The handle that this thread has made last.
    static MADE_LAST: Cell<*mut c_void> = const { Cell::new(std::ptr::null_mut()) };
}

/// Makes a handle for an object.
pub fn insert(object: Object) -> Result<*mut c_void, Error> {
    let handle = TABLE.insert(object);
    let handle =
        handle.ok_or_else(|| Error::with(codes::INTERNAL, "16 million handles are open"))?;
    MADE_LAST.set(handle);
    Ok(handle)
}

/// Ends a handle that the call in progress has made, and of which the program never hears because its thread was
/// cancelled in the call.
pub fn free_if_made_last(address: usize) {
    let handle = MADE_LAST.replace(std::ptr::null_mut());
    if !handle.is_null() && handle as usize == address {
        TABLE.close(handle, |_| true);
    }
}

/// Ends a handle of the kind that `is_kind` recognises, as [`Table::close`].
pub fn close(handle: *const c_void, is_kind: impl FnOnce(&Object) -> bool) -> bool {
    TABLE.close(handle, is_kind)
}

/// A connection in use by a call.
pub struct ConnectionRef(Use<Object>);

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
    let used = TABLE.shared(handle)?;
    matches!(used.object(), Some(Object::Connection(_))).then(|| ConnectionRef(used))
}

/// A consumer in use by a call.
pub struct ConsumerRef(Use<Object>);

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
    let used = TABLE.shared(handle)?;
    matches!(used.object(), Some(Object::Consumer(_))).then(|| ConsumerRef(used))
}

/// The inside of an [`Exclusive`] for the time of a call.
pub type ExclusiveRef<T> = slots::ExclusiveRef<Object, T>;

pub fn exclusive<T>(
    handle: *const c_void,
    pick: impl FnOnce(&Object) -> Option<&Exclusive<T>>,
) -> Option<ExclusiveRef<T>> {
    TABLE.exclusive(handle, pick)
}

pub type ResultMut = ExclusiveRef<QueryResult>;

fn body(object: &Object) -> Option<&Exclusive<QueryResult>> {
    match object {
        Object::Result(r) => Some(&r.body),
        _ => None,
    }
}

pub fn result(handle: *const c_void) -> Option<ResultMut> {
    exclusive(handle, body)
}

/// Runs `f` on a result. `f` must not wait.
pub fn glance<T>(handle: *const c_void, f: impl FnOnce(&mut QueryResult) -> T) -> Option<T> {
    match TABLE.lent(handle, body) {
        Some(mut lent) => Some(f(&mut lent)),
        None => result(handle).map(|mut r| f(&mut r)),
    }
}

/// As [`glance`]. If `stays` says so of the outcome, the result stays with this thread.
pub fn glance_again<T>(
    handle: *const c_void,
    f: impl FnOnce(&mut QueryResult) -> T,
    stays: impl FnOnce(&T) -> bool,
) -> Option<T> {
    if let Some(mut lent) = TABLE.lent(handle, body) {
        return Some(f(&mut lent));
    }
    let mut taken = result(handle)?;
    let outcome = f(&mut taken);
    if stays(&outcome) {
        taken.lend();
    }
    Some(outcome)
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

/// Runs `f` on the part of an object that threads share, even while another thread has its inside.
pub fn with_shared<T>(handle: *const c_void, f: impl FnOnce(&Object) -> Option<T>) -> Option<T> {
    let used = TABLE.shared(handle)?;
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

#[cfg(test)]
mod tests {
    use super::super::readers::Reader;
    use super::*;
    use std::sync::atomic::Ordering;

    fn failed_result() -> *mut c_void {
        let error = Error::new(codes::INVALID_OPERATION);
        insert(Object::Result(ResultObject::failed(&error))).unwrap()
    }

    fn free(handle: *mut c_void) -> bool {
        close(handle, |o| matches!(o, Object::Result(_)))
    }

    #[test]
    fn a_handle_is_of_one_kind() {
        let h = failed_result();
        assert!(result(h).is_some_and(|r| r.code() == codes::INVALID_OPERATION));
        assert!(connection(h).is_none());
        assert!(consumer(h).is_none());
        assert!(conf(h).is_none());
        assert!(!close(h, |o| matches!(o, Object::Conf(_))));
        assert!(free(h));
    }

    fn lent_result(handle: *mut c_void) -> Option<slots::LentRef<QueryResult>> {
        TABLE.lent(handle, body)
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

    /// The reader reads all the time, while another thread takes the result or frees it.
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
                    // It was lent at the first look, so no look is under way after this.
                    free(h);
                    alone();
                }
            }
            current.store(over, Ordering::Relaxed);
        });
    }
}
