//! DELETE FROM: rows of one table, or of all children of a super table.

use super::outcome::Outcome;
use super::scan::Scan;
use super::source::tag_columns;
use crate::catalog::Found;
use crate::compile::{Compiler, Env, Origin, SourceColumn};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::Result;
use crate::sql::ast::{Expr, TableName};
use crate::subscription::meta::Meta;
use std::collections::BTreeSet;

pub fn delete(
    e: &mut Engine,
    cx: &Context,
    t: &TableName,
    filter: Option<&Expr>,
) -> Result<Outcome> {
    let precision = e.catalog.database(&t.db)?.precision;
    let found = e.catalog.find(t)?;
    let schema = found.schema().clone();
    let children: Vec<(i64, Found)> = match &found {
        Found::Super(s) => {
            let of = e.catalog.database(&t.db)?.supers.get(&s.name);
            of.into_iter()
                .flat_map(|s| {
                    s.children
                        .values()
                        .map(|c| (c.id, Found::Child(s.schema.clone(), c.clone())))
                })
                .collect()
        }
        Found::Child(_, c) => vec![(c.id, found.clone())],
        Found::Plain(_) => vec![(0, found.clone())],
    };
    // What to delete is found first, by the rules of WHERE, then deleted by time.
    let mut doomed: Vec<(i64, i64)> = vec![];
    let bounds;
    {
        let mut c = Compiler::new(&e.version.text, cx, precision);
        let time = schema.columns.iter().take(1);
        c.columns = time
            .map(|c| SourceColumn::new(&c.name, c.ty, Some(Origin::Time)))
            .chain(tag_columns(&schema))
            .collect();
        c.slot(0);
        bounds = filter.map_or(Ok((i64::MIN, i64::MAX)), |f| c.time_bounds(f))?;
        let filter = filter.map(|f| c.compile(f)).transpose()?.map(|f| f.eval);
        let columns: Vec<Origin> = c.used.iter().filter_map(|u| c.columns[*u].origin).collect();
        for (tb, found) in &children {
            let mut scan = Scan::new(t, found);
            (scan.low, scan.high) = bounds;
            scan.columns = columns.clone();
            loop {
                let page = scan.page(e, 4096)?;
                if page.is_empty() {
                    break;
                }
                let hit = page
                    .iter()
                    .filter(|r| filter.as_ref().is_none_or(|f| f(&Env::row(r)).is_true()));
                doomed.extend(hit.filter_map(|r| Some((*tb, r[0].as_i64()?))));
            }
        }
    }
    e.store.atomically(|store| {
        doomed
            .iter()
            .try_for_each(|(tb, ts)| store.delete(schema.data, *tb, *ts, *ts).map(|_| ()))
    })?;
    let hit: BTreeSet<i64> = doomed.iter().map(|d| d.0).collect();
    for (_, found) in children.iter().filter(|c| hit.contains(&c.0)) {
        let name = match found {
            Found::Child(_, c) => c.name.to_string(),
            _ => t.name.clone(),
        };
        let table = TableName {
            db: t.db.clone(),
            name,
        };
        let meta = Meta::deleted(&table.name, found, bounds.0, bounds.1);
        e.record(&table, false, meta);
    }
    Ok(Outcome::Done {
        affected: doomed.len(),
    })
}
