//! Functions of times.

use super::call::Call;
use super::texts::text;
use crate::time::{Precision, Zone};
use crate::types::Kind;
use crate::value::Value;

/// Argument `i` as a time: a TIMESTAMP in the statement's precision, a text, or a number whose digits tell.
pub(super) fn time_of(c: &Call, i: usize, a: &[Value]) -> Option<(i64, Precision)> {
    match (&a[i], c.types[i].kind) {
        (Value::Bytes(_), _) => Some((c.zone.parse(&text(&a[i]), c.precision)?, c.precision)),
        (v, Kind::Timestamp) => Some((v.as_i64()?, c.precision)),
        (v, _) => v.as_i64().map(|n| (n, Precision::of_digits(n))),
    }
}

pub(super) fn ticks_of(c: &Call, i: usize, a: &[Value]) -> Option<i64> {
    time_of(c, i, a).map(|(ts, p)| c.precision.convert(ts, p))
}

pub(super) fn to_iso8601(c: &Call, a: &[Value]) -> Value {
    let Some((ts, p)) = time_of(c, 0, a) else {
        return Value::Null;
    };
    let zone = match a.get(1) {
        // An offset such as +08:00; POSIX counts the other way round.
        Some(z) => match text(z).as_bytes() {
            [b'+', rest @ ..] => Zone::new(&format!("UTC-{}", String::from_utf8_lossy(rest))),
            [b'-', rest @ ..] => Zone::new(&format!("UTC+{}", String::from_utf8_lossy(rest))),
            _ => Zone::utc(),
        },
        None => c.zone.clone(),
    };
    zone.iso8601(ts, p).map_or(Value::Null, |t| Value::text(&t))
}

pub(super) fn weekday(
    c: &Call,
    a: &[Value],
    base: i64,
    number: fn(jiff::civil::Weekday) -> i8,
) -> Value {
    let day = time_of(c, 0, a).and_then(|(ts, p)| c.zone.local(ts, p));
    day.map_or(Value::Null, |d| {
        Value::Int(number(d.weekday()) as i64 + base)
    })
}
