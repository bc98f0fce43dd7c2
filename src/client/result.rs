//! The result of a statement: its columns, and its blocks, one after the other.

use super::connection_lost::with_words;
use super::session::asking_anew::Question;
use super::stop_handle::StopHandle;
use crate::charset::Charset;
use crate::error::{codes, Error, Result};
use crate::protocol::block::Block;
use crate::protocol::reply::{Field, JsonReply};
use crate::protocol::{request, types, Malformed};
use crate::transport::{expect_json, Callback, Cancellations, Connection, Reply, Ticket};
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;

/// How far a result was read from the server. It holds the connection as long as there is something to read, or to free
/// on the server.
enum Stage {
    /// No fetch is under way.
    Idle(Arc<Connection>),
    /// The next block was requested. There is never more than one such request: the server answers the requests of
    /// one result in any order, from one buffer.
    Asked(Arc<Connection>, Ticket),
    /// The request with this id will be answered to a callback.
    CallingBack(Arc<Connection>, u64),
    /// All was read, or reading failed: the server has freed the result.
    Ended,
}

pub struct ResultSet {
    /// Blocks come by the binary action. Otherwise they come by `fetch` and `fetch_block`.
    binary: bool,
    id: u64,
    fields: Vec<Field>,
    /// Of timestamps: 0 ms, 1 us, 2 ns.
    precision: i32,
    affected_rows: i64,
    is_of_statement: bool,
    /// May the next block be requested ahead?
    may_ask_ahead: bool,
    /// The native client makes such a result by itself, without the server.
    is_of_client: bool,
    has_begun: bool,
    /// The program's character set, when it is not UTF-8.
    charset: Option<Arc<Charset>>,
    stage: Stage,
    /// The statement to ask again when the connection is lost. `None` once a row was fetched, or it was asked again.
    question: Option<Box<Question>>,
    /// Tells whether everything on the connection was cancelled since the result was made.
    cancellations: Cancellations,
    stop: Arc<StopHandle>,
}

impl ResultSet {
    pub(super) fn new(
        connection: Arc<Connection>,
        binary: bool,
        reply: &JsonReply,
    ) -> Result<ResultSet> {
        Ok(Self::with_fields(
            connection,
            binary,
            reply,
            reply.columns()?,
        ))
    }

    /// The result of a prepared statement, whose lengths are those of the schema. Blocks are requested ahead only if the
    /// result is independent of the statement. Otherwise, closing the statement would leave a fetch without an answer.
    pub(super) fn of_statement(
        connection: Arc<Connection>,
        binary: bool,
        reply: &JsonReply,
        is_independent: bool,
    ) -> Result<ResultSet> {
        let mut fields = reply.columns()?;
        for field in &mut fields {
            field.schema_bytes = field.length;
            field.length = types::user_length(field.type_code, field.length);
        }
        let mut set = Self::with_fields(connection, binary, reply, fields);
        set.is_of_statement = true;
        set.may_ask_ahead = is_independent;
        Ok(set)
    }

    /// The result of a statement that wrote rows and has none to read.
    pub(super) fn written(connection: Arc<Connection>, affected_rows: i64) -> ResultSet {
        let reply = JsonReply {
            affected_rows,
            ..JsonReply::default()
        };
        Self::with_fields(connection, true, &reply, Vec::new())
    }

    fn with_fields(
        connection: Arc<Connection>,
        binary: bool,
        reply: &JsonReply,
        fields: Vec<Field>,
    ) -> ResultSet {
        ResultSet {
            cancellations: connection.cancellations(),
            stop: Arc::default(),
            binary,
            id: reply.id,
            stage: if reply.is_update || fields.is_empty() {
                Stage::Ended
            } else {
                Stage::Idle(connection)
            },
            fields,
            precision: reply.precision,
            affected_rows: reply.affected_rows,
            is_of_statement: false,
            may_ask_ahead: true,
            is_of_client: false,
            has_begun: false,
            charset: None,
            question: None,
        }
    }

    /// Sets the statement to ask again when the connection is lost before there was a row.
    pub(super) fn with_question(mut self, question: Option<Question>) -> Self {
        if matches!(self.stage, Stage::Idle(_)) {
            self.question = question.filter(Question::is_certain).map(Box::new);
        }
        self
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Sets the character set for NCHAR texts; `None` for UTF-8.
    pub fn in_charset(mut self, charset: Option<Arc<Charset>>) -> Self {
        self.charset = charset;
        self
    }

    pub fn charset(&self) -> Option<&Arc<Charset>> {
        self.charset.as_ref()
    }

    /// The native client tells the lengths of a statement's columns in two ways.
    pub fn is_of_statement(&self) -> bool {
        self.is_of_statement
    }

    pub(super) fn of_client(mut self, is_of_client: bool) -> Self {
        self.is_of_client = is_of_client;
        self
    }

    /// Natively, the rows of a result that the client makes by itself are counted before they are read.
    pub fn is_of_client(&self) -> bool {
        self.is_of_client
    }

    /// Was a block requested?
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    pub fn precision(&self) -> i32 {
        self.precision
    }

    pub fn affected_rows(&self) -> i64 {
        self.affected_rows
    }

    pub fn stop_handle(&self) -> Arc<StopHandle> {
        self.stop.clone()
    }

    /// Was the result stopped? No more rows are handed out then, though there may be some.
    pub fn is_stopped(&self) -> bool {
        self.stop.was_asked_to_stop() || self.cancellations.any()
    }

    /// The next block, or `None` at the end. Waits for the block, unless it was requested ahead and has arrived.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        self.has_begun = true;
        loop {
            if self.is_stopped() {
                // Natively, a stopped result is at its end. That is no error.
                self.release();
                return Ok(None);
            }
            let (connection, asked) = match std::mem::replace(&mut self.stage, Stage::Ended) {
                Stage::Ended => return Ok(None),
                Stage::Asked(connection, ticket) => (connection, Ok(ticket)),
                Stage::Idle(connection) => {
                    let asked = self.ask(&connection);
                    (connection, asked)
                }
                calling @ Stage::CallingBack(..) => {
                    self.stage = calling;
                    return Err(Error::with(
                        codes::INVALID_OPERATION,
                        "an asynchronous fetch of this result is under way",
                    ));
                }
            };
            let reply = asked.and_then(|ticket| self.wait(&connection, ticket));
            if let Break(next) = self.block_of(connection, reply)? {
                return Ok(next);
            }
        }
    }

    /// Fetches the next block without waiting. True when `done` will be called, on a thread that must not wait; the reply
    /// that it gets is for `finish_fetch`. False when there is nothing to wait for: `next_block` then returns at once.
    pub fn begin_fetch(&mut self, done: Callback) -> Result<bool> {
        self.has_begun = true;
        if self.is_stopped() || !self.binary {
            // The older actions take two round trips: a thread that may wait makes them.
            return Ok(false);
        }
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Ended => Ok(false),
            Stage::Asked(connection, ticket) => {
                let req_id = ticket.req_id();
                *self.stop.waiting.lock() = Some((connection.clone(), req_id));
                connection.call_back(ticket, done);
                self.stage = Stage::CallingBack(connection, req_id);
                Ok(true)
            }
            Stage::Idle(connection) => {
                let req_id = connection.request_id(0);
                let request = request::fetch_raw_block(req_id, self.id);
                *self.stop.waiting.lock() = Some((connection.clone(), req_id));
                let Err(e) = connection.submit(req_id, request, done) else {
                    self.stage = Stage::CallingBack(connection, req_id);
                    return Ok(true);
                };
                *self.stop.waiting.lock() = None;
                if self.question.is_some() && is_lost(&connection, &e) {
                    // A thread that may wait asks again.
                    self.stage = Stage::Idle(connection);
                    return Ok(false);
                }
                Err(e)
            }
            calling @ Stage::CallingBack(..) => {
                self.stage = calling;
                Err(Error::with(
                    codes::INVALID_OPERATION,
                    "another asynchronous fetch of this result is under way",
                ))
            }
        }
    }

    /// Takes the reply to an asynchronous fetch: the block, or `None` at the end. Waits when the server has to be asked
    /// again.
    pub fn finish_fetch(&mut self, reply: Result<Reply>) -> Result<Option<Block>> {
        *self.stop.waiting.lock() = None;
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::CallingBack(connection, _) => match self.block_of(connection, reply)? {
                Break(next) => Ok(next),
                Continue(()) => self.next_block(),
            },
            // The result was stopped meanwhile, which has freed it.
            _ => Ok(None),
        }
    }

    /// Requests the next block without waiting for it.
    pub fn ask_ahead(&mut self) {
        let Stage::Idle(connection) = &self.stage else {
            return;
        };
        if self.may_ask_ahead {
            // If the request cannot be sent, the next call of `next_block` returns the error.
            if let Ok(ticket) = self.ask(connection) {
                self.stage = Stage::Asked(connection.clone(), ticket);
            }
        }
    }

    fn ask(&self, connection: &Connection) -> Result<Ticket> {
        let req_id = connection.request_id(0);
        let request = if self.binary {
            request::fetch_raw_block(req_id, self.id)
        } else {
            request::fetch(req_id, self.id)
        };
        connection.send(req_id, request)
    }

    /// The checked block of a reply; `None` at the end of the result, or when it was stopped. `Continue` when the next
    /// block must be fetched first.
    fn block_of(
        &mut self,
        connection: Arc<Connection>,
        reply: Result<Reply>,
    ) -> Result<ControlFlow<Option<Block>>> {
        let question = self.question.take();
        let bytes = reply.and_then(|reply| self.bytes_of(&connection, reply));
        if self.stop.was_asked_to_stop() {
            if let Ok(Some(_)) = bytes {
                self.free_on_server(&connection);
            }
            return Ok(Break(None));
        }
        let bytes = match (bytes, question) {
            (Err(e), Some(question)) if is_lost(&connection, &e) => {
                return self.ask_anew(&question, e);
            }
            (bytes, question) => {
                self.question = question;
                bytes?
            }
        };
        let Some(bytes) = bytes else {
            return Ok(Break(None));
        };
        let block = Block::parse(bytes)
            .and_then(|block| self.check_columns(&block).map(|()| block))
            .inspect_err(|_| self.free_on_server(&connection))?;
        self.stage = Stage::Idle(connection);
        if block.rows() == 0 {
            // An empty block is not the end: only the server says when it is.
            return Ok(Continue(()));
        }
        self.question = None;
        Ok(Break(Some(block)))
    }

    /// Asks again on another connection, and continues with the result there.
    fn ask_anew(&mut self, question: &Question, lost: Error) -> Result<ControlFlow<Option<Block>>> {
        let stop = self.stop.clone();
        let outcome = question.ask_again(&|| stop.is_wanted());
        let outcome = outcome.and_then(|new| self.go_on_with(new));
        if stop.was_asked_to_stop() {
            return Ok(Break(None));
        }
        if question.was_killed() {
            return Err(Error::new(codes::QUERY_KILLED));
        }
        match outcome {
            Ok(()) => Ok(Continue(())),
            Err(why) => Err(with_words(
                lost,
                &format!("; the result could not be had anew: {}", why.text()),
            )),
        }
    }

    /// Takes the new result's place on the server. The columns that the program knows stay as they are.
    fn go_on_with(&mut self, mut new: ResultSet) -> Result<()> {
        if new.fields != self.fields || new.precision != self.precision {
            return Err(Error::with(codes::FAILED, "its columns are others now"));
        }
        (self.id, self.binary) = (new.id, new.binary);
        self.stage = std::mem::replace(&mut new.stage, Stage::Ended);
        std::mem::swap(&mut self.cancellations, &mut new.cancellations);
        Ok(())
    }

    /// The bytes of a reply's block; `None` at the end.
    fn bytes_of(&self, connection: &Arc<Connection>, reply: Reply) -> Result<Option<bytes::Bytes>> {
        match reply {
            Reply::Fetch(fetch) if fetch.code != 0 => {
                Err(Error::from_server(fetch.code.into(), &fetch.message))
            }
            Reply::Fetch(fetch) => Ok(fetch.block),
            Reply::Block { block, .. } => Ok(Some(block)),
            Reply::Raw(_) => Err(Malformed::new("a raw message where a block is due").into()),
            json @ Reply::Json(_) => {
                let fetched = expect_json(json)?;
                if self.binary {
                    return Err(Malformed::new("an answer in JSON where a block is due").into());
                }
                if fetched.completed {
                    return Ok(None);
                }
                self.fetch_block(connection)
            }
        }
    }

    /// The second of the older actions to fetch a block.
    fn fetch_block(&self, connection: &Arc<Connection>) -> Result<Option<bytes::Bytes>> {
        let req_id = connection.request_id(0);
        let request = request::fetch_block(req_id, self.id);
        let ticket = connection.send_for_block(req_id, self.id, request)?;
        match self.wait(connection, ticket)? {
            Reply::Block { block, .. } => Ok(Some(block)),
            other => expect_json(other)
                .and_then(|_| Err(Malformed::new("an answer in JSON where a block is due").into())),
        }
    }

    fn wait(&self, connection: &Arc<Connection>, ticket: Ticket) -> Result<Reply> {
        *self.stop.waiting.lock() = Some((connection.clone(), ticket.req_id()));
        let reply = if self.is_stopped() {
            connection.abandon(ticket);
            Err(Error::new(codes::QUERY_KILLED))
        } else {
            connection.wait(ticket)
        };
        *self.stop.waiting.lock() = None;
        reply
    }

    fn check_columns(&self, block: &Block) -> std::result::Result<(), Malformed> {
        let types = || block.columns().iter().map(|c| c.type_code);
        if types().eq(self.fields.iter().map(|f| f.type_code)) {
            return Ok(());
        }
        Err(Malformed::new(format!(
            "raw block: column types {:?} in a result with {:?}",
            types().collect::<Vec<_>>(),
            self.fields.iter().map(|f| f.type_code).collect::<Vec<_>>()
        )))
    }

    /// Frees the result on the server, now or when the fetch under way is answered.
    fn release(&mut self) {
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Ended => {}
            Stage::Asked(connection, ticket) => connection.abandon(ticket),
            Stage::CallingBack(connection, req_id) => {
                let why = Error::new(codes::QUERY_KILLED);
                if !connection.cancel(req_id, why) {
                    // The reply goes to the callback, which will not find the result.
                    self.free_on_server(&connection);
                }
            }
            Stage::Idle(connection) => self.free_on_server(&connection),
        }
    }

    fn free_on_server(&self, connection: &Connection) {
        let req_id = connection.request_id(0);
        // The server has freed the results of a connection that has ended.
        let _ = connection.tell(request::free_result(req_id, self.id));
    }
}

/// Has a fetch failed because the connection was lost?
fn is_lost(connection: &Connection, e: &Error) -> bool {
    // In a forked child the connection is the parent's, and not lost.
    e.code == codes::CONNECTION_BROKEN
        && !connection.is_alive()
        && connection.check_process().is_ok()
}

impl Drop for ResultSet {
    fn drop(&mut self) {
        self.release();
    }
}
