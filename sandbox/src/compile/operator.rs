//! Operators of two operands: logic, comparison, arithmetic, and times moved by a duration.

use super::compiler::Compiler;
use super::json::member;
use super::typed::{Eval, Typed};
use crate::decimal;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Expr, Op};
use crate::types::{Kind, Type};
use crate::value::Value;
use std::cmp::Ordering;

impl Compiler<'_> {
    pub(super) fn binary(&mut self, a: &Expr, op: Op, b: &Expr) -> Result<Typed> {
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
    pub(super) fn comparable(&self, with: &Type, x: Typed) -> Result<(Type, Typed)> {
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
