//! Looking names up. The C library's look-up cannot be interrupted, so it has a thread of its own,
//! which nobody waits for when the deadline is over.

use crate::config::Endpoint;
use crate::error::{codes, system_words, Error, Result};
use crate::threads;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use tokio::sync::oneshot;

/// What the C library's look-up and the modules that it loads may use.
const STACK: usize = 2 << 20;

/// The addresses of an endpoint, in the order in which to try them.
pub async fn of(endpoint: &Endpoint) -> Result<Vec<SocketAddr>> {
    if let Ok(ip) = endpoint.host.parse::<IpAddr>() {
        return Ok(vec![(ip, endpoint.port).into()]);
    }
    looked_up(endpoint.clone()).await.map_err(|e| {
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

async fn looked_up(endpoint: Endpoint) -> io::Result<Vec<SocketAddr>> {
    let (sender, found) = oneshot::channel();
    let asked = endpoint.clone();
    let thread = threads::start("taos-resolver", STACK, move || {
        let _ = sender.send(look_up(&asked));
    });
    let Ok(thread) = thread else {
        // The process may have no more threads. Without the deadline is better than not at all.
        return look_up(&endpoint);
    };
    let found = found.await;
    let found = found.map_err(|_| io::Error::other("the look-up ended without an answer"))?;
    // It is at its end, and none of the library's code may run on once this is unloaded.
    let _ = thread.join();
    found
}

fn look_up(endpoint: &Endpoint) -> io::Result<Vec<SocketAddr>> {
    let found = (endpoint.host.as_str(), endpoint.port).to_socket_addrs()?;
    Ok(found.collect())
}
