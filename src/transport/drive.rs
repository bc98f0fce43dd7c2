//! Where the runtime and the WebSocket layer can work.

use crate::{cancellation, threads};
use futures_util::FutureExt;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};

const STACK: usize = 2 << 20;

/// Blocks on the runtime.
pub fn block_on<F>(runtime: &Runtime, future: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    with_thread_locals(|| runtime.block_on(future))
}

/// As [`block_on`], but ends with `None` soon after the thread was cancelled. The runtime's wait cannot be
/// cut short itself: it would be unwound. So it takes turns.
pub fn block_on_or_end<F>(runtime: &Runtime, future: F) -> Option<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    const TURN: Duration = Duration::from_millis(100);
    if !cancellation::may_come() {
        return Some(block_on(runtime, future));
    }
    with_thread_locals(|| {
        let mut future = pin!(future);
        while cancellation::check().is_ok() {
            let turn = async { tokio::time::timeout(TURN, future.as_mut()).await };
            match runtime.block_on(turn) {
                Ok(output) => return Some(output),
                Err(_) => cancellation::point().ok()?,
            }
        }
        None
    })
}

/// As [`block_on`], except on a thread that drives a runtime already and cannot drive another: a callback
/// for which there was no thread. There nothing is done that has to be waited for.
pub fn block_on_outside(runtime: &Runtime, future: impl Future<Output = ()> + Send) {
    match Handle::try_current() {
        Ok(_) => drop(future.now_or_never()),
        Err(_) => block_on(runtime, future),
    }
}

/// Runs it here; or, when this thread's thread-local variables are gone, which the runtime and the
/// masks of messages need, on another one while this one waits. They are in `atexit` handlers and
/// static destructors, and in late destructors of a thread.
pub fn with_thread_locals<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    match Handle::try_current() {
        Err(e) if e.is_thread_local_destroyed() => {
            threads::run_elsewhere("taos-at-exit", STACK, body)
        }
        _ => body(),
    }
}
