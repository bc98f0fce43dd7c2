//! Threads whose thread-local variables are gone: in `atexit` handlers and static destructors, and in late
//! destructors of a thread. The WebSocket layer needs them, for the masks of messages.

use crate::threads;

const STACK: usize = 2 << 20;

/// Runs it here, or on another thread while this one waits.
pub fn with<T: Send>(body: impl FnOnce() -> T + Send) -> T {
    match are_there() {
        true => body(),
        false => threads::run_elsewhere("taos-at-exit", STACK, body),
    }
}

/// Are they there? One of this library's, which is made before any that it needs, and so goes after them.
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
