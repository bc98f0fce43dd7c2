//! The order in which a new connection tries its hosts. Connections are spread over the hosts of a list. A host
//! that has failed comes last for a while. Discovered hosts come after named ones, unless connections are to be
//! spread over all. All connections of the process share what is known of a host.

use super::discovered::{self, Discovered};
use crate::config::address::Discover;
use crate::config::{Endpoint, Target};
use crate::protocol::reply::Interface;
use crate::sync::Mutex;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

/// How long a host that has failed is tried last. The time doubles with each further failure, up to the most.
const REST: Duration = Duration::from_millis(500);
const MOST_REST: Duration = Duration::from_secs(30);

pub struct Trouble {
    endpoint: Endpoint,
    failures: u32,
    until: Instant,
}

/// Which host of a list the next connection tries first.
struct Start {
    endpoints: Box<[Endpoint]>,
    interface: Interface,
    discover: Discover,
    next: usize,
}

const MOST_STARTS: usize = 100;

/// What is known of endpoints.
#[derive(Default)]
pub struct Known {
    trouble: Vec<Trouble>,
    /// Servers that have no `/ws`, but an older path.
    without_ws: Vec<Endpoint>,
    /// Servers that do not tell their version when they answer a login.
    without_version: Vec<Endpoint>,
    starts: Vec<Start>,
}

pub static TROUBLE: Mutex<Known> = Mutex::new(Known {
    trouble: Vec::new(),
    without_ws: Vec::new(),
    without_version: Vec::new(),
    starts: Vec::new(),
});

/// A host to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    Named(Endpoint),
    Discovered(Discovered),
}

impl Host {
    pub fn endpoint(&self) -> &Endpoint {
        match self {
            Host::Named(endpoint) => endpoint,
            Host::Discovered(host) => &host.endpoint,
        }
    }

    /// It was discovered, and has never answered.
    pub fn is_unproven(&self) -> bool {
        matches!(self, Host::Discovered(host) if !host.has_answered)
    }
}

/// The hosts of a target in the order in which to try them, each once.
pub fn in_order(target: &Target, interface: Interface) -> Vec<Host> {
    let mut list: Vec<Host> = Vec::with_capacity(target.endpoints.len());
    for endpoint in &target.endpoints {
        if !list.iter().any(|host| host.endpoint() == endpoint) {
            list.push(Host::Named(endpoint.clone()));
        }
    }
    let named = list.len();
    list.extend(discovered::to(target).into_iter().map(Host::Discovered));
    if list.len() > 1 {
        let balances = target.discover == Discover::Balance;
        let mut known = TROUBLE.lock();
        let start = known.next_start(target, interface);
        let (named, told) = list.split_at_mut(if balances { 0 } else { named });
        for hosts in [named, told] {
            hosts.rotate_left(start % hosts.len().max(1));
        }
        // The sort is stable: hosts that have not failed keep their order, and the others come last.
        list.sort_by_cached_key(|host| {
            let rests = known.rests(host.endpoint());
            match balances {
                true => (false, rests, false),
                // An address that is not reachable from this side of a NAT may take long to fail.
                false => (
                    host.is_unproven(),
                    rests,
                    matches!(host, Host::Discovered(_)),
                ),
            }
        });
    }
    list
}

/// Has it failed lately?
pub fn in_trouble(endpoint: &Endpoint) -> bool {
    TROUBLE.lock().rests(endpoint)
}

impl Known {
    fn rests(&self, endpoint: &Endpoint) -> bool {
        let trouble = self.trouble.iter().find(|t| t.endpoint == *endpoint);
        trouble.is_some_and(|t| t.until > Instant::now())
    }

    /// Where to start in the list: one further for each connection, counted for each list and interface, because
    /// programs use several in turn. The first start is random, so that many processes spread, too.
    fn next_start(&mut self, target: &Target, interface: Interface) -> usize {
        let (endpoints, discover) = (&target.endpoints[..], target.discover);
        let this = |s: &Start| {
            (s.interface, s.discover, &*s.endpoints) == (interface, discover, endpoints)
        };
        let at = self.starts.iter().position(this).unwrap_or_else(|| {
            // No program has so many lists: the oldest is forgotten and starts anywhere again.
            if self.starts.len() >= MOST_STARTS {
                self.starts.remove(0);
            }
            self.starts.push(Start {
                endpoints: endpoints.into(),
                interface,
                discover,
                next: RandomState::new().hash_one(std::process::id()) as usize >> 1,
            });
            self.starts.len() - 1
        });
        let next = &mut self.starts[at].next;
        *next = next.wrapping_add(1);
        *next
    }
}

pub fn failed(endpoint: &Endpoint) {
    let now = Instant::now();
    let mut known = TROUBLE.lock();
    // The server may come back in a newer version.
    known.without_ws.retain(|e| e != endpoint);
    known.without_version.retain(|e| e != endpoint);
    let trouble = &mut known.trouble;
    trouble.retain(|t| t.endpoint == *endpoint || t.until + MOST_REST > now);
    let at = trouble.iter().position(|t| t.endpoint == *endpoint);
    let at = at.unwrap_or_else(|| {
        trouble.push(Trouble {
            endpoint: endpoint.clone(),
            failures: 0,
            until: now,
        });
        trouble.len() - 1
    });
    let this = &mut trouble[at];
    let rest = REST.saturating_mul(1 << this.failures.min(16));
    this.failures += 1;
    this.until = now + rest.min(MOST_REST);
}

pub fn answered(endpoint: &Endpoint) {
    TROUBLE.lock().trouble.retain(|t| t.endpoint != *endpoint);
}

pub fn is_without_ws(endpoint: &Endpoint) -> bool {
    TROUBLE.lock().without_ws.contains(endpoint)
}

pub fn note_without_ws(endpoint: &Endpoint) {
    note(endpoint, |known| &mut known.without_ws);
}

/// Does it tell its version when it answers a login, as far as is known? Servers do from
/// 3.3.7.2 on, and of the line 3.3.6 from 3.3.6.19 on.
pub fn tells_version(endpoint: &Endpoint) -> bool {
    !TROUBLE.lock().without_version.contains(endpoint)
}

pub fn note_without_version(endpoint: &Endpoint) {
    note(endpoint, |known| &mut known.without_version);
}

fn note(endpoint: &Endpoint, list: impl FnOnce(&mut Known) -> &mut Vec<Endpoint>) {
    let mut known = TROUBLE.lock();
    let list = list(&mut known);
    if !list.contains(endpoint) {
        list.push(endpoint.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConnectArgs;

    fn list(names: &[&str]) -> Target {
        let args = ConnectArgs {
            host: Some(&names.join(",")),
            ..ConnectArgs::default()
        };
        Target::resolve(args).unwrap()
    }

    fn first(list: &Target, interface: Interface) -> String {
        in_order(list, interface)[0].endpoint().host.clone()
    }

    fn order(target: &Target) -> String {
        let hosts = in_order(target, Interface::Statements);
        let names: Vec<_> = hosts.iter().map(|h| h.endpoint().host.clone()).collect();
        names.join(" ")
    }

    #[test]
    fn connections_are_spread_for_each_list_and_purpose() {
        let lists = [list(&["a1", "b1"]), list(&["a2", "b2"])];
        let purposes = [Interface::Statements, Interface::Consumer];
        let mut firsts = [[[0; 2]; 2]; 2];
        for _ in 0..10 {
            for (i, list) in lists.iter().enumerate() {
                for (j, purpose) in purposes.iter().enumerate() {
                    firsts[i][j][usize::from(first(list, *purpose).starts_with('b'))] += 1;
                }
            }
        }
        assert_eq!(firsts, [[[5; 2]; 2]; 2]);
    }

    #[test]
    fn repeats_are_tried_once() {
        let list = list(&["twice", "once", "twice"]);
        let mut firsts = Vec::new();
        for _ in 0..2 {
            let order = in_order(&list, Interface::Statements);
            assert_eq!(order.len(), 2);
            firsts.push(order[0].endpoint().host.clone());
        }
        firsts.sort();
        assert_eq!(firsts, ["once", "twice"]);
    }

    #[test]
    fn one_that_failed_comes_last_until_it_answers() {
        let list = list(&["well1", "ill", "well2"]);
        failed(&list.endpoints[1]);
        for _ in 0..6 {
            assert!(order(&list).ends_with(" ill"));
        }
        answered(&list.endpoints[1]);
        assert!((0..3).any(|_| first(&list, Interface::Statements) == "ill"));
    }

    fn tell(target: &Target, hosts: &[&str]) {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        discovered::note(target, &target.endpoints[0], &hosts);
    }

    #[test]
    fn those_that_were_told_come_behind() {
        let target = list(&["named"]);
        tell(&target, &["told1", "told2"]);
        let both = ["named told1 told2", "named told2 told1"];
        let orders = [order(&target), order(&target)];
        assert!(orders == both || orders == [both[1], both[0]], "{orders:?}");
        // Nobody knows yet whether they can be reached at all.
        failed(&target.endpoints[0]);
        assert!(both.contains(&&*order(&target)));
        let told2 = discovered::to(&target)[1].endpoint.clone();
        discovered::answered(&target, &told2);
        assert_eq!(order(&target), "told2 named told1");
        failed(&told2);
        assert_eq!(order(&target), "named told2 told1");
        answered(&target.endpoints[0]);
        answered(&told2);
        assert_eq!(order(&target), "named told2 told1");
    }

    #[test]
    fn connections_are_spread_over_those_that_were_told() {
        let mut target = list(&["spread1", "spread2"]);
        target.discover = Discover::Balance;
        tell(&target, &["spread3", "spread1"]);
        let mut firsts: Vec<_> = (0..6)
            .map(|_| first(&target, Interface::Statements))
            .collect();
        firsts.sort();
        assert_eq!(
            firsts,
            ["spread1", "spread1", "spread2", "spread2", "spread3", "spread3"]
        );
    }
}
