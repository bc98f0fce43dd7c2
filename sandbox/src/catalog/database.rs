//! Databases: their options, tables and vgroups.

use super::schema::{Child, Found, Schema};
use super::vgroup;
use crate::time::Precision;
use serde_json::{json, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub const SYSTEM_DBS: [&str; 2] = ["information_schema", "performance_schema"];

pub fn is_system(db: &str) -> bool {
    SYSTEM_DBS.contains(&db)
}

#[derive(Clone, Debug)]
pub struct Super {
    pub schema: Arc<Schema>,
    pub children: BTreeMap<i64, Arc<Child>>,
}

#[derive(Clone, Debug)]
pub struct Database {
    pub name: String,
    pub precision: Precision,
    pub options: BTreeMap<String, String>,
    pub created: i64,
    pub supers: BTreeMap<String, Super>,
    pub plains: BTreeMap<String, Arc<Schema>>,
    /// Child table name to (super table name, id).
    pub children: BTreeMap<String, (String, i64)>,
    /// Ids of its vgroups, ascending.
    pub vgroups: Vec<i32>,
}

/// The number of a vgroup is never used again. The first of a fresh server is 2.
pub(super) const FIRST_VGROUP: i32 = 2;

const DEFAULT_KEEP_DAYS: i64 = 3650;

impl Database {
    pub fn find(&self, name: &str) -> Option<Found> {
        if let Some(s) = self.supers.get(name) {
            return Some(Found::Super(s.schema.clone()));
        }
        if let Some(p) = self.plains.get(name) {
            return Some(Found::Plain(p.clone()));
        }
        let (stable, id) = self.children.get(name)?;
        let s = self.supers.get(stable)?;
        Some(Found::Child(s.schema.clone(), s.children.get(id)?.clone()))
    }
    /// The vgroup of a table, whether it exists or not.
    pub fn vgroup_of(&self, table: &str) -> i32 {
        let at = vgroup::place(&self.name, table, self.vgroups.len());
        self.vgroups.get(at).copied().unwrap_or(FIRST_VGROUP)
    }
    /// The oldest time this database takes, in its precision.
    pub fn oldest(&self) -> i64 {
        let keep = self
            .options
            .get("keep")
            .and_then(|k| k.split(',').next_back());
        let days = keep.and_then(|k| match k.strip_suffix('d') {
            Some(d) => d.parse().ok(),
            None => k.parse().ok(),
        });
        self.precision.now()
            - days.unwrap_or(DEFAULT_KEEP_DAYS).clamp(1, 365_000)
                * 86_400
                * self.precision.per_second()
    }
}

impl Database {
    pub fn new(name: &str, options: BTreeMap<String, String>, created: i64) -> Database {
        let precision = options
            .get("precision")
            .and_then(|p| Precision::parse(p))
            .unwrap_or(Precision::Milli);
        Database {
            name: name.into(),
            precision,
            options,
            created,
            supers: BTreeMap::new(),
            plains: BTreeMap::new(),
            children: BTreeMap::new(),
            vgroups: vec![],
        }
    }
    /// How many vgroups its options ask for.
    pub fn vgroup_option(&self) -> usize {
        let given = self.options.get("vgroups").and_then(|v| v.parse().ok());
        given.unwrap_or(vgroup::DEFAULT).clamp(1, vgroup::MAX)
    }
    pub fn to_json(&self) -> Json {
        json!({"options": self.options, "created": self.created, "vgroups": self.vgroups})
    }
    pub(super) fn insert_schema(&mut self, schema: Schema) {
        let (name, schema) = (schema.name.clone(), Arc::new(schema));
        if !schema.is_super {
            self.plains.insert(name, schema);
        } else if let Some(s) = self.supers.get_mut(&name) {
            s.schema = schema;
        } else {
            self.supers.insert(
                name,
                Super {
                    schema,
                    children: BTreeMap::new(),
                },
            );
        }
    }
}
