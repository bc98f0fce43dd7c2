//! The threads on which a program's callbacks run: its own code, which may take its time and call
//! any function of the library.
//!
//! There is none before the first asynchronous call. One more is started when a callback is due and
//! all are busy, up to a limit; one that has had nothing to do for a while ends.

use crate::transport::{fork, with_signals_blocked};
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// More callbacks than this wait for one that runs to return.
const MOST_THREADS: usize = 32;
/// How long a thread stays without work.
const IDLE: Duration = Duration::from_secs(10);
/// How long `stop` waits for callbacks that are running.
const GRACE: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce() + Send>;

struct Pool {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    stopping: bool,
    running: Vec<JoinHandle<()>>,
    /// Ended by `stop`, which sees them out: after it the library may be unloaded.
    ended: Vec<JoinHandle<()>>,
    /// The process whose threads these are.
    generation: u32,
}

impl Pool {
    const fn of_process(generation: u32) -> Pool {
        Pool {
            jobs: VecDeque::new(),
            threads: 0,
            idle: 0,
            stopping: false,
            running: Vec::new(),
            ended: Vec::new(),
            generation,
        }
    }
}

static POOL: Mutex<Pool> = Mutex::new(Pool::of_process(0));
static WORK: Condvar = Condvar::new();
static ENDED: Condvar = Condvar::new();

/// Runs a job on a callback thread.
pub fn run(job: impl FnOnce() + Send + 'static) {
    let mut pool = POOL.lock();
    if pool.generation != fork::generation() {
        // A child after fork: the threads stayed with the parent.
        let parents = std::mem::replace(&mut *pool, Pool::of_process(fork::generation()));
        // There are no threads behind its handles here.
        std::mem::forget(parents.running);
        std::mem::forget(parents.ended);
    }
    pool.jobs.push_back(Box::new(job));
    if pool.jobs.len() <= pool.idle || pool.threads >= MOST_THREADS {
        WORK.notify_one();
        return;
    }
    // The new thread waits for the lock, and so finds its handle.
    let started = with_signals_blocked(|| {
        std::thread::Builder::new()
            .name("taos-callback".into())
            .spawn(work)
    });
    match started {
        Ok(thread) => {
            pool.threads += 1;
            pool.running.push(thread);
        }
        Err(_) if pool.threads == 0 => {
            // Nobody else will: better on this thread than never.
            let jobs = std::mem::take(&mut pool.jobs);
            drop(pool);
            jobs.into_iter().for_each(|job| job());
        }
        Err(_) => {}
    }
}

fn work() {
    let mut pool = POOL.lock();
    loop {
        if let Some(job) = pool.jobs.pop_front() {
            drop(pool);
            // A panic is the library's bug and ends this callback, not the thread.
            let _ = catch_unwind(AssertUnwindSafe(job));
            pool = POOL.lock();
            continue;
        }
        if pool.stopping {
            break;
        }
        pool.idle += 1;
        let waited = WORK.wait_for(&mut pool, IDLE);
        pool.idle -= 1;
        if waited.timed_out() && pool.jobs.is_empty() {
            break;
        }
    }
    pool.threads -= 1;
    let me = std::thread::current().id();
    if let Some(i) = pool.running.iter().position(|t| t.thread().id() == me) {
        let handle = pool.running.swap_remove(i);
        if pool.stopping {
            pool.ended.push(handle);
        }
    }
    ENDED.notify_all();
}

/// Ends the threads when they are done with what is due. One that does not return in time is left.
pub fn stop() {
    let mut pool = POOL.lock();
    if pool.generation != fork::generation() {
        return;
    }
    pool.stopping = true;
    WORK.notify_all();
    let deadline = Instant::now() + GRACE;
    while pool.threads > 0 && !ENDED.wait_until(&mut pool, deadline).timed_out() {}
    pool.stopping = false;
    let ended = std::mem::take(&mut pool.ended);
    drop(pool);
    for thread in ended {
        let _ = thread.join();
    }
}
