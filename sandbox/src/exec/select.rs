//! SELECT: source, filter, projection or grouping, order, limit.

use super::group::{Groups, Windows};
use super::result::{Field, ResultSet, Stream};
use super::scan::Scan;
use super::system;
use crate::catalog::{is_system, Found};
use crate::compile::aggregate::is_aggregate;
use crate::compile::{common, Compiler, Env, Eval, Origin, SourceColumn};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{clip, code, Result, SqlError};
use crate::sql::ast::{Expr, Item, Op, Order, Query, Select, Source, TableName};
use crate::sql::cursor::MAX_COLUMN_NAME;
use crate::sql::walk::{children, walk};
use crate::store::ScanOrder;
use crate::time::Precision;
use crate::types::{Type, TBNAME_LEN};
use crate::value::{Row, Value};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// Rows of a result that is computed at once are read in pages of this size.
const PAGE: usize = 4096;

pub enum Input {
    Table(Box<Scan>, Found, TableName),
    /// Rows with all source columns.
    Rows(Vec<Row>),
    /// Rows with just the used columns.
    Picked(Vec<Row>),
}

pub fn run(engine: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    let mut result = match q.more.is_empty() {
        true => select(engine, cx, q)?,
        false => union(engine, cx, q)?,
    };
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

/// Rows `offset` to `offset + limit`.
fn cut(rows: Vec<Row>, q: &Query) -> Vec<Row> {
    if q.offset == 0 && q.limit.is_none() {
        return rows;
    }
    rows.into_iter()
        .skip(q.offset as usize)
        .take(q.limit.map_or(usize::MAX, |l| l as usize))
        .collect()
}

fn distinct(rows: &mut Vec<Row>, width: usize) {
    let mut seen = HashSet::new();
    rows.retain(|r| {
        let mut key = vec![];
        r.iter().take(width).for_each(|v| v.key(&mut key));
        seen.insert(key)
    });
}

type SortKey = (usize, bool, Option<bool>);

fn sort(rows: &mut [Row], keys: &[SortKey]) {
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
fn position(e: &Expr, items: usize) -> Result<Option<usize>> {
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

/// The FROM clause: where rows come from and which columns they have.
pub(super) fn open(
    engine: &Engine,
    cx: &Context,
    s: &Select,
) -> Result<(Input, Vec<SourceColumn>, Vec<String>, Precision)> {
    let fields_of = |fields: &[Field]| {
        fields
            .iter()
            .map(|f| SourceColumn {
                name: f.name.clone(),
                ty: f.ty,
                origin: None,
                in_star: true,
            })
            .collect()
    };
    match &s.from {
        Source::None => Ok((Input::Rows(vec![vec![]]), vec![], vec![], Precision::Milli)),
        Source::Query { query, alias } => {
            let result = select_or_union(engine, cx, query)?;
            let (columns, precision) = (fields_of(&result.fields), result.precision);
            Ok((
                Input::Rows(result.all(engine)?),
                columns,
                alias.iter().cloned().collect(),
                precision,
            ))
        }
        Source::Table { name, alias } => {
            let names: Vec<String> = alias.iter().cloned().chain([name.name.clone()]).collect();
            if is_system(&name.db) {
                let (fields, rows) = system::table_for(engine, cx, &name.name)?;
                return Ok((
                    Input::Rows(rows),
                    fields_of(&fields),
                    names,
                    Precision::Milli,
                ));
            }
            let precision = engine.catalog.database(&name.db)?.precision;
            let found = engine.catalog.find(name)?;
            let schema = found.schema();
            let mut columns: Vec<SourceColumn> = vec![];
            for (i, c) in schema.columns.iter().enumerate() {
                let origin = if i == 0 {
                    Origin::Time
                } else {
                    Origin::Slot(c.slot, c.ty.kind)
                };
                columns.push(SourceColumn {
                    name: c.name.clone(),
                    ty: c.ty,
                    origin: Some(origin),
                    in_star: true,
                });
            }
            let tags_in_star = matches!(found, Found::Super(_));
            for (i, c) in schema.tags.iter().enumerate() {
                columns.push(SourceColumn {
                    name: c.name.clone(),
                    ty: c.ty,
                    origin: Some(Origin::Tag(i)),
                    in_star: tags_in_star,
                });
            }
            columns.push(SourceColumn {
                name: "tbname".into(),
                ty: Type::varchar(TBNAME_LEN),
                origin: Some(Origin::TableName),
                in_star: cx.bi && tags_in_star,
            });
            Ok((
                Input::Table(Box::new(Scan::new(name, &found)), found, name.clone()),
                columns,
                names,
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

/// `*`, `t.*` and `last(*)` become one item per column.
fn expand(c: &Compiler, items: &[Item]) -> Result<Vec<Item>> {
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
pub(super) fn field_name(i: &Item) -> String {
    let name = match (&i.alias, &i.expr) {
        (Some(a), _) => a,
        (None, Expr::Column { name, .. }) => name,
        _ => &i.text,
    };
    let whole = clip(name, MAX_COLUMN_NAME);
    let rest = name.len().min(MAX_COLUMN_NAME) - whole.len();
    whole.to_owned() + &"\u{fffd}".repeat(rest)
}

pub(super) fn has_aggregate(e: &Expr) -> bool {
    let mut found = false;
    walk(e, &mut |x| {
        found |= matches!(x, Expr::Call { name, .. } if is_aggregate(name))
    });
    found
}

fn select(engine: &Engine, cx: &Context, q: &Query) -> Result<ResultSet> {
    let s = &q.first;
    let (mut input, columns, qualifiers, precision) = open(engine, cx, s)?;
    let mut c = Compiler::new(&engine.version.text, cx, precision);
    (c.columns, c.qualifiers) = (columns, qualifiers);
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

    restrict(&mut c, &mut input, s)?;
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
fn restrict(c: &mut Compiler, input: &mut Input, s: &Select) -> Result<()> {
    let (Input::Table(scan, found, name), Some(f)) = (input, &s.filter) else {
        return Ok(());
    };
    (scan.low, scan.high) = c.time_bounds(f)?;
    if let (Found::Super(of), Some(table)) = (&*found, only_table(f)) {
        match c.engine.catalog.database(&name.db)?.find(&table) {
            Some(Found::Child(stable, child)) if stable.name == of.name => scan.restrict(child),
            _ => {}
        }
    }
    Ok(())
}

/// An order by the time column alone is left to the scan.
fn scan_order(c: &Compiler, input: &Input, q: &Query, items: &[Item]) -> Option<ScanOrder> {
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
fn sort_keys(
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

/// Whether tags are asked for, not rows: every child table has its tags, with data or without.
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

/// All rows of the input, with the used columns.
pub fn each_page(
    engine: &Engine,
    input: Input,
    used: &[usize],
    mut take: impl FnMut(&[Row]),
) -> Result<()> {
    match input {
        Input::Table(mut scan, ..) => loop {
            let page = scan.page(engine, PAGE)?;
            if page.is_empty() {
                return Ok(());
            }
            take(&page);
        },
        Input::Picked(rows) => {
            take(&rows);
            Ok(())
        }
        Input::Rows(rows) => {
            let pick = |r: &Row| {
                used.iter()
                    .map(|u| r.get(*u).cloned().unwrap_or(Value::Null))
                    .collect()
            };
            rows.chunks(PAGE)
                .for_each(|chunk| take(&chunk.iter().map(pick).collect::<Vec<Row>>()));
            Ok(())
        }
    }
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

fn order_position(c: &Compiler, items: &[Item], o: &Order) -> Result<Option<usize>> {
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

/// GROUP BY and PARTITION BY items, with aliases and positions replaced by what they stand for.
fn group_keys(c: &Compiler, s: &Select, items: &[Item]) -> Vec<Expr> {
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
fn check_groups(c: &Compiler, s: &Select, group: &[Expr], items: &[Item], q: &Query) -> Result<()> {
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
