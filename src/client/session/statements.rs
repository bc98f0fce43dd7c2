//! Making prepared statements, on the connection that the session has.

use super::{Live, Session};
use crate::client::retry::retry;
use crate::client::statement::stmt1::Stmt1;
use crate::client::statement::stmt2_wire::{StatementOptions, Stmt2Wire};
use crate::client::statement::wire::{OnServer, Wire};
use crate::client::statement::Statement;
use crate::error::{codes, Error, Result};
use crate::protocol::version::Capability;
use std::sync::Arc;

impl Session {
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

    pub(super) fn statement_on(
        &self,
        live: &Arc<Live>,
        options: StatementOptions,
    ) -> Result<OnServer> {
        let connection = live.connection.clone();
        let wire = if live.version.has(Capability::Statements) {
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
            wire,
            of_session: live.connection.clone(),
            charset: live.charset.clone(),
            text_decimals: live.version.has(Capability::TextDecimals),
            bind_exec: live.bind_exec.clone(),
            own_results: live.version.has(Capability::OwnResults),
        })
    }

    /// Moves a statement that is about to be prepared to the session's connection: a new one on the server
    /// takes its place, unless it is there already. Once the session is closed, the statement stays where it
    /// is.
    pub(in crate::client) fn move_statement(
        &self,
        statement: &mut OnServer,
        options: StatementOptions,
    ) -> Result<()> {
        let is_alive = statement.wire.connection().look_alive();
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
}
