//! An insert's values fitted to the columns and tags of its table.

use super::super::target::{targets, Target};
use super::text::{Insert, Part, Table};
use crate::catalog::{is_system, Found, Schema};
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::TableName;
use crate::time::Precision;
use std::sync::Arc;

/// The insert's values, once the tables are known.
pub(super) struct Plan {
    pub(super) schema: Arc<Schema>,
    pub(super) precision: Precision,
    /// Rows of a super table name their own tables: the columns' list has tbname.
    pub(super) many: bool,
    pub(super) tags: Vec<(usize, Part)>,
    pub(super) values: Vec<(Target, Part)>,
}

impl Plan {
    /// The columns that are bound, in the order of the payload.
    pub(super) fn marked(&self) -> Vec<usize> {
        let column = |(t, p): &(Target, Part)| match (t, p) {
            (Target::Time, Part::Mark) => Some(0),
            (Target::Column(i), Part::Mark) => Some(*i),
            _ => None,
        };
        self.values.iter().filter_map(column).collect()
    }
    pub(super) fn marks(&self) -> usize {
        self.marked().len()
    }
}

pub(super) fn find(e: &Engine, t: &TableName) -> Result<Found> {
    if is_system(&t.db) {
        return Err(SqlError::new(0x2669, "System table not allowed"));
    }
    e.catalog.find(t)
}

impl Insert {
    pub(super) fn stable(&self, e: &Engine, name: Option<&TableName>) -> Result<Found> {
        match find(e, name.ok_or_else(SqlError::no_table)?)? {
            f @ Found::Super(_) => Ok(f),
            _ => Err(SqlError::new(0x022f, "Table is not a super table")),
        }
    }

    /// Fits the values to a table's columns.
    pub(super) fn plan(&self, e: &Engine, found: &Found, db: &str) -> Result<Plan> {
        let schema = found.schema().clone();
        let many = self.using.is_none() && matches!(found, Found::Super(_));
        if many && self.version_1 {
            return Err(SqlError::new(code::INVALID_OPERATION, "Invalid operation"));
        }
        let mut tags = vec![];
        if let Some(u) = &self.using {
            let rest = &self.sql[u.tags.end..];
            let wanted = match u.tag_names.len() {
                0 => schema.tags.len(),
                n => n,
            };
            match u.tags.parts.len() {
                n if n < wanted => return Err(SqlError::insert(rest, "invalid data or symbol")),
                n if n > wanted => return Err(SqlError::insert(rest, ") expected")),
                _ => {}
            }
            for (i, part) in u.tags.parts.iter().enumerate() {
                let at = match u.tag_names.get(i) {
                    Some(n) => schema.tag(n).ok_or_else(|| {
                        SqlError::new(code::INVALID_TAG_NAME, format!("Invalid tag name: {n}"))
                    })?,
                    None => i,
                };
                tags.push((at, if self.tags_bound { Part::Mark } else { *part }));
            }
        }
        if many && self.columns.is_none() {
            return Err(SqlError::insert(
                &self.sql[self.after_table..],
                "(...tbname, ts...) bounded cols is expected for supertable insertion",
            ));
        }
        let targets = targets(&schema, self.columns.as_deref(), many)?;
        match self.values.parts.len() {
            n if n < targets.len() => {
                return Err(SqlError::insert(&self.sql[self.values.end..], ", expected"))
            }
            n if n > targets.len() => {
                return Err(SqlError::new(
                    code::INVALID_COLUMN_COUNT,
                    "Illegal number of columns",
                ))
            }
            _ => {}
        }
        let values: Vec<(Target, Part)> = targets
            .into_iter()
            .zip(self.values.parts.iter().copied())
            .collect();
        tags.extend(values.iter().filter_map(|(t, p)| match t {
            Target::Tag(i) => Some((*i, *p)),
            _ => None,
        }));
        Ok(Plan {
            schema,
            precision: e.catalog.database(db)?.precision,
            many,
            tags,
            values,
        })
    }

    /// The table or super table that defines the columns of a table.
    pub(super) fn found(&self, e: &Engine, table: &TableName) -> Result<Found> {
        match (&self.using, &self.table) {
            (Some(u), _) => self.stable(e, u.stable.as_ref()),
            (None, Table::Fixed(t)) => find(e, t),
            (None, Table::Bound { .. }) => match find(e, table)? {
                Found::Super(_) => Err(SqlError::no_table()),
                f => Ok(f),
            },
        }
    }
}
