//! Name look-up. The C library's look-up cannot be interrupted, so it runs on a thread of its own. When the time
//! limit is over, nobody waits for that thread any more.

use super::time_limit::TimeLimit;
use crate::config::Endpoint;
use crate::error::{codes, system_words, Error, Result};
use crate::sync::{Condvar, Mutex};
use crate::threads;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

/// Stack for the C library's look-up and the modules that it loads.
const STACK: usize = 2 << 20;

/// The addresses of an endpoint, in the order in which to try them.
pub fn of(endpoint: &Endpoint, limit: &TimeLimit<'_>) -> Result<Vec<SocketAddr>> {
    if let Ok(ip) = endpoint.host.parse::<IpAddr>() {
        return Ok(vec![(ip, endpoint.port).into()]);
    }
    looked_up(endpoint, limit)?.map_err(|e| {
        Error::with(
            codes::UNKNOWN_HOST,
            format_args!("`{}`: {}", endpoint.host, words(&e)),
        )
    })
}

/// The C library's words.
fn words(e: &io::Error) -> String {
    let text = system_words(e);
    match text.split_once("lookup address information: ") {
        Some((_, words)) => words.to_owned(),
        None => text,
    }
}

type Found = io::Result<Vec<SocketAddr>>;

/// What the look-up's thread has found.
#[derive(Default)]
struct LookUp {
    found: Mutex<Option<Found>>,
    ended: Condvar,
}

fn looked_up(endpoint: &Endpoint, limit: &TimeLimit<'_>) -> Result<Found> {
    let look = Arc::new(LookUp::default());
    let (theirs, asked) = (look.clone(), endpoint.clone());
    let thread = threads::start("taos-resolver", STACK, move || {
        let found = look_up(&asked);
        *theirs.found.lock() = Some(found);
        theirs.ended.notify_all();
    });
    let Ok(thread) = thread else {
        // The process may have no more threads. A look-up without a time limit is better than none.
        return Ok(look_up(endpoint));
    };
    let mut found = look.found.lock();
    loop {
        if let Some(found) = found.take() {
            // The library may be unloaded next: no thread of it may be running then.
            let _ = thread.join();
            return Ok(found);
        }
        limit.check()?;
        look.ended.wait_or_end(&mut found, limit.until());
    }
}

fn look_up(endpoint: &Endpoint) -> io::Result<Vec<SocketAddr>> {
    let found = (endpoint.host.as_str(), endpoint.port).to_socket_addrs()?;
    Ok(found.collect())
}
