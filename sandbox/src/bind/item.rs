//! The values of one tag, column or query parameter, read as the column's type says.

use super::bytes::{fail, i32_at, u32_at};
use crate::charset::Charset;
use crate::context::decoded;
use crate::error::{code, Result, SqlError};
use crate::geometry;
use crate::sql::convert::json_value;
use crate::types::{Kind, Type};
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

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
    pub(super) code: i32,
    /// One byte for each row: 0 a value, 1 NULL, 2 nothing.
    pub(super) marks: &'a [u8],
    /// Lengths of the values, if their type has them.
    pub(super) lengths: Option<&'a [u8]>,
    pub(super) data: &'a [u8],
    /// Of NCHAR, when it is not UTF-8.
    pub(super) charset: Option<Arc<Charset>>,
}

impl<'a> Item<'a> {
    /// Takes the first item off `rest`.
    pub(super) fn take(rest: &mut &'a [u8]) -> Option<Item<'a>> {
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
    pub(super) fn of_rows(&self, rows: Range<usize>) -> Result<Item<'a>> {
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
