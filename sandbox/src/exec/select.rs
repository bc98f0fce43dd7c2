//! SELECT: source, filter, projection or grouping, order, limit.

use super::group::{Groups, Windows};
use super::group_by::{check_groups, group_keys};
use super::items::{expand, field_name, has_aggregate};
use super::order::{cut, distinct, position, scan_order, sort, sort_keys, SortKey};
use super::result::{Field, ResultSet, Stream};
use super::source::{each_page, FromClause, Input, PAGE};
use crate::catalog::Found;
use crate::compile::{common, Compiler, Env, Eval, Origin};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Expr, Item, Op, Query, Select, Source};
use crate::time::Precision;
use crate::value::Row;
use std::collections::HashMap;

pub fn run(engine: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    let mut result = select_or_union(engine, cx, q)?;
    result.read_ahead(engine, PAGE)?;
    Ok(result)
}

fn union(engine: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    let alone = |s: &Select| Query {
        first: s.clone(),
        more: vec![],
        order: vec![],
        limit: None,
        offset: 0,
        slimit: None,
        soffset: 0,
    };
    let first = select(engine, cx, &alone(&q.first))?;
    let (mut fields, precision) = (first.fields.clone(), first.precision);
    let mut rows = first.all(engine)?;
    for (all, s) in &q.more {
        let part = select(engine, cx, &alone(s))?;
        if part.fields.len() != fields.len() {
            return Err(SqlError::new(
                code::COLUMN_COUNT,
                "Query block has incorrect number of result columns",
            ));
        }
        for (f, p) in fields.iter_mut().zip(&part.fields) {
            f.ty = common(f.ty, p.ty);
        }
        rows.append(&mut part.all(engine)?);
        if !all {
            distinct(&mut rows, fields.len());
        }
    }
    let mut keys = vec![];
    for o in &q.order {
        let named = |e: &Expr| match e {
            Expr::Column { name, .. } => fields.iter().position(|f| f.name == *name),
            _ => None,
        };
        match position(&o.expr, fields.len())?.or_else(|| named(&o.expr)) {
            Some(i) => keys.push((i, o.desc, o.nulls_first)),
            None => return Err(SqlError::invalid_column(&o.text)),
        }
    }
    sort(&mut rows, &keys);
    Ok(ResultSet::ready(fields, precision, cut(rows, q)))
}

fn from(engine: &Engine, cx: &Context, s: &Select) -> Result<FromClause> {
    match &s.from {
        Source::None => Ok(FromClause::none()),
        Source::Table { name, alias } => FromClause::table(engine, cx, name, alias.as_deref()),
        Source::Query { query, alias } => {
            let result = select_or_union(engine, cx, query)?;
            let (fields, precision) = (result.fields.clone(), result.precision);
            let qualifiers = alias.iter().cloned().collect();
            Ok(FromClause::rows(
                &fields,
                result.all(engine)?,
                qualifiers,
                precision,
            ))
        }
    }
}

fn select_or_union(engine: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    match q.more.is_empty() {
        true => select(engine, cx, q),
        false => union(engine, cx, q),
    }
}

fn select(engine: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    let s = &q.first;
    let from = from(engine, cx, s)?;
    let (mut input, precision) = (from.input, from.precision);
    let mut c = Compiler::new(&engine.version.text, cx, precision);
    (c.columns, c.qualifiers) = (from.columns, from.qualifiers);
    let items = expand(&c, &s.items)?;
    let ordered = q.order.iter().map(|o| &o.expr);
    let grouped = !s.group.is_empty()
        || s.interval.is_some()
        || s.having.is_some()
        || items
            .iter()
            .map(|i| &i.expr)
            .chain(ordered)
            .any(has_aggregate);

    restrict(engine, &mut c, &mut input, s)?;
    let group = group_keys(&c, s, &items);
    c.windowed = s.interval.is_some();
    let keys = group
        .iter()
        .map(|e| Ok(c.compile(e)?.eval))
        .collect::<Result<Vec<Eval>>>()?;
    c.grouping = grouped;
    let mut fields = vec![];
    let mut evals: Vec<Eval> = vec![];
    for i in &items {
        let t = c.compile(&i.expr)?;
        fields.push(Field {
            name: field_name(i),
            ty: t.ty,
        });
        evals.push(t.eval);
    }
    let having = s.having.as_ref().map(|h| c.condition(h)).transpose()?;
    let scan_order = if grouped {
        None
    } else {
        scan_order(&c, &input, q, &items)
    };
    let sort_keys = match scan_order {
        Some(_) => vec![],
        None => sort_keys(&mut c, q, &items, &mut evals)?,
    };
    if grouped {
        check_groups(&c, s, &group, &items, q)?;
    }
    let windows = s
        .interval
        .as_ref()
        .map(|i| Windows::new(&mut c, i))
        .transpose()?;
    (c.grouping, c.windowed) = (false, false);
    let filter = s.filter.as_ref().map(|f| c.condition(f)).transpose()?;

    let used = std::mem::take(&mut c.used);
    if let Input::Table(scan, ..) = &mut input {
        scan.columns = used.iter().filter_map(|u| c.columns[*u].origin).collect();
        scan.order = scan_order.unwrap_or(scan.order);
    }
    // With PARTITION BY and no order, LIMIT counts in each partition, and SLIMIT counts partitions.
    let by_partition = !s.partition.is_empty() && q.order.is_empty();
    let partitions: Vec<Vec<Row>> = if grouped {
        let bounds = match &input {
            Input::Table(scan, ..) => (scan.low, scan.high),
            _ => (i64::MIN, i64::MAX),
        };
        let groups = Groups {
            compiler: &c,
            keys,
            windows: windows.as_ref(),
            used: &used,
            filter: filter.as_ref(),
            items: &evals,
            having: having.as_ref(),
            fields: &fields,
            bounds,
            groups: vec![],
        };
        groups.run(engine, input)?
    } else {
        let limited = by_partition && (q.limit.is_some() || q.slimit.is_some());
        if let (Input::Table(scan, ..), true) = (&input, is_tag_scan(s, &input)) {
            input = Input::Picked(scan.tags(engine));
        }
        if let (Input::Table(..), true) = (&input, sort_keys.is_empty() && !s.distinct && !limited)
        {
            let same = |(i, item): (usize, &Item)| match &item.expr {
                Expr::Column { table, name } => c.find(table.as_deref(), name) == Some(used[i]),
                _ => false,
            };
            let identity = items.len() == used.len() && items.iter().enumerate().all(same);
            return Ok(stream(
                input,
                filter,
                (!identity).then_some(evals),
                q,
                fields,
                precision,
            ));
        }
        let keys = if limited { keys } else { vec![] };
        let wanted = q.limit.map(|n| (n.saturating_add(q.offset)) as usize);
        let best = wanted.filter(|_| !sort_keys.is_empty() && !s.distinct && !by_partition);
        let best = best.map(|n| (n, &sort_keys[..]));
        plain(engine, input, &used, filter.as_ref(), &evals, &keys, best)?
    };
    let mut rows = match by_partition {
        true => {
            let wanted = q.slimit.map_or(usize::MAX, |n| n as usize);
            let wanted = partitions.into_iter().skip(q.soffset as usize).take(wanted);
            wanted.flat_map(|p| cut(p, q)).collect()
        }
        false => partitions.concat(),
    };
    if s.distinct {
        distinct(&mut rows, fields.len());
    }
    sort(&mut rows, &sort_keys);
    let rows = if by_partition { rows } else { cut(rows, q) };
    Ok(ResultSet::ready(fields, precision, rows))
}

/// Narrows the scan to the times, and the one child table, that WHERE leaves possible.
fn restrict(engine: &Engine, c: &mut Compiler, input: &mut Input, s: &Select) -> Result<()> {
    let (Input::Table(scan, found, name), Some(f)) = (input, &s.filter) else {
        return Ok(());
    };
    (scan.low, scan.high) = c.time_bounds(f)?;
    if let (Found::Super(of), Some(table)) = (&*found, only_table(f)) {
        match engine.catalog.database(&name.db)?.find(&table) {
            Some(Found::Child(stable, child)) if stable.name == of.name => scan.restrict(child),
            _ => {}
        }
    }
    Ok(())
}

/// Whether the query reads tags, not rows. Child tables without data count as well.
fn is_tag_scan(s: &Select, input: &Input) -> bool {
    let Input::Table(scan, Found::Super(_), _) = input else {
        return false;
    };
    let tag = |o: &Origin| matches!(o, Origin::Tag(_) | Origin::TableName);
    s.tags_only || s.distinct && scan.columns.iter().all(tag)
}

fn stream(
    input: Input,
    filter: Option<Eval>,
    items: Option<Vec<Eval>>,
    q: &Query,
    fields: Vec<Field>,
    precision: Precision,
) -> ResultSet {
    let Input::Table(scan, ..) = input else {
        return ResultSet::ready(fields, precision, vec![]);
    };
    let left = q.limit.unwrap_or(u64::MAX);
    let stream = Stream {
        scan: *scan,
        filter,
        items,
        skip: q.offset,
        left,
        ahead: vec![],
    };
    ResultSet::streaming(fields, precision, stream)
}

/// The rows of a select without groups, by partition. Where only the `best` rows of an order are wanted, others are
/// not kept for long.
fn plain(
    engine: &Engine,
    input: Input,
    used: &[usize],
    filter: Option<&Eval>,
    evals: &[Eval],
    keys: &[Eval],
    best: Option<(usize, &[SortKey])>,
) -> Result<Vec<Vec<Row>>> {
    let mut partitions: Vec<Vec<Row>> = vec![];
    let mut index: HashMap<Vec<u8>, usize> = HashMap::new();
    let take = |page: &[Row]| {
        for row in page {
            let env = Env::row(row);
            if filter.is_some_and(|f| !f(&env).is_true()) {
                continue;
            }
            let mut key = vec![];
            keys.iter().for_each(|k| k(&env).key(&mut key));
            let at = *index.entry(key).or_insert_with(|| {
                partitions.push(vec![]);
                partitions.len() - 1
            });
            partitions[at].push(evals.iter().map(|e| e(&env)).collect());
        }
        if let (Some((n, order)), Some(rows)) = (best, partitions.first_mut()) {
            if rows.len() / 2 > n.max(PAGE) {
                sort(rows, order);
                rows.truncate(n);
            }
        }
    };
    each_page(engine, input, used, take)?;
    Ok(partitions)
}

/// `tbname = 'x'` in a conjunction.
fn only_table(e: &Expr) -> Option<String> {
    match e {
        Expr::Binary(a, Op::And, b) => only_table(a).or_else(|| only_table(b)),
        Expr::Binary(a, Op::Eq, b) => match (&**a, &**b) {
            (Expr::Column { name, .. }, Expr::Literal(v))
            | (Expr::Literal(v), Expr::Column { name, .. })
                if name == "tbname" =>
            {
                v.to_text()
            }
            _ => None,
        },
        _ => None,
    }
}
