//! A consumer's replies: what a poll found, and a message in each of the forms in which it is fetched.

use super::collect::{Message, MessageBlock, MessageColumn};
use super::raw;
use crate::error::SqlError;
use crate::messages::{Reply, Request};
use serde_json::Value as Json;

/// The answer to a poll that found a message.
pub fn told(r: &Request, id: u64, m: &Message) -> Reply {
    r.ok(&[
        ("have_message", true.into()),
        ("topic", m.topic.as_str().into()),
        ("database", m.db.as_str().into()),
        ("vgroup_id", m.vgroup.into()),
        ("message_type", m.kind().into()),
        ("message_id", id.into()),
        ("offset", m.offset().into()),
    ])
}

/// The answer to a poll that found nothing in its time.
pub fn no_message(r: &Request) -> Reply {
    r.ok(&[
        ("have_message", false.into()),
        ("topic", "".into()),
        ("database", "".into()),
        ("vgroup_id", 0.into()),
        ("message_type", 0.into()),
        ("message_id", 0.into()),
        ("offset", 0.into()),
    ])
}

/// The answer to `fetch`: a block's schema, or the end.
pub fn fetched(
    r: &Request,
    id: u64,
    b: Option<&MessageBlock>,
    named: bool,
    precision: u8,
) -> Reply {
    let columns = b.map(|b| &b.columns);
    let list = |of: fn(&MessageColumn) -> Json| match columns {
        Some(c) => c.iter().map(of).collect::<Vec<Json>>().into(),
        None => Json::Null,
    };
    let table = b.filter(|_| named).map_or("", |b| &*b.table);
    r.ok(&[
        ("message_id", id.into()),
        ("completed", b.is_none().into()),
        ("table_name", table.into()),
        ("rows", b.map_or(0, |b| b.rows).into()),
        ("fields_count", columns.map_or(0, Vec::len).into()),
        ("fields_names", list(|c| c.name.as_str().into())),
        ("fields_types", list(|c| (c.ty.kind as u8).into())),
        ("fields_lengths", list(|c| c.ty.user_len().into())),
        ("precision", b.map_or(0, |_| precision).into()),
    ])
}

/// The answer to `fetch_raw_data`, errors too.
pub fn raw_data(r: &Request, id: u64, m: Result<&Message, &SqlError>) -> Reply {
    const FLAG: u64 = u64::MAX;
    const ACTION: u64 = 8;
    const VERSION: u16 = 1;
    let (code, text) = m
        .err()
        .map_or((0, ""), |e| (e.code as u32, e.message.as_str()));
    let raw = m.ok().map(raw::encode);
    let mut out = Vec::with_capacity(64 + text.len() + raw.as_ref().map_or(0, |r| r.1.len()));
    out.extend_from_slice(&FLAG.to_le_bytes());
    out.extend_from_slice(&ACTION.to_le_bytes());
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&r.timing().to_le_bytes());
    out.extend_from_slice(&r.req_id.to_le_bytes());
    out.extend_from_slice(&code.to_le_bytes());
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(&id.to_le_bytes());
    if let Some((raw_type, bytes)) = raw {
        out.extend_from_slice(&raw_type.to_le_bytes());
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend(bytes);
    }
    Reply::Binary(out)
}

/// The answer to `fetch_raw`, the older form.
pub fn raw_message(r: &Request, id: u64, m: &Message) -> Reply {
    const TAG: u64 = 3;
    let (raw_type, bytes) = raw::encode(m);
    let mut out = Vec::with_capacity(38 + bytes.len());
    for n in [r.timing(), r.req_id, id, TAG] {
        out.extend_from_slice(&n.to_le_bytes());
    }
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(&raw_type.to_le_bytes());
    out.extend(bytes);
    Reply::Binary(out)
}
