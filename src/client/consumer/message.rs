//! A message, and how it is fetched whole.

use super::Live;
use crate::error::{Error, Result};
use crate::protocol::block::Block;
use crate::protocol::reply::JsonReply;
use crate::protocol::tmq::{
    end_of_log, meta, raw_has_rows, requests, Kind, MessageBlock, RawMessage,
};
use crate::protocol::version::Capability;
use crate::protocol::Malformed;
use crate::transport::{expect_json, Reply, Ticket};
use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A message that a poll has given to the program. It no longer needs the consumer.
pub struct Message {
    pub kind: Kind,
    pub topic: String,
    pub database: String,
    pub vgroup: i32,
    /// The offset at which the message starts; for changes of tables, at which it ends. Negative in a snapshot.
    pub offset: i64,
    /// The position after the message; `None` in a snapshot, where it is not known.
    pub end: Option<i64>,
    /// Messages of all consumers are numbered in the order in which they came.
    pub number: u64,
    /// Changes of tables, as JSON.
    pub meta: Option<String>,
    /// The type and bytes of the raw message; `None` from servers that do not send it.
    pub raw: Option<(u16, Bytes)>,
    pub blocks: Vec<MessageBlock>,
}

/// A message that was announced and is being fetched.
pub struct Fetching {
    polled: Box<JsonReply>,
    kind: Kind,
    /// What is still to come: changes of tables, and the raw message.
    meta: Awaited<String>,
    raw: Awaited<(u16, Bytes)>,
}

enum Awaited<T> {
    /// There is none, or it is fetched in another way.
    Nothing,
    Asked(Ticket),
    Arrived(T),
}

impl<T> Awaited<T> {
    /// Waits at most this long; false if it has not arrived by then.
    fn look(
        &mut self,
        live: &Live,
        limit: Duration,
        take: impl FnOnce(Reply) -> Result<T>,
    ) -> Result<bool> {
        let Awaited::Asked(ticket) = self else {
            return Ok(true);
        };
        match live.connection.look_for(ticket, limit) {
            None => Ok(false),
            Some(reply) => {
                *self = Awaited::Arrived(take(reply?)?);
                Ok(true)
            }
        }
    }

    fn take(&mut self) -> Option<T> {
        match std::mem::replace(self, Awaited::Nothing) {
            Awaited::Arrived(it) => Some(it),
            _ => None,
        }
    }
}

impl Fetching {
    /// Asks for everything that a reply to `poll` announces.
    pub fn begin(live: &Live, polled: Box<JsonReply>) -> Result<Fetching> {
        let kind = Kind::of(polled.message_type)
            .ok_or_else(|| Malformed::new(format!("a message of type {}", polled.message_type)))?;
        let whole = live.version.has(Capability::RawMessages);
        if kind == Kind::Raw && !whole {
            return Err(Error::not_supported(format_args!(
                "raw messages need a newer server than {}",
                live.version
            )));
        }
        let ask = |is_due: bool, action: &str| match is_due {
            true => send(live, action, polled.message_id).map(Some),
            false => Ok(None),
        };
        // Both requests are sent before either is waited for.
        let meta = ask(kind.has_meta(), "fetch_json_meta")?;
        let raw = ask(whole, "fetch_raw_data")?;
        Ok(Fetching {
            polled,
            kind,
            meta: meta.map_or(Awaited::Nothing, Awaited::Asked),
            raw: raw.map_or(Awaited::Nothing, Awaited::Asked),
        })
    }

    /// The message, if all of it arrives within this time. From servers without raw messages it comes block by
    /// block, each with `read_timeout`.
    pub fn finish(&mut self, live: &Live, limit: Duration) -> Result<Option<Message>> {
        let deadline = Instant::now() + limit;
        let left = || deadline.saturating_duration_since(Instant::now());
        let id = self.polled.message_id;
        if !self.raw.look(live, left(), |reply| raw_of(reply, id))?
            || !self.meta.look(live, left(), meta_of)?
        {
            return Ok(None);
        }
        let mut end = None;
        let mut blocks = Vec::new();
        let raw = self.raw.take();
        match &raw {
            Some((raw_type, bytes)) if self.kind.has_rows() => {
                if !raw_has_rows(*raw_type) {
                    return Err(
                        Malformed::new(format!("raw type {raw_type} where rows are due")).into(),
                    );
                }
                let message = RawMessage::parse(bytes)?;
                end = message.end;
                blocks = message.blocks;
            }
            Some((_, bytes)) if self.kind == Kind::Raw => end = end_of_log(bytes),
            None if self.kind.has_rows() => {
                blocks = fetch_blocks(live, id)?;
                end = position(live, &self.polled);
            }
            _ => {}
        }
        if self.kind == Kind::Meta {
            end = Some(self.polled.offset).filter(|offset| *offset >= 0);
        }
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        Ok(Some(Message {
            kind: self.kind,
            topic: std::mem::take(&mut self.polled.topic),
            database: std::mem::take(&mut self.polled.database),
            vgroup: self.polled.vgroup_id,
            offset: self.polled.offset,
            end,
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            meta: self.meta.take(),
            raw,
            blocks,
        }))
    }

    /// The server's number for the message.
    pub fn message_id(&self) -> u64 {
        self.polled.message_id
    }
}

fn send(live: &Live, action: &str, id: u64) -> Result<Ticket> {
    let req_id = live.connection.request_id(0);
    live.connection
        .send(req_id, requests::of_message(action, req_id, id))
}

fn raw_of(reply: Reply, id: u64) -> Result<(u16, Bytes)> {
    match reply {
        Reply::Raw(raw) if raw.code == 0 => {
            if raw.message_id != id {
                return Err(
                    Malformed::new(format!("message {} instead of {id}", raw.message_id)).into(),
                );
            }
            Ok((raw.raw_type, raw.raw))
        }
        other => expect_json(other)
            .and_then(|_| Err(Malformed::new("JSON instead of a raw message").into())),
    }
}

fn meta_of(reply: Reply) -> Result<String> {
    let reply = expect_json(reply)?;
    let data = reply
        .data
        .ok_or_else(|| Malformed::new("the reply has no meta data"))?;
    Ok(meta::native_text(data.get()))
}

/// The older way: `fetch` moves to the next block and describes it, `fetch_block` sends it.
fn fetch_blocks(live: &Live, id: u64) -> Result<Vec<MessageBlock>> {
    let mut blocks = Vec::new();
    loop {
        let about = expect_json(live.connection.wait(send(live, "fetch", id)?)?)?;
        if about.completed {
            return Ok(blocks);
        }
        let fields = about.columns()?;
        let req_id = live.connection.request_id(0);
        let request = requests::of_message("fetch_block", req_id, id);
        let ticket = live.connection.send_for_block(req_id, id, request)?;
        let block = match live.connection.wait(ticket)? {
            Reply::Block { block, .. } => Block::parse(block)?,
            other => {
                return expect_json(other)
                    .and_then(|_| Err(Malformed::new("JSON instead of a block").into()))
            }
        };
        blocks.push(MessageBlock::fetched(
            block,
            about.precision,
            fields,
            &about.table_name,
        )?);
    }
}

/// The position after the message polled last, from a server whose messages do not contain it.
fn position(live: &Live, polled: &JsonReply) -> Option<i64> {
    if !live.version.has(Capability::ConsumerOffsets) {
        return None;
    }
    let reply = live.connection.ask_json(|req_id| {
        requests::of_vgroup("position", req_id, &polled.topic, polled.vgroup_id)
    });
    let next = *reply.ok()?.position.first()?;
    (next >= 0).then_some(next)
}
