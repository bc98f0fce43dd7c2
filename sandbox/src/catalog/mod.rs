//! Databases, tables, users and topics: in memory, with a copy in the store.

mod database;
mod schema;
mod topic;
mod user;
pub mod vgroup;

pub use database::{is_system, Database, SYSTEM_DBS};
pub use schema::{exists, Child, Column, Found, NewTable, Schema};
pub use topic::Topic;
pub use user::{User, LOCAL};

use crate::error::{Result, SqlError};
use crate::sql::ast::TableName;
use crate::store::Store;
use crate::time::Precision;
use crate::value::Value;
use database::FIRST_VGROUP;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The variable that turns white lists on. They are shown, but not enforced.
pub const WHITE_LISTS: &str = "enableWhiteList";

#[derive(Default)]
pub struct Catalog {
    pub databases: BTreeMap<String, Database>,
    pub users: BTreeMap<String, User>,
    /// When the newest user was created.
    pub last_user: i64,
    pub white_lists: bool,
    pub topics: BTreeMap<String, Arc<Topic>>,
    last_id: i64,
    last_vgroup: i32,
}

impl Catalog {
    pub fn load(store: &Store) -> Result<Catalog> {
        let mut c = Catalog::default();
        let mut children = vec![];
        for (kind, db, name, body) in store.load_catalog()? {
            let body: Json = serde_json::from_str(&body).unwrap_or(Json::Null);
            let created = body["created"].as_i64().unwrap_or(0);
            match kind.as_str() {
                "database" => {
                    let options: BTreeMap<String, String> = body["options"]
                        .as_object()
                        .into_iter()
                        .flatten()
                        .map(|(k, v)| (k.clone(), v.as_str().unwrap_or("").to_string()))
                        .collect();
                    let mut d = Database::new(&name, options, created);
                    let ids = body["vgroups"].as_array().into_iter().flatten();
                    d.vgroups = ids.filter_map(|v| Some(v.as_i64()? as i32)).collect();
                    c.last_vgroup = d.vgroups.iter().copied().fold(c.last_vgroup, i32::max);
                    c.databases.insert(name, d);
                }
                "user" => {
                    c.last_user = c.last_user.max(created);
                    c.users.insert(name, User::from_json(&body));
                }
                "variable" => c.white_lists = body.as_str() == Some("1"),
                "table" => {
                    let schema = Schema::from_json(&name, &body);
                    c.last_id = c.last_id.max(schema.data);
                    if let Some(d) = c.databases.get_mut(&db) {
                        d.insert_schema(schema);
                    }
                }
                "topic" => {
                    if let Some(t) = Topic::from_json(&name, &body) {
                        c.topics.insert(name, Arc::new(t));
                    }
                }
                _ => children.push((db, name, body)),
            }
        }
        for (db, name, body) in children {
            let Some(d) = c.databases.get_mut(&db) else {
                continue;
            };
            let stable = body["stable"].as_str().unwrap_or("").to_string();
            let Some(s) = d.supers.get_mut(&stable) else {
                continue;
            };
            let id = body["id"].as_i64().unwrap_or(0);
            let tags = s
                .schema
                .tags
                .iter()
                .enumerate()
                .map(|(i, t)| Value::from_json(&body["tags"][i], t.ty))
                .collect();
            c.last_id = c.last_id.max(id);
            s.children.insert(
                id,
                Arc::new(Child {
                    id,
                    name: name.as_str().into(),
                    tags,
                    created: body["created"].as_i64().unwrap_or(0),
                    ttl: body["ttl"].as_i64().unwrap_or(0),
                }),
            );
            d.children.insert(name, (stable, id));
        }
        // Files of older sandboxes have no vgroups.
        let without = c.databases.values().filter(|d| d.vgroups.is_empty());
        for name in without.map(|d| d.name.clone()).collect::<Vec<_>>() {
            let count = c.databases[&name].vgroup_option();
            let ids = c.new_vgroups(count);
            c.database_mut(&name)?.vgroups = ids;
        }
        let root = || User::new("taosdata".into());
        c.users.entry("root".into()).or_insert_with(root);
        Ok(c)
    }
    pub fn new_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }
    pub fn new_vgroups(&mut self, count: usize) -> Vec<i32> {
        let first = (self.last_vgroup + 1).max(FIRST_VGROUP);
        self.last_vgroup = first + count as i32 - 1;
        (first..=self.last_vgroup).collect()
    }
    pub fn database(&self, name: &str) -> Result<&Database> {
        self.databases.get(name).ok_or_else(SqlError::no_database)
    }
    pub fn database_mut(&mut self, name: &str) -> Result<&mut Database> {
        self.databases
            .get_mut(name)
            .ok_or_else(SqlError::no_database)
    }
    pub fn find(&self, t: &TableName) -> Result<Found> {
        self.database(&t.db)?
            .find(&t.name)
            .ok_or_else(SqlError::no_table)
    }

    /// Adds a child table; the caller has converted and counted its tags.
    pub fn add_child(
        &mut self,
        store: &Store,
        table: &TableName,
        new: &NewTable,
    ) -> Result<Arc<Child>> {
        let id = self.new_id();
        let stable = new.stable.as_str();
        let d = self.database_mut(&table.db)?;
        let s = d.supers.get_mut(stable).ok_or_else(SqlError::no_table)?;
        let child = Arc::new(Child {
            id,
            name: table.name.as_str().into(),
            tags: new.tags.clone(),
            created: Precision::Milli.now(),
            ttl: new.ttl,
        });
        store.save("child", &table.db, &table.name, &child.to_json(stable))?;
        s.children.insert(id, child.clone());
        d.children
            .insert(table.name.clone(), (stable.to_string(), id));
        Ok(child)
    }
    pub fn replace_child(
        &mut self,
        store: &Store,
        db: &str,
        stable: &str,
        child: Child,
    ) -> Result<()> {
        store.save("child", db, &child.name, &child.to_json(stable))?;
        let d = self.database_mut(db)?;
        if let Some(s) = d.supers.get_mut(stable) {
            s.children.insert(child.id, Arc::new(child));
        }
        Ok(())
    }
    /// Adds or replaces a super or plain table.
    pub fn save_schema(&mut self, store: &Store, db: &str, schema: Schema) -> Result<()> {
        store.save("table", db, &schema.name, &schema.to_json())?;
        self.database_mut(db)?.insert_schema(schema);
        Ok(())
    }
}
