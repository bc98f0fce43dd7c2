//! The rows that a version 1 statement gathers until it is executed: table by table, column by
//! column, in the form in which they are sent.

use super::MAX_ROWS;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::{Table, Values};
use crate::protocol::reply::Parameter;
use crate::protocol::types::{self, Layout};
use std::borrow::Borrow;
use std::collections::HashMap;

/// The values of one column as a version 1 program has them: each `stride` bytes from the one
/// before.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    pub type_code: u8,
    pub rows: usize,
    /// Not 0 for NULL. `None` for no NULL.
    pub nulls: Option<&'a [u8]>,
    /// Bytes of each value; variable types have them.
    pub lengths: Option<&'a [i32]>,
    /// Empty when every value is NULL.
    pub data: &'a [u8],
    pub stride: usize,
}

impl<'a> Cells<'a> {
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.is_some_and(|n| n[row] != 0)
    }

    fn length(&self, row: usize) -> usize {
        self.lengths.map_or(0, |l| l[row].max(0) as usize)
    }

    fn value(&self, row: usize) -> &'a [u8] {
        let at = row * self.stride;
        &self.data[at..at + self.length(row)]
    }

    fn is_variable(&self) -> bool {
        matches!(layout(self.type_code), Some(Layout::Variable(_)))
    }

    /// Has each value of a variable type a length?
    pub fn check_lengths(&self) -> Result<()> {
        let has_length = |row: usize| self.lengths.is_some_and(|l| l[row] >= 0);
        let mut rows = 0..self.rows;
        match rows.find(|row| self.is_variable() && !self.is_null(*row) && !has_length(*row)) {
            None => Ok(()),
            Some(row) => Err(Error::invalid_parameter(format_args!(
                "row {row} has no length, or a negative one"
            ))),
        }
    }

    /// Do the values go into this column?
    /// NCHAR in another character set than UTF-8 is the server's to look at.
    pub fn check(&self, column: &Parameter, utf8: bool) -> Result<()> {
        let only_null = self.rows == 1 && self.is_null(0);
        if self.type_code != column.field_type && !only_null {
            return Err(Error {
                code: codes::INVALID_OPERATION,
                message: Some("column type mis-match with buffer type".into()),
            });
        }
        self.check_lengths()?;
        if !self.is_variable() {
            return Ok(());
        }
        let mut rows = (0..self.rows).filter(|row| !self.is_null(*row));
        rows.try_for_each(|row| check_room(column, row, self.value(row), utf8))
    }
}

/// Does a column of a variable type take this value? For every row, so what hangs on the column alone
/// should be found once.
#[inline]
pub fn check_room(column: &Parameter, row: usize, value: &[u8], utf8: bool) -> Result<()> {
    let room = types::user_length(column.field_type, column.bytes) as usize;
    let fits = match column.field_type {
        types::NCHAR if value.len() > 4 * room => false,
        types::NCHAR if !utf8 => true,
        types::NCHAR => std::str::from_utf8(value)
            .map_err(|e| Error::not_utf8(format_args!("row {row}"), &e))
            .map(|text| text.len() <= room || text.chars().count() <= room)?,
        // Its declared size is that of the schema.
        types::JSON => true,
        _ => value.len() <= room,
    };
    match fits {
        true => Ok(()),
        false => Err(Error::new(codes::VALUE_TOO_LONG)),
    }
}

/// Where the values are that were refused: `kind` is "column" or "tag", `at` counts from 0. The
/// field's name and type are added where they are known.
pub fn refused(kind: &str, at: usize, of: usize, field: Option<&Parameter>, why: Error) -> Error {
    let about = field.map_or(String::new(), |field| {
        let type_name = types::by_code(field.field_type).map_or("", |t| t.sql_name());
        match field.name.as_str() {
            "" => format!(", {type_name}"),
            name => format!(", `{name}` {type_name}"),
        }
    });
    let number = at + 1;
    Error {
        code: why.code,
        message: Some(format!("{} ({kind} {number} of {of}{about})", why.text()).into()),
    }
}

/// Checks values against their columns or tags, one after the other.
pub fn check_all(kind: &str, cells: &[Cells<'_>], fields: &[Parameter], utf8: bool) -> Result<()> {
    let mut pairs = cells.iter().zip(fields).enumerate();
    pairs.try_for_each(|(at, (cells, field))| {
        let checked = cells.check(field, utf8);
        checked.map_err(|why| refused(kind, at, fields.len(), Some(field), why))
    })
}

fn layout(type_code: u8) -> Option<Layout> {
    types::by_code(type_code).map(|t| t.layout)
}

/// A column of gathered values.
#[derive(Debug, Default)]
pub struct Column {
    type_code: u8,
    nulls: Vec<u8>,
    lengths: Vec<i32>,
    data: Vec<u8>,
}

impl Column {
    fn of_type(type_code: u8) -> Column {
        Column {
            type_code,
            ..Column::default()
        }
    }

    /// A copy of values that the caller keeps no longer.
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

    fn rows(&self) -> usize {
        self.nulls.len()
    }

    fn append(&mut self, cells: &Cells<'_>) {
        let rows = cells.rows;
        match cells.nulls {
            Some(nulls) => self.nulls.extend(nulls.iter().map(|n| u8::from(*n != 0))),
            None => self.nulls.resize(self.nulls.len() + rows, 0),
        }
        match layout(self.type_code) {
            // A NULL of another type is as good as one of this type.
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

    fn values(&self) -> Values<'_> {
        Values {
            type_code: self.type_code,
            rows: self.rows(),
            nulls: Some(&self.nulls),
            lengths: (!self.lengths.is_empty()).then_some(&self.lengths[..]),
            data: &self.data,
        }
    }
}

/// Values of a `?` each: a query's, or the tags of a table.
pub fn one_row(cells: &[Cells<'_>], fields: Option<&[Parameter]>) -> Vec<Column> {
    cells
        .iter()
        .enumerate()
        .map(|(i, cells)| {
            let field = fields.and_then(|f| f.get(i));
            let mut column = Column::of_type(field.map_or(cells.type_code, |f| f.field_type));
            column.append(cells);
            column
        })
        .collect()
}

pub fn values(columns: &[Column]) -> Vec<Values<'_>> {
    columns.iter().map(Column::values).collect()
}

/// What is bound for one table, kept on this side.
#[derive(Debug, Default)]
pub struct Rows {
    name: Vec<u8>,
    tags: Vec<Column>,
    columns: Vec<Column>,
}

impl Rows {
    /// A copy of what the caller keeps no longer.
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

/// Lends what was kept, in the form in which it is bound.
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

/// What was bound since the last execution.
#[derive(Debug, Default)]
pub struct Batch {
    tables: Vec<Rows>,
    by_name: HashMap<Vec<u8>, usize>,
    /// The table that rows are bound to now.
    current: Option<usize>,
    bytes: usize,
}

impl Batch {
    pub fn clear(&mut self) {
        *self = Batch::default();
    }

    /// Clears it. The answer is the tags of the table that rows were bound to last.
    pub fn forget(&mut self) -> Vec<Column> {
        let old = std::mem::take(self);
        let last = old.current.and_then(|at| old.tables.into_iter().nth(at));
        last.map_or_else(Vec::new, |rows| rows.tags)
    }

    /// About what is held, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows that follow are of this table. The tags of a table that has some already are
    /// those with which it is made, if it has to be.
    pub fn select(&mut self, name: &[u8], tags: &mut Vec<Column>, types: &[Parameter]) {
        let tables = &mut self.tables;
        let same = self.current.filter(|at| tables[*at].name == name);
        let at = match same.or_else(|| self.by_name.get(name).copied()) {
            Some(at) => at,
            None => {
                tables.push(Rows {
                    name: name.to_vec(),
                    tags: Vec::new(),
                    columns: types
                        .iter()
                        .map(|t| Column::of_type(t.field_type))
                        .collect(),
                });
                self.by_name.insert(name.to_vec(), tables.len() - 1);
                tables.len() - 1
            }
        };
        if tables[at].tags.is_empty() {
            tables[at].tags = std::mem::take(tags);
        }
        self.current = Some(at);
    }

    fn columns(&mut self) -> &mut [Column] {
        match self.current {
            Some(at) => &mut self.tables[at].columns,
            None => &mut [],
        }
    }

    /// Does the current table take this many rows more, in one message?
    pub fn has_room(&mut self, rows: usize) -> bool {
        self.columns().iter().all(|c| c.rows() + rows <= MAX_ROWS)
    }

    /// Appends checked values to one of the current table's columns.
    pub fn append(&mut self, column: usize, cells: &Cells<'_>) -> Result<()> {
        let columns = self.columns();
        let first = columns.first().map_or(0, Column::rows);
        if column > 0 && columns[column].rows() + cells.rows > first {
            return Err(refused("column", column, columns.len(), None, uneven()));
        }
        let before = columns[column].data.len();
        columns[column].append(cells);
        let grown = columns[column].data.len() - before;
        self.bytes += cells.rows + grown;
        Ok(())
    }

    /// Has each column of the current table the same number of rows?
    pub fn check_even(&mut self) -> Result<()> {
        let columns = self.columns();
        match columns.split_first() {
            Some((first, rest)) => match rest.iter().position(|c| c.rows() != first.rows()) {
                Some(at) => Err(refused("column", at + 1, columns.len(), None, uneven())),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Hands everything to `send`, in groups of tables that have tags and names alike. It stays.
    pub fn send(&self, mut send: impl FnMut(&[Table<'_>]) -> Result<()>) -> Result<()> {
        let tables = || {
            let has_rows = |t: &&Rows| t.columns.first().is_some_and(|c| c.rows() > 0);
            self.tables.iter().filter(has_rows)
        };
        for (tagged, named) in [(true, true), (false, true), (true, false), (false, false)] {
            let of_group = |t: &&Rows| (t.tags.is_empty(), t.name.is_empty()) == (!tagged, !named);
            let group: Vec<&Rows> = tables().filter(of_group).collect();
            if !group.is_empty() {
                with_tables(&group, &mut send)?;
            }
        }
        Ok(())
    }
}

pub fn uneven() -> Error {
    Error {
        code: codes::INVALID_OPERATION,
        message: Some("row number in each bind param should be the same".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(field_type: u8, bytes: i32) -> Parameter {
        Parameter {
            field_type,
            bytes,
            ..Parameter::default()
        }
    }

    fn ints(values: &[u8]) -> Cells<'_> {
        Cells {
            type_code: types::INT,
            rows: values.len() / 4,
            nulls: None,
            lengths: None,
            data: values,
            stride: 4,
        }
    }

    fn text<'a>(type_code: u8, text: &'a str, length: &'a [i32; 1]) -> Cells<'a> {
        Cells {
            type_code,
            rows: 1,
            nulls: None,
            lengths: Some(length),
            data: text.as_bytes(),
            stride: text.len(),
        }
    }

    #[test]
    fn rows_of_a_table_come_together() {
        let fields = [field(types::INT, 4)];
        let mut batch = Batch::default();
        for (name, value) in [(b"d1", 1u8), (b"d2", 2), (b"d1", 3)] {
            batch.select(name, &mut Vec::new(), &fields);
            batch.append(0, &ints(&[value, 0, 0, 0])).unwrap();
        }
        let mut seen = Vec::new();
        let sent = batch.send(|tables| {
            for t in tables {
                seen.push((
                    t.name.to_vec(),
                    t.columns[0].rows,
                    t.columns[0].data[4..].to_vec(),
                ));
            }
            Ok(())
        });
        assert_eq!(sent, Ok(()));
        let expected = [
            (b"d1".to_vec(), 2, vec![3, 0, 0, 0]),
            (b"d2".to_vec(), 1, vec![]),
        ];
        assert_eq!(seen, expected);
        assert_ne!(batch.bytes(), 0, "it stays until it is cleared");
        batch.clear();
        assert_eq!(batch.bytes(), 0);
    }

    #[test]
    fn values_are_checked_against_their_column() {
        let two_chars = field(types::NCHAR, 4 * 2 + 2);
        assert_eq!(
            text(types::NCHAR, "一二", &[6]).check(&two_chars, true),
            Ok(())
        );
        let code = |outcome: Result<()>| outcome.map_err(|e| e.code);
        let too_long = text(types::NCHAR, "abc", &[3]).check(&two_chars, true);
        assert_eq!(code(too_long), Err(codes::VALUE_TOO_LONG));
        let other_type = ints(&[0; 8]).check(&two_chars, true);
        assert_eq!(code(other_type), Err(codes::INVALID_OPERATION));
        let null = Cells {
            nulls: Some(&[1]),
            ..ints(&[0; 4])
        };
        assert_eq!(null.check(&two_chars, true), Ok(()), "a NULL has no type");
    }

    #[test]
    fn columns_must_be_even() {
        let fields = [field(types::INT, 4), field(types::INT, 4)];
        let mut batch = Batch::default();
        batch.select(b"", &mut Vec::new(), &fields);
        batch.append(0, &ints(&[0; 8])).unwrap();
        assert!(batch.append(1, &ints(&[0; 12])).is_err());
        batch.append(1, &ints(&[0; 4])).unwrap();
        assert!(batch.check_even().is_err());
        batch.append(1, &ints(&[0; 4])).unwrap();
        assert!(batch.check_even().is_ok());
    }
}
