//! One client's session: understands its requests and answers them the way taosAdapter does.

use crate::canned::{self, Table, ROWS_PER_BLOCK};
use crate::websocket::{Kind, Socket};
use serde_json::{json, Value};
use std::collections::HashMap;
use std::io;
use std::time::Duration;

pub const VERSION: &str = "3.3.7.5";
/// The adapter's code for errors of its own.
const ADAPTER_ERROR: u32 = 0xffff;
/// TSDB_CODE_PAR_SYNTAX_ERROR, as the adapter sends it: the low 16 bits.
const SYNTAX_ERROR: u32 = 0x2600;

const BINARY_QUERY: u64 = 6;
const FETCH_RAW_BLOCK: u64 = 7;
const STMT2_BIND: u64 = 9;

struct ResultSet {
    table: &'static Table,
    full_blocks: u64,
    tail: Option<Vec<u8>>,
}

/// A session of this database answers as a server that has work to do: each reply comes some time after its request.
const LATE_DATABASE: &str = "late";
const LATE_MICROSECONDS: std::ops::Range<u64> = 100..500;

pub struct Session {
    socket: Socket,
    /// Of a late session: what its pauses are made from. They differ, and are the same in each run.
    lateness: Option<u64>,
    connected: bool,
    db: String,
    results: HashMap<u64, ResultSet>,
    last_result: u64,
    /// Rows bound since the last execution; there is one statement at a time.
    bound: u64,
}

/// What a statement comes to.
enum Outcome {
    Rows(ResultSet),
    Affected(usize),
    Error(u32, String),
}

impl Session {
    pub fn new(socket: Socket) -> Session {
        Session {
            socket,
            lateness: None,
            connected: false,
            db: String::new(),
            results: HashMap::new(),
            last_result: 0,
            bound: 0,
        }
    }

    /// Answers until the client closes. An error means that the connection is lost or not worth keeping.
    pub fn run(mut self) -> io::Result<()> {
        let mut buffer = Vec::new();
        while let Some((kind, message)) = self.socket.read(&mut buffer)? {
            match kind {
                Kind::Text => self.text(message)?,
                Kind::Binary => self.binary(message)?,
            }
        }
        Ok(())
    }

    fn text(&mut self, message: &[u8]) -> io::Result<()> {
        let Ok(request) = serde_json::from_slice::<Value>(message) else {
            return self.error("", 0, ADAPTER_ERROR, "unmarshal request error");
        };
        if request["action"] != "free_result" {
            self.be_late();
        }
        let args = &request["args"];
        let req_id = args["req_id"].as_u64().unwrap_or(0);
        let action = request["action"].as_str().unwrap_or("");
        if !self.connected && !matches!(action, "version" | "conn") {
            return self.error(action, req_id, ADAPTER_ERROR, "server not connected");
        }
        match action {
            "version" => self.success(action, req_id, json!({ "version": VERSION })),
            "conn" => {
                self.connected = true;
                self.db = args["db"].as_str().unwrap_or("").to_owned();
                self.lateness = (self.db == LATE_DATABASE).then_some(1);
                self.success(action, req_id, json!({ "version": VERSION }))
            }
            "get_current_db" => {
                let db = json!({ "db": self.db });
                self.success(action, req_id, db)
            }
            "get_server_info" => {
                let info = format!("ver:{VERSION}\nbuild:canned-server");
                self.success(action, req_id, json!({ "info": info }))
            }
            "options_connection" => self.success(action, req_id, json!({})),
            "stmt2_init" | "stmt2_close" => self.success(action, req_id, json!({ "stmt_id": 1 })),
            "stmt2_prepare" => {
                let described = canned::insert_fields();
                self.success(action, req_id, described)
            }
            "stmt2_exec" => {
                let rows = std::mem::take(&mut self.bound);
                self.success(action, req_id, json!({ "stmt_id": 1, "affected": rows }))
            }
            "query" => {
                let sql = args["sql"].as_str().unwrap_or("");
                self.query(action, req_id, sql.as_bytes())
            }
            // The one request that is never answered.
            "free_result" => {
                self.results.remove(&args["id"].as_u64().unwrap_or(0));
                Ok(())
            }
            _ => {
                let text = format!("unknown action {action}");
                self.error(action, req_id, ADAPTER_ERROR, &text)
            }
        }
    }

    fn be_late(&mut self) {
        if let Some(state) = &mut self.lateness {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let length = LATE_MICROSECONDS.end - LATE_MICROSECONDS.start;
            std::thread::sleep(Duration::from_micros(
                LATE_MICROSECONDS.start + (*state >> 33) % length,
            ));
        }
    }

    fn binary(&mut self, message: &[u8]) -> io::Result<()> {
        self.be_late();
        let Some(([req_id, id, action], rest)) = binary_head(message) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        match action {
            _ if !self.connected => self.error("", req_id, ADAPTER_ERROR, "server not connected"),
            FETCH_RAW_BLOCK => self.fetch_raw_block(req_id, id),
            STMT2_BIND => match bound_rows(message) {
                Some(rows) => {
                    self.bound += rows;
                    self.success("stmt2_bind", req_id, json!({ "stmt_id": id }))
                }
                None => self.error(
                    "stmt2_bind",
                    req_id,
                    ADAPTER_ERROR,
                    "message length is too short",
                ),
            },
            BINARY_QUERY => match rest {
                // Version 1, then the length of the SQL that follows.
                [1, 0, a, b, c, d, sql @ ..] => {
                    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
                    match sql.get(..length) {
                        Some(sql) => self.query("binary_query", req_id, sql),
                        None => {
                            let text = format!(
                                "uncompleted message, sql length:{length}, remainMessageLength:{}",
                                sql.len()
                            );
                            self.error("binary_query", req_id, ADAPTER_ERROR, &text)
                        }
                    }
                }
                _ => {
                    let text = "message length is too short";
                    self.error("binary_query", req_id, ADAPTER_ERROR, text)
                }
            },
            _ => {
                let text = format!("unknown binary action {action}");
                self.error("unknown", req_id, ADAPTER_ERROR, &text)
            }
        }
    }

    fn query(&mut self, action: &str, req_id: u64, sql: &[u8]) -> io::Result<()> {
        match self.execute(sql) {
            Outcome::Rows(result) => {
                self.last_result += 1;
                let reply = format!(
                    r#"{{"code":0,"message":"","action":"{action}","req_id":{req_id},"timing":1,"id":{},"is_update":false,"affected_rows":0,{}}}"#,
                    self.last_result, result.table.fields_json
                );
                self.results.insert(self.last_result, result);
                self.socket.write_text(&reply)
            }
            Outcome::Affected(rows) => self.socket.write_text(&format!(
                r#"{{"code":0,"message":"","action":"{action}","req_id":{req_id},"timing":1,"id":0,"is_update":true,"affected_rows":{rows},"fields_count":0,"fields_names":null,"fields_types":null,"fields_lengths":null,"precision":0,"fields_precisions":null,"fields_scales":null}}"#
            )),
            Outcome::Error(code, message) => self.error(action, req_id, code, &message),
        }
    }

    fn execute(&mut self, sql: &[u8]) -> Outcome {
        let sql = sql.trim_ascii();
        let verb = sql.split(u8::is_ascii_whitespace).next().unwrap_or(sql);
        if verb.eq_ignore_ascii_case(b"insert") {
            // Counted, not parsed: one parenthesis opens each row of the statements that the benchmark sends.
            return Outcome::Affected(sql.iter().filter(|&&byte| byte == b'(').count());
        }
        let text = String::from_utf8_lossy(sql).to_ascii_lowercase();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let rows = |rows: &str| rows.parse::<u64>().ok();
        match words[..] {
            ["select", "1"] => Outcome::Rows(ResultSet {
                table: canned::one(),
                full_blocks: 1,
                tail: None,
            }),
            ["use", db] => {
                self.db = db.to_owned();
                Outcome::Affected(0)
            }
            ["bench", name, count] => match (canned::by_name(name), rows(count)) {
                (Some(table), Some(rows)) => Outcome::Rows(result_set(table, rows)),
                _ => unknown(&text),
            },
            _ => unknown(&text),
        }
    }

    fn fetch_raw_block(&mut self, req_id: u64, id: u64) -> io::Result<()> {
        let Some(result) = self.results.get_mut(&id) else {
            let head = fetch_head(req_id, id, ADAPTER_ERROR, "result is nil", None);
            return self.socket.write_binary(&head, &[]);
        };
        if result.full_blocks > 0 {
            result.full_blocks -= 1;
            let block = &result.table.full_block;
            let head = fetch_head(req_id, id, 0, "", Some(block.plain.len()));
            return self.socket.write_packed(&head, block);
        }
        let Some(block) = result.tail.take() else {
            // The end frees the result.
            self.results.remove(&id);
            let head = fetch_head(req_id, id, 0, "", None);
            return self.socket.write_binary(&head, &[]);
        };
        let head = fetch_head(req_id, id, 0, "", Some(block.len()));
        self.socket.write_binary(&head, &block)
    }

    fn success(&mut self, action: &str, req_id: u64, extra: Value) -> io::Result<()> {
        self.socket.write_text(&reply(action, req_id, 0, "", extra))
    }

    fn error(&mut self, action: &str, req_id: u64, code: u32, message: &str) -> io::Result<()> {
        let reply = reply(action, req_id, code, message, json!({}));
        self.socket.write_text(&reply)
    }
}

/// A reply in JSON: the keys that all have, and its own.
pub fn reply(action: &str, req_id: u64, code: u32, message: &str, mut own: Value) -> String {
    own["code"] = json!(code);
    own["message"] = json!(message);
    own["action"] = json!(action);
    own["req_id"] = json!(req_id);
    own["timing"] = json!(1);
    own.to_string()
}

/// The rows of a bind: counted by the first column of each table, the values not looked at.
fn bound_rows(message: &[u8]) -> Option<u64> {
    const HEAD: usize = 30;
    let payload = message.get(HEAD..)?;
    let word = |at: usize| {
        let bytes = payload.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let (tables, columns) = (word(4)?, word(24)?);
    let mut at = columns.checked_add(tables.checked_mul(4)?)?;
    let mut rows = 0;
    for table in 0..tables {
        rows += word(at.checked_add(8)?)? as u64;
        at = at.checked_add(word(columns + 4 * table)?)?;
    }
    Some(rows)
}

fn unknown(sql: &str) -> Outcome {
    let start: String = sql.chars().take(60).collect();
    Outcome::Error(
        SYNTAX_ERROR,
        format!("the canned server does not know: {start}"),
    )
}

fn result_set(table: &'static Table, rows: u64) -> ResultSet {
    let per_block = ROWS_PER_BLOCK as u64;
    let rest = (rows % per_block) as usize;
    ResultSet {
        table,
        full_blocks: rows / per_block,
        tail: (rest > 0).then(|| table.partial_block(rest)),
    }
}

/// Request id, resource id and action number, and what follows them. The real adapter reads beyond a shorter message.
fn binary_head(message: &[u8]) -> Option<([u64; 3], &[u8])> {
    let word = |at: usize| {
        let bytes = message.get(at..at + 8)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    };
    Some(([word(0)?, word(8)?, word(16)?], message.get(24..)?))
}

/// All of a fetch reply but the block: at the end and on errors that is the whole reply.
fn fetch_head(req_id: u64, id: u64, code: u32, message: &str, block: Option<usize>) -> Vec<u8> {
    let mut head = Vec::with_capacity(64);
    head.extend_from_slice(&u64::MAX.to_le_bytes());
    head.extend_from_slice(&FETCH_RAW_BLOCK.to_le_bytes());
    head.extend_from_slice(&1u16.to_le_bytes());
    head.extend_from_slice(&1u64.to_le_bytes());
    head.extend_from_slice(&req_id.to_le_bytes());
    head.extend_from_slice(&code.to_le_bytes());
    head.extend_from_slice(&(message.len() as u32).to_le_bytes());
    head.extend_from_slice(message.as_bytes());
    head.extend_from_slice(&id.to_le_bytes());
    head.push(u8::from(block.is_none()));
    if let Some(length) = block {
        head.extend_from_slice(&(length as u32).to_le_bytes());
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end reply that a real adapter sent, its timing set to ours.
    #[test]
    fn the_end_of_data_looks_like_the_adapters() {
        let expected = "ffffffffffffffff 0700000000000000 0100 0100000000000000 0d00000000000000
            00000000 00000000 0200000000000000 01";
        let hex: String = fetch_head(13, 2, 0, "", None)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(hex, expected.split_whitespace().collect::<String>());
    }

    #[test]
    fn a_result_is_full_blocks_and_a_rest() {
        let table = canned::one();
        let result = result_set(table, 2 * 4096);
        assert!(result.full_blocks == 2 && result.tail.is_none());
        let result = result_set(table, 4097);
        assert!(result.full_blocks == 1 && result.tail.is_some());
        let result = result_set(table, 0);
        assert!(result.full_blocks == 0 && result.tail.is_none());
    }
}
