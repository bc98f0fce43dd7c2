//! Tables: their columns and tags, and the child tables of super tables.

use crate::error::{code, SqlError};
use crate::sql::ast::ColumnDef;
use crate::time::Precision;
use crate::types::Type;
use crate::value::Value;
use serde_json::{json, Value as Json};
use std::sync::Arc;

/// A column of a data table. The first column of a table is its time; its slot is never used.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub ty: Type,
    pub slot: u32,
}

/// A super table (with tags) or a plain table.
#[derive(Clone, Debug)]
pub struct Schema {
    pub name: String,
    /// Number of the data table.
    pub data: i64,
    pub columns: Vec<Column>,
    pub tags: Vec<Column>,
    pub is_super: bool,
    pub next_slot: u32,
    pub created: i64,
    pub comment: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Child {
    /// Its `tb` in the super table's data table.
    pub id: i64,
    pub name: Arc<str>,
    pub tags: Vec<Value>,
    pub created: i64,
    /// Days until it may be dropped, 0 for never. Nothing is dropped here.
    pub ttl: i64,
}

/// What a table name stands for.
#[derive(Clone, Debug)]
pub enum Found {
    Super(Arc<Schema>),
    Child(Arc<Schema>, Arc<Child>),
    Plain(Arc<Schema>),
}

impl Found {
    pub fn schema(&self) -> &Arc<Schema> {
        match self {
            Found::Super(s) | Found::Child(s, _) | Found::Plain(s) => s,
        }
    }
}

/// A child table that is created by the insert.
#[derive(Clone, Debug)]
pub struct NewTable {
    pub stable: String,
    pub tags: Vec<Value>,
    /// In days, 0 for none.
    pub ttl: i64,
}

impl Child {
    pub(super) fn to_json(&self, stable: &str) -> Json {
        json!({"stable": stable, "id": self.id, "created": self.created, "ttl": self.ttl, "tags": self.tags.iter().map(Value::to_json).collect::<Vec<_>>()})
    }
}

fn columns_to_json(columns: &[Column]) -> Json {
    columns
        .iter()
        .map(|c| json!([c.name, c.slot, c.ty.to_json()]))
        .collect()
}

fn columns_from_json(v: &Json) -> Vec<Column> {
    let column = |c: &Json| {
        Some(Column {
            name: c[0].as_str()?.into(),
            slot: c[1].as_u64()? as u32,
            ty: Type::from_json(&c[2])?,
        })
    };
    v.as_array()
        .into_iter()
        .flatten()
        .filter_map(column)
        .collect()
}

impl Schema {
    pub fn new(
        name: &str,
        data: i64,
        columns: &[ColumnDef],
        tags: Option<&[ColumnDef]>,
        comment: Option<String>,
    ) -> Schema {
        let numbered = |defs: &[ColumnDef]| {
            defs.iter()
                .enumerate()
                .map(|(i, c)| Column {
                    name: c.name.clone(),
                    ty: c.ty,
                    slot: i as u32,
                })
                .collect()
        };
        Schema {
            name: name.into(),
            data,
            columns: numbered(columns),
            tags: numbered(tags.unwrap_or(&[])),
            is_super: tags.is_some(),
            next_slot: columns.len() as u32,
            created: Precision::Milli.now(),
            comment,
        }
    }
    pub(super) fn to_json(&self) -> Json {
        json!({"data": self.data, "columns": columns_to_json(&self.columns), "tags": columns_to_json(&self.tags), "super": self.is_super,
               "next": self.next_slot, "created": self.created, "comment": self.comment})
    }
    pub(super) fn from_json(name: &str, v: &Json) -> Schema {
        Schema {
            name: name.into(),
            data: v["data"].as_i64().unwrap_or(0),
            columns: columns_from_json(&v["columns"]),
            tags: columns_from_json(&v["tags"]),
            is_super: v["super"].as_bool().unwrap_or(false),
            next_slot: v["next"].as_u64().unwrap_or(0) as u32,
            created: v["created"].as_i64().unwrap_or(0),
            comment: v["comment"].as_str().map(str::to_string),
        }
    }
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
    pub fn tag(&self, name: &str) -> Option<usize> {
        self.tags.iter().position(|c| c.name == name)
    }
}

/// The error of CREATE for a name that is taken.
pub fn exists(found: &Found) -> SqlError {
    match found {
        Found::Super(_) => SqlError::new(code::STABLE_EXISTS, "STable already exists"),
        _ => SqlError::new(code::TABLE_EXISTS, "Table already exists"),
    }
}
