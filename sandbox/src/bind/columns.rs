//! The payload of `stmt2_bind_exec`, which names the table of each row.

use super::bytes::{fail, outside, u32_at, VERSION};
use super::field::BindType;
use super::item::Item;
use super::payload::{Bind, Table};
use crate::error::{code, Result, SqlError};
use std::ops::Range;

/// An item for each `?`, a value for each row, names of tables and tags alike.
pub struct Columns<'a> {
    rows: usize,
    /// Runs of rows of one table, as the client counts them.
    tables: usize,
    items: Vec<Item<'a>>,
}

impl<'a> Columns<'a> {
    /// A whole request, its 24-byte head too.
    pub fn parse(message: &'a [u8]) -> Result<Columns<'a>> {
        const HEAD: usize = 26;
        const PAYLOAD_HEAD: usize = 20;
        const MOST: usize = 4096;
        let Some(p) = message.get(HEAD..) else {
            return Err(fail("message length is too short"));
        };
        if message[24..HEAD] != VERSION.to_le_bytes() {
            return Err(fail("unknown stmt2 bind exec version"));
        }
        if p.len() < PAYLOAD_HEAD {
            return Err(fail("data length is less than 20"));
        }
        let [total, rows, tables, fields, at] =
            [0, 4, 8, 12, 16].map(|at| u32_at(p, at).unwrap_or(0));
        if total != p.len() {
            return Err(fail(format!(
                "total length not match, expect {total}, but get {}",
                p.len()
            )));
        }
        match (rows, fields) {
            (0, _) => return Err(fail("row count is 0")),
            (_, 0) => return Err(fail("field count is 0")),
            (_, n) if n > MOST => {
                return Err(fail(format!("field count exceeds maximum {MOST}: {n}")))
            }
            _ => {}
        }
        let mut rest = match p.get(at..) {
            Some(rest) if at >= PAYLOAD_HEAD => rest,
            _ => return Err(outside("field offset", at, p.len())),
        };
        let mut items = vec![];
        for i in 0..fields {
            let item = Item::take(&mut rest)
                .ok_or_else(|| outside(&format!("column {i}"), p.len() - rest.len(), p.len()))?;
            if item.rows() != rows {
                return Err(fail(format!(
                    "column {i} row count not match, got: {}, expect: {rows}",
                    item.rows()
                )));
            }
            items.push(item);
        }
        if !rest.is_empty() {
            return Err(fail("payload has trailing bytes"));
        }
        Ok(Columns {
            rows,
            tables,
            items,
        })
    }

    /// The same as a bind of tables. `kinds`: what each item of an insert is for.
    pub fn by_table(&self, kinds: Option<&[BindType]>) -> Result<Bind<'a>> {
        let Some(kinds) = kinds else {
            if self.rows != 1 {
                return Err(fail("query only supports one row"));
            }
            return Ok(Bind {
                column: -1,
                tables: vec![self.table("", 0..1, |_| false)?],
            });
        };
        if kinds.len() != self.items.len() {
            return Err(SqlError::new(
                code::STMT_BIND_NUMBER,
                "bind number out of range or not match",
            ));
        }
        let is = |i: usize, kind: BindType| kinds[i] == kind;
        let names = (0..kinds.len()).find(|i| is(*i, BindType::TableName));
        let name_of = |row: usize| match names {
            None => Ok(""),
            Some(i) => {
                let name = self.items[i].of_rows(row..row + 1)?.data;
                std::str::from_utf8(name).map_err(|_| fail("table name is not UTF-8"))
            }
        };
        let names = (0..self.rows).map(name_of).collect::<Result<Vec<_>>>()?;
        let mut tables = vec![];
        let mut first = 0;
        for run in names.chunk_by(|a, b| a == b) {
            let rows = first..first + run.len();
            first = rows.end;
            let mut table = self.table(run[0], rows, |i| is(i, BindType::Tag))?;
            let mut of_columns = (0..kinds.len()).filter(|i| !is(*i, BindType::Tag));
            table
                .columns
                .retain(|_| of_columns.next().is_some_and(|i| is(i, BindType::Column)));
            tables.push(table);
        }
        if tables.len() != self.tables {
            return Err(fail("table count not match"));
        }
        Ok(Bind { column: -1, tables })
    }

    /// These rows as those of one table, whose tags are those of its first.
    fn table(
        &self,
        name: &'a str,
        rows: Range<usize>,
        is_tag: impl Fn(usize) -> bool,
    ) -> Result<Table<'a>> {
        let mut table = Table {
            name,
            ..Table::default()
        };
        for (i, item) in self.items.iter().enumerate() {
            match is_tag(i) {
                true => table.tags.push(item.of_rows(rows.start..rows.start + 1)?),
                false => table.columns.push(item.of_rows(rows.clone())?),
            }
        }
        Ok(table)
    }
}
