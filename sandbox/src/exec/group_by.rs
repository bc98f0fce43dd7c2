//! GROUP BY: the keys of the groups, and which columns may stand beside aggregates.

use super::order::order_position;
use crate::compile::aggregate::is_aggregate;
use crate::compile::{Compiler, Origin};
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Expr, Item, Query, Select};
use crate::sql::walk::children;
use crate::value::Value;

/// GROUP BY and PARTITION BY items, with aliases and positions replaced by what they stand for.
pub fn group_keys(c: &Compiler, s: &Select, items: &[Item]) -> Vec<Expr> {
    let resolve = |e: &Expr| match e {
        Expr::Column { table: None, name } if c.find(None, name).is_none() => items
            .iter()
            .find(|i| i.alias.as_ref() == Some(name))
            .map_or(e.clone(), |i| i.expr.clone()),
        Expr::Literal(Value::Int(n)) if *n >= 1 && *n as usize <= items.len() => {
            items[*n as usize - 1].expr.clone()
        }
        e => e.clone(),
    };
    s.group.iter().chain(&s.partition).map(resolve).collect()
}

/// Columns beside aggregates must be grouped by, or belong to the row that min, max, first or last chose.
pub fn check_groups(
    c: &Compiler,
    s: &Select,
    group: &[Expr],
    items: &[Item],
    q: &Query,
) -> Result<()> {
    let same = |e: &Expr| group.iter().any(|g| format!("{g:?}") == format!("{e:?}"));
    let by_table = group
        .iter()
        .any(|g| matches!(g, Expr::Column { name, .. } if name == "tbname"));
    let chooses = c.aggregates.iter().any(|a| a.selects());
    fn loose<'e>(e: &'e Expr, same: &dyn Fn(&Expr) -> bool, out: &mut Vec<&'e Expr>) {
        match e {
            e if same(e) => {}
            Expr::Call { name, .. } if is_aggregate(name) => {}
            Expr::Column { .. } => out.push(e),
            e => children(e).into_iter().for_each(|x| loose(x, same, out)),
        }
    }
    let mut columns = vec![];
    let ordered = q
        .order
        .iter()
        .filter(|o| order_position(c, items, o).ok().flatten().is_none())
        .map(|o| &o.expr);
    items
        .iter()
        .map(|i| &i.expr)
        .chain(ordered)
        .chain(&s.having)
        .for_each(|e| loose(e, &same, &mut columns));
    for e in columns {
        let Expr::Column { table, name } = e else {
            continue;
        };
        let origin = c
            .find(table.as_deref(), name)
            .and_then(|i| c.columns[i].origin);
        let fine = chooses
            || s.interval.is_some() && name.starts_with("_w")
            || by_table && matches!(origin, Some(Origin::Tag(_) | Origin::TableName));
        if !fine {
            return Err(match group.is_empty() {
                true => SqlError::new(code::NOT_SINGLE_GROUP, "Not a single-group group function"),
                false => SqlError::new(code::NOT_GROUP_BY, "Not a GROUP BY expression"),
            });
        }
    }
    Ok(())
}
