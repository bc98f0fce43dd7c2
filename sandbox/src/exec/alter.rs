//! ALTER TABLE and ALTER STABLE: columns and tags.

use super::outcome::{done, Outcome};
use crate::catalog::{Child, Column, Found, Schema};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Alter, ColumnDef, TableName};
use crate::sql::convert::Reader;
use crate::subscription::meta::Meta;
use crate::value::Value;
use std::sync::Arc;

/// What a changed tag list means for the tags of a child table.
type TagChange = Box<dyn Fn(&mut Vec<Value>)>;

pub fn alter(
    e: &mut Engine,
    cx: &Context,
    t: &TableName,
    change: Alter,
    sql: &str,
) -> Result<Outcome> {
    let found = e.catalog.find(t)?;
    let no_column = || SqlError::new(code::COLUMN_NOT_EXIST, "Column does not exist");
    let no_tag = || SqlError::new(code::TAG_NOT_EXIST, "Tag does not exist");
    if let Alter::SetTag(tags) = &change {
        let Found::Child(schema, child) = &found else {
            return Err(SqlError::new(
                code::INVALID_TAG_NAME,
                "Invalid tag name: not a child table",
            ));
        };
        let precision = e.catalog.database(&t.db)?.precision;
        let reader = Reader {
            sql,
            zone: &cx.zone,
            precision,
            now: precision.now(),
        };
        let mut new = Child::clone(child);
        let mut set = vec![];
        for (name, lit) in tags {
            let at = schema.tag(name).ok_or_else(|| {
                SqlError::new(code::INVALID_TAG_NAME, format!("Invalid tag name: {name}"))
            })?;
            new.tags[at] = reader.value(lit, name, schema.tags[at].ty)?;
            set.push(at);
        }
        let set: Vec<_> = set
            .into_iter()
            .map(|at| (&schema.tags[at], &new.tags[at]))
            .collect();
        let meta = Meta::tags_set(&t.name, &found, &set);
        e.catalog
            .replace_child(&e.store, &t.db, &schema.name, new)?;
        e.record(t, false, meta);
        return done();
    }
    if matches!(change, Alter::Options) {
        return done();
    }
    if let Found::Child(..) = found {
        return Err(SqlError::new(0x0601, "Invalid table type"));
    }
    if let Alter::DropColumn(n)
    | Alter::RenameColumn(n, _)
    | Alter::DropTag(n)
    | Alter::RenameTag(n, _) = &change
    {
        e.check_topic_queries(t, n)?;
    }
    let meta = Meta::altered(&t.name, &found, &change);
    let everywhere = matches!(found, Found::Super(_));
    let mut s = Schema::clone(found.schema());
    let mut tags: Option<TagChange> = None;
    match change {
        Alter::AddColumn(c) => {
            if s.column(&c.name).is_some() || s.tag(&c.name).is_some() {
                return Err(SqlError::new(code::COLUMN_EXISTS, "Column already exists"));
            }
            e.store.add_column(s.data, s.next_slot)?;
            s.columns.push(Column {
                name: c.name,
                ty: c.ty,
                slot: s.next_slot,
            });
            s.next_slot += 1;
        }
        Alter::DropColumn(name) => {
            let at = s
                .column(&name)
                .filter(|i| *i > 0 && s.columns.len() > 2)
                .ok_or_else(no_column)?;
            s.columns.remove(at);
        }
        Alter::ModifyColumn(c) => {
            let at = s.column(&c.name).ok_or_else(no_column)?;
            lengthen(&mut s.columns[at], &c)?;
        }
        Alter::RenameColumn(old, new) => {
            let at = s.column(&old).ok_or_else(no_column)?;
            if s.column(&new).is_some() || s.tag(&new).is_some() {
                return Err(SqlError::new(code::COLUMN_EXISTS, "Column already exists"));
            }
            s.columns[at].name = new;
        }
        Alter::AddTag(c) => {
            if s.column(&c.name).is_some() || s.tag(&c.name).is_some() {
                return Err(SqlError::new(code::TAG_EXISTS, "Tag already exists"));
            }
            s.tags.push(Column {
                name: c.name,
                ty: c.ty,
                slot: s.tags.len() as u32,
            });
            tags = Some(Box::new(|t| t.push(Value::Null)));
        }
        Alter::DropTag(name) => {
            let at = s
                .tag(&name)
                .filter(|_| s.tags.len() > 1)
                .ok_or_else(no_tag)?;
            s.tags.remove(at);
            tags = Some(Box::new(move |t| {
                if at < t.len() {
                    t.remove(at);
                }
            }));
        }
        Alter::ModifyTag(c) => {
            let at = s.tag(&c.name).ok_or_else(no_tag)?;
            lengthen(&mut s.tags[at], &c)?;
        }
        Alter::RenameTag(old, new) => {
            let at = s.tag(&old).ok_or_else(no_tag)?;
            if s.column(&new).is_some() || s.tag(&new).is_some() {
                return Err(SqlError::new(code::TAG_EXISTS, "Tag already exists"));
            }
            s.tags[at].name = new;
        }
        Alter::SetTag(_) | Alter::Options => {}
    }
    let stable = s.name.clone();
    e.catalog.save_schema(&e.store, &t.db, s)?;
    if let Some(change) = tags {
        let children: Vec<Arc<Child>> = e
            .catalog
            .database(&t.db)?
            .supers
            .get(&stable)
            .into_iter()
            .flat_map(|s| s.children.values().cloned())
            .collect();
        for c in children {
            let mut new = Child::clone(&c);
            change(&mut new.tags);
            e.catalog.replace_child(&e.store, &t.db, &stable, new)?;
        }
    }
    if let Some(meta) = meta {
        e.record(t, everywhere, meta);
    }
    done()
}

/// MODIFY may only make a variable-size column longer.
fn lengthen(c: &mut Column, to: &ColumnDef) -> Result<()> {
    if c.ty.kind != to.ty.kind || !c.ty.kind.is_variable() || to.ty.len < c.ty.len {
        return Err(SqlError::new(
            0x0365,
            "Invalid column type or length for MODIFY: only a longer length of the same type",
        ));
    }
    c.ty = to.ty;
    Ok(())
}
