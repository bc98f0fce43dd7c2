//! The super table of schemaless rows: created, or extended by the columns and tags that the rows bring.

use super::{clip, code, Field, Point, MAX_MESSAGE};
use crate::catalog::{exists, Found};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::exec::{alter, table};
use crate::sql::ast::{Alter, ColumnDef, TableName};
use crate::types::{Kind, Type};
use std::collections::HashMap;

/// Names the real client gives to what has none in the rows.
const TIME: &str = "_ts";
const NO_TAG: &str = "_tag_null";
/// Longest texts and bytes of columns and of tags.
const MAX_COLUMN: u32 = 65517;
const MAX_TAG: u32 = 16382;

pub fn duplicated() -> SqlError {
    SqlError::new(code::DUPLICATED_COLUMN, "Duplicated column names")
}

/// A column or tag that the rows need: its type, the longest of its values, and where that is said.
struct Need<'a> {
    name: &'a str,
    kind: Kind,
    length: u32,
    near: &'a str,
}

/// What a list of fields per row needs, in the order in which the names come up first.
fn needs<'a>(
    rows: impl Iterator<Item = &'a [Field<'a>]>,
    mismatch: impl Fn(Kind, &Field) -> SqlError,
) -> Result<Vec<Need<'a>>> {
    let mut out: Vec<Need> = vec![];
    let mut at: HashMap<&str, usize> = HashMap::new();
    for f in rows.flatten() {
        let length = f.value.as_bytes().map_or(0, |b| b.len() as u32);
        let n = *at.entry(&f.name).or_insert_with(|| {
            out.push(Need {
                name: &f.name,
                kind: f.kind,
                length,
                near: f.near,
            });
            out.len() - 1
        });
        if out[n].kind != f.kind {
            return Err(mismatch(out[n].kind, f));
        }
        out[n].length = out[n].length.max(length);
    }
    Ok(out)
}

/// The length given to a column for values of this many bytes: the next power of two, within limits.
fn room(kind: Kind, length: u32, most: u32) -> Result<Type> {
    if !kind.is_variable() {
        return Ok(Type::of(kind));
    }
    let most = match kind {
        Kind::Nchar => most / 4,
        _ => most,
    };
    if length > most {
        return Err(SqlError::new(
            code::VALUE_TOO_LONG,
            format!("Value too long for column/tag: {length} bytes, the most is {most}"),
        ));
    }
    Ok(Type::sized(
        kind,
        (length + 1).next_power_of_two().min(most),
    ))
}

/// Makes the super table, or adds to it what the rows have and it has not.
pub fn fit(
    e: &mut Engine,
    cx: &Context,
    t: &TableName,
    rows: &[&Point],
    number: u64,
) -> Result<()> {
    let mismatch = |db: Kind, point: Kind, near: &str| {
        let (db, point) = (Type::of(db).bare_name(), Type::of(point).bare_name());
        let text = format!(
            "SML:0x{number:x}, smlGenerateSchemaAction point type and db type mismatch, db type:{db}, point type:{point}, key:{near}"
        );
        SqlError::new(code::SML_DATA, clip(&text, MAX_MESSAGE))
    };
    let between = |kind: Kind, f: &Field| mismatch(kind, f.kind, f.near);
    let columns = needs(rows.iter().map(|p| p.columns.as_slice()), between)?;
    let tags = needs(rows.iter().map(|p| p.tags.as_slice()), between)?;
    let define = |n: &Need, most: u32| -> Result<ColumnDef> {
        Ok(ColumnDef {
            name: n.name.to_string(),
            ty: room(n.kind, n.length, most)?,
        })
    };
    let schema = match e.catalog.database(&t.db)?.find(&t.name) {
        Some(Found::Super(s)) => s,
        Some(other) => return Err(exists(&other)),
        None => {
            let mut all = vec![ColumnDef {
                name: TIME.into(),
                ty: Type::of(Kind::Timestamp),
            }];
            for n in &columns {
                all.push(define(n, MAX_COLUMN)?);
            }
            let mut of = vec![];
            for n in &tags {
                of.push(define(n, MAX_TAG)?);
            }
            if of.is_empty() {
                of.push(ColumnDef {
                    name: NO_TAG.into(),
                    ty: Type::sized(Kind::Nchar, 1),
                });
            }
            return table::create(e, t.clone(), false, all, Some(of), None).map(|_| ());
        }
    };
    let mut changes = vec![];
    let all = columns.iter().map(|n| (n, false));
    for (n, is_tag) in all.chain(tags.iter().map(|n| (n, true))) {
        let (column, tag) = (schema.column(n.name), schema.tag(n.name));
        let (now, elsewhere, most) = match is_tag {
            true => (tag.map(|i| schema.tags[i].ty), column, MAX_TAG),
            false => (column.map(|i| schema.columns[i].ty), tag, MAX_COLUMN),
        };
        if elsewhere.is_some() {
            return Err(duplicated());
        }
        match now {
            Some(ty) if ty.kind != n.kind => return Err(mismatch(ty.kind, n.kind, n.near)),
            Some(ty) if !ty.kind.is_variable() || n.length <= ty.len => {}
            Some(_) if is_tag => changes.push(Alter::ModifyTag(define(n, most)?)),
            Some(_) => changes.push(Alter::ModifyColumn(define(n, most)?)),
            None if is_tag => changes.push(Alter::AddTag(define(n, most)?)),
            None => changes.push(Alter::AddColumn(define(n, most)?)),
        }
    }
    for change in changes {
        alter::alter(e, cx, t, change, "")?;
    }
    Ok(())
}
