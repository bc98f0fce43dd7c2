//! InfluxDB's line protocol: `table,tag=value column=value,column=value time`.

use super::{bad_time, from, invalid, is_comment, lines, near, value, Field, Moment, Point};
use super::{MAX_KEY, MAX_TABLE_NAME};
use crate::error::{code, Result, SqlError};
use crate::types::Kind;
use crate::value::Value;

pub fn parse(data: &str, unit: i64) -> Result<Vec<Point<'_>>> {
    lines(data)
        .filter(|(line, _)| !is_comment(line))
        .map(|(line, rest)| point(line, rest, unit))
        .collect()
}

/// The text up to an unescaped character of `ends`, and the rest from that character on.
fn until<'a>(text: &'a str, ends: &[u8]) -> (&'a str, &'a str) {
    let b = text.as_bytes();
    let mut at = 0;
    while at < b.len() && !ends.contains(&b[at]) {
        at += 1 + (b[at] == b'\\' && at + 1 < b.len() && b[at + 1].is_ascii()) as usize;
    }
    text.split_at(at)
}

/// `\,`, `\=`, `\ ` and `\\` of names and tags; any other backslash is itself.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(',' | '=' | ' ' | '\\')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

fn is_key(key: &str) -> bool {
    (1..=MAX_KEY).contains(&key.len())
}

fn point<'a>(line: &'a str, rest: &'a str, unit: i64) -> Result<Point<'a>> {
    let text = line.trim_start_matches(' ');
    if text.starts_with(',') {
        return Err(invalid("Invalid data format"));
    }
    let (table, mut text) = until(text, b", ");
    let table = unescape(table);
    if !(1..=MAX_TABLE_NAME).contains(&table.len()) {
        return Err(SqlError::new(
            code::TABLE_NAME_LENGTH,
            "SML line measure is empty or too large than 192",
        ));
    }
    let mut tags = vec![];
    while let Some(at) = text.strip_prefix(',') {
        let (tag, after) = tag(at, rest)?;
        tags.push(tag);
        text = after;
    }
    text = text.trim_start_matches(' ');
    if text.is_empty() {
        return Err(invalid("SML line cols is empty"));
    }
    let mut columns = vec![];
    loop {
        let (column, after) = column(text, rest)?;
        columns.push(column);
        match after.strip_prefix(',') {
            Some(next) => text = next,
            None => {
                text = after;
                break;
            }
        }
    }
    Ok(Point {
        table,
        tags,
        columns,
        time: time(text.trim_start_matches(' '), rest, unit)?,
    })
}

fn tag<'a>(text: &'a str, rest: &'a str) -> Result<(Field<'a>, &'a str)> {
    let (key, after) = until(text, b",= ");
    let name = unescape(key);
    let value = after.strip_prefix('=').filter(|_| is_key(&name));
    let value = value.ok_or_else(|| {
        let what = "invalid key or key is too long than 64";
        near(code::COLUMN_LENGTH, what, from(rest, key))
    })?;
    let (text, after) = until(value, b",= ");
    if text.is_empty() || after.starts_with('=') {
        return Err(near(code::SML_DATA, "invalid value", from(rest, value)));
    }
    let field = Field {
        name,
        kind: Kind::Nchar,
        value: Value::text(&unescape(text)),
        near: from(rest, key),
    };
    Ok((field, after))
}

fn column<'a>(text: &'a str, rest: &'a str) -> Result<(Field<'a>, &'a str)> {
    let (key, after) = until(text, b",= ");
    let name = unescape(key);
    let at = after.strip_prefix('=').filter(|_| is_key(&name));
    let at = at.ok_or_else(|| {
        let what = "SML line invalid key or key is too long than 64";
        near(code::COLUMN_LENGTH, what, from(rest, key))
    })?;
    let (text, after) = at.split_at(
        value_length(at)
            .ok_or_else(|| near(code::SML_DATA, "SML line unbalanced quotes", from(rest, at)))?,
    );
    if text.is_empty() {
        return Err(near(
            code::SML_DATA,
            "SML line invalid value",
            from(rest, at),
        ));
    }
    let (kind, value) = value::parse(text, from(rest, at))?;
    let field = Field {
        name,
        kind,
        value,
        near: from(rest, key),
    };
    Ok((field, after))
}

/// Up to a comma or blank outside quotes; None when a quote is left open.
fn value_length(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (i, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b' ' if !quoted => return Some(i),
            _ => {}
        }
    }
    (!quoted).then_some(text.len())
}

/// What follows the time is not looked at; any white space ends it, as the CR of a CR LF.
fn time(text: &str, rest: &str, unit: i64) -> Result<Moment> {
    let time = text.split(|c: char| c.is_ascii_whitespace()).next();
    let time = time.unwrap_or("");
    match time.parse::<i64>() {
        _ if time.is_empty() => Ok(None),
        Ok(0) => Ok(None),
        Ok(t) if t > 0 => Ok(Some((t, unit))),
        Ok(_) => Err(bad_time()),
        Err(_) => Err(near(
            code::INVALID_TIMESTAMP,
            "SML line invalid timestamp",
            from(rest, text),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(data: &str) -> (u16, String) {
        match parse(data, 1) {
            Err(e) => (e.code, e.message),
            Ok(_) => panic!("{data}"),
        }
    }

    #[test]
    fn rows() {
        let data = "m\\ x,t\\,1=v\\ 1,b=c f\\=1=\"q\\\"q, r\",g=2i 5\n#no\n n f=t";
        let p = parse(data, 7).unwrap();
        let fields = |f: &[Field]| -> Vec<(String, Kind)> {
            f.iter().map(|f| (f.name.clone(), f.kind)).collect()
        };
        assert_eq!((p[0].table.as_str(), p[0].time), ("m x", Some((5, 7))));
        assert_eq!(
            fields(&p[0].tags),
            [("t,1".into(), Kind::Nchar), ("b".into(), Kind::Nchar)]
        );
        assert_eq!(p[0].tags[0].value, Value::text("v 1"));
        assert_eq!(
            fields(&p[0].columns),
            [("f=1".into(), Kind::Varchar), ("g".into(), Kind::BigInt)]
        );
        assert_eq!(p[0].columns[0].value, Value::text("q\"q, r"));
        assert_eq!((p[1].table.as_str(), p[1].time), ("n", None));
        for extra in ["m f=1i 17 extra", "m f=1i 17\r\n"] {
            assert_eq!(parse(extra, 1).unwrap()[0].time, Some((17, 1)));
        }
    }

    #[test]
    fn refusals_as_recorded() {
        for (data, code, message) in [
            ("m", 0x3002, "SML line cols is empty"),
            ("m,t=1", 0x3002, "SML line cols is empty"),
            ("m f=", 0x3002, "SML line invalid value:"),
            (
                "m f=1i notatime",
                0x127,
                "SML line invalid timestamp:notatime",
            ),
            ("m f=abc 17", 0x203, "invalid data:abc 17"),
            (
                "m f=300i8 17",
                0x203,
                "tiny int out of range[-128,127]:300i8 17",
            ),
            (",t=1 f=1 17", 0x3002, "Invalid data format"),
            ("m,t= f=1 17", 0x3002, "invalid value: f=1 17"),
            (
                "m f=\"open 17",
                0x3002,
                "SML line unbalanced quotes:\"open 17",
            ),
            ("m f=1i -1", 0x127, "Invalid timestamp format"),
            (
                "v,t=c f=3i 17\n\nv,t=d f=4i 17\n",
                0x20a,
                "SML line measure is empty or too large than 192",
            ),
            (
                "v,t=c f=3i 17\nbroken line\n",
                0x21f,
                "SML line invalid key or key is too long than 64:line\n",
            ),
            (
                "v f=3i 17\nbroken line\nv f=4i 17",
                0x21f,
                "SML line invalid key or key is too long than 64:line\nv f=4i 17",
            ),
        ] {
            assert_eq!(error(data), (code, message.to_string()), "{data}");
        }
        let long = "k".repeat(65);
        assert_eq!(error(&format!("m {long}=1")).0, 0x21f);
        assert_eq!(error(&format!("{} f=1", "m".repeat(193))).0, 0x20a);
        // A message has its size, whatever the data's, and ends with a whole character.
        assert_eq!(error(&format!("m f=x{}", "é".repeat(999))).1.len(), 510);
    }
}
