//! CREATE TOPIC, DROP TOPIC, DROP CONSUMER GROUP, and what they forbid.

use super::outcome::{done, Outcome};
use super::project::{self, Projection};
use crate::catalog::{is_system, Found, Topic};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Query, TableName, TopicMeta, TopicSource};
use crate::time::Precision;
use std::sync::Arc;

pub fn not_exist() -> SqlError {
    SqlError::new(code::TOPIC_NOT_EXIST, "Topic not exist")
}

pub fn create(
    e: &mut Engine,
    cx: &Context,
    name: String,
    if_not_exists: bool,
    (meta, source): (TopicMeta, TopicSource),
    sql: &str,
) -> Result<Outcome> {
    if e.catalog.topics.contains_key(&name) {
        return match if_not_exists {
            true => done(),
            false => Err(SqlError::new(code::TOPIC_EXISTS, "Topic already exists")),
        };
    }
    let mut star = vec![];
    match &source {
        TopicSource::Database(db) if is_system(db) => {
            return Err(SqlError::new(0x2669, "System table not allowed"))
        }
        TopicSource::Database(db) => {
            e.catalog.database(db)?;
        }
        TopicSource::Stable { table, filter } => {
            let Found::Super(_) = e.catalog.find(table)? else {
                return Err(SqlError::no_table());
            };
            if let Some(f) = filter {
                let _ = project::tag_filter(e, table, f)?;
            }
        }
        TopicSource::Query(q) => {
            e.catalog.find(project::table(q)?)?;
            star = project::star(e, q)?;
            Projection::compile(e, q, &star)?;
        }
    }
    let topic = Topic {
        db: source.db().to_string(),
        meta,
        source,
        star,
        sql: sql.into(),
        session_db: cx.db.clone(),
        created: Precision::Milli.now(),
        name: name.clone(),
    };
    e.store.save("topic", "", &name, &topic.to_json())?;
    e.catalog.topics.insert(name, Arc::new(topic));
    done()
}

pub fn drop(e: &mut Engine, name: &str, if_exists: bool, force: bool) -> Result<Outcome> {
    if !e.catalog.topics.contains_key(name) {
        return if if_exists { done() } else { Err(not_exist()) };
    }
    if !force && e.tmq.groups.is_subscribed(name) {
        return Err(SqlError::new(
            code::TOPIC_SUBSCRIBED,
            "Topic subscribed cannot be dropped",
        ));
    }
    e.store.forget("topic", "", name)?;
    e.catalog.topics.remove(name);
    e.tmq.groups.forget_topic(name);
    e.tmq.changed();
    done()
}

pub fn drop_group(
    e: &mut Engine,
    group: &str,
    topic: &str,
    if_exists: bool,
    force: bool,
) -> Result<Outcome> {
    if !e.tmq.groups.exists(topic, group) {
        return match if_exists {
            true => done(),
            false => Err(SqlError::new(
                code::SUBSCRIPTION_NOT_EXIST,
                "Subcribe not exist",
            )),
        };
    }
    if !force && e.tmq.groups.has_members(topic, group) {
        return Err(SqlError::new(
            code::GROUP_IN_USE,
            "Consumer group being used by some consumer",
        ));
    }
    e.tmq.groups.forget(topic, group);
    e.tmq.changed();
    done()
}

impl Engine {
    /// Refuses to drop a database, or one of its super tables, that a topic reads.
    pub fn check_no_topic(&self, db: &str, table: Option<&str>) -> Result<()> {
        let about = |t: &Arc<Topic>| {
            t.db == db && table.is_none_or(|n| t.table().is_some_and(|of| of.name == n))
        };
        match self.catalog.topics.values().any(about) {
            true => Err(SqlError::new(
                code::TOPIC_FIRST,
                "Topic must be dropped first",
            )),
            false => Ok(()),
        }
    }
    /// Refuses a change of a column that a topic's query uses.
    pub fn check_topic_queries(&self, table: &TableName, column: &str) -> Result<()> {
        let uses = |q: &Query, star: &[String]| {
            let mut found = star.iter().any(|s| s == column) && project::has_star(q);
            let parts = q.first.items.iter().map(|i| &i.expr).chain(&q.first.filter);
            for e in parts {
                crate::sql::walk::walk(e, &mut |x| {
                    found |=
                        matches!(x, crate::sql::ast::Expr::Column { name, .. } if name == column)
                });
            }
            found
        };
        for t in self.catalog.topics.values() {
            if let TopicSource::Query(q) = &t.source {
                if t.table() == Some(table) && uses(q, &t.star) {
                    return Err(SqlError::new(code::FIELD_OF_TOPIC, "Field used by topic"));
                }
            }
        }
        Ok(())
    }
}
