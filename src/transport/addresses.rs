//! Looking names up. The C library's look-up cannot be interrupted, so it has a thread of its own,
//! which nobody waits for when the deadline is over.

use super::patience::Patience;
use crate::config::Endpoint;
use crate::error::{codes, system_words, Error, Result};
use crate::sync::{Condvar, Mutex};
use crate::threads;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

/// What the C library's look-up and the modules that it loads may use.
const STACK: usize = 2 << 20;

/// The addresses of an endpoint, in the order in which to try them.
pub fn of(endpoint: &Endpoint, patience: &Patience<'_>) -> Result<Vec<SocketAddr>> {
    if let Ok(ip) = endpoint.host.parse::<IpAddr>() {
        return Ok(vec![(ip, endpoint.port).into()]);
    }
    looked_up(endpoint, patience)?.map_err(|e| {
        Error::with(
            codes::UNKNOWN_HOST,
            format_args!("`{}`: {}", endpoint.host, words(&e)),
        )
    })
}

/// What the C library says.
fn words(e: &io::Error) -> String {
    let text = system_words(e);
    match text.split_once("lookup address information: ") {
        Some((_, words)) => words.to_owned(),
        None => text,
    }
}

type Found = io::Result<Vec<SocketAddr>>;

/// What the thread has found that looks a name up.
#[derive(Default)]
struct LookUp {
    found: Mutex<Option<Found>>,
    ended: Condvar,
}

fn looked_up(endpoint: &Endpoint, patience: &Patience<'_>) -> Result<Found> {
    let look = Arc::new(LookUp::default());
    let (theirs, asked) = (look.clone(), endpoint.clone());
    let thread = threads::start("taos-resolver", STACK, move || {
        let found = look_up(&asked);
        *theirs.found.lock() = Some(found);
        theirs.ended.notify_all();
    });
    let Ok(thread) = thread else {
        // The process may have no more threads. Without the deadline is better than not at all.
        return Ok(look_up(endpoint));
    };
    let mut found = look.found.lock();
    loop {
        if let Some(found) = found.take() {
            // It is at its end, and none of the library's code may run on once this is unloaded.
            let _ = thread.join();
            return Ok(found);
        }
        patience.check()?;
        look.ended.wait_or_end(&mut found, patience.until());
    }
}

fn look_up(endpoint: &Endpoint) -> io::Result<Vec<SocketAddr>> {
    let found = (endpoint.host.as_str(), endpoint.port).to_socket_addrs()?;
    Ok(found.collect())
}
