//! Databases, tables and users: in memory, with a copy in the store.

use crate::error::{code, Result, SqlError};
use crate::exec::insert::NewTable;
use crate::sql::ast::{ColumnDef, TableName};
use crate::store::Store;
use crate::time::Precision;
use crate::tmq::topic::Topic;
use crate::types::Type;
use crate::value::Value;
use crate::vgroup;
use serde_json::{json, Value as Json};
use std::collections::BTreeMap;
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

#[derive(Clone, Debug)]
pub struct User {
    pub password: String,
    pub enabled: bool,
    /// May see the system's tables.
    pub sysinfo: bool,
    /// Ranges of addresses from which it may connect, where white lists are on.
    pub hosts: Vec<String>,
    /// Times at which it may connect, with `+`, and may not, with `-`. They are shown, and keep nobody out here.
    pub times: Vec<String>,
    pub created: i64,
}

/// The variable that turns white lists on. They are shown, and keep nobody out here.
pub const WHITE_LISTS: &str = "enableWhiteList";

#[derive(Default)]
pub struct Catalog {
    pub databases: BTreeMap<String, Database>,
    pub users: BTreeMap<String, User>,
    /// When the last of them was made.
    pub last_user: i64,
    pub white_lists: bool,
    pub topics: BTreeMap<String, Arc<Topic>>,
    last_id: i64,
    last_vgroup: i32,
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

/// A vgroup's number is one that no other had; a fresh server's first is 2.
const FIRST_VGROUP: i32 = 2;
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
        // Files of before vgroups were counted do not have any.
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
    fn insert_schema(&mut self, schema: Schema) {
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

impl User {
    pub fn to_json(&self) -> Json {
        json!({"password": self.password, "enabled": self.enabled, "sysinfo": self.sysinfo, "hosts": self.hosts,
               "times": self.times, "created": self.created})
    }
    fn from_json(v: &Json) -> User {
        let mut user = User::new(v["password"].as_str().unwrap_or("").into());
        user.enabled = v["enabled"].as_bool().unwrap_or(true);
        user.sysinfo = v["sysinfo"].as_bool().unwrap_or(true);
        for (list, key) in [(&mut user.hosts, "hosts"), (&mut user.times, "times")] {
            if let Some(entries) = v[key].as_array() {
                let texts = entries.iter().filter_map(|h| h.as_str());
                *list = texts.map(String::from).collect();
            }
        }
        user.created = v["created"].as_i64().unwrap_or(0);
        user
    }
}

impl Child {
    fn to_json(&self, stable: &str) -> Json {
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
    fn to_json(&self) -> Json {
        json!({"data": self.data, "columns": columns_to_json(&self.columns), "tags": columns_to_json(&self.tags), "super": self.is_super,
               "next": self.next_slot, "created": self.created, "comment": self.comment})
    }
    fn from_json(name: &str, v: &Json) -> Schema {
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
