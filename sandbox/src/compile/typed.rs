//! A compiled expression: what computes it, and its type.

use crate::decimal;
use crate::types::{Kind, Type};
use crate::value::Value;

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

pub struct Typed {
    pub ty: Type,
    pub eval: Eval,
    /// The value, if it depends on nothing.
    pub constant: Option<Value>,
}

impl Typed {
    pub(super) fn constant(ty: Type, v: Value) -> Typed {
        let value = v.clone();
        Typed {
            ty,
            eval: Box::new(move |_| value.clone()),
            constant: Some(v),
        }
    }
    /// A node over others: computed once if all of them are constant.
    pub(super) fn over(ty: Type, parts: &[bool], eval: Eval) -> Typed {
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
    pub(super) fn is_null(&self) -> bool {
        self.constant == Some(Value::Null)
    }
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
