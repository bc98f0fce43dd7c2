//! libtaos: TDengine's C client library over taosAdapter's WebSocket protocol.
//!
//! A call goes down through the modules:
//!
//! - [`capi`] - the C ABI: checks and converts pointers, keeps the handles. Only this module and `jni` handle the
//!   program's pointers.
//! - [`jni`] - the native methods of the JDBC driver: an entry beside `capi`, to the same functions.
//! - [`client`] - sessions, statements, results and consumers.
//! - [`protocol`] - the messages of the protocol, without I/O.
//! - [`transport`] - sockets: sends, waits, matches replies to requests.
//! - [`config`] - every setting and its sources.
//! - [`error`] - one error type, TDengine's codes and texts.
//! - [`charset`] - texts in another character set than UTF-8.
//! - [`fork`], [`threads`], [`stack`], [`signals`], [`sync`], [`cancellation`] - the process: forks, the library's
//!   threads, small stacks, signals, locks that survive a fork, and threads that are cancelled.
//!
//! No module calls one above it; `transport` completes what a caller waits for.

pub mod cancellation;
pub mod capi;
pub mod charset;
pub mod client;
pub mod config;
pub mod error;
pub mod fork;
pub mod jni;
pub mod protocol;
pub mod signals;
pub mod stack;
pub mod sync;
pub mod threads;
pub mod transport;

static AT_FORK: fork::AtFork = fork::AtFork {
    locks: &[
        transport::LOCKS,
        &[&config::global::OPTIONS, &charset::OPENING],
        client::LOCKS,
        capi::LOCKS,
    ],
    in_the_child: || {
        threads::forget();
        transport::forget_parents();
    },
};
