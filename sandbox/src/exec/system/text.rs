//! Tables and values of tags as texts of SQL.

use crate::catalog::{Column, Schema};
use crate::geometry;
use crate::types::{Kind, Type};
use crate::value::Value;
use std::sync::Arc;

/// A tag's value as `ins_tags` and SHOW TAGS write it.
pub fn tag_text(v: &Value, ty: &Type) -> Value {
    match (v, ty.kind) {
        (Value::Null, _) => Value::Null,
        (Value::Bytes(b), Kind::Varbinary) => Value::text(&format!(
            "\\x{}",
            b.iter().map(|x| format!("{x:02X}")).collect::<String>()
        )),
        (Value::Bytes(b), Kind::Geometry) => {
            geometry::to_text(b).map_or(Value::Null, |t| Value::text(&t))
        }
        (Value::Bytes(_), _) => v.clone(),
        (v, _) => v.to_text().map_or(Value::Null, |t| Value::text(&t)),
    }
}

pub fn schema_text(name: &str, s: &Arc<Schema>) -> String {
    let list = |c: &[Column]| {
        c.iter()
            .map(|c| format!("`{}` {}", c.name, c.ty.full_name()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match s.is_super {
        true => format!(
            "CREATE STABLE `{name}` ({}) TAGS ({})",
            list(&s.columns),
            list(&s.tags)
        ),
        false => format!("CREATE TABLE `{name}` ({})", list(&s.columns)),
    }
}

/// A tag's value as SHOW CREATE TABLE writes it.
pub fn tag_literal(v: &Value, ty: &Type) -> String {
    match tag_text(v, ty).to_text() {
        None => "NULL".into(),
        Some(t) if ty.kind.is_variable() => format!("\"{t}\""),
        Some(t) => t,
    }
}
