//! What version 1 binds: values in JSON or in a raw block, made into the items that version 2 has.

use super::field::Field;
use super::item::Item;
use crate::decode;
use crate::error::{code, Result, SqlError};
use crate::time::{Precision, Zone};
use crate::types::Kind;
use crate::value::{unhex, Row, Value};
use serde_json::Value as Json;

/// The values of one column.
#[derive(Debug)]
pub struct Column {
    kind: Kind,
    marks: Vec<u8>,
    lengths: Vec<u8>,
    data: Vec<u8>,
}

fn fail(message: impl Into<String>) -> SqlError {
    SqlError::new(code::FAIL, message)
}

impl Column {
    fn new(kind: Kind) -> Column {
        Column {
            kind,
            marks: vec![],
            lengths: vec![],
            data: vec![],
        }
    }

    pub fn item(&self) -> Item<'_> {
        let lengths = self.kind.is_variable().then_some(&self.lengths[..]);
        Item::new(self.kind as i32, &self.marks, lengths, &self.data)
    }

    /// A value of the column's kind.
    fn push(&mut self, value: &Value) {
        self.marks.push(value.is_null() as u8);
        let size = self.kind.size() as usize;
        let narrow = |wide: [u8; 8]| wide[..size.min(8)].to_vec();
        let bytes = match (value, self.kind) {
            (Value::Null, _) => vec![0; size],
            (Value::Bool(b), _) => vec![*b as u8],
            (Value::Double(d), Kind::Float) => (*d as f32).to_le_bytes().to_vec(),
            (Value::Double(d), _) => d.to_le_bytes().to_vec(),
            (Value::Int(i), _) => narrow(i.to_le_bytes()),
            (Value::UInt(u), _) => narrow(u.to_le_bytes()),
            (Value::Dec(..), _) => vec![0; size],
            (Value::Bytes(b), _) => b.to_vec(),
        };
        if self.kind.is_variable() {
            self.lengths.extend((bytes.len() as i32).to_le_bytes());
        }
        self.data.extend(bytes);
    }

    /// A list of JSON values for a column, as the adapter reads them.
    pub fn of_json(field: &Field, values: &[Json]) -> Result<Column> {
        let mut out = Column::new(field.ty.kind);
        for v in values {
            out.push(
                &of_json(field, v).ok_or_else(|| {
                    fail(format!("stmt parse column json:{v} is no {:?}", out.kind))
                })?,
            );
        }
        Ok(out)
    }
}

fn of_json(field: &Field, v: &Json) -> Option<Value> {
    let kind = field.ty.kind;
    let in_range = |n: i64| {
        let (least, most) = kind.range();
        (least..=most).contains(&n.into()).then_some(Value::Int(n))
    };
    Some(match (kind, v) {
        (_, Json::Null) => Value::Null,
        (Kind::Bool, v) => Value::Bool(v.as_bool()?),
        (Kind::Timestamp, Json::String(text)) => {
            let precision = [Precision::Milli, Precision::Micro, Precision::Nano];
            let precision = *precision.get(field.precision as usize)?;
            Value::Int(Zone::utc().parse(text, precision)?)
        }
        (Kind::Timestamp, v) => Value::Int(v.as_i64()?),
        (k, v) if k.is_float() => Value::Double(v.as_f64()?),
        (k, v) if k.is_unsigned() => Value::UInt(v.as_u64()?),
        (k, v) if k.is_signed() => in_range(v.as_i64()?)?,
        (Kind::Varchar | Kind::Nchar | Kind::Json, v) => Value::text(v.as_str()?),
        (Kind::Varbinary | Kind::Geometry, v) => Value::Bytes(unhex(v.as_str()?)?.into()),
        _ => return None,
    })
}

/// The columns of a block. Of an insert it must have those of its table: the real adapter reads it by
/// them, and does not survive others.
pub fn of_block(block: &[u8], fields: Option<&[Field]>) -> Result<Vec<Column>> {
    let (types, rows) = decode::block(block).ok_or_else(|| fail("parse row block info error"))?;
    for (i, ty) in types.iter().enumerate() {
        let own = fields.and_then(|f| f.get(i));
        let known = own.is_none_or(|f| f.ty.kind == ty.kind);
        if !known || ty.kind.is_decimal() || ty.kind == Kind::Blob {
            return Err(fail(format!("sandbox: column {i} has type {:?}", ty.kind)));
        }
        // Known from inserts only.
        if fields.is_none() && ty.kind == Kind::Timestamp {
            return Err(fail("unsupported type 9"));
        }
    }
    Ok(types
        .iter()
        .enumerate()
        .map(|(i, ty)| column(ty.kind, &rows, i))
        .collect())
}

fn column(kind: Kind, rows: &[Row], i: usize) -> Column {
    let mut out = Column::new(kind);
    rows.iter()
        .filter_map(|row| row.get(i))
        .for_each(|v| out.push(v));
    out
}
