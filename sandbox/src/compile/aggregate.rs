//! Aggregate functions: their result types, and the state they keep per group.

use super::typed::{Env, Eval, Typed};
use crate::decimal;
use crate::error::{code, Result, SqlError};
use crate::types::{Kind, Type};
use crate::value::Value;
use std::cmp::Ordering;

const NAMES: [&str; 15] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "first",
    "last",
    "last_row",
    "spread",
    "stddev",
    "std",
    "stddev_pop",
    "variance",
    "var_pop",
    "stddev_samp",
];

pub fn is_aggregate(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Aggregates that choose a row. Other columns in the SELECT show that row.
fn selects(name: &str) -> bool {
    matches!(name, "min" | "max" | "first" | "last" | "last_row")
}

pub fn result_type(name: &str, arg: Option<Type>) -> Result<Type> {
    let arg = arg.unwrap_or(Type::of(Kind::BigInt));
    let wrong = || {
        SqlError::new(
            code::WRONG_PARA_TYPE,
            format!("Invalid parameter data type : {name}"),
        )
    };
    let numeric = !arg.kind.is_variable() && arg.kind != Kind::Timestamp || arg == Type::varchar(0);
    Ok(match name {
        "count" => Type::of(Kind::BigInt),
        n if selects(n) => arg,
        _ if !numeric => return Err(wrong()),
        "sum" if arg.kind.is_decimal() => Type {
            kind: Kind::Decimal,
            len: 0,
            precision: 38,
            scale: arg.scale,
        },
        "avg" if arg.kind.is_decimal() => {
            let (precision, scale) = decimal::result_type('/', (38, arg.scale), (19, 0));
            Type {
                kind: Kind::Decimal,
                len: 0,
                precision,
                scale,
            }
        }
        "sum" if arg.kind.is_unsigned() => Type::of(Kind::UBigInt),
        "sum" if arg.kind.is_float() => Type::of(Kind::Double),
        "sum" => Type::of(Kind::BigInt),
        _ => Type::of(Kind::Double),
    })
}

pub struct Aggregate {
    name: String,
    arg: Option<Eval>,
    /// Where a row holds its time.
    time: Option<usize>,
    ty: Type,
}

/// What has been seen of a group.
#[derive(Clone, Default)]
pub struct State {
    count: u64,
    int: i128,
    /// Decimals of `int`.
    scale: u8,
    sum: f64,
    squares: f64,
    mean: f64,
    low: Option<Value>,
    high: Option<Value>,
    chosen: Option<(i64, Value)>,
}

impl Aggregate {
    pub fn new(name: &str, arg: Option<Typed>, time: Option<usize>, ty: Type) -> Aggregate {
        Aggregate {
            name: name.into(),
            arg: arg.map(|a| a.eval),
            time,
            ty,
        }
    }
    pub fn is_count(&self) -> bool {
        self.name == "count"
    }
    pub fn selects(&self) -> bool {
        selects(&self.name)
    }

    /// Adds a row; true if this aggregate now shows this row.
    pub fn add(&self, s: &mut State, env: &Env) -> bool {
        let v = match &self.arg {
            Some(a) => a(env),
            None => Value::Bool(true),
        };
        let time = self
            .time
            .and_then(|t| env.row.get(t))
            .and_then(Value::as_i64)
            .unwrap_or(0);
        if v.is_null() && self.name != "last_row" {
            return false;
        }
        s.count += 1;
        match self.name.as_str() {
            "count" => false,
            "min" => replace(&mut s.low, v, Ordering::Less),
            "max" => replace(&mut s.high, v, Ordering::Greater),
            "first" | "last" | "last_row" => {
                let better = s.chosen.as_ref().is_none_or(|(t, _)| {
                    if self.name == "first" {
                        time < *t
                    } else {
                        time >= *t
                    }
                });
                if better {
                    s.chosen = Some((time, v));
                }
                better
            }
            "spread" => {
                replace(&mut s.low, v.clone(), Ordering::Less);
                replace(&mut s.high, v, Ordering::Greater);
                false
            }
            _ => {
                match &v {
                    Value::Dec(d, scale) => (s.int, s.scale) = (s.int.saturating_add(*d), *scale),
                    Value::Double(_) => {}
                    v => s.int = s.int.saturating_add(v.as_int().unwrap_or(0)),
                }
                let f = v.as_f64().unwrap_or(0.0);
                s.sum += f;
                let delta = f - s.mean;
                s.mean += delta / s.count as f64;
                s.squares += delta * (f - s.mean);
                false
            }
        }
    }

    pub fn result(&self, s: &State) -> Value {
        if self.name == "count" {
            return Value::Int(s.count as i64);
        }
        if s.count == 0 {
            return Value::Null;
        }
        let n = s.count as f64;
        match (self.name.as_str(), self.ty.kind) {
            ("min", _) => s.low.clone().unwrap_or(Value::Null),
            ("max", _) => s.high.clone().unwrap_or(Value::Null),
            ("first" | "last" | "last_row", _) => s.chosen.clone().map_or(Value::Null, |c| c.1),
            ("spread", _) => match (&s.low, &s.high) {
                (Some(l), Some(h)) => {
                    Value::double(h.as_f64().unwrap_or(0.0) - l.as_f64().unwrap_or(0.0))
                }
                _ => Value::Null,
            },
            ("sum", Kind::Decimal) => {
                decimal::fit(s.int, 38).map_or(Value::Null, |v| Value::Dec(v, self.ty.scale))
            }
            ("avg", Kind::Decimal) => {
                let mean = decimal::arithmetic(
                    '/',
                    (s.int, s.scale),
                    (s.count as i128, 0),
                    (38, self.ty.scale),
                );
                mean.map_or(Value::Null, |v| Value::Dec(v, self.ty.scale))
            }
            ("sum", Kind::BigInt) => Value::Int(s.int as i64),
            ("sum", Kind::UBigInt) => Value::UInt(s.int as u64),
            ("sum", _) => Value::double(s.sum),
            ("avg", _) => Value::double(s.sum / n),
            ("variance" | "var_pop", _) => Value::double(s.squares / n),
            ("stddev_samp", _) if s.count < 2 => Value::Null,
            ("stddev_samp", _) => Value::double((s.squares / (n - 1.0)).sqrt()),
            _ => Value::double((s.squares / n).sqrt()),
        }
    }
}

fn replace(best: &mut Option<Value>, v: Value, wanted: Ordering) -> bool {
    let better = best.as_ref().is_none_or(|b| v.compare(b) == wanted);
    if better {
        *best = Some(v);
    }
    better
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, values: &[Value]) -> Value {
        let arg = Typed {
            ty: Type::of(Kind::BigInt),
            eval: Box::new(|e| e.row[0].clone()),
            constant: None,
        };
        let a = Aggregate::new(
            name,
            Some(arg),
            Some(1),
            result_type(name, Some(Type::of(Kind::BigInt))).unwrap(),
        );
        let mut s = State::default();
        for (i, v) in values.iter().enumerate() {
            a.add(&mut s, &Env::row(&[v.clone(), Value::Int(-(i as i64))]));
        }
        a.result(&s)
    }

    #[test]
    fn results() {
        let v = [Value::Int(1), Value::Null, Value::Int(3), Value::Int(5)];
        assert_eq!(run("count", &v), Value::Int(3));
        assert_eq!(run("sum", &v), Value::Int(9));
        assert_eq!(run("avg", &v), Value::Double(3.0));
        assert_eq!(run("spread", &v), Value::Double(4.0));
        assert_eq!(run("first", &v), Value::Int(5));
        assert_eq!(run("last", &v), Value::Int(1));
        assert_eq!(run("stddev", &v), Value::Double((8.0f64 / 3.0).sqrt()));
        assert_eq!(run("max", &[]), Value::Null);
        assert_eq!(run("count", &[]), Value::Int(0));
    }
}
