//! Sockets: endpoints, TLS, the WebSocket, matching replies to requests, deadlines.
//!
//! A [`Connection`] owns a current-thread runtime. Whoever waits for a reply drives it, so a
//! synchronous call has no thread hop; the [`keeper`] drives connections on which nobody waits.

mod connection;
mod keeper;
mod pending;
mod socket;
mod tls;

pub use connection::{expect_json, Connection, Ticket};
pub use keeper::{stop as stop_keeper, with_signals_blocked};
pub use pending::{Callback, Reply};

/// Connections made by a process stop working in its forked children: the socket is shared with
/// the parent, and the threads that served it are not there.
pub mod fork {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::Once;

    static GENERATION: AtomicU32 = AtomicU32::new(0);

    extern "C" fn prepare() {
        super::keeper::fork_guard::prepare();
    }

    extern "C" fn in_the_parent() {
        super::keeper::fork_guard::in_the_parent();
    }

    extern "C" fn in_the_child() {
        GENERATION.fetch_add(1, Ordering::Relaxed);
        super::keeper::fork_guard::in_the_child();
    }

    /// Which process this is, counted from the one that loaded the library.
    pub fn generation() -> u32 {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| {
            // SAFETY: the handlers hold one lock over the fork and give it back on both sides.
            unsafe {
                libc::pthread_atfork(Some(prepare), Some(in_the_parent), Some(in_the_child));
            }
        });
        GENERATION.load(Ordering::Relaxed)
    }
}
