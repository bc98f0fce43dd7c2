//! How a statement goes to the server: by version 2's messages, or by version 1's actions if the server does
//! not have those. For programs the two are the same, as far as version 1 can express it.

use super::bind_exec::BindExec;
use super::placeholders::Placeholders;
use super::prepared::Prepared;
use super::stmt1_wire::Stmt1Wire;
use super::stmt2_wire::Stmt2Wire;
use super::table_lookup::TableLookup;
use crate::charset::Charset;
use crate::error::Result;
use crate::protocol::bind::Table;
use crate::protocol::reply::JsonReply;
use crate::protocol::request::Request;
use crate::protocol::version::ServerVersion;
use crate::transport::Connection;
use std::sync::Arc;

/// A statement on the server.
pub(in crate::client) struct OnServer {
    pub wire: Wire,
    /// The session's connection when the statement was made. On servers before 3.1.1.15 the wire has another one.
    pub of_session: Arc<Connection>,
    /// The program's character set, when it is not UTF-8.
    pub charset: Option<Arc<Charset>>,
    /// The server takes decimals as text.
    pub text_decimals: bool,
    /// Whether the server binds and executes in one exchange.
    pub bind_exec: Arc<BindExec>,
    /// Results are independent of the statement, so the client may read them ahead.
    pub own_results: bool,
}

pub(in crate::client) enum Wire {
    Messages(Stmt2Wire),
    Actions(Box<Stmt1Wire>),
}

impl Wire {
    pub fn by_actions(
        connection: Arc<Connection>,
        version: ServerVersion,
        req_id: u64,
    ) -> Result<Wire> {
        Stmt1Wire::new(connection, version, req_id).map(|wire| Wire::Actions(Box::new(wire)))
    }

    pub fn connection(&self) -> &Arc<Connection> {
        match self {
            Wire::Messages(wire) => &wire.connection,
            Wire::Actions(wire) => &wire.connection,
        }
    }

    pub fn prepare(
        &mut self,
        sql: &str,
        placeholders: &Placeholders,
        lookup: &mut TableLookup,
    ) -> Result<Prepared> {
        match self {
            Wire::Messages(wire) => wire.prepare(sql, placeholders),
            Wire::Actions(wire) => wire.prepare(sql, placeholders, lookup),
        }
    }

    /// Makes all requests of a bind but the last, which is left to the caller. `None` if there is nothing to
    /// send yet.
    pub fn bind(
        &mut self,
        prepared: &Prepared,
        lookup: &mut TableLookup,
        column: i32,
        tables: &[Table<'_>],
    ) -> Result<Option<(u64, Request)>> {
        match self {
            Wire::Messages(wire) => wire.bind(column, tables).map(Some),
            Wire::Actions(wire) => wire.bind(prepared, lookup, column, tables),
        }
    }

    pub fn execution(&self) -> Result<(u64, Request)> {
        match self {
            Wire::Messages(wire) => Ok(wire.on_statement("stmt2_exec")),
            Wire::Actions(wire) => wire.execution(),
        }
    }

    /// The result of a query, with its id, and whether its blocks come by the binary action.
    pub fn result(&self) -> Result<(Box<JsonReply>, bool)> {
        match self {
            Wire::Messages(wire) => wire.result().map(|reply| (reply, true)),
            Wire::Actions(wire) => wire.result(),
        }
    }
}
