//! In which order to try the hosts of a list: connections are spread over them, and one that failed
//! comes last until it is due to be tried again. Known to all connections of the process.

use crate::config::Endpoint;
use crate::sync::Mutex;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long one that failed is left alone: doubled for each further failure, up to the most.
const REST: Duration = Duration::from_millis(500);
const MOST_REST: Duration = Duration::from_secs(30);

pub struct Trouble {
    endpoint: Endpoint,
    failures: u32,
    until: Instant,
}

/// What is known of endpoints.
#[derive(Default)]
pub struct Known {
    trouble: Vec<Trouble>,
    /// Those that answered that there is no `/ws`, with something older in its place.
    without_ws: Vec<Endpoint>,
}

pub static TROUBLE: Mutex<Known> = Mutex::new(Known {
    trouble: Vec::new(),
    without_ws: Vec::new(),
});

/// The endpoints in the order in which to try them.
pub fn in_order(endpoints: &[Endpoint]) -> Vec<&Endpoint> {
    let mut list: Vec<&Endpoint> = endpoints.iter().collect();
    if list.len() > 1 {
        list.rotate_left(next_start() % endpoints.len());
        let now = Instant::now();
        let known = TROUBLE.lock();
        // Stable: the healthy ones keep their turn, the others are the last resort.
        list.sort_by_key(|e| {
            let trouble = known.trouble.iter().find(|t| t.endpoint == **e);
            trouble.is_some_and(|t| t.until > now)
        });
    }
    list
}

/// Each call another start; the first of a process is any, so that many processes spread, too.
fn next_start() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(usize::MAX);
    let any = || RandomState::new().hash_one(std::process::id()) as usize >> 1;
    let _ = NEXT.compare_exchange(usize::MAX, any(), Ordering::Relaxed, Ordering::Relaxed);
    NEXT.fetch_add(1, Ordering::Relaxed)
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

    #[test]
    fn connections_are_spread() {
        let list = list(&["spread1", "spread2", "spread3"]);
        let firsts: Vec<_> = (0..3).map(|_| in_order(&list)[0].host.clone()).collect();
        for endpoint in &list {
            assert!(firsts.contains(&endpoint.host), "{firsts:?}");
        }
    }

    #[test]
    fn one_that_failed_comes_last_until_it_answers() {
        let list = list(&["well1", "ill", "well2"]);
        failed(&list[1]);
        for _ in 0..6 {
            assert_eq!(in_order(&list)[2].host, "ill");
        }
        answered(&list[1]);
        assert!((0..3).any(|_| in_order(&list)[0].host == "ill"));
    }
}
