//! What a consumer asks about offsets: commits, seeks, positions, its assignment, and what it is subscribed to.

use super::consumer::Consumer;
use crate::engine::Engine;
use crate::error::{code, SqlError};
use crate::messages::{Args, BadArgs, Reply, Request};
use crate::subscription::groups::Progress;
use crate::subscription::options::Reset;
use serde_json::{json, Value as Json};

/// `TSDB_CODE_TMQ_NO_COMMITTED` as a value among offsets.
const NO_COMMITTED: i64 = -2_147_467_247;

impl Consumer {
    /// Everything about offsets.
    pub(super) fn manage(
        &mut self,
        r: &Request,
        a: &Args,
        id: u64,
    ) -> Result<Result<Reply, SqlError>, BadArgs> {
        let shared = self.shared.clone();
        let mut e = shared.engine.lock();
        Ok(match r.action {
            "commit" => {
                let message = a.u64("message_id")?;
                e.tmq.groups.commit_all(id);
                Ok(r.ok(&[("message_id", message.into())]))
            }
            "unsubscribe" => {
                e.tmq.groups.unsubscribe(id);
                e.tmq.changed();
                (self.subscribed, self.message) = (false, None);
                Ok(r.ok(&[]))
            }
            "list_topics" => {
                let topics = e.tmq.groups.members.get(&id).map(|m| m.topics.clone());
                Ok(r.ok(&[("topics", json!(topics.unwrap_or_default()))]))
            }
            "assignment" => self
                .assignment(&mut e, id, a.text("topic")?)
                .map(|list| r.ok(&[("assignment", list)])),
            "committed" | "position" => {
                let asked = a.list("topic_vgroup_ids")?.iter().map(|one| {
                    let one = Args(one);
                    Ok((one.text("topic")?, vgroup_of(&one)?))
                });
                let mut values = vec![];
                for (topic, v) in asked.collect::<Result<Vec<_>, BadArgs>>()? {
                    let value = match v {
                        v if r.action == "position" => self.position(&mut e, id, topic, v),
                        v => e
                            .tmq
                            .groups
                            .share(id, topic, v)
                            .map(|s| s.committed.unwrap_or(NO_COMMITTED)),
                    };
                    match value {
                        Ok(v) => values.push(v),
                        Err(e) => return Ok(Err(e)),
                    }
                }
                Ok(r.ok(&[(r.action, json!(values))]))
            }
            _ => {
                let (topic, vgroup) = (a.text("topic")?, vgroup_of(a)?);
                let offset = a.i64("offset")?.unwrap_or(0);
                let range = e
                    .tmq
                    .logs
                    .get(&vgroup)
                    .map_or((0, 0), |l| (l.begin(), l.end()));
                let share = match e.tmq.groups.share(id, topic, vgroup) {
                    Ok(s) if !s.known => return Ok(Err(not_polled())),
                    Ok(s) => s,
                    Err(e) => return Ok(Err(e)),
                };
                // The real client lets -1 through, which means nothing.
                if offset != -1 && !(range.0..=range.1).contains(&offset) {
                    return Ok(Err(SqlError::new(
                        code::TMQ_OFFSET_RANGE,
                        "Offset out of range",
                    )));
                }
                let keys = [
                    ("topic", topic.into()),
                    ("vgroup_id", vgroup.into()),
                    ("offset", offset.into()),
                ];
                if r.action == "seek" {
                    let to = offset.max(range.0);
                    share.progress = Some(Progress { begin: to, end: to });
                    share.in_hand = false;
                    e.tmq.changed();
                    return Ok(Ok(r.ok(&[])));
                }
                if offset >= 0 {
                    share.commit(offset);
                }
                Ok(r.ok(&keys))
            }
        })
    }

    fn assignment(&self, e: &mut Engine, id: u64, topic: &str) -> Result<Json, SqlError> {
        let member = e.tmq.groups.members.get(&id);
        if !member.is_some_and(|m| m.topics.iter().any(|t| t == topic)) {
            return Err(SqlError::new(
                code::TMQ_TOPIC,
                "Topic does not belong to this consumer",
            ));
        }
        let mut list = vec![];
        for (_, v) in e.tmq.groups.owned(id).into_iter().filter(|o| o.0 == topic) {
            let (begin, end) = e.tmq.logs.get(&v).map_or((0, 0), |l| (l.begin(), l.end()));
            let share = e.tmq.groups.share(id, topic, v)?;
            share.known = true;
            let offset = match (share.progress, share.committed) {
                (Some(p), _) => p.begin,
                (None, Some(c)) => c,
                (None, None) => self.reset_to(begin, end).unwrap_or(end),
            };
            list.push(json!({"vgroup_id": v, "offset": offset, "begin": begin, "end": end}));
        }
        Ok(list.into())
    }

    fn position(&self, e: &mut Engine, id: u64, topic: &str, v: i32) -> Result<i64, SqlError> {
        let (begin, end) = e.tmq.logs.get(&v).map_or((0, 0), |l| (l.begin(), l.end()));
        let share = e.tmq.groups.share(id, topic, v)?;
        if !share.known {
            return Err(not_polled());
        }
        match (share.progress, share.committed) {
            (Some(p), _) => Ok(p.end),
            (None, Some(c)) => Ok(c),
            (None, None) => Ok(self.reset_to(begin, end).unwrap_or(NO_COMMITTED)),
        }
    }

    /// Where to begin without a committed offset.
    pub(super) fn reset_to(&self, begin: i64, end: i64) -> Option<i64> {
        match self.options.as_ref().map(|o| o.reset) {
            Some(Reset::Earliest) => Some(begin),
            Some(Reset::None) => None,
            _ => Some(end),
        }
    }
}

fn not_polled() -> SqlError {
    SqlError::new(
        code::TMQ_NOT_POLLED,
        "Assignment or poll interface need to be called first",
    )
}

fn vgroup_of(a: &Args) -> Result<i32, BadArgs> {
    let v = a.i64("vgroup_id")?.unwrap_or(0);
    i32::try_from(v).map_err(|_| BadArgs)
}
