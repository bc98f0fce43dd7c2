//! Turns expressions into closures over a row, with the types the real server would give them.

use super::aggregate::{self, Aggregate};
use super::scan::Origin;
use crate::context::{host, Context};
use crate::decimal;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::functions::{self, Call};
use crate::sql::ast::{Expr, Op};
use crate::time::Precision;
use crate::types::{Kind, Type};
use crate::value::Value;
use std::cmp::Ordering;

/// What an expression is evaluated on.
pub struct Env<'a> {
    pub row: &'a [Value],
    /// Results of the aggregates, in groups.
    pub aggregates: &'a [Value],
    /// Start and end of the window.
    pub window: (i64, i64),
}

impl<'a> Env<'a> {
    pub fn row(row: &'a [Value]) -> Env<'a> {
        Env {
            row,
            aggregates: &[],
            window: (0, 0),
        }
    }
}

pub type Eval = Box<dyn Fn(&Env) -> Value + Send + Sync>;

/// What `_wstart` and its relatives take of a window's start and end.
type WindowPart = fn((i64, i64)) -> i64;

pub struct Typed {
    pub ty: Type,
    pub eval: Eval,
    /// The value, if it depends on nothing.
    pub constant: Option<Value>,
}

impl Typed {
    fn constant(ty: Type, v: Value) -> Typed {
        let value = v.clone();
        Typed {
            ty,
            eval: Box::new(move |_| value.clone()),
            constant: Some(v),
        }
    }
    /// A node over others: computed once if all of them are constant.
    fn over(ty: Type, parts: &[bool], eval: Eval) -> Typed {
        match parts.iter().all(|c| *c) {
            true => {
                let v = eval(&Env::row(&[]));
                Typed::constant(ty, v)
            }
            false => Typed {
                ty,
                eval,
                constant: None,
            },
        }
    }
    fn is_null(&self) -> bool {
        self.constant == Some(Value::Null)
    }
}

/// A column of the FROM clause.
pub struct SourceColumn {
    pub name: String,
    pub ty: Type,
    pub origin: Option<Origin>,
    /// Part of `*`.
    pub in_star: bool,
}

pub struct Compiler<'a> {
    pub engine: &'a Engine,
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
    in_aggregate: bool,
}

impl<'a> Compiler<'a> {
    pub fn new(engine: &'a Engine, cx: &'a Context, precision: Precision) -> Compiler<'a> {
        Compiler {
            engine,
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
    fn column(&mut self, i: usize) -> Typed {
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
    /// The times a condition leaves possible: its conjunction's comparisons of the time column with constants.
    pub fn time_bounds(&mut self, e: &Expr) -> Result<(i64, i64)> {
        let mut both = |a: &Expr, b: &Expr| -> Result<(i64, i64)> {
            let (a, b) = (self.time_bounds(a)?, self.time_bounds(b)?);
            Ok((a.0.max(b.0), a.1.min(b.1)))
        };
        match e {
            Expr::Binary(a, Op::And, b) => both(a, b),
            Expr::Binary(a, op, b) => {
                let (op, constant) = match (self.is_time(a), self.is_time(b)) {
                    (true, false) => (*op, b),
                    (false, true) => (mirrored(*op), a),
                    _ => return Ok(ANY_TIME),
                };
                Ok(match (op, self.constant_time(constant)?) {
                    (Op::Eq, Some(t)) => (t, t),
                    (Op::Gt, Some(t)) => (t.saturating_add(1), i64::MAX),
                    (Op::Ge, Some(t)) => (t, i64::MAX),
                    (Op::Lt, Some(t)) => (i64::MIN, t.saturating_sub(1)),
                    (Op::Le, Some(t)) => (i64::MIN, t),
                    _ => ANY_TIME,
                })
            }
            Expr::Between {
                value,
                low,
                high,
                not: false,
            } if self.is_time(value) => Ok((
                self.constant_time(low)?.unwrap_or(i64::MIN),
                self.constant_time(high)?.unwrap_or(i64::MAX),
            )),
            Expr::In {
                value,
                list,
                not: false,
            } if self.is_time(value) => {
                let mut times = vec![];
                for e in list {
                    match self.constant_time(e)? {
                        Some(t) => times.push(t),
                        None => return Ok(ANY_TIME),
                    }
                }
                Ok((
                    times.iter().copied().min().unwrap_or(i64::MIN),
                    times.iter().copied().max().unwrap_or(i64::MAX),
                ))
            }
            _ => Ok(ANY_TIME),
        }
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
    fn constant_time(&mut self, e: &Expr) -> Result<Option<i64>> {
        // Only expressions without columns, so that no column is marked as used.
        let mut columns = false;
        walk(e, &mut |x| columns |= matches!(x, Expr::Column { .. }));
        if columns {
            return Ok(None);
        }
        let x = self.compile(e)?;
        if !matches!(x.ty.kind, Kind::BigInt | Kind::Timestamp | Kind::Varchar) {
            return Ok(None);
        }
        Ok(self
            .comparable(&Type::of(Kind::Timestamp), x)?
            .1
            .constant
            .and_then(|v| v.as_i64()))
    }

    pub fn compile(&mut self, e: &Expr) -> Result<Typed> {
        match e {
            Expr::Literal(v) => Ok(Typed::constant(literal_type(v), v.clone())),
            Expr::Duration(d) => Ok(Typed::constant(
                Type::of(Kind::BigInt),
                d.ticks(self.precision).map_or(Value::Null, Value::Int),
            )),
            Expr::Column { table, name } => self.name(table.as_deref(), name),
            Expr::Star { .. } => Err(SqlError::syntax("*")),
            Expr::Negate(e) => {
                let x = self.compile(e)?;
                let ty = if x.ty.kind.is_decimal() {
                    x.ty
                } else {
                    Type::of(Kind::Double)
                };
                let run = x.eval;
                let eval: Eval = Box::new(move |e| match run(e) {
                    Value::Dec(v, s) => Value::Dec(-v, s),
                    v => v.as_f64().map_or(Value::Null, |f| Value::double(-f)),
                });
                Ok(Typed::over(ty, &[x.constant.is_some()], eval))
            }
            Expr::Not(e) => {
                let x = self.compile(e)?;
                let run = x.eval;
                let eval: Eval = Box::new(move |e| match run(e) {
                    Value::Null => Value::Null,
                    v => Value::Bool(!v.is_true()),
                });
                Ok(Typed::over(
                    Type::of(Kind::Bool),
                    &[x.constant.is_some()],
                    eval,
                ))
            }
            Expr::Binary(a, op, b) => self.binary(a, *op, b),
            Expr::Call {
                name,
                args,
                distinct,
            } => self.call(name, args, *distinct),
            Expr::Cast(e, to) => {
                let x = self.compile(e)?;
                let call = self.call_context(vec![x.ty]);
                let (run, to) = (x.eval, *to);
                Ok(Typed::over(
                    to,
                    &[x.constant.is_some()],
                    Box::new(move |e| functions::cast(&call, &run(e), to)),
                ))
            }
            Expr::Case {
                operand,
                arms,
                otherwise,
            } => self.case(operand.as_deref(), arms, otherwise.as_deref()),
            Expr::In { value, list, not } => {
                let v = self.compile(value)?;
                let mut fixed = v.constant.is_some();
                let mut items = vec![];
                for e in list {
                    let item = self.compile(e)?;
                    fixed &= item.constant.is_some();
                    let (_, item) = self.comparable(&v.ty, item)?;
                    items.push(item.eval);
                }
                let (run, not) = (self.scalar(v).eval, *not);
                let eval: Eval = Box::new(move |e| {
                    let v = run(e);
                    if v.is_null() {
                        return Value::Null;
                    }
                    Value::Bool(items.iter().any(|i| equal(&v, &i(e))) != not)
                });
                Ok(Typed::over(Type::of(Kind::Bool), &[fixed], eval))
            }
            Expr::Like {
                value,
                pattern,
                not,
                regex,
            } => {
                if *regex {
                    return Err(SqlError::unsupported("MATCH and NMATCH"));
                }
                let (v, p) = (self.compile(value)?, self.compile(pattern)?);
                let fixed = [v.constant.is_some(), p.constant.is_some()];
                let (v, p, not) = (self.scalar(v).eval, p.eval, *not);
                let eval: Eval = Box::new(move |e| match (v(e).to_text(), p(e).to_text()) {
                    (Some(v), Some(p)) => Value::Bool(like(&v, &p) != not),
                    _ => Value::Null,
                });
                Ok(Typed::over(Type::of(Kind::Bool), &fixed, eval))
            }
            Expr::Between {
                value,
                low,
                high,
                not,
            } => {
                let both = |op| {
                    Box::new(Expr::Binary(
                        value.clone(),
                        op,
                        if op == Op::Ge {
                            low.clone()
                        } else {
                            high.clone()
                        },
                    ))
                };
                let e = Expr::Binary(both(Op::Ge), Op::And, both(Op::Le));
                self.compile(&if *not { Expr::Not(Box::new(e)) } else { e })
            }
            Expr::IsNull { value, not } => {
                let x = self.compile(value)?;
                let (run, not) = (x.eval, *not);
                Ok(Typed::over(
                    Type::of(Kind::Bool),
                    &[x.constant.is_some()],
                    Box::new(move |e| Value::Bool(run(e).is_null() != not)),
                ))
            }
            Expr::Member(e, key) => {
                let x = self.compile(e)?;
                if x.ty.kind != Kind::Json {
                    return Err(SqlError::new(
                        code::WRONG_VALUE_TYPE,
                        "Invalid value type: only json tags have members",
                    ));
                }
                let (run, key) = (x.eval, key.clone());
                Ok(Typed {
                    ty: x.ty,
                    eval: Box::new(move |e| member(&run(e), &key)),
                    constant: None,
                })
            }
        }
    }

    fn name(&mut self, table: Option<&str>, name: &str) -> Result<Typed> {
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

    fn call_context(&self, types: Vec<Type>) -> Call {
        Call {
            zone: self.cx.zone.clone(),
            precision: self.precision,
            types,
        }
    }

    fn call(&mut self, name: &str, args: &[Expr], distinct: bool) -> Result<Typed> {
        if aggregate::is_aggregate(name) {
            return self.aggregate(name, args, distinct);
        }
        if distinct {
            return Err(SqlError::syntax("distinct"));
        }
        let timestamp = |v| Ok(Typed::constant(Type::of(Kind::Timestamp), Value::Int(v)));
        let text = |s: &str| {
            Ok(Typed::constant(
                Type::varchar(s.len() as u32),
                Value::text(s),
            ))
        };
        match name {
            "now" => return timestamp(self.now),
            "today" => {
                return timestamp(
                    self.cx
                        .zone
                        .day_start(self.now, self.precision)
                        .unwrap_or(self.now),
                )
            }
            "timezone" => return text(&self.cx.zone.describe()),
            "server_version" | "client_version" => return text(&self.engine.version.text),
            "server_status" => return Ok(Typed::constant(Type::of(Kind::Int), Value::Int(1))),
            "database" if self.cx.db.is_empty() => {
                return Ok(Typed::constant(Type::varchar(0), Value::Null))
            }
            "database" => return text(&self.cx.db),
            "current_user" | "user" => return text(&format!("{}@{}", self.cx.user, host())),
            _ => {}
        }
        let Some(f) = functions::find(name) else {
            return Err(match functions::UNSUPPORTED.contains(&name) {
                true => SqlError::unsupported(format!("function {name}")),
                false => SqlError::new(code::FUNC_NOT_EXIST, "Func not exists"),
            });
        };
        if args.len() < f.args.0 || args.len() > f.args.1 {
            return Err(SqlError::new(
                code::WRONG_PARA_NUMBER,
                format!("Invalid number of parameters : {name}"),
            ));
        }
        let mut parts = vec![];
        for a in args {
            parts.push(match a {
                // A unit argument, as in timetruncate(ts, 1d)
                Expr::Duration(d) => {
                    Typed::constant(Type::varchar(8), Value::text(&format!("{}{}", d.n, d.unit)))
                }
                a => self.compile(a)?,
            });
        }
        let types: Vec<Type> = parts.iter().map(|p| p.ty).collect();
        let ty = f.result(&types);
        let fixed: Vec<bool> = parts.iter().map(|p| p.constant.is_some()).collect();
        let call = self.call_context(types);
        let parts: Vec<Eval> = parts.into_iter().map(|p| p.eval).collect();
        let eval: Eval = Box::new(move |e| {
            let args: Vec<Value> = parts.iter().map(|p| p(e)).collect();
            if f.strict && args.iter().any(Value::is_null) {
                return Value::Null;
            }
            (f.run)(&call, &args)
        });
        Ok(Typed::over(ty, &fixed, eval))
    }

    fn aggregate(&mut self, name: &str, args: &[Expr], distinct: bool) -> Result<Typed> {
        if !self.grouping || self.in_aggregate {
            return Err(SqlError::new(
                code::AGG_NOT_ALLOWED,
                "There mustn't be aggregation",
            ));
        }
        if distinct {
            return Err(SqlError::unsupported("DISTINCT in an aggregate"));
        }
        let arg = match args {
            [Expr::Star { .. }] if name == "count" => None,
            [e] => {
                self.in_aggregate = true;
                let x = self.compile(e);
                self.in_aggregate = false;
                Some(x?)
            }
            _ => {
                return Err(SqlError::new(
                    code::WRONG_PARA_NUMBER,
                    format!("Invalid number of parameters : {name}"),
                ))
            }
        };
        // first, last and last_row go by time.
        let time = match self.find(None, "_c0") {
            Some(c) if matches!(name, "first" | "last" | "last_row") => Some(self.slot(c)),
            _ => None,
        };
        let ty = aggregate::result_type(name, arg.as_ref().map(|a| a.ty))?;
        self.aggregates.push(Aggregate::new(name, arg, time, ty));
        let i = self.aggregates.len() - 1;
        Ok(Typed {
            ty,
            eval: Box::new(move |e| e.aggregates.get(i).cloned().unwrap_or(Value::Null)),
            constant: None,
        })
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        arms: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
    ) -> Result<Typed> {
        let mut compiled = vec![];
        let mut types = vec![];
        for (when, then) in arms {
            let when = match operand {
                Some(o) => self.binary(o, Op::Eq, when)?,
                None => self.compile(when)?,
            };
            let then = self.compile(then)?;
            if !then.is_null() {
                types.push(then.ty);
            }
            compiled.push((when.eval, then.eval));
        }
        let otherwise = otherwise.map(|e| self.compile(e)).transpose()?;
        types.extend(otherwise.as_ref().filter(|o| !o.is_null()).map(|o| o.ty));
        let mut ty = types.first().copied().unwrap_or(Type::varchar(0));
        for t in &types[1.min(types.len())..] {
            ty = common(ty, *t);
        }
        let otherwise = otherwise.map(|o| o.eval);
        let eval: Eval =
            Box::new(
                move |e| match compiled.iter().find(|(when, _)| when(e).is_true()) {
                    Some((_, then)) => then(e),
                    None => otherwise.as_ref().map_or(Value::Null, |o| o(e)),
                },
            );
        Ok(Typed {
            ty,
            eval,
            constant: None,
        })
    }

    fn binary(&mut self, a: &Expr, op: Op, b: &Expr) -> Result<Typed> {
        if let Some(t) = self.shifted(a, op, b)? {
            return Ok(t);
        }
        let (a, b) = (self.compile(a)?, self.compile(b)?);
        let fixed = [a.constant.is_some(), b.constant.is_some()];
        let bool_type = Type::of(Kind::Bool);
        match op {
            Op::And | Op::Or => {
                let (x, y, decides) = (a.eval, b.eval, op == Op::Or);
                // One side that decides is enough; otherwise a NULL makes the whole NULL.
                let eval: Eval = Box::new(move |e| {
                    let x = x(e);
                    if !x.is_null() && x.is_true() == decides {
                        return Value::Bool(decides);
                    }
                    match (x, y(e)) {
                        (_, y) if !y.is_null() && y.is_true() == decides => Value::Bool(decides),
                        (Value::Null, _) | (_, Value::Null) => Value::Null,
                        _ => Value::Bool(!decides),
                    }
                });
                Ok(Typed::over(bool_type, &fixed, eval))
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let (ta, tb) = (a.ty, b.ty);
                let (_, b) = self.comparable(&ta, b)?;
                let (_, a) = self.comparable(&tb, a)?;
                let (x, y) = (a.eval, b.eval);
                let eval: Eval = Box::new(move |e| {
                    let (x, y) = (x(e), y(e));
                    if x.is_null() || y.is_null() {
                        return Value::Null;
                    }
                    let o = x.compare(&y);
                    Value::Bool(match op {
                        Op::Eq => o == Ordering::Equal,
                        Op::Ne => o != Ordering::Equal,
                        Op::Lt => o == Ordering::Less,
                        Op::Le => o != Ordering::Greater,
                        Op::Gt => o == Ordering::Greater,
                        _ => o != Ordering::Less,
                    })
                });
                Ok(Typed::over(bool_type, &fixed, eval))
            }
            Op::Contains => {
                let (x, y) = (a.eval, b.eval);
                let eval: Eval = Box::new(move |e| {
                    Value::Bool(!member(&x(e), &y(e).to_text().unwrap_or_default()).is_null())
                });
                Ok(Typed::over(bool_type, &fixed, eval))
            }
            Op::BitAnd | Op::BitOr => {
                let (x, y) = (a.eval, b.eval);
                let eval: Eval = Box::new(move |e| match (x(e).as_i64(), y(e).as_i64()) {
                    (Some(x), Some(y)) => Value::Int(if op == Op::BitAnd { x & y } else { x | y }),
                    _ => Value::Null,
                });
                Ok(Typed::over(Type::of(Kind::BigInt), &fixed, eval))
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Mod => Ok(arithmetic(a, op, b, &fixed)),
        }
    }

    /// `time + 1s`, `1d + time`, `time - 1n`
    fn shifted(&mut self, a: &Expr, op: Op, b: &Expr) -> Result<Option<Typed>> {
        let (time, d, sign) = match (a, op, b) {
            (t, Op::Add, Expr::Duration(d)) => (t, *d, 1),
            (t, Op::Sub, Expr::Duration(d)) => (t, *d, -1),
            (Expr::Duration(d), Op::Add, t) => (t, *d, 1),
            _ => return Ok(None),
        };
        if let Expr::Duration(_) = time {
            return Ok(None);
        }
        let t = self.compile(time)?;
        let t = self.comparable(&Type::of(Kind::Timestamp), t)?.1;
        let (run, p) = (t.eval, self.precision);
        let eval: Eval = Box::new(move |e| {
            run(e)
                .as_i64()
                .and_then(|ts| d.add(ts, sign, p))
                .map_or(Value::Null, Value::Int)
        });
        Ok(Some(Typed::over(
            Type::of(Kind::Timestamp),
            &[t.constant.is_some()],
            eval,
        )))
    }

    /// `x` in the form in which it compares to a value of type `with`: a text becomes a time beside a time.
    fn comparable(&self, with: &Type, x: Typed) -> Result<(Type, Typed)> {
        let x = self.scalar(x);
        if with.kind != Kind::Timestamp || !x.ty.kind.is_text() {
            return Ok((x.ty, x));
        }
        let (zone, p, run, fixed) = (self.cx.zone.clone(), self.precision, x.eval, x.constant);
        let to_time = move |v: Value| match v.to_text() {
            Some(t) => zone
                .parse(&t, p)
                .or_else(|| t.trim().parse().ok())
                .map_or(Value::Null, Value::Int),
            None => Value::Null,
        };
        let ty = Type::of(Kind::Timestamp);
        if let Some(v) = fixed {
            let t = to_time(v.clone());
            if t.is_null() && !v.is_null() {
                return Err(SqlError::new(
                    code::WRONG_VALUE_TYPE,
                    format!("Invalid value type: {}", v.to_text().unwrap_or_default()),
                ));
            }
            return Ok((ty, Typed::constant(ty, t)));
        }
        Ok((
            ty,
            Typed {
                ty,
                eval: Box::new(move |e| to_time(run(e))),
                constant: None,
            },
        ))
    }

    /// A JSON member as the value it stands for; other values as they are.
    fn scalar(&self, x: Typed) -> Typed {
        if x.ty.kind != Kind::Json {
            return x;
        }
        let run = x.eval;
        let eval: Eval = Box::new(move |e| {
            let v = run(e);
            match serde_json::from_slice(v.as_bytes().unwrap_or(b"null")) {
                Ok(serde_json::Value::Number(n)) => Value::double(n.as_f64().unwrap_or(0.0)),
                Ok(serde_json::Value::String(s)) => Value::text(&s),
                Ok(serde_json::Value::Bool(b)) => Value::Bool(b),
                Ok(serde_json::Value::Null) => Value::Null,
                _ => v,
            }
        });
        Typed {
            ty: Type::of(Kind::Bool),
            eval,
            constant: None,
        }
    }
}

const ANY_TIME: (i64, i64) = (i64::MIN, i64::MAX);

fn mirrored(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        op => op,
    }
}

/// The direct parts of an expression.
pub fn children(e: &Expr) -> Vec<&Expr> {
    match e {
        Expr::Literal(_) | Expr::Duration(_) | Expr::Column { .. } | Expr::Star { .. } => vec![],
        Expr::Negate(x)
        | Expr::Not(x)
        | Expr::Cast(x, _)
        | Expr::Member(x, _)
        | Expr::IsNull { value: x, .. } => vec![x],
        Expr::Binary(a, _, b)
        | Expr::Like {
            value: a,
            pattern: b,
            ..
        } => vec![a, b],
        Expr::Between {
            value, low, high, ..
        } => vec![value, low, high],
        Expr::Call { args, .. } => args.iter().collect(),
        Expr::In { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
        Expr::Case {
            operand,
            arms,
            otherwise,
        } => operand
            .as_deref()
            .into_iter()
            .chain(arms.iter().flat_map(|(w, t)| [w, t]))
            .chain(otherwise.as_deref())
            .collect(),
    }
}

/// Visits an expression and all below it.
pub fn walk<'e>(e: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    visit(e);
    children(e).into_iter().for_each(|x| walk(x, visit));
}

pub fn literal_type(v: &Value) -> Type {
    match v {
        Value::Null => Type::varchar(0),
        Value::Bool(_) => Type::of(Kind::Bool),
        Value::Int(_) => Type::of(Kind::BigInt),
        Value::UInt(_) => Type::of(Kind::UBigInt),
        Value::Double(_) => Type::of(Kind::Double),
        Value::Dec(_, s) => Type::decimal(decimal::MAX_PRECISION, *s),
        Value::Bytes(b) => Type::varchar(b.len() as u32),
    }
}

/// The type that holds values of both.
pub fn common(a: Type, b: Type) -> Type {
    if a.kind == b.kind {
        return Type {
            len: a.len.max(b.len),
            ..a
        };
    }
    if a.kind.is_variable() || b.kind.is_variable() {
        let kind = if a.kind == Kind::Nchar || b.kind == Kind::Nchar {
            Kind::Nchar
        } else {
            Kind::Varchar
        };
        let len = |t: Type| {
            if t.kind.is_variable() {
                t.user_len()
            } else {
                32
            }
        };
        return Type::sized(kind, len(a).max(len(b)));
    }
    if a.kind.is_integer() && b.kind.is_integer() {
        return if a.kind.size() >= b.kind.size() { a } else { b };
    }
    Type::of(Kind::Double)
}

fn equal(a: &Value, b: &Value) -> bool {
    !b.is_null() && a.compare(b) == Ordering::Equal
}

/// Precision and scale of an operand of decimal arithmetic.
fn as_decimal(t: Type) -> Option<(u8, u8)> {
    match t.kind {
        k if k.is_decimal() => Some((t.precision, t.scale)),
        Kind::Bool | Kind::TinyInt | Kind::UTinyInt => Some((3, 0)),
        Kind::SmallInt | Kind::USmallInt => Some((5, 0)),
        Kind::Int | Kind::UInt => Some((10, 0)),
        Kind::BigInt | Kind::Timestamp => Some((19, 0)),
        Kind::UBigInt => Some((20, 0)),
        _ => None,
    }
}

fn arithmetic(a: Typed, op: Op, b: Typed, fixed: &[bool]) -> Typed {
    let (ka, kb) = (a.ty.kind, b.ty.kind);
    let sum = matches!(op, Op::Add | Op::Sub);
    let time = |k: Kind| k == Kind::Timestamp;
    let (x, y) = (a.eval, b.eval);
    if sum
        && (time(ka) && (kb.is_integer() || kb == Kind::Bool || time(kb))
            || time(kb) && ka.is_integer())
    {
        let ty = Type::of(if time(ka) && time(kb) {
            Kind::BigInt
        } else {
            Kind::Timestamp
        });
        let eval: Eval = Box::new(move |e| match (x(e).as_i64(), y(e).as_i64()) {
            (Some(x), Some(y)) => Value::Int(if op == Op::Add {
                x.wrapping_add(y)
            } else {
                x.wrapping_sub(y)
            }),
            _ => Value::Null,
        });
        return Typed::over(ty, fixed, eval);
    }
    if let (true, Some(da), Some(db)) = (
        ka.is_decimal() || kb.is_decimal(),
        as_decimal(a.ty),
        as_decimal(b.ty),
    ) {
        let sign = match op {
            Op::Add => '+',
            Op::Sub => '-',
            Op::Mul => '*',
            Op::Div => '/',
            _ => '%',
        };
        let (p, s) = decimal::result_type(sign, da, db);
        // Results of arithmetic are always of the wide kind.
        let ty = Type {
            kind: Kind::Decimal,
            len: 0,
            precision: p,
            scale: s,
        };
        let operand = |v: Value| match v {
            Value::Dec(v, s) => Some((v, s)),
            v => v.as_int().map(|i| (i, 0)),
        };
        let eval: Eval = Box::new(move |e| {
            let result = operand(x(e))
                .zip(operand(y(e)))
                .and_then(|(x, y)| decimal::arithmetic(sign, x, y, (p, s)));
            result.map_or(Value::Null, |v| Value::Dec(v, s))
        });
        return Typed::over(ty, fixed, eval);
    }
    let eval: Eval = Box::new(move |e| match (x(e).as_f64(), y(e).as_f64()) {
        (Some(x), Some(y)) => Value::double(match op {
            Op::Add => x + y,
            Op::Sub => x - y,
            Op::Mul => x * y,
            Op::Div => x / y,
            _ => x % y,
        }),
        _ => Value::Null,
    });
    Typed::over(Type::of(Kind::Double), fixed, eval)
}

/// `json -> 'key'`: the member's JSON text; numbers have nine decimals. A tag that lacks it gives NULL.
fn member(v: &Value, key: &str) -> Value {
    let Some(Ok(serde_json::Value::Object(m))) = v.as_bytes().map(serde_json::from_slice) else {
        return Value::Null;
    };
    match m.get(key) {
        None => Value::Null,
        Some(serde_json::Value::Number(n)) => {
            Value::text(&format!("{:.9}", n.as_f64().unwrap_or(0.0)))
        }
        Some(v) => Value::text(&v.to_string()),
    }
}

/// LIKE: `%` any run, `_` one character, a backslash before either takes it as it is; letters match in either case.
pub fn like(text: &str, pattern: &str) -> bool {
    #[derive(PartialEq)]
    enum P {
        Any,
        One,
        Is(char),
    }
    let lower = |c: char| c.to_ascii_lowercase();
    let mut parts = vec![];
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '%' => P::Any,
            '_' => P::One,
            '\\' if matches!(chars.peek(), Some('%' | '_')) => P::Is(chars.next().unwrap_or('\\')),
            c => P::Is(lower(c)),
        });
    }
    let text: Vec<char> = text.chars().map(lower).collect();
    // The usual two-pointer walk: on a mismatch the last `%` takes one character more.
    let (mut t, mut p, mut retry) = (0, 0, None);
    while t < text.len() {
        match parts.get(p) {
            Some(P::Any) => {
                retry = Some((p, t));
                p += 1;
            }
            Some(P::One) => (t, p) = (t + 1, p + 1),
            Some(P::Is(c)) if *c == text[t] => (t, p) = (t + 1, p + 1),
            _ => match retry {
                Some((rp, rt)) => {
                    retry = Some((rp, rt + 1));
                    (t, p) = (rt + 1, rp + 1);
                }
                None => return false,
            },
        }
    }
    parts[p..].iter().all(|x| *x == P::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_patterns() {
        for (text, pattern, want) in [
            ("中文字", "中%", true),
            ("abc", "A_C", true),
            ("abc", "%c%", true),
            ("abc", "ab", false),
            ("a%c", "a\\%c", true),
            ("abc", "a\\%c", false),
            ("", "%", true),
            ("", "_", false),
            ("aaab", "%a%b", true),
        ] {
            assert_eq!(like(text, pattern), want, "{text} like {pattern}");
        }
    }

    #[test]
    fn members_of_json() {
        let j = Value::text("{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null}");
        let got: Vec<Option<String>> = ["a", "b", "c", "d", "z"]
            .iter()
            .map(|k| member(&j, k).to_text())
            .collect();
        assert_eq!(
            got,
            [
                Some("1.000000000".into()),
                Some("\"x\"".into()),
                Some("true".into()),
                Some("null".into()),
                None
            ]
        );
    }
}
