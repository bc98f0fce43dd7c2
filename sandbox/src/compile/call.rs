//! Calls of functions: those of the session, scalar functions, and aggregates.

use super::aggregate::{self, Aggregate};
use super::compiler::Compiler;
use super::typed::{Eval, Typed};
use crate::context::host;
use crate::error::{code, Result, SqlError};
use crate::functions::{self, Call};
use crate::sql::ast::Expr;
use crate::types::{Kind, Type};
use crate::value::Value;

impl Compiler<'_> {
    pub(super) fn call_context(&self, types: Vec<Type>) -> Call {
        Call {
            zone: self.cx.zone.clone(),
            precision: self.precision,
            types,
        }
    }
    pub(super) fn call(&mut self, name: &str, args: &[Expr], distinct: bool) -> Result<Typed> {
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
            "server_version" | "client_version" => return text(self.version),
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
}
