//! SHOW, DESCRIBE and EXPLAIN.

use super::result::{Field, ResultSet};
use super::{select, system};
use crate::catalog::{is_system, Found, SYSTEM_DBS, WHITE_LISTS};
use crate::compile::like;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::sql::ast::{Query, Show, Source, TableName};
use crate::time::Precision;
use crate::types::{Kind, Type};
use crate::value::{Row, Value};

const fn text(n: u32) -> Type {
    Type::varchar(n)
}

fn result(fields: &[(&str, Type)], rows: Vec<Row>) -> Result<ResultSet> {
    Ok(ResultSet::ready(
        fields.iter().map(|(n, t)| Field::new(n, *t)).collect(),
        Precision::Milli,
        rows,
    ))
}

pub fn run(e: &Engine, cx: &Context, s: Show) -> Result<ResultSet> {
    match s {
        Show::Databases => {
            let names = SYSTEM_DBS
                .into_iter()
                .chain(e.catalog.databases.keys().map(String::as_str));
            result(
                &[("name", text(64))],
                names.map(|n| vec![Value::text(n)]).collect(),
            )
        }
        Show::Tables {
            db,
            kind,
            like: pattern,
        } => {
            if !is_system(&db) {
                e.catalog.database(&db)?;
            }
            let (_, rows) = system::table(e, "ins_tables")?;
            let wanted = |r: &Row| {
                r[1] == Value::text(&db)
                    && kind.is_none_or(|k| r[9] == Value::text(k))
                    && pattern
                        .as_ref()
                        .is_none_or(|p| like(&r[0].to_text().unwrap_or_default(), p))
            };
            result(
                &[("table_name", text(192))],
                rows.into_iter()
                    .filter(wanted)
                    .map(|mut r| vec![r.swap_remove(0)])
                    .collect(),
            )
        }
        Show::Stables { db, like: pattern } => {
            let names = match is_system(&db) {
                true => vec![],
                false => e.catalog.database(&db)?.supers.keys().collect(),
            };
            let names = names
                .into_iter()
                .filter(|n| pattern.as_ref().is_none_or(|p| like(n, p)));
            result(
                &[("stable_name", text(192))],
                names.map(|n| vec![Value::text(n)]).collect(),
            )
        }
        Show::CreateTable(t) => create_table(e, &t, false),
        Show::CreateStable(t) => create_table(e, &t, true),
        Show::CreateDatabase(db) => create_database(e, &db),
        Show::Tags(t) => {
            e.catalog.find(&t)?;
            let (fields, rows) = system::table(e, "ins_tags")?;
            let rows = rows
                .into_iter()
                .filter(|r| r[0] == Value::text(&t.name) && r[1] == Value::text(&t.db))
                .collect();
            Ok(ResultSet::ready(fields, Precision::Milli, rows))
        }
        Show::TableTags { table, names } => table_tags(e, &table, &names),
        Show::Vgroups(db) => {
            if let Some(db) = &db {
                e.catalog.database(db)?;
            }
            let (fields, rows) = system::table(e, "ins_vgroups")?;
            let rows = rows
                .into_iter()
                .filter(|r| db.as_ref().is_none_or(|d| r[1] == Value::text(d)))
                .collect();
            Ok(ResultSet::ready(fields, Precision::Milli, rows))
        }
        Show::Variables(pattern) => {
            let all = [
                ("timezone", "UTC (UTC, +0000)"),
                ("charset", "UTF-8"),
                ("version", e.version.text.as_str()),
                (WHITE_LISTS, if e.catalog.white_lists { "1" } else { "0" }),
            ];
            let rows = all.into_iter().filter(|(n, _)| {
                let matches = |p: &String| like(&n.to_lowercase(), &p.to_lowercase());
                pattern.as_ref().is_none_or(matches)
            });
            let row = |(n, v)| {
                vec![
                    Value::text(n),
                    Value::text(v),
                    Value::text("both"),
                    Value::text("global"),
                    Value::text(""),
                ]
            };
            Ok(ResultSet::ready(
                system::fields(system::VARIABLES),
                Precision::Milli,
                rows.map(row).collect(),
            ))
        }
        Show::System(name) => {
            let (fields, rows) = system::table_for(e, cx, name)?;
            Ok(ResultSet::ready(fields, Precision::Milli, rows))
        }
        Show::Topics => {
            let names = e.catalog.topics.keys();
            result(
                &[("topic_name", text(192))],
                names.map(|n| vec![Value::text(n)]).collect(),
            )
        }
        Show::Empty(name) => result(&[(name, text(192))], vec![]),
    }
}

fn create_table(e: &Engine, t: &TableName, stable: bool) -> Result<ResultSet> {
    let found = e.catalog.find(t)?;
    let sql = match &found {
        Found::Child(s, c) if !stable => {
            let names: Vec<String> = s.tags.iter().map(|t| format!("`{}`", t.name)).collect();
            let values: Vec<String> = s
                .tags
                .iter()
                .zip(&c.tags)
                .map(|(t, v)| system::text::tag_literal(v, &t.ty))
                .collect();
            format!(
                "CREATE TABLE `{}` USING `{}` ({}) TAGS ({})",
                t.name,
                s.name,
                names.join(", "),
                values.join(", ")
            )
        }
        Found::Super(s) => system::text::schema_text(&t.name, s),
        Found::Plain(s) if !stable => system::text::schema_text(&t.name, s),
        _ => return Err(SqlError::no_table()),
    };
    result(
        &[("Table", text(193)), ("Create Table", text(3145726))],
        vec![vec![Value::text(&t.name), Value::text(&sql)]],
    )
}

fn create_database(e: &Engine, db: &str) -> Result<ResultSet> {
    let d = e.catalog.database(db)?;
    const OPTIONS: [(&str, &str); 8] = [
        ("BUFFER", "256"),
        ("DURATION", "10d"),
        ("KEEP", "3650d,3650d,3650d"),
        ("PAGES", "256"),
        ("PAGESIZE", "4"),
        ("REPLICA", "1"),
        ("VGROUPS", "2"),
        ("WAL_RETENTION_PERIOD", "3600"),
    ];
    let mut sql = format!("CREATE DATABASE `{db}` PRECISION '{}'", d.precision.name());
    for (name, default) in OPTIONS {
        let value = d
            .options
            .get(&name.to_ascii_lowercase())
            .map_or(default, String::as_str);
        sql.push_str(&format!(" {name} {value}"));
    }
    result(
        &[("Database", text(63)), ("Create Database", text(65517))],
        vec![vec![Value::text(db), Value::text(&sql)]],
    )
}

/// SHOW TABLE TAGS: one row per child table, one column per tag.
fn table_tags(e: &Engine, t: &TableName, names: &[String]) -> Result<ResultSet> {
    let found = e.catalog.find(t)?;
    let schema = found.schema();
    let d = e.catalog.database(&t.db)?;
    let mut picked = vec![];
    for (i, tag) in schema.tags.iter().enumerate() {
        if names.is_empty() || names.contains(&tag.name) {
            picked.push(i);
        }
    }
    if let Some(n) = names
        .iter()
        .find(|n| *n != "tbname" && schema.tag(n).is_none())
    {
        return Err(SqlError::invalid_column(n));
    }
    let mut fields = vec![Field::new("tbname", text(192))];
    fields.extend(
        picked
            .iter()
            .map(|i| Field::new(&schema.tags[*i].name, schema.tags[*i].ty)),
    );
    let children = d
        .supers
        .get(&schema.name)
        .into_iter()
        .flat_map(|s| s.children.values());
    let rows = children
        .filter(|c| matches!(found, Found::Super(_)) || *c.name == *t.name)
        .map(|c| {
            std::iter::once(Value::text(&c.name))
                .chain(
                    picked
                        .iter()
                        .map(|i| c.tags.get(*i).cloned().unwrap_or(Value::Null)),
                )
                .collect()
        })
        .collect();
    Ok(ResultSet::ready(fields, d.precision, rows))
}

pub fn describe(e: &Engine, t: &TableName) -> Result<ResultSet> {
    const FIELDS: [(&str, Type); 7] = [
        ("field", text(325)),
        ("type", text(20)),
        ("length", Type::of(Kind::Int)),
        ("note", text(16)),
        ("encode", text(12)),
        ("compress", text(12)),
        ("level", text(12)),
    ];
    if is_system(&t.db) {
        let (fields, _) = system::table(e, &t.name)?;
        let row = |f: &Field| {
            let words = ["", "disabled", "disabled", "disabled"].map(Value::text);
            [
                Value::text(&f.name),
                Value::text(&f.ty.bare_name()),
                Value::Int(f.ty.user_len() as i64),
            ]
            .into_iter()
            .chain(words)
            .collect()
        };
        return result(&FIELDS, fields.iter().map(row).collect());
    }
    let found = e.catalog.find(t)?;
    let s = found.schema();
    let columns = s
        .columns
        .iter()
        .map(|c| (c, ["", c.ty.encode(), c.ty.compress(), "medium"]));
    let tags = s
        .tags
        .iter()
        .map(|c| (c, ["TAG", "disabled", "disabled", "disabled"]));
    let rows = columns.chain(tags).map(|(c, words)| {
        let head = [
            Value::text(&c.name),
            Value::text(&c.ty.bare_name()),
            Value::Int(c.ty.described_len() as i64),
        ];
        head.into_iter().chain(words.map(Value::text)).collect()
    });
    result(&FIELDS, rows.collect())
}

/// One line: what is read. The query is checked as if it were run.
pub fn explain(e: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    let checked = select::run(e, cx, q)?;
    let width: u32 = checked
        .fields
        .iter()
        .map(|f| f.ty.schema_bytes() & 0xff_ffff)
        .sum();
    let on = match &q.first.from {
        Source::Table { name, .. } => format!("Table Scan on {}", name.name),
        Source::Query { .. } => "Sub-query".into(),
        Source::None => "Constant".into(),
    };
    let plan = format!(
        "-> {on} (columns={} width={width} order=[asc|1 desc|0] mode=ts_order data_load=data)",
        checked.fields.len()
    );
    result(
        &[("QUERY_PLAN", text(16382))],
        vec![vec![Value::text(&plan)]],
    )
}
