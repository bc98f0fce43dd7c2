//! In which order to try the hosts of a list: connections are spread over them, and one that failed
//! comes last until it is due to be tried again. Known to all connections of the process.

use crate::config::Endpoint;
use crate::protocol::reply::Interface;
use crate::sync::Mutex;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

/// How long one that failed is left alone: doubled for each further failure, up to the most.
const REST: Duration = Duration::from_millis(500);
const MOST_REST: Duration = Duration::from_secs(30);

pub struct Trouble {
    endpoint: Endpoint,
    failures: u32,
    until: Instant,
}

/// Which host of a list is the next to be tried first.
struct Start {
    endpoints: Box<[Endpoint]>,
    interface: Interface,
    next: usize,
}

const MOST_STARTS: usize = 100;

/// What is known of endpoints.
#[derive(Default)]
pub struct Known {
    trouble: Vec<Trouble>,
    /// Those that answered that there is no `/ws`, with something older in its place.
    without_ws: Vec<Endpoint>,
    starts: Vec<Start>,
}

pub static TROUBLE: Mutex<Known> = Mutex::new(Known {
    trouble: Vec::new(),
    without_ws: Vec::new(),
    starts: Vec::new(),
});

/// The endpoints in the order in which to try them, each once.
pub fn in_order(endpoints: &[Endpoint], interface: Interface) -> Vec<&Endpoint> {
    let mut list: Vec<&Endpoint> = Vec::with_capacity(endpoints.len());
    for endpoint in endpoints {
        if !list.contains(&endpoint) {
            list.push(endpoint);
        }
    }
    if list.len() > 1 {
        let now = Instant::now();
        let mut known = TROUBLE.lock();
        let start = known.next_start(endpoints, interface) % list.len();
        list.rotate_left(start);
        // Stable: the healthy ones keep their turn, the others are the last resort.
        list.sort_by_key(|e| {
            let trouble = known.trouble.iter().find(|t| t.endpoint == **e);
            trouble.is_some_and(|t| t.until > now)
        });
    }
    list
}

impl Known {
    /// Each connection to a list another start, counted for each list and purpose: programs have
    /// several that they use in turn. The first is any, so that many processes spread, too.
    fn next_start(&mut self, endpoints: &[Endpoint], interface: Interface) -> usize {
        let this = |s: &Start| s.interface == interface && *s.endpoints == *endpoints;
        let at = self.starts.iter().position(this).unwrap_or_else(|| {
            // More than a program has: the oldest may start anywhere again.
            if self.starts.len() >= MOST_STARTS {
                self.starts.remove(0);
            }
            self.starts.push(Start {
                endpoints: endpoints.into(),
                interface,
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
    // It may come back as a newer one.
    known.without_ws.retain(|e| e != endpoint);
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
    let mut known = TROUBLE.lock();
    if !known.without_ws.contains(endpoint) {
        known.without_ws.push(endpoint.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<Endpoint> {
        let endpoint = |name: &&str| Endpoint {
            host: (*name).into(),
            port: 1,
        };
        names.iter().map(endpoint).collect()
    }

    fn first(list: &[Endpoint], interface: Interface) -> String {
        in_order(list, interface)[0].host.clone()
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
            firsts.push(order[0].host.clone());
        }
        firsts.sort();
        assert_eq!(firsts, ["once", "twice"]);
    }

    #[test]
    fn one_that_failed_comes_last_until_it_answers() {
        let list = list(&["well1", "ill", "well2"]);
        failed(&list[1]);
        for _ in 0..6 {
            assert_eq!(in_order(&list, Interface::Statements)[2].host, "ill");
        }
        answered(&list[1]);
        assert!((0..3).any(|_| first(&list, Interface::Statements) == "ill"));
    }
}
