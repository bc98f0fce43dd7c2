//! The rows of the system tables about databases, tables, users and the server.

use super::columns::{DATABASES, VGROUPS};
use super::text::tag_text;
use crate::catalog::{Column, Database, Schema, User, SYSTEM_DBS};
use crate::engine::Engine;
use crate::value::{Row, Value};

fn int(n: usize) -> Value {
    Value::Int(n as i64)
}

/// Names of the kinds of tables.
const SUPER: &str = "SUPER_TABLE";
const CHILD: &str = "CHILD_TABLE";
const NORMAL: &str = "NORMAL_TABLE";

pub fn databases(e: &Engine) -> Vec<Row> {
    let system = SYSTEM_DBS.iter().map(|n| {
        let mut row = vec![Value::Null; DATABASES.len()];
        (row[0], row[15]) = (Value::text(n), Value::text("ready"));
        row
    });
    let own = e.catalog.databases.values().map(|d| {
        let option =
            |name: &str, default: &str| d.options.get(name).cloned().unwrap_or(default.into());
        let number = |name: &str, default: i64| {
            Value::Int(
                d.options
                    .get(name)
                    .and_then(|v| v.parse().ok())
                    .unwrap_or(default),
            )
        };
        vec![
            Value::text(&d.name),
            Value::Int(d.created),
            int(d.vgroups.len()),
            int(d.children.len() + d.plains.len()),
            number("replica", 1),
            Value::text("on"),
            Value::text(&option("duration", "10d")),
            Value::text(&option("keep", "3650d,3650d,3650d")),
            number("buffer", 256),
            number("pagesize", 4),
            number("pages", 256),
            number("minrows", 100),
            number("maxrows", 4096),
            number("comp", 2),
            Value::text(d.precision.name()),
            Value::text("ready"),
        ]
    });
    system.chain(own).collect()
}

/// `child`: the super table and the time to live.
fn table_row(
    d: &Database,
    name: &str,
    s: &Schema,
    child: Option<(&str, i64)>,
    id: i64,
    created: i64,
) -> Row {
    let stable = child.map(|c| c.0);
    vec![
        Value::text(name),
        Value::text(&d.name),
        Value::Int(created),
        int(s.columns.len()),
        stable.map_or(Value::Null, Value::text),
        Value::Int(id),
        Value::Int(d.vgroup_of(name) as i64),
        Value::Int(child.map_or(0, |c| c.1)),
        s.comment
            .as_deref()
            .filter(|_| stable.is_none())
            .map_or(Value::Null, Value::text),
        Value::text(if stable.is_some() { CHILD } else { NORMAL }),
    ]
}

pub fn tables(e: &Engine) -> Vec<Row> {
    let mut out = vec![];
    for d in e.catalog.databases.values() {
        for s in d.supers.values() {
            out.extend(s.children.values().map(|c| {
                table_row(
                    d,
                    &c.name,
                    &s.schema,
                    Some((&s.schema.name, c.ttl)),
                    c.id,
                    c.created,
                )
            }));
        }
        out.extend(
            d.plains
                .values()
                .map(|s| table_row(d, &s.name, s, None, s.data, s.created)),
        );
    }
    out
}

pub fn stables(e: &Engine) -> Vec<Row> {
    let mut out = vec![];
    for d in e.catalog.databases.values() {
        for s in d.supers.values().map(|s| &s.schema) {
            out.push(vec![
                Value::text(&s.name),
                Value::text(&d.name),
                Value::Int(s.created),
                int(s.columns.len()),
                int(s.tags.len()),
                Value::Int(s.created),
                s.comment.as_deref().map_or(Value::Null, Value::text),
                Value::text("5000a,5000a"),
                Value::text("-1a,-1a"),
                Value::text(""),
            ]);
        }
    }
    out
}

pub fn columns(e: &Engine) -> Vec<Row> {
    let mut out = vec![];
    let mut add = |db: &str, table: &str, kind: &str, columns: &[Column]| {
        for c in columns {
            let decimal = |n: u8| {
                if c.ty.kind.is_decimal() {
                    Value::Int(n as i64)
                } else {
                    Value::Null
                }
            };
            let length = if c.ty.kind.is_decimal() {
                c.ty.kind.size()
            } else {
                c.ty.schema_bytes()
            };
            out.push(vec![
                Value::text(table),
                Value::text(db),
                Value::text(kind),
                Value::text(&c.name),
                Value::text(&c.ty.full_name()),
                Value::Int(length as i64),
                decimal(c.ty.precision),
                decimal(c.ty.scale),
                Value::Null,
            ]);
        }
    };
    for d in e.catalog.databases.values() {
        for s in d.supers.values() {
            add(&d.name, &s.schema.name, SUPER, &s.schema.columns);
            s.children
                .values()
                .for_each(|c| add(&d.name, &c.name, CHILD, &s.schema.columns));
        }
        d.plains
            .values()
            .for_each(|s| add(&d.name, &s.name, NORMAL, &s.columns));
    }
    out
}

pub fn tags(e: &Engine) -> Vec<Row> {
    let mut out = vec![];
    for d in e.catalog.databases.values() {
        for s in d.supers.values() {
            for c in s.children.values() {
                for (t, v) in s.schema.tags.iter().zip(&c.tags) {
                    let names = [
                        &*c.name,
                        &d.name,
                        &s.schema.name,
                        &t.name,
                        &t.ty.full_name(),
                    ]
                    .map(Value::text);
                    out.push(names.into_iter().chain([tag_text(v, &t.ty)]).collect());
                }
            }
        }
    }
    out
}

pub fn users(e: &Engine) -> Vec<Row> {
    let row = |(name, u): (&String, &User)| {
        let root = Value::Int((name == "root") as i64);
        vec![
            Value::text(name),
            root.clone(),
            Value::Int(u.enabled as i64),
            Value::Int(u.sysinfo as i64),
            root,
            Value::Int(u.created),
            Value::text(&u.hosts.join(",")),
        ]
    };
    e.catalog.users.iter().map(row).collect()
}

pub fn newer_users(e: &Engine) -> Vec<Row> {
    let own = users(e).into_iter().zip(e.catalog.users.values());
    let newer = |(mut row, u): (Row, &User)| {
        let hosts: Vec<String> = u.hosts.iter().map(|host| format!("+{host}")).collect();
        let times = match u.times.is_empty() {
            true => "+ALL".to_owned(),
            false => u.times.join(", "),
        };
        row.truncate(6);
        row.extend([
            Value::Int(0),
            Value::text(&hosts.join(", ")),
            Value::text(&times),
        ]);
        row
    };
    own.map(newer).collect()
}

pub fn vgroups(e: &Engine) -> Vec<Row> {
    let mut out = vec![];
    for d in e.catalog.databases.values() {
        let names = d.children.keys().chain(d.plains.keys());
        let places: Vec<i32> = names.map(|n| d.vgroup_of(n)).collect();
        for id in &d.vgroups {
            let mut row = vec![Value::Null; VGROUPS.len()];
            row[0] = Value::Int(*id as i64);
            row[1] = Value::text(&d.name);
            row[2] = int(places.iter().filter(|p| *p == id).count());
            (row[3], row[4], row[5]) = (Value::Int(1), Value::text("leader**"), Value::text("0/0"));
            row[15..].fill(Value::Int(0));
            out.push(row);
        }
    }
    out
}

pub fn dnodes(e: &Engine) -> Vec<Row> {
    let started = e.catalog.users.get("root").map_or(0, |u| u.created);
    let vnodes = int(e.catalog.databases.values().map(|d| d.vgroups.len()).sum());
    vec![vec![
        Value::Int(1),
        Value::text("localhost:6030"),
        vnodes,
        Value::Int(256),
        Value::text("ready"),
        Value::Int(started),
        Value::Int(started),
        Value::text("sandbox"),
    ]]
}
