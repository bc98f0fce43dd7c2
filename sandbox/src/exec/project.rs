//! The query of a topic, applied to rows that were just written. It reads no table.

use super::items;
use super::result::Field;
use super::source::{name_column, tag_columns, FromClause, Input};
use crate::catalog::{is_system, Child, Column, Found};
use crate::compile::{Compiler, Env, Eval, Origin};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Expr, Item, Query, Source, TableName};
use crate::time::Zone;
use crate::types::Type;
use crate::value::{Row, Value};

pub struct Projection {
    pub fields: Vec<Field>,
    origins: Vec<Origin>,
    filter: Option<Eval>,
    items: Vec<Eval>,
}

/// Rows as they were written: the table's name, its tags, the columns given.
pub struct Written<'a> {
    pub table: &'a str,
    pub tags: &'a [Value],
    pub columns: &'a [Column],
    pub rows: Vec<Row>,
}

/// A topic belongs to no session.
pub fn context(db: &str) -> Context {
    Context {
        db: db.into(),
        user: "root".into(),
        zone: Zone::utc(),
        charset: None,
        bi: false,
    }
}

fn invalid() -> SqlError {
    SqlError::new(code::INVALID_TOPIC_QUERY, "Invalid topic query")
}

/// The table of a query that can be a topic: rows in, rows out, one by one.
pub fn table(q: &Query) -> Result<&TableName> {
    let s = &q.first;
    let whole = q.more.is_empty() && q.order.is_empty() && q.limit.is_none() && q.slimit.is_none();
    let plain = !s.distinct && !s.tags_only && s.interval.is_none() && s.having.is_none();
    let single = s.group.is_empty() && s.partition.is_empty();
    let rows = !s.items.iter().any(|i| items::has_aggregate(&i.expr));
    match &s.from {
        Source::Table { name, .. } if whole && plain && single && rows && !is_system(&name.db) => {
            Ok(name)
        }
        _ => Err(invalid()),
    }
}

fn from(engine: &Engine, cx: &Context, q: &Query) -> Result<FromClause> {
    match &q.first.from {
        Source::Table { name, alias } => FromClause::table(engine, cx, name, alias.as_deref()),
        _ => Err(invalid()),
    }
}

/// The columns that `*` stands for at this moment.
pub fn star(engine: &Engine, q: &Query) -> Result<Vec<String>> {
    let cx = context("");
    let from = from(engine, &cx, q)?;
    let named = from.columns.into_iter().filter(|c| c.in_star);
    Ok(named.map(|c| c.name).collect())
}

impl Projection {
    /// `star`: the columns that `*` meant when the topic was created.
    pub fn compile(engine: &Engine, q: &Query, star: &[String]) -> Result<Projection> {
        let cx = context("");
        let s = &q.first;
        let from = from(engine, &cx, q)?;
        let Input::Table(..) = from.input else {
            return Err(invalid());
        };
        let mut c = Compiler::new(&engine.version.text, &cx, from.precision);
        (c.columns, c.qualifiers) = (from.columns, from.qualifiers);
        let mut fields = vec![];
        let mut items = vec![];
        let mut add = |c: &mut Compiler, i: &Item| {
            let t = c.compile(&i.expr)?;
            fields.push(Field::new(&items::field_name(i), t.ty));
            items.push(t.eval);
            Ok::<(), SqlError>(())
        };
        for i in &s.items {
            let Expr::Star { .. } = i.expr else {
                add(&mut c, i)?;
                continue;
            };
            for name in star {
                let expr = Expr::Column {
                    table: None,
                    name: name.clone(),
                };
                let (text, alias) = (String::new(), None);
                add(&mut c, &Item { expr, text, alias })?;
            }
        }
        let filter = s.filter.as_ref().map(|f| c.condition(f)).transpose()?;
        Ok(Projection {
            fields,
            origins: origins(&c),
            filter,
            items,
        })
    }
    pub fn types(&self) -> Vec<Type> {
        self.fields.iter().map(|f| f.ty).collect()
    }
    pub fn rows(&self, from: &Written) -> Vec<Row> {
        let slot = |s: u32| from.columns.iter().skip(1).position(|c| c.slot == s);
        let places: Vec<Option<usize>> = self
            .origins
            .iter()
            .map(|o| match o {
                Origin::Slot(s, _) => slot(*s).map(|i| i + 1),
                _ => Some(0),
            })
            .collect();
        let cell = |row: &Row, o: &Origin, place: Option<usize>| match o {
            Origin::Tag(i) => from.tags.get(*i).cloned().unwrap_or(Value::Null),
            Origin::TableName => Value::text(from.table),
            _ => place
                .and_then(|p| row.get(p).cloned())
                .unwrap_or(Value::Null),
        };
        let mut out = vec![];
        for row in &from.rows {
            let picked: Row = self
                .origins
                .iter()
                .zip(&places)
                .map(|(o, p)| cell(row, o, *p))
                .collect();
            let env = Env::row(&picked);
            if self.filter.as_ref().is_none_or(|f| f(&env).is_true()) {
                out.push(self.items.iter().map(|i| i(&env)).collect());
            }
        }
        out
    }
}

fn origins(c: &Compiler) -> Vec<Origin> {
    c.used.iter().filter_map(|u| c.columns[*u].origin).collect()
}

/// The condition of `AS STABLE st WHERE ...`, on a child table's tags and name.
pub fn tag_filter(
    engine: &Engine,
    stable: &TableName,
    filter: &Expr,
) -> Result<impl Fn(&Child) -> bool> {
    let cx = context("");
    let precision = engine.catalog.database(&stable.db)?.precision;
    let Found::Super(schema) = engine.catalog.find(stable)? else {
        return Err(SqlError::no_table());
    };
    let mut c = Compiler::new(&engine.version.text, &cx, precision);
    c.columns.extend(tag_columns(&schema));
    c.columns.push(name_column());
    let condition = c.condition(filter)?;
    let origins = origins(&c);
    Ok(move |child: &Child| {
        let cell = |o: &Origin| match o {
            Origin::Tag(i) => child.tags.get(*i).cloned().unwrap_or(Value::Null),
            _ => Value::text(&child.name),
        };
        let row: Row = origins.iter().map(cell).collect();
        condition(&Env::row(&row)).is_true()
    })
}

pub fn has_star(q: &Query) -> bool {
    q.first
        .items
        .iter()
        .any(|i| matches!(i.expr, Expr::Star { .. }))
}
