//! Writes schemaless rows. Super tables are adapted first; child tables are created along with the rows.

use super::schema::{duplicated, fit};
use super::{bad_time, Field, Insert, Moment, Point};
use crate::catalog::{NewTable, Schema};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::exec::batch::Batch;
use crate::exec::write::{self, check_time};
use crate::sql::ast::TableName;
use crate::time::Precision;
use crate::value::{Row, Value};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

/// Inserts of this process, which some messages count.
static INSERTS: AtomicU64 = AtomicU64::new(1);

pub fn write(e: &mut Engine, cx: &Context, i: &Insert, mut points: Vec<Point>) -> Result<usize> {
    let number = INSERTS.fetch_add(1, Ordering::Relaxed);
    for p in &mut points {
        p.table = p.table.replace('.', "_");
        let mut seen = HashSet::new();
        if !p
            .tags
            .iter()
            .chain(&p.columns)
            .all(|f| seen.insert(&f.name))
        {
            return Err(duplicated());
        }
    }
    let named: Vec<String> = points
        .iter_mut()
        .map(|p| child_name(p, i.table_name_key))
        .collect();
    let mut stables: Vec<(&str, Vec<&Point>)> = vec![];
    let mut at: HashMap<&str, usize> = HashMap::new();
    for p in &points {
        let n = *at.entry(&p.table).or_insert_with(|| {
            stables.push((&p.table, vec![]));
            stables.len() - 1
        });
        stables[n].1.push(p);
    }
    for (name, rows) in &stables {
        let table = TableName {
            db: cx.db.clone(),
            name: name.to_string(),
        };
        fit(e, cx, &table, rows, number)?;
    }
    let batches = batches(e, cx, i.ttl, &points, named)?;
    write::write(e, &batches)
}

/// The child table of a row: what the tag `key` says, which is no tag then, or a digest of the tags.
fn child_name(p: &mut Point, key: &str) -> String {
    let own = p.tags.iter().position(|t| !key.is_empty() && t.name == key);
    if let Some(name) = own.and_then(|at| p.tags.remove(at).value.to_text()) {
        return name.replace('.', "_");
    }
    let mut tags: Vec<&Field> = p.tags.iter().collect();
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = p.table.clone().into_bytes();
    for t in tags {
        text.extend_from_slice(format!(",{}=", t.name).as_bytes());
        match &t.value {
            Value::Bytes(b) => text.extend_from_slice(b),
            v => text.extend_from_slice(v.to_text().unwrap_or_default().as_bytes()),
        }
    }
    format!("t_{:x}", md5::compute(text))
}

/// Rows in batches of one table and the same columns, in their order as far as it matters.
fn batches(
    e: &Engine,
    cx: &Context,
    ttl: i64,
    points: &[Point],
    named: Vec<String>,
) -> Result<Vec<Batch>> {
    let db = e.catalog.database(&cx.db)?;
    let (precision, oldest) = (db.precision, db.oldest());
    let now = precision.now();
    let mut out: Vec<Batch> = vec![];
    // The batch that a table's last row went into.
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut schemas: HashMap<&str, Arc<Schema>> = HashMap::new();
    for (p, child) in points.iter().zip(named) {
        let schema = match schemas.get(p.table.as_str()) {
            Some(s) => s.clone(),
            None => {
                let found = db.find(&p.table).ok_or_else(SqlError::no_table)?;
                let schema = found.schema().clone();
                schemas.insert(&p.table, schema.clone());
                schema
            }
        };
        let at = |f: &Field| {
            schema
                .column(&f.name)
                .ok_or_else(|| SqlError::invalid_column(&f.name))
        };
        let slot = |f: &Field| at(f).map(|c| schema.columns[c].slot);
        let slots: Vec<u32> = p.columns.iter().map(slot).collect::<Result<_>>()?;
        let mut row: Row = Vec::with_capacity(slots.len() + 1);
        row.push(Value::Int(ticks(p.time, precision, now)?));
        check_time(&row[0], oldest)?;
        row.extend(p.columns.iter().map(|f| f.value.clone()));
        match last.get(&child).map(|n| &mut out[*n]) {
            Some(b) if b.slots == slots && b.schema.data == schema.data => b.rows.push(row),
            _ => {
                last.insert(child.clone(), out.len());
                out.push(Batch {
                    table: TableName {
                        db: cx.db.clone(),
                        name: child,
                    },
                    create: Some(NewTable {
                        stable: p.table.clone(),
                        tags: tags(&schema, p),
                        ttl,
                    }),
                    schema,
                    slots,
                    rows: vec![row],
                });
            }
        }
    }
    Ok(out)
}

fn tags(schema: &Schema, p: &Point) -> Vec<Value> {
    let value = |name: &str| p.tags.iter().find(|t| t.name == name);
    let names = schema.tags.iter().map(|t| t.name.as_str());
    names
        .map(|n| value(n).map_or(Value::Null, |t| t.value.clone()))
        .collect()
}

/// A time in the database's precision; what is finer is cut.
fn ticks(time: Moment, precision: Precision, now: i64) -> Result<i64> {
    let Some((t, unit)) = time else {
        return Ok(now);
    };
    let per_tick = 1_000_000_000 / precision.per_second() as i128;
    i64::try_from(t as i128 * unit as i128 / per_tick).map_err(|_| bad_time())
}

#[cfg(test)]
mod tests {
    use super::super::{insert, MILLI};
    use super::*;
    use crate::catalog::Found;
    use crate::time::Zone;
    use crate::version::Version;

    fn engine() -> (Engine, Context) {
        let mut e = Engine::open(None, Version::parse("3.3.7.5").unwrap()).unwrap();
        let cx = Context {
            db: "d".into(),
            user: "root".into(),
            zone: Zone::utc(),
            charset: None,
            bi: false,
        };
        e.execute("create database d", &cx).unwrap();
        (e, cx)
    }
    fn put(e: &mut Engine, cx: &Context, data: &str, key: &str, ttl: i64) -> Result<usize> {
        let i = Insert {
            protocol: 1,
            precision: "ms",
            ttl,
            data,
            table_name_key: key,
        };
        insert(e, cx, &i)
    }
    fn describe(e: &Engine, table: &str) -> Vec<(String, String)> {
        let d = e.catalog.database("d").unwrap();
        let found = d.find(table).unwrap();
        let s = found.schema();
        let all = s.columns.iter().chain(&s.tags);
        all.map(|c| (c.name.clone(), c.ty.full_name())).collect()
    }

    #[test]
    fn schemas_as_recorded() {
        let (mut e, cx) = engine();
        let data = "m.x,t1=a,t2=b f1=1i,f3=\"str\",f6=L\"中文\" 1700000000000\nm.x,t1=c f2=3.5 1700000000001";
        assert_eq!(put(&mut e, &cx, data, "", 0), Ok(2));
        let want = [
            ("_ts", "TIMESTAMP"),
            ("f1", "BIGINT"),
            ("f3", "VARCHAR(4)"),
            ("f6", "NCHAR(8)"),
            ("f2", "DOUBLE"),
            ("t1", "NCHAR(2)"),
            ("t2", "NCHAR(2)"),
        ];
        let want = want.map(|(a, b)| (a.to_string(), b.to_string()));
        assert_eq!(describe(&e, "m_x"), want);
        let wider = "m.x,t1=long\\ one,t3=n f3=\"longer than before\" 1700000000002";
        assert_eq!(put(&mut e, &cx, wider, "", 0), Ok(1));
        let now = describe(&e, "m_x");
        assert_eq!(now[2].1, "VARCHAR(32)");
        assert_eq!(now[5].1, "NCHAR(16)");
        assert_eq!(now[7], ("t3".into(), "NCHAR(2)".into()));
        let clash = "m.x,t1=a f1=5i8 1700000000002";
        let e = put(&mut e, &cx, clash, "", 0).unwrap_err();
        assert!(
            e.message.ends_with(
                "mismatch, db type:BIGINT, point type:TINYINT, key:f1=5i8 1700000000002"
            ),
            "{}",
            e.message
        );
    }

    #[test]
    fn children_are_named_by_their_tags_or_by_one_of_them() {
        let (mut e, cx) = engine();
        put(
            &mut e,
            &cx,
            "m,b=2,a=1 f=1 1700000000000\nm,a=1,b=2 f=2 1700000000001",
            "",
            7,
        )
        .unwrap();
        let digest = format!("t_{:x}", md5::compute("m,a=1,b=2"));
        let d = e.catalog.database("d").unwrap();
        assert_eq!(d.children.keys().collect::<Vec<_>>(), [&digest]);
        let Some(Found::Child(_, c)) = d.find(&digest) else {
            panic!()
        };
        assert_eq!((c.ttl, c.tags.len()), (7, 2));
        put(&mut e, &cx, "k,tb=mine,t=c f=1 1700000000000", "tb", 0).unwrap();
        assert!(e
            .catalog
            .database("d")
            .unwrap()
            .children
            .contains_key("mine"));
        assert_eq!(describe(&e, "k")[2].0, "t");
        // Its only tag is its name.
        put(&mut e, &cx, "l,tb=l.1 f=1 1700000000000", "tb", 0).unwrap();
        assert_eq!(describe(&e, "l")[2].0, "_tag_null");
        assert!(e
            .catalog
            .database("d")
            .unwrap()
            .children
            .contains_key("l_1"));
    }

    #[test]
    fn nothing_is_written_of_a_refused_text() {
        let (mut e, cx) = engine();
        for data in [
            "ok f=1i 1700000000000\nbroken",
            "m f=1i,f=2i 1700000000000",
            "m,t=1,t=2 f=1i 1700000000000",
            "m,t=1 t=1i 1700000000000",
        ] {
            assert!(put(&mut e, &cx, data, "", 0).is_err(), "{data}");
        }
        assert!(e.catalog.database("d").unwrap().supers.is_empty());
    }

    #[test]
    fn times_are_converted() {
        let at = |t, unit, p| ticks(Some((t, unit)), p, 0);
        assert_eq!(
            at(1_700_000_000_123, MILLI, Precision::Nano),
            Ok(1_700_000_000_123_000_000)
        );
        assert_eq!(at(1_999_999, 1, Precision::Milli), Ok(1));
        assert!(at(i64::MAX, MILLI, Precision::Nano).is_err());
    }
}
