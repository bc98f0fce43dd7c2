//! Threads whose thread-local variables have been destroyed: in `atexit` handlers, in static destructors, and in a
//! thread's late destructors. The WebSocket layer needs thread-local variables to make masks.

use crate::threads;

const STACK: usize = 2 << 20;

/// Runs the body here, or on another thread while this one waits.
pub fn with<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    match are_there() {
        true => body(),
        false => threads::run_elsewhere("taos-at-exit", STACK, body),
    }
}

/// Do thread-local variables work? This looks at one of the library, which is made before those that the WebSocket
/// layer needs, and so is destroyed after them.
fn are_there() -> bool {
    struct Last(u8);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0 = 0;
        }
    }
    thread_local!(static LAST: Last = const { Last(1) });
    LAST.try_with(|last| last.0 == 1).is_ok()
}
