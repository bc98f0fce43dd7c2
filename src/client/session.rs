//! A session: one login, and what is to be restored when its connection is lost.

use super::by_messages::ByMessages;
use super::login::{log_in, log_in_by};
use super::old_server::{self, InsertConnections};
use super::result_set::ResultSet;
use super::retry::retry;
use super::schemaless::{undecided, SchemalessInsert};
use super::sql_text::{database_of_use, may_be_repeated};
use super::statement::Statement;
use super::stmt1::Stmt1;
use super::way::Way;
use crate::charset::{self, Charset};
use crate::config::{global, Target};
use crate::error::{codes, Error, Result};
use crate::fork;
use crate::protocol::reply::JsonReply;
use crate::protocol::request::{self, Request};
use crate::protocol::version::{Capability, ServerVersion};
use crate::sync::Mutex;
use crate::transport::{endpoints, expect_json, Connection, Reply};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Instant;

/// `TSDB_OPTION_CONNECTION` numbers on the wire.
const OPTION_CLEAR: i32 = -1;
const OPTION_CHARSET: i32 = 0;
const OPTION_TIMEZONE: i32 = 1;

pub struct Session {
    target: Target,
    /// Replaced as a whole when something changes; a call takes a copy of the pointer.
    live: Mutex<Arc<Live>>,
    /// Held by the thread that connects anew, so that the others wait for its connection instead
    /// of making theirs. Holds why the last attempt came to nothing, and when it did.
    reconnecting: Mutex<Option<(Instant, Error)>>,
    /// Those of prepared inserts, on servers where they have their own.
    inserts: InsertConnections,
    /// Which change of the process's time zone the connection has followed.
    timezone_change: AtomicU32,
    /// Nothing may connect anew.
    closed: AtomicBool,
    /// The process that made it.
    generation: u32,
}

/// What the session stands on now.
#[derive(Clone)]
struct Live {
    connection: Arc<Connection>,
    version: ServerVersion,
    /// The database selected last; `None` when there is none.
    db: Option<String>,
    /// Options set since the login, in their order.
    options: Vec<(i32, Option<String>)>,
    /// BI mode, which is chosen at the login.
    bi_mode: bool,
    /// The program's character set, when it is not UTF-8. The server reads statements in it; results
    /// are converted here.
    charset: Option<Arc<Charset>>,
}

/// The character set of this name, if something has to be done for it.
pub fn other_than_utf8(name: Option<&str>) -> Result<Option<Arc<Charset>>> {
    let Some(name) = name else {
        return Ok(None);
    };
    Charset::other_than_utf8(name).map_err(|e| {
        let code = codes::system(e.raw_os_error().unwrap_or(libc::EINVAL));
        tracing::warn!("the C library's iconv does not take the character set `{name}`: {e}");
        // One that each complete C library has.
        match charset::exists("GBK") {
            true => Error::new(code),
            false => Error::with(
                code,
                "the C library's character sets are not installed (of glibc, the modules in its folder gconv)",
            ),
        }
    })
}

impl Session {
    pub fn connect(target: Target) -> Result<Session> {
        let timezone_change = global::timezone_changes();
        let (connection, version) = log_in(&target, &target.db, target.bi_mode)?;
        let db = Some(target.db.clone()).filter(|db| !db.is_empty());
        let mut options = Vec::new();
        let mut charset = other_than_utf8(target.charset.as_deref())?;
        if let (Some(name), true) = (&target.charset, charset.is_some()) {
            if version.has(Capability::ConnectionOptions) {
                set_option(&connection, OPTION_CHARSET, Some(name))?;
                options.push((OPTION_CHARSET, Some(name.clone())));
            } else {
                tracing::warn!("charset={name} passed over: a server {version} has UTF-8 only");
                charset = None;
            }
        }
        Ok(Session {
            live: Mutex::new(Arc::new(Live {
                connection,
                version,
                db,
                charset,
                options,
                bi_mode: target.bi_mode,
            })),
            target,
            reconnecting: Mutex::default(),
            inserts: InsertConnections::default(),
            timezone_change: AtomicU32::new(timezone_change),
            closed: AtomicBool::new(false),
            generation: fork::generation(),
        })
    }

    /// The connection in use; a new one when the old one has ended.
    fn live(&self) -> Result<Arc<Live>> {
        match self.usable()? {
            Ok(live) => Ok(live),
            Err(lost) => self.reconnect(&lost.connection, lost.db.clone(), lost.bi_mode),
        }
    }

    /// The connection in use; or the one that is lost.
    fn usable(&self) -> Result<std::result::Result<Arc<Live>, Arc<Live>>> {
        self.check_process()?;
        let live = self.live.lock().clone();
        if !live.connection.look_alive() {
            return Ok(Err(live));
        }
        let change = global::timezone_changes();
        if self.timezone_change.load(Ordering::Relaxed) != change {
            match self.follow_timezone(&live, change) {
                // The next login tells the zone.
                Err(e) if e.code == codes::CONNECTION_BROKEN => return Ok(Err(live)),
                outcome => outcome?,
            }
        }
        Ok(Ok(live))
    }

    fn check_process(&self) -> Result<()> {
        fork::check(self.generation, "connection")
    }

    /// Replaces `lost` by a connection with this database selected and the options restored.
    fn reconnect(
        &self,
        lost: &Arc<Connection>,
        db: Option<String>,
        bi_mode: bool,
    ) -> Result<Arc<Live>> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(Error::new(codes::DISCONNECTED));
        }
        let began = Instant::now();
        let mut turn = self.reconnecting.lock();
        let now = self.live.lock().clone();
        if !Arc::ptr_eq(&now.connection, lost) && now.connection.is_alive() {
            return Ok(now);
        }
        match &*turn {
            // While this thread waited for its turn, another one tried for all.
            Some((when, why)) if *when > began => return Err(why.clone()),
            _ => {}
        }
        let outcome = self.reconnect_in_turn(&now, db, bi_mode);
        *turn = outcome.as_ref().err().map(|e| (Instant::now(), e.clone()));
        outcome
    }

    fn reconnect_in_turn(
        &self,
        now: &Live,
        mut db: Option<String>,
        bi_mode: bool,
    ) -> Result<Arc<Live>> {
        let change = global::timezone_changes();
        let mut target = self.target.clone();
        if !target.timezone_is_own {
            target.timezone = current_timezone();
        }
        let is_lost = !now.connection.is_alive();
        let by = is_lost.then(|| Instant::now() + target.read_timeout);
        let log_in_to = |db: &Option<String>| {
            log_in_by(by, &target, db.as_deref().unwrap_or_default(), bi_mode)
        };
        let mut connect = || {
            let (connection, version) = match log_in_to(&db) {
                // It was dropped meanwhile, which must not shut the session out.
                Err(e) if e.code == codes::DATABASE_NOT_EXIST && db.is_some() => {
                    tracing::warn!("the database selected is gone; none is selected now");
                    db = None;
                    log_in_to(&db)?
                }
                outcome => outcome?,
            };
            for (option, value) in &now.options {
                set_option(&connection, *option, value.as_deref())
                    .inspect_err(|_| connection.close())?;
            }
            Ok((connection, version))
        };
        let (connection, version) = if is_lost {
            endpoints::failed(now.connection.endpoint());
            retry(&target, &self.closed, &mut connect)?
        } else {
            connect()?
        };
        self.timezone_change.store(change, Ordering::Relaxed);
        let live = Arc::new(Live {
            connection,
            version,
            db,
            options: now.options.clone(),
            bi_mode,
            charset: now.charset.clone(),
        });
        if self.closed.load(Ordering::SeqCst) {
            return Err(Error::new(codes::DISCONNECTED));
        }
        *self.live.lock() = live.clone();
        Ok(live)
    }

    /// `taos_options(TIMEZONE)` reaches open connections too, unless they have their own zone.
    fn follow_timezone(&self, live: &Live, change: u32) -> Result<()> {
        let said = |(option, _): &_| [OPTION_TIMEZONE, OPTION_CLEAR].contains(option);
        let own = self.target.timezone_is_own || live.options.iter().any(said);
        if !own && live.version.has(Capability::ConnectionOptions) {
            set_option(
                &live.connection,
                OPTION_TIMEZONE,
                current_timezone().as_deref(),
            )?;
        }
        self.timezone_change.store(change, Ordering::Relaxed);
        Ok(())
    }

    /// Runs a statement. `req_id` 0 lets the library choose one. One that only reads is sent once
    /// more when the connection is lost before there is an answer; no other is, as it may have been
    /// executed.
    pub fn query(&self, sql: &[u8], req_id: u64) -> Result<ResultSet> {
        if may_be_repeated(sql) {
            return self.repeated(|live| self.query_on(live, sql, req_id));
        }
        self.query_on(&self.live()?, sql, req_id)
    }

    /// Asks what may be asked twice: once more when the connection is lost before there is an answer.
    fn repeated<T>(&self, ask: impl Fn(&Arc<Live>) -> Result<T>) -> Result<T> {
        match ask(&self.live()?) {
            Err(e) if e.code == codes::CONNECTION_BROKEN => {
                tracing::info!("asked again");
                ask(&self.live()?)
            }
            outcome => outcome,
        }
    }

    fn query_on(&self, live: &Arc<Live>, sql: &[u8], req_id: u64) -> Result<ResultSet> {
        let req_id = live.connection.request_id(req_id);
        let binary = live.version.has(Capability::BinaryQuery);
        let request = statement(binary, &live.version, req_id, sql)?;
        let reply = live.connection.call_json(req_id, request)?;
        if reply.is_update {
            self.note_use(database_of_use(sql));
        }
        let set = ResultSet::new(live.connection.clone(), binary, &reply)?;
        Ok(set.in_charset(live.charset.clone()))
    }

    /// Sends a statement and returns. `done` gets what [`Answer::into_result`] makes the result of,
    /// on a thread that must not wait. When this fails, `done` is not called; nor when the answer is
    /// false: the connection is lost, and a thread that may wait is to use [`query`](Self::query).
    pub fn begin_query(
        &self,
        sql: &[u8],
        req_id: u64,
        done: impl FnOnce(Answer) + Send + 'static,
    ) -> Result<bool> {
        let Ok(live) = self.usable()? else {
            return Ok(false);
        };
        let req_id = live.connection.request_id(req_id);
        let binary = live.version.has(Capability::BinaryQuery);
        let request = statement(binary, &live.version, req_id, sql)?;
        let used = database_of_use(sql);
        let again = may_be_repeated(sql).then(|| sql.into());
        let (connection, charset) = (live.connection.clone(), live.charset.clone());
        let callback = move |reply| {
            done(Answer {
                connection,
                binary,
                charset,
                used,
                again,
                req_id,
                reply,
            })
        };
        live.connection
            .submit(req_id, request, Box::new(callback))?;
        Ok(true)
    }

    /// Remembers the database that a successful `use` has selected, for a later connection.
    fn note_use(&self, db: Option<String>) {
        if let Some(db) = db {
            Arc::make_mut(&mut *self.live.lock()).db = Some(db);
        }
    }

    /// A new statement on the connection as it is now; it ends with that connection.
    pub fn statement(
        &self,
        req_id: u64,
        single_stb_insert: bool,
        single_table_bind_once: bool,
    ) -> Result<Statement> {
        self.repeated(|live| {
            let connection = live.connection.clone();
            let way = if live.version.has(Capability::Statements) {
                Way::Messages(ByMessages::new(
                    connection,
                    req_id,
                    single_stb_insert,
                    single_table_bind_once,
                )?)
            } else if live.version.has(Capability::Unified) {
                Way::by_actions(connection, live.version, req_id)?
            } else {
                let db = live.db.as_deref().unwrap_or_default();
                let connection = self.inserts.open(&self.target, db)?;
                Way::by_actions(connection.clone(), live.version, req_id)
                    .inspect_err(|_| connection.close())?
            };
            let text_decimals = live.version.has(Capability::TextDecimals);
            Ok(Statement::new(way, live.charset.clone()).with_text_decimals(text_decimals))
        })
    }

    /// A new version 1 statement, as [`statement`](Self::statement).
    pub fn stmt1(&self, req_id: u64, single_stb: bool, bind_once: bool) -> Result<Stmt1> {
        self.statement(req_id, single_stb, bind_once)
            .map(Stmt1::new)
    }

    /// Would the statement be accepted? Nothing is executed. The answer is its error code, 0 for
    /// a good one.
    pub fn validate(&self, sql: &[u8]) -> Result<i32> {
        self.repeated(|live| {
            live.require(Capability::ValidateSql, "validating a statement")?;
            let reply = live
                .connection
                .ask_json(|req_id| request::validate_sql(req_id, sql))?;
            Ok(reply.result_code as i32)
        })
    }

    /// Selects the database of later statements. The name is taken as SQL takes it.
    pub fn select_db(&self, db: &str) -> Result<()> {
        self.query(format!("use {db}").as_bytes(), 0).map(drop)
    }

    /// No database is selected any more. There is no statement for this: the session moves to a
    /// new connection; results still open stay on the old one until they are read.
    pub fn reset_db(&self) -> Result<()> {
        let old = self.live()?;
        self.reconnect(&old.connection, None, old.bi_mode).map(drop)
    }

    /// Switches BI mode, by a new login; results that are open stay readable.
    pub fn set_bi_mode(&self, on: bool) -> Result<()> {
        let old = self.live()?;
        if old.bi_mode == on {
            return Ok(());
        }
        self.reconnect(&old.connection, old.db.clone(), on)
            .map(drop)
    }

    /// Writes a checked block into a table of the current database.
    pub fn write_raw_block(
        &self,
        req_id: u64,
        rows: i32,
        table: &[u8],
        block: &[u8],
        fields: Option<&[u8]>,
    ) -> Result<()> {
        let live = self.live()?;
        let req_id = live.connection.request_id(req_id);
        let request = request::write_raw_block(req_id, rows, table, block, fields)
            .ok_or(Error::new(codes::INVALID_PARAMETER))?;
        live.connection.call_json(req_id, request).map(drop)
    }

    /// Writes rows in a schemaless protocol into the database selected. When the connection is lost
    /// meanwhile, they may or may not have been written.
    pub fn schemaless_insert(&self, insert: &SchemalessInsert, req_id: u64) -> Result<ResultSet> {
        let live = self.live()?;
        let refused = insert
            .check()
            .and_then(|()| insert.check_charset(live.charset.as_deref()));
        if let Err(e) = refused {
            // The native client looks at the database before anything else.
            return Err(match live.db {
                Some(_) => e,
                None => Error::new(codes::DATABASE_NOT_SPECIFIED),
            });
        }
        if !insert.table_name_key.is_empty() {
            live.require(Capability::TableNameKey, "naming tables by a tag")?;
        }
        let (connection, reply) = if live.version.has(Capability::Unified) {
            let req_id = live.connection.request_id(req_id);
            let request = insert.request(req_id);
            let reply = live.connection.call_json(req_id, request);
            (live.connection.clone(), reply.map_err(undecided)?)
        } else {
            let db = live.db.as_deref().unwrap_or_default();
            old_server::insert(&self.target, db, insert, req_id).map_err(undecided)?
        };
        // The reply has the count only.
        let reply = JsonReply {
            is_update: true,
            ..reply
        };
        ResultSet::new(connection, false, &reply).map_err(undecided)
    }

    /// Writes a raw message of a subscription into the current database.
    pub fn write_raw(&self, raw_type: u16, raw: &[u8]) -> Result<()> {
        let live = self.live()?;
        let req_id = live.connection.request_id(0);
        let request = request::write_raw(req_id, raw_type, raw)
            .ok_or(Error::new(codes::INVALID_PARAMETER))?;
        live.connection.call_json(req_id, request).map(drop)
    }

    /// Is there a connection that can be used? Asks nobody.
    pub fn is_alive(&self) -> bool {
        self.check_process().is_ok() && self.live.lock().connection.is_alive()
    }

    /// The user of the login.
    pub fn user(&self) -> &str {
        &self.target.user
    }

    /// What the server calls the login (servers from 3.4).
    pub fn connection_info(&self, info: i32) -> Result<String> {
        self.repeated(|live| {
            live.require(Capability::TokenLogin, "the token of a connection")?;
            let reply = live
                .connection
                .ask_json(|req_id| request::connection_info(req_id, info))?;
            Ok(reply.info)
        })
    }

    /// The database selected now, as the server knows it; empty for none.
    pub fn current_db(&self) -> Result<String> {
        if !self.live()?.version.has(Capability::Unified) {
            return self.current_db_by_sql();
        }
        Ok(self.told("get_current_db")?.db)
    }

    /// The answer to an action that has no arguments.
    fn told(&self, action: &str) -> Result<JsonReply> {
        self.repeated(|live| {
            live.connection
                .ask_json(|req_id| request::bare(action, req_id))
        })
    }

    /// The server's version and build, as it describes itself.
    pub fn server_info(&self) -> Result<String> {
        if !self.live()?.version.has(Capability::Unified) {
            return self.server_info_by_sql();
        }
        Ok(self.told("get_server_info")?.info)
    }

    /// Sets an option of this connection, or resets it.
    pub fn set_option(&self, option: i32, value: Option<&str>) -> Result<()> {
        let charset = match option {
            OPTION_CHARSET if value == Some("") => {
                return Err(Error::new(codes::INVALID_POINTER));
            }
            OPTION_CHARSET => Some(other_than_utf8(value)?),
            OPTION_CLEAR => Some(None),
            _ => None,
        };
        self.repeated(|live| {
            live.require(Capability::ConnectionOptions, "an option of one connection")?;
            set_option(&live.connection, option, value)
        })?;
        let mut live = self.live.lock();
        let live = Arc::make_mut(&mut live);
        if option == OPTION_CLEAR {
            live.options.clear();
        }
        // What was cleared is cleared again after the next login, which tells what the settings say.
        live.options.retain(|(o, _)| *o != option);
        live.options.push((option, value.map(str::to_owned)));
        if let Some(charset) = charset {
            live.charset = charset;
        }
        Ok(())
    }

    /// Ends whatever is waiting on the connection, from another thread.
    pub fn cancel_all(&self) {
        if self.check_process().is_err() {
            return;
        }
        let connection = self.live.lock().connection.clone();
        connection.cancel_all(&Error::new(codes::QUERY_KILLED));
        self.inserts
            .each(|connection| connection.cancel_all(&Error::new(codes::QUERY_KILLED)));
    }

    /// Nothing connects anew from now on, and who is about to is told so. What is open or in flight goes
    /// on: the connection ends when the last call, result or statement that uses it lets go of it.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

/// The reply to a statement that was sent by [`Session::begin_query`].
pub struct Answer {
    connection: Arc<Connection>,
    binary: bool,
    charset: Option<Arc<Charset>>,
    /// The database that the statement selects, if it succeeds.
    used: Option<String>,
    /// The statement, if it may be repeated.
    again: Option<Box<[u8]>>,
    req_id: u64,
    reply: Result<Reply>,
}

impl Answer {
    /// The result, with which `session`, unless it is gone, learns of a database that was selected.
    /// When the connection was lost, and as for [`Session::query`], the statement is sent once more.
    pub fn into_result(self, session: Option<&Session>) -> Result<ResultSet> {
        let reply = match (self.reply, self.again, session) {
            (Err(e), Some(sql), Some(session)) if e.code == codes::CONNECTION_BROKEN => {
                tracing::info!("asked again");
                return session.query_on(&session.live()?, &sql, self.req_id);
            }
            (reply, ..) => expect_json(reply?)?,
        };
        if let (true, Some(session)) = (reply.is_update, session) {
            session.note_use(self.used);
        }
        let set = ResultSet::new(self.connection, self.binary, &reply)?;
        Ok(set.in_charset(self.charset))
    }
}

impl Live {
    fn require(&self, capability: Capability, what: &str) -> Result<()> {
        if self.version.has(capability) {
            return Ok(());
        }
        Err(Error::not_supported(format_args!(
            "{what} needs a server from {}; this one is {}",
            capability.since(),
            self.version
        )))
    }
}

fn current_timezone() -> Option<String> {
    let mut values = crate::config::settings::Values::default();
    global::fill(&mut values);
    values.text("timezone").map(str::to_owned)
}

fn set_option(connection: &Connection, option: i32, value: Option<&str>) -> Result<()> {
    connection
        .ask_json(|req_id| request::connection_option(req_id, option, value))
        .map(drop)
}

fn statement(binary: bool, version: &ServerVersion, req_id: u64, sql: &[u8]) -> Result<Request> {
    if binary {
        return Ok(request::binary_query(req_id, sql));
    }
    let sql = std::str::from_utf8(sql).map_err(|_| {
        Error::invalid_parameter(format_args!(
            "the statement is not UTF-8, and server {version} takes no other"
        ))
    })?;
    Ok(request::json_query(req_id, sql))
}
