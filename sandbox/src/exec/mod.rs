//! Runs statements on the engine: one file for each family of statements.

pub mod alter;
pub mod batch;
pub mod child;
pub mod database;
pub mod ddl;
pub mod delete;
pub mod group;
pub mod group_by;
pub mod insert;
pub mod items;
pub mod order;
pub mod outcome;
pub mod prepared;
pub mod project;
pub mod record;
pub mod result;
pub mod scan;
pub mod select;
pub mod show;
pub mod source;
pub mod system;
pub mod table;
pub mod target;
pub mod topic;
pub mod user;
pub mod write;

pub use crate::context::Context;
pub use crate::engine::Engine;
pub use outcome::Outcome;

use crate::catalog::is_system;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::Statement;
use crate::sql::cursor::Param;
use crate::sql::{lexer, parser};
use outcome::done;
use result::ResultSet;
use std::borrow::Cow;

/// The real client's limit for one statement.
const MAX_SQL: usize = 1 << 20;

impl Engine {
    pub fn execute(&mut self, sql: &str, cx: &Context) -> Result<Outcome> {
        let sql = &*checked(sql)?;
        if is_insert(sql)? {
            return insert::run(self, cx, sql, false);
        }
        let r = parser::parse(sql, &cx.db).and_then(|s| self.run(s, sql, cx));
        r.map_err(|e| self.version.reword(e))
    }

    /// Runs a query with values for its `?`.
    pub fn query(&self, sql: &str, cx: &Context, params: &[Param]) -> Result<ResultSet> {
        let r = parser::parse_with(sql, &cx.db, params).and_then(|s| match s {
            Statement::Query(q) => select::run(self, cx, &q),
            _ => Err(SqlError::syntax(sql)),
        });
        r.map_err(|e| self.version.reword(e))
    }

    /// Checks a statement without effect: its syntax, and the tables and columns it names.
    pub fn validate(&mut self, sql: &str, cx: &Context) -> Result<()> {
        let sql = &*checked(sql)?;
        if is_insert(sql)? {
            return insert::run(self, cx, sql, true).map(|_| ());
        }
        match parser::parse(sql, &cx.db)? {
            Statement::Query(q) => select::run(self, cx, &q).map(|_| ()),
            Statement::Describe(t) => self.catalog.find(&t).map(|_| ()),
            Statement::DropTables { tables, .. } => tables
                .iter()
                .filter(|t| !t.0)
                .try_for_each(|(_, t)| self.catalog.find(t).map(|_| ())),
            _ => Ok(()),
        }
    }

    fn run(&mut self, s: Statement, sql: &str, cx: &Context) -> Result<Outcome> {
        match s {
            Statement::Query(q) => select::run(self, cx, &q).map(|r| Outcome::Rows(Box::new(r))),
            Statement::Show(s) => show::run(self, cx, s).map(|r| Outcome::Rows(Box::new(r))),
            Statement::Describe(t) => show::describe(self, &t).map(|r| Outcome::Rows(Box::new(r))),
            Statement::Explain(q) => {
                show::explain(self, cx, &q).map(|r| Outcome::Rows(Box::new(r)))
            }
            Statement::Use(db) => {
                if !is_system(&db) {
                    self.catalog.database(&db)?;
                }
                Ok(Outcome::Use(db))
            }
            Statement::Database(db) => self.catalog.database(&db).and_then(|_| done()),
            Statement::Nothing => done(),
            Statement::KillQuery => Err(SqlError::new(code::INVALID_QUERY_ID, "Invalid query id")),
            s => ddl::run(self, cx, s, sql),
        }
    }
}

pub(crate) fn checked(sql: &str) -> Result<Cow<'_, str>> {
    // A NUL byte ends the text, as it does in the C client behind the real adapter.
    let sql = sql.split('\0').next().unwrap_or("");
    match sql.len() > MAX_SQL {
        true => Err(SqlError::new(code::SQL_TOO_LONG, "SQL statement too long")),
        false => Ok(lexer::lower(sql.trim())),
    }
}

fn is_insert(sql: &str) -> Result<bool> {
    let t = lexer::next(sql, 0)?;
    Ok(["insert", "import"]
        .iter()
        .any(|w| sql[t.start..t.end].eq_ignore_ascii_case(w)))
}
