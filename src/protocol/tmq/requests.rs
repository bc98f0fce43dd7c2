//! Requests of `/rest/tmq`: all are JSON texts.

use crate::protocol::request::{action, bare, Request};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The arguments of a subscription: who subscribes to what, and how. For values that are not set, the server
/// has its own.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Subscribe<'a> {
    pub req_id: u64,
    pub topics: &'a [String],
    pub user: &'a str,
    pub password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tz: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<&'a str>,
    pub connector: &'a str,
    /// Asks for the adapters of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_instances: Option<bool>,
    /// Commits are the client's business, so always "false".
    pub auto_commit: &'a str,
    /// The arguments that are keys of a consumer's configuration, by their names on the wire.
    #[serde(flatten)]
    pub options: BTreeMap<&'static str, &'a str>,
    /// Keys of a configuration that have no argument of their own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config: BTreeMap<&'a str, &'a str>,
}

pub fn subscribe(args: &Subscribe<'_>) -> Request {
    action("subscribe", args)
}

/// Ends the subscription.
pub fn unsubscribe(req_id: u64) -> Request {
    bare("unsubscribe", req_id)
}

/// `last` is the message that arrived last. The server sends the one after it again if its first answer was
/// lost.
pub fn poll(req_id: u64, blocking_ms: u64, last: u64) -> Request {
    action(
        "poll",
        json!({ "req_id": req_id, "blocking_time": blocking_ms, "message_id": last }),
    )
}

/// `fetch`, `fetch_block`, `fetch_raw_data`, `fetch_json_meta` and `commit` share their form.
pub fn of_message(name: &str, req_id: u64, message: u64) -> Request {
    action(name, json!({ "req_id": req_id, "message_id": message }))
}

/// `commit_offset` and `seek` share their form.
pub fn at_offset(name: &str, req_id: u64, topic: &str, vgroup: i32, offset: i64) -> Request {
    action(
        name,
        json!({ "req_id": req_id, "topic": topic, "vgroup_id": vgroup, "offset": offset }),
    )
}

/// `committed` and `position` share their form.
pub fn of_vgroup(name: &str, req_id: u64, topic: &str, vgroup: i32) -> Request {
    action(
        name,
        json!({ "req_id": req_id, "topic_vgroup_ids": [{ "topic": topic, "vgroup_id": vgroup }] }),
    )
}

pub fn assignment(req_id: u64, topic: &str) -> Request {
    action("assignment", json!({ "req_id": req_id, "topic": topic }))
}
