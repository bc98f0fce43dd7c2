//! The tables that a bind names: their full names, and those it may create.

use super::super::insert::Statements;
use super::error::{bind_number, name_missing};
use super::plan::{find, Plan};
use super::text::{Insert, Part, Table};
use crate::bind::{Cell, Item};
use crate::catalog::{Found, NewTable};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::TableName;
use crate::sql::cursor::MAX_TABLE_NAME;
use crate::time::Precision;
use crate::types::Type;
use crate::value::Value;

impl Insert {
    /// The table of this name, if the insert names none and cannot create one.
    pub fn existing_table(
        &self,
        e: &Engine,
        cx: &Context,
        name: &str,
    ) -> Result<Option<TableName>> {
        match (&self.using, &self.table) {
            (None, Table::Bound { .. }) => {
                let table = self.table_name(e, cx, name)?;
                self.found(e, &table)?;
                Ok(Some(table))
            }
            _ => Ok(None),
        }
    }

    /// The full name of a table to write.
    pub(super) fn table_name(&self, e: &Engine, cx: &Context, bound: &str) -> Result<TableName> {
        let db = match &self.table {
            Table::Bound { db } => db.as_str(),
            // Of a super table that names its children in a column: the column may be a constant.
            Table::Fixed(t) if self.using.is_none() && matches!(find(e, t)?, Found::Super(_)) => {
                let at = self.columns.iter().flatten().position(|c| c == "tbname");
                if let Some(Part::Constant(lit)) = at.and_then(|i| self.values.parts.get(i)) {
                    let reader = Statements::new(e, cx, &self.sql);
                    let name = reader
                        .reader(Precision::Milli)
                        .value(lit, "tbname", Type::varchar(MAX_TABLE_NAME as u32))?
                        .to_text()
                        .filter(|n| !n.is_empty())
                        .ok_or_else(name_missing)?;
                    return Ok(TableName {
                        db: t.db.clone(),
                        name,
                    });
                }
                &t.db
            }
            Table::Fixed(t) => return Ok(t.clone()),
        };
        let (db, name) = match bound.split_once('.') {
            Some((db, name)) if !bound.starts_with('`') || db.ends_with('`') => (db, name),
            _ => (db, bound),
        };
        let plain = |s: &str| {
            s.strip_prefix('`')
                .and_then(|s| s.strip_suffix('`'))
                .unwrap_or(s)
                .to_string()
        };
        let t = TableName {
            db: plain(db),
            name: plain(name),
        };
        if t.name.is_empty() || t.name.len() > MAX_TABLE_NAME {
            return Err(name_missing());
        }
        if t.db.is_empty() {
            return Err(SqlError::new(
                code::DB_NOT_SPECIFIED,
                "Database not specified",
            ));
        }
        Ok(t)
    }

    /// What is needed to create a table, if the insert may; its tags are checked even if it is there already.
    pub(super) fn new_table(
        &self,
        e: &Engine,
        cx: &Context,
        plan: &Plan,
        table: &TableName,
        bound: &[Item],
    ) -> Result<Option<NewTable>> {
        if self.using.is_none() && !plan.many {
            return Ok(None);
        }
        let marks = plan.tags.iter().filter(|t| matches!(t.1, Part::Mark));
        let marks = marks.count();
        if !bound.is_empty() && bound.len() != marks {
            return Err(bind_number());
        }
        let stable = self.using.as_ref().and_then(|u| u.stable.as_ref());
        if stable.is_some_and(|stable| stable.db != table.db) {
            return Err(SqlError::new(
                0x2618,
                "Corresponding super table not in this db",
            ));
        }
        let exists = match e.catalog.database(&table.db)?.find(&table.name) {
            Some(f) if f.schema().data == plan.schema.data && !matches!(f, Found::Super(_)) => true,
            Some(_) => {
                return Err(SqlError::new(
                    code::TABLE_IN_OTHER_STABLE,
                    "Table already exists in other stables",
                ))
            }
            None => false,
        };
        if !exists && bound.len() != marks {
            return Err(SqlError::no_table());
        }
        let mut bound = bound.iter();
        let mut tags = vec![Value::Null; plan.schema.tags.len()];
        for (i, part) in &plan.tags {
            let tag = &plan.schema.tags[*i];
            match part {
                Part::Constant(lit) => {
                    let r = Statements::new(e, cx, &self.sql);
                    tags[*i] = r.reader(plan.precision).value(lit, &tag.name, tag.ty)?;
                }
                Part::Mark => {
                    let Some(item) = bound.next() else { continue };
                    item.check_rows(Some(1))?;
                    if let Some(Cell::Value(v)) = item.cells(tag.ty)?.pop() {
                        tags[*i] = v;
                    }
                }
            }
        }
        Ok(Some(NewTable {
            stable: plan.schema.name.clone(),
            tags,
            ttl: 0,
        }))
    }
}
