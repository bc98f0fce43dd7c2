//! One consumer: its subscription, the message it holds, and what each request does with them.

use super::collect::{self, Content, Message};
use super::replies::{fetched, raw_data, raw_message, told};
use crate::engine::Engine;
use crate::error::{code, SqlError};
use crate::exec::topic;
use crate::messages::{Args, BadArgs, Reply, Request};
use crate::shared::Shared;
use crate::subscription::groups::{Member, Progress};
use crate::subscription::options::Options;
use crate::version::Feature;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Instant;

const NOT_INIT: &str = "tmq not init";
const FREED: &str = "message has been freed";

pub struct Consumer {
    pub(super) shared: Arc<Shared>,
    /// When its socket last received something.
    seen: Arc<Mutex<Instant>>,
    /// Its number among all members of groups, from the first `subscribe` on.
    member: Option<u64>,
    pub(super) subscribed: bool,
    pub(super) options: Option<Options>,
    committed: Option<Instant>,
    pub(super) message: Option<Held>,
    last_message: u64,
    /// Which of its vgroups is asked first.
    turn: usize,
}

/// The last message, until the next.
pub(super) struct Held {
    id: u64,
    message: Message,
    /// Blocks that `fetch` has come to, and the request that did.
    fetched: usize,
    fetch_request: u64,
}

type Answer = Result<Option<Reply>, BadArgs>;

/// What the first look of a poll found.
pub enum Polled {
    Answer(Reply),
    /// Nothing yet.
    Nothing,
}

fn fail(text: &str) -> SqlError {
    SqlError::new(code::FAIL, text)
}

impl Consumer {
    pub fn new(shared: Arc<Shared>, seen: Arc<Mutex<Instant>>) -> Consumer {
        Consumer {
            shared,
            seen,
            member: None,
            subscribed: false,
            options: None,
            committed: None,
            message: None,
            last_message: 0,
            turn: 0,
        }
    }
    pub fn is_member(&self) -> bool {
        self.member.is_some()
    }
    /// How long it may be silent.
    pub fn session_timeout(&self) -> Option<std::time::Duration> {
        self.options.as_ref().map(|o| o.session_timeout)
    }
    /// The socket is gone: others get its vgroups.
    pub fn leave(&mut self) {
        if let Some(id) = self.member.take() {
            let mut e = self.shared.engine.lock();
            e.tmq.groups.leave(id);
            e.tmq.changed();
        }
    }

    /// Answers any request but `poll`; None for those that get no answer.
    pub fn act(&mut self, r: &Request, a: &Args) -> Answer {
        let has = |f| self.shared.engine.lock().version.has(f);
        let known = match r.action {
            "fetch_raw_data" => has(Feature::TmqRawData),
            "commit_offset" | "list_topics" => has(Feature::TmqOffsetReset),
            "version" | "subscribe" | "fetch" | "fetch_block" | "fetch_raw" | "fetch_json_meta"
            | "commit" | "committed" | "position" | "assignment" | "seek" | "unsubscribe" => true,
            _ => false,
        };
        if !known {
            return Ok(None);
        }
        a.u64("req_id")?;
        let done = match r.action {
            "version" => {
                let version = self.shared.engine.lock().version.text.clone();
                Ok(r.ok(&[("version", version.into())]))
            }
            "subscribe" => self.subscribe(r, a)?,
            "fetch" | "fetch_block" | "fetch_raw" | "fetch_raw_data" | "fetch_json_meta" => {
                let id = a.u64("message_id")?;
                let reply = match self.member {
                    None => Err(fail(NOT_INIT)),
                    Some(_) => self.fetch(r, id),
                };
                return Ok(Some(reply.unwrap_or_else(|e| {
                    if r.action == "fetch_raw_data" {
                        return raw_data(r, id, Err(&e));
                    }
                    let id = (id != 0).then(|| ("message_id", id.into()));
                    r.reply(Some(&e), id.as_slice())
                })));
            }
            _ => match self.member {
                None => Err(fail(NOT_INIT)),
                Some(member) => self.manage(r, a, member)?,
            },
        };
        Ok(Some(done.unwrap_or_else(|e| r.error(&e))))
    }

    fn subscribe(&mut self, r: &Request, a: &Args) -> Result<Result<Reply, SqlError>, BadArgs> {
        let (user, password) = (a.text("user")?, a.text("password")?);
        for text in ["tz", "app", "ip", "connector"] {
            a.text(text)?;
        }
        let lists = a.bool("list_instances")?;
        let topics = a.list("topics")?.iter();
        let topics = topics.map(|t| t.as_str().ok_or(BadArgs));
        let topics = topics.collect::<Result<Vec<&str>, BadArgs>>()?;
        if self.subscribed {
            return Ok(Err(fail("tmq should have unsubscribed first")));
        }
        let shared = self.shared.clone();
        let mut e = shared.engine.lock();
        let options = Options::parse(a, &e.version)?;
        let id = match self.member {
            // Only the topics are looked at the second time.
            Some(id) => id,
            None => {
                let options = match options {
                    Ok(o) if o.group.is_empty() => {
                        return Ok(Err(fail("malloc tmq element failed or group is empty")))
                    }
                    Ok(o) => o,
                    Err(e) => return Ok(Err(e)),
                };
                let known = e.catalog.users.get(user);
                let by_token = shared.token.as_ref().is_some_and(|t| *t == options.token);
                let by_password = known.is_some_and(|u| u.password == password);
                if !(by_password && options.token.is_empty() || by_token) {
                    return Ok(Err(fail("init tscObj failed")));
                }
                let member = Member::new(options.clone(), user, self.seen.clone());
                self.options = Some(options);
                let id = e.tmq.groups.join(member);
                self.member = Some(id);
                id
            }
        };
        let mut with_vgroups: Vec<(String, Vec<i32>)> = vec![];
        for t in topics {
            let db = e.catalog.topics.get(t).map(|t| t.db.as_str());
            match db.and_then(|db| e.catalog.databases.get(db)) {
                Some(_) if with_vgroups.iter().any(|w| w.0 == t) => {}
                Some(d) => with_vgroups.push((t.into(), d.vgroups.clone())),
                None => return Ok(Err(topic::not_exist())),
            }
        }
        e.tmq.groups.subscribe(id, with_vgroups);
        e.tmq.changed();
        self.subscribed = true;
        let version = e
            .version
            .has(Feature::VersionInConn)
            .then(|| ("version", e.version.text.clone().into()));
        let instances = shared.told_instances(lists, &e.version);
        let keys: Vec<_> = version.into_iter().chain(instances).collect();
        Ok(Ok(r.ok(&keys)))
    }

    /// A message, if there is one. `last`: the message that the client had last, if it tells.
    /// `first`: this poll was not yet looked at.
    pub fn poll(&mut self, r: &Request, last: Option<u64>, first: bool) -> Polled {
        let Some(id) = self.member else {
            return Polled::Nothing;
        };
        if !self.subscribed {
            return Polled::Nothing;
        }
        let shared = self.shared.clone();
        let mut e = shared.engine.lock();
        if first {
            if let (Some(h), Some(last)) = (&self.message, last) {
                // The client did not get what it was sent.
                if h.id != last && e.version.has(Feature::TmqConfig) {
                    return Polled::Answer(told(r, h.id, &h.message));
                }
            }
            let interval = self.options.as_ref().and_then(|o| o.auto_commit);
            let due = interval.filter(|i| self.committed.is_none_or(|c| c.elapsed() >= *i));
            if due.is_some() {
                self.committed = Some(Instant::now());
                e.tmq.groups.commit_all(id);
            }
        }
        let empty = e
            .tmq
            .groups
            .members
            .get(&id)
            .is_none_or(|m| m.topics.is_empty());
        if empty {
            let gone = SqlError::new(code::CONSUMER_NOT_EXIST, "Consumer not exist");
            return Polled::Answer(r.error(&gone));
        }
        if e.tmq.groups.begin_poll(id) {
            e.tmq.changed();
        }
        match self.next(&mut e, id) {
            Ok(None) => Polled::Nothing,
            Ok(Some(message)) => {
                self.last_message += 1;
                let held = Held {
                    id: self.last_message,
                    message,
                    fetched: 0,
                    fetch_request: 0,
                };
                let reply = told(r, held.id, &held.message);
                self.message = Some(held);
                Polled::Answer(reply)
            }
            Err(e) => Polled::Answer(r.error(&e)),
        }
    }

    /// The next message of its vgroups, asked in turn.
    fn next(&mut self, e: &mut Engine, id: u64) -> Result<Option<Message>, SqlError> {
        let owned = e.tmq.groups.owned(id);
        let (min_rows, batch) = self
            .options
            .as_ref()
            .map_or((4096, false), |o| (o.min_rows, o.batch_meta));
        for i in 0..owned.len() {
            let (topic, v) = &owned[(self.turn + i) % owned.len()];
            let Some(t) = e.catalog.topics.get(topic).cloned() else {
                continue;
            };
            let (begin, end) = e.tmq.logs.get(v).map_or((0, 0), |l| (l.begin(), l.end()));
            let share = e.tmq.groups.share(id, topic, *v)?;
            share.known = true;
            let came_to = share.progress.map(|p| p.end).or(share.committed);
            let Some(from) = came_to.or_else(|| self.reset_to(begin, end)) else {
                return Err(SqlError::new(
                    code::TQ_NO_COMMITTED,
                    "TQ no committed offset",
                ));
            };
            let before = share.progress.map_or(from, |p| p.begin);
            let (message, end) = collect::next(e, &t, *v, from, min_rows, batch)?;
            let share = e.tmq.groups.share(id, topic, *v)?;
            let begin = message.as_ref().map_or(before, Message::offset);
            share.progress = Some(Progress { begin, end });
            if let Some(m) = message {
                share.in_hand = true;
                share.rows += m.rows() as u64;
                self.turn = (self.turn + i + 1) % owned.len();
                return Ok(Some(m));
            }
        }
        Ok(None)
    }

    fn fetch(&mut self, r: &Request, id: u64) -> Result<Reply, SqlError> {
        let h = self.message.as_mut().ok_or_else(|| fail(FREED))?;
        if h.id != id {
            return Err(fail(match r.action {
                "fetch" => "message ID are not equal",
                "fetch_block" => "message is nil",
                _ => "message ID is not equal",
            }));
        }
        match (r.action, &h.message.content) {
            ("fetch_json_meta", _) => match h.message.json_meta() {
                Some(json) => Ok(r.ok_with(&[("message_id", id.into())], "data", &json)),
                None => Err(fail(&format!(
                    "message type can not get meta, type: {}",
                    h.message.kind()
                ))),
            },
            ("fetch_raw_data", _) => Ok(raw_data(r, id, Ok(&h.message))),
            ("fetch_raw", _) => Ok(raw_message(r, id, &h.message)),
            (_, Content::Metas { .. }) => Err(fail("message type is not data")),
            ("fetch", Content::Rows { blocks, named, .. }) => {
                h.fetch_request = r.req_id;
                let block = blocks.get(h.fetched);
                h.fetched += block.is_some() as usize;
                Ok(fetched(r, id, block, *named, h.message.precision as u8))
            }
            (_, Content::Rows { blocks, .. }) => {
                let block = h.fetched.checked_sub(1).and_then(|i| blocks.get(i));
                let block = block.ok_or_else(|| fail("no fetch data"))?;
                let mut out = Vec::with_capacity(24 + block.block.len());
                // The real adapter repeats the number of the request that was answered by the schema.
                for n in [r.timing(), h.fetch_request, id] {
                    out.extend_from_slice(&n.to_le_bytes());
                }
                out.extend_from_slice(&block.block);
                Ok(Reply::Binary(out))
            }
        }
    }
}
