//! Functions of texts.

use super::call::Call;
use crate::value::Value;

pub(super) fn text(v: &Value) -> String {
    v.to_text().unwrap_or_default()
}

pub(super) fn trim(_: &Call, a: &[Value]) -> Value {
    let (sides, cut, subject) = match a {
        [s] => ("both".to_string(), " ".to_string(), s),
        [m, s] if ["both", "leading", "trailing"].contains(&text(m).as_str()) => {
            (text(m), " ".to_string(), s)
        }
        [c, s] => ("both".to_string(), text(c), s),
        [m, c, s, ..] => (text(m), text(c), s),
        [] => return Value::Null,
    };
    let whole = text(subject);
    let mut s = whole.as_str();
    if !cut.is_empty() && sides != "trailing" {
        s = s.trim_start_matches(cut.as_str());
    }
    if !cut.is_empty() && sides != "leading" {
        s = s.trim_end_matches(cut.as_str());
    }
    Value::text(s)
}

pub(super) fn substr(_: &Call, a: &[Value]) -> Value {
    let chars: Vec<char> = text(&a[0]).chars().collect();
    let start = match a[1].as_i64().unwrap_or(0) {
        0 => return Value::text(""),
        n if n > 0 => n as usize - 1,
        n => match chars.len().checked_sub(n.unsigned_abs() as usize) {
            Some(s) => s,
            None => return Value::text(""),
        },
    };
    let len = a
        .get(2)
        .and_then(Value::as_i64)
        .map_or(usize::MAX, |n| n.max(0) as usize);
    Value::text(&chars.iter().skip(start).take(len).collect::<String>())
}
