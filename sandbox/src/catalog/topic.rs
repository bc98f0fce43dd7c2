//! Topics: what they are made of.

use crate::sql::ast::{Statement, TableName, TopicMeta, TopicSource};
use crate::sql::parser;
use serde_json::{json, Value as Json};

pub struct Topic {
    pub name: String,
    /// The database whose changes it tells.
    pub db: String,
    pub meta: TopicMeta,
    pub source: TopicSource,
    /// The columns that `*` meant when the topic was created.
    pub star: Vec<String>,
    pub sql: String,
    /// The session's database, for names without one.
    pub session_db: String,
    pub created: i64,
}

impl Topic {
    pub fn to_json(&self) -> Json {
        json!({"sql": self.sql, "session": self.session_db, "star": self.star, "created": self.created})
    }
    /// None if the text cannot be parsed: then this sandbox did not write it.
    pub fn from_json(name: &str, v: &Json) -> Option<Topic> {
        let (sql, session_db) = (v["sql"].as_str()?, v["session"].as_str()?);
        let Ok(Statement::CreateTopic { meta, source, .. }) = parser::parse(sql, session_db) else {
            return None;
        };
        let star = v["star"].as_array().into_iter().flatten();
        Some(Topic {
            name: name.into(),
            db: source.db().to_string(),
            meta,
            source,
            star: star
                .filter_map(|s| s.as_str().map(str::to_string))
                .collect(),
            sql: sql.into(),
            session_db: session_db.into(),
            created: v["created"].as_i64().unwrap_or(0),
        })
    }
    /// The super table or table it is about, if it is not a whole database.
    pub fn table(&self) -> Option<&TableName> {
        match &self.source {
            TopicSource::Database(_) => None,
            TopicSource::Stable { table, .. } => Some(table),
            TopicSource::Query(q) => q.table(),
        }
    }
    /// Its kind, as `ins_topics` names it.
    pub fn kind(&self) -> &'static str {
        match self.source {
            TopicSource::Database(_) => "db",
            TopicSource::Stable { .. } => "stable",
            TopicSource::Query(_) => "column",
        }
    }
}
