//! CREATE TABLE and CREATE STABLE with columns, DROP TABLE and DROP STABLE.

use super::outcome::{done, Outcome};
use crate::catalog::{exists, Found, Schema};
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{ColumnDef, TableName};
use crate::subscription::meta::Meta;
use crate::types::Kind;

/// SQLite's limit for columns of a table, less our own two.
const MAX_COLUMNS: usize = 1990;

pub fn create(
    e: &mut Engine,
    t: TableName,
    if_not_exists: bool,
    columns: Vec<ColumnDef>,
    tags: Option<Vec<ColumnDef>>,
    comment: Option<String>,
) -> Result<Outcome> {
    if let Some(found) = e.catalog.database(&t.db)?.find(&t.name) {
        return if if_not_exists {
            done()
        } else {
            Err(exists(&found))
        };
    }
    check_columns(&columns, tags.as_deref().unwrap_or(&[]))?;
    let data = e.catalog.new_id();
    let schema = Schema::new(&t.name, data, &columns, tags.as_deref(), comment);
    let slots = schema.columns.iter().skip(1).map(|c| c.slot);
    e.store.create_data(data, slots, schema.is_super)?;
    let meta = Meta::created(&schema);
    let everywhere = schema.is_super;
    e.catalog.save_schema(&e.store, &t.db, schema)?;
    e.record(&t, everywhere, meta);
    done()
}

fn check_columns(columns: &[ColumnDef], tags: &[ColumnDef]) -> Result<()> {
    let invalid = |text: &str| Err(SqlError::new(code::INVALID_COLUMN, text));
    if columns.first().is_none_or(|c| c.ty.kind != Kind::Timestamp) {
        return invalid("Invalid column name: the first column must be a TIMESTAMP");
    }
    if columns.len() < 2 {
        return invalid("Invalid column name: a table needs a column besides its TIMESTAMP");
    }
    if columns.len() > MAX_COLUMNS {
        return Err(SqlError::unsupported(format!(
            "tables of more than {MAX_COLUMNS} columns"
        )));
    }
    let mut seen = std::collections::HashSet::new();
    if let Some(c) = columns.iter().chain(tags).find(|c| !seen.insert(&c.name)) {
        return Err(SqlError::new(
            code::INVALID_COLUMN,
            format!("duplicated column names: {}", c.name),
        ));
    }
    if columns.iter().any(|c| c.ty.kind == Kind::Json) {
        return invalid("Invalid column type: JSON is a type of tags only");
    }
    if tags.iter().any(|c| c.ty.kind == Kind::Blob) {
        return invalid("Invalid tag type: BLOB is a type of columns only");
    }
    if tags.len() > 1 && tags.iter().any(|t| t.ty.kind == Kind::Json) {
        return Err(SqlError::new(
            code::ONE_JSON_TAG,
            "Only one tag if there is a json tag",
        ));
    }
    Ok(())
}

pub fn drop(e: &mut Engine, t: &TableName, stable: bool, if_exists: bool) -> Result<()> {
    let d = e.catalog.database(&t.db)?;
    let found = match d.find(&t.name) {
        Some(f) if !stable || matches!(f, Found::Super(_)) => f,
        _ if if_exists => return Ok(()),
        _ => return Err(SqlError::no_table()),
    };
    let meta = Meta::dropped(&t.name, &found);
    let everywhere = matches!(found, Found::Super(_));
    match found {
        Found::Super(s) => {
            e.check_no_topic(&t.db, Some(&t.name))?;
            let children: Vec<String> = d
                .children
                .iter()
                .filter(|(_, (of, _))| *of == t.name)
                .map(|c| c.0.clone())
                .collect();
            e.store.atomically(|store| {
                children
                    .iter()
                    .try_for_each(|c| store.forget("child", &t.db, c))?;
                store.forget("table", &t.db, &t.name)?;
                store.drop_data(s.data)
            })?;
            let d = e.catalog.database_mut(&t.db)?;
            d.supers.remove(&t.name);
            d.children.retain(|_, (of, _)| *of != t.name);
        }
        Found::Plain(s) => {
            e.store.forget("table", &t.db, &t.name)?;
            e.store.drop_data(s.data)?;
            e.catalog.database_mut(&t.db)?.plains.remove(&t.name);
        }
        Found::Child(s, c) => {
            e.store.forget("child", &t.db, &t.name)?;
            e.store.delete_table(s.data, c.id)?;
            let d = e.catalog.database_mut(&t.db)?;
            d.children.remove(&t.name);
            if let Some(of) = d.supers.get_mut(&s.name) {
                of.children.remove(&c.id);
            }
        }
    }
    e.record(t, everywhere, meta);
    Ok(())
}
