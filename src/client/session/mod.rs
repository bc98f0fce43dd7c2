//! A session: one login, and what must be restored when its connection is lost.

pub mod known_logins;
pub(super) mod login;
mod old_server;
mod options;
pub(super) mod routes;
pub(super) mod schemaless;
pub(super) mod schemaless_charset;
mod sql_text;
pub(super) mod white_list;

pub(super) mod asking_anew;
mod information;
pub(super) mod queries;
mod readiness;
mod statements;
mod wishes;
mod writes;

use self::login::log_in;
use self::old_server::InsertConnections;
use self::options::{ConnectionOptions, CHARSET};
use self::readiness::Turn;
use super::statement::bind_exec::BindExec;
use crate::charset::{self, Charset};
use crate::config::settings::shortened;
use crate::config::{global, Target};
use crate::error::{codes, system_words, Error, Result};
use crate::fork;
use crate::protocol::request;
use crate::protocol::version::{Capability, ServerVersion};
use crate::sync::Mutex;
use crate::transport::Connection;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;

pub struct Session {
    target: Arc<Target>,
    /// Replaced as a whole when something changes. A call takes a copy of the pointer.
    live: Mutex<Arc<Live>>,
    /// Held by the thread that gets the connection ready (connects anew, sends options), so that the others
    /// wait for its outcome.
    turn: Mutex<Turn>,
    /// The connections of prepared inserts, on servers where these have their own.
    inserts: InsertConnections,
    /// The connection for schemaless rows of a program that is not UTF-8, and the database selected there. Held
    /// by the thread that connects.
    in_utf8: Mutex<Option<(String, Arc<Connection>)>>,
    /// The last change of the process's time zone that the connection has followed.
    timezone_change: AtomicU32,
    /// The session is closed: no thread may connect again for it.
    closed: AtomicBool,
    /// Counts how often everything in progress was ended.
    kills: AtomicU32,
    /// The process that made it.
    generation: u32,
    /// A reference for results, which do not keep the session.
    me: Weak<Session>,
}

/// The session's connection, and what the program wants of it by its next statement.
#[derive(Clone)]
struct Live {
    connection: Arc<Connection>,
    logged_in: Instant,
    version: ServerVersion,
    /// Shared by the connection's statements.
    bind_exec: Arc<BindExec>,
    /// The database selected last; `None` when there is none.
    db: Option<String>,
    /// A database may be selected on the connection, even if that is not known for sure.
    selects: bool,
    /// No database is to be selected any more. There is no request for that, so a new login is needed.
    leaves_db: bool,
    /// `use` statements that the connection was sent and that had no answer.
    undecided_uses: u32,
    /// The time zone that the connection has unless an option says otherwise.
    timezone: Option<String>,
    /// Options set since the login; and those of them that the connection was told.
    options: ConnectionOptions,
    told: ConnectionOptions,
    /// BI mode, which is chosen at the login; and what the connection's login has chosen.
    bi_mode: bool,
    logged_in_bi_mode: bool,
    /// Counts changes of this state by which a statement may come to mean something else.
    changes: u64,
    /// The program's character set, when it is not UTF-8. The server reads statements in it; results
    /// are converted here.
    charset: Option<Arc<Charset>>,
}

/// The character set of this name, if it needs any conversion.
pub fn other_than_utf8(name: Option<&str>) -> Result<Option<Arc<Charset>>> {
    let Some(name) = name else {
        return Ok(None);
    };
    Charset::other_than_utf8(name).map_err(|e| {
        let code = codes::system(e.raw_os_error().unwrap_or(libc::EINVAL));
        let why = system_words(&e);
        tracing::warn!("the C library's iconv does not take the character set `{name}`: {why}");
        // glibc has its sets in files, of which this is one. musl has its sets built in, and only reads some of them.
        let musl = cfg!(target_env = "musl");
        match musl || charset::exists("GBK") {
            true => {
                let name = shortened(name);
                let reads = match musl {
                    true => " to write (of GBK, GB18030, Big5 and EUC-KR, musl only reads texts)",
                    false => "",
                };
                let why =
                    format_args!("the C library's iconv has no character set `{name}`{reads}");
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
    pub fn connect(target: Target) -> Result<Arc<Session>> {
        let session = Session::open(target)?;
        known_logins::note(&session.target);
        Ok(session)
    }

    /// As [`connect`](Self::connect), for a session that is not the program's.
    pub(super) fn open(target: Target) -> Result<Arc<Session>> {
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
        Ok(Arc::new_cyclic(|me| Session {
            live: Mutex::new(Arc::new(Live {
                connection,
                logged_in: Instant::now(),
                version,
                bind_exec: Arc::new(BindExec::of(version)),
                selects: db.is_some(),
                leaves_db: false,
                undecided_uses: 0,
                timezone: target.timezone.clone(),
                db,
                charset,
                told: options.clone(),
                options,
                bi_mode: target.bi_mode,
                logged_in_bi_mode: target.bi_mode,
                changes: 0,
            })),
            target: Arc::new(target),
            turn: Mutex::default(),
            inserts: InsertConnections::default(),
            in_utf8: Mutex::default(),
            timezone_change: AtomicU32::new(timezone_change),
            closed: AtomicBool::new(false),
            kills: AtomicU32::new(0),
            generation: fork::generation(),
            me: me.clone(),
        }))
    }

    fn check_process(&self) -> Result<()> {
        fork::check(self.generation, "connection")
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    fn check_open(&self) -> Result<()> {
        match self.is_closed() {
            true => Err(closed()),
            false => Ok(()),
        }
    }

    fn kills(&self) -> u32 {
        self.kills.load(Ordering::SeqCst)
    }

    /// Ends whatever is waiting on the connection, from another thread.
    pub fn cancel_all(&self) {
        if self.check_process().is_err() {
            return;
        }
        self.kills.fetch_add(1, Ordering::SeqCst);
        let connection = self.live.lock().connection.clone();
        connection.cancel_all(&Error::new(codes::QUERY_KILLED));
        self.inserts
            .each(|connection| connection.cancel_all(&Error::new(codes::QUERY_KILLED)));
    }

    /// From now on nothing connects anew, and a thread that is about to gets an error. What is open or in
    /// flight goes on: the connection ends when the last call, result or statement that uses it lets go of it.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

fn closed() -> Error {
    Error::new(codes::DISCONNECTED)
}

const SETTING: &str = "an option of one connection";

impl Live {
    /// Makes one of its parts this.
    fn change<T: PartialEq>(&mut self, part: impl FnOnce(&mut Live) -> &mut T, new: T) {
        let part = part(self);
        let is_another = *part != new;
        *part = new;
        self.changes += u64::from(is_another);
    }

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
