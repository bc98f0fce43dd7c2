//! Statements, and asking again where only an answer was lost.

use super::asking_anew::Question;
use super::sql_text::{database_of_use, is_answered_by_the_client, may_be_repeated};
use super::{Live, Session};
use crate::charset::Charset;
use crate::client::connection_lost::is_no_answer;
use crate::client::result::ResultSet;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::JsonReply;
use crate::protocol::request::{self, Request};
use crate::protocol::version::{Capability, ServerVersion};
use crate::transport::{expect_json, Connection, Reply};
use std::sync::Arc;

impl Session {
    /// Runs a statement. With `req_id` 0 the library chooses an id. A statement that only reads is sent once more when the
    /// connection is lost before there is an answer. Others are not, because they may have been executed.
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

    /// Asks a question that may be asked twice.
    pub(super) fn repeated<T>(&self, ask: impl Fn(&Arc<Live>) -> Result<T>) -> Result<T> {
        repeated(|| ask(&self.live()?))
    }

    pub(super) fn query_on(
        &self,
        live: &Arc<Live>,
        sql: &[u8],
        req_id: u64,
        used: Option<String>,
    ) -> Result<ResultSet> {
        let question = self.question(live, sql, req_id);
        let set = self.query_once_on(live, sql, req_id, used)?;
        Ok(set.with_question(question))
    }

    /// As [`query_on`](Self::query_on), but a lost result is not asked for again.
    pub(super) fn query_once_on(
        &self,
        live: &Arc<Live>,
        sql: &[u8],
        req_id: u64,
        used: Option<String>,
    ) -> Result<ResultSet> {
        let req_id = live.connection.request_id(req_id);
        let binary = live.version.has(Capability::BinaryQuery);
        let request = statement(binary, &live.version, req_id, sql)?;
        self.before_use(&used);
        let reply = live.connection.call_json(req_id, request);
        self.after_use(&live.connection, used, &reply);
        let set = ResultSet::new(live.connection.clone(), binary, &*reply?)?;
        let set = set.of_client(is_answered_by_the_client(sql));
        Ok(set.in_charset(live.charset.clone()))
    }

    /// As [`query`](Self::query), on the present connection as it is. An error if there is none.
    pub(in crate::client) fn query_as_it_stands(&self, sql: &[u8]) -> Result<ResultSet> {
        self.check_process()?;
        let live = self.live.lock().clone();
        self.query_once_on(&live, sql, 0, None)
    }

    /// Sends a statement and returns. `done` gets the [`Answer`], on a thread that must not wait. `done` is not called when
    /// this fails, or returns false: then the connection is lost, and a thread that may wait must call
    /// [`query`](Self::query).
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
        let again = self.question(&live, sql, req_id);
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

    /// Notes that a `use` was sent: whatever its outcome, another database may be selected after it.
    pub(super) fn before_use(&self, db: &Option<String>) {
        if db.is_some() {
            let mut live = self.live.lock();
            let live = Arc::make_mut(&mut live);
            live.selects = true;
            live.undecided_uses += 1;
            live.changes += u64::from(live.db != *db);
        }
    }

    /// Remembers the database that a successful `use` has selected, for a later connection.
    fn after_use(
        &self,
        connection: &Arc<Connection>,
        db: Option<String>,
        reply: &Result<Box<JsonReply>>,
    ) {
        if db.is_none() {
            return;
        }
        let mut live = self.live.lock();
        let live = Arc::make_mut(&mut live);
        let is_decided = !reply.as_ref().is_err_and(is_no_answer);
        if is_decided && Arc::ptr_eq(&live.connection, connection) {
            live.undecided_uses = live.undecided_uses.saturating_sub(1);
        }
        if reply.as_ref().is_ok_and(|reply| reply.is_update) {
            live.change(|live| &mut live.db, db);
            live.leaves_db = false;
        }
    }

    /// Checks a statement without executing it. Returns its error code, 0 for a valid one.
    pub fn validate(&self, sql: &[u8]) -> Result<i32> {
        self.repeated(|live| {
            live.require(Capability::ValidateSql, "validating a statement")?;
            let reply = live
                .connection
                .ask_json(|req_id| request::validate_sql(req_id, sql))?;
            Ok(reply.result_code as i32)
        })
    }
}

/// The reply to a statement that was sent by [`Session::begin_query`].
pub struct Answer {
    connection: Arc<Connection>,
    binary: bool,
    charset: Option<Arc<Charset>>,
    /// The database that the statement selects, if it succeeds.
    used: Option<String>,
    /// Set if the statement may be repeated.
    again: Option<Question>,
    req_id: u64,
    reply: Result<Reply>,
}

impl Answer {
    /// Makes the result. The session, unless it is gone, learns of a database that was selected. If the connection was
    /// lost, the statement is sent once more, under the conditions of [`Session::query`].
    pub fn into_result(self, session: Option<&Session>) -> Result<ResultSet> {
        let (reply, again) = match (self.reply, self.again, session) {
            (Err(e), Some(question), Some(session)) if e.code == codes::CONNECTION_BROKEN => {
                tracing::info!("asked again");
                let live = session.live_for(self.used.is_some())?;
                return session.query_on(&live, question.sql(), self.req_id, self.used);
            }
            (reply, again, _) => (reply.and_then(expect_json), again),
        };
        if let Some(session) = session {
            session.after_use(&self.connection, self.used, &reply);
        }
        let set = ResultSet::new(self.connection, self.binary, &*reply?)?;
        let is_of_client = |question: &Question| is_answered_by_the_client(question.sql());
        let set = set.of_client(again.as_ref().is_some_and(is_of_client));
        Ok(set.in_charset(self.charset).with_question(again))
    }
}

/// Asks once more when the connection is lost before there is an answer.
pub(in crate::client) fn repeated<T>(ask: impl Fn() -> Result<T>) -> Result<T> {
    match ask() {
        Err(e) if e.code == codes::CONNECTION_BROKEN => {
            tracing::info!("asked again");
            ask()
        }
        outcome => outcome,
    }
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
