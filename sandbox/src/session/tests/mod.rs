//! Sessions without a socket: requests in, replies out.

mod stmt2;

use super::*;
use crate::exec::Engine;
use crate::version::Version;
use serde_json::json;

/// As of a server of this version, with a login token.
fn shared(pose: &str) -> Arc<Shared> {
    let engine = Engine::open(None, Version::parse(pose).unwrap()).unwrap();
    Arc::new(Shared {
        engine: Mutex::new(engine),
        block_rows: 4096,
        token: None,
        login_token: Some("abc".into()),
        instances: Mutex::default(),
    })
}
fn session(pose: &str) -> Session {
    Session::new(shared(pose), Door::Ws)
}
fn ask(s: &Session, text: &str) -> Json {
    match s.text(serde_json::from_str(text).ok().as_ref()) {
        Some(Reply::Text(t)) => serde_json::from_str(&t).unwrap(),
        other => panic!("{text}: {other:?}"),
    }
}
fn error(s: &Session, text: &str) -> (u64, String) {
    let j = ask(s, text);
    (
        j["code"].as_u64().unwrap(),
        j["message"].as_str().unwrap().to_string(),
    )
}
fn connected(pose: &str) -> Session {
    let s = session(pose);
    assert_eq!(
        error(
            &s,
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":"taosdata"}}"#
        )
        .0,
        0
    );
    s
}
fn sql(s: &Session, sql: &str) -> Json {
    ask(
        s,
        &json!({"action": "query", "args": {"req_id": 1, "sql": sql}}).to_string(),
    )
}

#[test]
fn a_token_logs_in_where_tokens_are_known() {
    let log_in = |pose, token| {
        let args = json!({"req_id": 1, "bearer_token": token, "user": "", "password": ""});
        let conn = json!({"action": "conn", "args": args});
        error(&session(pose), &conn.to_string()).0
    };
    assert_eq!(log_in("3.4.0.0", "abc"), 0);
    assert_eq!(log_in("3.4.0.0", "abd"), 855);
    assert_eq!(log_in("3.3.7.5", "abc"), 519);
}

#[test]
fn refusals_are_those_recorded() {
    let s = session("3.3.7.5");
    let cases = [
        (
            r#"{"action":"query","args":{"req_id":1,"sql":"select 1"}}"#,
            65535,
            "server not connected",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":"wrong"}}"#,
            855,
            "Authentication failure",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"nobody","password":"taosdata"}}"#,
            849,
            "Invalid user",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"","password":""}}"#,
            519,
            "Invalid user name",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":""}}"#,
            520,
            "Invalid password length",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":"taosdata","db":"nope"}}"#,
            904,
            "Database not exist",
        ),
        (
            r#"{"action":"conn","args":{"req_id":-1,"user":"root","password":"taosdata"}}"#,
            65535,
            "unmarshal connect request error",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":"taosdata","mode":3}}"#,
            65535,
            "unexpected mode:3",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":"taosdata"}}"#,
            0,
            "",
        ),
        (
            r#"{"action":"conn","args":{"req_id":1,"user":"root","password":"taosdata"}}"#,
            65535,
            "duplicate connections",
        ),
        (
            r#"{"action":"no_such_action","args":{"req_id":1}}"#,
            65535,
            "unknown action no_such_action",
        ),
        ("this is not json", 65535, "unmarshal request error"),
        ("[1]", 65535, "unmarshal request error"),
        ("{}", 65535, "request no action"),
        (
            r#"{"action":"query"}"#,
            65535,
            "unmarshal query request error",
        ),
        (
            r#"{"action":"query","args":{"req_id":"x","sql":1}}"#,
            65535,
            "unmarshal query request error",
        ),
        (
            r#"{"action":"fetch","args":{"req_id":1,"id":12345}}"#,
            65535,
            "result is nil",
        ),
        (
            r#"{"action":"fetch_block","args":{"req_id":1,"id":12345}}"#,
            65535,
            "result is nil",
        ),
        (
            r#"{"action":"options_connection","args":{"req_id":1,"options":[{"option":100,"value":"x"}]}}"#,
            280,
            "Invalid parameters",
        ),
        (
            r#"{"action":"options_connection","args":{"req_id":1,"options":[{"option":0,"value":"nope-8"}]}}"#,
            22,
            "Invalid argument",
        ),
        (
            r#"{"action":"use_result","args":{"req_id":1,"stmt_id":777}}"#,
            65535,
            "stmt is nil",
        ),
        (
            r#"{"action":"query","args":{"req_id":1,"sql":""}}"#,
            9729,
            "Incomplete SQL statement",
        ),
    ];
    for (text, code, message) in cases {
        assert_eq!(error(&s, text), (code, message.to_string()), "{text}");
    }
}

#[test]
fn results_count_up_and_end() {
    let s = connected("3.3.7.5");
    assert_eq!(sql(&s, "create database d")["id"], 0);
    for id in 1..3 {
        assert_eq!(sql(&s, "select 1")["id"], id);
    }
    let fetch = r#"{"action":"fetch","args":{"req_id":1,"id":2}}"#;
    assert_eq!(ask(&s, fetch)["rows"], 1);
    assert_eq!(ask(&s, fetch)["completed"], true);
    assert_eq!(error(&s, fetch).1, "result is nil");
    assert!(s
        .text(Some(
            &json!({"action": "free_result", "args": {"req_id": 1, "id": 1}})
        ))
        .is_none());
    assert_eq!(
        error(
            &s,
            r#"{"action":"num_fields","args":{"req_id":1,"result_id":1}}"#
        )
        .1,
        "result is nil"
    );
}

#[test]
fn any_binary_message_gets_an_answer() {
    let s = connected("3.3.7.5");
    for action in 0..12u64 {
        let mut b = [7u64.to_le_bytes(), 1u64.to_le_bytes(), action.to_le_bytes()].concat();
        b.extend_from_slice(&[1, 0, 255, 255, 255, 255, b'x']);
        for n in 0..=b.len() {
            s.binary(&b[..n]);
        }
    }
    let Reply::Text(t) = s.binary(&[1, 2, 3]) else {
        panic!()
    };
    assert!(t.contains("unknown binary action 0"));
}

#[test]
fn schemaless_rows_by_version() {
    let insert = |protocol: i64, data: &str, key: &str| {
        json!({"action": "insert", "args": {"req_id": 1, "protocol": protocol, "precision": "ms",
               "ttl": 0, "data": data, "table_name_key": key}})
        .to_string()
    };
    let row = "m,tb=mine v=1i 1700000000000";
    for (version, total, named) in [
        ("3.3.7.5", true, true),
        ("3.3.2.7", true, false),
        ("3.3.2.6", false, false),
        ("3.1.3.0", true, false),
    ] {
        let s = connected(version);
        let none = error(&s, &insert(9, row, ""));
        assert_eq!(none, (0x2616, "Database not specified".into()));
        let null = error(&s, &insert(0, row, ""));
        assert_eq!(null, (0xffff, "schemaless write protocol is null".into()));
        sql(&s, "create database d");
        sql(&s, "use d");
        assert_eq!(error(&s, &insert(9, row, "")).0, 0x3000);
        let done = ask(&s, &insert(1, row, "tb"));
        assert_eq!(
            (&done["code"], &done["affected_rows"]),
            (&json!(0), &json!(1))
        );
        assert_eq!(done.get("total_rows").is_some(), total, "{version}");
        assert_eq!(
            sql(&s, "select * from mine")["code"] == 0,
            named,
            "{version}"
        );
    }
}

#[test]
fn old_versions_know_less() {
    let s = connected("3.3.0.6");
    let mut b = [3u64.to_le_bytes(), 0u64.to_le_bytes(), 6u64.to_le_bytes()].concat();
    b.extend_from_slice(b"\x01\x00\x08\x00\x00\x00select 1");
    let Reply::Text(t) = s.binary(&b) else {
        panic!()
    };
    assert!(t.contains("unknown binary action 6"));
    assert_eq!(
        error(&s, r#"{"action":"options_connection","args":{"req_id":1}}"#).1,
        "unknown action options_connection"
    );
    assert!(sql(&s, "select 1").get("fields_scales").is_none());
    let old = connected("3.0.5");
    assert_eq!(sql(&old, "CREATE TABLE 123")["code"], 0x216);
}
