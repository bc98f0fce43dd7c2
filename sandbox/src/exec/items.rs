//! The items of a SELECT: what `*` stands for, and the names of the columns of the result.

use crate::compile::aggregate::is_aggregate;
use crate::compile::{Compiler, Origin, SourceColumn};
use crate::error::{clip, Result, SqlError};
use crate::sql::ast::{Expr, Item};
use crate::sql::cursor::MAX_COLUMN_NAME;
use crate::sql::walk::walk;

/// `*`, `t.*` and `last(*)` become one item per column.
pub fn expand(c: &Compiler, items: &[Item]) -> Result<Vec<Item>> {
    let mut out = vec![];
    // The functions take columns only, a bare `*` takes tags as well.
    let starred = |tags: bool| {
        let wanted = move |c: &&SourceColumn| {
            let tag = matches!(c.origin, Some(Origin::Tag(_) | Origin::TableName));
            c.in_star && (tags || !tag)
        };
        let column = |c: &SourceColumn| Expr::Column {
            table: None,
            name: c.name.clone(),
        };
        c.columns.iter().filter(wanted).map(column)
    };
    for i in items {
        match &i.expr {
            Expr::Star { table } => {
                if c.columns.is_empty() || table.as_ref().is_some_and(|t| !c.qualifiers.contains(t))
                {
                    return Err(SqlError::syntax(&i.text));
                }
                out.extend(starred(true).map(|expr| Item {
                    expr,
                    text: String::new(),
                    alias: None,
                }));
            }
            Expr::Call {
                name,
                args,
                distinct,
            } if matches!(args[..], [Expr::Star { .. }])
                && matches!(name.as_str(), "first" | "last" | "last_row") =>
            {
                out.extend(starred(false).map(|e| {
                    let text = if let Expr::Column { name: column, .. } = &e {
                        format!("{name}({column})")
                    } else {
                        String::new()
                    };
                    Item {
                        expr: Expr::Call {
                            name: name.clone(),
                            args: vec![e],
                            distinct: *distinct,
                        },
                        text,
                        alias: None,
                    }
                }));
            }
            _ => out.push(i.clone()),
        }
    }
    Ok(out)
}

/// A column's name as a server tells it: 64 bytes at most, whatever they are. In JSON, U+FFFD stands for
/// each byte of a character that was cut.
pub fn field_name(i: &Item) -> String {
    let name = match (&i.alias, &i.expr) {
        (Some(a), _) => a,
        (None, Expr::Column { name, .. }) => name,
        _ => &i.text,
    };
    let whole = clip(name, MAX_COLUMN_NAME);
    let rest = name.len().min(MAX_COLUMN_NAME) - whole.len();
    whole.to_owned() + &"\u{fffd}".repeat(rest)
}

pub fn has_aggregate(e: &Expr) -> bool {
    let mut found = false;
    walk(e, &mut |x| {
        found |= matches!(x, Expr::Call { name, .. } if is_aggregate(name))
    });
    found
}
