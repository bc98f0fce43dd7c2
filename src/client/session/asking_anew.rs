//! Asking again for a result whose connection was lost before a row of it was fetched. This is done only for a statement
//! that only reads, and only if it still means what it meant.

use super::sql_text::may_be_repeated;
use super::{closed, Live, Session};
use crate::cancellation::errand;
use crate::client::result::ResultSet;
use crate::error::{codes, Error, Result};
use std::sync::{Arc, Weak};

/// A statement that only reads, and the state of the session on which its meaning depends.
pub(in crate::client) struct Question {
    session: Weak<Session>,
    sql: Box<[u8]>,
    req_id: u64,
    /// See [`Live::standing`].
    standing: Option<u64>,
    kills: u32,
}

impl Live {
    /// A number that changes when the same statement may come to mean something else: in another database, time zone or
    /// character set. `None` while it is not known which database is selected.
    fn standing(&self) -> Option<u64> {
        (self.undecided_uses == 0).then_some(self.changes)
    }
}

impl Session {
    /// To be made before the statement is sent.
    pub(super) fn question(&self, live: &Live, sql: &[u8], req_id: u64) -> Option<Question> {
        may_be_repeated(sql).then(|| Question {
            session: self.me.clone(),
            sql: sql.into(),
            req_id,
            standing: live.standing(),
            kills: self.kills(),
        })
    }

    fn ask_again(&self, question: &Question) -> Result<ResultSet> {
        self.check_standing(question)?;
        let live = self.live()?;
        // The number also changes when the database is gone.
        self.check_standing(question)?;
        tracing::info!("asked again for a result that was lost with its connection");
        let set = self.query_once_on(&live, &question.sql, question.req_id, None)?;
        // A `use` that another thread has begun meanwhile may have been executed first.
        self.check_standing(question)?;
        Ok(set)
    }

    fn check_standing(&self, question: &Question) -> Result<()> {
        match self.live.lock().standing() == question.standing {
            true => Ok(()),
            false => Err(Error::with(
                codes::FAILED,
                "the connection's database or an option has been set since",
            )),
        }
    }
}

impl Question {
    pub fn sql(&self) -> &[u8] {
        &self.sql
    }

    /// Was it known what the statement meant?
    pub fn is_certain(&self) -> bool {
        self.standing.is_some()
    }

    /// Asks once more, on a new connection of the session. Ends with some error when the result is not wanted any more.
    pub fn ask_again(&self, is_wanted: &(dyn Fn() -> bool + Sync)) -> Result<ResultSet> {
        let session = self.session().ok_or_else(closed)?;
        let is_wanted = || is_wanted() && !session.is_closed() && session.kills() == self.kills;
        let outcome = errand::as_long_as(&is_wanted, || session.ask_again(self));
        session.check_open()?;
        outcome
    }

    /// Was everything in progress on the connection cancelled since?
    pub fn was_killed(&self) -> bool {
        self.session()
            .is_some_and(|session| session.kills() != self.kills)
    }

    /// Unless its handle is closed.
    fn session(&self) -> Option<Arc<Session>> {
        self.session
            .upgrade()
            .filter(|session| !session.is_closed())
    }
}
