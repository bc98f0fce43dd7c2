//! Binds: values checked and made into rows.

use super::super::batch::Batch;
use super::super::insert::Statements;
use super::super::target::Target;
use super::error::{bind_number, usage};
use super::plan::Plan;
use super::text::{Insert, Part};
use crate::bind::{Bind, Cell};
use crate::catalog::NewTable;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::TableName;
use crate::value::{Row, Value};

/// Columns bound one by one, not yet complete.
pub struct Partial {
    tables: Vec<PartialTable>,
}

struct PartialTable {
    name: TableName,
    create: Option<NewTable>,
    columns: Vec<Option<Vec<Cell>>>,
}

impl Insert {
    /// Checks a bind and makes rows of it. Columns bound one by one wait in `partial` until they are complete.
    pub fn bind(
        &self,
        e: &Engine,
        cx: &Context,
        bind: &Bind,
        partial: &mut Option<Partial>,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        if bind.column < -1 {
            return Err(SqlError::unsupported("binding by rows"));
        }
        let single = usize::try_from(bind.column).ok();
        let already = partial
            .as_ref()
            .and_then(|p| p.tables.first())
            .zip(single)
            .is_none_or(|(t, c)| t.columns.get(c).is_some_and(Option::is_some));
        if already {
            self.complete(e, cx, partial, out)?;
        }
        // All binds of columns after the first are for the same tables.
        let mut before = partial.take().map(|p| p.tables.into_iter());
        let mut tables = vec![];
        let mut last: Option<(i64, Plan)> = None;
        for t in &bind.tables {
            let table = match &mut before {
                Some(b) => {
                    let known = b.next().ok_or_else(bind_number)?;
                    let found = self.found(e, &known.name)?;
                    (known, found)
                }
                None => {
                    let name = self.table_name(e, cx, t.name)?;
                    let found = self.found(e, &name)?;
                    let known = PartialTable {
                        name,
                        create: None,
                        columns: vec![],
                    };
                    (known, found)
                }
            };
            let (mut table, found) = table;
            let plan = match last.take() {
                // Most often all tables are of one super table.
                Some((data, plan)) if data == found.schema().data => plan,
                _ => self.plan(e, &found, &table.name.db)?,
            };
            if table.columns.is_empty() {
                table.columns.resize_with(plan.marks(), || None);
                table.create = self.new_table(e, cx, &plan, &table.name, &t.tags)?;
            }
            let marked = plan.marked();
            match single {
                // The name and the tags alone: rows may come with a later bind.
                None if t.columns.is_empty() => {
                    last = Some((found.schema().data, plan));
                    continue;
                }
                None if t.columns.len() != marked.len() => return Err(bind_number()),
                Some(_) if t.columns.len() != 1 => return Err(bind_number()),
                Some(c) if c >= marked.len() => {
                    return Err(SqlError::new(
                        code::INVALID_OPERATION,
                        "column index exceeds the number of columns",
                    ))
                }
                _ => {}
            }
            let first = single.unwrap_or(0);
            for (i, item) in t.columns.iter().enumerate() {
                item.check_rows(None)?;
                let cells = item.cells(plan.schema.columns[marked[first + i]].ty)?;
                let known = table.columns.iter().flatten().next();
                if known.is_some_and(|k| k.len() != cells.len()) {
                    return Err(SqlError::new(
                        code::INVALID_OPERATION,
                        "row number in each bind param should be the same",
                    ));
                }
                let is_null = |c: &Cell| matches!(c, Cell::Unset | Cell::Value(Value::Null));
                if marked[first + i] == 0 && cells.iter().any(is_null) {
                    return Err(SqlError::new(
                        code::PRIMARY_KEY_NULL,
                        "Primary key column should not be null",
                    ));
                }
                table.columns[first + i] = Some(cells);
            }
            if single.is_none() {
                self.rows(e, cx, &plan, table, out)?;
            } else {
                tables.push(table);
            }
            last = Some((found.schema().data, plan));
        }
        if single.is_some() {
            *partial = Some(Partial { tables });
        }
        Ok(())
    }

    /// Makes rows of the columns bound one by one.
    pub fn complete(
        &self,
        e: &Engine,
        cx: &Context,
        partial: &mut Option<Partial>,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        let Some(p) = partial.take() else {
            return Ok(());
        };
        for t in p.tables {
            if t.columns.iter().any(Option::is_none) {
                return Err(usage());
            }
            let found = self.found(e, &t.name)?;
            let plan = self.plan(e, &found, &t.name.db)?;
            if plan.marks() != t.columns.len() {
                return Err(usage());
            }
            self.rows(e, cx, &plan, t, out)?;
        }
        Ok(())
    }

    /// Makes rows of a table's complete columns; rows that leave columns alone go into batches of their own.
    fn rows(
        &self,
        e: &Engine,
        cx: &Context,
        plan: &Plan,
        table: PartialTable,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        let count = table.columns.iter().flatten().next().map_or(1, Vec::len);
        let r = Statements::new(e, cx, &self.sql);
        let reader = r.reader(plan.precision);
        let mut bound = table.columns.into_iter().flatten();
        // Column and its values, in the order of the statement; the time comes first in a row.
        let mut columns: Vec<(usize, std::vec::IntoIter<Cell>)> = vec![];
        for (target, part) in &plan.values {
            let i = match target {
                Target::Time => 0,
                Target::Column(i) => *i,
                _ => continue,
            };
            let c = &plan.schema.columns[i];
            let cells = match part {
                Part::Mark => bound.next().ok_or_else(usage)?,
                Part::Constant(lit) => {
                    vec![Cell::Value(reader.value(lit, &c.name, c.ty)?); count]
                }
            };
            let at = if i == 0 { 0 } else { columns.len() };
            columns.insert(at, (i, cells.into_iter()));
        }
        let slots_of = |columns: &[usize]| -> Vec<u32> {
            columns
                .iter()
                .map(|c| plan.schema.columns[*c].slot)
                .collect()
        };
        let mut batch: Option<(Vec<usize>, Vec<Row>)> = None;
        let mut finish = |done: Option<(Vec<usize>, Vec<Row>)>| {
            if let Some((given, rows)) = done {
                out.push(Batch {
                    table: table.name.clone(),
                    create: table.create.clone(),
                    schema: plan.schema.clone(),
                    slots: slots_of(&given),
                    rows,
                });
            }
        };
        for _ in 0..count {
            let mut row: Row = Vec::with_capacity(columns.len());
            let mut given = Vec::with_capacity(columns.len());
            for (i, cells) in &mut columns {
                match cells.next() {
                    Some(Cell::Value(v)) => {
                        row.push(v);
                        if *i != 0 {
                            given.push(*i);
                        }
                    }
                    _ if *i == 0 => row.push(Value::Null),
                    _ => {}
                }
            }
            match &mut batch {
                Some((same, rows)) if *same == given => rows.push(row),
                other => {
                    let before = other.replace((given, vec![row]));
                    finish(before);
                }
            }
        }
        finish(batch);
        Ok(())
    }
}
