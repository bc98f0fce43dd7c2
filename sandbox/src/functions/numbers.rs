//! Functions of numbers.

use crate::value::Value;

pub(super) fn num(v: &Value) -> f64 {
    v.as_f64().unwrap_or(f64::NAN)
}

pub(super) fn math(a: &[Value], op: fn(f64) -> f64) -> Value {
    Value::double(op(num(&a[0])))
}

pub(super) fn keep_integer(v: &Value, op: fn(f64) -> f64) -> Value {
    match v {
        Value::Int(i) if (*i as f64) as i64 == *i => Value::Int(op(*i as f64) as i64),
        Value::Int(_) | Value::UInt(_) => v.clone(),
        v => Value::double(op(num(v))),
    }
}

pub(super) fn digits(a: &[Value], op: fn(f64) -> f64) -> Value {
    let Some(n) = a.get(1).and_then(Value::as_i64) else {
        return keep_integer(&a[0], op);
    };
    let shift = 10f64.powi(n.clamp(-300, 300) as i32);
    match &a[0] {
        v @ (Value::Int(_) | Value::UInt(_)) if n >= 0 => v.clone(),
        Value::Int(i) => Value::Int((op(*i as f64 * shift) / shift) as i64),
        v => Value::double(op(num(v) * shift) / shift),
    }
}
