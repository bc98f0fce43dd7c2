//! The threads on which a program's callbacks run. A callback is the program's own code: it may take its time
//! and call any function of the library.
//!
//! There is no such thread before the first asynchronous call. Another one is started when a callback is due
//! and all threads are busy, up to a limit. A thread that has had nothing to do for a while ends.

use super::types::{__taos_async_fn_t, TAOS_RES};
use crate::error::Error;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::{cancellation, fork, threads};
use std::cell::Cell;
use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

/// When this many callbacks run, further ones wait for one to return.
const MOST_THREADS: usize = 32;
/// How long a thread stays without work.
const IDLE: Duration = Duration::from_secs(10);
/// How long `stop` waits for callbacks that are running.
const GRACE: Duration = Duration::from_secs(5);

/// A callback of the program, and its parameter. What the two do on another thread is the program's own
/// business.
#[derive(Clone, Copy)]
pub struct Caller {
    function: unsafe extern "C-unwind" fn(*mut c_void, *mut TAOS_RES, c_int),
    param: *mut c_void,
}

// SAFETY: the program hands both over to be used on another thread; that is what the call is for.
unsafe impl Send for Caller {}

impl Caller {
    pub fn new(fp: __taos_async_fn_t, param: *mut c_void) -> Option<Caller> {
        fp.map(|function| Caller { function, param })
    }

    pub fn call(self, res: *mut TAOS_RES, code: c_int) {
        // SAFETY: the program's function, with the arguments it is declared for.
        call_program(|| unsafe { (self.function)(self.param, res, code) });
    }
}

/// Calls a function of the program. The thread may not come back from it, because it may call `pthread_exit`.
/// What is left to do for the call is done all the same, and then the thread ends.
pub fn call_program(call: impl FnOnce() + Copy) {
    cancellation::call_back(call);
}

/// A handle on its way to another thread.
#[derive(Clone, Copy)]
pub struct Handle(pub *mut c_void);

// SAFETY: a handle is a number; nothing is read through it.
unsafe impl Send for Handle {}

/// The stack that the program's code may use, as on any thread.
const STACK: usize = 2 << 20;

type Job = Box<dyn FnOnce() + Send>;

pub struct Pool {
    jobs: VecDeque<Job>,
    threads: usize,
    /// Callbacks that may never return. Each has a thread of its own, beside the others.
    apart: usize,
    /// Idle threads; the one that became idle last is at the end.
    idle: Vec<Thread>,
    stopping: bool,
    running: Vec<JoinHandle<()>>,
    /// Threads that `stop` ends. It waits until they are gone, because the library may be unloaded after it.
    left: Vec<JoinHandle<()>>,
    ended: Arc<Condvar>,
    /// The process whose threads these are.
    generation: u32,
}

pub static POOL: Mutex<Option<Pool>> = Mutex::new(None);

impl Pool {
    /// The pool of this process. In a child after fork, the threads stayed with the parent, and the condition
    /// variables still have them in their queues, so the pool is made anew.
    fn current(pool: &mut Option<Pool>) -> &mut Pool {
        if let Some(parents) = pool.take_if(|p| p.generation != fork::generation()) {
            // The threads of these handles are not in this process.
            std::mem::forget(parents);
        }
        pool.get_or_insert_with(|| Pool {
            jobs: VecDeque::new(),
            threads: 0,
            apart: 0,
            idle: Vec::new(),
            stopping: false,
            running: Vec::new(),
            left: Vec::new(),
            ended: Arc::default(),
            generation: fork::generation(),
        })
    }
}

thread_local! {
    static IS_CALLBACK_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Callbacks of one object that are due or running.
#[derive(Clone, Default)]
pub struct Expected(Arc<(Mutex<Count>, Condvar)>);

#[derive(Default)]
struct Count {
    callbacks: usize,
    /// No more are expected.
    closing: bool,
    /// The process that expects them.
    generation: u32,
}

/// One such callback, until it has returned.
pub struct Due(Expected);

impl Expected {
    /// Expects one more callback; `None` if the object is being closed.
    pub fn expect(&self) -> Option<Due> {
        let mut count = self.0 .0.lock();
        if count.closing {
            return None;
        }
        count.generation = fork::generation();
        count.callbacks += 1;
        Some(Due(self.clone()))
    }

    /// Sleeps until all have returned. A callback does not wait for the others, and a child after fork does not
    /// wait for those of its parent.
    pub fn wait(&self) {
        self.sleep(|ended, count| {
            ended.wait(count);
            true
        });
    }

    /// As [`wait`](Self::wait), at most until then.
    pub fn wait_until(&self, deadline: Option<Instant>) {
        match deadline {
            None => self.wait(),
            Some(deadline) => self.sleep(|ended, count| ended.wait_until(count, deadline)),
        }
    }

    /// As [`wait`](Self::wait); an error when the thread is cancelled.
    pub fn wait_or_end(&self) -> Result<(), Error> {
        self.sleep(|ended, count| ended.wait_or_end(count, None));
        cancellation::check()
    }

    /// `once` sleeps, and returns whether to sleep again.
    fn sleep(&self, once: impl Fn(&Condvar, &mut MutexGuard<'_, Count>) -> bool) {
        if IS_CALLBACK_THREAD.get() {
            return;
        }
        let mut count = self.0 .0.lock();
        while count.callbacks > 0 && count.generation == fork::generation() {
            if !once(&self.0 .1, &mut count) {
                return;
            }
        }
    }

    pub fn close(&self) {
        self.0 .0.lock().closing = true;
        self.wait();
    }
}

impl Drop for Due {
    fn drop(&mut self) {
        let Expected(shared) = &self.0;
        shared.0.lock().callbacks -= 1;
        shared.1.notify_all();
    }
}

/// Runs a job on a callback thread.
pub fn run(job: impl FnOnce() + Send + 'static) {
    let mut guard = POOL.lock();
    let pool = Pool::current(&mut guard);
    pool.jobs.push_back(Box::new(job));
    if let Some(thread) = pool.idle.pop() {
        thread.unpark();
        return;
    }
    if pool.threads >= MOST_THREADS + pool.apart {
        return;
    }
    if !start_one(pool) && pool.threads == 0 {
        // No other thread will run it, so this one does.
        let jobs = std::mem::take(&mut pool.jobs);
        drop(guard);
        IS_CALLBACK_THREAD.set(true);
        jobs.into_iter().for_each(|job| job());
        IS_CALLBACK_THREAD.set(false);
    }
}

/// As [`run`], for a callback that may block for ever. It does not keep others from running.
pub fn run_apart(job: impl FnOnce() + Send + 'static) {
    struct Apart;
    impl Drop for Apart {
        fn drop(&mut self) {
            Pool::current(&mut POOL.lock()).apart -= 1;
        }
    }
    Pool::current(&mut POOL.lock()).apart += 1;
    let apart = Apart;
    run(move || {
        let _apart = apart;
        job();
    });
}

/// The new thread waits for the pool's lock, so it finds its handle.
fn start_one(pool: &mut Pool) -> bool {
    let started = threads::start("taos-callback", STACK, work);
    started.is_ok_and(|thread| {
        pool.threads += 1;
        pool.running.push(thread);
        true
    })
}

fn work() {
    IS_CALLBACK_THREAD.set(true);
    let mut guard = POOL.lock();
    loop {
        let pool = Pool::current(&mut guard);
        if let Some(job) = pool.jobs.pop_front() {
            drop(guard);
            // A panic is a bug of the library. It ends this callback, not the thread.
            let _ = catch_unwind(AssertUnwindSafe(job));
            guard = POOL.lock();
            if cancellation::is_due() {
                // The callback has ended it.
                break;
            }
            continue;
        }
        if pool.stopping {
            break;
        }
        pool.idle.push(std::thread::current());
        drop(guard);
        let until = Instant::now() + IDLE;
        guard = sleep(until);
        let pool = Pool::current(&mut guard);
        let me = std::thread::current().id();
        let unwanted = pool.idle.iter().position(|t| t.id() == me);
        if let Some(i) = unwanted {
            pool.idle.remove(i);
            if pool.jobs.is_empty() {
                break;
            }
        }
    }
    let pool = Pool::current(&mut guard);
    pool.threads -= 1;
    if !pool.jobs.is_empty() && pool.idle.is_empty() {
        // They wait for this one.
        start_one(pool);
    }
    let me = std::thread::current().id();
    if let Some(i) = pool.running.iter().position(|t| t.thread().id() == me) {
        let handle = pool.running.swap_remove(i);
        if pool.stopping {
            pool.left.push(handle);
        }
    }
    pool.ended.notify_all();
}

/// Sleeps until the thread is wanted, or the time is over.
fn sleep(until: Instant) -> MutexGuard<'static, Option<Pool>> {
    let me = std::thread::current().id();
    loop {
        // Wake-ups may be spurious.
        std::thread::park_timeout(until.saturating_duration_since(Instant::now()));
        let mut guard = POOL.lock();
        let is_wanted = !Pool::current(&mut guard).idle.iter().any(|t| t.id() == me);
        if is_wanted || Instant::now() >= until {
            return guard;
        }
    }
}

/// Ends the threads when they have run what is due. A thread that does not return in time is left alone.
pub fn stop() {
    let mut guard = POOL.lock();
    let pool = Pool::current(&mut guard);
    pool.stopping = true;
    pool.idle.drain(..).for_each(|thread| thread.unpark());
    let ended = pool.ended.clone();
    let deadline = Instant::now() + GRACE;
    while Pool::current(&mut guard).threads > 0 && ended.wait_until(&mut guard, deadline) {}
    let pool = Pool::current(&mut guard);
    pool.stopping = false;
    let left = std::mem::take(&mut pool.left);
    drop(guard);
    for thread in left {
        let _ = thread.join();
    }
}
