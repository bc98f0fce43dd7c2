//! Opening a connection: to which of the target's endpoints, and when to go on to the next.

use super::connection::Connection;
use super::patience::Patience;
use super::{endpoints, failure, socket, thread_locals};
use crate::cancellation;
use crate::config::{Endpoint, Target};
use crate::error::{codes, Result};
use crate::protocol::reply::Interface;
use crate::stack;
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Connection {
    /// Connects to the first endpoint of the target with which `begin`, the login, works. One that
    /// is closed or silent meanwhile is as good as one that was never there: the next is tried. A
    /// refusal would be every endpoint's. `begin` is told how long it may take; `by` ends it all.
    pub fn open_and<T: Send>(
        target: &Target,
        interface: Interface,
        by: Option<Instant>,
        begin: impl Fn(&Arc<Connection>, Duration) -> Result<T> + Send,
    ) -> Result<(Arc<Connection>, T)> {
        stack::with_room_to_connect(|| Self::open_here(target, interface, by, begin))
    }

    fn open_here<T>(
        target: &Target,
        interface: Interface,
        by: Option<Instant>,
        begin: impl Fn(&Arc<Connection>, Duration) -> Result<T>,
    ) -> Result<(Arc<Connection>, T)> {
        let limit = || {
            let left = by.map(|by| by.saturating_duration_since(Instant::now()));
            target.connect_timeout.min(left.unwrap_or(Duration::MAX))
        };
        let mut failures = Vec::new();
        for (tried, endpoint) in endpoints::in_order(&target.endpoints, interface)
            .into_iter()
            .enumerate()
        {
            if tried > 0 && limit().is_zero() {
                break;
            }
            cancellation::check()?;
            let begun = Self::open_one(target, endpoint, interface, limit()).map(|connection| {
                let begun = begin(&connection, limit());
                if begun.is_err() {
                    connection.close();
                }
                (connection, begun)
            });
            let error = match begun {
                Ok((_, Err(e))) if e.is_outage() || e.code == codes::INVALID_MESSAGE => e,
                Ok((connection, begun)) => {
                    tracing::info!(%endpoint, "connected");
                    endpoints::answered(endpoint);
                    return begun.map(|value| (connection, value));
                }
                Err(e) => e,
            };
            tracing::warn!(%endpoint, %error, "no connection");
            endpoints::failed(endpoint);
            failures.push(error);
        }
        Err(failure::of_all_hosts(failures))
    }

    fn open_one(
        target: &Target,
        endpoint: &Endpoint,
        interface: Interface,
        limit: Duration,
    ) -> Result<Arc<Connection>> {
        thread_locals::with(|| {
            let patience = Patience::new(endpoint, limit);
            socket::open(target, endpoint, interface, &patience)
        })
        .map(|opened| Self::start(opened, interface, target.read_timeout))
    }
}
