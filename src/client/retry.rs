//! Trying again after a connection was lost.

use crate::cancellation;
use crate::config::{Retries, Target};
use crate::error::{codes, Error, Result};
use std::time::{Duration, Instant};

/// How soon a sleep notices that there is nothing to wait for any more.
const NAP: Duration = Duration::from_millis(50);

/// Calls `attempt` until it succeeds, fails for a reason that time does not heal, has been repeated as often as
/// the settings allow, or until `read_timeout`, the deadline of any call, is over.
pub fn retry<T>(
    target: &Target,
    is_closed: impl Fn() -> bool,
    mut attempt: impl FnMut() -> Result<T>,
) -> Result<T> {
    let deadline = Instant::now() + target.read_timeout;
    let mut tried = 0;
    loop {
        let error = match attempt() {
            Err(e) if is_passing(&e) && tried < target.retries.most => e,
            outcome => return outcome,
        };
        let pause = backoff(&target.retries, tried);
        if Instant::now() + pause >= deadline {
            return Err(error);
        }
        tried += 1;
        tracing::warn!(attempt = tried, ?pause, %error, "connecting again");
        let until = Instant::now() + pause;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if is_closed() {
                return Err(Error::new(codes::DISCONNECTED));
            }
            cancellation::check()?;
            cancellation::sleep(left.min(NAP));
        }
    }
}

fn is_passing(e: &Error) -> bool {
    const PASSING: [i32; 4] = [
        codes::UNABLE_TO_CONNECT,
        codes::UNKNOWN_HOST,
        codes::CONNECTION_BROKEN,
        codes::TIMEOUT,
    ];
    PASSING.contains(&e.code)
}

/// Doubled for each attempt, up to the maximum. Up to a half is taken off at random, so that the clients of a
/// server that was gone do not all come back at the same moment.
pub(super) fn backoff(retries: &Retries, tried: u64) -> Duration {
    let doubled = retries.backoff.saturating_mul(1 << tried.min(20));
    let full = doubled.min(retries.most_backoff.max(retries.backoff));
    full.mul_f64(0.5 + 0.5 * some_fraction())
}

/// From 0 to 1, differently each time.
fn some_fraction() -> f64 {
    use std::hash::BuildHasher;
    let any = std::collections::hash_map::RandomState::new().hash_one(Instant::now());
    (any >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_most() {
        let retries = Retries {
            most: 5,
            backoff: Duration::from_millis(200),
            most_backoff: Duration::from_millis(2000),
        };
        for (tried, most) in [
            (0, 200),
            (1, 400),
            (2, 800),
            (3, 1600),
            (4, 2000),
            (60, 2000),
        ] {
            let pause = backoff(&retries, tried).as_millis();
            assert!((most / 2..=most).contains(&pause), "{tried}: {pause}");
        }
    }
}
