//! Prepared statements of version 2, by the requests and replies recorded of a real server.

use super::shared;
use crate::messages::Reply;
use crate::session::Session;
use crate::shared::Shared;
use serde_json::{json, Value as Json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Requests and replies recorded of a real server.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance/fixtures/stmt2")
}
fn parsed(reply: Option<Reply>) -> Json {
    match reply {
        Some(Reply::Text(t)) => serde_json::from_str(&t).unwrap(),
        other => panic!("{other:?}"),
    }
}
fn ask(s: &Session, action: &str, args: Json) -> Json {
    parsed(s.text(Some(&json!({"action": action, "args": args}))))
}
fn connect(shared: &Arc<Shared>, db: &str) -> Session {
    let s = Session::new(shared.clone(), crate::session::Door::Ws);
    let args = json!({"user": "root", "password": "taosdata", "db": db});
    assert_eq!(ask(&s, "conn", args)["code"], 0);
    s
}
fn run(s: &Session, sql: &str) {
    let r = ask(s, "query", json!({"sql": sql}));
    assert_eq!(r["code"], 0, "{sql}: {}", r["message"]);
}
fn prepare(s: &Session, sql: &str, get_fields: bool) -> Json {
    ask(
        s,
        "stmt2_prepare",
        json!({"stmt_id": 1, "sql": sql, "get_fields": get_fields}),
    )
}
fn on_statement(s: &Session, action: &str) -> Json {
    ask(s, action, json!({"stmt_id": 1}))
}
/// A database with the tables of the recordings, and a session with a statement.
fn start(pose: &str) -> (Arc<Shared>, Session) {
    let shared = shared(pose);
    let s = connect(&shared, "");
    run(&s, "create database probe_fs");
    let s = connect(&shared, "probe_fs");
    for sql in [
        "create stable st(ts timestamp, v int, s varchar(10)) tags(t1 int, t2 nchar(10))",
        "create table n(ts timestamp, v int, s varchar(10))",
        "create table bl(ts timestamp, b blob)",
        "create stable j(ts timestamp, v int) tags(t json)",
        "create stable a(ts timestamp, b bool, i8 tinyint, i16 smallint, i32 int, i64 bigint, u8 tinyint unsigned, u16 smallint unsigned, \
         u32 int unsigned, u64 bigint unsigned, f float, d double, v varchar(20), n nchar(20), x varbinary(20), g geometry(100), \
         m decimal(10,2), q decimal(38,5)) tags(ti int, tb bool, tv varchar(20), tn nchar(20), tx varbinary(20), tg geometry(100), td double, tt timestamp)",
        "insert into n values(1699999999997,1,'a')(1699999999998,2,'b')(1699999999999,3,'c')",
        "insert into d1 using st tags(1, 'x') values(1699999999997,1,'a')",
        "create table `full` using a(ti) tags(1)",
    ] {
        run(&s, sql);
    }
    assert_eq!(ask(&s, "stmt2_init", json!({}))["stmt_id"], 1);
    (shared, s)
}
/// Compares a reply with a recorded one, which has no request id and no timing.
fn same(mut got: Json, want: &Json, what: &str) {
    let keys = got.as_object_mut().unwrap();
    keys.remove("timing");
    keys.remove("req_id");
    assert_eq!(got, *want, "{what}");
}
/// Rows that a query gives, each cell as text.
fn cells(s: &Session, shared: &Shared, sql: &str) -> Vec<String> {
    let r = ask(s, "query", json!({"sql": sql}));
    assert_eq!(r["code"], 0, "{sql}: {}", r["message"]);
    let engine = shared.engine.lock();
    let zone = crate::time::Zone::utc();
    let cx = crate::exec::Context {
        db: "probe_fs".into(),
        user: "root".into(),
        zone,
        charset: None,
        bi: false,
    };
    let rows = engine.query(sql, &cx, &[]).unwrap().all(&engine).unwrap();
    let text = |v: &crate::value::Value| v.to_text().unwrap_or("NULL".into());
    rows.iter()
        .map(|r| r.iter().map(text).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn recorded_sessions_are_answered_alike() {
    let mut seen = 0;
    for file in std::fs::read_dir(fixtures()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let f: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let (_, s) = start("3.3.7.5");
        let get_fields = f["get_fields"].as_bool().unwrap_or(true);
        let got = prepare(&s, f["sql"].as_str().unwrap(), get_fields);
        assert_eq!(got["code"], 0, "{name}: {}", got["message"]);
        if f["prepare_reply"].is_object() {
            same(got, &f["prepare_reply"], &name);
        }
        // One request, or one for each column.
        let whole = json!([{"file": format!("{name}.bin"), "reply": f["bind_reply"]}]);
        for step in f["steps"].as_array().or(whole.as_array()).unwrap() {
            let file = step["file"].as_str().unwrap();
            let request = std::fs::read(fixtures().join(file)).unwrap();
            same(parsed(Some(s.binary(&request))), &step["reply"], file);
        }
        for (action, reply) in [
            ("stmt2_exec", "exec_reply"),
            ("stmt2_result", "result_reply"),
        ] {
            if f[reply].is_object() {
                same(on_statement(&s, action), &f[reply], &name);
            }
        }
        seen += 1;
    }
    assert!(seen >= 18, "{seen} recordings");
}

/// A bind request for one table, of columns that are whole bind items.
fn bind(name: &str, columns: &[Vec<u8>]) -> Vec<u8> {
    let u32s =
        |n: &[usize]| -> Vec<u8> { n.iter().flat_map(|n| (*n as u32).to_le_bytes()).collect() };
    let data = columns.concat();
    let names = [&[name.len() as u8 + 1, 0], name.as_bytes(), &[0]].concat();
    let columns_at = 28 + names.len();
    let total = columns_at
        + if columns.is_empty() {
            0
        } else {
            4 + data.len()
        };
    let at = if columns.is_empty() { 0 } else { columns_at };
    let mut out = [1u64, 1, 9].map(u64::to_le_bytes).concat();
    out.extend_from_slice(&[1, 0, 255, 255, 255, 255]);
    out.extend(u32s(&[total, 1, 0, columns.len(), 28, 0, at]));
    out.extend(names);
    if !columns.is_empty() {
        out.extend(u32s(&[data.len()]));
        out.extend(data);
    }
    out
}
fn item(kind: i32, marks: &[u8], data: &[u8]) -> Vec<u8> {
    let mut b = [
        17 + marks.len() as i32 + data.len() as i32,
        kind,
        marks.len() as i32,
    ]
    .map(i32::to_le_bytes)
    .concat();
    b.extend_from_slice(marks);
    b.push(0);
    b.extend_from_slice(&(data.len() as i32).to_le_bytes());
    b.extend_from_slice(data);
    b
}
fn times(n: &[i64]) -> Vec<u8> {
    let data: Vec<u8> = n
        .iter()
        .flat_map(|t| (1_700_000_000_000 + t).to_le_bytes())
        .collect();
    item(9, &vec![0; n.len()], &data)
}
fn ints(marks: &[u8], n: &[i32]) -> Vec<u8> {
    let data: Vec<u8> = n.iter().flat_map(|v| v.to_le_bytes()).collect();
    item(4, marks, &data)
}
fn code(r: &Json) -> u64 {
    r["code"].as_u64().unwrap()
}

#[test]
fn constants_and_columns_left_alone() {
    let (shared, s) = start("3.3.7.5");
    let all = |s: &Session| {
        cells(
            s,
            &shared,
            "select cast(ts as bigint) - 1700000000000, v, s from n where ts >= 1700000000000",
        )
    };
    assert_eq!(
        code(&prepare(&s, "insert into n values(?, ?, 'x')", true)),
        0
    );
    let b = bind("", &[times(&[0, 1]), ints(&[0, 0], &[1, 2])]);
    assert_eq!(code(&parsed(Some(s.binary(&b)))), 0);
    assert_eq!(on_statement(&s, "stmt2_exec")["affected"], 2);
    // The second row keeps its value, the third is new.
    let b = bind("", &[times(&[0, 1, 2]), ints(&[0, 2, 1], &[5, 0, 0])]);
    assert_eq!(code(&parsed(Some(s.binary(&b)))), 0);
    assert_eq!(on_statement(&s, "stmt2_exec")["affected"], 3);
    assert_eq!(all(&s).len(), 3);
    let rows = all(&s);
    assert!(
        rows[0].ends_with(" 5 x") && rows[1].ends_with(" 2 x") && rows[2].ends_with(" NULL x"),
        "{rows:?}"
    );
}

#[test]
fn wrong_use_is_an_error() {
    let (_, s) = start("3.3.7.5");
    let good = bind("", &[times(&[0]), ints(&[0], &[1])]);
    assert_eq!(code(&parsed(Some(s.binary(&good)))), 554);
    prepare(&s, "insert into n(ts, v) values(?, ?)", true);
    assert_eq!(code(&on_statement(&s, "stmt2_exec")), 554);
    assert_eq!(code(&parsed(Some(s.binary(&good)))), 0);
    assert_eq!(code(&on_statement(&s, "stmt2_exec")), 0);
    assert_eq!(code(&on_statement(&s, "stmt2_exec")), 554);
    // Of an insert there is a result without columns, of a query only one that was executed.
    assert_eq!(on_statement(&s, "stmt2_result")["fields_count"], 0);
    prepare(&s, "select v from n where v = ?", true);
    assert_eq!(code(&on_statement(&s, "stmt2_exec")), 554);
    assert_eq!(code(&on_statement(&s, "stmt2_result")), 554);
    // A table of the wrong number of columns, and one that is dropped before it is written.
    prepare(&s, "insert into n(ts) values(?)", true);
    assert_eq!(code(&parsed(Some(s.binary(&good)))), 566);
    prepare(&s, "insert into ? values(?, ?, 'x')", false);
    assert_eq!(code(&parsed(Some(s.binary(&bind("no.such.n", &[]))))), 904);
    prepare(&s, "insert into ? values(?, ?, 'x')", false);
    let named = bind("probe_fs.n", &[times(&[0]), ints(&[0], &[1])]);
    assert_eq!(code(&parsed(Some(s.binary(&named)))), 0);
    run(&s, "drop table n");
    assert_eq!(code(&on_statement(&s, "stmt2_exec")), 9731);
    run(&s, "create table n(ts timestamp, v int)");
    prepare(&s, "insert into ? values(?, ?, 'x')", false);
    assert_eq!(code(&parsed(Some(s.binary(&named)))), 9791);
    assert_eq!(on_statement(&s, "stmt2_close")["code"], 0);
    assert_eq!(on_statement(&s, "stmt2_exec")["message"], "stmt2 is nil");
}

#[test]
fn parameters_stand_where_literals_may() {
    let (_, s) = start("3.3.7.5");
    for (sql, params, rows) in [
        (
            "select v from n where v in (?, ?) order by ts limit ?",
            vec![1, 3, 5],
            2,
        ),
        (
            "select case when v > ? then ? else -? end from n",
            vec![1, 2, 3],
            3,
        ),
        (
            "select v from n where v between ? and ? or v + ? = 4",
            vec![2, 2, 1],
            2,
        ),
        (
            "select count(*) from (select v from n where v >= ?) having count(*) = ?",
            vec![2, 2],
            1,
        ),
        ("select v from n limit ?, ?", vec![1, 1], 1),
    ] {
        let r = prepare(&s, sql, true);
        assert_eq!(r["fields_count"], params.len(), "{sql}: {}", r["message"]);
        let items: Vec<_> = params.iter().map(|p| ints(&[0], &[*p])).collect();
        assert_eq!(code(&parsed(Some(s.binary(&bind("", &items))))), 0, "{sql}");
        let r = on_statement(&s, "stmt2_exec");
        assert_eq!(code(&r), 0, "{sql}: {}", r["message"]);
        let id = on_statement(&s, "stmt2_result")["id"].clone();
        let fetched = ask(&s, "fetch", json!({"id": id}));
        assert_eq!(fetched["rows"], rows, "{sql}");
        // The result goes with the next execution.
        prepare(&s, sql, true);
        assert_eq!(
            ask(&s, "fetch", json!({"id": id}))["message"],
            "result is nil"
        );
    }
}

#[test]
fn versions_differ() {
    let (_, s) = start("3.3.7.6");
    prepare(&s, "insert into n values(?,?,?)", true);
    assert_eq!(
        on_statement(&s, "stmt2_result")["message"],
        "stmt is insert, no result set"
    );
    let s = connect(&shared("3.3.2.9"), "");
    assert_eq!(
        ask(&s, "stmt2_init", json!({}))["message"],
        "unknown action stmt2_init"
    );
    let r = parsed(Some(s.binary(&bind("", &[]))));
    assert_eq!(r["message"], "unknown binary action 9");
}
