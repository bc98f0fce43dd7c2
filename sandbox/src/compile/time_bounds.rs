//! The times that a condition leaves possible.

use super::compiler::Compiler;
use crate::error::Result;
use crate::sql::ast::{Expr, Op};
use crate::sql::walk::walk;
use crate::types::{Kind, Type};

const ANY_TIME: (i64, i64) = (i64::MIN, i64::MAX);

impl Compiler<'_> {
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
}

fn mirrored(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        op => op,
    }
}
