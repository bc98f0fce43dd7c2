//! What the values of an INSERT's row fill.

use crate::catalog::Schema;
use crate::error::{code, Result, SqlError};

/// What a column of a row fills.
#[derive(Clone, Copy)]
pub enum Target {
    Time,
    Column(usize),
    Tag(usize),
    TableName,
}

/// What the values of a row are for. `many`: rows of a super table name their own tables.
pub fn targets(schema: &Schema, columns: Option<&[String]>, many: bool) -> Result<Vec<Target>> {
    let Some(names) = columns else {
        if many {
            return Err(SqlError::new(
                code::INSERT_SYNTAX,
                "insert into super table needs a column list with tbname",
            ));
        }
        return Ok((0..schema.columns.len())
            .map(|i| {
                if i == 0 {
                    Target::Time
                } else {
                    Target::Column(i)
                }
            })
            .collect());
    };
    let mut out = vec![];
    for (i, n) in names.iter().enumerate() {
        if names[..i].contains(n) {
            return Err(SqlError::insert(n, "duplicated column name"));
        }
        out.push(match (schema.column(n), schema.tag(n)) {
            (Some(0), _) => Target::Time,
            (Some(c), _) => Target::Column(c),
            (None, Some(t)) if many => Target::Tag(t),
            _ if many && n == "tbname" => Target::TableName,
            _ => return Err(SqlError::invalid_column(n)),
        });
    }
    if !out.iter().any(|t| matches!(t, Target::Time)) {
        return Err(SqlError::new(
            code::INSERT_SYNTAX,
            "Primary timestamp column should not be null",
        ));
    }
    if many && !out.iter().any(|t| matches!(t, Target::TableName)) {
        return Err(SqlError::new(
            code::INSERT_SYNTAX,
            "tbname is expected in the column list",
        ));
    }
    Ok(out)
}

/// Where the values of the columns among `targets` are stored, in their order.
pub fn slots_of(schema: &Schema, targets: &[Target]) -> Vec<u32> {
    let slot = |t: &Target| match t {
        Target::Column(c) => Some(schema.columns[*c].slot),
        _ => None,
    };
    targets.iter().filter_map(slot).collect()
}
