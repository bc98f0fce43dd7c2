//! A message, and how all of it comes here.

use super::Live;
use crate::error::{Error, Result};
use crate::protocol::block::Block;
use crate::protocol::reply::JsonReply;
use crate::protocol::tmq::{meta, raw_has_rows, requests, Kind, MessageBlock, RawMessage};
use crate::protocol::version::Capability;
use crate::protocol::Malformed;
use crate::transport::{expect_json, Reply, Ticket};
use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the program was given by a poll. It needs the consumer no more.
pub struct Message {
    pub kind: Kind,
    pub topic: String,
    pub database: String,
    pub vgroup: i32,
    /// Where the message starts; of changes of tables, where it ends. Negative in a snapshot.
    pub offset: i64,
    /// The position behind the message; `None` when it is not known: in a snapshot.
    pub end: Option<i64>,
    /// Messages of all consumers are numbered in the order in which they came.
    pub number: u64,
    /// Changes of tables, as JSON.
    pub meta: Option<String>,
    /// The type and bytes of the raw message; `None` from servers that do not send it.
    pub raw: Option<(u16, Bytes)>,
    pub blocks: Vec<MessageBlock>,
}

/// Fetches everything that a reply to `poll` announces.
pub fn fetch(live: &Live, polled: JsonReply) -> Result<Message> {
    let kind = Kind::of(polled.message_type)
        .ok_or_else(|| Malformed::new(format!("a message of type {}", polled.message_type)))?;
    let id = polled.message_id;
    let whole = live.version.has(Capability::RawMessages);
    if kind == Kind::Raw && !whole {
        return Err(Error::not_supported(format_args!(
            "raw messages need a newer server than {}",
            live.version
        )));
    }
    // Both are sent before either is waited for.
    let meta = kind
        .has_meta()
        .then(|| send(live, "fetch_json_meta", id))
        .transpose()?;
    let mut end = None;
    let mut raw = None;
    let mut blocks = Vec::new();
    if whole {
        let fetched = fetch_raw(live, id)?;
        if kind.has_rows() {
            if !raw_has_rows(fetched.0) {
                return Err(
                    Malformed::new(format!("raw type {} where rows are due", fetched.0)).into(),
                );
            }
            let message = RawMessage::parse(&fetched.1)?;
            end = message.end;
            blocks = message.blocks;
        } else if kind == Kind::Raw {
            end = crate::protocol::tmq::end_of_log(&fetched.1);
        }
        raw = Some(fetched);
    } else if kind.has_rows() {
        blocks = fetch_blocks(live, id)?;
        end = position(live, &polled);
    }
    let meta = match meta {
        Some(ticket) => {
            let reply = expect_json(live.connection.wait(ticket)?)?;
            let data = reply
                .data
                .ok_or_else(|| Malformed::new("no meta data came"))?;
            Some(meta::native_text(data.get()))
        }
        None => None,
    };
    if kind == Kind::Meta {
        end = Some(polled.offset).filter(|offset| *offset >= 0);
    }
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    Ok(Message {
        kind,
        topic: polled.topic,
        database: polled.database,
        vgroup: polled.vgroup_id,
        offset: polled.offset,
        end,
        number: NUMBER.fetch_add(1, Ordering::Relaxed),
        meta,
        raw,
        blocks,
    })
}

fn send(live: &Live, action: &str, id: u64) -> Result<Ticket> {
    let req_id = live.connection.request_id(0);
    live.connection
        .send(req_id, requests::of_message(action, req_id, id))
}

fn fetch_raw(live: &Live, id: u64) -> Result<(u16, Bytes)> {
    match live.connection.wait(send(live, "fetch_raw_data", id)?)? {
        Reply::Raw(raw) if raw.code == 0 => {
            if raw.message_id != id {
                return Err(Malformed::new(format!(
                    "message {} where {id} was asked for",
                    raw.message_id
                ))
                .into());
            }
            Ok((raw.raw_type, raw.raw))
        }
        other => expect_json(other)
            .and_then(|_| Err(Malformed::new("JSON where a raw message is due").into())),
    }
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
                    .and_then(|_| Err(Malformed::new("JSON where a block is due").into()))
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

/// The position behind the message polled last, from a server whose messages do not say it.
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
