//! Opening a connection: to which of the target's endpoints, and when to go on to the next.

use super::connection::Connection;
use super::endpoints::Host;
use super::patience::Patience;
use super::{endpoints, failure, socket, thread_locals, told};
use crate::cancellation;
use crate::config::{Endpoint, Target};
use crate::error::{codes, Result};
use crate::protocol::reply::Interface;
use crate::stack;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The least time for a host that was told, however many there are.
const LEAST_SHARE: Duration = Duration::from_secs(1);

/// How long hosts that were told and have never answered are given to take a connection: one
/// `connect_timeout` for all of them. Their addresses may lead nowhere from here, and the named hosts
/// are to be tried again.
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

    /// That of the next of them; `None` when all is spent.
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
                Host::Told(host) => {
                    let target = target.for_told(host.tls);
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
                    told::answered(target, endpoint);
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
