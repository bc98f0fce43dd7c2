//! One client connection: its login, database, time zone and open results, and what each request does with them.

mod door;
mod login;
mod raw;
mod results;
mod statements;
mod stmt1;

use crate::args::Options;
use crate::charset::Charset;
use crate::context::decoded;
use crate::error::{code, SqlError};
use crate::exec::result::{Field, ResultSet};
use crate::exec::{Context, Engine, Outcome};
use crate::messages::{
    binary_name, binary_sql, fetch_version, Args, BadArgs, Head, Reply, Request, ACTIONS,
};
use crate::schemaless::{self, Insert};
use crate::statement::Statement;
use crate::statement1::Statement1;
use crate::time::Zone;
use crate::types::Type;
use crate::version::{Feature, Version};
pub use door::Door;
use parking_lot::Mutex;
use serde_json::{json, Value as Json};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

/// What all connections share.
pub struct Shared {
    pub engine: Mutex<Engine>,
    pub block_rows: usize,
    /// What the query of a URL must have, if anything.
    pub token: Option<String>,
    /// Who logs in by it is root.
    pub login_token: Option<String>,
    /// The adapters of which a login that asks is told.
    pub instances: Mutex<Vec<String>>,
}

impl Shared {
    /// With the data of this file, or in memory.
    pub fn open(o: &Options, data: Option<&str>, instances: Vec<String>) -> Result<Shared, String> {
        let engine = Engine::open(data, o.pose.clone()).map_err(|e| e.message)?;
        Ok(Shared {
            engine: Mutex::new(engine),
            block_rows: o.block_rows,
            token: o.token.clone(),
            login_token: o.login_token.clone(),
            instances: Mutex::new(instances),
        })
    }

    /// For the reply to a login that may ask for the adapters.
    pub fn told_instances(&self, asked: bool, version: &Version) -> Option<(&'static str, Json)> {
        let tells = asked && version.has(Feature::ListInstances);
        tells.then(|| ("list_instances", json!(*self.instances.lock())))
    }
}

pub struct Session {
    shared: Arc<Shared>,
    door: Door,
    state: Mutex<State>,
}

struct State {
    /// Empty until `conn` succeeded.
    user: String,
    /// Which of the users who had this name, one after the other.
    user_made: i64,
    db: String,
    zone: Zone,
    /// In which statements are read, when it is not UTF-8.
    charset: Option<Arc<Charset>>,
    bi: bool,
    results: HashMap<u64, Arc<Mutex<Open>>>,
    last_result: u64,
    statements: HashMap<u64, Arc<Mutex<Statement>>>,
    statements1: HashMap<u64, Arc<Mutex<Statement1>>>,
    /// Of both versions.
    last_statement: u64,
}

/// A result not read to its end, with the block that `fetch` made ready for `fetch_block`.
struct Open {
    rows: ResultSet,
    block: Option<Vec<u8>>,
    freed: bool,
}

/// A result, its next block, and the rows in it.
type Block = (Arc<Mutex<Open>>, Vec<u8>, usize);

type Answer = Result<Option<Reply>, BadArgs>;

const RESULT_IS_NIL: &str = "result is nil";
/// Port of a taosd; nothing else can be said to run.
const TAOSD_PORT: i64 = 6030;

/// Whether a message may take long and so must not hold up those behind it.
pub fn is_statement(text: Option<&Json>, binary: Option<&[u8]>) -> bool {
    match (text, binary) {
        (Some(j), _) => matches!(
            j["action"].as_str(),
            Some("query" | "insert" | "exec" | "stmt2_prepare" | "stmt2_exec")
        ),
        (_, Some(b)) => matches!(Head::parse(b).action, 1..=6 | 9..=11),
        _ => false,
    }
}

/// The keys of a reply that describe a result.
fn schema_keys(
    rows: &ResultSet,
    length: fn(&Type) -> u32,
    decimals: bool,
) -> Vec<(&'static str, Json)> {
    let f = &rows.fields;
    let list = |of: &dyn Fn(&Field) -> Json| Json::from(f.iter().map(of).collect::<Vec<_>>());
    let mut keys = vec![
        ("fields_count", f.len().into()),
        ("fields_names", list(&|f| f.name.as_str().into())),
        ("fields_types", list(&|f| (f.ty.kind as u8).into())),
        ("fields_lengths", list(&|f| length(&f.ty).into())),
        ("precision", (rows.precision as u8).into()),
    ];
    if decimals {
        keys.push(("fields_precisions", list(&|f| f.ty.precision.into())));
        keys.push(("fields_scales", list(&|f| f.ty.scale.into())));
    }
    keys
}
impl Session {
    pub fn new(shared: Arc<Shared>, door: Door) -> Session {
        let state = State {
            user: String::new(),
            user_made: 0,
            db: String::new(),
            zone: Zone::utc(),
            charset: None,
            bi: false,
            results: HashMap::new(),
            last_result: 0,
            statements: HashMap::new(),
            statements1: HashMap::new(),
            last_statement: 0,
        };
        Session {
            shared,
            door,
            state: Mutex::new(state),
        }
    }

    /// Is a binary action known at the door by which this session came?
    pub fn takes(&self, action: u64) -> bool {
        self.door.takes(action)
    }
    fn has(&self, f: Feature) -> bool {
        self.shared.engine.lock().version.has(f)
    }

    fn context(&self) -> Context {
        let s = self.state.lock();
        Context {
            db: s.db.clone(),
            user: s.user.clone(),
            zone: s.zone.clone(),
            charset: s.charset.clone(),
            bi: s.bi,
        }
    }

    /// What the server reads in a statement of the session's character set. In a real one only NCHAR is
    /// converted, and VARCHAR stays what bytes it is; here all of it is text.
    fn text_of<'a>(&self, bytes: &'a [u8]) -> Result<Cow<'a, str>, SqlError> {
        let charset = self.state.lock().charset.clone();
        match charset.filter(|c| !bytes.is_ascii() && c.has_ascii()) {
            None => Ok(String::from_utf8_lossy(bytes)),
            Some(charset) => decoded(&charset, bytes).map(Cow::Owned),
        }
    }

    /// Answers a text message; None where the protocol has no reply.
    pub fn text(&self, message: Option<&Json>) -> Option<Reply> {
        let since = Instant::now();
        let unreadable = Request {
            action: "",
            req_id: 0,
            since,
        };
        let Some(Json::Object(m)) = message else {
            return Some(unreadable.fail("unmarshal request error"));
        };
        let args = m.get("args").unwrap_or(&Json::Null);
        let action = match m.get("action") {
            None | Some(Json::Null) => "",
            Some(Json::String(s)) => s,
            _ => return Some(unreadable.fail("unmarshal request error")),
        };
        let r = Request {
            action,
            req_id: args["req_id"].as_u64().unwrap_or(0),
            since,
        };
        if action.is_empty() {
            return Some(r.fail("request no action"));
        }
        if !self.door.knows(action) {
            return None;
        }
        let early = match action {
            "version" | "conn" => true,
            "check_server_status" => self.has(Feature::ServerStatus),
            _ => false,
        };
        if !early && self.state.lock().user.is_empty() {
            return Some(r.fail("server not connected"));
        }
        let known = ACTIONS.iter().find(|a| a.0 == action);
        let gone = action == "options_connection" && !self.has(Feature::OptionsConnection)
            || matches!(action, "num_fields" | "stmt_num_params" | "stmt_get_param")
                && !self.has(Feature::CountParameters)
            || action == "check_server_status" && !early
            || action.starts_with("stmt2_") && !self.has(Feature::Stmt2);
        let Some((_, words, served)) = known.filter(|_| !gone) else {
            return Some(r.fail(format!("unknown action {action}")));
        };
        let fits = args.is_object() || action == "version" && args.is_null();
        match (fits, served) {
            (false, _) => Some(r.fail(format!("unmarshal {words} request error"))),
            (true, false) => Some(r.error(&SqlError::unsupported(format!("action {action}")))),
            (true, true) => self
                .act(&r, &Args(args))
                .unwrap_or_else(|BadArgs| Some(r.fail(format!("unmarshal {words} request error")))),
        }
    }

    fn act(&self, r: &Request, a: &Args) -> Answer {
        a.u64("req_id")?;
        match r.action {
            "version" if self.door != Door::Ws => Ok(Some(door::short_version(&self.version()))),
            "version" => Ok(Some(r.ok(&[("version", self.version().into())]))),
            "conn" => self.connect(r, a),
            "check_server_status" => {
                let (fqdn, port) = (a.text("fqdn")?, a.i64("port")?.unwrap_or(0));
                let up = fqdn.is_empty() || port == 0 || port == TAOSD_PORT;
                Ok(Some(r.ok(&[
                    ("status", if up { 2 } else { 0 }.into()),
                    ("details", "".into()),
                ])))
            }
            "query" => Ok(Some(self.query(r, a.text("sql")?))),
            "insert" => self.insert(r, a),
            "fetch" => self.fetch(r, a.u64("id")?),
            "fetch_block" => self.fetch_block(r, a.u64("id")?),
            "free_result" => {
                self.free(a.u64("id")?);
                Ok(None)
            }
            "num_fields" => {
                let id = a.u64("result_id")?;
                Ok(Some(match self.result(id) {
                    Some(o) => r.ok(&[("num_fields", o.lock().rows.fields.len().into())]),
                    None => r.fail(RESULT_IS_NIL),
                }))
            }
            "get_current_db" => Ok(Some(r.ok(&[("db", self.context().db.into())]))),
            "get_server_info" => {
                let info = format!(
                    "ver:{}\nbuild:taos-sandbox {}\ngitinfo:sandbox",
                    self.version(),
                    env!("CARGO_PKG_VERSION")
                );
                Ok(Some(r.ok(&[("info", info.into())])))
            }
            "options_connection" => self.options(r, a),
            action if action.starts_with("stmt2_") => self.act_on_stmt2(r, a),
            _ => self.act_on_stmt1(r, a),
        }
    }

    fn version(&self) -> String {
        self.shared.engine.lock().version.text.clone()
    }

    fn query(&self, r: &Request, sql: &str) -> Reply {
        let cx = self.context();
        let (outcome, decimals) = {
            let mut engine = self.shared.engine.lock();
            (
                engine.execute(sql, &cx),
                self.door == Door::Ws && engine.version.has(Feature::DecimalFields),
            )
        };
        let done = |affected: usize| {
            let mut keys: Vec<(&str, Json)> = vec![
                ("id", 0.into()),
                ("is_update", true.into()),
                ("affected_rows", affected.into()),
                ("fields_count", 0.into()),
                ("fields_names", Json::Null),
            ];
            keys.extend([
                ("fields_types", Json::Null),
                ("fields_lengths", Json::Null),
                ("precision", 0.into()),
            ]);
            if decimals {
                keys.extend([
                    ("fields_precisions", Json::Null),
                    ("fields_scales", Json::Null),
                ]);
            }
            r.ok(&keys)
        };
        match outcome {
            Err(e) => r.error(&e),
            Ok(Outcome::Done { affected }) => done(affected),
            Ok(Outcome::Use(db)) => {
                self.state.lock().db = db;
                done(0)
            }
            Ok(Outcome::Rows(rows)) => {
                let mut keys = vec![
                    ("id", Json::Null),
                    ("is_update", false.into()),
                    ("affected_rows", 0.into()),
                ];
                keys.extend(schema_keys(&rows, Type::user_len, decimals));
                keys[0].1 = self.open(*rows).into();
                r.ok(&keys)
            }
        }
    }

    /// Schemaless rows.
    fn insert(&self, r: &Request, a: &Args) -> Answer {
        let mut insert = Insert {
            protocol: a.i64("protocol")?.unwrap_or(0),
            precision: a.text("precision")?,
            ttl: a.i64("ttl")?.unwrap_or(0),
            data: a.text("data")?,
            table_name_key: a.text("table_name_key")?,
        };
        if insert.protocol == 0 {
            return Ok(Some(r.fail("schemaless write protocol is null")));
        }
        let data = match self.text_of(insert.data.as_bytes()) {
            Ok(data) => data,
            Err(e) => return Ok(Some(r.error(&e))),
        };
        insert.data = &data;
        let cx = self.context();
        let mut engine = self.shared.engine.lock();
        if !engine.version.has(Feature::TableNameKey) {
            insert.table_name_key = "";
        }
        Ok(Some(match schemaless::insert(&mut engine, &cx, &insert) {
            Err(e) => r.error(&e),
            Ok(affected) => {
                let mut keys = vec![("affected_rows", affected.into())];
                if engine.version.has(Feature::TotalRows) {
                    let lines = schemaless::count_lines(insert.protocol, insert.data);
                    keys.push(("total_rows", lines.into()));
                }
                r.ok(&keys)
            }
        }))
    }

    /// Answers a binary message.
    pub fn binary(&self, b: &[u8]) -> Reply {
        let since = Instant::now();
        let head = Head::parse(b);
        let missing = match head.action {
            6 | 7 => !self.has(Feature::BinaryQuery),
            9 => !self.has(Feature::Stmt2),
            10 => !self.has(Feature::ValidateSql),
            11 => !self.has(Feature::Stmt2BindExec),
            _ => false,
        };
        let name = binary_name(head.action).filter(|_| !missing);
        let r = Request {
            action: name.unwrap_or("unknown"),
            req_id: head.req_id,
            since,
        };
        if b.is_empty() {
            // The real adapter does not survive this one.
            return r.fail("message length is too short");
        }
        if self.state.lock().user.is_empty() {
            return r.fail("server not connected");
        }
        match (name, head.action) {
            (None, n) => r.fail(format!("unknown binary action {n}")),
            (_, 1 | 2) => self.bind_stmt1(&r, head.id, b),
            (_, 3..=5) => self.write_raw(&r, head.action, b),
            (_, 6) => match binary_sql(b) {
                Ok(sql) => match self.text_of(sql) {
                    Ok(sql) => self.query(&r, &sql),
                    Err(e) => r.error(&e),
                },
                Err(e) => r.fail(e),
            },
            (_, 7) => match fetch_version(b) {
                Ok(()) => match self.next_block(head.id) {
                    Ok(block) => r.block(head.id, None, block.as_ref().map(|b| b.1.as_slice())),
                    Err(e) => r.block(head.id, Some(&e), None),
                },
                Err(e) => r.block(head.id, Some(&SqlError::new(code::FAIL, e)), None),
            },
            (_, 9) => self.stmt2_bind(&r, head.id, b),
            (_, 11) => self.stmt2_bind_exec(&r, head.id, b),
            (_, 10) => match binary_sql(b) {
                Ok(sql) => {
                    let cx = self.context();
                    let validate = |sql: Cow<str>| self.shared.engine.lock().validate(&sql, &cx);
                    let verdict = self.text_of(sql).and_then(validate);
                    // Here the code is the full 32-bit one.
                    let code =
                        verdict.map_or_else(|e| (0x8000_0000u32 | e.code as u32) as i32, |_| 0);
                    r.ok(&[("result_code", code.into())])
                }
                Err(e) => r.fail(e),
            },
            (Some(name), _) => r.error(&SqlError::unsupported(format!("binary action {name}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(pose: &str) -> Session {
        let engine = Engine::open(None, Version::parse(pose).unwrap()).unwrap();
        let shared = Shared {
            engine: Mutex::new(engine),
            block_rows: 4096,
            token: None,
            login_token: Some("abc".into()),
            instances: Mutex::default(),
        };
        Session::new(Arc::new(shared), Door::Ws)
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
}
