//! Encodes rows into a raw block: the bytes of a fetch reply, column by column.

use crate::types::{Kind, Type};
use crate::value::{Row, Value};

const VERSION: i32 = 1;
const COLUMN_INFO_PRESENT: u32 = 0x8000_0000;

/// One block of all `rows`. A cell that does not fit its column's type is NULL: the block must stay readable.
pub fn encode(types: &[Type], rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + rows.len() * types.len() * 10);
    put_i32(&mut out, VERSION);
    put_i32(&mut out, 0);
    put_i32(&mut out, rows.len() as i32);
    put_i32(&mut out, types.len() as i32);
    out.extend_from_slice(&COLUMN_INFO_PRESENT.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    for t in types {
        out.push(t.kind as u8);
        out.extend_from_slice(&t.schema_bytes().to_le_bytes());
    }
    let lengths = out.len();
    out.resize(lengths + 4 * types.len(), 0);
    for (c, t) in types.iter().enumerate() {
        let cells = rows.iter().map(|r| r.get(c).unwrap_or(&Value::Null));
        let n = if t.kind.is_variable() {
            variable(&mut out, t, rows.len(), cells)
        } else {
            fixed(&mut out, t, rows.len(), cells)
        };
        out[lengths + 4 * c..lengths + 4 * c + 4].copy_from_slice(&(n as u32).to_le_bytes());
    }
    out.push(0);
    let total = out.len() as u32;
    out[4..8].copy_from_slice(&total.to_le_bytes());
    out
}

fn put_i32(out: &mut Vec<u8>, v: i32) {
    out.extend_from_slice(&v.to_le_bytes());
}

/// Null bitmap (first row in the most significant bit), then the values.
fn fixed<'a>(
    out: &mut Vec<u8>,
    t: &Type,
    rows: usize,
    cells: impl Iterator<Item = &'a Value>,
) -> usize {
    let (bitmap, size) = (out.len(), t.kind.size() as usize);
    out.resize(bitmap + rows.div_ceil(8), 0);
    let start = out.len();
    for (r, v) in cells.enumerate() {
        match bits(t, v) {
            Some(b) => out.extend_from_slice(&b[..size]),
            None => {
                out[bitmap + r / 8] |= 0x80 >> (r % 8);
                out.resize(out.len() + size, 0);
            }
        }
    }
    out.len() - start
}

fn bits(t: &Type, v: &Value) -> Option<[u8; 16]> {
    let wide = match (t.kind, v) {
        (_, Value::Null) => return None,
        (Kind::Float, v) => (v.as_f64()? as f32).to_bits() as i128,
        (Kind::Double, v) => v.as_f64()?.to_bits() as i128,
        (k, Value::Dec(v, s)) if k.is_decimal() => crate::decimal::rescale(*v, *s, t.scale)?,
        (k, v) if k.is_decimal() => crate::decimal::rescale(v.as_int()?, 0, t.scale)?,
        (_, v) => v.as_int()?,
    };
    Some(wide.to_le_bytes())
}

/// Offsets (-1 is NULL), then the cells with their own length prefix.
fn variable<'a>(
    out: &mut Vec<u8>,
    t: &Type,
    rows: usize,
    cells: impl Iterator<Item = &'a Value>,
) -> usize {
    let offsets = out.len();
    out.resize(offsets + 4 * rows, 0xff);
    let start = out.len();
    for (r, v) in cells.enumerate() {
        let text;
        let bytes: &[u8] = match v {
            Value::Null => continue,
            Value::Bytes(b) => b,
            v => {
                text = v.to_text().unwrap_or_default();
                text.as_bytes()
            }
        };
        let at = (out.len() - start) as i32;
        out[offsets + 4 * r..offsets + 4 * r + 4].copy_from_slice(&at.to_le_bytes());
        match t.kind {
            Kind::Nchar => {
                let mark = out.len();
                out.extend_from_slice(&[0, 0]);
                String::from_utf8_lossy(bytes)
                    .chars()
                    .for_each(|c| out.extend_from_slice(&(c as u32).to_le_bytes()));
                let n = (out.len() - mark - 2) as u16;
                out[mark..mark + 2].copy_from_slice(&n.to_le_bytes());
            }
            Kind::Blob => {
                out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
                out.extend_from_slice(bytes);
            }
            _ => {
                let bytes = &bytes[..bytes.len().min(u16::MAX as usize)];
                out.extend_from_slice(&(bytes.len() as u16).to_le_bytes());
                out.extend_from_slice(bytes);
            }
        }
    }
    out.len() - start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::unhex;

    fn hex(s: &str) -> Vec<u8> {
        unhex(&s.split_whitespace().collect::<String>()).unwrap()
    }

    /// `select ts, v, s, n`: the worked example of the protocol's description.
    #[test]
    fn encodes_the_worked_example() {
        let types = [
            Type::of(Kind::Timestamp),
            Type::of(Kind::Int),
            Type::varchar(16),
            Type::sized(Kind::Nchar, 8),
        ];
        let rows = vec![
            vec![
                Value::Int(1700000000000),
                Value::Int(10),
                Value::text("abc"),
                Value::text("é中"),
            ],
            vec![
                Value::Int(1700000001000),
                Value::Null,
                Value::Null,
                Value::Null,
            ],
            vec![
                Value::Int(1700000002000),
                Value::Int(-1),
                Value::text(""),
                Value::text("x"),
            ],
        ];
        let want = hex(
            "01000000 96000000 03000000 04000000 00000080 0000000000000000 0908000000 0404000000 0812000000 0a22000000
             18000000 0c000000 07000000 10000000 00 0068e5cf8b010000 e86be5cf8b010000 d06fe5cf8b010000 40 0a000000 00000000 ffffffff
             00000000 ffffffff 05000000 0300616263 0000 00000000 ffffffff 0a000000 0800 e9000000 2d4e0000 0400 78000000 00",
        );
        assert_eq!(encode(&types, &rows), want);
    }

    /// `select * from a order by ts` of all fixed and variable types, as recorded from TDengine 3.3.7.5.
    #[test]
    fn encodes_all_types_as_recorded() {
        use Kind::*;
        let fixed = [
            Timestamp, Bool, TinyInt, SmallInt, Int, BigInt, UTinyInt, USmallInt, UInt, UBigInt,
            Float, Double,
        ];
        let mut types: Vec<Type> = fixed.iter().map(|k| Type::of(*k)).collect();
        types.extend([
            Type::varchar(20),
            Type::sized(Nchar, 20),
            Type::sized(Varbinary, 20),
            Type::sized(Geometry, 100),
        ]);
        types.extend([Type::decimal(10, 2), Type::decimal(30, 5)]);
        let i = Value::Int;
        let b = |x: &[u8]| Value::Bytes(x.into());
        let wkb = crate::geometry::from_text("POINT(1 2)").unwrap();
        let first = vec![
            i(1700000000000),
            Value::Bool(true),
            i(-1),
            i(-2),
            i(-3),
            i(-4),
            Value::UInt(5),
            Value::UInt(6),
            Value::UInt(7),
            Value::UInt(8),
            Value::Double(1.5),
            Value::Double(2.5),
            Value::text("abc"),
            Value::text("中文"),
            b(&[0, 255]),
            b(&wkb),
            Value::Dec(1234, 2),
            Value::Dec(-123456789012345678912345, 5),
        ];
        let mut second = vec![Value::Null; 18];
        second[0] = i(1700000000001);
        let third = vec![
            i(1700000000002),
            Value::Bool(false),
            i(127),
            i(32767),
            i(2147483647),
            i(i64::MAX),
            Value::UInt(255),
            Value::UInt(65535),
            Value::UInt(4294967295),
            Value::UInt(u64::MAX),
            Value::Double(-0.5),
            Value::Double(-0.25),
            Value::text(""),
            Value::text(""),
            b(&[]),
            Value::Null,
            Value::Dec(0, 2),
            Value::Dec(0, 5),
        ];
        let want = hex(
            "010000000e02000003000000120000000000008000000000000000000908000000010100000002010000000302000000040400000005080000000b010000000c
             020000000d040000000e080000000604000000070800000008160000000a520000001016000000146600000015020a000811051e001018000000030000000300
             0000060000000c0000001800000003000000060000000c000000180000000c00000018000000070000000c000000060000001700000018000000300000000000
             68e5cf8b0100000168e5cf8b0100000268e5cf8b0100004001000040ff007f40feff0000ff7f40fdffffff00000000ffffff7f40fcffffffffffffff00000000
             00000000ffffffffffffff7f400500ff4006000000ffff400700000000000000ffffffff4008000000000000000000000000000000ffffffffffffffff400000
             c03f00000000000000bf4000000000000004400000000000000000000000000000d0bf00000000ffffffff050000000300616263000000000000ffffffff0a00
             000008002d4e000087650000000000000000ffffffff04000000020000ff000000000000ffffffffffffffff15000101000000000000000000f03f0000000000
             00004040d2040000000000000000000000000000000000000000000040a72469935fefe064dbe5ffffffffffff00000000000000000000000000000000000000
             0000000000000000000000000000",
        );
        assert_eq!(encode(&types, &[first, second, third]), want);
    }

    #[test]
    fn encodes_blob_and_json_as_recorded() {
        let types = [Type::of(Kind::Timestamp), Type::of(Kind::Blob)];
        let rows = [
            vec![
                Value::Int(1700000000000),
                Value::Bytes([1, 2].as_slice().into()),
            ],
            vec![Value::Int(1700000000001), Value::Null],
        ];
        let want = hex(
            "010000004e0000000200000002000000000000800000000000000000090800000012050000001000000006000000000068e5cf8b0100000168e5cf8b01000000
             000000ffffffff02000000010200",
        );
        assert_eq!(encode(&types, &rows), want);
        let types = [Type::of(Kind::Int), Type::of(Kind::Json)];
        let rows = [
            vec![Value::Int(1), Value::text("{\"a\":1}")],
            vec![Value::Int(2), Value::Null],
        ];
        let want = hex(
            "0100000049000000020000000200000000000080000000000000000004040000000f00400000080000000900000000010000000200000000000000ffffffff07
             007b2261223a317d00",
        );
        assert_eq!(encode(&types, &rows), want);
    }

    #[test]
    fn bitmap_edges() {
        for rows in [1usize, 7, 8, 9, 16, 17] {
            let data: Vec<Row> = (0..rows)
                .map(|i| {
                    vec![if i % 2 == 0 {
                        Value::Null
                    } else {
                        Value::Int(i as i64)
                    }]
                })
                .collect();
            let b = encode(&[Type::of(Kind::Int)], &data);
            assert_eq!(b.len(), 28 + 9 + rows.div_ceil(8) + 4 * rows + 1);
            assert_eq!(
                b[37],
                [0x80, 0xaa][(rows > 1) as usize] & (0xffu32 << (8 - rows.min(8))) as u8
            );
        }
    }
}
