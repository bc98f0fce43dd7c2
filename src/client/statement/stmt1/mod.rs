//! Version 1 statements, by version 2's messages. Rows are gathered here, by table, and go to the server in one
//! message at the execution.
//!
//! The order of calls, and the errors of calls out of order, are the native client's. A failure stays with the
//! statement until the next `prepare`. The loss of a connection is no such failure: rows gathered here are not
//! lost with it, and go by the next one.

mod bind;

use super::batch::Batch;
use super::placeholders::{Placeholders, Values};
use super::prepared::{Prepared, COLUMN, TAG};
use super::rows::{self, Column};
use super::table_lookup::Fields;
use super::{Setback, Statement};
use crate::client::connection_lost::unsent;
use crate::client::result::ResultSet;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::Table;
use crate::protocol::reply::Parameter;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Prepared,
    Named,
    Tagged,
    Bound,
    ColumnBound,
    Added,
    /// There was no connection to execute on. The same rows can be executed again; binding others starts anew.
    Unsent,
    Executed,
}

pub struct Stmt1 {
    statement: Statement,
    stage: Stage,
    /// The text, with a `?` for each of its values. Natively, a constant among them counts as a column to bind,
    /// and what is bound for it is written.
    sql: String,
    /// The tags in the text, if there are constants among them. Tables for which [`set_tags`](Self::set_tags)
    /// sets none get these.
    constant_tags: Option<Values>,
    /// The table is one of the columns.
    names_tbname: bool,
    /// The fields of the table that rows are bound to.
    fields: Fields,
    /// Why the server has refused the text. As natively, the first call that looks at the text reports it.
    refused: Option<Error>,
    failed: Option<Error>,
    table: Vec<u8>,
    tags: Vec<Column>,
    batch: Batch,
    /// Rows were sent since the last execution.
    sent: bool,
    /// The values of a query's `?`; one without rows was not bound yet.
    parameters: Vec<Column>,
    affected: i64,
    affected_once: i64,
}

impl Stmt1 {
    pub(in crate::client) fn new(statement: Statement) -> Stmt1 {
        Stmt1 {
            statement,
            stage: Stage::New,
            sql: String::new(),
            constant_tags: None,
            names_tbname: false,
            fields: Fields::default(),
            refused: None,
            failed: None,
            table: Vec::new(),
            tags: Vec::new(),
            batch: Batch::default(),
            sent: false,
            parameters: Vec::new(),
            affected: 0,
            affected_once: 0,
        }
    }

    fn forget(&mut self) {
        self.stage = Stage::New;
        self.failed = None;
        self.table.clear();
        self.tags.clear();
        self.batch.clear();
        self.sent = false;
        self.parameters.clear();
    }

    /// As [`Statement::refuse`].
    pub fn refuse(&mut self, why: Error) {
        self.forget();
        self.refused = None;
        self.statement.refuse(why.clone());
        self.failed = Some(why);
    }

    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        self.forget();
        self.read(sql);
        self.prepare_text()?;
        self.stage = Stage::Prepared;
        Ok(())
    }

    /// Reads what the text itself decides.
    fn read(&mut self, sql: &str) {
        let placeholders = Placeholders::of(sql);
        let is_insert = matches!(placeholders.verb.as_str(), "insert" | "import");
        self.names_tbname = is_insert && placeholders.names_tbname;
        let of_insert = |word| {
            let values = Values::after(word, sql);
            (is_insert && !placeholders.names_tbname && values.have_constants(sql))
                .then_some(values)
        };
        self.constant_tags = of_insert("tags");
        self.sql = match of_insert("values").filter(|values| values.are_last(sql)) {
            Some(values) => values.marked(sql),
            None => sql.to_owned(),
        };
    }

    fn prepare_text(&mut self) -> Result<()> {
        self.fields = Fields::default();
        self.refused = match self.statement.prepare(&self.sql) {
            Ok(()) => None,
            Err(e) if is_of_the_text(&e) => Some(e),
            Err(e) => return self.keep(Err(e)),
        };
        if let Ok(prepared) = self.statement.prepared() {
            match &prepared.parameters {
                Ok(list) => {
                    let of = |kind| list.iter().filter(move |p| p.bind_type == kind).cloned();
                    self.fields.tags = of(TAG).collect();
                    self.fields.columns = of(COLUMN).collect();
                }
                Err(_) if prepared.names_table => {}
                Err(e) => self.refused = Some(as_version_1(e.clone())),
            }
        }
        if self.refused.is_some() {
            self.refused = self
                .statement
                .refusal_by_version_1()
                .or(self.refused.take());
        }
        Ok(())
    }

    /// As [`Statement::keep_bad_value`].
    pub fn keep_bad_value<T>(&mut self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Err(e) if e.code != codes::STMT_BIND_NUMBER => self.keep(Err(e)),
            outcome => outcome,
        }
    }

    fn keep<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let Err(e) = &outcome {
            if !self.note_setback() {
                self.failed = Some(e.clone());
            }
        }
        outcome
    }

    /// Did a call fail because the connection was lost? Then what was lost must be bound again.
    fn note_setback(&mut self) -> bool {
        let setback = self.statement.take_setback();
        if let Some(Setback::Rows | Setback::Execution) = setback {
            self.forget_rows();
            self.sent = false;
            self.stage = Stage::Prepared;
        }
        setback.is_some()
    }

    /// Forgets rows, but not the table that they are bound to, and its tags.
    fn forget_rows(&mut self) {
        let tags = self.batch.forget();
        if self.tags.is_empty() {
            self.tags = tags;
        }
    }

    fn start_anew(&mut self) {
        if self.stage == Stage::Unsent {
            self.forget_rows();
            self.stage = Stage::Prepared;
        }
    }

    /// A step that is allowed in these stages only. Its failure stays with the statement.
    fn step<T>(
        &mut self,
        allowed: impl FnOnce(Stage) -> bool,
        body: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if let Some(e) = &self.failed {
            return Err(e.clone());
        }
        let outcome = if allowed(self.stage) {
            self.statement.take_setback();
            body(self)
        } else {
            Err(Error::new(codes::STMT_API_ERROR))
        };
        self.keep(outcome)
    }

    /// A question about what was prepared. Its failure does not stay with the statement.
    fn look<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        match (&self.failed, self.stage) {
            (Some(e), _) => Err(e.clone()),
            (None, Stage::New) => Err(Error::new(codes::STMT_API_ERROR)),
            (None, _) => {
                let outcome = body(self);
                self.note_setback();
                outcome
            }
        }
    }

    /// What was prepared. This reports what is wrong with the text.
    fn prepared(&mut self) -> Result<&Prepared> {
        if let Some(e) = &self.refused {
            return Err(e.clone());
        }
        self.statement.prepared()
    }

    fn insert(&mut self) -> Result<&Prepared> {
        match self.prepared()? {
            p if p.is_insert => self.statement.prepared(),
            _ => Err(Error::new(codes::STMT_API_ERROR)),
        }
    }

    fn is_query(&mut self) -> bool {
        self.statement.prepared().is_ok_and(|p| !p.is_insert)
    }

    /// Natively, the text decides, and without a text it is no insert.
    pub fn is_insert(&mut self) -> Result<bool> {
        if let (Stage::New, None) = (self.stage, &self.failed) {
            return Ok(false);
        }
        if let (Some(_), Stage::Prepared) = (&self.refused, self.stage) {
            // Natively, the first word decides, before anything else is looked at.
            let word = self.sql.trim_start().split(char::is_whitespace).next();
            return Ok(word.is_some_and(|w| {
                w.eq_ignore_ascii_case("insert") || w.eq_ignore_ascii_case("import")
            }));
        }
        self.look(|s| Ok(s.prepared()?.is_insert))
    }

    /// The number of values in a row: an insert's columns, or a query's `?`. An error if the columns are not
    /// known yet.
    pub fn column_count(&mut self) -> Result<usize> {
        self.look(|s| match s.prepared()? {
            prepared if prepared.is_insert => Ok(s.known_fields()?.len()),
            prepared => Ok(prepared.columns),
        })
    }

    /// The fields of the table, which need not be named yet.
    fn known_fields(&mut self) -> Result<Arc<[Parameter]>> {
        let known = self.insert()?.parameters.is_ok();
        match self.is_unnamed()? {
            // Natively, only version 2 takes such an insert. Here it works, too, once its table is named.
            true if self.names_tbname => Err(Error::new(codes::INVALID_OPERATION)),
            true if !known => Err(Error::new(codes::TABLE_NOT_EXIST)),
            _ => Ok(self.fields.columns.clone()),
        }
    }

    /// Is the table a `?` that was not named yet?
    fn is_unnamed(&mut self) -> Result<bool> {
        Ok(self.insert()?.names_table && self.table.is_empty())
    }

    /// The columns of the table named last. This checks that the table is named if it has to be.
    fn named_fields(&mut self) -> Result<Arc<[Parameter]>> {
        let fields = self.known_fields()?;
        match self.is_unnamed()? {
            true => Err(Error::new(codes::STMT_TABLE_NAME)),
            false => Ok(fields),
        }
    }

    /// Runs the insert with all that was added, or the query with what was bound last.
    ///
    /// If the connection is lost before the execution is sent, and all rows are still here, they go by the next
    /// one.
    pub fn execute(&mut self) -> Result<()> {
        let is_query = self.is_query();
        self.step(
            |stage| match stage {
                Stage::Added | Stage::Unsent => true,
                Stage::Bound | Stage::ColumnBound => is_query,
                _ => false,
            },
            |s| {
                s.check_parameters()?;
                let all_is_here = !s.statement.holds_rows();
                let mut outcome = s.send_and_execute(is_query);
                if all_is_here && s.statement.setback() == Some(Setback::Rows) {
                    s.statement.take_setback();
                    outcome = s.send_and_execute(is_query);
                }
                s.sent = false;
                s.affected_once = 0;
                if s.statement.setback() == Some(Setback::Renewal) {
                    s.stage = Stage::Unsent;
                    return outcome.map(drop).map_err(unsent);
                }
                s.affected_once = outcome?;
                s.batch.clear();
                s.affected += s.affected_once;
                s.stage = Stage::Executed;
                Ok(())
            },
        )
    }

    fn send_and_execute(&mut self, is_query: bool) -> Result<i64> {
        if is_query {
            let values = rows::values(&self.parameters);
            let row = Table {
                columns: &values,
                ..Table::default()
            };
            self.statement.bind(-1, &[row])?;
        } else {
            self.send_batch()?;
        }
        self.statement.execute().map_err(as_version_1)
    }

    /// As [`Statement::has_result`].
    pub fn has_result(&mut self) -> bool {
        self.statement.has_result()
    }

    /// The result of the query executed last; once for each execution.
    pub fn result(&mut self) -> Result<ResultSet> {
        self.step(|stage| stage == Stage::Executed, |s| s.statement.result())
    }

    /// The tags to set; none for a child table that exists. An error for a query, for an ordinary table, and
    /// while the table is not named.
    pub fn tag_fields(&mut self) -> Result<Arc<[Parameter]>> {
        self.look(|s| {
            s.statement.renew()?;
            s.named_fields()?;
            let table = String::from_utf8_lossy(&s.table);
            if s.constant_tags.is_some() || s.fields.tags.is_empty() {
                // Version 2 tells only the `?`, and nothing about the table.
                return s.statement.tags_of(&table);
            }
            Ok(s.fields.tags.clone())
        })
    }

    /// The columns to bind. An error for a query, and while the table is not known.
    pub fn column_fields(&mut self) -> Result<Arc<[Parameter]>> {
        self.look(|s| {
            s.statement.renew()?;
            s.known_fields()
        })
    }

    /// Rows written since the statement was made, and by the last execution.
    pub fn affected(&self) -> (i64, i64) {
        (self.affected, self.affected_once)
    }
}

/// Is the statement's text wrong? These are the parser's codes.
fn is_of_the_text(e: &Error) -> bool {
    e.code & 0xff00 == 0x2600
}

/// A missing table has another code in version 1.
fn as_version_1(e: Error) -> Error {
    match e.code {
        codes::STMT_TABLE_NAME => Error {
            code: codes::TABLE_NOT_EXIST,
            message: None,
        },
        _ => e,
    }
}
