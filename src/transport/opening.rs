//! Opening a connection: to which of the target's endpoints, and when to go on to the next.

use super::connection::Connection;
use super::{drive, endpoints, failure, socket};
use crate::cancellation;
use crate::config::{Endpoint, Target};
use crate::error::{codes, Error, Result};
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
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|e| {
                Error::with(
                    codes::system(e.raw_os_error().unwrap_or(libc::EIO)),
                    "what a new connection needs cannot be had",
                )
            })?;
        let opened = drive::block_on_or_end(&runtime, async {
            let attempt = socket::open(target, endpoint, interface);
            tokio::time::timeout(limit, attempt)
                .await
                .unwrap_or_else(|_| {
                    Err(Error::with(
                        codes::UNABLE_TO_CONNECT,
                        format_args!("{endpoint} did not answer within {limit:?}"),
                    ))
                })
        });
        let opened = opened.unwrap_or_else(|| Err(cancellation::error()));
        opened.map(|opened| Self::start(runtime, opened, interface, target.read_timeout))
    }
}
