//! Results that are read block by block.

use super::{Answer, Block, Open, Session, RESULT_IS_NIL};
use crate::block;
use crate::error::{code, SqlError};
use crate::exec::result::{Field, ResultSet};
use crate::messages::{Reply, Request};
use crate::types::Type;
use parking_lot::Mutex;
use serde_json::{json, Value as Json};
use std::sync::Arc;

/// The keys of a reply that describe a result.
pub(super) fn schema_keys(
    rows: &ResultSet,
    length: fn(&Type) -> u32,
    decimals: bool,
) -> Vec<(&'static str, Json)> {
    let f = &rows.fields;
    let list = |of: &dyn Fn(&Field) -> Json| Json::from(f.iter().map(of).collect::<Vec<_>>());
    let mut keys = vec![
        ("fields_count", f.len().into()),
        ("fields_names", list(&|f| f.name.as_str().into())),
        ("fields_types", list(&|f| (f.ty.kind as u8).into())),
        ("fields_lengths", list(&|f| length(&f.ty).into())),
        ("precision", (rows.precision as u8).into()),
    ];
    if decimals {
        keys.push(("fields_precisions", list(&|f| f.ty.precision.into())));
        keys.push(("fields_scales", list(&|f| f.ty.scale.into())));
    }
    keys
}

impl Session {
    /// Keeps a result for fetches; its id.
    pub(super) fn open(&self, rows: ResultSet) -> u64 {
        let mut s = self.state.lock();
        s.last_result += 1;
        let id = s.last_result;
        let open = Open {
            rows,
            block: None,
            freed: false,
        };
        s.results.insert(id, Arc::new(Mutex::new(open)));
        id
    }

    pub(super) fn result(&self, id: u64) -> Option<Arc<Mutex<Open>>> {
        self.state.lock().results.get(&id).cloned()
    }

    pub(super) fn free(&self, id: u64) {
        let open = self.state.lock().results.remove(&id);
        if let Some(o) = open {
            o.lock().freed = true;
        }
    }

    /// The next block of a result and its rows; None at the end, which frees the result, as an error does.
    pub(super) fn next_block(&self, id: u64) -> Result<Option<Block>, SqlError> {
        let fail = |m: &str| SqlError::new(code::FAIL, m);
        let open = self.result(id).ok_or_else(|| fail(RESULT_IS_NIL))?;
        let next = {
            let mut o = open.lock();
            if o.freed {
                return Err(fail("result has been freed"));
            }
            let rows = o
                .rows
                .next(&self.shared.engine.lock(), self.shared.block_rows);
            rows.map(|rows| {
                (!rows.is_empty()).then(|| (block::encode(&o.rows.types(), &rows), rows.len()))
            })
        };
        match next {
            Ok(Some((block, rows))) => Ok(Some((open, block, rows))),
            other => {
                self.free(id);
                other.map(|_| None)
            }
        }
    }

    pub(super) fn fetch(&self, r: &Request, id: u64) -> Answer {
        Ok(Some(match self.next_block(id) {
            Err(e) => r.error(&e),
            Ok(None) => r.ok(&[
                ("id", id.into()),
                ("completed", true.into()),
                ("lengths", Json::Null),
                ("rows", 0.into()),
            ]),
            Ok(Some((open, block, rows))) => {
                let mut o = open.lock();
                let lengths: Vec<u32> = o.rows.fields.iter().map(|f| f.ty.field_bytes()).collect();
                o.block = Some(block);
                r.ok(&[
                    ("id", id.into()),
                    ("completed", false.into()),
                    ("lengths", json!(lengths)),
                    ("rows", rows.into()),
                ])
            }
        }))
    }

    pub(super) fn fetch_block(&self, r: &Request, id: u64) -> Answer {
        let Some(open) = self.result(id) else {
            return Ok(Some(r.fail(RESULT_IS_NIL)));
        };
        let o = open.lock();
        let Some(b) = &o.block else {
            return Ok(Some(r.fail("block is nil")));
        };
        let mut out = Vec::with_capacity(16 + b.len());
        out.extend_from_slice(&r.timing().to_le_bytes());
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(b);
        Ok(Some(Reply::Binary(out)))
    }
}
