//! Requests to `/ws`: JSON texts and binary messages.

use super::schemaless::Lines;
use serde::Serialize;
use serde_json::json;

/// A message ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    Text(String),
    Binary(Vec<u8>),
}

impl Request {
    /// For the log: the action's name, or its number in a binary message.
    pub fn action(&self) -> impl std::fmt::Display + '_ {
        let of_text = |text: &'_ str| text.split('"').nth(3).unwrap_or_default().to_owned();
        match self {
            Request::Text(text) => of_text(text),
            Request::Binary(bytes) => super::u64_at(bytes, 16).unwrap_or_default().to_string(),
        }
    }
}

/// Numbers of the binary actions.
const FETCH_RAW_BLOCK: u64 = 7;
const STMT2_BIND: u64 = 9;
const STMT2_BIND_EXEC: u64 = 11;
const WRITE_RAW: u64 = 3;
const WRITE_RAW_BLOCK: u64 = 4;
const WRITE_RAW_BLOCK_WITH_FIELDS: u64 = 5;
const BINARY_QUERY: u64 = 6;
const VALIDATE_SQL: u64 = 10;

/// The arguments of a login: who connects, to what, and what the server should know of the client.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Login<'a> {
    pub req_id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<&'a str>,
    pub db: &'a str,
    /// 0 for BI mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tz: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bearer_token: Option<&'a str>,
    /// Asks for the adapters of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_instances: Option<bool>,
}

pub(super) fn action(name: &str, args: impl Serialize) -> Request {
    #[derive(Serialize)]
    struct Action<'a, T> {
        action: &'a str,
        args: T,
    }
    let text = serde_json::to_string(&Action { action: name, args });
    // Texts, numbers, lists and objects with texts for keys: they have a form.
    Request::Text(text.unwrap_or_default())
}

pub fn version(req_id: u64) -> Request {
    action("version", json!({ "req_id": req_id }))
}

pub fn login(login: &Login<'_>) -> Request {
    action("conn", login)
}

/// An action that has no argument but its request id.
pub fn bare(name: &str, req_id: u64) -> Request {
    action(name, json!({ "req_id": req_id }))
}

/// Asks for the state of the server behind the adapter.
pub fn check_server_status(req_id: u64) -> Request {
    action(
        "check_server_status",
        json!({ "req_id": req_id, "fqdn": null, "port": 0 }),
    )
}

/// Asks for what the server knows of the login: 0 for its user, 1 for its token (servers from 3.4).
pub fn connection_info(req_id: u64, info: i32) -> Request {
    action(
        "get_connection_info",
        json!({ "req_id": req_id, "info": info }),
    )
}

/// `options_connection` for one option; `None` resets it.
/// An option's number and its value; without one it is reset.
pub type ConnectionOption = (i32, Option<String>);

/// Options are set in this order, up to the first that is refused.
pub fn connection_options(req_id: u64, options: &[ConnectionOption]) -> Request {
    let list: Vec<_> = options
        .iter()
        .map(|(option, value)| json!({ "option": option, "value": value }))
        .collect();
    action(
        "options_connection",
        json!({ "req_id": req_id, "options": list }),
    )
}

/// The head of a `stmt2_bind`, with room for a payload of this size.
pub(super) fn stmt2_bind_head(req_id: u64, stmt_id: u64, column: i32, payload: usize) -> Vec<u8> {
    let mut out = head(req_id, stmt_id, STMT2_BIND, 4 + payload);
    out.extend_from_slice(&column.to_le_bytes());
    out
}

/// The head of a `stmt2_bind_exec`, with room for a payload of this size. Without a payload, a server that
/// knows the action refuses it before it looks at anything, and other servers say that they do not know it.
pub fn stmt2_bind_exec_head(req_id: u64, stmt_id: u64, payload: usize) -> Vec<u8> {
    head(req_id, stmt_id, STMT2_BIND_EXEC, payload)
}

/// The head of every binary message, 24 bytes.
pub(super) fn bare_head(req_id: u64, resource: u64, action: u64, extra: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(24 + extra);
    out.extend_from_slice(&req_id.to_le_bytes());
    out.extend_from_slice(&resource.to_le_bytes());
    out.extend_from_slice(&action.to_le_bytes());
    out
}

/// The head, then the version (1) of the action's own part.
fn head(req_id: u64, resource: u64, action: u64, extra: usize) -> Vec<u8> {
    let mut out = bare_head(req_id, resource, action, 2 + extra);
    out.extend_from_slice(&1u16.to_le_bytes());
    out
}

/// Writes a block into a table. `fields` are `TAOS_FIELD` structs, 72 bytes each, one for each column of the
/// block. `None` if the table's name is too long to be one.
pub fn write_raw_block(
    req_id: u64,
    rows: i32,
    table: &[u8],
    block: &[u8],
    fields: Option<&[u8]>,
) -> Option<Request> {
    let name_len = u16::try_from(table.len()).ok()?;
    let action = match fields {
        Some(_) => WRITE_RAW_BLOCK_WITH_FIELDS,
        None => WRITE_RAW_BLOCK,
    };
    let fields = fields.unwrap_or_default();
    let extra = 6 + table.len() + block.len() + fields.len();
    let mut out = bare_head(req_id, 0, action, extra);
    out.extend_from_slice(&rows.to_le_bytes());
    out.extend_from_slice(&name_len.to_le_bytes());
    out.extend_from_slice(table);
    out.extend_from_slice(block);
    out.extend_from_slice(fields);
    Some(Request::Binary(out))
}

/// Writes a raw message of a subscription into the current database. `None` if it is longer than its length can
/// express.
pub fn write_raw(req_id: u64, raw_type: u16, raw: &[u8]) -> Option<Request> {
    let len = u32::try_from(raw.len()).ok()?;
    let mut out = bare_head(req_id, 0, WRITE_RAW, 6 + raw.len());
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&raw_type.to_le_bytes());
    out.extend_from_slice(raw);
    Some(Request::Binary(out))
}

fn sql_message(req_id: u64, action: u64, sql: &[u8]) -> Request {
    // The server refuses an empty text. It trims a blank to the same.
    let sql = if sql.is_empty() { b" " } else { sql };
    let mut out = head(req_id, 0, action, 4 + sql.len());
    out.extend_from_slice(&(sql.len() as u32).to_le_bytes());
    out.extend_from_slice(sql);
    Request::Binary(out)
}

/// A statement as bytes. Nothing is escaped, and it need not be UTF-8.
pub fn binary_query(req_id: u64, sql: &[u8]) -> Request {
    sql_message(req_id, BINARY_QUERY, sql)
}

/// A statement inside JSON, for servers without [`binary_query`].
pub fn json_query(req_id: u64, sql: &str) -> Request {
    action("query", json!({ "req_id": req_id, "sql": sql }))
}

pub fn validate_sql(req_id: u64, sql: &[u8]) -> Request {
    sql_message(req_id, VALIDATE_SQL, sql)
}

pub fn fetch_raw_block(req_id: u64, result: u64) -> Request {
    Request::Binary(head(req_id, result, FETCH_RAW_BLOCK, 0))
}

/// `fetch`, `fetch_block` and `free_result` share their form.
fn on_result(name: &str, req_id: u64, result: u64) -> Request {
    Request::Text(format!(
        r#"{{"action":"{name}","args":{{"req_id":{req_id},"id":{result}}}}}"#
    ))
}

pub fn fetch(req_id: u64, result: u64) -> Request {
    on_result("fetch", req_id, result)
}

pub fn fetch_block(req_id: u64, result: u64) -> Request {
    on_result("fetch_block", req_id, result)
}

/// Never answered.
pub fn free_result(req_id: u64, result: u64) -> Request {
    on_result("free_result", req_id, result)
}

/// A new statement.
pub fn stmt2_init(req_id: u64, single_stb_insert: bool, single_table_bind_once: bool) -> Request {
    action(
        "stmt2_init",
        json!({
            "req_id": req_id,
            "single_stb_insert": single_stb_insert,
            "single_table_bind_once": single_table_bind_once,
        }),
    )
}

pub fn stmt2_prepare(req_id: u64, stmt_id: u64, sql: &str, get_fields: bool) -> Request {
    action(
        "stmt2_prepare",
        json!({ "req_id": req_id, "stmt_id": stmt_id, "sql": sql, "get_fields": get_fields }),
    )
}

/// Of a version 1 statement, like the next one.
pub fn stmt_prepare(req_id: u64, stmt_id: u64, sql: &str) -> Request {
    action(
        "prepare",
        json!({ "req_id": req_id, "stmt_id": stmt_id, "sql": sql }),
    )
}

pub fn stmt_set_table_name(req_id: u64, stmt_id: u64, name: &str) -> Request {
    action(
        "set_table_name",
        json!({ "req_id": req_id, "stmt_id": stmt_id, "name": name }),
    )
}

/// Actions that name a statement and nothing else, such as `stmt2_exec` and `exec`.
pub fn on_statement(name: &str, req_id: u64, stmt_id: u64) -> Request {
    action(name, json!({ "req_id": req_id, "stmt_id": stmt_id }))
}

/// Rows in a schemaless protocol.
#[derive(Debug, Serialize)]
pub struct Insert<'a> {
    pub req_id: u64,
    pub protocol: i32,
    pub precision: &'static str,
    /// In days, 0 for none.
    pub ttl: i32,
    pub data: Lines<'a>,
    /// The tag that names the child tables; empty for none.
    pub table_name_key: &'a str,
}

pub fn insert(insert: &Insert<'_>) -> Request {
    #[derive(Serialize)]
    struct Message<'a> {
        action: &'static str,
        args: &'a Insert<'a>,
    }
    let message = Message {
        action: "insert",
        args: insert,
    };
    // Without `json!`: the lines go from the caller's memory into the message in one pass.
    let mut out = Vec::with_capacity(256 + insert.data.size() / 8 * 9);
    // Writing what is UTF-8 into memory cannot fail; an empty message would be refused.
    let _ = serde_json::to_writer(&mut out, &message);
    Request::Text(String::from_utf8(out).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemaless_lines_become_one_json_string() {
        let each = ["m,t=a s=\"x\\\\\" 1", "#n f=1 2", "# a comment"];
        let Request::Text(t) = insert(&Insert {
            req_id: 7,
            protocol: 1,
            precision: "ms",
            ttl: 3,
            data: Lines::Each(&each),
            table_name_key: "",
        }) else {
            panic!()
        };
        let v: serde_json::Value = serde_json::from_str(&t).unwrap();
        assert_eq!(v["action"], "insert");
        assert_eq!(
            v["args"],
            json!({"req_id": 7, "protocol": 1, "precision": "ms", "ttl": 3, "table_name_key": "",
                   "data": "m,t=a s=\"x\\\\\" 1\n #n f=1 2\n# a comment"})
        );
    }

    #[test]
    fn binary_query_is_the_documented_example() {
        let hex = "030000000000000000000000000000000600000000000000010008000000\
                   73656c6563742031";
        let expected: Vec<u8> = (0..hex.len() / 2)
            .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
            .collect();
        assert_eq!(binary_query(3, b"select 1"), Request::Binary(expected));
    }

    #[test]
    fn actions_for_the_log() {
        assert_eq!(version(1).action().to_string(), "version");
        assert_eq!(fetch(1, 2).action().to_string(), "fetch");
        assert_eq!(fetch_raw_block(1, 2).action().to_string(), "7");
    }

    #[test]
    fn an_empty_statement_is_sent_as_a_blank() {
        let Request::Binary(m) = binary_query(1, b"") else {
            panic!()
        };
        assert_eq!(&m[26..], [1, 0, 0, 0, b' ']);
    }

    #[test]
    fn absent_login_keys_are_not_sent() {
        let Request::Text(t) = login(&Login {
            req_id: u64::MAX,
            user: Some("root"),
            password: Some("p\"w"),
            ..Login::default()
        }) else {
            panic!()
        };
        let v: serde_json::Value = serde_json::from_str(&t).unwrap();
        assert_eq!(v["args"]["req_id"], u64::MAX);
        assert_eq!(v["args"]["password"], "p\"w");
        assert!(v["args"].get("tz").is_none());
    }
}
