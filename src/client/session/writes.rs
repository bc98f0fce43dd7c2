//! Writing rows and tables without a statement: schemaless rows, raw blocks, raw messages.

use super::login::log_in;
use super::schemaless::{undecided, SchemalessInsert};
use super::{old_server, Session};
use crate::client::result::ResultSet;
use crate::error::{codes, Error, Result};
use crate::protocol::request;
use crate::protocol::version::Capability;
use crate::transport::Connection;
use std::sync::Arc;

impl Session {
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
            // The native client checks the database before anything else.
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
        // The reply contains the count only.
        reply.is_update = true;
        ResultSet::new(connection, false, &reply).map_err(undecided)
    }

    /// A connection on which the server reads UTF-8, with this database selected. The session's own connection
    /// reads another character set. It is kept for the next call.
    pub(super) fn in_utf8(&self, db: &str) -> Result<Arc<Connection>> {
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

    /// Writes a raw message of a subscription into the current database.
    pub fn write_raw(&self, raw_type: u16, raw: &[u8]) -> Result<()> {
        let live = self.live()?;
        let req_id = live.connection.request_id(0);
        let request = request::write_raw(req_id, raw_type, raw)
            .ok_or(Error::new(codes::INVALID_PARAMETER))?;
        live.connection.call_json(req_id, request).map(drop)
    }
}
