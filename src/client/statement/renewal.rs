//! A statement whose connection was lost. The first call that needs the server prepares it anew on the
//! session's next one.
//!
//! What was lost with the connection is reported once, by the call that finds out: rows that were bound and not
//! executed, an execution without an answer, a result that was not taken. None of these is repeated.

use super::prepared::Prepared;
use super::table_lookup::TableLookup;
use super::Statement;
use crate::client::connection_lost::{is_no_answer, with_words, EXECUTION, QUERY, ROWS, VALUES};
use crate::error::{codes, Error, Result};

/// Why a call failed without a failure of the statement, which can be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// What was bound was lost with the connection, and was not executed.
    Rows,
    /// An execution had no answer.
    Execution,
    /// The question for a result had no answer.
    Result,
    /// The statement could not be prepared anew. What it holds on this side may be kept.
    Renewal,
}

impl Statement {
    /// Why the last call failed, if the statement itself has not.
    pub fn setback(&self) -> Option<Setback> {
        self.setback
    }

    pub fn take_setback(&mut self) -> Option<Setback> {
        self.setback.take()
    }

    /// Did a call fail because its connection was lost?
    pub(super) fn was_lost(&self, e: &Error) -> bool {
        is_no_answer(e) && e.code != codes::QUERY_KILLED && !self.connection().is_alive()
    }

    /// The error that says that rows were lost with the connection.
    pub(super) fn check_rows(&mut self) -> Result<()> {
        self.settle();
        self.connection().check_process()?;
        if self.held && self.failed.is_none() && !self.connection().is_alive() {
            return Err(self.lost_rows(self.connection().why_ended()));
        }
        Ok(())
    }

    pub(super) fn lost_rows(&mut self, why: Error) -> Error {
        (self.bound, self.held, self.waiting) = (false, false, None);
        self.setback = Some(Setback::Rows);
        Error {
            code: codes::CONNECTION_BROKEN,
            ..with_words(why, self.words_for_rows())
        }
    }

    fn is_query(&self) -> bool {
        self.prepared.as_ref().is_some_and(|p| !p.is_insert)
    }

    /// The words for the loss of what was bound.
    pub(super) fn words_for_rows(&self) -> &'static str {
        match self.is_query() {
            true => VALUES,
            false => ROWS,
        }
    }

    /// The words for an execution without an answer.
    pub(super) fn words_for_execution(&self) -> &'static str {
        match self.is_query() {
            true => QUERY,
            false => EXECUTION,
        }
    }

    /// Must it be prepared anew before it can be used? This does not wait, but looks at the socket.
    pub fn is_to_be_renewed(&mut self) -> Result<bool> {
        self.settle();
        self.connection().look_alive();
        self.check_rows()?;
        Ok(self.prepared.is_some() && self.failed.is_none() && !self.is_ready())
    }

    fn is_ready(&self) -> bool {
        self.is_on_server && self.connection().is_alive()
    }

    /// As [`renew_if_lost`](Self::renew_if_lost), after a look at the socket.
    pub fn renew(&mut self) -> Result<()> {
        if self.is_to_be_renewed()? {
            self.renew_if_lost()?;
        }
        Ok(())
    }

    /// Prepares it anew if its connection was lost. A failure to do so is not the statement's, and the next
    /// call tries again. If the `?` do not stand for what they stood for, the statement has failed, because the
    /// program binds by what it knows.
    pub(super) fn renew_if_lost(&mut self) -> Result<()> {
        self.check_rows()?;
        if self.is_ready() || self.failed.is_some() {
            return Ok(());
        }
        let Some(before) = self.prepared.take() else {
            return Ok(());
        };
        let renewed = self.prepare_on_server();
        match renewed.and_then(|now| now.has_fields_if(&before).map(|()| now)) {
            Ok(now) => {
                tracing::info!("a prepared statement was prepared anew");
                let same = now.check_same(&before);
                self.prepared = Some(now);
                self.keep(same)
            }
            Err(e) => {
                self.prepared = Some(before);
                self.is_on_server = false;
                self.setback = Some(Setback::Renewal);
                Err(e)
            }
        }
    }

    /// Prepares the text on the server, on the session's connection, or on a new one if that is lost.
    pub(super) fn prepare_on_server(&mut self) -> Result<Prepared> {
        self.is_on_server = false;
        let outcome = self.try_to_prepare();
        match outcome {
            // Preparing twice is the same as once.
            Err(e) if self.was_lost(&e) && e.code == codes::CONNECTION_BROKEN => {
                self.try_to_prepare()
            }
            outcome => outcome,
        }
    }

    fn try_to_prepare(&mut self) -> Result<Prepared> {
        self.session
            .move_statement(&mut self.on_server, self.options)?;
        let connection = self.connection().clone();
        let lookup = TableLookup::new(connection, &self.sql, self.placeholders.tags > 0);
        let lookup = self.lookup.insert(lookup);
        let wire = &mut self.on_server.wire;
        let prepared = wire.prepare(&self.sql, &self.placeholders, lookup)?;
        self.is_on_server = true;
        Ok(prepared)
    }
}
