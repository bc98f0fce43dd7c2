//! An insert with `?` as its text says, without a look at any table.

use super::super::insert::Statements;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::sql::ast::TableName;
use crate::sql::cursor::MAX_TABLE_NAME;
use crate::sql::lexer::Tok;
use crate::sql::literal::Literal;

/// A value of the statement: a `?`, or a constant in its text.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Mark,
    Constant(Literal),
}

/// Values in brackets, and where the closing one stands.
pub(super) struct Tuple {
    pub(super) parts: Vec<Part>,
    pub(super) end: usize,
}

pub(super) enum Table {
    Fixed(TableName),
    /// Named by each bind; the database is for names without one.
    Bound {
        db: String,
    },
}

pub(super) struct Using {
    /// `None` for a `?`, which stands for no table yet.
    pub(super) stable: Option<TableName>,
    pub(super) tag_names: Vec<String>,
    pub(super) tags: Tuple,
}

pub struct Insert {
    pub(super) sql: String,
    pub(super) table: Table,
    /// Behind the table's name, for errors.
    pub(super) after_table: usize,
    pub(super) using: Option<Using>,
    pub(super) columns: Option<Vec<String>>,
    pub(super) values: Tuple,
    /// Version 1: each value counts as a `?`, and rows do not name their tables.
    pub(super) version_1: bool,
    /// The tags are bound, whatever the text says.
    pub(super) tags_bound: bool,
}

impl Insert {
    pub fn parse(e: &Engine, cx: &Context, sql: &str) -> Result<Insert> {
        let mut r = Statements::new(e, cx, sql);
        r.s.take()?;
        if !r.s.kw("into")? {
            return Err(r.s.error("keyword INTO is expected"));
        }
        r.not_at_end()?;
        let table = r.bound_table()?;
        let after_table = r.s.at;
        let mut columns = r.column_list()?;
        let mut using = None;
        if r.s.kw("using")? {
            let stable = match r.s.op("?")? {
                true => None,
                false => Some(r.table_name()?),
            };
            let tag_names = r.column_list()?.unwrap_or_default();
            if !r.s.kw("tags")? {
                return Err(r.s.error("TAGS is expected"));
            }
            using = Some(Using {
                stable,
                tag_names,
                tags: r.parts()?,
            });
            if columns.is_none() {
                columns = r.column_list()?;
            }
        }
        if !r.s.kw("values")? && !r.s.kw("value")? {
            r.not_at_end()?;
            return Err(r.s.error("keyword VALUES or FILE is expected"));
        }
        let values = r.parts()?;
        let (rest, text) = r.s.peek()?;
        if rest.kind != Tok::End && text != ";" {
            return Err(SqlError::unsupported(
                "prepared inserts of several rows or tables in one statement",
            ));
        }
        Ok(Insert {
            sql: sql.to_string(),
            table,
            after_table,
            using,
            columns,
            values,
            version_1: false,
            tags_bound: false,
        })
    }

    /// The insert as version 1 takes it: a bound value replaces a constant of the text.
    pub fn of_version_1(mut self) -> Insert {
        self.version_1 = true;
        self.values.parts.fill(Part::Mark);
        self
    }

    /// Whether bound tags replace the constants of the text, for the table named last.
    pub fn bind_tags(&mut self, bound: bool) {
        self.tags_bound = bound;
    }

    /// Whether its table is a `?`.
    pub fn names_table(&self) -> bool {
        matches!(self.table, Table::Bound { .. })
    }
}

impl Statements<'_> {
    /// `?`, `db.?` or a table's name.
    fn bound_table(&mut self) -> Result<Table> {
        if self.s.op("?")? {
            return Ok(Table::Bound {
                db: self.cx.db.clone(),
            });
        }
        let start = self.s.at;
        let db = self.identifier(MAX_TABLE_NAME)?;
        if self.s.op(".")? && self.s.op("?")? {
            return Ok(Table::Bound { db });
        }
        self.s.at = start;
        self.table_name().map(Table::Fixed)
    }
    /// `(name, ...)`, if there is one.
    fn column_list(&mut self) -> Result<Option<Vec<String>>> {
        match self.s.op("(")? {
            true => self.names().map(Some),
            false => Ok(None),
        }
    }
    fn parts(&mut self) -> Result<Tuple> {
        self.s.expect("(")?;
        let mut parts = vec![];
        loop {
            parts.push(match self.s.op("?")? {
                true => Part::Mark,
                false => Part::Constant(self.s.literal()?),
            });
            if !self.s.op(",")? {
                break;
            }
        }
        let end = self.s.peek()?.0.start;
        self.s.expect(")")?;
        Ok(Tuple { parts, end })
    }
}
