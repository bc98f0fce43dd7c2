//! One cell: its value in memory, its order, and its forms as text, JSON and SQLite value.

use crate::decimal;
use crate::types::{Kind, Type};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use std::cmp::Ordering;
use std::sync::Arc;

/// Integers of any signed type and timestamps are `Int`; texts (UTF-8), bytes, WKB and JSON texts are `Bytes`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    /// Unscaled value and scale.
    Dec(i128, u8),
    Bytes(Arc<[u8]>),
}

pub type Row = Vec<Value>;

impl Value {
    pub fn text(s: &str) -> Value {
        Value::Bytes(s.as_bytes().into())
    }
    /// NaN and infinities have no place in a result: they are NULL.
    pub fn double(d: f64) -> Value {
        if d.is_finite() {
            Value::Double(d)
        } else {
            Value::Null
        }
    }
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
    pub fn as_f64(&self) -> Option<f64> {
        Some(match self {
            Value::Null => return None,
            Value::Bool(b) => *b as u8 as f64,
            Value::Int(i) => *i as f64,
            Value::UInt(u) => *u as f64,
            Value::Double(d) => *d,
            Value::Dec(v, s) => decimal::to_f64(*v, *s),
            Value::Bytes(b) => leading_number(&String::from_utf8_lossy(b)),
        })
    }
    /// The value as an integer, wide enough for all of them; fractions are cut.
    pub fn as_int(&self) -> Option<i128> {
        Some(match self {
            Value::Null => return None,
            Value::Bool(b) => *b as i128,
            Value::Int(i) => *i as i128,
            Value::UInt(u) => *u as i128,
            Value::Double(d) => *d as i128,
            Value::Dec(v, s) => decimal::rescale(*v, *s, 0).unwrap_or(0),
            Value::Bytes(b) => {
                let s = String::from_utf8_lossy(b);
                s.trim()
                    .parse::<i128>()
                    .unwrap_or_else(|_| leading_number(&s) as i128)
            }
        })
    }
    pub fn as_i64(&self) -> Option<i64> {
        self.as_int()
            .map(|i| i.clamp(i64::MIN as i128, i64::MAX as i128) as i64)
    }
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(b) => Some(b),
            _ => None,
        }
    }
    /// Truth in a condition: NULL is not true.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Bool(b) => *b,
            v => v.as_f64().is_some_and(|f| f != 0.0),
        }
    }
    /// The value as text, as CAST ... AS VARCHAR and CONCAT write it.
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            Value::Null => return None,
            Value::Bool(b) => b.to_string(),
            Value::Int(i) => i.to_string(),
            Value::UInt(u) => u.to_string(),
            Value::Double(d) => format!("{d:.6}"),
            Value::Dec(v, s) => decimal::to_text(*v, *s),
            Value::Bytes(b) => String::from_utf8_lossy(b).into_owned(),
        })
    }
    /// Order of two values, NULL first. Numbers compare by value whatever their types.
    pub fn compare(&self, other: &Value) -> Ordering {
        use Value::*;
        match (self, other) {
            (Null, Null) => Ordering::Equal,
            (Null, _) => Ordering::Less,
            (_, Null) => Ordering::Greater,
            (Bytes(a), Bytes(b)) => a.cmp(b),
            (Int(a), Int(b)) => a.cmp(b),
            (Dec(a, s), Dec(b, t)) if s == t => a.cmp(b),
            (Double(_), _) | (_, Double(_)) | (Bytes(_), _) | (_, Bytes(_)) => {
                let (a, b) = (self.as_f64().unwrap_or(0.0), other.as_f64().unwrap_or(0.0));
                a.partial_cmp(&b).unwrap_or(Ordering::Equal)
            }
            (Dec(..), _) | (_, Dec(..)) => decimal::compare(self.as_decimal(), other.as_decimal()),
            _ => self.as_int().cmp(&other.as_int()),
        }
    }
    fn as_decimal(&self) -> (i128, u8) {
        match self {
            Value::Dec(v, s) => (*v, *s),
            v => (v.as_int().unwrap_or(0), 0),
        }
    }
    /// A key for DISTINCT and GROUP BY: equal values give equal keys.
    pub fn key(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.push(0),
            Value::Bytes(b) => {
                out.push(1);
                out.extend_from_slice(&(b.len() as u32).to_le_bytes());
                out.extend_from_slice(b);
            }
            Value::Double(d) => {
                out.push(2);
                out.extend_from_slice(&d.to_bits().to_le_bytes());
            }
            Value::Dec(v, s) => {
                out.extend_from_slice(&[3, *s]);
                out.extend_from_slice(&v.to_le_bytes());
            }
            v => {
                out.push(4);
                out.extend_from_slice(&v.as_int().unwrap_or(0).to_le_bytes());
            }
        }
    }
    /// A stored cell of a column of type `t`.
    pub fn from_sqlite(v: ValueRef<'_>, t: Kind) -> Value {
        match (v, t) {
            (ValueRef::Integer(i), Kind::Bool) => Value::Bool(i != 0),
            (ValueRef::Integer(i), k) if k.is_unsigned() => Value::UInt(i as u64),
            (ValueRef::Integer(i), _) => Value::Int(i),
            (ValueRef::Real(d), _) => Value::Double(d),
            (ValueRef::Text(b), _) => Value::Bytes(b.into()),
            (ValueRef::Blob(b), k) if k.is_decimal() && b.len() == 17 => {
                let mut v = [0; 16];
                v.copy_from_slice(&b[..16]);
                Value::Dec(i128::from_le_bytes(v), b[16])
            }
            (ValueRef::Blob(b), _) => Value::Bytes(b.into()),
            (ValueRef::Null, _) => Value::Null,
        }
    }
    /// A tag value for the data file's catalog.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(b) => (*b).into(),
            Value::Int(i) => (*i).into(),
            Value::UInt(u) => (*u).into(),
            Value::Double(d) => (*d).into(),
            Value::Dec(v, _) => v.to_string().into(),
            Value::Bytes(b) => b
                .iter()
                .map(|x| format!("{x:02x}"))
                .collect::<String>()
                .into(),
        }
    }
    pub fn from_json(v: &serde_json::Value, t: Type) -> Value {
        let value = match t.kind {
            Kind::Bool => v.as_bool().map(Value::Bool),
            k if k.is_unsigned() => v.as_u64().map(Value::UInt),
            k if k.is_float() => v.as_f64().map(Value::Double),
            k if k.is_decimal() => v
                .as_str()
                .and_then(|s| s.parse().ok())
                .map(|d| Value::Dec(d, t.scale)),
            k if k.is_variable() => v.as_str().and_then(unhex).map(|b| Value::Bytes(b.into())),
            _ => v.as_i64().map(Value::Int),
        };
        value.unwrap_or(Value::Null)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(b) => ToSqlOutput::Borrowed(ValueRef::Integer(*b as i64)),
            Value::Int(i) => ToSqlOutput::Borrowed(ValueRef::Integer(*i)),
            Value::UInt(u) => ToSqlOutput::Borrowed(ValueRef::Integer(*u as i64)),
            Value::Double(d) => ToSqlOutput::Borrowed(ValueRef::Real(*d)),
            Value::Bytes(b) => ToSqlOutput::Borrowed(ValueRef::Blob(b)),
            Value::Dec(v, s) => {
                let mut b = v.to_le_bytes().to_vec();
                b.push(*s);
                ToSqlOutput::Owned(rusqlite::types::Value::Blob(b))
            }
        })
    }
}

/// Bytes from an even number of hex digits.
pub fn unhex(s: &str) -> Option<Vec<u8>> {
    if !s.len().is_multiple_of(2) || !s.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..s.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&s[i..i + 2], 16).ok())
        .collect()
}

/// The number at the start of a text, 0 if there is none.
fn leading_number(s: &str) -> f64 {
    let s = s.trim_start();
    let end = s
        .char_indices()
        .take_while(|(i, c)| {
            c.is_ascii_digit()
                || matches!(c, '.' | 'e' | 'E')
                || (matches!(c, '-' | '+') && (*i == 0 || s[..*i].ends_with(['e', 'E'])))
        })
        .map(|(i, c)| i + c.len_utf8())
        .last()
        .unwrap_or(0);
    (0..=end)
        .rev()
        .find_map(|e| s.get(..e).and_then(|t| t.parse().ok()))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_across_types() {
        assert_eq!(
            Value::UInt(u64::MAX).compare(&Value::Int(-1)),
            Ordering::Greater
        );
        assert_eq!(
            Value::Dec(150, 2).compare(&Value::Int(1)),
            Ordering::Greater
        );
        assert_eq!(
            Value::Dec(150, 2).compare(&Value::Double(1.5)),
            Ordering::Equal
        );
        assert_eq!(Value::Null.compare(&Value::Int(i64::MIN)), Ordering::Less);
    }

    #[test]
    fn text_becomes_a_number_as_far_as_it_goes() {
        assert_eq!(leading_number("12abc"), 12.0);
        assert_eq!(leading_number("-1.5e3x"), -1500.0);
        assert_eq!(leading_number("x"), 0.0);
    }
}
