//! libtaos: TDengine's C client library over taosAdapter's WebSocket protocol.
//!
//! A call goes one way through the rooms:
//!
//! - [`capi`] - the C ABI: checks and converts pointers, keeps the handles. With the next one, the only
//!   room with raw pointers.
//! - [`jni`] - the native methods of the JDBC driver: a way in beside `capi`, to the same functions.
//! - [`client`] - decides: sessions, results.
//! - [`protocol`] - what goes over the wire, without I/O.
//! - [`transport`] - sockets: sends, waits, matches replies to requests.
//! - [`config`] - every setting and where it comes from.
//! - [`error`] - one error type, TDengine's codes and texts.
//! - [`charset`] - texts in another character set than UTF-8.
//! - [`fork`], [`threads`], [`stack`], [`signals`], [`sync`], [`cancellation`] - the process: what happens around a
//!   fork, how threads are started, how they end before their time, who takes its signals, and locks
//!   that outlast all of that.
//!
//! No room calls back up; `transport` completes what a caller waits for.

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
