//! One client connection: its login, database, time zone and open results, and what each request does with them.

mod door;
mod login;
mod queries;
mod raw;
mod results;
mod statements;
mod stmt1;
#[cfg(test)]
mod tests;

use crate::charset::Charset;
use crate::context::decoded;
use crate::error::{code, SqlError};
use crate::exec::result::ResultSet;
use crate::exec::Context;
use crate::messages::{
    binary_name, binary_sql, fetch_version, Args, BadArgs, Head, Reply, Request, ACTIONS,
};
use crate::shared::Shared;
use crate::statement::Statement;
use crate::statement1::Statement1;
use crate::time::Zone;
use crate::version::Feature;
pub use door::Door;
use parking_lot::Mutex;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

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
