//! Sockets: endpoints, TLS, the WebSocket, matching replies to requests, deadlines.
//!
//! A [`Connection`] owns a current-thread runtime. Whoever waits for a reply drives it, so a
//! synchronous call has no thread hop; the [`keeper`] drives connections on which nobody waits.

use crate::fork::Lock;

mod addresses;
mod connection;
mod deflate;
mod drive;
pub mod endpoints;
mod failure;
mod frame;
mod keeper;
mod opening;
mod outbox;
mod pending;
mod reader;
mod socket;
mod tls;
mod tls_failure;
pub mod told;

pub use connection::{expect_json, Cancellations, Connection, Ticket};
pub use keeper::{forget as forget_keeper, stop as stop_keeper};
pub use pending::{Callback, Reply};
pub use reader::UNSURE;

/// Held over a fork.
pub static LOCKS: &[&dyn Lock] = &[
    &keeper::CURRENT,
    &endpoints::TROUBLE,
    &told::KNOWN,
    &tls::CONFIGS,
];

/// Frees what is kept for later connections; they make it anew.
pub fn forget_kept() {
    tls::forget();
    std::mem::take(&mut *endpoints::TROUBLE.lock());
    std::mem::take(&mut *told::KNOWN.lock());
}

/// TLS as a connection speaks it, for `taos-doctor`, which opens one step by step.
pub mod handshake {
    pub use super::tls::client_config;
    pub use super::tls_failure::{comes_late, words};
}
