//! Discovered hosts. The adapters of a cluster know each other, and a login's answer lists them. The list is kept
//! for the process. It is used by connections that name the same hosts with the same TLS settings only, so that a
//! server that had to prove less cannot lead others to a host.

use super::endpoints::in_trouble;
use crate::config::address::{Discover, Tls};
use crate::config::connection_string::registered;
use crate::config::{Endpoint, Target};
use crate::sync::Mutex;
use std::sync::Arc;

/// A host that an adapter has listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    pub endpoint: Endpoint,
    /// It is connected to by TLS: the list says so, or came by a connection with TLS.
    pub tls: bool,
    /// It has answered this process: its address is good from here, not only within the cluster.
    pub has_answered: bool,
}

/// The list that connections to these named hosts have got.
struct List {
    named: Box<[Endpoint]>,
    tls: Option<Arc<Tls>>,
    hosts: Vec<Discovered>,
}

impl List {
    fn is_of(&self, target: &Target) -> bool {
        *self.named == *target.endpoints && self.tls == target.tls
    }
}

const MOST_LISTS: usize = 100;
const MOST_HOSTS: usize = 100;

pub static KNOWN: Mutex<Known> = Mutex::new(Known(Vec::new()));

#[derive(Default)]
pub struct Known(Vec<List>);

impl Known {
    fn of(&mut self, target: &Target) -> Option<&mut Vec<Discovered>> {
        let list = self.0.iter_mut().find(|list| list.is_of(target));
        list.map(|list| &mut list.hosts)
    }
}

/// The discovered hosts that a new connection may try besides the named ones. A host that has never answered and
/// failed lately is left out: its address may not be reachable from this side of a NAT.
pub fn to(target: &Target) -> Vec<Discovered> {
    if target.discover == Discover::Off {
        return Vec::new();
    }
    let mut hosts = KNOWN.lock().of(target).cloned().unwrap_or_default();
    hosts.retain(|host| {
        !target.endpoints.contains(&host.endpoint)
            && (host.has_answered || !in_trouble(&host.endpoint))
    });
    hosts
}

/// Keeps the list that the host `by` has given.
pub fn note(target: &Target, by: &Endpoint, entries: &[String]) {
    if target.discover == Discover::Off {
        return;
    }
    let mut known = KNOWN.lock();
    let before = known.of(target).cloned().unwrap_or_default();
    let of = |endpoint: &Endpoint| before.iter().find(|host| host.endpoint == *endpoint);
    let by_tls = match target.endpoints.contains(by) {
        true => target.tls.is_some(),
        false => of(by).map_or(target.tls.is_some(), |host| host.tls),
    };
    let mut hosts: Vec<Discovered> = Vec::new();
    for entry in entries.iter().take(MOST_HOSTS) {
        let Some((says_tls, endpoint)) = registered(entry) else {
            continue;
        };
        let is_weaker = by_tls && says_tls == Some(false);
        // `localhost` of another machine is that machine, not this one.
        let is_elsewhere = is_local(&endpoint) && !is_local(by);
        let is_there = hosts.iter().any(|host| host.endpoint == endpoint);
        if is_weaker || is_elsewhere || is_there {
            continue;
        }
        let before = of(&endpoint);
        hosts.push(Discovered {
            // Another host may have listed it without TLS before: it is the same host.
            tls: says_tls.unwrap_or(by_tls && before.is_none_or(|host| host.tls)),
            has_answered: before.is_some_and(|host| host.has_answered),
            endpoint,
        });
    }
    // The server's order may change, and connections are to be spread evenly.
    hosts.sort_by_cached_key(|host| (host.endpoint.host.clone(), host.endpoint.port));
    let (count, has_changed) = (hosts.len(), hosts != before);
    match known.of(target) {
        Some(list) => *list = hosts,
        None if hosts.is_empty() => {}
        None => {
            if known.0.len() >= MOST_LISTS {
                known.0.remove(0);
            }
            known.0.push(List {
                named: target.endpoints.as_slice().into(),
                tls: target.tls.clone(),
                hosts,
            });
        }
    }
    drop(known);
    if has_changed {
        tracing::info!(%by, count, "the adapters of the cluster");
    }
}

/// A connection to a discovered host has been opened.
pub fn answered(target: &Target, endpoint: &Endpoint) {
    let mut known = KNOWN.lock();
    let hosts = known.of(target).into_iter().flatten();
    hosts
        .filter(|host| host.endpoint == *endpoint)
        .for_each(|host| host.has_answered = true);
}

/// Is it a machine's name or address for itself?
fn is_local(endpoint: &Endpoint) -> bool {
    match endpoint.name().parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => endpoint.host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConnectArgs;

    fn target(host: &str) -> Target {
        Target::resolve(ConnectArgs {
            host: Some(host),
            ..ConnectArgs::default()
        })
        .unwrap()
    }

    /// What connections to `host` know after these were told by its first host.
    fn told(host: &str, entries: &[&str]) -> String {
        let target = target(host);
        let by = target.endpoints[0].clone();
        tell(&target, &by, entries);
        shown(&target)
    }

    fn tell(target: &Target, by: &Endpoint, entries: &[&str]) {
        let entries: Vec<String> = entries.iter().map(|e| (*e).to_owned()).collect();
        note(target, by, &entries);
    }

    fn shown(target: &Target) -> String {
        let scheme = |host: &Discovered| if host.tls { "wss" } else { "ws" };
        let shown = to(target)
            .iter()
            .map(|host| format!("{}://{}", scheme(host), host.endpoint))
            .collect::<Vec<_>>();
        shown.join(" ")
    }

    #[test]
    fn what_may_be_registered() {
        let entries = [
            "e:7",
            "https://f:8",
            "http://g:9",
            "h",
            "[::5]:6",
            "e:7",
            "a:6041",
            "",
            "x y:1",
            "k:0",
            "ftp://l:1",
            "https://m/",
            "n:6030",
        ];
        assert_eq!(
            told("ws://a,kinds", &entries),
            "ws://[::5]:6 ws://e:7 wss://f:8 ws://g:9 ws://h:6041 wss://m:6041 ws://n:6030"
        );
        assert_eq!(
            told("wss://a,kinds", &entries),
            "wss://[::5]:6 wss://e:7 wss://f:8 wss://h:6041 wss://m:6041 wss://n:6030"
        );
        assert_eq!(told("ws://a,kinds?discover=off", &entries), "");
    }

    #[test]
    fn the_latest_list_counts() {
        assert_eq!(told("ws://latest", &["b:1", "c:1"]), "ws://b:1 ws://c:1");
        assert_eq!(told("ws://latest", &["c:1", "d:1"]), "ws://c:1 ws://d:1");
        assert_eq!(told("ws://latest", &[]), "");
    }

    #[test]
    fn others_have_their_own() {
        told("wss://own?tls_mode=insecure", &["evil:1"]);
        for other in [
            "ws://own",
            "wss://own",
            "wss://own?tls_mode=verify_ca",
            "wss://own?tls_ca=x",
            "wss://own,b",
        ] {
            assert_eq!(shown(&target(other)), "", "{other}");
        }
        assert_eq!(
            shown(&target("wss://own?tls_mode=insecure&read_timeout=3")),
            "wss://evil:1"
        );
    }

    #[test]
    fn told_in_tls_means_tls() {
        let target = target("ws://mixed");
        tell(&target, &target.endpoints[0], &["https://b:1", "c:1"]);
        tell(
            &target,
            &to(&target)[0].endpoint,
            &["https://b:1", "c:1", "d:1", "http://e:1"],
        );
        assert_eq!(shown(&target), "wss://b:1 ws://c:1 wss://d:1");
    }

    #[test]
    fn the_other_sides_own_names() {
        let own = ["localhost:1", "127.0.0.1:1", "0.0.0.0:1", "[::1]:1", "b:1"];
        assert_eq!(told("ws://far", &own), "ws://b:1");
        assert_eq!(
            told("ws://127.0.0.1:9", &own[..2]),
            "ws://127.0.0.1:1 ws://localhost:1"
        );
    }

    #[test]
    fn one_that_never_answered_rests_when_it_failed() {
        let target = target("ws://nat");
        tell(&target, &target.endpoints[0], &["good:1", "unknown:1"]);
        let hosts = to(&target);
        answered(&target, &hosts[0].endpoint);
        for host in &hosts {
            super::super::endpoints::failed(&host.endpoint);
        }
        assert_eq!(shown(&target), "ws://good:1");
    }

    #[test]
    fn there_is_an_end() {
        let many: Vec<String> = (0..1000).map(|i| format!("h{i}:1")).collect();
        let target = target("ws://many");
        note(&target, &target.endpoints[0], &many);
        assert_eq!(to(&target).len(), MOST_HOSTS);
        for i in 0..2 * MOST_LISTS {
            told(&format!("ws://end{i}"), &["x:1"]);
        }
        assert_eq!(KNOWN.lock().0.len(), MOST_LISTS);
    }
}
