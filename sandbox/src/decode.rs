//! Reads a raw block back into rows.

use crate::types::{Kind, Type};
use crate::value::{Row, Value};

const HEAD: usize = 28;

fn i32_at(b: &[u8], at: usize) -> Option<i32> {
    let b = b.get(at..at.checked_add(4)?)?;
    b.try_into().ok().map(i32::from_le_bytes)
}

/// The whole length that a block announces.
pub fn length(b: &[u8]) -> Option<usize> {
    usize::try_from(i32_at(b, 4)?).ok()
}

/// The types of the columns, and the rows. None if it is no sound block.
pub fn block(b: &[u8]) -> Option<(Vec<Type>, Vec<Row>)> {
    let (rows, columns) = (i32_at(b, 8)?, i32_at(b, 12)?);
    let (rows, columns) = (usize::try_from(rows).ok()?, usize::try_from(columns).ok()?);
    // Every cell takes a bit at least, and every column nine bytes of head.
    if length(b)? != b.len() || rows / 8 > b.len() || columns * 9 > b.len() {
        return None;
    }
    let mut types = Vec::with_capacity(columns);
    for c in 0..columns {
        let at = HEAD + 5 * c;
        let kind = Kind::from_code(*b.get(at)?)?;
        types.push(type_of(kind, i32_at(b, at + 1)? as u32));
    }
    let mut out: Vec<Row> = (0..rows).map(|_| Vec::with_capacity(columns)).collect();
    let mut at = HEAD + 9 * columns;
    for (c, ty) in types.iter().enumerate() {
        let length = usize::try_from(i32_at(b, HEAD + 5 * columns + 4 * c)?).ok()?;
        let head = match ty.kind.is_variable() {
            true => 4 * rows,
            false => rows.div_ceil(8),
        };
        let (meta, data) = (b.get(at..at + head)?, at + head);
        let data = b.get(data..data.checked_add(length)?)?;
        for (r, row) in out.iter_mut().enumerate() {
            row.push(match ty.kind.is_variable() {
                true => variable(ty, i32_at(meta, 4 * r)?, data)?,
                false if meta[r / 8] & (0x80 >> (r % 8)) != 0 => Value::Null,
                false => {
                    let size = ty.kind.size() as usize;
                    fixed(ty, data.get(r * size..(r + 1) * size)?)?
                }
            });
        }
        at += head + length;
    }
    Some((types, out))
}

/// The inverse of `Type::schema_bytes`.
fn type_of(kind: Kind, bytes: u32) -> Type {
    match kind {
        k if k.is_decimal() => Type {
            kind,
            len: 0,
            precision: (bytes >> 8) as u8,
            scale: bytes as u8,
        },
        Kind::Nchar => Type::sized(kind, bytes.saturating_sub(2) / 4),
        k if k.is_variable() => Type::sized(kind, bytes.saturating_sub(2)),
        _ => Type::of(kind),
    }
}

fn fixed(ty: &Type, b: &[u8]) -> Option<Value> {
    let mut wide = [0; 16];
    wide.get_mut(..b.len())?.copy_from_slice(b);
    let bits = u128::from_le_bytes(wide);
    let shift = 128 - 8 * b.len() as u32;
    let signed = ((bits << shift) as i128) >> shift;
    Some(match ty.kind {
        Kind::Bool => Value::Bool(bits != 0),
        Kind::Float => Value::Double(f32::from_bits(bits as u32) as f64),
        Kind::Double => Value::Double(f64::from_bits(bits as u64)),
        k if k.is_decimal() => Value::Dec(signed, ty.scale),
        k if k.is_unsigned() => Value::UInt(bits as u64),
        _ => Value::Int(signed as i64),
    })
}

fn variable(ty: &Type, offset: i32, data: &[u8]) -> Option<Value> {
    let Ok(at) = usize::try_from(offset) else {
        return Some(Value::Null);
    };
    let prefix = if ty.kind == Kind::Blob { 4 } else { 2 };
    let mut n = [0; 4];
    n[..prefix].copy_from_slice(data.get(at..at + prefix)?);
    let from = at + prefix;
    let b = data.get(from..from.checked_add(u32::from_le_bytes(n) as usize)?)?;
    Some(match ty.kind {
        Kind::Nchar => {
            let codes = b
                .chunks_exact(4)
                .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
            let text: Option<String> = codes.map(char::from_u32).collect();
            Value::text(&text?)
        }
        _ => Value::Bytes(b.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block;

    #[test]
    fn reads_what_is_encoded() {
        let mut decimal = Type::of(Kind::Decimal);
        (decimal.precision, decimal.scale) = (30, 5);
        let types = [
            Type::of(Kind::Timestamp),
            Type::of(Kind::UBigInt),
            Type::of(Kind::Float),
            decimal,
            Type::sized(Kind::Nchar, 5),
            Type::of(Kind::Blob),
            Type::varchar(3),
            Type::of(Kind::TinyInt),
        ];
        let row = |i: i64| {
            vec![
                Value::Int(i),
                Value::UInt(u64::MAX),
                Value::Double(1.5),
                Value::Dec(-7, 5),
                Value::text("é中"),
                Value::text("blob"),
                if i % 2 == 0 {
                    Value::Null
                } else {
                    Value::text("")
                },
                Value::Int(-1),
            ]
        };
        let mut rows: Vec<Row> = (0..9).map(row).collect();
        rows[3][1..].fill(Value::Null);
        let b = block::encode(&types, &rows);
        let (read, got) = super::block(&b).unwrap();
        assert_eq!(got, rows);
        assert_eq!((read[3], read[4].len, read[6].len), (decimal, 5, 3));
        for n in 0..b.len() {
            assert!(super::block(&b[..n]).is_none());
        }
        for i in 0..b.len() {
            let mut broken = b.clone();
            broken[i] ^= 0xff;
            super::block(&broken);
        }
    }
}
