//! The payload of `stmt2_bind`: names, tags and columns of tables.

use super::bytes::{fail, outside, u32_at, VERSION};
use super::item::Item;
use crate::charset::Charset;
use crate::error::Result;
use std::sync::Arc;

/// Bytes of a request before the payload.
pub(super) const HEAD: usize = 30;
pub(super) const PAYLOAD_HEAD: usize = 28;

#[derive(Debug, Default)]
pub struct Table<'a> {
    /// Empty if the statement names the table.
    pub name: &'a str,
    pub tags: Vec<Item<'a>>,
    pub columns: Vec<Item<'a>>,
}

#[derive(Debug)]
pub struct Bind<'a> {
    /// -1 for all columns, or the number of the only one.
    pub column: i32,
    pub tables: Vec<Table<'a>>,
}

impl<'a> Bind<'a> {
    /// NCHAR is in this character set.
    pub fn read_in(&mut self, charset: Option<&Arc<Charset>>) {
        for table in &mut self.tables {
            for item in table.tags.iter_mut().chain(&mut table.columns) {
                item.charset = charset.cloned();
            }
        }
    }

    /// A whole request, its 24-byte head too.
    pub fn parse(message: &'a [u8]) -> Result<Bind<'a>> {
        let (Some(head), Some(payload)) = (message.get(24..HEAD), message.get(HEAD..)) else {
            return Err(fail("message length is too short"));
        };
        if u16::from_le_bytes([head[0], head[1]]) != VERSION {
            return Err(fail("unknown stmt2 bind version"));
        }
        Ok(Bind {
            column: i32::from_le_bytes([head[2], head[3], head[4], head[5]]),
            tables: tables(payload)?,
        })
    }
}

fn tables(p: &[u8]) -> Result<Vec<Table<'_>>> {
    if p.len() < PAYLOAD_HEAD {
        return Err(fail("data length is less than 28"));
    }
    let field = |i: usize| u32_at(p, 4 * i).unwrap_or(0);
    let [total, count, tag_count, column_count] = [0, 1, 2, 3].map(field);
    let [names_at, tags_at, columns_at] = [4, 5, 6].map(field);
    if total != p.len() {
        return Err(fail(format!(
            "total length not match, expect {}, but get {total}",
            p.len()
        )));
    }
    // Only sections show that there are as many tables as the head claims.
    if count == 0 || (count > 1 && names_at == 0 && tags_at == 0 && columns_at == 0) {
        return Err(fail("table count not match"));
    }
    let names = match names_at {
        0 => vec![],
        at => names(p, at, count)?,
    };
    let mut tags = items(p, tags_at, count, tag_count, "tag")?.into_iter();
    let mut columns = items(p, columns_at, count, column_count, "col")?.into_iter();
    Ok((0..count)
        .map(|i| Table {
            name: names.get(i).copied().unwrap_or(""),
            tags: tags.next().unwrap_or_default(),
            columns: columns.next().unwrap_or_default(),
        })
        .collect())
}

fn names(p: &[u8], at: usize, count: usize) -> Result<Vec<&str>> {
    let mut name_at = at.saturating_add(count.saturating_mul(2));
    let lengths = p
        .get(at..name_at)
        .ok_or_else(|| outside("table name lengths", name_at, p.len()))?;
    let mut out = vec![];
    for (i, length) in lengths.chunks_exact(2).enumerate() {
        let length = u16::from_le_bytes([length[0], length[1]]) as usize;
        if length == 0 {
            return Err(fail(format!("table name length is 0, tableIndex: {i}")));
        }
        let end = name_at + length;
        let name = p
            .get(name_at..end)
            .ok_or_else(|| outside("table names", end, p.len()))?;
        // A NUL ends it, as it ends the C text it becomes.
        let name = name.split(|b| *b == 0).next().unwrap_or(&[]);
        out.push(
            std::str::from_utf8(name)
                .map_err(|_| fail(format!("table name is not UTF-8, tableIndex: {i}")))?,
        );
        name_at = end;
    }
    Ok(out)
}

/// The tags or columns of each table.
fn items<'a>(
    p: &'a [u8],
    at: usize,
    count: usize,
    each: usize,
    what: &str,
) -> Result<Vec<Vec<Item<'a>>>> {
    if at == 0 {
        return Ok(vec![]);
    }
    if each == 0 {
        return Err(fail(format!(
            "{what} count is 0, but {what}s offset is not 0"
        )));
    }
    let plural = format!("{what}s");
    let mut start = at.saturating_add(count.saturating_mul(4));
    let lengths = p
        .get(at..start)
        .ok_or_else(|| outside(&plural, start, p.len()))?;
    let mut out = vec![];
    for i in 0..count {
        let length = u32_at(lengths, 4 * i).unwrap_or(0);
        if length == 0 {
            return Err(fail(format!("{what} length is 0, tableIndex: {i}")));
        }
        let end = start.saturating_add(length);
        let mut rest = p
            .get(start..end)
            .ok_or_else(|| outside(&plural, end, p.len()))?;
        let mut table = vec![];
        for field in 0..each {
            let item = Item::take(&mut rest).ok_or_else(|| {
                fail(format!(
                    "bind data length error, tableIndex: {i}, fieldIndex: {field}"
                ))
            })?;
            table.push(item);
        }
        if !rest.is_empty() {
            return Err(fail(format!(
                "bind data length error, tableIndex: {i}, fieldIndex: {each}"
            )));
        }
        out.push(table);
        start = end;
    }
    Ok(out)
}
