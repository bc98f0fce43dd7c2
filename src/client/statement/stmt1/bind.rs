//! Binding tables, tags and rows to a version 1 statement. They are gathered until the execution.

use super::{as_version_1, Stage, Stmt1};
use crate::client::statement::cells::{self, Cells};
use crate::client::statement::prepared::{no_such_column, MAX_ROWS};
use crate::client::statement::rows::{self, Column};
use crate::error::{codes, Error, Result};

/// Gathered rows of more bytes than this go to the server before the execution.
const MOST_GATHERED: usize = 32 << 20;

impl Stmt1 {
    /// Names the table of the rows that follow. If the text names the table, this name is ignored.
    pub fn set_table(&mut self, name: &str) -> Result<()> {
        self.start_anew();
        use Stage::{Bound, ColumnBound, New};
        self.step(
            |stage| !matches!(stage, New | Bound | ColumnBound),
            |s| {
                let prepared = s.insert()?;
                let (names_table, known) = (prepared.names_table, prepared.parameters.is_ok());
                if names_table && !known {
                    // The table's own fields, because the preparation had none.
                    s.fields = s.statement.fields_of(name)?;
                }
                s.table.clear();
                if names_table {
                    s.table.extend_from_slice(name.as_bytes());
                }
                s.tags.clear();
                s.stage = Stage::Named;
                Ok(())
            },
        )
    }

    /// The number of tags to set.
    pub fn tag_count(&mut self) -> Result<usize> {
        self.look(|s| match &s.constant_tags {
            Some(tags) => Ok(tags.len()),
            None => Ok(s.insert()?.tags),
        })
    }

    /// Makes all tags in the text `?`.
    fn bind_all_tags(&mut self) -> Result<()> {
        let Some(constant) = self.constant_tags.take() else {
            return Ok(());
        };
        if self.sent || self.batch.bytes() > 0 {
            return Err(Error::with(
                codes::STMT_API_ERROR,
                "tags are set after rows of tables with the tags of the text; execute these first",
            ));
        }
        self.sql = constant.marked(&self.sql);
        self.prepare_text()
    }

    /// Sets the tags of the table named last, in case it has to be created.
    pub fn set_tags(&mut self, tags: &[Cells<'_>]) -> Result<()> {
        self.start_anew();
        // A table that the text names needs no naming.
        let named = self.prepared().is_ok_and(|p| !p.names_table);
        self.step(
            |stage| match stage {
                Stage::Named | Stage::Tagged => true,
                Stage::Prepared | Stage::Added | Stage::Executed => named,
                _ => false,
            },
            |s| {
                s.bind_all_tags()?;
                if s.insert()?.tags == 0 {
                    return Err(Error::with(
                        codes::STMT_API_ERROR,
                        "tags are set, and the statement has no ? for tags",
                    ));
                }
                let utf8 = s.statement.is_utf8();
                cells::check_all("tag", tags, &s.fields.tags, utf8)?;
                s.tags = rows::one_row(tags, Some(&s.fields.tags));
                s.stage = Stage::Tagged;
                Ok(())
            },
        )
    }

    /// Binds rows to all columns, one after the other.
    pub fn bind(&mut self, columns: &[Cells<'_>]) -> Result<()> {
        self.check_rows(columns)?;
        self.start_anew();
        self.step(
            |stage| !matches!(stage, Stage::New | Stage::ColumnBound),
            |s| {
                if !s.prepared()?.is_insert {
                    for (at, cells) in columns.iter().enumerate() {
                        check_parameter(cells, at, columns.len())?;
                    }
                    s.parameters = rows::one_row(columns, None);
                    s.stage = Stage::Bound;
                    return Ok(());
                }
                let fields = s.named_fields()?;
                if columns.len() != fields.len() {
                    return Err(Error::new(codes::STMT_BIND_NUMBER));
                }
                let utf8 = s.statement.is_utf8();
                cells::check_all("column", columns, &fields, utf8)?;
                let rows = columns.first().map_or(0, |c| c.rows);
                if let Some(at) = columns.iter().position(|c| c.rows != rows) {
                    let (of, why) = (fields.len(), cells::uneven());
                    return Err(cells::refused("column", at, of, fields.get(at), why));
                }
                s.make_room(rows)?;
                for (i, cells) in columns.iter().enumerate() {
                    s.batch.append(i, cells)?;
                }
                s.stage = Stage::Bound;
                Ok(())
            },
        )
    }

    /// Binds rows to one column, or a value to one `?` of a query. An insert's first column must be bound first.
    pub fn bind_column(&mut self, index: usize, cells: &Cells<'_>) -> Result<()> {
        self.check_rows(std::slice::from_ref(cells))?;
        self.start_anew();
        self.step(
            |stage| !matches!(stage, Stage::New | Stage::Bound),
            |s| {
                if !s.prepared()?.is_insert {
                    s.bind_parameter(index, cells)?;
                    s.stage = Stage::ColumnBound;
                    return Ok(());
                }
                let fields = s.named_fields()?;
                let field = fields.get(index).ok_or_else(no_such_column)?;
                let checked = cells.check(field, s.statement.is_utf8());
                let refused = |e| cells::refused("column", index, fields.len(), Some(field), e);
                checked.map_err(refused)?;
                if index == 0 {
                    s.make_room(cells.rows)?;
                }
                s.batch.append(index, cells)?;
                s.stage = Stage::ColumnBound;
                Ok(())
            },
        )
    }

    /// The values of the other `?` stay.
    fn bind_parameter(&mut self, index: usize, cells: &Cells<'_>) -> Result<()> {
        let count = self.prepared()?.columns;
        if index >= count {
            let why = no_such_column();
            return Err(cells::refused("parameter", index, count, None, why));
        }
        check_parameter(cells, index, count)?;
        self.parameters.resize_with(count, Column::default);
        self.parameters[index] = Column::of_cells(cells, cells.type_code);
        Ok(())
    }

    /// Has each `?` of a query a value?
    pub(super) fn check_parameters(&self) -> Result<()> {
        let Some(at) = self.parameters.iter().position(|p| p.rows() == 0) else {
            return Ok(());
        };
        let why = Error::with(codes::STMT_API_ERROR, "bind a value before the execution");
        let count = self.parameters.len();
        Err(cells::refused("parameter", at, count, None, why))
    }

    /// Can this number of rows be bound? If not, the statement stays as it was, as natively.
    fn check_rows(&mut self, columns: &[Cells<'_>]) -> Result<()> {
        let most = if self.is_query() { 1 } else { MAX_ROWS };
        match columns.iter().find(|c| !(1..=most).contains(&c.rows)) {
            None => Ok(()),
            Some(column) if most == 1 => Err(Error::with(
                codes::STMT_BIND_NUMBER,
                format_args!(
                    "a query takes one row of values, not {}; bind and execute each row by itself",
                    column.rows
                ),
            )),
            Some(_) => Err(Error::new(codes::STMT_BIND_NUMBER)),
        }
    }

    fn make_room(&mut self, rows: usize) -> Result<()> {
        self.select_table();
        if !self.batch.has_room(rows) {
            self.send_batch()?;
            self.forget_rows();
            self.select_table();
        }
        Ok(())
    }

    fn select_table(&mut self) {
        let fields = self.fields.columns.clone();
        self.batch.select(&self.table, &mut self.tags, &fields);
    }

    /// Adds the rows bound since the last time to the batch.
    pub fn add_batch(&mut self) -> Result<()> {
        self.step(
            |stage| matches!(stage, Stage::Bound | Stage::ColumnBound),
            |s| {
                s.batch.check_even()?;
                if s.batch.bytes() > MOST_GATHERED {
                    s.send_batch()?;
                    s.forget_rows();
                }
                s.stage = Stage::Added;
                Ok(())
            },
        )
    }

    pub(super) fn send_batch(&mut self) -> Result<()> {
        let statement = &mut self.statement;
        self.sent |= self.batch.bytes() > 0;
        self.batch
            .send(|tables| statement.bind(-1, tables))
            .map_err(as_version_1)
    }
}

fn check_parameter(cells: &Cells<'_>, at: usize, of: usize) -> Result<()> {
    let checked = cells.check_lengths();
    checked.map_err(|why| cells::refused("parameter", at, of, None, why))
}
