//! A prepared statement: a small state machine on this side, because the server is fragile there.
//! A call in the wrong order gets its error here, before anything is sent (protocol.md 9.4).

use super::flight::Flight;
use super::result_set::ResultSet;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::{self, Table};
use crate::protocol::reply::Parameter;
use crate::protocol::request::{self, Request};
use crate::transport::{expect_json, Connection};
use encoding_rs::Encoding;
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

/// Can a table have this name? A database's may stand in front of it.
pub fn check_table_name(name: &str) -> Result<()> {
    let own = name.rsplit('.').next().unwrap_or_default();
    let own = own.trim_matches('`').len();
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
    connection: Arc<Connection>,
    /// The program's character set, when it is not UTF-8.
    charset: Option<&'static Encoding>,
    id: u64,
    prepared: Option<Prepared>,
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
    pub(super) fn new(
        connection: Arc<Connection>,
        charset: Option<&'static Encoding>,
        req_id: u64,
        single_stb_insert: bool,
        single_table_bind_once: bool,
    ) -> Result<Statement> {
        let req_id = connection.request_id(req_id);
        let request = request::stmt2_init(req_id, single_stb_insert, single_table_bind_once);
        let id = connection.call_json(req_id, request)?.stmt_id;
        Ok(Statement {
            connection,
            charset,
            id,
            prepared: None,
            bound: false,
            executed: false,
            failed: None,
            in_flight: None,
        })
    }

    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
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
            Some(_) if self.connection.check_process().is_err() => {}
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
        self.connection
            .submit(req_id, request, Box::new(callback))?;
        Ok(flight)
    }

    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        self.settle();
        self.prepared = None;
        self.bound = false;
        self.executed = false;
        self.failed = None;
        let outcome = self.send_prepare(sql);
        self.keep(outcome)
    }

    fn send_prepare(&mut self, sql: &str) -> Result<()> {
        let call = |get_fields| {
            self.connection
                .ask_json(|req_id| request::stmt2_prepare(req_id, self.id, sql, get_fields))
        };
        let marks = Marks::of(sql);
        let (reply, parameters) = match call(true) {
            Ok(mut reply) => {
                let parameters = std::mem::take(&mut reply.fields);
                // So many values of the caller's arrays are read.
                if parameters.len() > marks.all {
                    return Err(Error::with(
                        codes::INVALID_MESSAGE,
                        format_args!(
                            "the server names {} parameters of a statement with {} ?",
                            parameters.len(),
                            marks.all
                        ),
                    ));
                }
                (reply, Ok(parameters))
            }
            // No refusal: asking again would only take as long again.
            Err(why) if is_no_answer(&why) => return Err(why),
            // The table may become known with the bind: natively, preparing an insert asks for
            // nothing. What is wrong with the statement itself is said again.
            Err(why) => (call(false)?, Err(why)),
        };
        let of_kind = |kind: u8| {
            parameters
                .as_ref()
                .ok()
                .map(|list| list.iter().filter(|p| p.bind_type == kind).count())
        };
        self.prepared = Some(if reply.is_insert {
            Prepared {
                is_insert: true,
                names_table: of_kind(TABLE_NAME).map_or(marks.name_table(), |n| n > 0),
                tags: of_kind(TAG).unwrap_or(marks.tags),
                columns: of_kind(COLUMN).unwrap_or(marks.columns),
                count: parameters.as_ref().map_or(marks.all, Vec::len),
                parameters,
            }
        } else {
            // Servers differ in what they tell of a query's parameters; the text does not.
            Prepared {
                is_insert: false,
                names_table: false,
                tags: 0,
                columns: marks.all,
                count: marks.all,
                parameters: Ok(Vec::new()),
            }
        });
        Ok(())
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

    /// Binds values; `column` -1, or the index of the only column bound. All tables have the same
    /// number of tags (or none) and of columns.
    pub fn bind(&mut self, column: i32, tables: &[Table<'_>]) -> Result<()> {
        let (req_id, request) = self.bind_request(column, tables)?;
        let outcome = self.connection.call_json(req_id, request).map(drop);
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
        let (req_id, request) = self.bind_request(column, tables)?;
        let sent = self.submit(req_id, request, done);
        self.in_flight = Some(InFlight::Bind(self.keep(sent)?, has_rows(tables)));
        Ok(())
    }

    fn bind_request(&mut self, column: i32, tables: &[Table<'_>]) -> Result<(u64, Request)> {
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
        self.executed = false;
        let req_id = self.connection.request_id(0);
        let request = bind::request(req_id, self.id, column, tables).ok_or_else(|| {
            Error::with(
                codes::STMT_BIND_NUMBER,
                "more than 2 GiB in one bind; bind fewer rows or tables at once",
            )
        });
        Ok((req_id, self.keep(request)?))
    }

    /// Executes with what was bound: the number of rows written.
    pub fn execute(&mut self) -> Result<i64> {
        let (req_id, request) = self.execution_request()?;
        let reply = self.connection.call_json(req_id, request)?;
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
        let req_id = self.connection.request_id(0);
        Ok((req_id, request::on_statement("stmt2_exec", req_id, self.id)))
    }

    /// What an insert that was executed asynchronously has for a result.
    pub fn written(&self, rows: i64) -> ResultSet {
        ResultSet::written(self.connection.clone(), rows)
    }

    /// The result of the query executed last; once for each execution.
    pub fn result(&mut self) -> Result<ResultSet> {
        self.prepared()?;
        if !std::mem::take(&mut self.executed) {
            return Err(Error::new(codes::STMT_API_ERROR));
        }
        let reply = self
            .connection
            .ask_json(|req_id| request::on_statement("stmt2_result", req_id, self.id))?;
        let set = ResultSet::of_statement(self.connection.clone(), &reply)?;
        Ok(set.in_charset(self.charset))
    }
}

/// Is it that the server did not answer, or not to the point?
fn is_no_answer(e: &Error) -> bool {
    let codes = [
        codes::TIMEOUT,
        codes::CONNECTION_BROKEN,
        codes::DISCONNECTED,
        codes::QUERY_KILLED,
        codes::INVALID_MESSAGE,
    ];
    codes.contains(&e.code)
}

/// Is there something to execute? Names and tags alone are not.
fn has_rows(tables: &[Table<'_>]) -> bool {
    tables.iter().any(|table| !table.columns.is_empty())
}

impl Drop for Statement {
    fn drop(&mut self) {
        self.settle();
        // Answered, but nobody needs the answer; a connection that is gone has closed it.
        let req_id = self.connection.request_id(0);
        let request = request::on_statement("stmt2_close", req_id, self.id);
        if let Ok(ticket) = self.connection.send(req_id, request) {
            self.connection.abandon(ticket);
        }
    }
}

/// The `?` of a statement's text, counted where the server does not tell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    all: usize,
    /// Between `TAGS` and `VALUES`.
    tags: usize,
    /// After `VALUES`.
    columns: usize,
}

impl Marks {
    fn name_table(&self) -> bool {
        self.all > self.tags + self.columns
    }

    fn of(sql: &str) -> Marks {
        let mut marks = Marks::default();
        let mut quote = None;
        let mut word = String::new();
        let (mut in_tags, mut in_values) = (false, false);
        let mut rest = sql;
        loop {
            if quote.is_none() {
                rest = after_comment(rest);
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            rest = chars.as_str();
            if let Some(end) = quote {
                match c {
                    '\\' if end != '`' => {
                        chars.next();
                        rest = chars.as_str();
                    }
                    c if c == end => quote = None,
                    _ => {}
                }
                continue;
            }
            if c.is_alphanumeric() || c == '_' {
                word.push(c.to_ascii_lowercase());
                continue;
            }
            match std::mem::take(&mut word).as_str() {
                "tags" => in_tags = true,
                "values" => (in_tags, in_values) = (false, true),
                _ => {}
            }
            match c {
                '\'' | '"' | '`' => quote = Some(c),
                '?' => {
                    marks.all += 1;
                    marks.tags += usize::from(in_tags);
                    marks.columns += usize::from(in_values);
                }
                _ => {}
            }
        }
        marks
    }
}

/// What follows the comments that the text begins with.
fn after_comment(mut text: &str) -> &str {
    loop {
        let (start, end) = if text.starts_with("/*") {
            (2, "*/")
        } else if text.starts_with("--") {
            (2, "\n")
        } else {
            return text;
        };
        text = match text[start..].find(end) {
            Some(at) => &text[start + at + end.len()..],
            None => "",
        };
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn marks_are_counted_outside_quotes() {
        let m = Marks::of("insert into ? using `a?` tags('?\\'?', ?, ?) values (?,?, \"?\")");
        assert_eq!((m.all, m.tags, m.columns), (5, 2, 2));
        assert!(m.name_table());
        assert!(!Marks::of("insert into t values(?,?)").name_table());
        assert_eq!(Marks::of("select * from t where v=? and s=?").all, 2);
        assert_eq!(Marks::of("select /* ? */ v from t -- ?\n where v=?").all, 1);
        assert_eq!(
            Marks::of("select 'it''s /* ? ' from t where v=? /* ?").all,
            1
        );
    }
}
