//! Getting a session ready for the next call: a new connection if the last was lost, a new login if the program
//! wants what is chosen at a login, and the options that the server was not told yet.

use super::login::log_in_by;
use super::options::{is_for_show, ConnectionOptions, TIMEZONE};
use super::{Live, Session, SETTING};
use crate::cancellation::{self, errand};
use crate::client::retry::retry;
use crate::client::statement::bind_exec::BindExec;
use crate::config::{global, Target};
use crate::error::{codes, Error, Result};
use crate::protocol::reply::JsonReply;
use crate::protocol::request;
use crate::protocol::version::Capability;
use crate::stack;
use crate::sync::lock_or_end;
use crate::transport::{endpoints, expect_json, Connection, Ticket};
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Instant;

#[derive(Default)]
pub(super) struct Turn {
    /// Why the last attempt failed, and when.
    failed: Option<(Instant, Error)>,
    /// Options that the server was told along with a statement.
    unanswered: Option<(Arc<Connection>, Ticket)>,
}

impl Session {
    /// The connection in use, ready for a statement; a new one if the old one has ended.
    pub(super) fn live(&self) -> Result<Arc<Live>> {
        self.live_for(false)
    }

    /// As [`live`](Self::live), for a statement that selects a database or not.
    pub(super) fn live_for(&self, selects_db: bool) -> Result<Arc<Live>> {
        match self.ready(selects_db)? {
            Some(live) => Ok(live),
            None => self.make_ready(selects_db),
        }
    }

    /// The connection in use, if it is there and the server has been told everything.
    pub(super) fn ready(&self, selects_db: bool) -> Result<Option<Arc<Live>>> {
        self.check_process()?;
        let live = self.live.lock().clone();
        let followed = self.timezone_change.load(Ordering::Relaxed);
        let is_ready = live.connection.look_alive()
            && !live.has_to_move(selects_db)
            && live.options == live.told
            && followed == global::timezone_changes();
        Ok(is_ready.then_some(live))
    }

    /// Connects anew if needed, and tells the server what the program has set.
    pub(super) fn make_ready(&self, selects_db: bool) -> Result<Arc<Live>> {
        let kills = self.kills();
        let is_wanted = || self.kills() == kills;
        let outcome = errand::as_long_as(&is_wanted, || self.make_ready_or_end(selects_db));
        match is_wanted() {
            true => outcome,
            false => Err(Error::new(codes::QUERY_KILLED)),
        }
    }

    fn make_ready_or_end(&self, selects_db: bool) -> Result<Arc<Live>> {
        let began = Instant::now();
        let Some(mut turn) = lock_or_end(&self.turn) else {
            return Err(cancellation::error());
        };
        if let Some(live) = self.ready(selects_db)? {
            return Ok(live);
        }
        match &turn.failed {
            // While this thread waited for its turn, another one has tried.
            Some((when, why)) if *when > began => return Err(why.clone()),
            _ => {}
        }
        let outcome = self.make_ready_in_turn(&mut turn, selects_db);
        let error = outcome.as_ref().err();
        // That this thread has to end is nothing to the others.
        let error = error.filter(|_| !cancellation::is_due());
        turn.failed = error.map(|e| (Instant::now(), e.clone()));
        outcome
    }

    pub(super) fn make_ready_in_turn(
        &self,
        turn: &mut Turn,
        selects_db: bool,
    ) -> Result<Arc<Live>> {
        let mut live = self.live.lock().clone();
        if live.connection.is_alive() && !live.has_to_move(selects_db) {
            match self.tell_options(turn, &live) {
                // Nothing was sent yet, so a new connection will do.
                Err(e) if e.code == codes::CONNECTION_BROKEN => {}
                outcome => return outcome,
            }
            live = self.live.lock().clone();
        }
        let live = stack::with_room_to_connect(|| self.reconnect(&live))?;
        self.tell_options(turn, &live)
    }

    /// Replaces the connection by one with the database selected and the options set as the program wants.
    pub(super) fn reconnect(&self, old: &Arc<Live>) -> Result<Arc<Live>> {
        let is_open = || !self.is_closed();
        let outcome = errand::as_long_as(&is_open, || self.connect_anew(old));
        self.check_open()?;
        outcome
    }

    fn connect_anew(&self, old: &Arc<Live>) -> Result<Arc<Live>> {
        self.check_open()?;
        let change = global::timezone_changes();
        let mut target = Target::clone(&self.target);
        if !target.timezone_is_own {
            target.timezone = current_timezone();
        }
        let is_lost = !old.connection.is_alive();
        let by = is_lost.then(|| Instant::now() + target.read_timeout);
        let mut db = old.db.clone();
        let log_in_to = |db: &Option<String>| {
            log_in_by(by, &target, db.as_deref().unwrap_or_default(), old.bi_mode)
        };
        let mut connect = || match log_in_to(&db) {
            // The database was dropped meanwhile. That must not lock the session out.
            Err(e) if e.code == codes::DATABASE_NOT_EXIST && db.is_some() => {
                tracing::warn!("the database selected is gone; none is selected now");
                db = None;
                log_in_to(&db)
            }
            outcome => outcome,
        };
        let (connection, version) = if is_lost {
            endpoints::failed(old.connection.endpoint());
            retry(&target, || self.is_closed(), &mut connect)?
        } else {
            connect()?
        };
        self.check_open()?;
        self.timezone_change.store(change, Ordering::Relaxed);
        let mut live = self.live.lock();
        // What the program has set meanwhile counts.
        let mut now = Live {
            connection,
            logged_in: Instant::now(),
            version,
            bind_exec: Arc::new(BindExec::of(version)),
            selects: db.is_some(),
            leaves_db: db.is_some() && live.db.is_none(),
            undecided_uses: 0,
            told: ConnectionOptions::default(),
            logged_in_bi_mode: old.bi_mode,
            ..Live::clone(&live)
        };
        let db = live.db.as_ref().and(db);
        now.change(|now| &mut now.db, db);
        now.change(|now| &mut now.timezone, target.timezone);
        *live = Arc::new(now);
        Ok(live.clone())
    }

    /// Tells the server the options that it does not know yet. The server handles requests in any order. So an
    /// option by which a statement is read must be answered before a statement is sent; an option that is only
    /// shown goes along with it.
    pub(super) fn tell_options(&self, turn: &mut Turn, live: &Arc<Live>) -> Result<Arc<Live>> {
        let change = global::timezone_changes();
        let new = live.options.since(&live.told);
        let (shown, mut new): (Vec<_>, Vec<_>) = new.into_iter().partition(is_for_show);
        let follows = self.timezone_change.load(Ordering::Relaxed) != change;
        let own = self.target.timezone_is_own || live.options.say_timezone();
        // `taos_options(TIMEZONE)` reaches open connections too, unless they have their own zone.
        if follows && !own && live.version.has(Capability::ConnectionOptions) {
            let zone = current_timezone();
            Arc::make_mut(&mut self.live.lock()).change(|live| &mut live.timezone, zone.clone());
            new.push((TIMEZONE, zone));
        }
        let connection = &live.connection;
        if !new.is_empty() || !shown.is_empty() {
            live.require(Capability::ConnectionOptions, SETTING)?;
            // Earlier options must not take effect after these.
            match turn.unanswered.take() {
                Some((told, ticket)) if Arc::ptr_eq(&told, connection) => {
                    note_shown(connection.wait(ticket).and_then(expect_json))?
                }
                _ => {}
            }
        }
        if !new.is_empty() {
            self.note_told(connection, |told| told.doubt(&new));
            connection.ask_json(|req_id| request::connection_options(req_id, &new))?;
        }
        if !shown.is_empty() {
            let req_id = connection.request_id(0);
            let request = request::connection_options(req_id, &shown);
            turn.unanswered = Some((connection.clone(), connection.send(req_id, request)?));
        }
        self.timezone_change.store(change, Ordering::Relaxed);
        if live.told != live.options {
            self.note_told(connection, |told| *told = live.options.clone());
        }
        Ok(self.live.lock().clone())
    }

    /// Remembers what the server of this connection knows.
    pub(super) fn note_told(
        &self,
        connection: &Arc<Connection>,
        note: impl FnOnce(&mut ConnectionOptions),
    ) {
        let mut live = self.live.lock();
        if Arc::ptr_eq(&live.connection, connection) {
            note(&mut Arc::make_mut(&mut live).told);
        }
    }
}

/// If the server refuses an option that is only shown, statements still go on.
fn note_shown(outcome: Result<Box<JsonReply>>) -> Result<()> {
    match outcome {
        Err(e) if e.is_outage() => Err(e),
        Err(e) => {
            tracing::warn!(error = %e, "the server refuses an option that it only shows");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

fn current_timezone() -> Option<String> {
    global::of_the_process().target.timezone.clone()
}
