//! One consumer on `/rest/tmq`: a topic `fixed_1000000` is so many rows of that table, a block in each message.

use crate::canned::{self, Table, ROWS_PER_BLOCK};
use crate::session::{self, VERSION};
use crate::websocket::{Kind, Socket};
use serde_json::{json, Value};
use std::io;

const FETCH_RAW_DATA: u64 = 8;
/// Data, as `message_type` and as the type of a raw message have it.
const MESSAGE_DATA: i32 = 1;
const RAW_DATA: u16 = 2;

pub struct Consumer {
    socket: Socket,
    topic: String,
    /// The raw message of a full block, behind its offsets, and that of a last, shorter one.
    full: Vec<u8>,
    tail: Option<Vec<u8>>,
    full_messages: u64,
    given: u64,
}

impl Consumer {
    pub fn new(socket: Socket) -> Consumer {
        Consumer {
            socket,
            topic: String::new(),
            full: Vec::new(),
            tail: None,
            full_messages: 0,
            given: 0,
        }
    }

    /// Answers until the client closes.
    pub fn run(mut self) -> io::Result<()> {
        let mut buffer = Vec::new();
        while let Some((kind, message)) = self.socket.read(&mut buffer)? {
            let request = match kind {
                Kind::Text => serde_json::from_slice::<Value>(message).unwrap_or_default(),
                Kind::Binary => Value::Null,
            };
            let args = &request["args"];
            let req_id = args["req_id"].as_u64().unwrap_or(0);
            self.answer(request["action"].as_str().unwrap_or(""), req_id, args)?;
        }
        Ok(())
    }

    fn answer(&mut self, action: &str, req_id: u64, args: &Value) -> io::Result<()> {
        let reply = match action {
            "version" => json!({ "version": VERSION }),
            "subscribe" => {
                let topic = args["topics"][0].as_str().unwrap_or("");
                let parts = topic.split_once('_');
                let known = parts.and_then(|(name, rows)| {
                    Some((canned::by_name(name)?, rows.parse::<u64>().ok()?))
                });
                let Some((table, rows)) = known else {
                    let text = "the canned server's topics are table_rows";
                    let reply = session::reply(action, req_id, 0xffff, text, json!({}));
                    return self.socket.write_text(&reply);
                };
                self.topic = topic.to_owned();
                let rest = (rows % ROWS_PER_BLOCK as u64) as usize;
                self.full = body(table, &table.full_block.plain, ROWS_PER_BLOCK);
                self.tail = (rest > 0).then(|| body(table, &table.partial_block(rest), rest));
                self.full_messages = rows / ROWS_PER_BLOCK as u64;
                self.given = 0;
                json!({})
            }
            "poll" if self.given < self.full_messages + u64::from(self.tail.is_some()) => {
                self.given += 1;
                json!({"have_message": true, "topic": self.topic, "database": "bench", "vgroup_id": 1,
                       "message_type": MESSAGE_DATA, "message_id": self.given, "offset": self.given})
            }
            "poll" => {
                json!({"have_message": false, "topic": "", "database": "", "vgroup_id": 0, "message_type": 0,
                       "message_id": 0, "offset": 0})
            }
            "fetch_raw_data" => {
                let body = match &self.tail {
                    Some(tail) if self.given > self.full_messages => tail,
                    _ => &self.full,
                };
                let head = raw_head(req_id, self.given, body.len());
                return self.socket.write_binary(&head, body);
            }
            _ => json!({}),
        };
        let reply = session::reply(action, req_id, 0, "", reply);
        self.socket.write_text(&reply)
    }
}

/// All of a reply to `fetch_raw_data` up to the raw message's block count.
fn raw_head(req_id: u64, message: u64, body: usize) -> Vec<u8> {
    let mut head = Vec::with_capacity(80);
    head.extend_from_slice(&u64::MAX.to_le_bytes());
    head.extend_from_slice(&FETCH_RAW_DATA.to_le_bytes());
    head.extend_from_slice(&1u16.to_le_bytes());
    head.extend_from_slice(&1u64.to_le_bytes());
    head.extend_from_slice(&req_id.to_le_bytes());
    // The code, and a text of no bytes.
    head.extend_from_slice(&[0; 8]);
    head.extend_from_slice(&message.to_le_bytes());
    head.extend_from_slice(&RAW_DATA.to_le_bytes());
    const OFFSETS: usize = 18;
    head.extend_from_slice(&((5 + OFFSETS + body) as u32).to_le_bytes());
    head.push(100);
    head.extend_from_slice(&(OFFSETS as u32).to_le_bytes());
    for version in [message, message + 1] {
        head.push(0x11);
        head.extend_from_slice(&version.to_le_bytes());
    }
    head
}

/// One block with its columns, without a table's name.
fn body(table: &Table, block: &[u8], rows: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity(block.len() + 256);
    body.extend_from_slice(&1u32.to_le_bytes());
    body.extend_from_slice(&[0, 1]);
    varint(&mut body, 18 + block.len() as u64);
    body.extend_from_slice(&1u64.to_le_bytes());
    body.extend_from_slice(&(rows as u64).to_be_bytes());
    body.extend_from_slice(&[0, 0]);
    body.extend_from_slice(block);
    let columns = table.schema();
    zigzag(&mut body, columns.len() as u64);
    zigzag(&mut body, 0);
    for (i, (name, type_code, bytes)) in columns.into_iter().enumerate() {
        body.extend_from_slice(&[type_code, 0]);
        zigzag(&mut body, bytes.into());
        zigzag(&mut body, i as u64 + 1);
        varint(&mut body, name.len() as u64 + 1);
        body.extend_from_slice(name.as_bytes());
        body.push(0);
    }
    body.extend_from_slice(&0u64.to_le_bytes());
    body
}

fn zigzag(out: &mut Vec<u8>, n: u64) {
    varint(out, n << 1);
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}
