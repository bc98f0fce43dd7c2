//! Servers before 3.1.1.15, which have `/rest/ws` in place of `/ws`: what they tell by SQL only, and their own
//! paths for schemaless rows and for prepared inserts.

use super::login::{log_in_for_inserts, log_in_for_rows};
use super::schemaless::SchemalessInsert;
use crate::client::Session;
use crate::config::Target;
use crate::error::Result;
use crate::protocol::reply::JsonReply;
use crate::sync::Mutex;
use crate::transport::Connection;
use std::sync::{Arc, Weak};

impl Session {
    /// The database selected now; empty for none.
    pub(in crate::client) fn current_db_by_sql(&self) -> Result<String> {
        self.first_text("select database()")
    }

    /// The server's version, in the form of newer servers, without a build.
    pub(in crate::client) fn server_info_by_sql(&self) -> Result<String> {
        let version = self.first_text("select server_version()")?;
        Ok(format!("ver:{version}"))
    }

    /// The text in the first column of the last row; empty for NULL.
    fn first_text(&self, sql: &str) -> Result<String> {
        let mut text = String::new();
        self.each_row(sql, |block, columns, row| {
            let cell = columns.first().and_then(|c| block.cell(c, row));
            text = String::from_utf8_lossy(cell.unwrap_or_default()).into_owned();
        })?;
        Ok(text)
    }
}

/// Writes rows by a login of their own. Only the login can select a database there, and it must be the one that
/// is selected in the session by now. The connection belongs to the result.
pub(in crate::client) fn insert(
    target: &Target,
    db: &str,
    insert: &SchemalessInsert,
    req_id: u64,
) -> Result<(Arc<Connection>, Box<JsonReply>)> {
    let connection = log_in_for_rows(target, db)?;
    let req_id = connection.request_id(req_id);
    let reply = connection.call_json(req_id, insert.request(req_id));
    connection.close();
    reply.map(|reply| (connection, reply))
}

/// The connections that a session has besides its own: one for each prepared insert, which ends with its
/// statement, and one for rows that are UTF-8, if the session is not.
#[derive(Default)]
pub(in crate::client) struct InsertConnections(Mutex<Vec<Weak<Connection>>>);

impl InsertConnections {
    /// A new connection, with the database that is selected now. It cannot follow a later change.
    pub fn open(&self, target: &Target, db: &str) -> Result<Arc<Connection>> {
        let connection = log_in_for_inserts(target, db)?;
        self.add(&connection);
        Ok(connection)
    }

    pub fn add(&self, connection: &Arc<Connection>) {
        let mut all = self.0.lock();
        all.retain(|old| old.strong_count() > 0);
        all.push(Arc::downgrade(connection));
    }

    pub fn each(&self, what: impl Fn(&Connection)) {
        let all: Vec<_> = self.0.lock().iter().filter_map(Weak::upgrade).collect();
        all.iter().for_each(|connection| what(connection));
    }
}
