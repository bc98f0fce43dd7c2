//! A prepared statement: a small state machine on this side, because the server is fragile there.
//! A call in the wrong order gets its error here, before anything is sent (protocol.md 9.4).

use super::flight::Flight;
use super::marks::Marks;
use super::result_set::ResultSet;
use super::table_lookup::{Fields, TableLookup};
use super::way::Way;
use crate::charset::Charset;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::Table;
use crate::protocol::reply::Parameter;
use crate::protocol::request::Request;
use crate::transport::{expect_json, Connection};
use std::borrow::Cow;
use std::sync::Arc;

/// How many rows one bind may hold (the server counts them in an i16).
pub const MAX_ROWS: usize = i16::MAX as usize;

/// How many bytes a table's name may have (`TSDB_TABLE_NAME_LEN`, its NUL not counted).
const MAX_TABLE_NAME: usize = 192;

/// What a `?` may stand for: `bind_type` of a [`Parameter`].
pub const COLUMN: u8 = 1;
pub const TAG: u8 = 2;
pub const TABLE_NAME: u8 = 4;

/// What the statement was prepared for.
#[derive(Debug)]
pub struct Prepared {
    pub is_insert: bool,
    /// One `?` stands for the table.
    pub names_table: bool,
    /// Values to bind for each table.
    pub tags: usize,
    pub columns: usize,
    /// What each `?` stands for; of an insert whose table is not known yet, why not.
    pub parameters: Result<Vec<Parameter>>,
    /// The number of `?`.
    pub count: usize,
}

impl Prepared {
    pub(super) fn query(marks: &Marks) -> Prepared {
        Prepared {
            is_insert: false,
            names_table: false,
            tags: 0,
            columns: marks.all,
            count: marks.all,
            parameters: Ok(Vec::new()),
        }
    }
}

/// Can a table have this name? A database's may stand in front of it.
pub fn check_table_name(name: &[u8]) -> Result<()> {
    let own = name.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let own = own.iter().filter(|b| **b != b'`').count();
    if name.is_empty() {
        Err(Error::new(codes::STMT_TABLE_NAME))
    } else if own > MAX_TABLE_NAME || name.len() >= usize::from(u16::MAX) {
        Err(Error::with(
            codes::STMT_TABLE_NAME,
            format_args!("a name has at most {MAX_TABLE_NAME} bytes, this one {own}"),
        ))
    } else {
        Ok(())
    }
}

pub struct Statement {
    way: Way,
    /// The program's character set, when it is not UTF-8.
    charset: Option<Arc<Charset>>,
    /// The server takes decimals as text.
    text_decimals: bool,
    lookup: Option<TableLookup>,
    prepared: Option<Prepared>,
    /// The table bound last, where what was prepared does not say what its fields are.
    named: Option<String>,
    /// Something was bound since the last execution.
    bound: bool,
    /// A query was executed and its result not asked for yet.
    executed: bool,
    /// A failure that holds until the next `prepare`.
    failed: Option<Error>,
    in_flight: Option<InFlight>,
}

/// An asynchronous call whose outcome the statement does not know yet.
enum InFlight {
    /// Of rows, or only of names and tags.
    Bind(Arc<Flight>, bool),
    Execution(Arc<Flight>),
}

impl Statement {
    pub(super) fn new(way: Way, charset: Option<Arc<Charset>>) -> Statement {
        Statement {
            way,
            charset,
            text_decimals: false,
            lookup: None,
            prepared: None,
            named: None,
            bound: false,
            executed: false,
            failed: None,
            in_flight: None,
        }
    }

    fn connection(&self) -> &Arc<Connection> {
        self.way.connection()
    }

    pub(super) fn with_text_decimals(mut self, taken: bool) -> Statement {
        self.text_decimals = taken;
        self
    }

    pub fn takes_text_decimals(&self) -> bool {
        self.text_decimals
    }

    /// Are the program's texts UTF-8?
    pub fn is_utf8(&self) -> bool {
        self.charset.is_none()
    }

    /// Waits for an asynchronous call that is under way: calls with one statement follow each
    /// other, as the server answers those under way together in any order.
    fn settle(&mut self) {
        match self.in_flight.take() {
            None => {}
            // In a child after fork nobody would ever wake us.
            Some(_) if self.connection().check_process().is_err() => {}
            Some(InFlight::Bind(flight, has_rows)) => {
                let outcome = flight.wait();
                self.bound |= has_rows && outcome.is_ok();
                self.failed = outcome.err().or(self.failed.take());
            }
            Some(InFlight::Execution(flight)) => self.note_execution(flight.wait().is_ok()),
        }
    }

    fn note_execution(&mut self, good: bool) {
        self.executed = good && self.prepared.as_ref().is_some_and(|p| !p.is_insert);
    }

    /// Sends a request whose reply goes to `done`, on a thread that must not wait.
    fn submit(
        &self,
        req_id: u64,
        request: Request,
        done: impl FnOnce(Result<i64>) + Send + 'static,
    ) -> Result<Arc<Flight>> {
        let flight = Arc::new(Flight::default());
        let landing = flight.clone();
        let callback = move |reply: Result<_>| {
            let outcome = reply.and_then(expect_json).map(|reply| reply.affected);
            landing.land(outcome.clone());
            done(outcome);
        };
        self.connection()
            .submit(req_id, request, Box::new(callback))?;
        Ok(flight)
    }

    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        self.settle();
        self.prepared = None;
        self.named = None;
        self.bound = false;
        self.executed = false;
        self.failed = None;
        let marks = Marks::of(sql);
        let lookup = TableLookup::new(self.connection().clone(), sql, marks.tags > 0);
        let lookup = self.lookup.insert(lookup);
        let outcome = self.way.prepare(sql, &marks, lookup);
        self.prepared = Some(self.keep(outcome)?);
        Ok(())
    }

    /// What is bound for a table, when what was prepared does not say it.
    pub fn fields_of(&mut self, table: &str) -> Result<Fields> {
        let lookup = self.lookup.as_mut();
        lookup
            .ok_or(Error::new(codes::STMT_API_ERROR))?
            .fields(table)
    }

    /// The tags of a table, constants in the text too.
    pub fn tags_of(&mut self, table: &str) -> Result<Arc<[Parameter]>> {
        let lookup = self.lookup.as_mut();
        lookup.ok_or(Error::new(codes::STMT_API_ERROR))?.tags(table)
    }

    /// What version 1 has against a text that version 2 refused: natively, version 1 says less, and
    /// sometimes something else.
    pub fn refusal_by_version_1(&mut self) -> Option<Error> {
        match (&self.way, &mut self.lookup) {
            (Way::Messages(_), Some(lookup)) => lookup.refusal(),
            _ => None,
        }
    }

    /// Natively the text is asked, and nothing is no insert.
    pub fn is_insert(&mut self) -> Result<bool> {
        self.settle();
        match (&self.prepared, &self.failed) {
            (None, None) => Ok(false),
            _ => Ok(self.prepared()?.is_insert),
        }
    }

    /// Was a query executed whose result nobody has taken?
    pub fn has_result(&mut self) -> bool {
        self.settle();
        self.executed
    }

    /// Remembers a failure, which later calls answer with too.
    fn keep<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let Err(e) = &outcome {
            self.failed = Some(e.clone());
        }
        outcome
    }

    /// Remembers that a value could not be bound, as natively. A number of rows that cannot be
    /// bound is forgotten, as natively too.
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
            return Err(Error {
                code: codes::INVALID_OPERATION,
                message: Some("column index exceeds the number of columns".into()),
            });
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

    /// The number of `?`, and of an insert what each of them stands for; if its table is one, of the table
    /// bound last.
    pub fn described(&mut self) -> Result<(usize, Option<Cow<'_, [Parameter]>>)> {
        self.prepared()?;
        if let (Some(table), Some(lookup)) = (&self.named, &mut self.lookup) {
            let list = lookup.parameters(table)?;
            return Ok((list.len(), Some(Cow::Owned(list))));
        }
        let prepared = self.parameters()?;
        let list = prepared.parameters.as_deref().unwrap_or_default();
        let list = prepared.is_insert.then_some(Cow::Borrowed(list));
        Ok((prepared.count, list))
    }

    /// Binds values; `column` -1, or the index of the only column bound. All tables have the same
    /// number of tags (or none) and of columns.
    pub fn bind(&mut self, column: i32, tables: &[Table<'_>]) -> Result<()> {
        let outcome = match self.bind_request(column, tables)? {
            Some((req_id, request)) => self.connection().call_json(req_id, request).map(drop),
            None => Ok(()),
        };
        self.bound |= has_rows(tables) && outcome.is_ok();
        self.keep(outcome)
    }

    /// As [`bind`](Self::bind), without waiting; the values are copied. `done` is called once, on a
    /// thread that must not wait, unless this fails.
    pub fn begin_bind(
        &mut self,
        column: i32,
        tables: &[Table<'_>],
        done: impl FnOnce(Result<i64>) + Send + 'static,
    ) -> Result<()> {
        let Some((req_id, request)) = self.bind_request(column, tables)? else {
            self.bound |= has_rows(tables);
            done(Ok(0));
            return Ok(());
        };
        let sent = self.submit(req_id, request, done);
        self.in_flight = Some(InFlight::Bind(self.keep(sent)?, has_rows(tables)));
        Ok(())
    }

    /// The request that completes a bind, if there is one; what comes before it has been answered.
    fn bind_request(
        &mut self,
        column: i32,
        tables: &[Table<'_>],
    ) -> Result<Option<(u64, Request)>> {
        let prepared = self.prepared_for(column)?;
        let most = if prepared.is_insert { MAX_ROWS } else { 1 };
        let columns = || tables.iter().flat_map(|t| t.columns);
        if !columns().all(|c| (1..=most).contains(&c.rows)) {
            return Err(Error::new(codes::STMT_BIND_NUMBER));
        }
        // A query with fewer values than it has `?` ends some servers.
        if !prepared.is_insert && columns().count() != prepared.columns {
            return Err(Error::invalid_parameter(format_args!(
                "{} values, and the query has {} ?",
                columns().count(),
                prepared.columns
            )));
        }
        if prepared.parameters.is_err() {
            let name = tables.last().map(|t| String::from_utf8_lossy(t.name));
            self.named = name.filter(|n| !n.is_empty()).map(Cow::into_owned);
        }
        self.executed = false;
        let request = match (&self.prepared, &mut self.lookup) {
            (Some(prepared), Some(lookup)) => self.way.bind(prepared, lookup, column, tables),
            _ => Err(Error::new(codes::STMT_API_ERROR)),
        };
        self.keep(request)
    }

    /// Executes with what was bound: the number of rows written.
    pub fn execute(&mut self) -> Result<i64> {
        let (req_id, request) = self.execution_request()?;
        let reply = self.connection().call_json(req_id, request)?;
        self.note_execution(true);
        Ok(reply.affected)
    }

    /// As [`execute`](Self::execute), without waiting. `done` is called once, on a thread that must
    /// not wait, unless this fails.
    pub fn begin_execution(
        &mut self,
        done: impl FnOnce(Result<i64>) + Send + 'static,
    ) -> Result<()> {
        let (req_id, request) = self.execution_request()?;
        let flight = self.submit(req_id, request, done)?;
        self.in_flight = Some(InFlight::Execution(flight));
        Ok(())
    }

    /// Executing without a new bind is refused here, as it ends some servers.
    fn execution_request(&mut self) -> Result<(u64, Request)> {
        self.prepared()?;
        if !std::mem::take(&mut self.bound) {
            return Err(Error::new(codes::STMT_API_ERROR));
        }
        self.way.execution()
    }

    /// What an insert that was executed asynchronously has for a result.
    pub fn written(&self, rows: i64) -> ResultSet {
        ResultSet::written(self.connection().clone(), rows)
    }

    /// The result of the query executed last; once for each execution.
    pub fn result(&mut self) -> Result<ResultSet> {
        self.prepared()?;
        if !std::mem::take(&mut self.executed) {
            return Err(Error::new(codes::STMT_API_ERROR));
        }
        let (reply, binary) = self.way.result()?;
        let set = ResultSet::of_statement(self.connection().clone(), binary, &reply)?;
        Ok(set.in_charset(self.charset.clone()))
    }
}

/// Is there something to execute? Names and tags alone are not.
fn has_rows(tables: &[Table<'_>]) -> bool {
    tables.iter().any(|table| !table.columns.is_empty())
}

impl Drop for Statement {
    fn drop(&mut self) {
        // Before the way closes the statement on the server.
        self.settle();
    }
}
