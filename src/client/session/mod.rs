//! A session: one login, and what is to be restored when its connection is lost.

pub mod known_logins;
pub(super) mod login;
mod old_server;
mod options;
pub(super) mod routes;
pub(super) mod schemaless;
pub(super) mod schemaless_charset;
mod sql_text;
pub(super) mod white_list;

use self::login::{log_in, log_in_by};
use self::old_server::InsertConnections;
use self::options::{is_for_show, ConnectionOptions, CHARSET, CLEAR, CONNECTOR, TIMEZONE};
use self::schemaless::{undecided, SchemalessInsert};
use self::sql_text::{database_of_use, is_answered_by_the_client, may_be_repeated};
use super::result::ResultSet;
use super::retry::retry;
use super::statement::bind_exec::BindExec;
use super::statement::stmt1::Stmt1;
use super::statement::stmt2_wire::Stmt2Wire;
use super::statement::wire::{OnServer, StatementOptions, Wire};
use super::statement::Statement;
use crate::cancellation;
use crate::charset::{self, Charset};
use crate::config::settings::shortened;
use crate::config::{global, Target};
use crate::error::{codes, system_words, Error, Result};
use crate::fork;
use crate::protocol::reply::JsonReply;
use crate::protocol::request::{self, Request};
use crate::protocol::version::{Capability, ServerVersion};
use crate::stack;
use crate::sync::{lock_or_end, Mutex};
use crate::transport::{endpoints, expect_json, Connection, Reply, Ticket};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::Arc;
use std::time::Instant;

pub struct Session {
    target: Target,
    /// Replaced as a whole when something changes; a call takes a copy of the pointer.
    live: Mutex<Arc<Live>>,
    /// Held by the thread that gets the connection ready - connects anew, tells options -, so that the
    /// others wait for its outcome.
    turn: Mutex<Turn>,
    /// Those of prepared inserts, on servers where they have their own.
    inserts: InsertConnections,
    /// For schemaless rows of a program that is not UTF-8: with the database selected there. Held by the thread that
    /// connects.
    in_utf8: Mutex<Option<(String, Arc<Connection>)>>,
    /// Which change of the process's time zone the connection has followed.
    timezone_change: AtomicU32,
    /// Nothing may connect anew.
    closed: AtomicBool,
    /// The process that made it.
    generation: u32,
}

#[derive(Default)]
struct Turn {
    /// Why the last attempt came to nothing, and when it did.
    failed: Option<(Instant, Error)>,
    /// Options that the server was told along with a statement.
    unanswered: Option<(Arc<Connection>, Ticket)>,
}

/// What the session stands on now, and what the program wants of it by its next statement.
#[derive(Clone)]
struct Live {
    connection: Arc<Connection>,
    logged_in: Instant,
    version: ServerVersion,
    /// Shared by the connection's statements.
    bind_exec: Arc<BindExec>,
    /// The database selected last; `None` when there is none.
    db: Option<String>,
    /// One may be selected on the connection, whether this is known for sure or not.
    selects: bool,
    /// None is to be selected any more, for which there is no request: a new login is needed.
    leaves_db: bool,
    /// Options set since the login; and those of them that the connection was told.
    options: ConnectionOptions,
    told: ConnectionOptions,
    /// BI mode, which is chosen at the login; and what the connection's login has chosen.
    bi_mode: bool,
    logged_in_bi_mode: bool,
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
        let why = system_words(&e);
        tracing::warn!("the C library's iconv does not take the character set `{name}`: {why}");
        // One that each complete C library has.
        match charset::exists("GBK") {
            true => {
                let name = shortened(name);
                let why = format_args!("the C library's iconv has no character set `{name}`");
                Error::with(code, why)
            }
            false => Error::with(
                code,
                "the C library's character sets are not installed (of glibc, the modules in its \
                 folder gconv)",
            ),
        }
    })
}

impl Session {
    pub fn connect(target: Target) -> Result<Session> {
        let session = Session::open(target)?;
        known_logins::note(&session.target);
        Ok(session)
    }

    /// As [`connect`](Self::connect), for a session that is not the program's.
    pub(super) fn open(target: Target) -> Result<Session> {
        let timezone_change = global::timezone_changes();
        let (connection, version) = log_in(&target, &target.db, target.bi_mode)?;
        let db = Some(target.db.clone()).filter(|db| !db.is_empty());
        let mut options = ConnectionOptions::default();
        let mut charset = other_than_utf8(target.charset.as_deref())?;
        if let (Some(name), true) = (&target.charset, charset.is_some()) {
            if version.has(Capability::ConnectionOptions) {
                options.set(CHARSET, Some(name));
                let new = options.since(&ConnectionOptions::default());
                connection.ask_json(|req_id| request::connection_options(req_id, &new))?;
            } else {
                tracing::warn!("charset={name} passed over: a server {version} has UTF-8 only");
                charset = None;
            }
        }
        Ok(Session {
            live: Mutex::new(Arc::new(Live {
                connection,
                logged_in: Instant::now(),
                version,
                bind_exec: Arc::new(BindExec::of(version)),
                selects: db.is_some(),
                leaves_db: false,
                db,
                charset,
                told: options.clone(),
                options,
                bi_mode: target.bi_mode,
                logged_in_bi_mode: target.bi_mode,
            })),
            target,
            turn: Mutex::default(),
            inserts: InsertConnections::default(),
            in_utf8: Mutex::default(),
            timezone_change: AtomicU32::new(timezone_change),
            closed: AtomicBool::new(false),
            generation: fork::generation(),
        })
    }

    /// The connection in use, ready for a statement; a new one when the old one has ended.
    fn live(&self) -> Result<Arc<Live>> {
        self.live_for(false)
    }

    /// As [`live`](Self::live), for a statement that selects a database or not.
    fn live_for(&self, selects_db: bool) -> Result<Arc<Live>> {
        match self.ready(selects_db)? {
            Some(live) => Ok(live),
            None => self.make_ready(selects_db),
        }
    }

    /// The connection in use, if it is as the program wants it: there, and told everything.
    fn ready(&self, selects_db: bool) -> Result<Option<Arc<Live>>> {
        self.check_process()?;
        let live = self.live.lock().clone();
        let followed = self.timezone_change.load(Ordering::Relaxed);
        let is_ready = live.connection.look_alive()
            && !live.has_to_move(selects_db)
            && live.options == live.told
            && followed == global::timezone_changes();
        Ok(is_ready.then_some(live))
    }

    fn check_process(&self) -> Result<()> {
        fork::check(self.generation, "connection")
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Connects anew, where that is needed, and tells the server what the program has set.
    fn make_ready(&self, selects_db: bool) -> Result<Arc<Live>> {
        let began = Instant::now();
        let Some(mut turn) = lock_or_end(&self.turn) else {
            return Err(cancellation::error());
        };
        if let Some(live) = self.ready(selects_db)? {
            return Ok(live);
        }
        match &turn.failed {
            // While this thread waited for its turn, another one tried for all.
            Some((when, why)) if *when > began => return Err(why.clone()),
            _ => {}
        }
        let outcome = self.make_ready_in_turn(&mut turn, selects_db);
        turn.failed = outcome.as_ref().err().map(|e| (Instant::now(), e.clone()));
        outcome
    }

    fn make_ready_in_turn(&self, turn: &mut Turn, selects_db: bool) -> Result<Arc<Live>> {
        let mut live = self.live.lock().clone();
        if live.connection.is_alive() && !live.has_to_move(selects_db) {
            match self.tell_options(turn, &live) {
                // Nothing was asked yet: a new connection does.
                Err(e) if e.code == codes::CONNECTION_BROKEN => {}
                outcome => return outcome,
            }
            live = self.live.lock().clone();
        }
        let live = stack::with_room_to_connect(|| self.reconnect(&live))?;
        self.tell_options(turn, &live)
    }

    /// Replaces the connection by one with the database selected and the options set as the program wants.
    fn reconnect(&self, old: &Arc<Live>) -> Result<Arc<Live>> {
        let check_open = || match self.is_closed() {
            true => Err(Error::new(codes::DISCONNECTED)),
            false => Ok(()),
        };
        check_open()?;
        let change = global::timezone_changes();
        let mut target = self.target.clone();
        if !target.timezone_is_own {
            target.timezone = current_timezone();
        }
        let is_lost = !old.connection.is_alive();
        let by = is_lost.then(|| Instant::now() + target.read_timeout);
        let mut db = old.db.clone();
        let log_in_to = |db: &Option<String>| {
            log_in_by(by, &target, db.as_deref().unwrap_or_default(), old.bi_mode)
        };
        let mut connect = || match log_in_to(&db) {
            // It was dropped meanwhile, which must not shut the session out.
            Err(e) if e.code == codes::DATABASE_NOT_EXIST && db.is_some() => {
                tracing::warn!("the database selected is gone; none is selected now");
                db = None;
                log_in_to(&db)
            }
            outcome => outcome,
        };
        let (connection, version) = if is_lost {
            endpoints::failed(old.connection.endpoint());
            retry(&target, || self.is_closed(), &mut connect)?
        } else {
            connect()?
        };
        check_open()?;
        self.timezone_change.store(change, Ordering::Relaxed);
        let mut live = self.live.lock();
        // What the program has set meanwhile counts.
        let now = Live {
            connection,
            logged_in: Instant::now(),
            version,
            bind_exec: Arc::new(BindExec::of(version)),
            selects: db.is_some(),
            leaves_db: db.is_some() && live.db.is_none(),
            db: live.db.as_ref().and(db),
            told: ConnectionOptions::default(),
            logged_in_bi_mode: old.bi_mode,
            ..Live::clone(&live)
        };
        *live = Arc::new(now);
        Ok(live.clone())
    }

    /// Tells the server the options that it does not know yet. It handles requests in any order, so what a
    /// statement is read by has to be answered before one is sent; what is only shown goes along with it.
    fn tell_options(&self, turn: &mut Turn, live: &Arc<Live>) -> Result<Arc<Live>> {
        let change = global::timezone_changes();
        let new = live.options.since(&live.told);
        let (shown, mut new): (Vec<_>, Vec<_>) = new.into_iter().partition(is_for_show);
        let follows = self.timezone_change.load(Ordering::Relaxed) != change;
        let own = self.target.timezone_is_own || live.options.say_timezone();
        // `taos_options(TIMEZONE)` reaches open connections too, unless they have their own zone.
        if follows && !own && live.version.has(Capability::ConnectionOptions) {
            new.push((TIMEZONE, current_timezone()));
        }
        let connection = &live.connection;
        if !new.is_empty() || !shown.is_empty() {
            live.require(Capability::ConnectionOptions, SETTING)?;
            // Those before must not come into force after these.
            match turn.unanswered.take() {
                Some((told, ticket)) if Arc::ptr_eq(&told, connection) => {
                    note_shown(connection.wait(ticket).and_then(expect_json))?
                }
                _ => {}
            }
        }
        if !new.is_empty() {
            self.note_told(connection, |told| told.doubt(&new));
            connection.ask_json(|req_id| request::connection_options(req_id, &new))?;
        }
        if !shown.is_empty() {
            let req_id = connection.request_id(0);
            let request = request::connection_options(req_id, &shown);
            turn.unanswered = Some((connection.clone(), connection.send(req_id, request)?));
        }
        self.timezone_change.store(change, Ordering::Relaxed);
        if live.told != live.options {
            self.note_told(connection, |told| *told = live.options.clone());
        }
        Ok(self.live.lock().clone())
    }

    /// Keeps in mind what the server of this connection knows.
    fn note_told(&self, connection: &Arc<Connection>, note: impl FnOnce(&mut ConnectionOptions)) {
        let mut live = self.live.lock();
        if Arc::ptr_eq(&live.connection, connection) {
            note(&mut Arc::make_mut(&mut live).told);
        }
    }

    /// Runs a statement. `req_id` 0 lets the library choose one. One that only reads is sent once
    /// more when the connection is lost before there is an answer; no other is, as it may have been
    /// executed.
    pub fn query(&self, sql: &[u8], req_id: u64) -> Result<ResultSet> {
        let used = database_of_use(sql);
        let ask = || {
            let live = self.live_for(used.is_some())?;
            self.query_on(&live, sql, req_id, used.clone())
        };
        match may_be_repeated(sql) {
            true => repeated(ask),
            false => ask(),
        }
    }

    /// Asks what may be asked twice.
    fn repeated<T>(&self, ask: impl Fn(&Arc<Live>) -> Result<T>) -> Result<T> {
        repeated(|| ask(&self.live()?))
    }

    fn query_on(
        &self,
        live: &Arc<Live>,
        sql: &[u8],
        req_id: u64,
        used: Option<String>,
    ) -> Result<ResultSet> {
        self.before_use(&used);
        let req_id = live.connection.request_id(req_id);
        let binary = live.version.has(Capability::BinaryQuery);
        let request = statement(binary, &live.version, req_id, sql)?;
        let reply = live.connection.call_json(req_id, request)?;
        if reply.is_update {
            self.note_use(used);
        }
        let set = ResultSet::new(live.connection.clone(), binary, &reply)?;
        let set = set.of_client(is_answered_by_the_client(sql));
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
        let used = database_of_use(sql);
        let Some(live) = self.ready(used.is_some())? else {
            return Ok(false);
        };
        let req_id = live.connection.request_id(req_id);
        let binary = live.version.has(Capability::BinaryQuery);
        let request = statement(binary, &live.version, req_id, sql)?;
        self.before_use(&used);
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

    /// Whatever becomes of a `use`, a database may be selected after it.
    fn before_use(&self, db: &Option<String>) {
        if db.is_some() {
            Arc::make_mut(&mut *self.live.lock()).selects = true;
        }
    }

    /// Remembers the database that a successful `use` has selected, for a later connection.
    fn note_use(&self, db: Option<String>) {
        if db.is_some() {
            let mut live = self.live.lock();
            let live = Arc::make_mut(&mut live);
            live.db = db;
            live.leaves_db = false;
        }
    }

    /// A new statement, on the connection as it is now.
    pub fn statement(
        self: &Arc<Self>,
        req_id: u64,
        single_stb_insert: bool,
        single_table_bind_once: bool,
    ) -> Result<Statement> {
        let options = StatementOptions {
            req_id,
            single_stb_insert,
            single_table_bind_once,
        };
        let made = self.repeated(|live| self.statement_on(live, options))?;
        Ok(Statement::new(self.clone(), options, made))
    }

    fn statement_on(&self, live: &Arc<Live>, options: StatementOptions) -> Result<OnServer> {
        let connection = live.connection.clone();
        let way = if live.version.has(Capability::Statements) {
            Wire::Messages(Stmt2Wire::new(connection, options)?)
        } else if live.version.has(Capability::Unified) {
            Wire::by_actions(connection, live.version, options.req_id)?
        } else {
            let db = live.db.as_deref().unwrap_or_default();
            let open = || self.inserts.open(&self.target, db);
            let connection = retry(&self.target, || self.is_closed(), open)?;
            Wire::by_actions(connection.clone(), live.version, options.req_id)
                .inspect_err(|_| connection.close())?
        };
        Ok(OnServer {
            way,
            of_session: live.connection.clone(),
            charset: live.charset.clone(),
            text_decimals: live.version.has(Capability::TextDecimals),
            bind_exec: live.bind_exec.clone(),
            own_results: live.version.has(Capability::OwnResults),
        })
    }

    /// Has a statement that is to be prepared stand where the session is now: a new one takes its place,
    /// unless that is there already. Once the session is closed it stays where it stands.
    pub(super) fn move_statement(
        &self,
        statement: &mut OnServer,
        options: StatementOptions,
    ) -> Result<()> {
        let is_alive = statement.way.connection().look_alive();
        if self.is_closed() {
            return match is_alive {
                true => Ok(()),
                false => Err(Error::with(
                    codes::DISCONNECTED,
                    "the statement's connection was lost, and its handle is closed already",
                )),
            };
        }
        let (new, charset) = self.repeated(|live| {
            let stands_there = is_alive && Arc::ptr_eq(&live.connection, &statement.of_session);
            let new = (!stands_there).then(|| self.statement_on(live, options));
            Ok((new.transpose()?, live.charset.clone()))
        })?;
        match new {
            Some(new) => *statement = new,
            None => statement.charset = charset,
        }
        Ok(())
    }

    /// A new version 1 statement, as [`statement`](Self::statement).
    pub fn stmt1(
        self: &Arc<Self>,
        req_id: u64,
        single_stb: bool,
        bind_once: bool,
    ) -> Result<Stmt1> {
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

    /// From the next statement on no database is selected any more. Asks nobody: there is no statement for
    /// this, so the session moves to a new login then, unless that statement selects another one or none
    /// was selected. Results and statements that are open stay on the old connection.
    pub fn reset_db(&self) -> Result<()> {
        self.check_process()?;
        let mut live = self.live.lock();
        let live = Arc::make_mut(&mut live);
        live.db = None;
        live.leaves_db = live.selects;
        Ok(())
    }

    /// Switches BI mode for the next statement, by a new login; results that are open stay readable.
    pub fn set_bi_mode(&self, on: bool) -> Result<()> {
        self.check_process()?;
        let mut live = self.live.lock();
        if on {
            live.require(Capability::BiMode, "BI mode")?;
        }
        Arc::make_mut(&mut live).bi_mode = on;
        Ok(())
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
        if let Err(e) = insert.check() {
            // The native client looks at the database before anything else.
            return Err(match live.db {
                Some(_) => e,
                None => Error::new(codes::DATABASE_NOT_SPECIFIED),
            });
        }
        if !insert.table_name_key.is_empty() {
            live.require(Capability::TableNameKey, "naming tables by a tag")?;
        }
        let (connection, mut reply) = if live.version.has(Capability::Unified) {
            let connection = match insert.decoded {
                true => self.in_utf8(live.db.as_deref().unwrap_or_default())?,
                false => live.connection.clone(),
            };
            let req_id = connection.request_id(req_id);
            let reply = connection.call_json(req_id, insert.request(req_id));
            (connection, reply.map_err(undecided)?)
        } else {
            let db = live.db.as_deref().unwrap_or_default();
            old_server::insert(&self.target, db, insert, req_id).map_err(undecided)?
        };
        // The reply has the count only.
        reply.is_update = true;
        ResultSet::new(connection, false, &reply).map_err(undecided)
    }

    /// A connection whose server reads UTF-8, with this database selected, beside the session's own, whose
    /// server reads another character set. It is kept for the next call.
    fn in_utf8(&self, db: &str) -> Result<Arc<Connection>> {
        let mut kept = self.in_utf8.lock();
        match &*kept {
            Some((selected, connection)) if selected == db && connection.look_alive() => {
                return Ok(connection.clone());
            }
            _ => *kept = None,
        }
        let (connection, _) = log_in(&self.target, db, false)?;
        self.inserts.add(&connection);
        *kept = Some((db.to_owned(), connection.clone()));
        Ok(connection)
    }

    /// The character set of the program, when it is not UTF-8.
    pub fn charset(&self) -> Result<Option<Arc<Charset>>> {
        self.check_process()?;
        Ok(self.live.lock().charset.clone())
    }

    /// Writes a raw message of a subscription into the current database.
    pub fn write_raw(&self, raw_type: u16, raw: &[u8]) -> Result<()> {
        let live = self.live()?;
        let req_id = live.connection.request_id(0);
        let request = request::write_raw(req_id, raw_type, raw)
            .ok_or(Error::new(codes::INVALID_PARAMETER))?;
        live.connection.call_json(req_id, request).map(drop)
    }

    /// Fails, with what the server would have to be, where it does not have this.
    pub(super) fn require(&self, capability: Capability, what: &str) -> Result<()> {
        self.live()?.require(capability, what)
    }

    /// Is there a connection that can be used? Asks nobody.
    pub fn is_alive(&self) -> bool {
        self.check_process().is_ok() && self.live.lock().connection.is_alive()
    }

    /// As [`is_alive`](Self::is_alive), after a look at the socket.
    pub(super) fn is_there(&self) -> bool {
        let connection = self.live.lock().connection.clone();
        self.check_process().is_ok() && connection.look_alive()
    }

    /// As [`query`](Self::query), on the connection that is there and as it is: without one, an error.
    pub(super) fn query_as_it_stands(&self, sql: &[u8]) -> Result<ResultSet> {
        self.check_process()?;
        let live = self.live.lock().clone();
        self.query_on(&live, sql, 0, None)
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// When the login was accepted that the session stands on.
    pub(super) fn logged_in_at(&self) -> Instant {
        self.live.lock().logged_in
    }

    /// Is it by a token, which does not say the user?
    pub(super) fn is_by_token(&self) -> bool {
        self.target.bearer_token.is_some()
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
        self.check_process()?;
        if self.live.lock().leaves_db {
            return Ok(String::new());
        }
        if !self.live()?.version.has(Capability::Unified) {
            return self.current_db_by_sql();
        }
        Ok(self.told("get_current_db")?.db)
    }

    /// The answer to an action that has no arguments.
    fn told(&self, action: &str) -> Result<Box<JsonReply>> {
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

    /// Sets an option of this connection, or resets it. Asks nobody: the server is told before the next
    /// statement, which answers with what it says against it. What the server only shows - addresses and
    /// names of programs - it may refuse without a word.
    pub fn set_option(&self, option: i32, value: Option<&str>) -> Result<()> {
        self.check_process()?;
        if !(CLEAR..=CONNECTOR).contains(&option) {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let charset = match option {
            CHARSET if value == Some("") => {
                return Err(Error::new(codes::INVALID_POINTER));
            }
            CHARSET => Some(other_than_utf8(value)?),
            CLEAR => Some(None),
            _ => None,
        };
        let mut live = self.live.lock();
        if option == CONNECTOR && !live.version.has(Capability::ConnectorOption) {
            tracing::debug!(server = %live.version, "the connector is not told: the server does not know it");
            return Ok(());
        }
        live.require(Capability::ConnectionOptions, SETTING)?;
        let live = Arc::make_mut(&mut live);
        live.options.set(option, value);
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
        let (reply, again) = match (self.reply, self.again, session) {
            (Err(e), Some(sql), Some(session)) if e.code == codes::CONNECTION_BROKEN => {
                tracing::info!("asked again");
                let live = session.live_for(self.used.is_some())?;
                return session.query_on(&live, &sql, self.req_id, self.used);
            }
            (reply, again, _) => (expect_json(reply?)?, again),
        };
        if let (true, Some(session)) = (reply.is_update, session) {
            session.note_use(self.used);
        }
        let set = ResultSet::new(self.connection, self.binary, &reply)?;
        let set = set.of_client(again.is_some_and(|sql| is_answered_by_the_client(&sql)));
        Ok(set.in_charset(self.charset))
    }
}

/// Once more when the connection is lost before there is an answer.
pub(super) fn repeated<T>(ask: impl Fn() -> Result<T>) -> Result<T> {
    match ask() {
        Err(e) if e.code == codes::CONNECTION_BROKEN => {
            tracing::info!("asked again");
            ask()
        }
        outcome => outcome,
    }
}

/// Of options that are only shown, a refusal is no reason to stop.
fn note_shown(outcome: Result<Box<JsonReply>>) -> Result<()> {
    match outcome {
        Err(e) if e.is_outage() => Err(e),
        Err(e) => {
            tracing::warn!(error = %e, "the server does not take what it was to show of the connection");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

const SETTING: &str = "an option of one connection";

impl Live {
    /// Is a new login needed for what the program wants?
    fn has_to_move(&self, selects_db: bool) -> bool {
        self.bi_mode != self.logged_in_bi_mode || self.leaves_db && !selects_db
    }

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
