//! Schemaless rows: three protocols, one parser each, and what writes their rows.

mod json;
mod line;
mod schema;
mod telnet;
mod value;
mod writer;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{clip, code, Result, SqlError};
use crate::types::Kind;
use crate::value::Value;

/// `protocol` on the wire.
const LINE: i64 = 1;
const TELNET: i64 = 2;
const JSON: i64 = 3;

/// The real client's buffer for a message.
const MAX_MESSAGE: usize = 511;
const MAX_TABLE_NAME: usize = 192;
const MAX_KEY: usize = 64;

/// What is asked for.
pub struct Insert<'a> {
    pub protocol: i64,
    pub precision: &'a str,
    pub ttl: i64,
    pub data: &'a str,
    pub table_name_key: &'a str,
}

/// A time, and the nanoseconds of its unit; None for the server's own time.
type Moment = Option<(i64, i64)>;

const NANO: i64 = 1;
const MICRO: i64 = 1_000;
const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000_000_000;

/// A tag or a column of a row.
struct Field<'a> {
    name: String,
    kind: Kind,
    value: Value,
    /// The data from here on, for errors.
    near: &'a str,
}

struct Point<'a> {
    table: String,
    tags: Vec<Field<'a>>,
    columns: Vec<Field<'a>>,
    time: Moment,
}

/// Writes the rows, all of them or none; how many there were.
pub fn insert(e: &mut Engine, cx: &Context, i: &Insert) -> Result<usize> {
    if cx.db.is_empty() {
        return Err(SqlError::new(
            code::DB_NOT_SPECIFIED,
            "Database not specified",
        ));
    }
    // A NUL ends the text, as it does in the C client behind the real adapter.
    let data = i.data.split('\0').next().unwrap_or("");
    if i.protocol != JSON && data.is_empty() && (LINE..=TELNET).contains(&i.protocol) {
        return Err(invalid("line num is invalid"));
    }
    let points = match i.protocol {
        LINE => line::parse(data, unit(i.precision)),
        TELNET => telnet::parse(data),
        JSON => json::parse(data),
        _ => Err(SqlError::new(code::SML_PROTOCOL, "protocol invalidate")),
    }?;
    writer::write(e, cx, i, points)
}

/// Lines of the data as `total_rows` counts them.
pub fn count_lines(protocol: i64, data: &str) -> usize {
    lines(data)
        .filter(|l| protocol != LINE || !is_comment(l.0))
        .count()
}

/// Lines, each with the data from its begin on.
fn lines(data: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let all = rest;
        let line = all.split('\n').next().filter(|_| !all.is_empty())?;
        rest = all.get(line.len() + 1..).unwrap_or("");
        Some((line, all))
    })
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
}

/// The unit of times in the line protocol; not configured means nanoseconds.
fn unit(precision: &str) -> i64 {
    match precision {
        "h" => 3600 * SECOND,
        "m" => 60 * SECOND,
        "s" => SECOND,
        "ms" => MILLI,
        "u" | "μ" => MICRO,
        _ => NANO,
    }
}

/// The unit of a time without one, by its digits.
fn unit_of_digits(digits: usize) -> Option<i64> {
    match digits {
        10 => Some(SECOND),
        13 => Some(MILLI),
        _ => None,
    }
}

/// The data from `at` on, where `at` is a part of it.
fn from<'a>(data: &'a str, at: &str) -> &'a str {
    let offset = (at.as_ptr() as usize).wrapping_sub(data.as_ptr() as usize);
    data.get(offset..).unwrap_or("")
}

fn near(code: u16, what: &str, near: &str) -> SqlError {
    let text = format!("{what}:{near}");
    SqlError::new(code, clip(&text, MAX_MESSAGE))
}

fn invalid(text: &str) -> SqlError {
    SqlError::new(code::SML_DATA, text)
}

fn bad_time() -> SqlError {
    SqlError::new(code::INVALID_TIMESTAMP, "Invalid timestamp format")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_recorded() {
        for (data, n) in [("", 0), ("a", 1), ("a\n", 1), ("a\n\nb\n", 3), ("#\na", 1)] {
            assert_eq!(count_lines(LINE, data), n, "{data:?}");
        }
        assert_eq!(count_lines(TELNET, "#\na"), 2);
        let all: Vec<_> = lines("a\nb\n").collect();
        assert_eq!(all, [("a", "a\nb\n"), ("b", "b\n")]);
    }
}
