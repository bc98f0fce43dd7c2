//! How a statement goes to the server: by version 2's messages, or by version 1's actions where the
//! server does not have those. What programs see of it is the same, as far as version 1 can carry it.

use super::bind_exec::BindExec;
use super::placeholders::Placeholders;
use super::stmt1_wire::Stmt1Wire;
use super::stmt2_wire::Stmt2Wire;
use super::table_lookup::TableLookup;
use super::Prepared;
use crate::charset::Charset;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::Table;
use crate::protocol::reply::{JsonReply, Parameter};
use crate::protocol::request::Request;
use crate::protocol::version::ServerVersion;
use crate::transport::Connection;
use std::sync::Arc;

/// What a program chose when it made its statement.
#[derive(Debug, Clone, Copy)]
pub(in crate::client) struct StatementOptions {
    /// 0 lets the library choose one.
    pub req_id: u64,
    pub single_stb_insert: bool,
    pub single_table_bind_once: bool,
}

/// A statement on the server.
pub(in crate::client) struct OnServer {
    pub way: Wire,
    /// The session's when it was made; not the way's own on servers before 3.1.1.15.
    pub of_session: Arc<Connection>,
    /// The program's character set, when it is not UTF-8.
    pub charset: Option<Arc<Charset>>,
    /// The server takes decimals as text.
    pub text_decimals: bool,
    /// What is known of binds and executions in one exchange.
    pub bind_exec: Arc<BindExec>,
    /// It leaves results to the client, which may read them ahead.
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
        Stmt1Wire::new(connection, version, req_id).map(|way| Wire::Actions(Box::new(way)))
    }

    pub fn connection(&self) -> &Arc<Connection> {
        match self {
            Wire::Messages(way) => &way.connection,
            Wire::Actions(way) => &way.connection,
        }
    }

    pub fn prepare(
        &mut self,
        sql: &str,
        placeholders: &Placeholders,
        lookup: &mut TableLookup,
    ) -> Result<Prepared> {
        match self {
            Wire::Messages(way) => way.prepare(sql, placeholders),
            Wire::Actions(way) => way.prepare(sql, placeholders, lookup),
        }
    }

    /// Does what a bind takes but for its last request, which is left to the caller. `None` when
    /// there is nothing to send yet.
    pub fn bind(
        &mut self,
        prepared: &Prepared,
        lookup: &mut TableLookup,
        column: i32,
        tables: &[Table<'_>],
    ) -> Result<Option<(u64, Request)>> {
        match self {
            Wire::Messages(way) => way.bind(column, tables).map(Some),
            Wire::Actions(way) => way.bind(prepared, lookup, column, tables),
        }
    }

    pub fn execution(&self) -> Result<(u64, Request)> {
        match self {
            Wire::Messages(way) => Ok(way.on_statement("stmt2_exec")),
            Wire::Actions(way) => way.execution(),
        }
    }

    /// The result of a query, with its id, and whether its blocks come by the binary action.
    pub fn result(&self) -> Result<(Box<JsonReply>, bool)> {
        match self {
            Wire::Messages(way) => way.result().map(|reply| (reply, true)),
            Wire::Actions(way) => way.result(),
        }
    }
}

/// That the server's fields are no more than the text's `?`: so many values of the caller's arrays
/// are read.
pub(in crate::client) fn check_count(
    parameters: &[Parameter],
    placeholders: &Placeholders,
) -> Result<()> {
    if parameters.len() <= placeholders.all {
        return Ok(());
    }
    Err(Error::with(
        codes::INVALID_MESSAGE,
        format_args!(
            "the server names {} parameters of a statement with {} ?",
            parameters.len(),
            placeholders.all
        ),
    ))
}

/// Is it that the server did not answer, or not to the point?
pub(in crate::client) fn is_no_answer(e: &Error) -> bool {
    let codes = [
        codes::TIMEOUT,
        codes::CONNECTION_BROKEN,
        codes::DISCONNECTED,
        codes::QUERY_KILLED,
        codes::INVALID_MESSAGE,
    ];
    codes.contains(&e.code)
}

pub(in crate::client) fn too_large() -> Error {
    Error::with(
        codes::STMT_BIND_NUMBER,
        "more than 2 GiB in one bind; bind fewer rows or tables at once",
    )
}
