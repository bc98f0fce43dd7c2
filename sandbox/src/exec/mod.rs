//! Runs statements: the engine (catalog and store) and one file per family of statements.

pub mod aggregate;
pub mod compile;
pub mod ddl;
pub mod group;
pub mod insert;
pub mod prepared;
pub mod project;
pub mod result;
pub mod scan;
pub mod select;
pub mod show;
pub mod system;
pub mod user;

use crate::catalog::Catalog;
use crate::charset::Charset;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::Statement;
use crate::sql::cursor::Param;
use crate::sql::{lexer, parser};
use crate::store::Store;
use crate::time::Zone;
use crate::tmq::Hub;
use crate::version::Version;
use result::ResultSet;
use std::borrow::Cow;
use std::sync::Arc;

/// The real client's limit for one statement.
const MAX_SQL: usize = 1 << 20;

pub struct Engine {
    pub catalog: Catalog,
    pub store: Store,
    pub version: Version,
    pub tmq: Hub,
    /// Tells those who are logged in that a user is gone, which may be theirs.
    pub user_dropped: tokio::sync::watch::Sender<()>,
}

/// What of the session a statement depends on.
#[derive(Clone)]
pub struct Context {
    pub db: String,
    pub user: String,
    pub zone: Zone,
    /// Of NCHAR that is bound, when it is not UTF-8.
    pub charset: Option<Arc<Charset>>,
    /// BI mode: `*` of a super table has tbname, too.
    pub bi: bool,
}

pub enum Outcome {
    Done { affected: usize },
    Use(String),
    Rows(Box<ResultSet>),
}

fn done() -> Result<Outcome> {
    Ok(Outcome::Done { affected: 0 })
}

impl Engine {
    pub fn open(path: Option<&str>, version: Version) -> Result<Engine> {
        let store = Store::open(path)?;
        Ok(Engine {
            catalog: Catalog::load(&store)?,
            store,
            version,
            tmq: Hub::default(),
            user_dropped: tokio::sync::watch::Sender::new(()),
        })
    }

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
                if !system::is_system(&db) {
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
