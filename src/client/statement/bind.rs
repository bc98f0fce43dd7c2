//! Binding values to a prepared statement.

use super::bind_exec::may_wait;
use super::prepared::MAX_ROWS;
use super::rows::{with_tables, Rows};
use super::wire::Wire;
use super::{InFlight, Statement};
use crate::error::{codes, Error, Result};
use crate::protocol::bind::{Table, Unsent};
use crate::protocol::request::Request;
use std::borrow::Cow;

impl Statement {
    /// Binds values; `column` -1, or the index of the only column bound. All tables have the same
    /// number of tags (or none) and of columns.
    pub fn bind(&mut self, column: i32, tables: &[Table<'_>]) -> Result<()> {
        self.renew_if_lost()?;
        self.check_bind(column, tables)?;
        if self.has_to_wait(column, tables) {
            return Ok(());
        }
        self.send_waiting()?;
        let mut outcome = self.bind_on_server(column, tables);
        match &outcome {
            // Nothing is left of what was bound, so this is not a repetition.
            Err(e) if self.was_lost(e) && !self.held => {
                self.renew_if_lost()?;
                outcome = self.bind_on_server(column, tables);
            }
            _ => {}
        }
        match outcome {
            Err(e) if self.was_lost(&e) => Err(self.lost_rows(e)),
            Ok(()) => {
                self.note_bind(has_rows(tables));
                Ok(())
            }
            outcome => self.keep(outcome),
        }
    }

    /// Keeps a bind for its execution, if the server takes both in one message.
    fn has_to_wait(&mut self, column: i32, tables: &[Table<'_>]) -> bool {
        let Wire::Messages(wire) = &self.on_server.wire else {
            return false;
        };
        let prepared = self.prepared.as_ref();
        let may = |p| may_wait(p, column, tables, self.on_server.charset.is_none());
        if self.held || !prepared.is_some_and(may) || !self.on_server.bind_exec.is_there(wire) {
            return false;
        }
        self.waiting = tables.first().and_then(|t| Unsent::new(t.columns));
        let waits = self.waiting.is_some();
        if waits {
            self.executed = false;
            self.note_bind(true);
        }
        waits
    }

    /// Another bind follows the one that waits, so both are sent separately.
    fn send_waiting(&mut self) -> Result<()> {
        match (&self.on_server.wire, self.waiting.take()) {
            (Wire::Messages(wire), Some(bind)) => match wire.bind_alone(bind) {
                Err(e) if self.was_lost(&e) => Err(self.lost_rows(e)),
                outcome => self.keep(outcome),
            },
            _ => Ok(()),
        }
    }

    fn bind_on_server(&mut self, column: i32, tables: &[Table<'_>]) -> Result<()> {
        match self.bind_request(column, tables)? {
            Some((req_id, request)) => self.connection().call_json(req_id, request).map(drop),
            None => Ok(()),
        }
    }

    /// Binds the copy of a bind that was kept until a thread was there that may wait.
    pub fn bind_copy(&mut self, column: i32, copy: &[Vec<Rows>]) -> Result<()> {
        copy.iter()
            .try_for_each(|run| with_tables(run, |tables| self.bind(column, tables)))
    }

    /// As [`bind`](Self::bind), without waiting. The values are copied. Unless this fails, `done` is called
    /// once, also if the connection is lost, on a thread that must not wait.
    pub fn begin_bind(
        &mut self,
        column: i32,
        tables: &[Table<'_>],
        done: impl FnOnce(Result<i64>) + Send + 'static,
    ) -> Result<()> {
        self.check_rows()?;
        self.check_bind(column, tables)?;
        self.send_waiting()?;
        let begun = match self.bind_request(column, tables) {
            Ok(None) => {
                self.note_bind(has_rows(tables));
                done(Ok(0));
                return Ok(());
            }
            Ok(Some(request)) => self.submit(request, self.words_for_rows(), done),
            Err(e) => Err(e),
        };
        match begun {
            Err(e) if self.was_lost(&e) => Err(self.lost_rows(e)),
            begun => {
                let flight = self.keep(begun)?;
                self.in_flight = Some(InFlight::Bind(flight, has_rows(tables)));
                Ok(())
            }
        }
    }

    /// Can this be bound at all? If not, the statement stays as it was.
    fn check_bind(&mut self, column: i32, tables: &[Table<'_>]) -> Result<()> {
        let prepared = self.prepared_for(column)?;
        let most = if prepared.is_insert { MAX_ROWS } else { 1 };
        let columns = || tables.iter().flat_map(|t| t.columns);
        if !columns().all(|c| (1..=most).contains(&c.rows)) {
            return Err(Error::new(codes::STMT_BIND_NUMBER));
        }
        // A query with fewer values than it has `?` ends some servers.
        if !prepared.is_insert && columns().count() != prepared.columns {
            return Err(Error::invalid_parameter(format_args!(
                "{} values, and the query has {} ?",
                columns().count(),
                prepared.columns
            )));
        }
        if prepared.parameters.is_err() {
            let name = tables.last().map(|t| String::from_utf8_lossy(t.name));
            self.named = name.filter(|n| !n.is_empty()).map(Cow::into_owned);
        }
        Ok(())
    }

    /// The request that completes a bind, if there is one. All requests before it have been answered.
    fn bind_request(
        &mut self,
        column: i32,
        tables: &[Table<'_>],
    ) -> Result<Option<(u64, Request)>> {
        self.executed = false;
        let wire = &mut self.on_server.wire;
        match (&self.prepared, &mut self.lookup) {
            (Some(prepared), Some(lookup)) => wire.bind(prepared, lookup, column, tables),
            _ => Err(Error::new(codes::STMT_API_ERROR)),
        }
    }
}

/// Is there something to execute? Names and tags alone do not count.
fn has_rows(tables: &[Table<'_>]) -> bool {
    tables.iter().any(|table| !table.columns.is_empty())
}
