//! OpenTSDB's telnet protocol: `table time value tag=value tag=value`.

use super::{from, lines, near, unit_of_digits, value, Field, Moment, Point};
use super::{MAX_KEY, MAX_TABLE_NAME};
use crate::error::{code, Result};
use crate::types::Kind;
use crate::value::Value;

pub const VALUE: &str = "_value";

pub fn parse(data: &str) -> Result<Vec<Point<'_>>> {
    lines(data).map(|(line, rest)| point(line, rest)).collect()
}

/// The next word and what follows it. One at the end of the line does not count: a blank must follow.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(' ');
    match text.find(' ') {
        Some(end) => text.split_at(end),
        None => ("", &text[text.len()..]),
    }
}

fn point<'a>(line: &'a str, rest: &'a str) -> Result<Point<'a>> {
    let (table, text) = word(line);
    if !(1..=MAX_TABLE_NAME).contains(&table.len()) {
        return Err(near(
            code::TABLE_NAME_LENGTH,
            "SML telnet invalid measure",
            from(rest, text),
        ));
    }
    let (moment, text) = word(text);
    if moment.is_empty() {
        return Err(near(
            code::SML_DATA,
            "SML telnet invalid timestamp",
            from(rest, text),
        ));
    }
    let time = time(moment).ok_or_else(|| {
        near(
            code::INVALID_TIMESTAMP,
            "SML telnet parse timestamp failed",
            from(rest, text),
        )
    })?;
    let (number, mut text) = word(text);
    if number.is_empty() {
        return Err(near(
            code::SML_VALUE,
            "SML telnet invalid value",
            from(rest, text),
        ));
    }
    let (kind, value) = value::parse(number, from(rest, number))?;
    let mut tags = vec![];
    loop {
        text = text.trim_start_matches(' ');
        if text.is_empty() {
            break;
        }
        let (one, after) = text.split_at(text.find(' ').unwrap_or(text.len()));
        tags.push(tag(one, rest)?);
        text = after;
    }
    Ok(Point {
        table: table.to_string(),
        tags,
        columns: vec![Field {
            name: VALUE.into(),
            kind,
            value,
            near: from(rest, number),
        }],
        time,
    })
}

/// Seconds or milliseconds, by the number of digits; 0 for now.
fn time(text: &str) -> Option<Moment> {
    if text == "0" {
        return Some(None);
    }
    let unit = unit_of_digits(text.len())?;
    let time = text.parse().ok().filter(|t: &i64| *t >= 0)?;
    Some(Some((time, unit)))
}

fn tag<'a>(text: &'a str, rest: &'a str) -> Result<Field<'a>> {
    let parts = text.split_once('=');
    let (key, value) = parts
        .filter(|(k, _)| (1..=MAX_KEY).contains(&k.len()))
        .ok_or_else(|| {
            let what = "invalid key or key is too long than 64";
            near(code::COLUMN_LENGTH, what, from(rest, text))
        })?;
    if value.is_empty() {
        return Err(near(code::SML_DATA, "invalid value", from(rest, value)));
    }
    Ok(Field {
        name: key.to_string(),
        kind: Kind::Nchar,
        value: Value::text(value),
        near: from(rest, key),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{MILLI, SECOND};
    use super::*;

    #[test]
    fn rows() {
        let data = "a.b 1700000000000 10.3 x=1 y=2\nc 1700000000 5i8 z=é\nd 0 t x=1";
        let p = parse(data).unwrap();
        assert_eq!(p[0].table, "a.b");
        assert_eq!(p[0].time, Some((1700000000000, MILLI)));
        assert_eq!(p[0].columns[0].value, Value::Double(10.3));
        assert_eq!((p[0].tags.len(), p[0].tags[1].name.as_str()), (2, "y"));
        assert_eq!(p[1].time, Some((1700000000, SECOND)));
        assert_eq!(p[1].columns[0].kind, Kind::TinyInt);
        assert_eq!((p[2].time, p[2].columns[0].kind), (None, Kind::Bool));
    }

    #[test]
    fn refusals_as_recorded() {
        for (data, code, message) in [
            ("m", 0x20a, "SML telnet invalid measure:"),
            ("m 1700000000000", 0x3002, "SML telnet invalid timestamp:"),
            ("m 1700000000000 abc t=1", 0x203, "invalid data:abc t=1"),
            (
                "m notatime 1 t=1",
                0x127,
                "SML telnet parse timestamp failed: 1 t=1",
            ),
            ("m 1700000000000 1", 0x203, "SML telnet invalid value:"),
            (
                "m 1700000000000 1 t",
                0x21f,
                "invalid key or key is too long than 64:t",
            ),
            (
                "m 17 1 t=1",
                0x127,
                "SML telnet parse timestamp failed: 1 t=1",
            ),
        ] {
            let Err(e) = parse(data) else {
                panic!("{data}")
            };
            assert_eq!((e.code, e.message.as_str()), (code, message), "{data}");
        }
    }
}
