//! ORDER BY, DISTINCT, LIMIT and OFFSET.

use super::source::Input;
use crate::compile::{Compiler, Eval};
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Expr, Item, Order, Query};
use crate::store::ScanOrder;
use crate::value::{Row, Value};
use std::cmp::Ordering;
use std::collections::HashSet;

/// Rows `offset` to `offset + limit`.
pub fn cut(rows: Vec<Row>, q: &Query) -> Vec<Row> {
    if q.offset == 0 && q.limit.is_none() {
        return rows;
    }
    rows.into_iter()
        .skip(q.offset as usize)
        .take(q.limit.map_or(usize::MAX, |l| l as usize))
        .collect()
}

pub fn distinct(rows: &mut Vec<Row>, width: usize) {
    let mut seen = HashSet::new();
    rows.retain(|r| {
        let mut key = vec![];
        r.iter().take(width).for_each(|v| v.key(&mut key));
        seen.insert(key)
    });
}

pub type SortKey = (usize, bool, Option<bool>);

pub fn sort(rows: &mut [Row], keys: &[SortKey]) {
    rows.sort_by(|a, b| {
        for (i, desc, nulls_first) in keys {
            let (x, y) = (&a[*i], &b[*i]);
            let o = match (nulls_first, x.is_null(), y.is_null()) {
                (Some(first), true, false) => {
                    if *first {
                        Ordering::Less
                    } else {
                        Ordering::Greater
                    }
                }
                (Some(first), false, true) => {
                    if *first {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    }
                }
                _ => {
                    let o = x.compare(y);
                    if *desc {
                        o.reverse()
                    } else {
                        o
                    }
                }
            };
            if o != Ordering::Equal {
                return o;
            }
        }
        Ordering::Equal
    });
}

/// `ORDER BY 2` means the second item.
pub fn position(e: &Expr, items: usize) -> Result<Option<usize>> {
    match e {
        Expr::Literal(Value::Int(n)) if *n >= 1 && *n as usize <= items => {
            Ok(Some(*n as usize - 1))
        }
        Expr::Literal(Value::Int(_)) => Err(SqlError::new(
            code::BAD_POSITION,
            "ORDER BY / GROUP BY item must be the number of a SELECT-list expression",
        )),
        _ => Ok(None),
    }
}

/// An order by the time column alone is left to the scan.
pub fn scan_order(c: &Compiler, input: &Input, q: &Query, items: &[Item]) -> Option<ScanOrder> {
    let (Input::Table(..), [o]) = (input, &q.order[..]) else {
        return None;
    };
    let renamed = items.iter().any(|i| i.alias.as_deref() == Some(&o.text));
    if q.first.distinct || renamed || !c.is_time(&o.expr) {
        return None;
    }
    Some(if o.desc {
        ScanOrder::TimeDesc
    } else {
        ScanOrder::Time
    })
}

/// What to sort by: items of the result, or further values computed behind them.
pub fn sort_keys(
    c: &mut Compiler,
    q: &Query,
    items: &[Item],
    evals: &mut Vec<Eval>,
) -> Result<Vec<SortKey>> {
    let mut keys = vec![];
    for o in &q.order {
        let at = match order_position(c, items, o)? {
            Some(i) => i,
            None => {
                evals.push(c.compile(&o.expr)?.eval);
                evals.len() - 1
            }
        };
        keys.push((at, o.desc, o.nulls_first));
    }
    Ok(keys)
}

pub fn order_position(c: &Compiler, items: &[Item], o: &Order) -> Result<Option<usize>> {
    if let Some(i) = position(&o.expr, items.len())? {
        return Ok(Some(i));
    }
    if let Expr::Column { table: None, name } = &o.expr {
        if let Some(i) = items.iter().position(|i| i.alias.as_ref() == Some(name)) {
            return Ok(Some(i));
        }
        if c.find(None, name).is_some() {
            return Ok(None);
        }
    }
    Ok(items
        .iter()
        .position(|i| !i.text.is_empty() && i.text == o.text))
}
