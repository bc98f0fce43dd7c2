//! The values of a column as a version 1 program has them, and whether a column takes them.

use crate::error::{codes, Error, Result};
use crate::protocol::reply::Parameter;
use crate::protocol::types::{self, Layout};

/// The values of one column as a version 1 program has them. Each starts `stride` bytes after the one before.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    pub type_code: u8,
    pub rows: usize,
    /// Other than 0 for NULL. `None` if there is no NULL.
    pub nulls: Option<&'a [u8]>,
    /// The length of each value in bytes, for variable types.
    pub lengths: Option<&'a [i32]>,
    /// Empty when every value is NULL.
    pub data: &'a [u8],
    pub stride: usize,
}

impl<'a> Cells<'a> {
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.is_some_and(|n| n[row] != 0)
    }

    fn length(&self, row: usize) -> usize {
        self.lengths.map_or(0, |l| l[row].max(0) as usize)
    }

    pub(super) fn value(&self, row: usize) -> &'a [u8] {
        let at = row * self.stride;
        &self.data[at..at + self.length(row)]
    }

    fn is_variable(&self) -> bool {
        matches!(layout(self.type_code), Some(Layout::Variable(_)))
    }

    /// Has each value of a variable type a length?
    pub fn check_lengths(&self) -> Result<()> {
        let has_length = |row: usize| self.lengths.is_some_and(|l| l[row] >= 0);
        let mut rows = 0..self.rows;
        match rows.find(|row| self.is_variable() && !self.is_null(*row) && !has_length(*row)) {
            None => Ok(()),
            Some(row) => Err(Error::invalid_parameter(format_args!(
                "row {row} has no length, or a negative one"
            ))),
        }
    }

    /// Do the values fit this column? The server checks NCHAR in another character set than UTF-8.
    pub fn check(&self, column: &Parameter, utf8: bool) -> Result<()> {
        let only_null = self.rows == 1 && self.is_null(0);
        if self.type_code != column.field_type && !only_null {
            return Err(Error {
                code: codes::INVALID_OPERATION,
                message: Some("column type mis-match with buffer type".into()),
            });
        }
        self.check_lengths()?;
        if !self.is_variable() {
            return Ok(());
        }
        let mut rows = (0..self.rows).filter(|row| !self.is_null(*row));
        rows.try_for_each(|row| check_room(column, row, self.value(row), utf8))
    }
}

/// Does a column of a variable type take this value? This runs for every row, so what depends on the column
/// alone should be computed once.
#[inline]
pub fn check_room(column: &Parameter, row: usize, value: &[u8], utf8: bool) -> Result<()> {
    let room = types::user_length(column.field_type, column.bytes) as usize;
    let fits = match column.field_type {
        types::NCHAR if value.len() > 4 * room => false,
        types::NCHAR if !utf8 => true,
        types::NCHAR => std::str::from_utf8(value)
            .map_err(|e| Error::not_utf8(format_args!("row {row}"), &e))
            .map(|text| text.len() <= room || text.chars().count() <= room)?,
        // Its declared size is the schema's.
        types::JSON => true,
        _ => value.len() <= room,
    };
    match fits {
        true => Ok(()),
        false => Err(Error::new(codes::VALUE_TOO_LONG)),
    }
}

/// Adds to an error which values were refused. `kind` is "column" or "tag", `at` counts from 0. The field's
/// name and type are added where they are known.
pub fn refused(kind: &str, at: usize, of: usize, field: Option<&Parameter>, why: Error) -> Error {
    let about = field.map_or(String::new(), |field| {
        let type_name = types::by_code(field.field_type).map_or("", |t| t.sql_name());
        match field.name.as_str() {
            "" => format!(", {type_name}"),
            name => format!(", `{name}` {type_name}"),
        }
    });
    let number = at + 1;
    Error {
        code: why.code,
        message: Some(format!("{} ({kind} {number} of {of}{about})", why.text()).into()),
    }
}

/// Checks values against their columns or tags, one after the other.
pub fn check_all(kind: &str, cells: &[Cells<'_>], fields: &[Parameter], utf8: bool) -> Result<()> {
    let mut pairs = cells.iter().zip(fields).enumerate();
    pairs.try_for_each(|(at, (cells, field))| {
        let checked = cells.check(field, utf8);
        checked.map_err(|why| refused(kind, at, fields.len(), Some(field), why))
    })
}

pub(super) fn layout(type_code: u8) -> Option<Layout> {
    types::by_code(type_code).map(|t| t.layout)
}

pub fn uneven() -> Error {
    Error {
        code: codes::INVALID_OPERATION,
        message: Some("row number in each bind param should be the same".into()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn field(field_type: u8, bytes: i32) -> Parameter {
        Parameter {
            field_type,
            bytes,
            ..Parameter::default()
        }
    }

    pub fn ints(values: &[u8]) -> Cells<'_> {
        Cells {
            type_code: types::INT,
            rows: values.len() / 4,
            nulls: None,
            lengths: None,
            data: values,
            stride: 4,
        }
    }

    fn text<'a>(type_code: u8, text: &'a str, length: &'a [i32; 1]) -> Cells<'a> {
        Cells {
            type_code,
            rows: 1,
            nulls: None,
            lengths: Some(length),
            data: text.as_bytes(),
            stride: text.len(),
        }
    }

    #[test]
    fn values_are_checked_against_their_column() {
        let two_chars = field(types::NCHAR, 4 * 2 + 2);
        assert_eq!(
            text(types::NCHAR, "一二", &[6]).check(&two_chars, true),
            Ok(())
        );
        let code = |outcome: Result<()>| outcome.map_err(|e| e.code);
        let too_long = text(types::NCHAR, "abc", &[3]).check(&two_chars, true);
        assert_eq!(code(too_long), Err(codes::VALUE_TOO_LONG));
        let other_type = ints(&[0; 8]).check(&two_chars, true);
        assert_eq!(code(other_type), Err(codes::INVALID_OPERATION));
        let null = Cells {
            nulls: Some(&[1]),
            ..ints(&[0; 4])
        };
        assert_eq!(null.check(&two_chars, true), Ok(()), "a NULL has no type");
    }
}
