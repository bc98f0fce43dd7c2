//! CREATE TABLE ... USING: child tables and their tags.

use super::outcome::{done, Outcome};
use crate::catalog::{exists, Found, NewTable, Schema};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{CreateChild, TableName};
use crate::sql::convert::Reader;
use crate::sql::literal::Literal;
use crate::value::Value;

/// Creates the tables one by one. If one fails, those before it remain.
pub fn create_all(
    e: &mut Engine,
    cx: &Context,
    all: Vec<CreateChild>,
    sql: &str,
) -> Result<Outcome> {
    let mut created = vec![];
    let result = all
        .into_iter()
        .try_for_each(|c| create(e, cx, c, sql, &mut created));
    e.record_children(&created);
    result.and_then(|_| done())
}

fn create(
    e: &mut Engine,
    cx: &Context,
    c: CreateChild,
    sql: &str,
    created: &mut Vec<TableName>,
) -> Result<()> {
    let found = e.catalog.find(&c.stable)?;
    let Found::Super(schema) = found else {
        return Err(SqlError::new(0x022f, "Table is not a super table"));
    };
    if c.stable.db != c.table.db {
        return Err(SqlError::new(
            0x2618,
            "Corresponding super table not in this db",
        ));
    }
    let d = e.catalog.database(&c.table.db)?;
    let wanted = if c.tags.names.is_empty() {
        schema.tags.len()
    } else {
        c.tags.names.len()
    };
    if c.tags.values.len() != wanted {
        return Err(SqlError::new(
            code::TAGS_NOT_MATCHED,
            "Tags number not matched",
        ));
    }
    let reader = Reader {
        sql,
        zone: &cx.zone,
        precision: d.precision,
        now: d.precision.now(),
    };
    let tags = read_tags(&reader, &schema, &c.tags.names, &c.tags.values)?;
    if let Some(found) = d.find(&c.table.name) {
        return if c.if_not_exists {
            Ok(())
        } else {
            Err(exists(&found))
        };
    }
    let new = NewTable {
        stable: schema.name.clone(),
        tags,
        ttl: 0,
    };
    e.catalog.add_child(&e.store, &c.table, &new)?;
    created.push(c.table);
    Ok(())
}

/// Tag values in the order of the schema; tags that are not named are NULL.
pub fn read_tags(
    reader: &Reader,
    schema: &Schema,
    names: &[String],
    values: &[Literal],
) -> Result<Vec<Value>> {
    let mut tags = vec![Value::Null; schema.tags.len()];
    for (i, lit) in values.iter().enumerate() {
        let at = match names.get(i) {
            Some(n) => schema.tag(n).ok_or_else(|| {
                SqlError::new(code::INVALID_TAG_NAME, format!("Invalid tag name: {n}"))
            })?,
            None => i,
        };
        let tag = &schema.tags[at];
        tags[at] = reader.value(lit, &tag.name, tag.ty)?;
    }
    Ok(tags)
}
