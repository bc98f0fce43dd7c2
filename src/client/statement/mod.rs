//! A prepared statement: a small state machine on this side, because the server is fragile there. A call in the
//! wrong order gets its error here, before anything is sent.

mod async_outcome;
mod batch;
mod bind;
pub(super) mod bind_exec;
pub(super) mod cells;
mod constants;
mod execution;
mod placeholders;
mod prepared;
mod renewal;
pub(super) mod rows;
pub(super) mod stmt1;
mod stmt1_wire;
pub(super) mod stmt2_wire;
mod table_lookup;
pub(super) mod wire;

pub use prepared::{check_table_name, Prepared, COLUMN, MAX_ROWS, TABLE_NAME, TAG};
pub use renewal::Setback;

use self::async_outcome::AsyncOutcome;

use self::placeholders::Placeholders;
use self::prepared::no_such_column;
use self::stmt2_wire::StatementOptions;
use self::table_lookup::{Fields, TableLookup};
use self::wire::{OnServer, Wire};
use super::connection_lost::unanswered;
use super::Session;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::Unsent;
use crate::protocol::reply::Parameter;
use crate::protocol::request::Request;
use crate::transport::{expect_json, Connection};
use std::borrow::Cow;
use std::sync::Arc;

pub struct Statement {
    session: Arc<Session>,
    options: StatementOptions,
    on_server: OnServer,
    /// The text is prepared on the server, too. False if that has failed after the connection was lost.
    is_on_server: bool,
    /// The text prepared last.
    sql: String,
    placeholders: Placeholders,
    lookup: Option<TableLookup>,
    prepared: Option<Prepared>,
    /// The table bound last, if the preparation does not say what its fields are.
    named: Option<String>,
    /// Rows were bound since the last execution.
    bound: bool,
    /// Something was bound since the last execution, even if only names and tags.
    held: bool,
    /// All that was bound since the last execution, if it is not sent yet. It goes with the execution.
    waiting: Option<Unsent>,
    /// A query was executed, and its result was not taken yet.
    executed: bool,
    /// A failure that holds until the next `prepare`.
    failed: Option<Error>,
    setback: Option<Setback>,
    in_flight: Option<InFlight>,
}

/// An asynchronous call whose outcome the statement does not know yet.
enum InFlight {
    /// A bind of rows (true), or only of names and tags.
    Bind(Arc<AsyncOutcome>, bool),
    Execution(Arc<AsyncOutcome>),
}

impl Statement {
    pub(super) fn new(
        session: Arc<Session>,
        options: StatementOptions,
        on_server: OnServer,
    ) -> Statement {
        Statement {
            session,
            options,
            on_server,
            is_on_server: false,
            sql: String::new(),
            placeholders: Placeholders::default(),
            lookup: None,
            prepared: None,
            named: None,
            bound: false,
            held: false,
            waiting: None,
            executed: false,
            failed: None,
            setback: None,
            in_flight: None,
        }
    }

    fn connection(&self) -> &Arc<Connection> {
        self.on_server.wire.connection()
    }

    pub fn takes_text_decimals(&self) -> bool {
        self.on_server.text_decimals
    }

    /// Are the program's texts UTF-8?
    pub fn is_utf8(&self) -> bool {
        self.on_server.charset.is_none()
    }

    /// Was something sent that would be lost with the connection?
    pub fn holds_rows(&self) -> bool {
        self.held
    }

    /// Waits for an asynchronous call that is under way. Calls with one statement must follow each other,
    /// because the server answers concurrent ones in any order.
    fn settle(&mut self) {
        match self.in_flight.take() {
            None => {}
            // In a child after fork, nothing would ever wake this thread.
            Some(_) if self.connection().check_process().is_err() => {}
            Some(InFlight::Bind(flight, has_rows)) => match flight.wait() {
                Ok(_) => self.note_bind(has_rows),
                // Its callback has reported the loss of all rows that were bound.
                Err(e) if self.was_lost(&e) => (self.bound, self.held) = (false, false),
                Err(e) => self.failed = Some(e),
            },
            Some(InFlight::Execution(flight)) => self.note_execution(flight.wait().is_ok()),
        }
    }

    fn note_bind(&mut self, has_rows: bool) {
        self.bound |= has_rows;
        self.held = true;
    }

    fn note_execution(&mut self, good: bool) {
        self.executed = good && self.prepared.as_ref().is_some_and(|p| !p.is_insert);
    }

    /// Sends a request whose reply goes to `done`, on a thread that must not wait. If there is no answer, the
    /// error has these words.
    fn submit(
        &self,
        (req_id, request): (u64, Request),
        words: &'static str,
        done: impl FnOnce(Result<i64>) + Send + 'static,
    ) -> Result<Arc<AsyncOutcome>> {
        let flight = Arc::new(AsyncOutcome::default());
        let landing = flight.clone();
        let callback = move |reply: Result<_>| {
            let outcome = reply.and_then(expect_json).map(|reply| reply.affected);
            let outcome = outcome.map_err(|e| unanswered(e, words));
            landing.land(outcome.clone());
            done(outcome);
        };
        self.connection()
            .submit(req_id, request, Box::new(callback))?;
        Ok(flight)
    }

    fn forget(&mut self) {
        self.settle();
        self.prepared = None;
        self.named = None;
        (self.bound, self.held, self.waiting) = (false, false, None);
        self.executed = false;
        self.failed = None;
    }

    /// The program has given a text that cannot be prepared. What was bound is forgotten.
    pub fn refuse(&mut self, why: Error) {
        self.forget();
        self.failed = Some(why);
    }

    /// Prepares a text on the session's connection; what was bound is forgotten.
    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        self.forget();
        self.sql = sql.to_owned();
        self.placeholders = Placeholders::of(sql);
        let outcome = self.prepare_on_server();
        self.prepared = Some(self.keep(outcome)?);
        Ok(())
    }

    /// The fields of a table, if the preparation does not say them.
    pub fn fields_of(&mut self, table: &str) -> Result<Fields> {
        self.look_up(|lookup| lookup.fields(table))
    }

    /// The tags of a table, including constants in the text.
    pub fn tags_of(&mut self, table: &str) -> Result<Arc<[Parameter]>> {
        self.look_up(|lookup| lookup.tags(table))
    }

    /// Asks what may be asked twice.
    fn look_up<T>(&mut self, ask: impl Fn(&mut TableLookup) -> Result<T>) -> Result<T> {
        self.renew_if_lost()?;
        let look = |s: &mut Self| match &mut s.lookup {
            Some(lookup) => ask(lookup),
            None => Err(Error::new(codes::STMT_API_ERROR)),
        };
        match look(self) {
            Err(e) if self.was_lost(&e) => {
                self.renew_if_lost()?;
                look(self)
            }
            told => told,
        }
    }

    /// Version 1's error for a text that version 2 has refused. Natively, version 1 says less, and sometimes
    /// something else.
    pub fn refusal_by_version_1(&mut self) -> Option<Error> {
        match (&self.on_server.wire, &mut self.lookup) {
            (Wire::Messages(_), Some(lookup)) => lookup.refusal(),
            _ => None,
        }
    }

    /// Natively, the text decides, and without a text it is no insert.
    pub fn is_insert(&mut self) -> Result<bool> {
        self.settle();
        match (&self.prepared, &self.failed) {
            (None, None) => Ok(false),
            _ => Ok(self.prepared()?.is_insert),
        }
    }

    /// Was a query executed whose result was not taken yet?
    pub fn has_result(&mut self) -> bool {
        self.settle();
        self.executed
    }

    /// Remembers a failure, which later calls return, too.
    fn keep<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let Err(e) = &outcome {
            self.failed = Some(e.clone());
        }
        outcome
    }

    /// Remembers that a value could not be bound, as natively. A number of rows that cannot be bound is not
    /// remembered, also as natively.
    pub fn keep_bad_value<T>(&mut self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Err(e) if e.code != codes::STMT_BIND_NUMBER => self.keep(Err(e)),
            outcome => outcome,
        }
    }

    /// What was prepared, or why a call that needs it cannot be made.
    pub fn prepared(&mut self) -> Result<&Prepared> {
        self.settle();
        if let Some(e) = &self.failed {
            return Err(e.clone());
        }
        self.prepared
            .as_ref()
            .ok_or(Error::new(codes::STMT_API_ERROR))
    }

    /// As [`prepared`](Self::prepared), for binding this column, or -1 for all.
    pub fn prepared_for(&mut self, column: i32) -> Result<&Prepared> {
        let columns = self.prepared()?.columns as i32;
        if column < -1 || column >= columns {
            return Err(no_such_column());
        }
        self.prepared()
    }

    /// What each `?` stands for.
    pub fn parameters(&mut self) -> Result<&Prepared> {
        if let Err(e) = &self.prepared()?.parameters {
            let e = e.clone();
            return Err(e);
        }
        self.prepared()
    }

    /// The number of `?`, and for an insert what each of them stands for. If its table is a `?`, that is of the
    /// table bound last.
    pub fn described(&mut self) -> Result<(usize, Option<Cow<'_, [Parameter]>>)> {
        self.prepared()?;
        if let Some(table) = self.named.clone() {
            let list = self.look_up(|lookup| lookup.parameters(&table))?;
            return Ok((list.len(), Some(Cow::Owned(list))));
        }
        let prepared = self.parameters()?;
        let list = prepared.parameters.as_deref().unwrap_or_default();
        let list = prepared.is_insert.then_some(Cow::Borrowed(list));
        Ok((prepared.count, list))
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // Before the wire closes the statement on the server.
        self.settle();
    }
}
