//! Executing a prepared statement, and its result.

use super::wire::Wire;
use super::{InFlight, Setback, Statement};
use crate::client::connection_lost::{unanswered, RESULT};
use crate::client::result::ResultSet;
use crate::error::{codes, Error, Result};
use crate::protocol::request::Request;

impl Statement {
    /// Executes with what was bound: the number of rows written.
    pub fn execute(&mut self) -> Result<i64> {
        let (req_id, request) = self.execution_request()?;
        match self.connection().call_json(req_id, request) {
            Ok(reply) => {
                self.note_execution(true);
                Ok(reply.affected)
            }
            Err(e) => Err(self.without_answer(e, self.words_for_execution(), Setback::Execution)),
        }
    }

    /// As [`execute`](Self::execute), without waiting. Unless this fails, `done` is called once, on a thread
    /// that must not wait.
    pub fn begin_execution(
        &mut self,
        done: impl FnOnce(Result<i64>) + Send + 'static,
    ) -> Result<()> {
        let request = self.execution_request()?;
        let flight = self.submit(request, self.words_for_execution(), done)?;
        self.in_flight = Some(InFlight::Execution(flight));
        Ok(())
    }

    fn without_answer(&mut self, e: Error, words: &str, setback: Setback) -> Error {
        if self.was_lost(&e) {
            self.setback = Some(setback);
        }
        unanswered(e, words)
    }

    /// Executing without a new bind is refused here, as it ends some servers.
    fn execution_request(&mut self) -> Result<(u64, Request)> {
        self.prepared()?;
        // So what is known to be lost is not executed.
        self.connection().look_alive();
        self.check_rows()?;
        if !std::mem::take(&mut self.bound) {
            return Err(Error::new(codes::STMT_API_ERROR));
        }
        self.held = false;
        match (&self.on_server.wire, self.waiting.take()) {
            (Wire::Messages(wire), Some(bind)) => Ok(wire.bind_and_execute(bind)),
            (wire, _) => wire.execution(),
        }
    }

    /// The result of an insert that was executed asynchronously.
    pub fn written(&self, rows: i64) -> ResultSet {
        ResultSet::written(self.connection().clone(), rows)
    }

    /// The result of the query executed last; once for each execution.
    pub fn result(&mut self) -> Result<ResultSet> {
        self.prepared()?;
        if !std::mem::take(&mut self.executed) {
            return Err(Error::new(codes::STMT_API_ERROR));
        }
        let (reply, binary) = match self.on_server.wire.result() {
            Ok(result) => result,
            Err(e) => return Err(self.without_answer(e, RESULT, Setback::Result)),
        };
        let is_independent = self.on_server.own_results;
        let connection = self.connection().clone();
        let set = ResultSet::of_statement(connection, binary, &reply, is_independent)?;
        Ok(set.in_charset(self.on_server.charset.clone()))
    }
}
