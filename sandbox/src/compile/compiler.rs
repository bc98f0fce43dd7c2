//! What expressions are compiled against: the columns of the FROM clause, and what may stand where.

use super::aggregate::Aggregate;
use super::typed::{Eval, Typed};
use crate::context::Context;
use crate::error::{Result, SqlError};
use crate::sql::ast::Expr;
use crate::time::Precision;
use crate::types::{Kind, Type};
use crate::value::Value;

/// What `_wstart` and its relatives take of a window's start and end.
type WindowPart = fn((i64, i64)) -> i64;

/// Where a source column's value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Time,
    Slot(u32, Kind),
    Tag(usize),
    TableName,
}

/// A column of the FROM clause.
pub struct SourceColumn {
    pub name: String,
    pub ty: Type,
    pub origin: Option<Origin>,
    /// Part of `*`.
    pub in_star: bool,
}

impl SourceColumn {
    /// A column that is part of `*`.
    pub fn new(name: &str, ty: Type, origin: Option<Origin>) -> SourceColumn {
        SourceColumn {
            name: name.into(),
            ty,
            origin,
            in_star: true,
        }
    }
}

pub struct Compiler<'a> {
    /// The version that `server_version()` tells.
    pub version: &'a str,
    pub cx: &'a Context,
    pub precision: Precision,
    pub now: i64,
    /// The table's name and alias, for qualified columns.
    pub qualifiers: Vec<String>,
    pub columns: Vec<SourceColumn>,
    /// Source columns in use: a row holds exactly these, in this order.
    pub used: Vec<usize>,
    pub aggregates: Vec<Aggregate>,
    /// Aggregates may stand here.
    pub grouping: bool,
    /// _wstart and relatives may stand here.
    pub windowed: bool,
    pub(super) in_aggregate: bool,
}

impl<'a> Compiler<'a> {
    pub fn new(version: &'a str, cx: &'a Context, precision: Precision) -> Compiler<'a> {
        Compiler {
            version,
            cx,
            precision,
            now: precision.now(),
            qualifiers: vec![],
            columns: vec![],
            used: vec![],
            aggregates: vec![],
            grouping: false,
            windowed: false,
            in_aggregate: false,
        }
    }
    /// The source column a name means.
    pub fn find(&self, table: Option<&str>, name: &str) -> Option<usize> {
        if table.is_some_and(|t| !self.qualifiers.iter().any(|q| q == t)) {
            return None;
        }
        let name = match name {
            "_c0" | "_rowts" => {
                return self.columns.iter().position(|c| {
                    c.ty.kind == Kind::Timestamp && !matches!(c.origin, Some(Origin::Tag(_)))
                })
            }
            n => n,
        };
        self.columns.iter().position(|c| c.name == name)
    }
    /// Where the column's value stands in a row.
    pub fn slot(&mut self, column: usize) -> usize {
        if let Some(i) = self.used.iter().position(|u| *u == column) {
            return i;
        }
        self.used.push(column);
        self.used.len() - 1
    }
    pub(super) fn column(&mut self, i: usize) -> Typed {
        let (slot, ty) = (self.slot(i), self.columns[i].ty);
        Typed {
            ty,
            eval: Box::new(move |e| e.row.get(slot).cloned().unwrap_or(Value::Null)),
            constant: None,
        }
    }
    pub fn condition(&mut self, e: &Expr) -> Result<Eval> {
        Ok(self.compile(e)?.eval)
    }
    /// Whether the expression is the table's primary time column.
    pub fn is_time(&self, e: &Expr) -> bool {
        match e {
            Expr::Column { table, name } => self
                .find(table.as_deref(), name)
                .is_some_and(|i| self.columns[i].origin == Some(Origin::Time)),
            _ => false,
        }
    }
    pub(super) fn name(&mut self, table: Option<&str>, name: &str) -> Result<Typed> {
        if self.windowed && table.is_none() {
            let window: Option<(Kind, WindowPart)> = match name {
                "_wstart" => Some((Kind::Timestamp, |w| w.0)),
                "_wend" => Some((Kind::Timestamp, |w| w.1)),
                "_wduration" => Some((Kind::BigInt, |w| w.1 - w.0)),
                _ => None,
            };
            if let Some((kind, of)) = window {
                return Ok(Typed {
                    ty: Type::of(kind),
                    eval: Box::new(move |e| Value::Int(of(e.window))),
                    constant: None,
                });
            }
        }
        match self.find(table, name) {
            Some(i) => Ok(self.column(i)),
            None => Err(SqlError::invalid_column(name)),
        }
    }
}
