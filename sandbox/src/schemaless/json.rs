//! OpenTSDB's JSON: `{"metric", "timestamp", "value", "tags": {..}}`, or an array of these. A value may
//! be an object that tells its type: `{"value": 1, "type": "int"}`.

use super::telnet::VALUE;
use super::{bad_time, unit_of_digits, value, Field, Moment, Point};
use super::{MAX_KEY, MAX_TABLE_NAME, MICRO, MILLI, NANO, SECOND};
use crate::error::{code, Result, SqlError};
use crate::types::Kind;
use crate::value::Value;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// JSON whose objects keep their order: it is that of the tags.
enum Node {
    Null,
    Bool(bool),
    /// As it was written, as far as that matters.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: Error>(self) -> std::result::Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_bool<E: Error>(self, b: bool) -> std::result::Result<Node, E> {
        Ok(Node::Bool(b))
    }
    fn visit_i64<E: Error>(self, n: i64) -> std::result::Result<Node, E> {
        Ok(Node::Number(n.to_string()))
    }
    fn visit_u64<E: Error>(self, n: u64) -> std::result::Result<Node, E> {
        Ok(Node::Number(n.to_string()))
    }
    fn visit_f64<E: Error>(self, n: f64) -> std::result::Result<Node, E> {
        Ok(Node::Number(n.to_string()))
    }
    fn visit_str<E: Error>(self, s: &str) -> std::result::Result<Node, E> {
        Ok(Node::Text(s.to_string()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> std::result::Result<Node, A::Error> {
        let mut out = vec![];
        while let Some(n) = a.next_element()? {
            out.push(n);
        }
        Ok(Node::List(out))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut a: A) -> std::result::Result<Node, A::Error> {
        let mut out = vec![];
        while let Some(pair) = a.next_entry()? {
            out.push(pair);
        }
        Ok(Node::Object(out))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Node, D::Error> {
        d.deserialize_any(AnyNode)
    }
}

impl Node {
    fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Object(o) => o.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }
    fn text(&self) -> Option<&str> {
        match self {
            Node::Text(s) => Some(s),
            _ => None,
        }
    }
}

fn invalid_json() -> SqlError {
    SqlError::new(code::INVALID_JSON, "Invalid JSON format")
}
fn invalid_type() -> SqlError {
    SqlError::new(code::INVALID_JSON_TYPE, "Invalid JSON data type")
}

pub fn parse(data: &str) -> Result<Vec<Point<'static>>> {
    match serde_json::from_str(data).map_err(|_| invalid_json())? {
        Node::List(l) if l.is_empty() => Err(SqlError::new(code::INVALID_INPUT, "invalid input")),
        Node::List(l) => l.iter().map(point).collect(),
        o => point(&o).map(|p| vec![p]),
    }
}

fn point(o: &Node) -> Result<Point<'static>> {
    let part = |key: &str| o.get(key).ok_or_else(invalid_json);
    let table = part("metric")?.text().ok_or_else(invalid_json)?;
    if !(1..=MAX_TABLE_NAME).contains(&table.len()) {
        return Err(SqlError::new(
            code::TABLE_NAME_LENGTH,
            "Table name too long",
        ));
    }
    let (moment, value) = (part("timestamp")?, part("value")?);
    let Node::Object(tags) = part("tags")? else {
        return Err(invalid_json());
    };
    let (time, column) = (time(moment)?, field(VALUE, value)?);
    let tags = tags.iter().map(|(k, v)| field(k, v));
    Ok(Point {
        table: table.to_string(),
        tags: tags.collect::<Result<_>>()?,
        columns: vec![column],
        time,
    })
}

/// Seconds or milliseconds by the digits, or in the unit that an object tells; 0 for now.
fn time(n: &Node) -> Result<Moment> {
    let not_a_time = || SqlError::new(code::INVALID_TIMESTAMP, "invalidate json");
    let (number, unit) = match n {
        Node::Number(n) => (n, unit_of_digits(n.len())),
        Node::Object(_) => {
            let unit = match n.get("type").and_then(Node::text) {
                Some("s") => SECOND,
                Some("ms") => MILLI,
                Some("us") => MICRO,
                Some("ns") => NANO,
                _ => return Err(not_a_time()),
            };
            match n.get("value") {
                Some(Node::Number(n)) => (n, Some(unit)),
                _ => return Err(not_a_time()),
            }
        }
        _ => return Err(not_a_time()),
    };
    match (number.parse::<i64>(), unit) {
        (Ok(0), _) => Ok(None),
        (Ok(t), Some(unit)) if t > 0 => Ok(Some((t, unit))),
        _ => Err(bad_time()),
    }
}

/// Types that an object may tell.
const TYPES: [(&str, Kind); 15] = [
    ("bool", Kind::Bool),
    ("i8", Kind::TinyInt),
    ("tinyint", Kind::TinyInt),
    ("i16", Kind::SmallInt),
    ("smallint", Kind::SmallInt),
    ("i32", Kind::Int),
    ("int", Kind::Int),
    ("i64", Kind::BigInt),
    ("bigint", Kind::BigInt),
    ("f32", Kind::Float),
    ("float", Kind::Float),
    ("f64", Kind::Double),
    ("double", Kind::Double),
    ("nchar", Kind::Nchar),
    ("binary", Kind::Varchar),
];

fn field(name: &str, n: &Node) -> Result<Field<'static>> {
    if !(1..=MAX_KEY).contains(&name.len()) {
        return Err(SqlError::new(code::COLUMN_LENGTH, "Invalid column length"));
    }
    let (kind, n) = match n {
        Node::Object(_) => {
            let named = n.get("type").and_then(Node::text).unwrap_or("");
            let kind = TYPES.iter().find(|t| t.0.eq_ignore_ascii_case(named));
            let value = n.get("value").ok_or_else(invalid_json)?;
            (kind.ok_or_else(invalid_type)?.1, value)
        }
        Node::Bool(_) => (Kind::Bool, n),
        Node::Number(_) => (Kind::Double, n),
        Node::Text(_) => (Kind::Varchar, n),
        Node::Null | Node::List(_) => return Err(invalid_json()),
    };
    let value = match n {
        Node::Bool(b) if kind == Kind::Bool => Value::Bool(*b),
        Node::Text(s) if kind.is_text() => Value::text(s),
        Node::Number(n) if kind.is_float() || kind.is_integer() => value::number(n, kind, n)?,
        _ => return Err(invalid_type()),
    };
    Ok(Field {
        name: name.to_string(),
        kind,
        value,
        near: "",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        let data = r#"[{"metric":"j.a","timestamp":1700000000000,"value":10.5,"tags":{"loc":"x","id":1}},
            {"metric":"b","timestamp":{"value":1700000000,"type":"s"},"value":{"value":"txt","type":"nchar"},
             "tags":{"t1":{"value":true,"type":"bool"},"t2":{"value":5,"type":"int"}}}]"#;
        let p = parse(data).unwrap();
        let kinds = |f: &[Field]| -> Vec<(String, Kind)> {
            f.iter().map(|f| (f.name.clone(), f.kind)).collect()
        };
        assert_eq!(p[0].time, Some((1700000000000, MILLI)));
        assert_eq!(
            kinds(&p[0].tags),
            [("loc".into(), Kind::Varchar), ("id".into(), Kind::Double)]
        );
        assert_eq!(p[1].time, Some((1700000000, SECOND)));
        assert_eq!(p[1].columns[0].kind, Kind::Nchar);
        assert_eq!(
            kinds(&p[1].tags),
            [("t1".into(), Kind::Bool), ("t2".into(), Kind::Int)]
        );
    }

    #[test]
    fn refusals_as_recorded() {
        for (data, code, message) in [
            ("", 0x221, "Invalid JSON format"),
            ("{}", 0x221, "Invalid JSON format"),
            ("[", 0x221, "Invalid JSON format"),
            ("[]", 0x70f, "invalid input"),
            (r#"{"metric":"x"}"#, 0x221, "Invalid JSON format"),
            (
                r#"{"metric":"x","timestamp":1,"value":1}"#,
                0x221,
                "Invalid JSON format",
            ),
            (
                r#"{"metric":"x","timestamp":"t","value":1,"tags":{"a":1}}"#,
                0x127,
                "invalidate json",
            ),
            (
                r#"{"metric":"x","timestamp":1700000000000,"value":null,"tags":{"a":1}}"#,
                0x221,
                "Invalid JSON format",
            ),
            ("not json", 0x221, "Invalid JSON format"),
        ] {
            let Err(e) = parse(data) else {
                panic!("{data}")
            };
            assert_eq!((e.code, e.message.as_str()), (code, message), "{data}");
        }
    }
}
