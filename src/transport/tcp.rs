//! Connects a socket to an endpoint. The addresses of a name are tried in order. When one does not answer soon, the
//! next is tried beside it (RFC 8305).

use super::system::{self, Descriptor};
use super::time_limit::TimeLimit;
use super::{addresses, failure};
use crate::config::Endpoint;
use crate::error::{codes, system_words, Error, Result};
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

/// How long an address is tried before the next is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

pub fn connect(endpoint: &Endpoint, nodelay: bool, limit: &TimeLimit<'_>) -> Result<Descriptor> {
    let mut addresses = addresses::of(endpoint, limit)?.into_iter();
    let mut attempts: Vec<Descriptor> = Vec::new();
    let mut next_at = Instant::now();
    let mut last = None;
    while attempts.len() + addresses.len() > 0 {
        if attempts.is_empty() || next_at <= Instant::now() {
            match addresses.next().map(|a| system::connect(a, nodelay)) {
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
        limit.wait_for(&mut entries, (!is_last).then_some(next_at))?;
        for (place, entry) in entries.iter().enumerate().rev() {
            if entry.revents == 0 {
                continue;
            }
            let attempt = attempts.swap_remove(place);
            match system::connected(&attempt, entry.revents) {
                Ok(()) => return Ok(attempt),
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
