//! Changes of tables as subscribers get them: as JSON, in the real server's form, and as SQL that repeats the change
//! elsewhere. Raw messages of the sandbox hold the SQL.

use crate::catalog::{Child, Column, Found, Schema};
use crate::geometry;
use crate::sql::ast::{Alter, ColumnDef};
use crate::types::{Kind, Type};
use crate::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

/// Numbers of the server's own messages: the raw type of a single one.
const CREATE_TABLE: u16 = 515;
const ALTER_TABLE: u16 = 517;
const DROP_TABLE: u16 = 519;
const CREATE_STABLE: u16 = 531;
pub const ALTER_STABLE: u16 = 533;
const DROP_STABLE: u16 = 535;
const DELETE: u16 = 579;

/// A child table as it was created.
#[derive(Clone)]
pub struct NewChild {
    pub stable: Arc<str>,
    pub tags: Arc<[Column]>,
    pub child: Arc<Child>,
}

#[derive(Clone)]
pub enum Meta {
    Children(Vec<NewChild>),
    Other {
        raw_type: u16,
        json: String,
        sql: String,
        /// The super table it is about, itself or by its child.
        stable: Option<String>,
        child: Option<Arc<Child>>,
        /// Identifies a change that every vgroup reports, so that a client that follows all of them makes it once.
        serial: u64,
    },
}

fn quoted(s: &str) -> String {
    Json::from(s).to_string()
}

/// A name between back-ticks.
fn name(s: &str) -> String {
    format!("`{}`", s.replace('`', "``"))
}

fn literal(v: &Value, ty: &Type) -> String {
    let text = |s: &str| format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'"));
    match (v, ty.kind) {
        (Value::Null, _) => "NULL".into(),
        (Value::Double(d), _) => format!("{d:?}"),
        (Value::Bytes(b), Kind::Varbinary) => format!("'\\x{}'", hex(b)),
        (Value::Bytes(b), Kind::Geometry) => text(&geometry::to_text(b).unwrap_or_default()),
        (v, _) if ty.kind.is_variable() => text(&v.to_text().unwrap_or_default()),
        (v, _) => v.to_text().unwrap_or_default(),
    }
}

fn hex(b: &[u8]) -> String {
    b.iter().map(|x| format!("{x:02X}")).collect()
}

/// A tag's value as the real server writes it into JSON: texts within quotes of their own.
fn told(v: &Value, ty: &Type) -> String {
    match (v, ty.kind) {
        (Value::Bytes(b), Kind::Varbinary) => quoted(&format!("\"\\x{}\"", hex(b))),
        (Value::Bytes(b), Kind::Geometry) => {
            quoted(&format!("\"{}\"", geometry::to_text(b).unwrap_or_default()))
        }
        (v, Kind::Json) => quoted(&v.to_text().unwrap_or_default()),
        (v, k) if k.is_variable() => quoted(&format!("\"{}\"", v.to_text().unwrap_or_default())),
        (Value::Double(d), _) => Json::from(*d).to_string(),
        (Value::Bool(b), _) => (*b as u8).to_string(),
        (v, _) => v.to_text().unwrap_or_default(),
    }
}

impl NewChild {
    pub fn new(schema: &Schema, child: Arc<Child>) -> NewChild {
        NewChild {
            stable: schema.name.as_str().into(),
            tags: schema.tags.as_slice().into(),
            child,
        }
    }
    fn json_keys(&self) -> String {
        let tags = self.tags.iter().zip(&self.child.tags);
        let tags = tags.filter(|(_, v)| !v.is_null()).map(|(t, v)| {
            format!(
                "{{\"name\":{},\"type\":{},\"value\":{}}}",
                quoted(&t.name),
                t.ty.kind as u8,
                told(v, &t.ty)
            )
        });
        format!(
            "\"tableName\":{},\"using\":{},\"tagNum\":{},\"tags\":[{}]",
            quoted(&self.child.name),
            quoted(&self.stable),
            self.tags.len(),
            tags.collect::<Vec<_>>().join(",")
        )
    }
    pub fn sql(&self) -> String {
        let names: Vec<String> = self.tags.iter().map(|t| name(&t.name)).collect();
        let values = self.tags.iter().zip(&self.child.tags);
        let values: Vec<String> = values.map(|(t, v)| literal(v, &t.ty)).collect();
        format!(
            "CREATE TABLE IF NOT EXISTS {} USING {} ({}) TAGS ({})",
            name(&self.child.name),
            name(&self.stable),
            names.join(", "),
            values.join(", ")
        )
    }
}

/// The JSON of tables that one statement created.
pub fn children_json(all: &[NewChild]) -> String {
    let Some(first) = all.first() else {
        return "{}".into();
    };
    let list: Vec<String> = match all.len() {
        1 => vec![],
        _ => all
            .iter()
            .map(|c| format!("{{{}}}", c.json_keys()))
            .collect(),
    };
    format!(
        "{{\"type\":\"create\",\"tableType\":\"child\",{},\"createList\":[{}]}}",
        first.json_keys(),
        list.join(",")
    )
}

fn length(ty: &Type) -> Option<u32> {
    (ty.kind.is_variable() && ty.kind != Kind::Json).then(|| ty.described_len())
}

impl Meta {
    pub fn raw_type(&self) -> u16 {
        match self {
            Meta::Children(_) => CREATE_TABLE,
            Meta::Other { raw_type, .. } => *raw_type,
        }
    }
    pub fn serial(&self) -> u64 {
        match self {
            Meta::Children(_) => 0,
            Meta::Other { serial, .. } => *serial,
        }
    }
    pub fn json(&self) -> String {
        match self {
            Meta::Children(all) => children_json(all),
            Meta::Other { json, .. } => json.clone(),
        }
    }
    pub fn sql(&self) -> Vec<String> {
        match self {
            Meta::Children(all) => all.iter().map(NewChild::sql).collect(),
            Meta::Other { sql, .. } => vec![sql.clone()],
        }
    }

    /// A super table or a plain one.
    pub fn created(s: &Schema) -> Meta {
        let column = |c: &Column| {
            let length = length(&c.ty).map_or(String::new(), |n| format!(",\"length\":{n}"));
            format!(
                "{{\"name\":{},\"type\":{}{length},\"isPrimarykey\":false,\"encode\":\"{}\",\"compress\":\"{}\",\"level\":\"medium\"}}",
                quoted(&c.name), c.ty.kind as u8, c.ty.encode(), c.ty.compress()
            )
        };
        let tag = |c: &Column| {
            let length = length(&c.ty).map_or(String::new(), |n| format!(",\"length\":{n}"));
            format!(
                "{{\"name\":{},\"type\":{}{length}}}",
                quoted(&c.name),
                c.ty.kind as u8
            )
        };
        let json = format!(
            "{{\"type\":\"create\",\"tableType\":\"{}\",\"tableName\":{},\"columns\":[{}],\"tags\":[{}]}}",
            if s.is_super { "super" } else { "normal" },
            quoted(&s.name),
            s.columns.iter().map(column).collect::<Vec<_>>().join(","),
            s.tags.iter().map(tag).collect::<Vec<_>>().join(",")
        );
        let list = |columns: &[Column]| {
            let all = columns
                .iter()
                .map(|c| format!("{} {}", name(&c.name), c.ty.full_name()));
            all.collect::<Vec<_>>().join(", ")
        };
        let mut sql = format!(
            "CREATE {} IF NOT EXISTS {} ({})",
            if s.is_super { "STABLE" } else { "TABLE" },
            name(&s.name),
            list(&s.columns)
        );
        if s.is_super {
            sql.push_str(&format!(" TAGS ({})", list(&s.tags)));
        }
        Meta::Other {
            raw_type: if s.is_super {
                CREATE_STABLE
            } else {
                CREATE_TABLE
            },
            json,
            sql,
            stable: s.is_super.then(|| s.name.clone()),
            child: None,
            serial: 0,
        }
    }

    pub fn dropped(table: &str, found: &Found) -> Meta {
        let (raw_type, json) = match found {
            Found::Super(_) => (
                DROP_STABLE,
                format!(
                    "{{\"type\":\"drop\",\"tableType\":\"super\",\"tableName\":{}}}",
                    quoted(table)
                ),
            ),
            _ => (
                DROP_TABLE,
                format!(
                    "{{\"type\":\"drop\",\"tableNameList\":[{}]}}",
                    quoted(table)
                ),
            ),
        };
        Meta::about(
            found,
            raw_type,
            json,
            format!("DROP TABLE IF EXISTS {}", name(table)),
        )
    }

    pub fn deleted(table: &str, found: &Found, low: i64, high: i64) -> Meta {
        let time = found.schema().columns.first().map_or("ts", |c| &c.name);
        let sql = format!(
            "delete from {} where {} >= {low} and {} <= {high}",
            name(table),
            name(time),
            name(time)
        );
        let json = format!("{{\"type\":\"delete\",\"sql\":{}}}", quoted(&sql));
        Meta::about(found, DELETE, json, sql)
    }

    pub fn tags_set(table: &str, found: &Found, tags: &[(&Column, &Value)]) -> Meta {
        let one = |c: &Column, v: &Value| {
            let text = match v {
                Value::Null => String::new(),
                v if c.ty.kind.is_variable() => {
                    serde_json::from_str(&told(v, &c.ty)).unwrap_or_default()
                }
                v => told(v, &c.ty),
            };
            let value = if v.is_null() {
                String::new()
            } else {
                format!("\"colValue\":{},", quoted(&text))
            };
            format!(
                "\"colName\":{},{value}\"colValueNull\":{}",
                quoted(&c.name),
                v.is_null()
            )
        };
        let head = format!(
            "\"type\":\"alter\",\"tableType\":\"child\",\"tableName\":{}",
            quoted(table)
        );
        let json = match tags {
            [(c, v)] => format!("{{{head},\"alterType\":4,{}}}", one(c, v)),
            _ => {
                let all: Vec<String> = tags
                    .iter()
                    .map(|(c, v)| format!("{{{}}}", one(c, v)))
                    .collect();
                format!("{{{head},\"alterType\":15,\"tags\":[{}]}}", all.join(","))
            }
        };
        let set = tags
            .iter()
            .map(|(c, v)| format!("{} = {}", name(&c.name), literal(v, &c.ty)));
        let sql = format!(
            "ALTER TABLE {} SET TAG {}",
            name(table),
            set.collect::<Vec<_>>().join(", ")
        );
        Meta::about(found, ALTER_TABLE, json, sql)
    }

    /// A change of columns or tags; None if it changes nothing that a subscriber could see.
    pub fn altered(table: &str, found: &Found, change: &Alter) -> Option<Meta> {
        let with_type = |kind: u8, c: &ColumnDef| {
            let length = length(&c.ty).map_or(String::new(), |n| format!(",\"colLength\":{n}"));
            format!(
                "\"alterType\":{kind},\"colName\":{},\"colType\":{}{length}",
                quoted(&c.name),
                c.ty.kind as u8
            )
        };
        let named = |kind: u8, n: &str| format!("\"alterType\":{kind},\"colName\":{}", quoted(n));
        let renamed = |kind: u8, old: &str, new: &str| {
            format!("{},\"colNewName\":{}", named(kind, old), quoted(new))
        };
        let full = |c: &ColumnDef| format!("{} {}", name(&c.name), c.ty.full_name());
        let (keys, sql) = match change {
            Alter::AddTag(c) => (with_type(1, c), format!("ADD TAG {}", full(c))),
            Alter::DropTag(n) => (named(2, n), format!("DROP TAG {}", name(n))),
            Alter::RenameTag(a, b) => (
                renamed(3, a, b),
                format!("RENAME TAG {} {}", name(a), name(b)),
            ),
            Alter::AddColumn(c) => (with_type(5, c), format!("ADD COLUMN {}", full(c))),
            Alter::DropColumn(n) => (named(6, n), format!("DROP COLUMN {}", name(n))),
            Alter::ModifyColumn(c) => (with_type(7, c), format!("MODIFY COLUMN {}", full(c))),
            Alter::ModifyTag(c) => (with_type(8, c), format!("MODIFY TAG {}", full(c))),
            Alter::RenameColumn(a, b) => (
                renamed(10, a, b),
                format!("RENAME COLUMN {} {}", name(a), name(b)),
            ),
            Alter::SetTag(_) | Alter::Options => return None,
        };
        let (raw_type, kind) = match found {
            Found::Super(_) => (ALTER_STABLE, "super"),
            _ => (ALTER_TABLE, "normal"),
        };
        let json = format!(
            "{{\"type\":\"alter\",\"tableType\":\"{kind}\",\"tableName\":{},{keys}}}",
            quoted(table)
        );
        Some(Meta::about(
            found,
            raw_type,
            json,
            format!("ALTER TABLE {} {sql}", name(table)),
        ))
    }

    fn about(found: &Found, raw_type: u16, json: String, sql: String) -> Meta {
        let (stable, child) = match found {
            Found::Super(s) => (Some(s.name.clone()), None),
            Found::Child(s, c) => (Some(s.name.clone()), Some(c.clone())),
            Found::Plain(_) => (None, None),
        };
        Meta::Other {
            raw_type,
            json,
            sql,
            stable,
            child,
            serial: 0,
        }
    }
}
