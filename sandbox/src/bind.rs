//! The payload of `stmt2_bind`: taken apart with every length checked, and its values read as a column's type says.

mod by_row;

pub use by_row::Columns;

use crate::charset::Charset;
use crate::context::decoded;
use crate::error::{code, Result, SqlError};
use crate::geometry;
use crate::sql::convert::json_value;
use crate::types::{Kind, Type};
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a request before the payload.
const HEAD: usize = 30;
const PAYLOAD_HEAD: usize = 28;
const VERSION: u16 = 1;
/// The server counts the rows of a bind in an i16.
const MAX_ROWS: usize = i16::MAX as usize;

/// A bound value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Value(Value),
    /// The row leaves this column alone.
    Unset,
}

/// One tag, column or query parameter of one table.
#[derive(Debug)]
pub struct Item<'a> {
    code: i32,
    /// One byte for each row: 0 a value, 1 NULL, 2 nothing.
    marks: &'a [u8],
    /// Lengths of the values, if their type has them.
    lengths: Option<&'a [u8]>,
    data: &'a [u8],
    /// Of NCHAR, when it is not UTF-8.
    charset: Option<Arc<Charset>>,
}

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

fn fail(message: impl Into<String>) -> SqlError {
    SqlError::new(code::FAIL, message)
}

fn u32_at(b: &[u8], at: usize) -> Option<usize> {
    let four = b.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?) as usize)
}

fn i32_at(b: &[u8], at: usize) -> Option<i32> {
    u32_at(b, at).map(|n| n as u32 as i32)
}

/// What is wrong with a section's place, in the adapter's manner.
fn outside(what: &str, end: usize, total: usize) -> SqlError {
    fail(format!(
        "{what} out of range, end: {end}, total length: {total}"
    ))
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

impl<'a> Item<'a> {
    /// Takes the first item off `rest`.
    fn take(rest: &mut &'a [u8]) -> Option<Item<'a>> {
        let b: &'a [u8] = rest.get(..u32_at(rest, 0)?)?;
        let rows = usize::try_from(i32_at(b, 8)?).ok()?;
        let marks_end = 12usize.checked_add(rows)?;
        let marks = b.get(12..marks_end)?;
        let mut at = marks_end + 1;
        let lengths = match b.get(marks_end)? {
            0 => None,
            _ => {
                let from = at;
                at = at.checked_add(rows.checked_mul(4)?)?;
                Some(b.get(from..at)?)
            }
        };
        let data = b.get(at + 4..)?;
        if u32_at(b, at)? != data.len() {
            return None;
        }
        *rest = &rest[b.len()..];
        Some(Item {
            code: i32_at(b, 4)?,
            marks,
            lengths,
            data,
            charset: None,
        })
    }

    pub fn new(code: i32, marks: &'a [u8], lengths: Option<&'a [u8]>, data: &'a [u8]) -> Item<'a> {
        Item {
            code,
            marks,
            lengths,
            data,
            charset: None,
        }
    }

    /// These rows of it.
    fn of_rows(&self, rows: Range<usize>) -> Result<Item<'a>> {
        let size = |row: usize| match (self.lengths, self.marks[row]) {
            (Some(lengths), 0) => u32_at(lengths, 4 * row),
            (Some(_), _) => Some(0),
            (None, _) => {
                let kind = u8::try_from(self.code).ok().and_then(Kind::from_code);
                kind.map(|k| k.size() as usize)
            }
        };
        let end_of = |row| (0..row).map(size).sum::<Option<usize>>();
        let part = end_of(rows.start).zip(end_of(rows.end));
        let data = part.and_then(|(from, to)| self.data.get(from..to));
        Ok(Item {
            code: self.code,
            marks: &self.marks[rows.clone()],
            lengths: self.lengths.map(|l| &l[4 * rows.start..4 * rows.end]),
            data: data.ok_or_else(|| fail("bind data length error"))?,
            charset: None,
        })
    }

    pub fn rows(&self) -> usize {
        self.marks.len()
    }
    /// Checks that there are as many rows as a bind may have.
    pub fn check_rows(&self, most: Option<usize>) -> Result<()> {
        match (1..=most.unwrap_or(MAX_ROWS)).contains(&self.rows()) {
            true => Ok(()),
            false => Err(SqlError::new(
                code::STMT_BIND_NUMBER,
                "bind number out of range or not match",
            )),
        }
    }

    /// The values for a column or tag.
    pub fn cells(&self, ty: Type) -> Result<Vec<Cell>> {
        // The type of a lone NULL is not looked at.
        let lone_null = self.marks == [1];
        if !lone_null && self.code != ty.kind as i32 {
            return Err(SqlError::new(
                code::INVALID_OPERATION,
                "column type mis-match with buffer type",
            ));
        }
        let mut data = self.data;
        let mut out = Vec::with_capacity(self.rows());
        for (row, mark) in self.marks.iter().enumerate() {
            let value = self
                .next(&mut data, row, ty.kind)
                .ok_or_else(|| fail("bind data length error"))?;
            out.push(match (mark, value) {
                (2, _) => Cell::Unset,
                (0, Some(bytes)) => Cell::Value(self.read(bytes, ty)?),
                _ => Cell::Value(Value::Null),
            });
        }
        Ok(out)
    }
    /// The bytes of a row's value; Some(None) where there is none, None where bytes are missing.
    fn next(&self, data: &mut &'a [u8], row: usize, kind: Kind) -> Option<Option<&'a [u8]>> {
        let present = self.marks.get(row) == Some(&0);
        let length = match kind.is_variable() {
            true if !present => return Some(None),
            true => usize::try_from(i32_at(self.lengths?, 4 * row)?).ok()?,
            false => kind.size() as usize,
        };
        match data.split_at_checked(length) {
            Some((value, rest)) => {
                *data = rest;
                Some(present.then_some(value))
            }
            // The slots of NULLs at the end may be left out.
            None if !present => Some(None),
            None => None,
        }
    }

    /// The value as a query's literal: of its own type, whatever it is compared with.
    pub fn parameter(&self) -> Result<Value> {
        if self.marks != [0] {
            return Ok(Value::Null);
        }
        let kind = u8::try_from(self.code).ok().and_then(Kind::from_code);
        let kind = kind.filter(|k| !k.is_decimal() && *k != Kind::Json);
        let ty = match kind {
            // A parameter may be as long as it likes.
            Some(Kind::Geometry | Kind::Blob) => Type::sized(Kind::Varbinary, u32::MAX),
            Some(k) if k.is_variable() => Type::sized(k, u32::MAX),
            Some(k) => Type::of(k),
            None => {
                return Err(SqlError::unsupported(format!(
                    "query parameters of type {}",
                    self.code
                )))
            }
        };
        let bytes = self
            .next(&mut { self.data }, 0, ty.kind)
            .ok_or_else(|| fail("bind data length error"))?;
        bytes.map_or(Ok(Value::Null), |b| self.read(b, ty))
    }

    fn read(&self, b: &[u8], ty: Type) -> Result<Value> {
        match &self.charset {
            Some(charset) if ty.kind == Kind::Nchar => read(decoded(charset, b)?.as_bytes(), ty),
            _ => read(b, ty),
        }
    }
}

/// A value of a column's type. Fixed-size types come with as many bytes as they have.
fn read(b: &[u8], ty: Type) -> Result<Value> {
    let mut wide = [0; 16];
    if !ty.kind.is_variable() {
        wide[..b.len()].copy_from_slice(b);
    }
    let unsigned = u128::from_le_bytes(wide);
    let bits = 128 - 8 * ty.kind.size();
    // Shifting up and down again extends the sign.
    let signed = || ((unsigned << bits) as i128) >> bits;
    Ok(match ty.kind {
        Kind::Bool => Value::Bool(unsigned != 0),
        Kind::Float => Value::double(f32::from_bits(unsigned as u32) as f64),
        Kind::Double => Value::double(f64::from_bits(unsigned as u64)),
        k if k.is_unsigned() => Value::UInt(unsigned as u64),
        Kind::Decimal | Kind::Decimal64 => Value::Dec(signed(), ty.scale),
        k if k.is_variable() => bytes(b, ty)?,
        _ => Value::Int(signed() as i64),
    })
}

fn bytes(b: &[u8], ty: Type) -> Result<Value> {
    let text = || {
        std::str::from_utf8(b)
            .map_err(|_| SqlError::new(code::INVALID_OPERATION, "text is not UTF-8"))
    };
    let length = match ty.kind {
        Kind::Nchar => text()?.chars().count(),
        _ => b.len(),
    };
    if length > ty.user_len() as usize {
        return Err(SqlError::new(
            code::VALUE_TOO_LONG,
            "Value too long for column/tag",
        ));
    }
    match ty.kind {
        Kind::Geometry if !geometry::is_wkb(b) => Err(SqlError::new(
            code::FUNC_PARA_VALUE,
            "Invalid function para value",
        )),
        Kind::Json => {
            let text = text()?;
            // Prepared statements word this one differently.
            json_value(text).map_err(|what| match what {
                "invalid json value type" => SqlError::insert(text, "invalidate json value"),
                what => SqlError::insert(text, what),
            })
        }
        _ => Ok(Value::Bytes(b.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::prepared::BindType;
    use crate::value::unhex;

    /// The request of the protocol's worked example, and what was recorded of a refused one.
    const TWO_TABLES: &str = "160000000000000001000000000000000900000000000000\
        0100ffffffff\
        ff0000000200000002000000020000001c0000002700000089000000\
        03000400643100643232002e0000002c000000\
        160000000400000001000000000004000000010000001800000008000000010000000001020000000200000062\
        6a1600000004000000010000000000040000000200000016000000080000000100000001010000000000000000\
        3e00000030000000\
        23000000090000000200000000000010000000\
        0068e5cf8b010000e86be5cf8b010000\
        1b0000000400000002000000000100080000000a00000000000000\
        1a0000000900000001000000000008000000\
        0068e5cf8b010000\
        1600000004000000010000000000040000 00ffffffff";

    /// A name, a number, of three rows in two tables.
    const ROWS_OF_TABLES: &str = "160000000000000001000000000000000b000000000000000100\
        62000000 03000000 02000000 02000000 14000000\
        27000000 08000000 03000000 000000 01 02000000 02000000 03000000 07000000 64316431643232\
        20000000 04000000 03000000 000000 00 0c000000 010000000200000003000000";
    #[test]
    fn rows_are_sorted_into_tables() {
        let hex: String = ROWS_OF_TABLES.split_whitespace().collect();
        let mut message = unhex(&hex).unwrap();
        let total = (message.len() - 26) as u32;
        message[26..30].copy_from_slice(&total.to_le_bytes());
        let kinds = [BindType::TableName, BindType::Column];
        let columns = Columns::parse(&message).unwrap();
        let bind = columns.by_table(Some(&kinds)).unwrap();
        let names: Vec<_> = bind.tables.iter().map(|t| t.name).collect();
        assert_eq!(names, ["d1", "d22"]);
        let int = Type::of(Kind::Int);
        let of = |i: usize| values(&bind.tables[i].columns[0], int);
        assert_eq!(of(0), [Value::Int(1), Value::Int(2)]);
        assert_eq!(of(1), [Value::Int(3)]);
        assert!(columns.by_table(None).is_err(), "a query has one row");
        assert!(Columns::parse(&message[..26]).is_err());
        message.push(0);
        assert!(Columns::parse(&message).is_err());
    }
    fn example() -> Vec<u8> {
        let hex: String = TWO_TABLES.split_whitespace().collect();
        unhex(&hex).unwrap()
    }
    fn values(i: &Item, ty: Type) -> Vec<Value> {
        let cells = i.cells(ty).unwrap().into_iter();
        cells
            .map(|c| match c {
                Cell::Value(v) => v,
                Cell::Unset => panic!("unset"),
            })
            .collect()
    }
    /// One bind item.
    fn item(kind: Kind, marks: &[u8], lengths: Option<&[i32]>, data: &[u8]) -> Vec<u8> {
        let mut b = (kind as i32).to_le_bytes().to_vec();
        b.extend_from_slice(&(marks.len() as i32).to_le_bytes());
        b.extend_from_slice(marks);
        b.push(lengths.is_some() as u8);
        for n in lengths.unwrap_or(&[]) {
            b.extend_from_slice(&n.to_le_bytes());
        }
        b.extend_from_slice(&(data.len() as i32).to_le_bytes());
        b.extend_from_slice(data);
        let mut out = (b.len() as u32 + 4).to_le_bytes().to_vec();
        out.extend(b);
        out
    }
    fn cells(b: &[u8], ty: Type) -> Result<Vec<Cell>> {
        Item::take(&mut { b }).expect("an item").cells(ty)
    }

    #[test]
    fn the_worked_example_is_read() {
        let b = example();
        let bind = Bind::parse(&b).unwrap();
        assert_eq!((bind.column, bind.tables.len()), (-1, 2));
        let [d1, d22] = &bind.tables[..] else {
            panic!()
        };
        assert_eq!((d1.name, d22.name), ("d1", "d22"));
        let int = Type::of(Kind::Int);
        assert_eq!(values(&d1.tags[0], int), [Value::Int(1)]);
        assert_eq!(values(&d1.tags[1], Type::varchar(16)), [Value::text("bj")]);
        assert_eq!(values(&d22.tags[1], Type::varchar(16)), [Value::Null]);
        assert_eq!(
            values(&d1.columns[0], Type::of(Kind::Timestamp)),
            [1_700_000_000_000, 1_700_000_001_000].map(Value::Int)
        );
        assert_eq!(values(&d1.columns[1], int), [Value::Int(10), Value::Null]);
        assert_eq!(values(&d22.columns[1], int), [Value::Int(-1)]);
    }

    #[test]
    fn broken_payloads_are_refused() {
        let full = example();
        for n in 0..full.len() {
            assert!(Bind::parse(&full[..n]).is_err(), "{n} bytes");
            // Cut, with a total length that says so.
            if n >= HEAD + PAYLOAD_HEAD {
                let mut cut = full[..n].to_vec();
                cut[HEAD..HEAD + 4].copy_from_slice(&((n - HEAD) as u32).to_le_bytes());
                assert!(Bind::parse(&cut).is_err(), "{n} bytes");
            }
        }
        // Any number anywhere may be nonsense, but nothing is read outside the message.
        for at in HEAD..full.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut b = full.clone();
                b[at] = byte;
                if let Ok(bind) = Bind::parse(&b) {
                    for i in bind
                        .tables
                        .iter()
                        .flat_map(|t| t.tags.iter().chain(&t.columns))
                    {
                        for kind in [Kind::Int, Kind::Varchar, Kind::Timestamp] {
                            let _ = i.cells(Type::sized(kind, 16));
                        }
                        let _ = i.parameter();
                    }
                }
            }
        }
        let message = |b: &[u8]| Bind::parse(b).unwrap_err().message;
        assert_eq!(message(&full[..26]), "message length is too short");
        assert_eq!(message(&full[..40]), "data length is less than 28");
        let mut b = full.clone();
        b.push(0);
        assert_eq!(
            message(&b),
            "total length not match, expect 256, but get 255"
        );
        b = full.clone();
        b[24] = 2;
        assert_eq!(message(&b), "unknown stmt2 bind version");
        // A table count that only the head knows of.
        b = full[..HEAD + PAYLOAD_HEAD].to_vec();
        b[HEAD..].fill(0);
        b[HEAD] = PAYLOAD_HEAD as u8;
        b[HEAD + 4..HEAD + 8].fill(0xff);
        assert!(Bind::parse(&b).is_err());
    }

    #[test]
    fn values_of_all_types() {
        let one = |kind: Kind, ty: Type, data: &[u8]| {
            let n = [data.len() as i32];
            let lengths = kind.is_variable().then_some(n.as_slice());
            cells(&item(kind, &[0], lengths, data), ty).map(|c| c[0].clone())
        };
        let fixed = |kind, data: &[u8]| one(kind, Type::of(kind), data).unwrap();
        let value = Cell::Value;
        assert_eq!(fixed(Kind::Bool, &[1]), value(Value::Bool(true)));
        assert_eq!(fixed(Kind::TinyInt, &[0x80]), value(Value::Int(-128)));
        assert_eq!(fixed(Kind::UTinyInt, &[0x80]), value(Value::UInt(128)));
        assert_eq!(fixed(Kind::SmallInt, &[0, 0x80]), value(Value::Int(-32768)));
        assert_eq!(
            fixed(Kind::BigInt, &i64::MIN.to_le_bytes()),
            value(Value::Int(i64::MIN))
        );
        assert_eq!(
            fixed(Kind::UBigInt, &u64::MAX.to_le_bytes()),
            value(Value::UInt(u64::MAX))
        );
        assert_eq!(
            fixed(Kind::Float, &1.5f32.to_le_bytes()),
            value(Value::Double(1.5))
        );
        assert_eq!(
            fixed(Kind::Double, &(-2.5e-100f64).to_le_bytes()),
            value(Value::Double(-2.5e-100))
        );
        let d = one(
            Kind::Decimal64,
            Type::decimal(10, 2),
            &(-568i64).to_le_bytes(),
        );
        assert_eq!(d.unwrap(), value(Value::Dec(-568, 2)));
        let d = one(
            Kind::Decimal,
            Type::decimal(30, 5),
            &(-100_000i128).to_le_bytes(),
        );
        assert_eq!(d.unwrap(), value(Value::Dec(-100_000, 5)));
        let nchar = Type::sized(Kind::Nchar, 2);
        assert_eq!(
            one(Kind::Nchar, nchar, "中文".as_bytes()).unwrap(),
            value(Value::text("中文"))
        );
        let code = |r: Result<Cell>| r.unwrap_err().code;
        assert_eq!(
            code(one(Kind::Nchar, nchar, "abc".as_bytes())),
            code::VALUE_TOO_LONG
        );
        assert_eq!(code(one(Kind::Nchar, nchar, &[0xff])), 512);
        assert_eq!(code(one(Kind::Varchar, Type::of(Kind::Int), b"1")), 512);
        let shape = Type::sized(Kind::Geometry, 100);
        assert_eq!(code(one(Kind::Geometry, shape, b"POINT(1 2)")), 10243);
        let json = Type::of(Kind::Json);
        assert_eq!(
            one(Kind::Json, json, b"{\"a\": 1}").unwrap(),
            value(Value::text("{\"a\":1}"))
        );
        assert_eq!(
            one(Kind::Json, json, b"{\"k\":[1]}").unwrap_err().message,
            "syntax error near '{\"k\":[1]}' (invalidate json value)"
        );
    }

    #[test]
    fn nulls_and_nothing() {
        let int = Type::of(Kind::Int);
        let null = Cell::Value(Value::Null);
        // A lone NULL may be of any type; of several rows it may not.
        assert_eq!(
            cells(&item(Kind::Varchar, &[1], Some(&[0]), &[]), int),
            Ok(vec![null.clone()])
        );
        assert!(cells(&item(Kind::Varchar, &[1, 1], Some(&[0, 0]), &[]), int).is_err());
        // All NULL: no slots are needed.
        assert_eq!(
            cells(&item(Kind::Int, &[1, 1], None, &[]), int),
            Ok(vec![null.clone(); 2])
        );
        assert!(cells(&item(Kind::Int, &[1, 0], None, &[0; 4]), int).is_err());
        // NULLs take a slot of fixed-size types, but no bytes of texts, whatever their length says.
        let one = Cell::Value(Value::Int(1));
        assert_eq!(
            cells(
                &item(Kind::Int, &[1, 0, 2], None, &[9, 9, 9, 9, 1, 0, 0, 0]),
                int
            ),
            Ok(vec![null.clone(), one, Cell::Unset])
        );
        assert_eq!(
            cells(
                &item(Kind::Varchar, &[0, 1, 0], Some(&[1, 7, 2]), b"abc"),
                Type::varchar(4)
            ),
            Ok(vec![
                Cell::Value(Value::text("a")),
                null,
                Cell::Value(Value::text("bc"))
            ])
        );
        assert!(cells(
            &item(Kind::Varchar, &[0], Some(&[-1]), b"abc"),
            Type::varchar(4)
        )
        .is_err());
    }
}
