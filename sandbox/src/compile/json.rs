//! JSON tags: their members, and members as the values they stand for.

use super::compiler::Compiler;
use super::typed::{Eval, Typed};
use crate::types::{Kind, Type};
use crate::value::Value;

impl Compiler<'_> {
    /// A JSON member as the value it stands for; other values as they are.
    pub(super) fn scalar(&self, x: Typed) -> Typed {
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

/// `json -> 'key'`: the member's JSON text; numbers have nine decimals. A tag that lacks it gives NULL.
pub fn member(v: &Value, key: &str) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

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
