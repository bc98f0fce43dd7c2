//! CREATE, DROP, ALTER, DELETE: databases and tables.

use super::outcome::{done, Outcome};
use super::scan::Scan;
use super::{topic, user};
use crate::catalog::{
    exists, is_system, vgroup, Child, Column, Database, Found, NewTable, Schema, WHITE_LISTS,
};
use crate::compile::{Compiler, Env, Origin, SourceColumn};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Alter, ColumnDef, CreateChild, Expr, Statement, TableName};
use crate::sql::convert::Reader;
use crate::sql::literal::Literal;
use crate::subscription::meta::Meta;
use crate::time::Precision;
use crate::types::Kind;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a changed tag list means for the tags of a child table.
type TagChange = Box<dyn Fn(&mut Vec<Value>)>;

/// SQLite's limit for columns of a table, less our own two.
const MAX_COLUMNS: usize = 1990;

pub fn run(e: &mut Engine, cx: &Context, s: Statement, sql: &str) -> Result<Outcome> {
    match s {
        Statement::CreateDatabase {
            name,
            if_not_exists,
            options,
        } => {
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
        Statement::DropDatabase { name, if_exists } => {
            let Some(d) = e.catalog.databases.get(&name) else {
                return if if_exists {
                    done()
                } else {
                    Err(SqlError::no_database())
                };
            };
            e.check_no_topic(&name, None)?;
            e.store.atomically(|store| {
                let schemas = d
                    .supers
                    .values()
                    .map(|s| &s.schema)
                    .chain(d.plains.values());
                for s in schemas {
                    store.drop_data(s.data)?;
                    store.forget("table", &name, &s.name)?;
                }
                for child in d.children.keys() {
                    store.forget("child", &name, child)?;
                }
                store.forget("database", "", &name)
            })?;
            if let Some(d) = e.catalog.databases.remove(&name) {
                d.vgroups.iter().for_each(|v| drop(e.tmq.logs.remove(v)));
            }
            done()
        }
        Statement::AlterDatabase { name, options } => {
            let d = e.catalog.database_mut(&name)?;
            d.options
                .extend(options.into_iter().filter(|o| o.0 != "precision"));
            let body = d.to_json();
            e.store.save("database", "", &name, &body)?;
            done()
        }
        Statement::CreateTable {
            table,
            if_not_exists,
            columns,
            tags,
            comment,
        } => create_table(e, table, if_not_exists, columns, tags, comment),
        Statement::CreateChildren(all) => {
            let mut created = vec![];
            let result = all
                .into_iter()
                .try_for_each(|c| create_child(e, cx, c, sql, &mut created));
            e.record_children(&created);
            result.and_then(|_| done())
        }
        Statement::DropTables { stable, tables } => tables
            .into_iter()
            .try_for_each(|(if_exists, t)| drop_table(e, &t, stable, if_exists))
            .and_then(|_| done()),
        Statement::AlterTable { table, change } => alter_table(e, cx, &table, change, sql),
        Statement::Delete { table, filter } => delete(e, cx, &table, filter.as_ref()),
        Statement::CreateUser {
            name,
            password,
            hosts,
        } => user::create(e, name, password, &hosts),
        Statement::AlterUser { name, change } => user::alter(e, &name, change),
        Statement::DropUser(name) => user::drop(e, &name),
        Statement::SetVariable { name, value } => {
            if name.eq_ignore_ascii_case(WHITE_LISTS) {
                e.store
                    .save("variable", "", WHITE_LISTS, &value.clone().into())?;
                e.catalog.white_lists = value == "1";
            }
            done()
        }
        Statement::CreateTopic {
            name,
            if_not_exists,
            meta,
            source,
        } => topic::create(e, cx, name, if_not_exists, (meta, source), sql),
        Statement::DropTopic {
            name,
            if_exists,
            force,
        } => topic::drop(e, &name, if_exists, force),
        Statement::DropConsumerGroup {
            group,
            topic,
            if_exists,
            force,
        } => topic::drop_group(e, &group, &topic, if_exists, force),
        _ => Err(SqlError::unsupported("this statement")),
    }
}

pub fn create_table(
    e: &mut Engine,
    t: TableName,
    if_not_exists: bool,
    columns: Vec<ColumnDef>,
    tags: Option<Vec<ColumnDef>>,
    comment: Option<String>,
) -> Result<Outcome> {
    if let Some(found) = e.catalog.database(&t.db)?.find(&t.name) {
        return if if_not_exists {
            done()
        } else {
            Err(exists(&found))
        };
    }
    check_columns(&columns, tags.as_deref().unwrap_or(&[]))?;
    let data = e.catalog.new_id();
    let schema = Schema::new(&t.name, data, &columns, tags.as_deref(), comment);
    let slots = schema.columns.iter().skip(1).map(|c| c.slot);
    e.store.create_data(data, slots, schema.is_super)?;
    let meta = Meta::created(&schema);
    let everywhere = schema.is_super;
    e.catalog.save_schema(&e.store, &t.db, schema)?;
    e.record(&t, everywhere, meta);
    done()
}

fn check_columns(columns: &[ColumnDef], tags: &[ColumnDef]) -> Result<()> {
    let invalid = |text: &str| Err(SqlError::new(code::INVALID_COLUMN, text));
    if columns.first().is_none_or(|c| c.ty.kind != Kind::Timestamp) {
        return invalid("Invalid column name: the first column must be a TIMESTAMP");
    }
    if columns.len() < 2 {
        return invalid("Invalid column name: a table needs a column besides its TIMESTAMP");
    }
    if columns.len() > MAX_COLUMNS {
        return Err(SqlError::unsupported(format!(
            "tables of more than {MAX_COLUMNS} columns"
        )));
    }
    let mut seen = std::collections::HashSet::new();
    if let Some(c) = columns.iter().chain(tags).find(|c| !seen.insert(&c.name)) {
        return Err(SqlError::new(
            code::INVALID_COLUMN,
            format!("duplicated column names: {}", c.name),
        ));
    }
    if columns.iter().any(|c| c.ty.kind == Kind::Json) {
        return invalid("Invalid column type: JSON is a type of tags only");
    }
    if tags.iter().any(|c| c.ty.kind == Kind::Blob) {
        return invalid("Invalid tag type: BLOB is a type of columns only");
    }
    if tags.len() > 1 && tags.iter().any(|t| t.ty.kind == Kind::Json) {
        return Err(SqlError::new(
            code::ONE_JSON_TAG,
            "Only one tag if there is a json tag",
        ));
    }
    Ok(())
}

/// Tag values in the order of the schema; tags that are not named are NULL.
pub fn read_tags(
    reader: &Reader,
    schema: &Schema,
    names: &[String],
    values: &[Literal],
) -> Result<Vec<Value>> {
    let mut tags = vec![Value::Null; schema.tags.len()];
    for (i, lit) in values.iter().enumerate() {
        let at = match names.get(i) {
            Some(n) => schema.tag(n).ok_or_else(|| {
                SqlError::new(code::INVALID_TAG_NAME, format!("Invalid tag name: {n}"))
            })?,
            None => i,
        };
        let tag = &schema.tags[at];
        tags[at] = reader.value(lit, &tag.name, tag.ty)?;
    }
    Ok(tags)
}

fn create_child(
    e: &mut Engine,
    cx: &Context,
    c: CreateChild,
    sql: &str,
    created: &mut Vec<TableName>,
) -> Result<()> {
    let found = e.catalog.find(&c.stable)?;
    let Found::Super(schema) = found else {
        return Err(SqlError::new(0x022f, "Table is not a super table"));
    };
    if c.stable.db != c.table.db {
        return Err(SqlError::new(
            0x2618,
            "Corresponding super table not in this db",
        ));
    }
    let d = e.catalog.database(&c.table.db)?;
    let wanted = if c.tags.names.is_empty() {
        schema.tags.len()
    } else {
        c.tags.names.len()
    };
    if c.tags.values.len() != wanted {
        return Err(SqlError::new(
            code::TAGS_NOT_MATCHED,
            "Tags number not matched",
        ));
    }
    let reader = Reader {
        sql,
        zone: &cx.zone,
        precision: d.precision,
        now: d.precision.now(),
    };
    let tags = read_tags(&reader, &schema, &c.tags.names, &c.tags.values)?;
    if let Some(found) = d.find(&c.table.name) {
        return if c.if_not_exists {
            Ok(())
        } else {
            Err(exists(&found))
        };
    }
    let new = NewTable {
        stable: schema.name.clone(),
        tags,
        ttl: 0,
    };
    e.catalog.add_child(&e.store, &c.table, &new)?;
    created.push(c.table);
    Ok(())
}

fn drop_table(e: &mut Engine, t: &TableName, stable: bool, if_exists: bool) -> Result<()> {
    let d = e.catalog.database(&t.db)?;
    let found = match d.find(&t.name) {
        Some(f) if !stable || matches!(f, Found::Super(_)) => f,
        _ if if_exists => return Ok(()),
        _ => return Err(SqlError::no_table()),
    };
    let meta = Meta::dropped(&t.name, &found);
    let everywhere = matches!(found, Found::Super(_));
    match found {
        Found::Super(s) => {
            e.check_no_topic(&t.db, Some(&t.name))?;
            let children: Vec<String> = d
                .children
                .iter()
                .filter(|(_, (of, _))| *of == t.name)
                .map(|c| c.0.clone())
                .collect();
            e.store.atomically(|store| {
                children
                    .iter()
                    .try_for_each(|c| store.forget("child", &t.db, c))?;
                store.forget("table", &t.db, &t.name)?;
                store.drop_data(s.data)
            })?;
            let d = e.catalog.database_mut(&t.db)?;
            d.supers.remove(&t.name);
            d.children.retain(|_, (of, _)| *of != t.name);
        }
        Found::Plain(s) => {
            e.store.forget("table", &t.db, &t.name)?;
            e.store.drop_data(s.data)?;
            e.catalog.database_mut(&t.db)?.plains.remove(&t.name);
        }
        Found::Child(s, c) => {
            e.store.forget("child", &t.db, &t.name)?;
            e.store.delete_table(s.data, c.id)?;
            let d = e.catalog.database_mut(&t.db)?;
            d.children.remove(&t.name);
            if let Some(of) = d.supers.get_mut(&s.name) {
                of.children.remove(&c.id);
            }
        }
    }
    e.record(t, everywhere, meta);
    Ok(())
}

pub fn alter_table(
    e: &mut Engine,
    cx: &Context,
    t: &TableName,
    change: Alter,
    sql: &str,
) -> Result<Outcome> {
    let found = e.catalog.find(t)?;
    let no_column = || SqlError::new(code::COLUMN_NOT_EXIST, "Column does not exist");
    let no_tag = || SqlError::new(code::TAG_NOT_EXIST, "Tag does not exist");
    if let Alter::SetTag(tags) = &change {
        let Found::Child(schema, child) = &found else {
            return Err(SqlError::new(
                code::INVALID_TAG_NAME,
                "Invalid tag name: not a child table",
            ));
        };
        let precision = e.catalog.database(&t.db)?.precision;
        let reader = Reader {
            sql,
            zone: &cx.zone,
            precision,
            now: precision.now(),
        };
        let mut new = Child::clone(child);
        let mut set = vec![];
        for (name, lit) in tags {
            let at = schema.tag(name).ok_or_else(|| {
                SqlError::new(code::INVALID_TAG_NAME, format!("Invalid tag name: {name}"))
            })?;
            new.tags[at] = reader.value(lit, name, schema.tags[at].ty)?;
            set.push(at);
        }
        let set: Vec<_> = set
            .into_iter()
            .map(|at| (&schema.tags[at], &new.tags[at]))
            .collect();
        let meta = Meta::tags_set(&t.name, &found, &set);
        e.catalog
            .replace_child(&e.store, &t.db, &schema.name, new)?;
        e.record(t, false, meta);
        return done();
    }
    if matches!(change, Alter::Options) {
        return done();
    }
    if let Found::Child(..) = found {
        return Err(SqlError::new(0x0601, "Invalid table type"));
    }
    if let Alter::DropColumn(n)
    | Alter::RenameColumn(n, _)
    | Alter::DropTag(n)
    | Alter::RenameTag(n, _) = &change
    {
        e.check_topic_queries(t, n)?;
    }
    let meta = Meta::altered(&t.name, &found, &change);
    let everywhere = matches!(found, Found::Super(_));
    let mut s = Schema::clone(found.schema());
    let mut tags: Option<TagChange> = None;
    match change {
        Alter::AddColumn(c) => {
            if s.column(&c.name).is_some() || s.tag(&c.name).is_some() {
                return Err(SqlError::new(code::COLUMN_EXISTS, "Column already exists"));
            }
            e.store.add_column(s.data, s.next_slot)?;
            s.columns.push(Column {
                name: c.name,
                ty: c.ty,
                slot: s.next_slot,
            });
            s.next_slot += 1;
        }
        Alter::DropColumn(name) => {
            let at = s
                .column(&name)
                .filter(|i| *i > 0 && s.columns.len() > 2)
                .ok_or_else(no_column)?;
            s.columns.remove(at);
        }
        Alter::ModifyColumn(c) => {
            let at = s.column(&c.name).ok_or_else(no_column)?;
            lengthen(&mut s.columns[at], &c)?;
        }
        Alter::RenameColumn(old, new) => {
            let at = s.column(&old).ok_or_else(no_column)?;
            if s.column(&new).is_some() || s.tag(&new).is_some() {
                return Err(SqlError::new(code::COLUMN_EXISTS, "Column already exists"));
            }
            s.columns[at].name = new;
        }
        Alter::AddTag(c) => {
            if s.column(&c.name).is_some() || s.tag(&c.name).is_some() {
                return Err(SqlError::new(code::TAG_EXISTS, "Tag already exists"));
            }
            s.tags.push(Column {
                name: c.name,
                ty: c.ty,
                slot: s.tags.len() as u32,
            });
            tags = Some(Box::new(|t| t.push(Value::Null)));
        }
        Alter::DropTag(name) => {
            let at = s
                .tag(&name)
                .filter(|_| s.tags.len() > 1)
                .ok_or_else(no_tag)?;
            s.tags.remove(at);
            tags = Some(Box::new(move |t| {
                if at < t.len() {
                    t.remove(at);
                }
            }));
        }
        Alter::ModifyTag(c) => {
            let at = s.tag(&c.name).ok_or_else(no_tag)?;
            lengthen(&mut s.tags[at], &c)?;
        }
        Alter::RenameTag(old, new) => {
            let at = s.tag(&old).ok_or_else(no_tag)?;
            if s.column(&new).is_some() || s.tag(&new).is_some() {
                return Err(SqlError::new(code::TAG_EXISTS, "Tag already exists"));
            }
            s.tags[at].name = new;
        }
        Alter::SetTag(_) | Alter::Options => {}
    }
    let stable = s.name.clone();
    e.catalog.save_schema(&e.store, &t.db, s)?;
    if let Some(change) = tags {
        let children: Vec<Arc<Child>> = e
            .catalog
            .database(&t.db)?
            .supers
            .get(&stable)
            .into_iter()
            .flat_map(|s| s.children.values().cloned())
            .collect();
        for c in children {
            let mut new = Child::clone(&c);
            change(&mut new.tags);
            e.catalog.replace_child(&e.store, &t.db, &stable, new)?;
        }
    }
    if let Some(meta) = meta {
        e.record(t, everywhere, meta);
    }
    done()
}

/// MODIFY may only make a variable-size column longer.
fn lengthen(c: &mut Column, to: &ColumnDef) -> Result<()> {
    if c.ty.kind != to.ty.kind || !c.ty.kind.is_variable() || to.ty.len < c.ty.len {
        return Err(SqlError::new(
            0x0365,
            "Invalid column type or length for MODIFY: only a longer length of the same type",
        ));
    }
    c.ty = to.ty;
    Ok(())
}

/// DELETE FROM: rows of one table, or of all children of a super table.
fn delete(e: &mut Engine, cx: &Context, t: &TableName, filter: Option<&Expr>) -> Result<Outcome> {
    let precision = e.catalog.database(&t.db)?.precision;
    let found = e.catalog.find(t)?;
    let schema = found.schema().clone();
    let children: Vec<(i64, Found)> = match &found {
        Found::Super(s) => {
            let of = e.catalog.database(&t.db)?.supers.get(&s.name);
            of.into_iter()
                .flat_map(|s| {
                    s.children
                        .values()
                        .map(|c| (c.id, Found::Child(s.schema.clone(), c.clone())))
                })
                .collect()
        }
        Found::Child(_, c) => vec![(c.id, found.clone())],
        Found::Plain(_) => vec![(0, found.clone())],
    };
    // What to delete is found first, by the rules of WHERE, then deleted by time.
    let mut doomed: Vec<(i64, i64)> = vec![];
    let bounds;
    {
        let mut c = Compiler::new(&e.version.text, cx, precision);
        c.columns = schema
            .columns
            .iter()
            .take(1)
            .map(|c| SourceColumn {
                name: c.name.clone(),
                ty: c.ty,
                origin: Some(Origin::Time),
                in_star: true,
            })
            .collect();
        for (i, tag) in schema.tags.iter().enumerate() {
            c.columns.push(SourceColumn {
                name: tag.name.clone(),
                ty: tag.ty,
                origin: Some(Origin::Tag(i)),
                in_star: false,
            });
        }
        c.slot(0);
        bounds = filter.map_or(Ok((i64::MIN, i64::MAX)), |f| c.time_bounds(f))?;
        let filter = filter.map(|f| c.compile(f)).transpose()?.map(|f| f.eval);
        let columns: Vec<Origin> = c.used.iter().filter_map(|u| c.columns[*u].origin).collect();
        for (tb, found) in &children {
            let mut scan = Scan::new(t, found);
            (scan.low, scan.high) = bounds;
            scan.columns = columns.clone();
            loop {
                let page = scan.page(e, 4096)?;
                if page.is_empty() {
                    break;
                }
                let hit = page
                    .iter()
                    .filter(|r| filter.as_ref().is_none_or(|f| f(&Env::row(r)).is_true()));
                doomed.extend(hit.filter_map(|r| Some((*tb, r[0].as_i64()?))));
            }
        }
    }
    e.store.atomically(|store| {
        doomed
            .iter()
            .try_for_each(|(tb, ts)| store.delete(schema.data, *tb, *ts, *ts).map(|_| ()))
    })?;
    let hit: BTreeSet<i64> = doomed.iter().map(|d| d.0).collect();
    for (_, found) in children.iter().filter(|c| hit.contains(&c.0)) {
        let name = match found {
            Found::Child(_, c) => c.name.to_string(),
            _ => t.name.clone(),
        };
        let table = TableName {
            db: t.db.clone(),
            name,
        };
        let meta = Meta::deleted(&table.name, found, bounds.0, bounds.1);
        e.record(&table, false, meta);
    }
    Ok(Outcome::Done {
        affected: doomed.len(),
    })
}
