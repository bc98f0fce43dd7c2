//! Opening a connection: which of the target's hosts is tried, and when the next is tried.

use super::connection::Connection;
use super::endpoints::Host;
use super::time_limit::TimeLimit;
use super::{discovered, endpoints, failure, socket, thread_locals};
use crate::cancellation;
use crate::config::{Endpoint, Target};
use crate::error::{codes, Result};
use crate::protocol::reply::Interface;
use crate::stack;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The least time for a discovered host, however many there are.
const LEAST_SHARE: Duration = Duration::from_secs(1);

/// The time for discovered hosts that have never answered: they share one `connect_timeout`. Their addresses may not
/// be reachable from here, and the named hosts are to be tried again soon.
struct Share {
    left: u32,
    until: Option<Instant>,
}

impl Share {
    fn among(hosts: &[Host]) -> Share {
        let left = hosts.iter().filter(|host| host.is_unproven()).count();
        Share {
            left: u32::try_from(left).unwrap_or(u32::MAX),
            until: None,
        }
    }

    /// The time of the next of them; `None` when all of it is spent.
    fn next(&mut self, connect_timeout: Duration) -> Option<Duration> {
        let now = Instant::now();
        let until = *self.until.get_or_insert(now + connect_timeout);
        let time = until.checked_duration_since(now)?;
        let share = time / self.left.max(1);
        self.left = self.left.saturating_sub(1);
        Some(share.max(LEAST_SHARE.min(time)))
    }
}

impl Connection {
    /// Connects to the first host of the target on which `begin`, the login, succeeds. When a host cannot be reached,
    /// closes the connection or does not answer in time, the next is tried. A refusal is returned at once, because
    /// every host of a cluster would refuse. `begin` is given its time limit. All ends at `by`.
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
        let hosts = endpoints::in_order(target, interface);
        let mut share = Share::among(&hosts);
        for (tried, host) in hosts.iter().enumerate() {
            if tried > 0 && limit().is_zero() {
                break;
            }
            let most = match host.is_unproven() {
                true => share.next(target.connect_timeout),
                false => Some(Duration::MAX),
            };
            let Some(most) = most else {
                continue;
            };
            cancellation::check()?;
            let endpoint = host.endpoint();
            let limit_to_open = limit().min(most);
            let opened = match host {
                Host::Named(_) => Self::open_one(target, endpoint, interface, limit_to_open),
                Host::Discovered(host) => {
                    let target = target.for_discovered(host.tls);
                    Self::open_one(&target, endpoint, interface, limit_to_open)
                }
            };
            let begun = opened.map(|connection| {
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
                    discovered::answered(target, endpoint);
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
            let limit = TimeLimit::new(endpoint, limit);
            socket::open(target, endpoint, interface, &limit)
        })
        .map(|opened| Self::start(opened, interface, target.read_timeout))
    }
}
