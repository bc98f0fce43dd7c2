//! Values that are kept on this side: copies of what a program has bound, by table and column, in the form in
//! which they are sent.

use super::cells::{layout, Cells};
use crate::protocol::bind::{Table, Values};
use crate::protocol::reply::Parameter;
use crate::protocol::types::Layout;
use std::borrow::Borrow;

/// A column of gathered values.
#[derive(Debug, Default)]
pub struct Column {
    type_code: u8,
    nulls: Vec<u8>,
    lengths: Vec<i32>,
    pub(super) data: Vec<u8>,
}

impl Column {
    pub(super) fn of_type(type_code: u8) -> Column {
        Column {
            type_code,
            ..Column::default()
        }
    }

    /// A copy of values that the caller will not keep.
    pub fn of_values(values: &Values<'_>) -> Column {
        Column {
            type_code: values.type_code,
            nulls: match values.nulls {
                Some(nulls) => nulls.to_vec(),
                None => vec![0; values.rows],
            },
            lengths: values.lengths.unwrap_or_default().to_vec(),
            data: values.data.to_vec(),
        }
    }

    /// A copy of a version 1 program's values, as values of this type.
    pub(super) fn of_cells(cells: &Cells<'_>, type_code: u8) -> Column {
        let mut column = Column::of_type(type_code);
        column.append(cells);
        column
    }

    /// The same value, or NULL, in each of as many rows.
    pub(super) fn repeated(type_code: u8, value: Option<&[u8]>, rows: usize) -> Column {
        let length = value.map_or(0, |v| v.len() as i32);
        let (lengths, null_size) = match layout(type_code) {
            Some(Layout::Fixed(size)) => (Vec::new(), size),
            _ => (vec![length; rows], 0),
        };
        Column {
            type_code,
            nulls: vec![u8::from(value.is_none()); rows],
            lengths,
            data: match value {
                Some(value) => value.repeat(rows),
                None => vec![0; null_size * rows],
            },
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.nulls.len()
    }

    pub(super) fn append(&mut self, cells: &Cells<'_>) {
        let rows = cells.rows;
        match cells.nulls {
            Some(nulls) => self.nulls.extend(nulls.iter().map(|n| u8::from(*n != 0))),
            None => self.nulls.resize(self.nulls.len() + rows, 0),
        }
        match layout(self.type_code) {
            // A NULL of another type counts as one of this type.
            Some(Layout::Fixed(size)) if size * rows == cells.data.len() => {
                self.data.extend_from_slice(cells.data)
            }
            Some(Layout::Fixed(size)) => self.data.resize(self.data.len() + size * rows, 0),
            _ => {
                for row in 0..rows {
                    let value = if cells.is_null(row) {
                        &[]
                    } else {
                        cells.value(row)
                    };
                    self.lengths.push(value.len() as i32);
                    self.data.extend_from_slice(value);
                }
            }
        }
    }

    pub(super) fn values(&self) -> Values<'_> {
        Values {
            type_code: self.type_code,
            rows: self.rows(),
            nulls: Some(&self.nulls),
            lengths: (!self.lengths.is_empty()).then_some(&self.lengths[..]),
            data: &self.data,
        }
    }
}

/// One value for each `?`: those of a query, or the tags of a table.
pub fn one_row(cells: &[Cells<'_>], fields: Option<&[Parameter]>) -> Vec<Column> {
    cells
        .iter()
        .enumerate()
        .map(|(i, cells)| {
            let field = fields.and_then(|f| f.get(i));
            Column::of_cells(cells, field.map_or(cells.type_code, |f| f.field_type))
        })
        .collect()
}

pub fn values(columns: &[Column]) -> Vec<Values<'_>> {
    columns.iter().map(Column::values).collect()
}

/// What is bound for one table, kept on this side.
#[derive(Debug, Default)]
pub struct Rows {
    pub(super) name: Vec<u8>,
    pub(super) tags: Vec<Column>,
    pub(super) columns: Vec<Column>,
}

impl Rows {
    /// A copy of values that the caller will not keep.
    pub fn of_table(table: &Table<'_>) -> Rows {
        let copies = |values: &[Values<'_>]| values.iter().map(Column::of_values).collect();
        Rows {
            name: table.name.to_vec(),
            tags: copies(table.tags),
            columns: copies(table.columns),
        }
    }

    pub fn of_tables(tables: &[Table<'_>]) -> Vec<Rows> {
        tables.iter().map(Rows::of_table).collect()
    }

    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Adds a copy of other columns of the table.
    pub fn add_columns(&mut self, table: &Table<'_>) {
        let copies = table.columns.iter().map(Column::of_values);
        self.columns.extend(copies);
    }
}

/// Calls `f` with what was kept, in the form in which it is bound.
pub fn with_tables<R>(rows: &[impl Borrow<Rows>], f: impl FnOnce(&[Table<'_>]) -> R) -> R {
    let rows = || rows.iter().map(Borrow::borrow);
    let bound: Vec<_> = rows()
        .map(|t| (values(&t.tags), values(&t.columns)))
        .collect();
    let tables: Vec<_> = rows()
        .zip(&bound)
        .map(|(t, (tags, columns))| Table {
            name: &t.name,
            tags,
            columns,
        })
        .collect();
    f(&tables)
}
