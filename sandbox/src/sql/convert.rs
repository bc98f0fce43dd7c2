//! A literal of INSERT or TAGS(...) as a value of its column's type, with the errors of TDengine's own scanner.

use super::lexer::{self, integer};
use super::literal::{Form, Literal};
use crate::decimal;
use crate::error::{code, Result, SqlError};
use crate::geometry;
use crate::time::{Precision, Zone};
use crate::types::{Kind, Type};
use crate::value::{unhex, Value};

/// What the conversion of a value depends on besides its column.
pub struct Reader<'a> {
    pub sql: &'a str,
    pub zone: &'a Zone,
    pub precision: Precision,
    /// The statement's time, in `precision`.
    pub now: i64,
}

/// Names of integer types in overflow texts.
const INT_NAMES: [(Kind, &str); 8] = [
    (Kind::TinyInt, "tinyint"),
    (Kind::SmallInt, "smallint"),
    (Kind::Int, "int"),
    (Kind::BigInt, "bigint"),
    (Kind::UTinyInt, "unsigned tinyint"),
    (Kind::USmallInt, "unsigned smallint"),
    (Kind::UInt, "unsigned int"),
    (Kind::UBigInt, "unsigned bigint"),
];

impl Reader<'_> {
    fn token(&self, lit: &Literal) -> &str {
        &self.sql[lit.start..lit.end]
    }
    /// A text's content, any other token as written.
    fn content(&self, lit: &Literal) -> String {
        match lit.form {
            Form::Text => lexer::unquote(self.token(lit)),
            _ => self.token(lit).to_string(),
        }
    }
    fn error(&self, lit: &Literal, what: &str) -> SqlError {
        match lit.form {
            Form::Text => SqlError::insert(&self.content(lit), what),
            _ => SqlError::insert(&self.sql[lit.start..], what),
        }
    }

    /// The value for a column or tag.
    pub fn value(&self, lit: &Literal, name: &str, ty: Type) -> Result<Value> {
        if lit.form == Form::Null {
            return Ok(Value::Null);
        }
        if !ty.kind.is_variable()
            && lit.form == Form::Text
            && self.content(lit).eq_ignore_ascii_case("null")
        {
            return Ok(Value::Null);
        }
        match ty.kind {
            Kind::Timestamp => self.timestamp(lit).map(Value::Int),
            Kind::Bool => self.boolean(lit).map(Value::Bool),
            Kind::Float | Kind::Double => self.float(lit, ty.kind),
            Kind::Decimal | Kind::Decimal64 => {
                match decimal::parse(&self.content(lit), ty.precision, ty.scale) {
                    Ok(Some(v)) => Ok(Value::Dec(v, ty.scale)),
                    Ok(None) => Err(SqlError::decimal_overflow()),
                    Err(()) => Err(self.error(lit, "invalid decimal data")),
                }
            }
            Kind::Json => self.json(lit),
            k if k.is_variable() => self.bytes(lit, name, ty),
            k => self.integer(lit, k),
        }
    }

    fn timestamp(&self, lit: &Literal) -> Result<i64> {
        let base = match lit.form {
            Form::Now => Some(self.now),
            Form::Today => self.zone.day_start(self.now, self.precision),
            Form::Integer => match integer(self.token(lit).trim_start_matches(['+', '-', ' '])) {
                Value::Int(i) => Some(if self.token(lit).starts_with('-') {
                    -i
                } else {
                    i
                }),
                Value::UInt(u) if u == 1 << 63 && self.token(lit).starts_with('-') => {
                    Some(i64::MIN)
                }
                _ => None,
            },
            Form::Text => {
                let text = self.content(lit);
                self.zone
                    .parse(&text, self.precision)
                    .or_else(|| text.trim().parse().ok())
            }
            _ => None,
        };
        let shifted = match lit.shift {
            Some((sign, d)) => base.and_then(|b| d.add(b, sign, self.precision)),
            None => base,
        };
        shifted.ok_or_else(|| self.error(lit, "invalid timestamp"))
    }
    fn boolean(&self, lit: &Literal) -> Result<bool> {
        let text = self.content(lit);
        match lit.form {
            Form::Bool(b) => Some(b),
            _ if text.eq_ignore_ascii_case("true") => Some(true),
            _ if text.eq_ignore_ascii_case("false") => Some(false),
            Form::Integer | Form::Float | Form::Text => {
                text.trim().parse::<f64>().ok().map(|f| f != 0.0)
            }
            _ => None,
        }
        .ok_or_else(|| self.error(lit, "invalid bool data"))
    }
    fn float(&self, lit: &Literal, kind: Kind) -> Result<Value> {
        let text = self.content(lit);
        let n: Option<f64> = match lit.form {
            Form::Bool(b) => Some(b as u8 as f64),
            Form::Integer if text.contains(['x', 'X', 'b', 'B']) => integer(&text).as_f64(),
            _ => text.trim().parse().ok(),
        };
        let n = n.filter(|n| n.is_finite() && (kind == Kind::Double || n.abs() <= f32::MAX as f64));
        match (n, lit.shift) {
            (Some(n), None) => Ok(Value::Double(if kind == Kind::Float {
                n as f32 as f64
            } else {
                n
            })),
            _ => Err(self.error(lit, "illegal float data")),
        }
    }
    fn integer(&self, lit: &Literal, kind: Kind) -> Result<Value> {
        let name = INT_NAMES.iter().find(|n| n.0 == kind).map_or("", |n| n.1);
        let invalid = || self.error(lit, &format!("invalid {name} data"));
        let text = self.content(lit);
        let text = text.trim();
        let n: i128 = match lit.form {
            Form::Bool(b) => b as i128,
            Form::Integer | Form::Float | Form::Text if lit.shift.is_none() => {
                let (negative, digits) = match text.strip_prefix('-') {
                    Some(d) => (true, d.trim_start()),
                    None => (false, text.strip_prefix('+').unwrap_or(text)),
                };
                let magnitude = match digits.parse::<i128>().ok().or_else(|| {
                    digits
                        .starts_with('0')
                        .then(|| integer(digits).as_int())
                        .flatten()
                }) {
                    Some(m) => m,
                    None => digits
                        .parse::<f64>()
                        .ok()
                        .filter(|f| f.abs() < 1e20)
                        .map(|f| f.round() as i128)
                        .ok_or_else(invalid)?,
                };
                if negative {
                    -magnitude
                } else {
                    magnitude
                }
            }
            _ => return Err(invalid()),
        };
        let wide = if kind.is_unsigned() {
            Kind::UBigInt
        } else {
            Kind::BigInt
        };
        let (low, high) = wide.range();
        if n < low || n > high {
            return Err(invalid());
        }
        let (low, high) = kind.range();
        if n < low || n > high {
            return Err(self.error(lit, &format!("{name} data overflow")));
        }
        Ok(if kind.is_unsigned() {
            Value::UInt(n as u64)
        } else {
            Value::Int(n as i64)
        })
    }
    fn bytes(&self, lit: &Literal, name: &str, ty: Type) -> Result<Value> {
        if matches!(lit.form, Form::Now | Form::Today) || lit.shift.is_some() {
            return Err(self.error(lit, "invalid data or symbol"));
        }
        let text = self.content(lit);
        let (bytes, len) = match ty.kind {
            Kind::Varbinary | Kind::Blob => {
                let b = match text.strip_prefix("\\x") {
                    Some(h) => unhex(h).ok_or_else(|| {
                        SqlError::new(
                            code::INVALID_VARBINARY,
                            format!("Invalid varbinary value: {name}"),
                        )
                    })?,
                    None => text.into_bytes(),
                };
                let n = b.len();
                (b, n)
            }
            Kind::Geometry => {
                let b = geometry::from_text(&text)
                    .ok_or_else(|| self.error(lit, "Invalid function para value"))?;
                let n = b.len();
                (b, n)
            }
            Kind::Nchar => {
                let n = text.chars().count();
                (text.into_bytes(), n)
            }
            _ => {
                let n = text.len();
                (text.into_bytes(), n)
            }
        };
        if len > ty.user_len() as usize {
            return Err(SqlError::new(
                code::VALUE_TOO_LONG,
                format!("Value too long for column/tag: {name}"),
            ));
        }
        Ok(Value::Bytes(bytes.into()))
    }
    /// A JSON tag: an object with scalar members; `''` and `{}` are NULL.
    fn json(&self, lit: &Literal) -> Result<Value> {
        json_value(&self.content(lit)).map_err(|what| self.error(lit, what))
    }
}

/// The value of a JSON tag, or what is wrong with its text.
pub fn json_value(text: &str) -> std::result::Result<Value, &'static str> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let parsed: serde_json::Value = serde_json::from_str(text).map_err(|_| "json parse error")?;
    let serde_json::Value::Object(members) = &parsed else {
        return Err("json error invalide value");
    };
    if members.values().any(|v| v.is_object() || v.is_array()) {
        return Err("invalid json value type");
    }
    if members.is_empty() {
        return Ok(Value::Null);
    }
    Ok(Value::text(&parsed.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::literal::Scanner;
    use super::*;

    fn convert(values: &str, ty: Type) -> Result<Value> {
        let sql = format!("insert into t values({values})");
        let zone = Zone::utc();
        let lit = Scanner::new(&sql, 21).literal()?;
        Reader {
            sql: &sql,
            zone: &zone,
            precision: Precision::Milli,
            now: 1_700_000_000_000,
        }
        .value(&lit, "c", ty)
    }
    fn text_of(values: &str, kind: Kind) -> String {
        convert(values, Type::sized(kind, 10)).unwrap_err().message
    }

    #[test]
    fn integer_errors_are_those_recorded() {
        assert_eq!(
            text_of("128", Kind::TinyInt),
            "syntax error near '128)' (tinyint data overflow)"
        );
        assert_eq!(
            text_of("-129", Kind::TinyInt),
            "syntax error near '-129)' (tinyint data overflow)"
        );
        assert_eq!(
            text_of("256", Kind::UTinyInt),
            "syntax error near '256)' (unsigned tinyint data overflow)"
        );
        assert_eq!(
            text_of("-1", Kind::UTinyInt),
            "syntax error near '-1)' (invalid unsigned tinyint data)"
        );
        assert_eq!(
            text_of("9223372036854775808", Kind::BigInt),
            "syntax error near '9223372036854775808)' (invalid bigint data)"
        );
        assert_eq!(
            text_of("18446744073709551616", Kind::UBigInt),
            "syntax error near '18446744073709551616)' (invalid unsigned bigint data)"
        );
        assert_eq!(
            text_of("1e39", Kind::Float),
            "syntax error near '1e39)' (illegal float data)"
        );
        assert_eq!(
            text_of("1e309", Kind::Double),
            "syntax error near '1e309)' (illegal float data)"
        );
        assert_eq!(
            text_of("nan", Kind::Double),
            "syntax error near 'nan)' (invalid data or symbol)"
        );
        assert_eq!(
            text_of("'maybe'", Kind::Bool),
            "syntax error near 'maybe' (invalid bool data)"
        );
        assert_eq!(
            text_of("'bad time'", Kind::Timestamp),
            "syntax error near 'bad time' (invalid timestamp)"
        );
        assert_eq!(
            text_of("'POINT(1)'", Kind::Geometry),
            "syntax error near 'POINT(1)' (Invalid function para value)"
        );
        assert_eq!(
            text_of("'unterminated", Kind::Varchar),
            "syntax error near ''unterminated)' (invalid data or symbol)"
        );
        assert_eq!(
            text_of("'[1,2]'", Kind::Json),
            "syntax error near '[1,2]' (json error invalide value)"
        );
        assert_eq!(
            text_of("'\\xzz'", Kind::Varbinary),
            "Invalid varbinary value: c"
        );
        assert_eq!(
            text_of("'12345678901'", Kind::Varchar),
            "Value too long for column/tag: c"
        );
        assert_eq!(
            text_of("'中文字符号中文字符号六'", Kind::Nchar),
            "Value too long for column/tag: c"
        );
    }

    #[test]
    fn values_of_all_types() {
        let ok = |v, t| convert(v, t).unwrap();
        assert_eq!(
            ok("-9223372036854775808", Type::of(Kind::BigInt)),
            Value::Int(i64::MIN)
        );
        assert_eq!(
            ok("18446744073709551615", Type::of(Kind::UBigInt)),
            Value::UInt(u64::MAX)
        );
        assert_eq!(ok("'12'", Type::of(Kind::Int)), Value::Int(12));
        assert_eq!(ok("'true'", Type::of(Kind::Bool)), Value::Bool(true));
        assert_eq!(
            ok("now() - 1d", Type::of(Kind::Timestamp)),
            Value::Int(1_699_913_600_000)
        );
        assert_eq!(
            ok("now+1s", Type::of(Kind::Timestamp)),
            Value::Int(1_700_000_001_000)
        );
        assert_eq!(
            ok("today()", Type::of(Kind::Timestamp)),
            Value::Int(1_699_920_000_000)
        );
        assert_eq!(
            ok("'2023-11-14T22:13:20+08:00'", Type::of(Kind::Timestamp)),
            Value::Int(1_699_971_200_000)
        );
        assert_eq!(ok("-1", Type::of(Kind::Timestamp)), Value::Int(-1));
        assert_eq!(ok("'1.005'", Type::decimal(10, 2)), Value::Dec(101, 2));
        assert_eq!(ok("12", Type::varchar(10)), Value::text("12"));
        assert_eq!(
            ok("'\\x0001ff'", Type::sized(Kind::Varbinary, 8)),
            Value::Bytes([0, 1, 255].as_slice().into())
        );
        assert_eq!(
            ok("'{\"a\": 1, \"b\":\"x\"}'", Type::of(Kind::Json)),
            Value::text("{\"a\":1,\"b\":\"x\"}")
        );
        assert_eq!(ok("'{}'", Type::of(Kind::Json)), Value::Null);
        assert_eq!(ok("NULL", Type::of(Kind::Int)), Value::Null);
        assert_eq!(
            convert("123456789.12", Type::decimal(10, 2))
                .unwrap_err()
                .code,
            code::DECIMAL_OVERFLOW
        );
    }
}
