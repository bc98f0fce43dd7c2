//! From an endpoint to a socket that is connected: its addresses are tried in their order, the next one beside
//! those that have not answered soon (RFC 8305).

use super::patience::Patience;
use super::system::{self, Descriptor};
use super::{addresses, failure};
use crate::config::Endpoint;
use crate::error::{codes, system_words, Error, Result};
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

/// How long an address of a name is tried alone before the next is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

pub fn connect(endpoint: &Endpoint, nodelay: bool, patience: &Patience<'_>) -> Result<Descriptor> {
    let mut addresses = addresses::of(endpoint, patience)?.into_iter();
    let mut attempts: Vec<Descriptor> = Vec::new();
    let mut next_at = Instant::now();
    let mut last = None;
    while attempts.len() + addresses.len() > 0 {
        if attempts.is_empty() || next_at <= Instant::now() {
            match addresses.next().map(system::connect) {
                Some(Ok(attempt)) => attempts.push(attempt),
                Some(Err(e)) => last = Some(e),
                None => {}
            }
            next_at = Instant::now() + HEAD_START;
        }
        if attempts.is_empty() {
            continue;
        }
        let mut entries: Vec<_> = attempts
            .iter()
            .map(|attempt| system::interest(attempt.fd(), libc::POLLOUT))
            .collect();
        let is_last = addresses.len() == 0;
        patience.wait_for(&mut entries, (!is_last).then_some(next_at))?;
        for (place, entry) in entries.iter().enumerate().rev() {
            if entry.revents == 0 {
                continue;
            }
            let attempt = attempts.swap_remove(place);
            match system::connected(&attempt, entry.revents) {
                Ok(()) => {
                    // Requests are small and waited for: delaying them helps nobody.
                    system::set_nodelay(&attempt, nodelay);
                    return Ok(attempt);
                }
                Err(e) => {
                    last = Some(e);
                    next_at = Instant::now();
                }
            }
        }
    }
    Err(refused(endpoint, last))
}

fn refused(endpoint: &Endpoint, last: Option<io::Error>) -> Error {
    match last {
        Some(e) => {
            let advice = match e.kind() {
                ErrorKind::ConnectionRefused => failure::PORT,
                _ => "",
            };
            Error::with(
                codes::UNABLE_TO_CONNECT,
                format_args!("{endpoint}: {}{advice}", system_words(&e)),
            )
        }
        None => Error::with(
            codes::UNKNOWN_HOST,
            format_args!("`{}` has no address", endpoint.host),
        ),
    }
}
