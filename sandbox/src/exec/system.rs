//! information_schema: what the catalog holds, as tables.

use super::result::Field;
use super::{user, Context, Engine};
use crate::catalog::{Column, Database, Schema};
use crate::error::{Result, SqlError};
use crate::tmq;
use crate::types::{Kind, Type};
use crate::value::{Row, Value};
use crate::version::Feature;
use std::sync::Arc;

pub const SYSTEM_DBS: [&str; 2] = ["information_schema", "performance_schema"];

pub fn is_system(db: &str) -> bool {
    SYSTEM_DBS.contains(&db)
}

/// The machine's name, as `current_user()` shows it.
pub fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|s| s.trim().to_string())
        .unwrap_or_else(|_| "localhost".into())
}

const fn text(n: u32) -> Type {
    Type::varchar(n)
}
const INT: Type = Type::of(Kind::Int);
const SMALL: Type = Type::of(Kind::SmallInt);
const TINY: Type = Type::of(Kind::TinyInt);
const BIG: Type = Type::of(Kind::BigInt);
const TIME: Type = Type::of(Kind::Timestamp);
const BOOL: Type = Type::of(Kind::Bool);

pub type Columns = &'static [(&'static str, Type)];
type Rows = fn(&Engine) -> Vec<Row>;

const DATABASES: Columns = &[
    ("name", text(64)),
    ("create_time", TIME),
    ("vgroups", SMALL),
    ("ntables", BIG),
    ("replica", TINY),
    ("strict", text(4)),
    ("duration", text(10)),
    ("keep", text(32)),
    ("buffer", INT),
    ("pagesize", INT),
    ("pages", INT),
    ("minrows", INT),
    ("maxrows", INT),
    ("comp", TINY),
    ("precision", text(2)),
    ("status", text(10)),
];
const TABLES: Columns = &[
    ("table_name", text(192)),
    ("db_name", text(64)),
    ("create_time", TIME),
    ("columns", INT),
    ("stable_name", text(192)),
    ("uid", BIG),
    ("vgroup_id", INT),
    ("ttl", INT),
    ("table_comment", text(1024)),
    ("type", text(21)),
];
const STABLES: Columns = &[
    ("stable_name", text(192)),
    ("db_name", text(64)),
    ("create_time", TIME),
    ("columns", INT),
    ("tags", INT),
    ("last_update", TIME),
    ("table_comment", text(1024)),
    ("watermark", text(64)),
    ("max_delay", text(64)),
    ("rollup", text(128)),
];
const COLUMNS: Columns = &[
    ("table_name", text(192)),
    ("db_name", text(64)),
    ("table_type", text(21)),
    ("col_name", text(64)),
    ("col_type", text(32)),
    ("col_length", INT),
    ("col_precision", INT),
    ("col_scale", INT),
    ("col_nullable", INT),
];
const TAGS: Columns = &[
    ("table_name", text(192)),
    ("db_name", text(64)),
    ("stable_name", text(192)),
    ("tag_name", text(64)),
    ("tag_type", text(32)),
    ("tag_value", text(16384)),
];
const USERS: Columns = &[
    ("name", text(24)),
    ("super", TINY),
    ("enable", TINY),
    ("sysinfo", TINY),
    ("createdb", TINY),
    ("create_time", TIME),
    ("allowed_host", text(49152)),
];
/// From 3.4.0.0.
const NEWER_USERS: Columns = &[
    ("name", text(24)),
    ("super", TINY),
    ("enable", TINY),
    ("sysinfo", TINY),
    ("createdb", TINY),
    ("create_time", TIME),
    ("totp", TINY),
    ("allowed_host", text(49152)),
    ("allowed_datetime", text(49152)),
];
pub const VGROUPS: Columns = &[
    ("vgroup_id", INT),
    ("db_name", text(64)),
    ("tables", INT),
    ("v1_dnode", SMALL),
    ("v1_status", text(9)),
    ("v1_applied/committed", text(41)),
    ("v2_dnode", SMALL),
    ("v2_status", text(9)),
    ("v2_applied/committed", text(41)),
    ("v3_dnode", SMALL),
    ("v3_status", text(9)),
    ("v3_applied/committed", text(41)),
    ("v4_dnode", SMALL),
    ("v4_status", text(9)),
    ("v4_applied/committed", text(41)),
    ("cacheload", INT),
    ("cacheelements", INT),
    ("tsma", TINY),
    ("mount_vgroup_id", INT),
];
const DNODES: Columns = &[
    ("id", INT),
    ("endpoint", text(134)),
    ("vnodes", SMALL),
    ("support_vnodes", SMALL),
    ("status", text(10)),
    ("create_time", TIME),
    ("reboot_time", TIME),
    ("note", text(256)),
];
pub const VARIABLES: Columns = &[
    ("name", text(30)),
    ("value", text(4094)),
    ("scope", text(6)),
    ("category", text(6)),
    ("info", text(62)),
];
const MNODES: Columns = &[
    ("id", INT),
    ("endpoint", text(134)),
    ("role", text(12)),
    ("status", text(9)),
    ("create_time", TIME),
    ("role_time", TIME),
];
const INDEXES: Columns = &[
    ("index_name", text(192)),
    ("db_name", text(64)),
    ("table_name", text(192)),
    ("vgroup_id", INT),
    ("create_time", TIME),
    ("column_name", text(64)),
    ("index_type", text(10)),
    ("index_extensions", text(256)),
];
const NAMED: Columns = &[("name", text(192)), ("create_time", TIME)];
const QUERIES: Columns = &[
    ("kill_id", text(26)),
    ("query_id", text(26)),
    ("conn_id", Type::of(Kind::UInt)),
    ("app", text(24)),
    ("user", text(24)),
    ("create_time", TIME),
    ("stable_query", BOOL),
    ("sql", text(1024)),
];

fn none(_: &Engine) -> Vec<Row> {
    vec![]
}

const SYSTEM: &[(&str, Columns, Rows)] = &[
    ("ins_databases", DATABASES, databases),
    ("ins_tables", TABLES, tables),
    ("ins_stables", STABLES, stables),
    ("ins_columns", COLUMNS, columns),
    ("ins_tags", TAGS, tags),
    ("ins_users", USERS, users),
    ("ins_vgroups", VGROUPS, vgroups),
    ("ins_dnodes", DNODES, dnodes),
    ("ins_mnodes", MNODES, none),
    ("ins_indexes", INDEXES, none),
    ("ins_topics", tmq::show::TOPICS, tmq::show::topics),
    (
        "ins_subscriptions",
        tmq::show::SUBSCRIPTIONS,
        tmq::show::subscriptions,
    ),
    ("ins_streams", NAMED, none),
    ("ins_functions", NAMED, none),
    ("ins_views", NAMED, none),
    ("ins_configs", VARIABLES, none),
    ("ins_dnode_variables", VARIABLES, none),
    ("perf_consumers", tmq::show::CONSUMERS, tmq::show::consumers),
    ("perf_queries", QUERIES, none),
    ("perf_connections", QUERIES, none),
];

pub fn fields(columns: Columns) -> Vec<Field> {
    columns.iter().map(|(n, t)| Field::new(n, *t)).collect()
}

/// As [`table`], for a user that may not be allowed to see it.
pub fn table_for(e: &Engine, cx: &Context, name: &str) -> Result<(Vec<Field>, Vec<Row>)> {
    const OF_THE_SYSTEM: [&str; 2] = ["ins_users", "ins_dnode_variables"];
    if OF_THE_SYSTEM.iter().any(|t| t.eq_ignore_ascii_case(name)) {
        user::check_sysinfo(e, cx)?;
    }
    table(e, name)
}

pub fn table(e: &Engine, name: &str) -> Result<(Vec<Field>, Vec<Row>)> {
    let (_, columns, rows) = SYSTEM
        .iter()
        .find(|t| t.0.eq_ignore_ascii_case(name))
        .ok_or_else(SqlError::no_table)?;
    if name.eq_ignore_ascii_case("ins_users") && e.version.has(Feature::UserTimes) {
        return Ok((fields(NEWER_USERS), newer_users(e)));
    }
    Ok((fields(columns), rows(e)))
}

fn int(n: usize) -> Value {
    Value::Int(n as i64)
}

/// Names of the kinds of tables.
const SUPER: &str = "SUPER_TABLE";
const CHILD: &str = "CHILD_TABLE";
const NORMAL: &str = "NORMAL_TABLE";

fn databases(e: &Engine) -> Vec<Row> {
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

fn tables(e: &Engine) -> Vec<Row> {
    let mut out: Vec<Row> = system_tables();
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

/// The system tables are tables too.
fn system_tables() -> Vec<Row> {
    let row = |t: &(&str, Columns, Rows)| {
        let mut row = vec![Value::Null; TABLES.len()];
        let db = if t.0.starts_with("perf") {
            SYSTEM_DBS[1]
        } else {
            SYSTEM_DBS[0]
        };
        (row[0], row[1], row[3], row[9]) = (
            Value::text(t.0),
            Value::text(db),
            int(t.1.len()),
            Value::text("SYSTEM_TABLE"),
        );
        row
    };
    SYSTEM.iter().map(row).collect()
}

fn stables(e: &Engine) -> Vec<Row> {
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

fn columns(e: &Engine) -> Vec<Row> {
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

/// A tag's value as `ins_tags` and SHOW TAGS write it.
fn tag_text(v: &Value, ty: &Type) -> Value {
    match (v, ty.kind) {
        (Value::Null, _) => Value::Null,
        (Value::Bytes(b), Kind::Varbinary) => Value::text(&format!(
            "\\x{}",
            b.iter().map(|x| format!("{x:02X}")).collect::<String>()
        )),
        (Value::Bytes(b), Kind::Geometry) => {
            crate::geometry::to_text(b).map_or(Value::Null, |t| Value::text(&t))
        }
        (Value::Bytes(_), _) => v.clone(),
        (v, _) => v.to_text().map_or(Value::Null, |t| Value::text(&t)),
    }
}

fn tags(e: &Engine) -> Vec<Row> {
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

fn users(e: &Engine) -> Vec<Row> {
    let row = |(name, u): (&String, &crate::catalog::User)| {
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

fn newer_users(e: &Engine) -> Vec<Row> {
    let own = users(e).into_iter().zip(e.catalog.users.values());
    let newer = |(mut row, u): (Row, &crate::catalog::User)| {
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

fn vgroups(e: &Engine) -> Vec<Row> {
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

fn dnodes(e: &Engine) -> Vec<Row> {
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

pub fn schema_text(name: &str, s: &Arc<Schema>) -> String {
    let list = |c: &[Column]| {
        c.iter()
            .map(|c| format!("`{}` {}", c.name, c.ty.full_name()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match s.is_super {
        true => format!(
            "CREATE STABLE `{name}` ({}) TAGS ({})",
            list(&s.columns),
            list(&s.tags)
        ),
        false => format!("CREATE TABLE `{name}` ({})", list(&s.columns)),
    }
}

/// A tag's value as SHOW CREATE TABLE writes it.
pub fn tag_literal(v: &Value, ty: &Type) -> String {
    match tag_text(v, ty).to_text() {
        None => "NULL".into(),
        Some(t) if ty.kind.is_variable() => format!("\"{t}\""),
        Some(t) => t,
    }
}
