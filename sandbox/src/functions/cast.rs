//! CAST: a value in another type.

use super::call::Call;
use super::numbers::num;
use super::texts::text;
use crate::decimal;
use crate::error::clip;
use crate::types::{Kind, Type};
use crate::value::Value;

/// CAST: the value in another type; texts that are no numbers become 0, as in the real server.
pub fn cast(c: &Call, v: &Value, to: Type) -> Value {
    if v.is_null() {
        return Value::Null;
    }
    let from = c.types[0];
    match to.kind {
        Kind::Bool => match v.to_text().as_deref() {
            Some("true") => Value::Bool(true),
            Some("false") => Value::Bool(false),
            _ => Value::Bool(num(v) != 0.0),
        },
        Kind::Timestamp => match v {
            Value::Bytes(_) => c
                .zone
                .parse(&text(v), c.precision)
                .map_or(Value::Null, Value::Int),
            v => v.as_i64().map_or(Value::Null, Value::Int),
        },
        Kind::Float => Value::double(num(v) as f32 as f64),
        Kind::Double => Value::double(num(v)),
        k if k.is_decimal() => {
            let d = match v {
                Value::Dec(d, s) => {
                    decimal::rescale(*d, *s, to.scale).and_then(|d| decimal::fit(d, to.precision))
                }
                // Recorded: a text never becomes a decimal.
                Value::Bytes(_) => None,
                Value::Double(f) => decimal::from_f64(*f, to.precision, to.scale),
                v => v
                    .as_int()
                    .and_then(|i| decimal::rescale(i, 0, to.scale))
                    .and_then(|d| decimal::fit(d, to.precision)),
            };
            d.map_or(Value::Null, |d| Value::Dec(d, to.scale))
        }
        k if k.is_integer() => {
            let i = v.as_int().unwrap_or(0);
            // Values out of range wrap, as a C cast does.
            let bits = k.size() * 8;
            let low = i & ((1i128 << bits) - 1);
            if k.is_unsigned() {
                Value::UInt(low as u64)
            } else {
                Value::Int(((low << (128 - bits)) >> (128 - bits)) as i64)
            }
        }
        Kind::Geometry | Kind::Varbinary => v.clone(),
        k => {
            let t = match (v, from.kind) {
                (Value::Double(d), Kind::Float | Kind::Double) => format!("{d:.6}"),
                (v, _) => text(v),
            };
            let t = match k {
                Kind::Nchar => t.chars().take(to.len as usize).collect(),
                _ => clip(&t, to.len as usize).to_string(),
            };
            Value::text(&t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Precision, Zone};

    #[test]
    fn casts() {
        let c = |v: Value, to: Type| {
            cast(
                &Call {
                    zone: Zone::utc(),
                    precision: Precision::Milli,
                    types: vec![Type::varchar(9)],
                },
                &v,
                to,
            )
        };
        assert_eq!(
            c(Value::Int(300), Type::of(Kind::UTinyInt)),
            Value::UInt(44)
        );
        assert_eq!(
            c(Value::Int(-1), Type::of(Kind::UBigInt)),
            Value::UInt(u64::MAX)
        );
        assert_eq!(
            c(Value::UInt(u64::MAX), Type::of(Kind::BigInt)),
            Value::Int(-1)
        );
        assert_eq!(c(Value::text("x"), Type::of(Kind::Int)), Value::Int(0));
        assert_eq!(
            c(Value::Dec(1234567891, 2), Type::varchar(20)),
            Value::text("12345678.91")
        );
        assert_eq!(
            c(
                Value::text("2023-11-15 06:13:20"),
                Type::of(Kind::Timestamp)
            ),
            Value::Int(1700028800000)
        );
        assert_eq!(
            c(Value::text("中文字"), Type::varchar(4)),
            Value::text("中")
        );
    }
}
