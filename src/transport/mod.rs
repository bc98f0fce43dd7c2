//! Sockets: endpoints, TLS, the WebSocket, matching replies to requests, deadlines.
//!
//! Whoever waits for a reply drives the [`Connection`], so a synchronous call has no thread hop; the [`keeper`]
//! drives connections on which nobody waits.

use crate::fork::Lock;

mod addresses;
mod connection;
mod deflate;
pub mod endpoints;
mod failure;
mod frame;
mod inbox;
mod keeper;
mod lead;
mod opening;
mod outbox;
mod patience;
mod pending;
mod reader;
mod slot;
mod socket;
mod system;
mod tcp;
mod thread_locals;
mod tls;
mod tls_failure;
pub mod told;
mod waker;

pub use connection::{expect_json, Cancellations, Connection, Ticket};
pub use keeper::stop as stop_keeper;
pub use pending::{Callback, Reply};
pub use reader::UNSURE;

/// Held over a fork.
pub static LOCKS: &[&dyn Lock] = &[
    &keeper::CURRENT,
    &endpoints::TROUBLE,
    &told::KNOWN,
    &tls::CONFIGS,
    &waker::SPARE,
];

/// Frees what is kept for later connections; they make it anew.
pub fn forget_kept() {
    tls::forget();
    waker::forget();
    std::mem::take(&mut *endpoints::TROUBLE.lock());
    std::mem::take(&mut *told::KNOWN.lock());
}

/// In a forked child: what the parent's threads use stays the parent's.
pub fn forget_parents() {
    keeper::forget();
    waker::forget();
}

/// TLS as a connection speaks it, for `taos-doctor`, which opens one step by step.
pub mod handshake {
    pub use super::tls::client_config;
    pub use super::tls_failure::{comes_late, words};
}
