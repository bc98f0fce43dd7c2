//! What a statement was prepared for, and the limits of what is bound to it.

use super::placeholders::Placeholders;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::Parameter;
use crate::protocol::types;

/// How many rows one bind may hold (the server counts them in an i16).
pub const MAX_ROWS: usize = i16::MAX as usize;

/// How many bytes a table's name may have (`TSDB_TABLE_NAME_LEN`, without its NUL).
const MAX_TABLE_NAME: usize = 192;

/// What a `?` may stand for: `bind_type` of a [`Parameter`].
pub const COLUMN: u8 = 1;
pub const TAG: u8 = 2;
pub const TABLE_NAME: u8 = 4;

/// What the statement was prepared for.
#[derive(Debug)]
pub struct Prepared {
    pub is_insert: bool,
    /// One `?` stands for the table.
    pub names_table: bool,
    /// Values to bind for each table.
    pub tags: usize,
    pub columns: usize,
    /// What each `?` stands for. For an insert whose table is not known yet, the reason why that is not known.
    pub parameters: Result<Vec<Parameter>>,
    /// The number of `?`.
    pub count: usize,
}

impl Prepared {
    pub(in crate::client) fn query(placeholders: &Placeholders) -> Prepared {
        Prepared {
            is_insert: false,
            names_table: false,
            tags: 0,
            columns: placeholders.all,
            count: placeholders.all,
            parameters: Ok(Vec::new()),
        }
    }

    /// Checks that fields that were known before are known again. A table may be missing for the time being.
    pub(super) fn has_fields_if(&self, before: &Prepared) -> Result<()> {
        match (&before.parameters, &self.parameters) {
            (Ok(_), Err(e)) => Err(e.clone()),
            _ => Ok(()),
        }
    }

    /// Do the `?` stand for the same as before? Text columns may have become longer.
    pub(super) fn check_same(&self, before: &Prepared) -> Result<()> {
        let counts = |p: &Prepared| (p.is_insert, p.names_table, p.tags, p.columns);
        let altered = match (&before.parameters, &self.parameters) {
            (Ok(old), Ok(new)) if old.len() == new.len() => {
                let number = |p: &Parameter| (p.bind_type, p.field_type, p.precision, p.scale);
                let is_other =
                    |(a, b): &(&Parameter, &Parameter)| a.name != b.name || number(a) != number(b);
                let mut pairs = old.iter().zip(new);
                pairs
                    .find(is_other)
                    .map(|(a, b)| format!(": {} is {} now", in_words(a), in_words(b)))
            }
            _ => (counts(before) != counts(self)).then(String::new),
        };
        match altered {
            None => Ok(()),
            Some(how) => Err(Error::with(
                codes::INVALID_OPERATION,
                format_args!(
                    "the table was altered while the statement's connection was lost{how}; prepare it again"
                ),
            )),
        }
    }
}

/// Checks that the server names no more fields than the text has `?`: as many values of the caller's arrays are read.
pub(in crate::client) fn check_count(
    parameters: &[Parameter],
    placeholders: &Placeholders,
) -> Result<()> {
    if parameters.len() <= placeholders.all {
        return Ok(());
    }
    Err(Error::with(
        codes::INVALID_MESSAGE,
        format_args!(
            "the server names {} parameters of a statement with {} ?",
            parameters.len(),
            placeholders.all
        ),
    ))
}

pub(in crate::client) fn too_large() -> Error {
    Error::with(
        codes::STMT_BIND_NUMBER,
        "more than 2 GiB in one bind; bind fewer rows or tables at once",
    )
}

/// The error of a bind to a column whose number does not exist.
pub fn no_such_column() -> Error {
    Error {
        code: codes::INVALID_OPERATION,
        message: Some("column index exceeds the number of columns".into()),
    }
}

/// Can a table have this name? It may be preceded by a database's.
pub fn check_table_name(name: &[u8]) -> Result<()> {
    let own = name.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let own = own.iter().filter(|b| **b != b'`').count();
    if name.is_empty() {
        Err(Error::new(codes::STMT_TABLE_NAME))
    } else if own > MAX_TABLE_NAME || name.len() >= usize::from(u16::MAX) {
        Err(Error::with(
            codes::STMT_TABLE_NAME,
            format_args!("a name has at most {MAX_TABLE_NAME} bytes, this one {own}"),
        ))
    } else {
        Ok(())
    }
}

fn in_words(p: &Parameter) -> String {
    let name = types::by_code(p.field_type).map_or("?", types::Type::name);
    match p.field_type {
        types::TIMESTAMP => format!("{} {name} of precision {}", p.name, p.precision),
        types::DECIMAL | types::DECIMAL64 => {
            format!("{} DECIMAL({},{})", p.name, p.precision, p.scale)
        }
        _ => format!("{} {name}", p.name),
    }
}
