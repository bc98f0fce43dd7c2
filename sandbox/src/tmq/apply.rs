//! Raw data written into a database: messages that `fetch_raw_data` gave, and blocks that a client made.

use super::raw::{BATCH_META, META_MARK, ROWS, ROWS_AND_META};
use crate::catalog::Found;
use crate::context::Context;
use crate::decode;
use crate::engine::Engine;
use crate::error::{clip, code, Result, SqlError};
use crate::exec::batch::Batch;
use crate::exec::prepared;
use crate::sql::ast::{Statement, TableName};
use crate::sql::parser;
use crate::subscription::meta::ALTER_STABLE;
use crate::value::Row;

/// Below this, the first byte belongs to a form that servers before 3.1 wrote.
const NEW_FORM: u8 = 100;

fn invalid(what: &str) -> SqlError {
    SqlError::new(0x4000, format!("Invalid message: {what}"))
}

/// A block and a table that do not go together.
fn mismatch() -> SqlError {
    SqlError::new(code::INVALID_PARA, "Invalid parameters")
}

fn in_database(cx: &Context) -> Result<()> {
    match cx.db.is_empty() {
        true => Err(SqlError::new(
            code::DB_NOT_SPECIFIED,
            "Database not specified",
        )),
        false => Ok(()),
    }
}

/// Does again, in the session's database, what a raw message tells of.
pub fn write_raw(e: &mut Engine, cx: &Context, raw_type: u16, raw: &[u8]) -> Result<()> {
    in_database(cx)?;
    let mut r = Bytes(raw);
    match raw_type {
        ROWS | ROWS_AND_META => {
            let batches = rows(&mut r)?;
            if raw_type == ROWS_AND_META {
                for _ in 0..r.count()? {
                    let sql = r.prefixed()?;
                    execute(e, cx, sql)?;
                }
            }
            let batches = batches.into_iter().map(|b| b.batch(e, cx));
            let batches = batches.collect::<Result<Vec<Batch>>>()?;
            prepared::run(e, &batches).map(|_| ())
        }
        BATCH_META => {
            for _ in 0..r.count()? {
                let mut item = Bytes(r.prefixed()?);
                let b = item.take(2)?;
                meta(e, cx, u16::from_le_bytes([b[0], b[1]]), item)?;
            }
            Ok(())
        }
        _ => meta(e, cx, raw_type, r),
    }
}

/// Writes a block into a table of the session's database. `names`: of its columns, in its order; else they are the
/// table's own.
pub fn write_block(
    e: &mut Engine,
    cx: &Context,
    table: &str,
    names: Option<Vec<String>>,
    block: &[u8],
) -> Result<usize> {
    in_database(cx)?;
    let block = Block {
        table: table.into(),
        names,
        block,
    };
    let batch = block.batch(e, cx)?;
    prepared::run(e, &[batch])
}

fn meta(e: &mut Engine, cx: &Context, raw_type: u16, mut r: Bytes) -> Result<()> {
    r.take(4)?;
    if r.take(META_MARK.len())? != META_MARK {
        return Err(SqlError::unsupported(
            "a raw message about tables that another server wrote",
        ));
    }
    let mut serial = [0; 8];
    serial.copy_from_slice(r.take(8)?);
    let serial = u64::from_le_bytes(serial);
    while !r.0.is_empty() {
        let sql = r.prefixed()?;
        // Each vgroup of the original tells it, and not every change can be made twice.
        let changed = match raw_type {
            ALTER_STABLE => altered(e, cx, sql).map(|data| (data, serial)),
            _ => None,
        };
        if changed.is_some_and(|c| e.tmq.applied.contains(&c)) {
            continue;
        }
        execute(e, cx, sql)?;
        e.tmq.applied.extend(changed);
    }
    Ok(())
}

/// The number of the super table that a statement changes.
fn altered(e: &Engine, cx: &Context, sql: &[u8]) -> Option<i64> {
    let sql = std::str::from_utf8(sql).ok()?;
    match parser::parse(sql, &cx.db) {
        Ok(Statement::AlterTable { table, .. }) => Some(e.catalog.find(&table).ok()?.schema().data),
        _ => None,
    }
}

fn execute(e: &mut Engine, cx: &Context, sql: &[u8]) -> Result<()> {
    let sql = std::str::from_utf8(sql).map_err(|_| invalid("no text"))?;
    let allowed = ["create ", "alter ", "drop ", "delete "];
    let head = clip(sql, 8).to_ascii_lowercase();
    if !allowed.iter().any(|a| head.starts_with(a)) {
        return Err(invalid("an unknown change of a table"));
    }
    e.execute(sql, cx).map(|_| ())
}

/// Rows on their way into a table.
struct Block<'a> {
    table: String,
    names: Option<Vec<String>>,
    block: &'a [u8],
}

impl Block<'_> {
    fn batch(&self, e: &Engine, cx: &Context) -> Result<Batch> {
        let table = TableName {
            db: cx.db.clone(),
            name: self.table.clone(),
        };
        let found = e.catalog.find(&table)?;
        if let Found::Super(_) = found {
            return Err(SqlError::no_table());
        }
        let schema = found.schema().clone();
        let (types, rows) = decode::block(self.block).ok_or_else(|| invalid("a broken block"))?;
        let given = self.names.as_ref().map_or(schema.columns.len(), Vec::len);
        if given != types.len() {
            return Err(mismatch());
        }
        let mut slots = vec![];
        let mut order = vec![];
        let mut time = None;
        for (i, ty) in types.iter().enumerate() {
            let name = self.names.as_ref().and_then(|n| n.get(i));
            let at = match name {
                Some(n) => schema
                    .column(n)
                    .ok_or_else(|| SqlError::invalid_column(n))?,
                None => i,
            };
            let column = &schema.columns[at];
            if column.ty.kind != ty.kind || column.ty.scale != ty.scale {
                return Err(mismatch());
            }
            if at == 0 {
                time = Some(i);
            } else {
                slots.push(column.slot);
                order.push((i, column));
            }
        }
        let time = time.ok_or_else(|| invalid("rows without a time"))?;
        let row = |mut r: Row| -> Result<Row> {
            let mut out = Vec::with_capacity(r.len());
            out.push(std::mem::replace(&mut r[time], crate::value::Value::Null));
            for (i, column) in &order {
                let v = std::mem::replace(&mut r[*i], crate::value::Value::Null);
                let long = v.as_bytes().is_some_and(|b| {
                    // Both are counted as the column counts them; blobs have no length.
                    let bytes = column.ty.schema_bytes().saturating_sub(2) as usize;
                    let width = if column.ty.kind == crate::types::Kind::Nchar {
                        4
                    } else {
                        1
                    };
                    let n = if width == 4 {
                        String::from_utf8_lossy(b).chars().count() * 4
                    } else {
                        b.len()
                    };
                    column.ty.kind != crate::types::Kind::Blob && n > bytes
                });
                if long {
                    return Err(SqlError::new(
                        code::VALUE_TOO_LONG,
                        format!("Value too long for column/tag: {}", column.name),
                    ));
                }
                out.push(v);
            }
            Ok(out)
        };
        let rows = rows.into_iter().map(row).collect::<Result<Vec<Row>>>()?;
        Ok(Batch {
            table,
            create: None,
            schema,
            slots,
            rows,
        })
    }
}

/// The blocks of a message with rows; what follows them is left.
fn rows<'a>(r: &mut Bytes<'a>) -> Result<Vec<Block<'a>>> {
    if r.take(1)?[0] < NEW_FORM {
        return Err(invalid("a form of before version 3.1"));
    }
    let head = r.count()?;
    r.take(head)?;
    let count = r.count()?;
    let mut out = vec![];
    if count == 0 {
        return Ok(out);
    }
    let flags = r.take(2)?;
    if flags != [1, 1] {
        return Err(invalid("rows of a query have no table to go to"));
    }
    for _ in 0..count {
        let blob = r.prefixed()?;
        let block = blob
            .get(18..)
            .ok_or_else(|| invalid("a block is cut off"))?;
        let columns = r.zigzag()?;
        r.zigzag()?;
        let mut names = vec![];
        for _ in 0..columns {
            r.take(2)?;
            r.zigzag()?;
            r.zigzag()?;
            names.push(r.text()?);
        }
        out.push(Block {
            table: r.text()?,
            names: Some(names),
            block,
        });
    }
    Ok(out)
}

/// What is left of a message.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let Some((taken, rest)) = self.0.split_at_checked(n) else {
            return Err(invalid("it is cut off"));
        };
        self.0 = rest;
        Ok(taken)
    }
    /// A number of things that follow.
    fn count(&mut self) -> Result<usize> {
        let b = self.take(4)?;
        let n = i32::from_le_bytes([b[0], b[1], b[2], b[3]]);
        let n = usize::try_from(n).ok().filter(|n| *n <= self.0.len());
        n.ok_or_else(|| invalid("a number out of range"))
    }
    fn varint(&mut self) -> Result<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let b = self.take(1)?[0];
            n |= ((b & 0x7f) as u64) << shift;
            if b & 0x80 == 0 {
                return Ok(n);
            }
        }
        Err(invalid("a number out of range"))
    }
    fn zigzag(&mut self) -> Result<i64> {
        let n = self.varint()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }
    fn prefixed(&mut self) -> Result<&'a [u8]> {
        let n = self.varint()?;
        self.take(usize::try_from(n).unwrap_or(usize::MAX))
    }
    /// A text whose length counts its NUL.
    fn text(&mut self) -> Result<String> {
        let b = self.prefixed()?;
        let text = b
            .strip_suffix(&[0])
            .and_then(|b| std::str::from_utf8(b).ok());
        text.map(str::to_string).ok_or_else(|| invalid("no text"))
    }
}
