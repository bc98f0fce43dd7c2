//! Servers before 3.1.1.15, which have `/rest/ws` in place of `/ws`: what they answer there to SQL only,
//! and the paths of their own that they have for schemaless rows and for prepared inserts.

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

    /// The server's version in the form in which newer ones tell it; no build.
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

/// Writes rows by a login of their own: a database is selected there by the login only, and rows
/// should go where the session is by now. The connection is the result's.
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

/// The connections that a session has besides its own: of prepared inserts, one each, which ends with its statement; and
/// of rows that are UTF-8, when the session is not.
#[derive(Default)]
pub(in crate::client) struct InsertConnections(Mutex<Vec<Weak<Connection>>>);

impl InsertConnections {
    /// A new one, with the database that is selected by now: it cannot follow a later change.
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
