//! The rows that a version 1 statement gathers until it is executed: table by table, column by
//! column, in the form in which they are sent.

use super::cells::{refused, uneven, Cells};
use super::prepared::MAX_ROWS;
use super::rows::{with_tables, Column, Rows};
use crate::error::Result;
use crate::protocol::bind::Table;
use crate::protocol::reply::Parameter;
use std::collections::HashMap;

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

    /// Clears it, and returns the tags of the table that rows were bound to last.
    pub fn forget(&mut self) -> Vec<Column> {
        let old = std::mem::take(self);
        let last = old.current.and_then(|at| old.tables.into_iter().nth(at));
        last.map_or_else(Vec::new, |rows| rows.tags)
    }

    /// The approximate size of what is held, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Selects the table of the rows that follow. A table keeps the first tags that it was given; with these it
    /// is created, if it has to be.
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

    /// Hands everything to `send`, in groups of tables that all have tags and names, or all have none. The
    /// batch stays as it is.
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

#[cfg(test)]
mod tests {
    use super::super::cells::tests::{field, ints};
    use super::*;
    use crate::protocol::types;

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
