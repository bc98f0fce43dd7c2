//! The position of a consumer, and moving it.

use super::resume::Position;
use super::Consumer;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::Assignment;
use crate::protocol::tmq::requests;
use crate::protocol::Malformed;

impl Consumer {
    pub(super) fn check_topic(&self, topic: &str) -> Result<()> {
        self.check_open()?;
        match self.state.lock().topics.iter().any(|t| t == topic) {
            true => Ok(()),
            false => Err(Error::new(codes::TOPIC_NOT_OF_CONSUMER)),
        }
    }

    pub(super) fn check_subscribed(&self) -> Result<()> {
        self.check_open()?;
        match self.state.lock().topics.is_empty() {
            false => Ok(()),
            true => Err(Error::with(
                codes::CONSUMER_NOT_EXIST,
                "nothing is subscribed to; call tmq_subscribe first",
            )),
        }
    }

    /// The consumer's vgroups of a topic.
    pub fn assignment(&self, topic: &str) -> Result<Vec<Assignment>> {
        self.check_topic(topic)?;
        let live = self.live()?;
        let reply = self.ask(&live, |req_id| requests::assignment(req_id, topic))?;
        Ok(reply.assignment)
    }

    /// The offset that the group has committed; a negative code if there is none.
    pub fn committed(&self, topic: &str, vgroup: i32) -> Result<i64> {
        self.of_vgroup("committed", topic, vgroup)
    }

    /// The offset at which the next message starts; a negative code if it is not known.
    pub fn position(&self, topic: &str, vgroup: i32) -> Result<i64> {
        self.of_vgroup("position", topic, vgroup)
    }

    fn of_vgroup(&self, action: &str, topic: &str, vgroup: i32) -> Result<i64> {
        self.check_topic(topic)?;
        let live = self.live()?;
        self.require_offsets(&live, action)?;
        let reply = self.ask(&live, |req_id| {
            requests::of_vgroup(action, req_id, topic, vgroup)
        })?;
        let answers = match action {
            "committed" => reply.committed,
            _ => reply.position,
        };
        let answer = answers.first().copied();
        answer.ok_or_else(|| Malformed::new(format!("`{action}` without an offset")).into())
    }

    /// Continues in a vgroup at this offset.
    pub fn seek(&self, topic: &str, vgroup: i32, offset: i64) -> Result<()> {
        self.check_topic(topic)?;
        // A message that is being given to another thread must not move the position back.
        let turn = self.turn.lock();
        self.give_up_poll();
        let live = self.reconnect(&turn)?;
        self.ask(&live, |req_id| {
            requests::at_offset("seek", req_id, topic, vgroup, offset)
        })?;
        let mut state = self.state.lock();
        let key = (topic.to_owned(), vgroup);
        let position = state.positions.entry(key).or_default();
        *position = Position {
            next: Some(offset.max(0)),
            given: true,
            placed: true,
            ..*position
        };
        state.uncommitted = true;
        Ok(())
    }
}
