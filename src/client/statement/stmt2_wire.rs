//! Statements by version 2's messages, on servers from 3.3.3.0.

use super::placeholders::Placeholders;
use super::prepared::{check_count, too_large, Prepared, COLUMN, TABLE_NAME, TAG};
use crate::client::connection_lost::is_no_answer;
use crate::error::Result;
use crate::protocol::bind::{self, Table, Unsent};
use crate::protocol::reply::JsonReply;
use crate::protocol::request::{self, Request};
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

pub(in crate::client) struct Stmt2Wire {
    pub connection: Arc<Connection>,
    id: u64,
}

impl Stmt2Wire {
    pub fn new(connection: Arc<Connection>, options: StatementOptions) -> Result<Stmt2Wire> {
        let req_id = connection.request_id(options.req_id);
        let request = request::stmt2_init(
            req_id,
            options.single_stb_insert,
            options.single_table_bind_once,
        );
        let id = connection.call_json(req_id, request)?.stmt_id;
        Ok(Stmt2Wire { connection, id })
    }

    pub fn on_statement(&self, action: &str) -> (u64, Request) {
        let req_id = self.connection.request_id(0);
        (req_id, request::on_statement(action, req_id, self.id))
    }

    pub fn prepare(&self, sql: &str, placeholders: &Placeholders) -> Result<Prepared> {
        let call = |get_fields| {
            self.connection
                .ask_json(|req_id| request::stmt2_prepare(req_id, self.id, sql, get_fields))
        };
        let (reply, parameters) = match call(true) {
            Ok(mut reply) => {
                let parameters = std::mem::take(&mut reply.fields);
                check_count(&parameters, placeholders)?;
                (reply, Ok(parameters))
            }
            // This is no refusal, and asking again would only take as long again.
            Err(why) if is_no_answer(&why) => return Err(why),
            // Natively, preparing an insert asks the server nothing, so the bind may make the table known. What
            // is wrong with the statement itself is reported again.
            Err(why) => (call(false)?, Err(why)),
        };
        if !reply.is_insert {
            // Servers differ in what they say of a query's parameters, so the text decides.
            return Ok(Prepared::query(placeholders));
        }
        let of_kind = |kind: u8| {
            parameters
                .as_ref()
                .ok()
                .map(|list| list.iter().filter(|p| p.bind_type == kind).count())
        };
        Ok(Prepared {
            is_insert: true,
            names_table: of_kind(TABLE_NAME).map_or(placeholders.name_table(), |n| n > 0),
            tags: of_kind(TAG).unwrap_or(placeholders.tags),
            columns: of_kind(COLUMN).unwrap_or(placeholders.columns),
            count: parameters.as_ref().map_or(placeholders.all, Vec::len),
            parameters,
        })
    }

    pub fn bind(&self, column: i32, tables: &[Table<'_>]) -> Result<(u64, Request)> {
        let req_id = self.connection.request_id(0);
        let request = bind::request(req_id, self.id, column, tables).ok_or_else(too_large)?;
        Ok((req_id, request))
    }

    /// Sends a bind that has waited together with its execution.
    pub fn bind_and_execute(&self, bind: Unsent) -> (u64, Request) {
        let req_id = self.connection.request_id(0);
        (req_id, bind.with_execution(req_id, self.id))
    }

    /// Sends a bind that has waited on its own.
    pub fn bind_alone(&self, bind: Unsent) -> Result<()> {
        let req_id = self.connection.request_id(0);
        let request = bind.alone(req_id, self.id);
        self.connection.call_json(req_id, request).map(drop)
    }

    /// Asks whether the server binds and executes in one exchange. The message does nothing else.
    pub fn ask_for_bind_exec(&self) -> Result<Box<JsonReply>> {
        let empty = |req_id| request::stmt2_bind_exec_head(req_id, self.id, 0);
        self.connection
            .ask_json(|req_id| Request::Binary(empty(req_id)))
    }

    pub fn result(&self) -> Result<Box<JsonReply>> {
        let (req_id, request) = self.on_statement("stmt2_result");
        self.connection.call_json(req_id, request)
    }
}

impl Drop for Stmt2Wire {
    fn drop(&mut self) {
        // This is answered, but the answer is not needed. If the connection is gone, the statement is closed.
        let (req_id, request) = self.on_statement("stmt2_close");
        if let Ok(ticket) = self.connection.send(req_id, request) {
            self.connection.abandon(ticket);
        }
    }
}
