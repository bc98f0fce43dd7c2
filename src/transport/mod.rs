//! Sockets: endpoints, TLS, the WebSocket, matching replies to requests, deadlines.
//!
//! A thread that waits for a reply drives the [`Connection`] itself, so a synchronous call needs no other thread. The
//! [`watcher`] drives connections on which no thread waits.

use crate::fork::Lock;

mod addresses;
mod connection;
mod deflate;
pub mod discovered;
pub mod endpoints;
mod failure;
mod frame;
mod large_messages;
mod lead;
mod opening;
mod pending;
mod reader;
mod slot;
mod socket;
mod socket_stream;
mod system;
mod tcp;
mod thread_locals;
mod time_limit;
mod tls;
mod tls_failure;
mod upgrade;
mod waker;
mod watcher;

pub use connection::{expect_json, Cancellations, Connection, Ticket};
pub use pending::{Callback, Reply};
pub use reader::UNSURE;
pub use watcher::stop as stop_watcher;

/// Held over a fork.
pub static LOCKS: &[&dyn Lock] = &[
    &watcher::CURRENT,
    &endpoints::TROUBLE,
    &discovered::KNOWN,
    &tls::CONFIGS,
    &waker::SPARE,
];

/// Frees what is kept for later connections. They make it again.
pub fn forget_kept() {
    tls::forget();
    waker::forget();
    std::mem::take(&mut *endpoints::TROUBLE.lock());
    std::mem::take(&mut *discovered::KNOWN.lock());
}

/// In a forked child: leaks what the parent's threads use.
pub fn forget_parents() {
    watcher::forget();
    waker::forget();
}

/// TLS and the upgrade as connections use them, for `taos-doctor`, which opens a connection step by step.
pub mod handshake {
    pub use super::failure::words as upgrade_words;
    pub use super::tls::client_config;
    pub use super::tls_failure::{comes_late, words};
    pub use super::upgrade::{encoded, UpgradeRequest, OLD_WS, WS};
}
