//! Writes the rows of a statement, all or none, and creates missing tables.

use super::batch::Batch;
use crate::catalog::Found;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::TableName;
use crate::value::Value;
use std::collections::{HashMap, HashSet};

/// Writes everything or nothing, creating the tables that are missing; the number of rows.
pub fn write(e: &mut Engine, batches: &[Batch]) -> Result<usize> {
    let affected = batches.iter().map(|b| b.rows.len()).sum();
    let Engine { catalog, store, .. } = e;
    let mut created = vec![];
    let result = store.atomically(|store| {
        for b in batches {
            let tb = match (
                catalog.database(&b.table.db)?.find(&b.table.name),
                &b.create,
            ) {
                // The table was replaced since the rows were read, or belongs to another super table.
                (Some(f), _) if f.schema().data != b.schema.data => {
                    return Err(SqlError::no_table())
                }
                (Some(Found::Child(_, c)), _) => c.id,
                (Some(Found::Plain(_)), _) => 0,
                (None, Some(new)) => {
                    created.push((b.table.clone(), new.stable.clone()));
                    catalog.add_child(store, &b.table, new)?.id
                }
                _ => return Err(SqlError::no_table()),
            };
            store.upsert(b.schema.data, tb, &b.slots, &b.rows)?;
        }
        Ok(())
    });
    if let Err(error) = result {
        // The store has rolled the new tables back. The catalog follows.
        for (t, stable) in created {
            if let Ok(d) = catalog.database_mut(&t.db) {
                if let (Some((_, id)), Some(s)) =
                    (d.children.remove(&t.name), d.supers.get_mut(&stable))
                {
                    s.children.remove(&id);
                }
            }
        }
        return Err(error);
    }
    let created: Vec<TableName> = created.into_iter().map(|c| c.0).collect();
    e.record_rows(batches, &created);
    Ok(affected)
}

/// How many rows a statement writes. Those with one time are one row, as each takes the place of the one before.
pub fn times(batches: &[Batch]) -> usize {
    let mut tables: HashMap<(&str, &str), HashSet<i64>> = HashMap::new();
    for batch in batches {
        let table = (&*batch.table.db, &*batch.table.name);
        let rows = batch.rows.iter().filter_map(|row| row.first()?.as_i64());
        tables.entry(table).or_default().extend(rows);
    }
    tables.values().map(HashSet::len).sum()
}

pub fn check_time(v: &Value, oldest: i64) -> Result<()> {
    match v {
        Value::Int(ts) if *ts >= oldest => Ok(()),
        Value::Int(_) => Err(SqlError::new(
            code::TS_OUT_OF_RANGE,
            "Timestamp data out of range",
        )),
        _ => Err(SqlError::new(
            code::INSERT_SYNTAX,
            "Primary timestamp column should not be null",
        )),
    }
}
