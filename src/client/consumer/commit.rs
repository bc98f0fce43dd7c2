//! Commits of everything that was given, of a message, or of an offset. The caller waits for them, is called
//! back, or they are automatic.

use super::{Consumer, Live, Message};
use crate::error::{codes, Error, Result};
use crate::protocol::reply::JsonReply;
use crate::protocol::request::Request;
use crate::protocol::tmq::requests;
use crate::protocol::version::Capability;
use crate::sync::Mutex;
use crate::transport::expect_json;
use std::sync::Arc;
use std::time::Instant;

/// What to commit. It names offsets, so it stays the same whatever is polled before the server gets to it.
#[derive(Debug, Clone)]
pub enum Commit {
    /// An offset of a vgroup.
    Offsets(Vec<(String, i32, i64)>),
    /// The program's position in each vgroup, unless that is committed already. Vgroups that another consumer
    /// of the group has now, or has had since, are left out, as natively: that consumer starts there from what
    /// was committed before.
    Given(Vec<(String, i32, i64)>),
    /// Everything that the server has handed out, for what has no offset: in a snapshot.
    HandedOut,
}

/// What an asynchronous commit calls when it is done, on a thread that must not wait. It gets the committed
/// offsets, for [`Consumer::note_committed`].
type Done = Box<dyn FnOnce(Result<()>, Commit) + Send>;

/// An asynchronous commit: several requests, one outcome.
struct Parts {
    left: usize,
    outcome: Result<()>,
    settled: Vec<(String, i32, i64)>,
    done: Option<Done>,
}

fn part_ended(parts: &Mutex<Parts>, outcome: Result<Option<(String, i32, i64)>>) {
    let mut now = parts.lock();
    now.left -= 1;
    match outcome {
        Ok(settled) => now.settled.extend(settled),
        Err(e) if now.outcome.is_ok() => now.outcome = Err(e),
        Err(_) => {}
    }
    if now.left == 0 {
        let outcome = std::mem::replace(&mut now.outcome, Ok(()));
        let settled = Commit::Offsets(std::mem::take(&mut now.settled));
        let done = now.done.take();
        drop(now);
        if let Some(done) = done {
            done(outcome, settled);
        }
    }
}

impl Commit {
    /// The offsets, if the commit names them.
    fn offsets(&self) -> Option<&[(String, i32, i64)]> {
        match self {
            Commit::Offsets(list) | Commit::Given(list) => Some(list),
            Commit::HandedOut => None,
        }
    }

    fn len(&self) -> usize {
        self.offsets().map_or(1, <[_]>::len)
    }

    /// The outcome of one of its requests, and the offset that is committed by it, if any.
    fn part(&self, i: usize, answer: Result<Box<JsonReply>>) -> Result<Option<(String, i32, i64)>> {
        let is_given = matches!(self, Commit::Given(_));
        match answer {
            // The vgroup may come back before it is polled, and must be committed then.
            Err(e) if is_given && e.code == codes::VGROUP_NOT_POLLED => Ok(None),
            // The other consumer has committed there, and its commit must not be taken back later.
            Err(e) if !is_given || e.code != codes::VGROUP_NOT_OF_CONSUMER => Err(e),
            _ => Ok(self.offsets().and_then(|list| list.get(i)).cloned()),
        }
    }

    /// One of its requests.
    fn request(&self, i: usize, req_id: u64) -> Request {
        match self.offsets() {
            Some(list) => {
                let (topic, vgroup, offset) = &list[i];
                requests::at_offset("commit_offset", req_id, topic, *vgroup, *offset)
            }
            None => requests::of_message("commit", req_id, 0),
        }
    }
}

impl Consumer {
    /// Everything that was given so far.
    pub fn everything(&self) -> Commit {
        let state = self.state.lock();
        let given = || state.positions.iter().filter(|(_, p)| p.given);
        if given().any(|(_, position)| position.next.is_none()) {
            return Commit::HandedOut;
        }
        let news = given().filter(|(_, position)| position.next != position.committed);
        let offsets = news.filter_map(|((topic, vgroup), position)| {
            Some((topic.clone(), *vgroup, position.next?))
        });
        Commit::Given(offsets.collect())
    }

    /// A message, and with it those of its vgroup that came before.
    pub fn of_message(&self, message: &Message) -> Result<Commit> {
        self.check_topic(&message.topic)?;
        let last_given = self.state.lock().last_given;
        match message.end {
            Some(end) => Ok(Commit::Offsets(vec![(
                message.topic.clone(),
                message.vgroup,
                end,
            )])),
            None if message.number == last_given => Ok(Commit::HandedOut),
            None => Err(Error::with(
                codes::IN_SNAPSHOT,
                "a message of a snapshot, or of a server before 3.1.1.15, has no offset: only the \
                 last one can be committed",
            )),
        }
    }

    pub fn of_offset(&self, topic: &str, vgroup: i32, offset: i64) -> Result<Commit> {
        self.check_topic(topic)?;
        Ok(Commit::Offsets(vec![(topic.to_owned(), vgroup, offset)]))
    }

    /// Commits everything that was given, and waits.
    pub fn commit_everything(&self) -> Result<()> {
        if self.topics().is_empty() {
            self.check_open()?;
            return Ok(());
        }
        let live = self.live()?;
        // Everything that the server has handed out was given to the program, unless another thread is polling
        // now.
        let turn = self.turn.try_lock();
        self.commit_all_on(&live, turn.is_some())
    }

    /// Commits what was given; `alone` says that no poll is under way.
    fn commit_all_on(&self, live: &Live, alone: bool) -> Result<()> {
        let exact = live.version.has(Capability::ConsumerOffsets);
        let last_given = self.state.lock().last_given;
        let given = self.everything();
        if exact && (live.resumed || !alone || self.is_polling()) {
            self.commit_on(live, &given)?;
        } else {
            self.commit_on(live, &Commit::HandedOut)?;
            self.note_committed(&given);
        }
        let mut state = self.state.lock();
        if state.last_given == last_given {
            // Otherwise another thread has been given a message meanwhile.
            state.uncommitted = false;
        }
        state.last_commit = Instant::now();
        Ok(())
    }

    /// Commits, and waits.
    pub fn commit(&self, commit: &Commit) -> Result<()> {
        let live = self.live()?;
        self.commit_on(&live, commit)
    }

    fn commit_on(&self, live: &Live, commit: &Commit) -> Result<()> {
        self.check_known(live, commit)?;
        for i in 0..commit.len() {
            let answer = self.ask(live, |req_id| commit.request(i, req_id));
            if let Some(settled) = commit.part(i, answer)? {
                self.note_committed(&Commit::Offsets(vec![settled]));
            }
        }
        Ok(())
    }

    /// An old server has no offsets.
    fn check_known(&self, live: &Live, commit: &Commit) -> Result<()> {
        match commit.offsets() {
            Some([_, ..]) => self.require_offsets(live, "committing an offset"),
            _ => Ok(()),
        }
    }

    /// Commits and returns. `done` is called once, on a thread that must not wait. If this returns false,
    /// `done` is not called: there is no connection to send on, and a thread that may wait must use
    /// [`commit`](Self::commit).
    pub fn begin_commit(
        &self,
        commit: &Commit,
        done: impl FnOnce(Result<()>, Commit) + Send + 'static,
    ) -> Result<bool> {
        self.check_subscribed()?;
        let Some(live) = self.usable()? else {
            return Ok(false);
        };
        self.check_known(&live, commit)?;
        // One more than there are requests. That one is this call's own, so that `done` is called after the
        // last of them.
        let parts = Arc::new(Mutex::new(Parts {
            left: commit.len() + 1,
            outcome: Ok(()),
            settled: Vec::new(),
            done: Some(Box::new(done)),
        }));
        for i in 0..commit.len() {
            let req_id = live.connection.request_id(0);
            let (part, sent) = (parts.clone(), commit.clone());
            let answered = move |reply: Result<_>| {
                part_ended(&part, sent.part(i, reply.and_then(expect_json)));
            };
            let request = commit.request(i, req_id);
            if let Err(e) = live.connection.submit(req_id, request, Box::new(answered)) {
                part_ended(&parts, Err(e));
            }
        }
        part_ended(&parts, Ok(None));
        Ok(true)
    }

    /// Remembers what is committed.
    pub fn note_committed(&self, commit: &Commit) {
        let Some(list) = commit.offsets() else {
            return;
        };
        let mut state = self.state.lock();
        for (topic, vgroup, offset) in list {
            if let Some(position) = state.positions.get_mut(&(topic.clone(), *vgroup)) {
                position.committed = Some(*offset);
            }
        }
    }

    /// The automatic commit, if its interval is over. The program has come back from all messages that it was
    /// given.
    pub(super) fn commit_if_due(&self, live: &Live) -> Option<Result<()>> {
        let interval = self.conf.auto_commit()?;
        {
            let mut state = self.state.lock();
            if !state.uncommitted || state.last_commit.elapsed() < interval {
                return None;
            }
            // Even if it fails: it is tried again an interval later.
            state.last_commit = Instant::now();
        }
        Some(self.commit_all_on(live, true))
    }

    /// The automatic commit of a subscription that ends.
    pub(super) fn commit_at_the_end(&self) -> Result<()> {
        if self.conf.auto_commit().is_none() || !self.state.lock().uncommitted {
            return Ok(());
        }
        match self.usable()? {
            Some(live) => self.commit_all_on(&live, true),
            None => Err(Error::with(
                codes::CONNECTION_BROKEN,
                "the last messages are not committed and will come again",
            )),
        }
    }
}
