//! Each form of expression.

use super::compiler::Compiler;
use super::json::member;
use super::like::like;
use super::typed::{common, literal_type, Eval, Typed};
use crate::error::{code, Result, SqlError};
use crate::functions;
use crate::sql::ast::{Expr, Op};
use crate::types::{Kind, Type};
use crate::value::Value;
use std::cmp::Ordering;

impl Compiler<'_> {
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
}

fn equal(a: &Value, b: &Value) -> bool {
    !b.is_null() && a.compare(b) == Ordering::Equal
}
