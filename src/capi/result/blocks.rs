//! Going from one block of a result to the next: by a call that waits, or by an asynchronous fetch.

use super::{Current, QueryResult, Source};
use crate::client::ResultSet;
use crate::error::Error;
use crate::protocol::block::Block;
use crate::transport::{Callback, Reply};

impl QueryResult {
    /// Moves to the next block, and waits for it. Returns the number of its rows, 0 at the end.
    pub fn next_block(&mut self) -> Result<usize, Error> {
        if std::mem::take(&mut self.counted) {
            return Ok(self.block_rows());
        }
        self.leave_block();
        let next = match &mut self.source {
            Source::Nothing => return Ok(0),
            Source::Statement(set) => set.next_block(),
            Source::Message(message) => Ok(message.next_block(&mut self.columns)),
        };
        self.enter_block(next)
    }

    /// Starts an asynchronous fetch of the next block. `done` gets the reply, which is for `finish_fetch`. False when there
    /// is nothing to wait for: then `next_block` fetches.
    pub fn begin_fetch(&mut self, done: Callback) -> Result<bool, Error> {
        if self.code != 0 {
            return Err(self.error());
        }
        self.block_wise = true;
        if self.counted {
            return Ok(false);
        }
        let started = match self.set_mut() {
            Some(set) => set.begin_fetch(done),
            None => Ok(false),
        };
        // If another fetch is under way, that is an error of the call, not of the result.
        if let Some(e) = started.as_ref().err().filter(|e| e.is_outage()) {
            self.fail(e);
        }
        started
    }

    /// Takes the reply to an asynchronous fetch: the number of rows, 0 at the end.
    pub fn finish_fetch(&mut self, reply: Result<Reply, Error>, raw: bool) -> Result<usize, Error> {
        self.leave_block();
        let Some(set) = self.set_mut() else {
            return Ok(0);
        };
        // This thread may wait.
        let next = set.finish_fetch(reply);
        let rows = self.enter_block(next)?;
        self.convert_now(raw)?;
        self.ask_ahead();
        Ok(rows)
    }

    /// After `taos_stop_query` no row is handed out any more, not even of the current block.
    pub(super) fn leave_stopped(&mut self) {
        if self.set().is_some_and(ResultSet::is_stopped) {
            self.leave_block();
        }
    }

    /// As [`next_block`](Self::next_block), for a thread that will call the program back.
    pub fn next_block_for_callback(&mut self, raw: bool) -> Result<usize, Error> {
        let rows = self.next_block()?;
        self.convert_now(raw)?;
        Ok(rows)
    }

    /// Converts the rows before the callback is called, so that it gets an error of the conversion instead of rows. A block
    /// in raw form is not converted.
    fn convert_now(&mut self, raw: bool) -> Result<(), Error> {
        let fails = self.set().is_some_and(|set| set.charset().is_some());
        if fails && !raw {
            self.make_views()?;
        }
        Ok(())
    }

    fn leave_block(&mut self) {
        self.counted = false;
        self.current = None;
        self.row = 0;
        self.on_row = false;
    }

    fn enter_block(&mut self, next: Result<Option<Block>, Error>) -> Result<usize, Error> {
        match next {
            Ok(None) => Ok(0),
            Ok(Some(block)) => {
                let rows = block.rows();
                self.current = Some(Current {
                    block,
                    views: Vec::new(),
                    lengths_stand: false,
                });
                Ok(rows)
            }
            Err(e) => {
                self.fail(&e);
                Err(e)
            }
        }
    }

    pub(super) fn ask_ahead(&mut self) {
        if let Some(set) = self.set_mut() {
            set.ask_ahead();
        }
    }
}
