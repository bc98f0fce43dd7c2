//! A value of the line and telnet protocols: its own form tells its type.

use super::near;
use crate::error::{code, Result, SqlError};
use crate::geometry;
use crate::types::Kind;
use crate::value::{unhex, Value};

/// What may stand behind a number.
const SUFFIXES: [(&str, Kind); 13] = [
    ("", Kind::Double),
    ("f64", Kind::Double),
    ("f32", Kind::Float),
    ("i", Kind::BigInt),
    ("i64", Kind::BigInt),
    ("u", Kind::UBigInt),
    ("u64", Kind::UBigInt),
    ("i32", Kind::Int),
    ("u32", Kind::UInt),
    ("i16", Kind::SmallInt),
    ("u16", Kind::USmallInt),
    ("i8", Kind::TinyInt),
    ("u8", Kind::UTinyInt),
];

/// Names of types in range errors.
const NAMES: [(Kind, &str); 8] = [
    (Kind::TinyInt, "tiny int"),
    (Kind::SmallInt, "small int"),
    (Kind::Int, "int"),
    (Kind::BigInt, "big int"),
    (Kind::UTinyInt, "unsigned tiny int"),
    (Kind::USmallInt, "unsigned small int"),
    (Kind::UInt, "unsigned int"),
    (Kind::UBigInt, "unsigned big int"),
];

/// `rest` is the data from the value on.
pub fn parse(text: &str, rest: &str) -> Result<(Kind, Value)> {
    let invalid = || near(code::SML_VALUE, "invalid data", rest);
    if let Some(v) = boolean(text) {
        return Ok((Kind::Bool, Value::Bool(v)));
    }
    let quoted = |s: &str| {
        s.strip_prefix('"')
            .and_then(|s| s.strip_suffix('"'))
            .map(unescape)
    };
    if let Some(s) = quoted(text) {
        return Ok((Kind::Varchar, Value::text(&s)));
    }
    let mut chars = text.chars();
    if let (Some(prefix), Some(s)) = (chars.next(), quoted(chars.as_str())) {
        return match prefix {
            'L' | 'l' => Ok((Kind::Nchar, Value::text(&s))),
            'B' | 'b' => {
                let bytes = match s.strip_prefix("\\x") {
                    Some(hex) => unhex(hex),
                    None => Some(s.into_bytes()),
                };
                let bytes = bytes.ok_or_else(invalid)?;
                Ok((Kind::Varbinary, Value::Bytes(bytes.into())))
            }
            'G' | 'g' => {
                let wkb = geometry::from_text(&s).ok_or_else(invalid)?;
                Ok((Kind::Geometry, Value::Bytes(wkb.into())))
            }
            _ => Err(invalid()),
        };
    }
    let digits = number_length(text);
    let suffix = text[digits..].to_ascii_lowercase();
    let kind = SUFFIXES.iter().find(|s| s.0 == suffix && digits > 0);
    let (_, kind) = kind.ok_or_else(invalid)?;
    number(&text[..digits], *kind, rest).map(|v| (*kind, v))
}

/// A number of a type that is told apart from it.
pub fn number(text: &str, kind: Kind, rest: &str) -> Result<Value> {
    let invalid = || near(code::SML_VALUE, "invalid data", rest);
    if kind.is_float() {
        let n: f64 = text.parse().map_err(|_| invalid())?;
        return match kind {
            Kind::Float if n.abs() > f32::MAX as f64 => {
                Err(near(code::SML_VALUE, "float out of range", rest))
            }
            Kind::Float => Ok(Value::Double(n as f32 as f64)),
            _ if n.is_infinite() => Err(near(code::SML_VALUE, "double out of range", rest)),
            _ => Ok(Value::Double(n)),
        };
    }
    let n: i128 = text.parse().map_err(|_| invalid())?;
    let (low, high) = kind.range();
    if n < low || n > high {
        return Err(out_of_range(kind, rest));
    }
    Ok(match kind.is_unsigned() {
        true => Value::UInt(n as u64),
        false => Value::Int(n as i64),
    })
}

fn out_of_range(kind: Kind, rest: &str) -> SqlError {
    let name = NAMES.iter().find(|n| n.0 == kind).map_or("", |n| n.1);
    let (low, high) = kind.range();
    let what = format!("{name} out of range[{low},{high}]");
    near(code::SML_VALUE, &what, rest)
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "t" | "T" => Some(true),
        "f" | "F" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// How much of a text is a number: sign, digits, fraction, exponent.
fn number_length(text: &str) -> usize {
    let b = text.as_bytes();
    let digits = |mut at: usize| {
        while b.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let sign = |at: usize| at + matches!(b.get(at), Some(b'+' | b'-')) as usize;
    let start = sign(0);
    let whole = digits(start);
    let mut end = whole;
    if b.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if end - start == (end > whole) as usize {
        return 0;
    }
    if matches!(b.get(end), Some(b'e' | b'E')) {
        let exponent = sign(end + 1);
        if digits(exponent) > exponent {
            end = digits(exponent);
        }
    }
    end
}

/// Inside quotes, `\"` and `\\` are escapes; any other backslash is itself.
fn unescape(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut chars = s.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('"' | '\\')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_tell_types() {
        for (text, kind, value) in [
            ("1", Kind::Double, Value::Double(1.0)),
            ("-1.5e2F64", Kind::Double, Value::Double(-150.0)),
            ("2.5f32", Kind::Float, Value::Double(2.5)),
            ("-9i", Kind::BigInt, Value::Int(-9)),
            (
                "18446744073709551615u",
                Kind::UBigInt,
                Value::UInt(u64::MAX),
            ),
            ("-128i8", Kind::TinyInt, Value::Int(-128)),
            ("65535u16", Kind::USmallInt, Value::UInt(65535)),
            ("T", Kind::Bool, Value::Bool(true)),
            ("False", Kind::Bool, Value::Bool(false)),
            ("\"q\\\"q\"", Kind::Varchar, Value::text("q\"q")),
            ("L\"中文\"", Kind::Nchar, Value::text("中文")),
            (
                "B\"\\x00ff\"",
                Kind::Varbinary,
                Value::Bytes([0, 255].as_slice().into()),
            ),
            ("\"\"", Kind::Varchar, Value::text("")),
        ] {
            assert_eq!(parse(text, text), Ok((kind, value)), "{text}");
        }
        let (kind, _) = parse("G\"POINT(1 2)\"", "").unwrap();
        assert_eq!(kind, Kind::Geometry);
    }

    #[test]
    fn what_is_refused_is_shown() {
        for (text, message) in [
            ("abc", "invalid data:abc 17"),
            ("1.5i", "invalid data:1.5i 17"),
            ("1i7", "invalid data:1i7 17"),
            (".", "invalid data:. 17"),
            ("-", "invalid data:- 17"),
            ("B\"\\xf\"", "invalid data:B\"\\xf\" 17"),
            ("L", "invalid data:L 17"),
            ("300i8", "tiny int out of range[-128,127]:300i8 17"),
            (
                "-1u",
                "unsigned big int out of range[0,18446744073709551615]:-1u 17",
            ),
        ] {
            let e = parse(text, &format!("{text} 17")).unwrap_err();
            assert_eq!((e.code, e.message.as_str()), (0x203, message));
        }
    }
}
