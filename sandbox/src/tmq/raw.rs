//! A message as bytes. Rows are laid out as TDengine lays them out; what happened to tables is the sandbox's own form,
//! opaque to clients as the real one is to them: the SQL that does it again.

use super::collect::{Content, Message, MessageBlock};
use crate::subscription::meta::Meta;
use crate::types::Type;

pub const ROWS: u16 = 2;
pub const ROWS_AND_META: u16 = 4;
pub const BATCH_META: u16 = 5;

const VERSION: u8 = 100;
/// An offset in the log, in its first form.
const LOG_OFFSET: u8 = 0x11;
const OFFSET_BYTES: i32 = 9;
const RETRIEVE_VERSION: i64 = 1;
/// Marks of a column in a schema.
const COLUMN: u8 = 1;
const DECIMAL: u8 = 0x80;
/// Begins what follows the length of a change of tables.
pub const META_MARK: &[u8; 4] = b"SQL\0";

/// The type and the bytes of `fetch_raw_data`.
pub fn encode(m: &Message) -> (u16, Vec<u8>) {
    match &m.content {
        Content::Metas { metas, batch: true } => {
            let mut out = (metas.len() as i32).to_le_bytes().to_vec();
            for one in metas {
                let mut item = one.raw_type().to_le_bytes().to_vec();
                item.extend(meta(one));
                varint(&mut out, item.len() as u64);
                out.extend(item);
            }
            (BATCH_META, out)
        }
        Content::Metas { metas, .. } => match metas.first() {
            Some(one) => (one.raw_type(), meta(one)),
            None => (BATCH_META, vec![0; 4]),
        },
        Content::Rows {
            blocks,
            created,
            named,
        } => {
            let size: usize = blocks
                .iter()
                .map(|b| b.block.len() + 64 + b.columns.len() * 16)
                .sum();
            let mut out = Vec::with_capacity(64 + size);
            head(&mut out, m);
            body(&mut out, m, blocks, *named);
            if created.is_empty() {
                // How long a replay is to sleep.
                out.extend_from_slice(&0i64.to_le_bytes());
                return (ROWS, out);
            }
            out.extend_from_slice(&(created.len() as i32).to_le_bytes());
            for c in created {
                let sql = c.sql();
                varint(&mut out, sql.len() as u64);
                out.extend_from_slice(sql.as_bytes());
            }
            (ROWS_AND_META, out)
        }
    }
}

fn meta(m: &Meta) -> Vec<u8> {
    let mut out = vec![0; 4];
    out.extend_from_slice(META_MARK);
    out.extend_from_slice(&m.serial().to_le_bytes());
    for sql in m.sql() {
        varint(&mut out, sql.len() as u64);
        out.extend_from_slice(sql.as_bytes());
    }
    let length = out.len() as i32;
    out[..4].copy_from_slice(&length.to_le_bytes());
    out
}

fn head(out: &mut Vec<u8>, m: &Message) {
    out.push(VERSION);
    out.extend_from_slice(&(2 * OFFSET_BYTES).to_le_bytes());
    for offset in [m.request, m.response] {
        out.push(LOG_OFFSET);
        out.extend_from_slice(&offset.to_le_bytes());
    }
}

fn body(out: &mut Vec<u8>, m: &Message, blocks: &[MessageBlock], named: bool) {
    out.extend_from_slice(&(blocks.len() as i32).to_le_bytes());
    if blocks.is_empty() {
        return;
    }
    const WITH_SCHEMA: u8 = 1;
    out.extend_from_slice(&[named as u8, WITH_SCHEMA]);
    for b in blocks {
        varint(out, 18 + b.block.len() as u64);
        out.extend_from_slice(&RETRIEVE_VERSION.to_le_bytes());
        out.extend_from_slice(&(b.rows as i64).to_be_bytes());
        const NOT_COMPRESSED: u8 = 0;
        out.extend_from_slice(&[NOT_COMPRESSED, m.precision as u8]);
        out.extend_from_slice(&b.block);
        zigzag(out, b.columns.len() as i32);
        const SCHEMA_VERSION: i32 = 0;
        zigzag(out, SCHEMA_VERSION);
        for c in &b.columns {
            out.extend_from_slice(&[c.ty.kind as u8, flags(&c.ty, named)]);
            zigzag(out, c.ty.field_bytes() as i32);
            zigzag(out, c.id as i32);
            text(out, &c.name);
        }
        if named {
            text(out, &b.table);
        }
    }
}

/// Columns of tables have marks, those of queries do not.
fn flags(ty: &Type, named: bool) -> u8 {
    match (named, ty.kind.is_decimal()) {
        (false, _) => 0,
        (true, false) => COLUMN,
        (true, true) => COLUMN | DECIMAL,
    }
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn zigzag(out: &mut Vec<u8>, n: i32) {
    varint(out, ((n << 1) ^ (n >> 31)) as u32 as u64);
}

fn text(out: &mut Vec<u8>, s: &str) {
    varint(out, s.len() as u64 + 1);
    out.extend_from_slice(s.as_bytes());
    out.push(0);
}
