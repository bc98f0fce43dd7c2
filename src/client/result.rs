//! The result of a statement: its columns, and its blocks one after the other.

use crate::charset::Charset;
use crate::error::{codes, Error, Result};
use crate::protocol::block::Block;
use crate::protocol::reply::{Field, JsonReply};
use crate::protocol::{request, types, Malformed};
use crate::sync::Mutex;
use crate::transport::{expect_json, Callback, Cancellations, Connection, Reply, Ticket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// Where the reading of a result stands on the server. The connection is held for as long as there is
/// something to read or to free on it.
enum Stage {
    /// No fetch is under way.
    Idle(Arc<Connection>),
    /// The next block has been asked for. There is never more than one such request: the server
    /// answers those of one result in any order, out of one buffer.
    Asked(Arc<Connection>, Ticket),
    /// The request with this id will be answered to a callback.
    CallingBack(Arc<Connection>, u64),
    /// Everything was read, or reading failed: the server has freed the result.
    Ended,
}

pub struct ResultSet {
    /// Blocks come by the binary action; else by `fetch` and `fetch_block`.
    binary: bool,
    id: u64,
    fields: Vec<Field>,
    /// Of timestamps: 0 ms, 1 us, 2 ns.
    precision: i32,
    affected_rows: i64,
    is_of_statement: bool,
    /// May the next block be asked for before it is wanted?
    may_ask_ahead: bool,
    /// The native client would have all of it at once, without the server.
    is_of_client: bool,
    has_begun: bool,
    /// The program's character set, when it is not UTF-8.
    charset: Option<Arc<Charset>>,
    stage: Stage,
    stop: Arc<StopHandle>,
}

/// Stops the reading of a result from another thread.
pub struct StopHandle {
    /// Those of the connection since the result was made.
    cancellations: Cancellations,
    stopped: AtomicBool,
    /// The fetch that is waited for: its connection and its request id.
    waiting: Mutex<Option<(Arc<Connection>, u64)>>,
}

impl StopHandle {
    /// Was it stopped, or its connection's work ended?
    fn is_stopped(&self) -> bool {
        self.was_asked_to_stop() || self.cancellations.any()
    }

    fn was_asked_to_stop(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The fetch under way, if any, ends now; there will be no other.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let waiting = self.waiting.lock().clone();
        if let Some((connection, req_id)) = waiting {
            connection.cancel(req_id, Error::new(codes::QUERY_KILLED));
        }
    }
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

    /// The result of a statement, whose lengths are those of the schema. Its blocks are asked for ahead only
    /// where it is independent of the statement: elsewhere, closing that leaves a fetch without an answer.
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

    /// The result of something that wrote rows and has none to read.
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
            stop: Arc::new(StopHandle {
                cancellations: connection.cancellations(),
                stopped: AtomicBool::new(false),
                waiting: Mutex::new(None),
            }),
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
        }
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Texts are wanted in this character set; `None` for UTF-8.
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

    /// Was a block asked for?
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

    /// Will no more rows be handed out, though there may be some?
    pub fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }

    /// The next block, or `None` at the end. Waits for it unless it has been asked for and has
    /// arrived.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        self.has_begun = true;
        loop {
            if self.stop.is_stopped() {
                // Nobody was interrupted: natively, a stopped result is at its end.
                self.release();
                return Ok(None);
            }
            let (connection, ticket) = match std::mem::replace(&mut self.stage, Stage::Ended) {
                Stage::Ended => return Ok(None),
                Stage::Asked(connection, ticket) => (connection, ticket),
                Stage::Idle(connection) => {
                    let ticket = self.ask(&connection)?;
                    (connection, ticket)
                }
                calling @ Stage::CallingBack(..) => {
                    self.stage = calling;
                    return Err(Error::with(
                        codes::INVALID_OPERATION,
                        "an asynchronous fetch of this result is under way",
                    ));
                }
            };
            let reply = self.wait(&connection, ticket);
            let Some(block) = self.block_of(connection, reply)? else {
                return Ok(None);
            };
            // A block without rows is not the end; only the server's word is.
            if block.rows() > 0 {
                return Ok(Some(block));
            }
        }
    }

    /// Fetches the next block without waiting: `done` is called with what `finish_fetch` is to be
    /// given, on a thread that must not wait. True when `done` will be called; false when there is
    /// nothing to wait for, and `next_block` says at once what there is.
    pub fn begin_fetch(&mut self, done: Callback) -> Result<bool> {
        self.has_begun = true;
        if self.stop.is_stopped() || !self.binary {
            // The older way takes two steps; a thread that may wait goes them.
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
                connection.submit(req_id, request, done).inspect_err(|_| {
                    *self.stop.waiting.lock() = None;
                })?;
                self.stage = Stage::CallingBack(connection, req_id);
                Ok(true)
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

    /// Takes the reply to an asynchronous fetch: the block, or `None` at the end.
    pub fn finish_fetch(&mut self, reply: Result<Reply>) -> Result<Option<Block>> {
        *self.stop.waiting.lock() = None;
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::CallingBack(connection, _) => self.block_of(connection, reply),
            // It was stopped meanwhile, which has freed it.
            _ => Ok(None),
        }
    }

    /// Asks for the next block without waiting for it.
    pub fn ask_ahead(&mut self) {
        let Stage::Idle(connection) = &self.stage else {
            return;
        };
        if self.may_ask_ahead {
            // If it cannot be sent, the next call to `next_block` says why.
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

    /// The block of a reply, checked, after which the result goes on; or `None`: at the end, which a
    /// result has also where it was stopped.
    fn block_of(
        &mut self,
        connection: Arc<Connection>,
        reply: Result<Reply>,
    ) -> Result<Option<Block>> {
        let bytes = reply.and_then(|reply| self.bytes_of(&connection, reply));
        if self.stop.was_asked_to_stop() {
            if let Ok(Some(_)) = bytes {
                self.free_on_server(&connection);
            }
            return Ok(None);
        }
        let Some(bytes) = bytes? else {
            return Ok(None);
        };
        let block = Block::parse(bytes)
            .and_then(|block| self.check_columns(&block).map(|()| block))
            .inspect_err(|_| self.free_on_server(&connection))?;
        self.stage = Stage::Idle(connection);
        Ok(Some(block))
    }

    /// The bytes of the block that a reply holds; `None` at the end.
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

    /// The second half of the older way to fetch.
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
        let reply = if self.stop.is_stopped() {
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
                    // The reply is on its way to the callback, which will not find the result.
                    self.free_on_server(&connection);
                }
            }
            Stage::Idle(connection) => self.free_on_server(&connection),
        }
    }

    fn free_on_server(&self, connection: &Connection) {
        let req_id = connection.request_id(0);
        // A connection that is gone has freed its results.
        let _ = connection.tell(request::free_result(req_id, self.id));
    }
}

impl Drop for ResultSet {
    fn drop(&mut self) {
        self.release();
    }
}
