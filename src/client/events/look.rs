//! The thread that looks for events of one user of one server.

use super::{Event, Watch, WATCHES};
use crate::client::session::white_list::{Ask, WhiteList};
use crate::client::Session;
use crate::config::Target;
use crate::error::{codes, Result};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

/// How often it looks: the interval of the native client's heartbeat.
const LOOK: Duration = Duration::from_millis(1500);
/// A server that does not answer is asked less often. The interval doubles up to this many times.
const MOST_DOUBLINGS: u32 = 3;
/// How soon the end of the thread's own connection is noticed.
const GLANCE: Duration = Duration::from_millis(200);
const NOTHING_TO_DO: Duration = Duration::from_secs(3600);

/// What a thread has to look for.
struct Task {
    target: Target,
    /// The passwords that may be tried.
    passwords: Vec<String>,
    /// The passwords whose refusal a listener waits for.
    to_be_tried: Vec<String>,
    lists: bool,
    users: bool,
    /// The program's own sessions, for when no password is valid any more.
    sessions: Vec<Weak<Session>>,
}

/// The thread of a watch.
pub struct Looker {
    id: u64,
    session: Option<Arc<Session>>,
    list: Option<WhiteList>,
    next: Instant,
    failures: u32,
}

impl Looker {
    pub fn new(id: u64) -> Looker {
        Looker {
            id,
            session: None,
            list: None,
            next: Instant::now() + LOOK,
            failures: 0,
        }
    }

    pub fn run(mut self) {
        while let Some(task) = self.task() {
            let lost = self.session.take_if(|s| !s.is_there()).is_some();
            let now = Instant::now();
            if lost || now >= self.next {
                self.next = now + LOOK;
                match self.look(&task) {
                    Ok(()) => self.failures = 0,
                    Err(error) => {
                        tracing::debug!(%error, "events were not looked for");
                        self.next = now + LOOK * (1 << self.failures);
                        self.failures = MOST_DOUBLINGS.min(self.failures + 1);
                    }
                }
            } else if task.passwords.is_empty() && task.users {
                // A login could no longer find this out, and the session will not last long.
                let gone = self.ask(&task, |s| s.has_user(Ask::AsItStands));
                if let Some(Ok(false)) = gone {
                    self.change(Watch::note_dropped);
                }
            }
            // What was found may have changed the task.
            let Some(task) = self.task() else {
                break;
            };
            let pause = self.pause(&task);
            if pause == NOTHING_TO_DO {
                self.session = None;
            }
            std::thread::park_timeout(pause);
        }
    }

    /// `None` if no listener is left. Listeners that wait for what is known already are notified.
    fn task(&self) -> Option<Task> {
        self.change(|watch| {
            let open = || watch.registered.iter().filter(|r| !r.over);
            let waits = |event| open().any(|r| r.waits_for(event));
            let good = watch.passwords.iter().filter(|p| p.refused.is_none());
            let good: Vec<_> = good.map(|p| p.text.clone()).collect();
            let is_awaited = |password: &&String| {
                let mut all = open().filter(|r| r.waits_for(Event::PasswordChanged));
                all.any(|r| r.password == **password)
            };
            let is_there = watch.dropped.is_none();
            Task {
                target: watch.target.clone(),
                to_be_tried: good.iter().filter(is_awaited).cloned().collect(),
                passwords: good,
                lists: is_there && waits(Event::WhiteListChanged),
                users: is_there && waits(Event::UserDropped),
                sessions: open().map(|r| r.session.clone()).collect(),
            }
        })
    }

    /// Changes what is known of the watch, and notifies the listeners that wait for it. `None` if the watch has
    /// ended.
    fn change<T>(&self, change: impl FnOnce(&mut Watch) -> T) -> Option<T> {
        /// A session can see one change of its password.
        const CHANGES: i64 = 1;
        let mut watches = WATCHES.lock();
        let watch = watches.with_id(self.id)?;
        let value = change(watch);
        let due = watch.due();
        drop(watches);
        due.iter().for_each(|listener| listener(CHANGES));
        Some(value)
    }

    fn pause(&self, task: &Task) -> Duration {
        let asks_often = task.passwords.is_empty() && task.users;
        let is_idle = !task.lists && !task.users && task.to_be_tried.is_empty();
        let left = self.next.saturating_duration_since(Instant::now());
        match () {
            () if is_idle => NOTHING_TO_DO,
            () if asks_often => left.min(GLANCE / 2),
            () if self.session.is_some() => left.min(GLANCE),
            () => left,
        }
    }

    fn look(&mut self, task: &Task) -> Result<()> {
        let mut tried = None;
        if self.session.is_none() && (task.lists || task.users) {
            if let Some(password) = task.passwords.last() {
                tried = Some(password);
                let session = self.log_in(task, password)?;
                if let Some(session) = &session {
                    self.change(|watch| watch.session = Arc::downgrade(session));
                }
                self.session = session;
            }
        }
        for password in &task.to_be_tried {
            if Some(password) != tried {
                self.log_in(task, password)?;
            }
        }
        if task.lists {
            match self.ask(task, |s| s.white_list_by(Ask::AsItStands)) {
                Some(Ok(list)) => self.compare(list),
                Some(Err(e)) if e.code == codes::USER_NOT_EXIST => {
                    self.change(Watch::note_dropped);
                }
                Some(Err(e)) => return Err(e),
                None => {}
            }
        }
        Ok(())
    }

    /// A new session; `None` when the server refuses it for good, which is noted.
    fn log_in(&self, task: &Task, password: &str) -> Result<Option<Arc<Session>>> {
        let mut target = task.target.clone();
        target.password = password.to_owned();
        match Session::open(target) {
            Ok(session) => Ok(Some(session)),
            Err(e) if e.code == codes::USER_NOT_EXIST => {
                self.change(Watch::note_dropped);
                Ok(None)
            }
            Err(e) if e.code == codes::AUTHENTICATION_FAILURE => {
                self.change(|watch| watch.note_refused(password));
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// Asks on the thread's own session, or on one of the program's that is connected. `None` without any.
    fn ask<T>(&self, task: &Task, what: impl Fn(&Session) -> Result<T>) -> Option<Result<T>> {
        let of_the_program = task.sessions.iter().filter_map(Weak::upgrade);
        let mut all = self.session.iter().cloned().chain(of_the_program);
        all.find(|s| s.is_there()).map(|s| what(&s))
    }

    fn compare(&mut self, list: WhiteList) {
        let has_changed = self.list.as_ref().is_some_and(|last| *last != list);
        let version = match list.is_on {
            false => 0,
            true => SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(1, |t| t.as_millis() as i64),
        };
        self.list = Some(list);
        let listeners = self.change(|watch| {
            let all = watch.registered.iter_mut();
            let waiting = all.filter(|r| r.waits_for(Event::WhiteListChanged));
            let due = waiting.filter_map(|one| {
                let is_first = !std::mem::replace(&mut one.notified, true);
                (is_first || has_changed).then(|| one.listener.clone())
            });
            due.collect::<Vec<_>>()
        });
        listeners
            .iter()
            .flatten()
            .for_each(|listener| listener(version));
    }
}
