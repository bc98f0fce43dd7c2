//! CREATE DATABASE, DROP DATABASE, ALTER DATABASE.

use super::outcome::{done, Outcome};
use crate::catalog::{is_system, vgroup, Database};
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::time::Precision;
use std::collections::BTreeMap;

/// Options as the statement names them.
type Options = Vec<(String, String)>;

pub fn create(
    e: &mut Engine,
    name: String,
    if_not_exists: bool,
    options: Options,
) -> Result<Outcome> {
    if e.catalog.databases.contains_key(&name) || is_system(&name) {
        return match if_not_exists {
            true => done(),
            false => Err(SqlError::new(code::DB_EXISTS, "Database already exists")),
        };
    }
    let options: BTreeMap<String, String> = options.into_iter().collect();
    if let Some(p) = options
        .get("precision")
        .filter(|p| Precision::parse(p).is_none())
    {
        return Err(SqlError::new(
            code::INVALID_DB_OPTION,
            format!("Invalid option precision: {p}"),
        ));
    }
    let fits = |v: &String| v.parse().is_ok_and(|n| (1..=vgroup::MAX).contains(&n));
    if !options.get("vgroups").is_none_or(fits) {
        return Err(SqlError::new(
            code::INVALID_DB_OPTION,
            format!("Invalid option vgroups, valid range: [1, {}]", vgroup::MAX),
        ));
    }
    let mut d = Database::new(&name, options, Precision::Milli.now());
    d.vgroups = e.catalog.new_vgroups(d.vgroup_option());
    e.store.save("database", "", &name, &d.to_json())?;
    e.catalog.databases.insert(name, d);
    done()
}

pub fn drop(e: &mut Engine, name: &str, if_exists: bool) -> Result<Outcome> {
    let Some(d) = e.catalog.databases.get(name) else {
        return if if_exists {
            done()
        } else {
            Err(SqlError::no_database())
        };
    };
    e.check_no_topic(name, None)?;
    e.store.atomically(|store| {
        let schemas = d
            .supers
            .values()
            .map(|s| &s.schema)
            .chain(d.plains.values());
        for s in schemas {
            store.drop_data(s.data)?;
            store.forget("table", name, &s.name)?;
        }
        for child in d.children.keys() {
            store.forget("child", name, child)?;
        }
        store.forget("database", "", name)
    })?;
    if let Some(d) = e.catalog.databases.remove(name) {
        for v in &d.vgroups {
            e.tmq.logs.remove(v);
        }
    }
    done()
}

pub fn alter(e: &mut Engine, name: &str, options: Options) -> Result<Outcome> {
    let d = e.catalog.database_mut(name)?;
    d.options
        .extend(options.into_iter().filter(|o| o.0 != "precision"));
    let body = d.to_json();
    e.store.save("database", "", name, &body)?;
    done()
}
