//! SHOW TOPICS, CONSUMERS and SUBSCRIPTIONS, and the system tables behind them.

use super::columns::Columns;
use super::text::schema_text;
use crate::catalog::Topic;
use crate::context::host;
use crate::engine::Engine;
use crate::sql::ast::{TopicMeta, TopicSource};
use crate::subscription::groups::Member;
use crate::subscription::options::Reset;
use crate::types::{Kind, Type};
use crate::value::{Row, Value};

const fn text(n: u32) -> Type {
    Type::varchar(n)
}
const TIME: Type = Type::of(Kind::Timestamp);

pub const TOPICS: Columns = &[
    ("topic_name", text(192)),
    ("db_name", text(64)),
    ("create_time", TIME),
    ("sql", text(2048)),
    ("schema", text(65517)),
    ("meta", text(4)),
    ("type", text(8)),
];
pub const SUBSCRIPTIONS: Columns = &[
    ("topic_name", text(204)),
    ("consumer_group", text(193)),
    ("vgroup_id", Type::of(Kind::Int)),
    ("consumer_id", text(32)),
    ("user", text(24)),
    ("fqdn", text(128)),
    ("offset", text(64)),
    ("rows", Type::of(Kind::BigInt)),
];
pub const CONSUMERS: Columns = &[
    ("consumer_id", text(32)),
    ("consumer_group", text(193)),
    ("client_id", text(193)),
    ("user", text(24)),
    ("fqdn", text(128)),
    ("status", text(20)),
    ("topics", text(204)),
    ("up_time", TIME),
    ("subscribe_time", TIME),
    ("rebalance_time", TIME),
    ("parameters", text(64)),
];

pub fn topics(e: &Engine) -> Vec<Row> {
    let row = |t: &std::sync::Arc<Topic>| {
        let schema = match (&t.source, t.table()) {
            (TopicSource::Database(_), _) | (_, None) => Value::text("NULL"),
            (_, Some(name)) => match e.catalog.find(name) {
                Ok(f) => Value::text(&schema_text(&name.name, f.schema())),
                Err(_) => Value::text("NULL"),
            },
        };
        let meta = match t.meta {
            TopicMeta::None => "no",
            TopicMeta::With => "yes",
            TopicMeta::Only => "only",
        };
        vec![
            Value::text(&t.name),
            Value::text(&t.db),
            Value::Int(t.created),
            Value::text(&t.sql),
            schema,
            Value::text(meta),
            Value::text(t.kind()),
        ]
    };
    e.catalog.topics.values().map(row).collect()
}

/// Numbers of consumers are shown as the real server shows them.
fn id(n: u64) -> Value {
    Value::text(&format!("0x{n:x}"))
}

pub fn subscriptions(e: &Engine) -> Vec<Row> {
    let mut out = vec![];
    for ((topic, group), shares) in &e.tmq.groups.subscriptions {
        for (vgroup, s) in shares {
            let owner = s
                .owner
                .and_then(|o| Some((o, e.tmq.groups.members.get(&o)?)));
            let offset = s.committed.map(|c| format!("wal:{c}")).unwrap_or_default();
            out.push(vec![
                Value::text(topic),
                Value::text(group),
                Value::Int(*vgroup as i64),
                owner.map_or(Value::Null, |o| id(o.0)),
                owner.map_or(Value::Null, |o| Value::text(&o.1.user)),
                owner.map_or(Value::Null, |_| Value::text(&host())),
                Value::text(&offset),
                Value::Int(s.rows as i64),
            ]);
        }
    }
    out
}

pub fn consumers(e: &Engine) -> Vec<Row> {
    let row = |(n, m): (&u64, &Member)| {
        let o = &m.options;
        let reset = match o.reset {
            Reset::Earliest => "earliest",
            Reset::Latest => "latest",
            Reset::None => "none",
        };
        let interval = o.auto_commit.map_or(5000, |d| d.as_millis());
        let parameters = format!(
            "tbname:{},commit:{},interval:{interval}ms,reset:{reset}",
            o.with_table_name as u8,
            o.auto_commit.is_some() as u8
        );
        vec![
            id(*n),
            Value::text(&o.group),
            Value::text(&o.client),
            Value::text(&m.user),
            Value::text(&host()),
            Value::text(m.status()),
            Value::text(&m.topics.join(",")),
            Value::Int(m.up),
            Value::Int(m.subscribed),
            Value::Int(m.rebalanced),
            Value::text(&parameters),
        ]
    };
    e.tmq.groups.members.iter().map(row).collect()
}
