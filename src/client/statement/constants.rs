//! The constants among the `?` of an insert's values, on servers to which every value of a row is bound. They are
//! written on this side, as far as that needs no SQL.

use super::cells::refused;
use super::placeholders;
use super::rows::Column;
use crate::error::{Error, Result};
use crate::protocol::bind::Values;
use crate::protocol::reply::Parameter;
use crate::protocol::types::{self, Layout};

/// The values of a row: the constants as the text has them, and `None` for each `?`.
pub struct Constants(Vec<Option<String>>);

impl Constants {
    /// With the text that the server gets, which has a `?` for each value. `None` if there is nothing to do.
    pub fn of(sql: &str) -> Option<(Constants, String)> {
        let values = placeholders::Values::after("values", sql);
        let mixed = values.have_constants(sql) && values.have_marks(sql) && values.are_last(sql);
        mixed.then(|| (Constants(values.constants(sql)), values.marked(sql)))
    }

    /// The number of values in a row.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// For these columns, the constants in as many rows; `None` if their numbers differ.
    pub fn columns(&self, fields: &[Parameter], rows: usize) -> Result<Option<Filled>> {
        if fields.len() != self.0.len() {
            return Ok(None);
        }
        let one = |(at, (constant, field)): (usize, (&Option<String>, &Parameter))| {
            let column = constant.as_ref().map(|c| repeated(c, field, rows));
            let named = |e| refused("column", at, fields.len(), Some(field), e);
            column.transpose().map_err(named)
        };
        let columns = self.0.iter().zip(fields).enumerate().map(one);
        Ok(Some(Filled(columns.collect::<Result<_>>()?)))
    }
}

/// The constants' columns, and `None` for each `?`.
pub struct Filled(Vec<Option<Column>>);

impl Filled {
    /// The values of whole rows, with those that were bound in place of the `?`. `None` if their numbers differ.
    pub fn with_bound<'a>(&'a self, bound: &[Values<'a>]) -> Option<Vec<Values<'a>>> {
        let mut bound = bound.iter().copied();
        let all: Option<Vec<_>> = self
            .0
            .iter()
            .map(|column| match column {
                Some(column) => Some(column.values()),
                None => bound.next(),
            })
            .collect();
        all.filter(|_| bound.next().is_none())
    }
}

fn repeated(constant: &str, field: &Parameter, rows: usize) -> Result<Column> {
    let value = match constant.eq_ignore_ascii_case("null") {
        true => None,
        false => Some(bytes_of(constant, field.field_type).ok_or_else(|| {
            Error::not_supported(format_args!(
                "{constant} among the ? of VALUES: before 3.3.3.0, servers can be sent numbers, texts without a backslash and NULL there, of the column's type; write ? and bind the value"
            ))
        })?),
    };
    Ok(Column::repeated(field.field_type, value.as_deref(), rows))
}

/// A constant as a value of this type, if that is certain.
fn bytes_of(constant: &str, type_code: u8) -> Option<Vec<u8>> {
    match type_code {
        types::BOOL => match constant.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(vec![1]),
            "false" | "0" => Some(vec![0]),
            _ => None,
        },
        types::FLOAT => number(constant).map(|n| (n as f32).to_le_bytes().to_vec()),
        types::DOUBLE => number(constant).map(|n| n.to_le_bytes().to_vec()),
        types::VARCHAR | types::NCHAR => text(constant).map(String::into_bytes),
        _ => integer(constant, type_code),
    }
}

/// An integer in the range of its type, whose least number (of signed types) is NULL.
fn integer(constant: &str, type_code: u8) -> Option<Vec<u8>> {
    let is_signed = match type_code {
        types::TINYINT | types::SMALLINT | types::INT | types::BIGINT | types::TIMESTAMP => true,
        types::UTINYINT | types::USMALLINT | types::UINT | types::UBIGINT => false,
        _ => return None,
    };
    let Layout::Fixed(size) = types::by_code(type_code)?.layout else {
        return None;
    };
    let most = match is_signed {
        true => (1i128 << (8 * size - 1)) - 1,
        false => (1i128 << (8 * size)) - 1,
    };
    let least = if is_signed { -most } else { 0 };
    let value: i128 = constant.parse().ok()?;
    let is_there = (least..=most).contains(&value);
    is_there.then(|| value.to_le_bytes()[..size].to_vec())
}

fn number(constant: &str) -> Option<f64> {
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    let plain = constant.chars().all(is_plain).then_some(constant)?;
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

/// What stands in quotes; a quote inside is doubled.
fn text(constant: &str) -> Option<String> {
    let quote = constant
        .chars()
        .next()
        .filter(|c| matches!(c, '\'' | '"'))?;
    let inside = constant.strip_prefix(quote)?.strip_suffix(quote)?;
    let twice = format!("{quote}{quote}");
    let is_one_text = !inside.replace(&twice, "").contains(quote) && !inside.contains('\\');
    is_one_text.then(|| inside.replace(&twice, &quote.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_as_values() {
        for (constant, type_code, value) in [
            ("3", types::INT, Some(&[3, 0, 0, 0][..])),
            ("-1", types::SMALLINT, Some(&[255, 255])),
            ("127", types::TINYINT, Some(&[127])),
            ("-128", types::TINYINT, None),
            ("255", types::UTINYINT, Some(&[255])),
            ("-1", types::UTINYINT, None),
            ("256", types::UTINYINT, None),
            ("3.5", types::INT, None),
            ("0x1f", types::INT, None),
            ("1 + 1", types::INT, None),
            ("'3'", types::INT, None),
            (
                "1700000000000",
                types::TIMESTAMP,
                Some(&[0, 104, 229, 207, 139, 1, 0, 0]),
            ),
            ("'2023-11-14'", types::TIMESTAMP, None),
            ("now", types::TIMESTAMP, None),
            ("True", types::BOOL, Some(&[1])),
            ("2", types::BOOL, None),
            ("-1.5e1", types::DOUBLE, Some(&[0, 0, 0, 0, 0, 0, 46, 192])),
            ("2", types::FLOAT, Some(&[0, 0, 0, 64])),
            ("nan", types::DOUBLE, None),
            ("1e999", types::DOUBLE, None),
            ("'it''s \"so\"'", types::VARCHAR, Some(b"it's \"so\"")),
            ("''", types::VARCHAR, Some(b"")),
            ("'", types::VARCHAR, None),
            ("'a' 'b'", types::VARCHAR, None),
            ("'a\\n'", types::VARCHAR, None),
            ("3", types::VARCHAR, None),
            ("1", types::DECIMAL64, None),
            ("'x'", types::VARBINARY, None),
        ] {
            assert_eq!(
                bytes_of(constant, type_code).as_deref(),
                value,
                "{constant}"
            );
        }
    }

    #[test]
    fn which_texts_have_them() {
        let (constants, marked) = Constants::of("insert into t values(?, 3 , 'a')").unwrap();
        assert_eq!(marked, "insert into t values(?,?,?)");
        assert_eq!(constants.0, [None, Some("3".into()), Some("'a'".into())]);
        for other in ["(?, ?)", "(1, 2)", "(?, 3) (?, 4)", "(?, 3"] {
            assert!(Constants::of(&format!("insert into t values {other}")).is_none());
        }
    }
}
