//! Messages of the adapter's protocol: requests taken apart with every length checked, replies put together.

use crate::decode;
use crate::error::{code, SqlError};
use serde_json::Value as Json;
use std::time::Instant;

/// What goes back to the client.
#[derive(Debug)]
pub enum Reply {
    Text(String),
    Binary(Vec<u8>),
}

/// Binary actions and their names in replies.
const BINARY: [(u64, &str); 10] = [
    (1, "set_tags"),
    (2, "bind"),
    (3, "write_raw"),
    (4, "write_raw_block"),
    (5, "write_raw_block_with_fields"),
    (6, "binary_query"),
    (7, "fetch_raw_block"),
    (9, "stmt2_bind"),
    (10, "validate_sql"),
    (11, "stmt2_bind_exec"),
];

pub fn binary_name(action: u64) -> Option<&'static str> {
    BINARY.iter().find(|b| b.0 == action).map(|b| b.1)
}

/// The words of `unmarshal <words> request error`, and whether an action is served.
pub const ACTIONS: [(&str, &str, bool); 34] = [
    ("version", "version", true),
    ("conn", "connect", true),
    ("check_server_status", "check server status", true),
    ("query", "query", true),
    ("fetch", "fetch", true),
    ("fetch_block", "fetch block", true),
    ("free_result", "free result", true),
    ("num_fields", "num fields", true),
    ("get_current_db", "get current db", true),
    ("get_server_info", "get server info", true),
    ("options_connection", "options connection", true),
    ("insert", "schemaless insert", true),
    ("init", "stmt init", true),
    ("prepare", "stmt prepare", true),
    ("set_table_name", "stmt set table name", true),
    ("set_tags", "stmt set tags", true),
    ("bind", "stmt bind", true),
    ("add_batch", "stmt add batch", true),
    ("exec", "stmt exec", true),
    ("close", "stmt close", true),
    ("get_tag_fields", "stmt get tag fields", true),
    ("get_col_fields", "stmt get col fields", true),
    ("use_result", "stmt use result", true),
    ("stmt_num_params", "stmt num params", true),
    ("stmt_get_param", "stmt get param", true),
    ("stmt2_init", "stmt2 init", true),
    ("stmt2_prepare", "stmt2 prepare", true),
    ("stmt2_exec", "stmt2 exec", true),
    ("stmt2_result", "stmt2 result", true),
    ("stmt2_close", "stmt2 close", true),
    ("write_raw", "write raw", false),
    ("write_raw_block", "write raw block", false),
    (
        "write_raw_block_with_fields",
        "write raw block with fields",
        false,
    ),
    ("stmt2_bind", "stmt2 bind", false),
];

/// A request on its way: what every reply repeats, and when it came in.
pub struct Request<'a> {
    pub action: &'a str,
    pub req_id: u64,
    pub since: Instant,
}

impl Request<'_> {
    pub fn timing(&self) -> u64 {
        self.since.elapsed().as_nanos() as u64
    }
    /// The common keys in their order, then the action's own.
    pub fn reply(&self, error: Option<&SqlError>, extra: &[(&str, Json)]) -> Reply {
        let (code, message) = error.map_or((0, ""), |e| (e.code, e.message.as_str()));
        let quoted = |s: &str| Json::from(s).to_string();
        let mut out = format!(
            "{{\"code\":{code},\"message\":{},\"action\":{},\"req_id\":{},\"timing\":{}",
            quoted(message),
            quoted(self.action),
            self.req_id,
            self.timing()
        );
        for (key, value) in extra {
            out.push_str(&format!(",\"{key}\":{value}"));
        }
        out.push('}');
        Reply::Text(html_escaped(out))
    }
    /// A reply whose last key has JSON text for a value, as it is.
    pub fn ok_with(&self, extra: &[(&str, Json)], key: &str, json: &str) -> Reply {
        let Reply::Text(mut text) = self.ok(extra) else {
            return self.ok(extra);
        };
        text.pop();
        Reply::Text(format!("{text},\"{key}\":{}}}", html_escaped(json.into())))
    }
    pub fn ok(&self, extra: &[(&str, Json)]) -> Reply {
        self.reply(None, extra)
    }
    pub fn error(&self, e: &SqlError) -> Reply {
        self.reply(Some(e), &[])
    }
    /// An error of the adapter's own making.
    pub fn fail(&self, message: impl Into<String>) -> Reply {
        self.error(&SqlError::new(code::FAIL, message))
    }

    /// A reply to `fetch_raw_block`: a block, the end (neither), or an error.
    pub fn block(&self, result: u64, error: Option<&SqlError>, block: Option<&[u8]>) -> Reply {
        const FLAG: u64 = u64::MAX;
        const ACTION: u64 = 7;
        const VERSION: u16 = 1;
        let (code, message) = error.map_or((0, ""), |e| (e.code as u32, e.message.as_str()));
        let mut out = Vec::with_capacity(64 + message.len() + block.map_or(0, <[u8]>::len));
        out.extend_from_slice(&FLAG.to_le_bytes());
        out.extend_from_slice(&ACTION.to_le_bytes());
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&self.timing().to_le_bytes());
        out.extend_from_slice(&self.req_id.to_le_bytes());
        out.extend_from_slice(&code.to_le_bytes());
        out.extend_from_slice(&(message.len() as u32).to_le_bytes());
        out.extend_from_slice(message.as_bytes());
        out.extend_from_slice(&result.to_le_bytes());
        out.push(block.is_none() as u8);
        if let Some(b) = block {
            out.extend_from_slice(&(b.len() as u32).to_le_bytes());
            out.extend_from_slice(b);
        }
        Reply::Binary(out)
    }
}

/// The real adapter's JSON encoder escapes these for HTML.
fn html_escaped(text: String) -> String {
    match text.contains(['<', '>', '&']) {
        false => text,
        true => text
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026"),
    }
}

/// The arguments of a text request, by name; a missing one has its zero value, one of a wrong type is an error.
pub struct Args<'a>(pub &'a Json);

/// Marks a request whose arguments have wrong types.
pub struct BadArgs;

impl<'a> Args<'a> {
    fn get(&self, name: &str) -> &'a Json {
        self.0.get(name).unwrap_or(&Json::Null)
    }
    pub fn u64(&self, name: &str) -> Result<u64, BadArgs> {
        match self.get(name) {
            Json::Null => Ok(0),
            v => v.as_u64().ok_or(BadArgs),
        }
    }
    pub fn i64(&self, name: &str) -> Result<Option<i64>, BadArgs> {
        match self.get(name) {
            Json::Null => Ok(None),
            v => v.as_i64().map(Some).ok_or(BadArgs),
        }
    }
    pub fn text(&self, name: &str) -> Result<&'a str, BadArgs> {
        match self.get(name) {
            Json::Null => Ok(""),
            v => v.as_str().ok_or(BadArgs),
        }
    }
    pub fn bool(&self, name: &str) -> Result<bool, BadArgs> {
        match self.get(name) {
            Json::Null => Ok(false),
            v => v.as_bool().ok_or(BadArgs),
        }
    }
    pub fn list(&self, name: &str) -> Result<&'a [Json], BadArgs> {
        match self.get(name) {
            Json::Null => Ok(&[]),
            v => v.as_array().map(Vec::as_slice).ok_or(BadArgs),
        }
    }
}

/// The 24-byte head of a binary request. What is missing of it counts as zeros, as the real adapter was seen to take it.
pub struct Head {
    pub req_id: u64,
    pub id: u64,
    pub action: u64,
}

impl Head {
    pub fn parse(b: &[u8]) -> Head {
        match (u64_at(b, 0), u64_at(b, 8), u64_at(b, 16)) {
            (Some(req_id), Some(id), Some(action)) => Head { req_id, id, action },
            (req_id, ..) => Head {
                req_id: req_id.unwrap_or(0),
                id: 0,
                action: 0,
            },
        }
    }
}

fn u64_at(b: &[u8], at: usize) -> Option<u64> {
    b.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

pub const TOO_SHORT: &str = "message length is too short";

/// The SQL of actions 6 and 10.
pub fn binary_sql(b: &[u8]) -> Result<&[u8], String> {
    let (Some(head), Some(rest)) = (b.get(24..30), b.get(30..)) else {
        return Err(TOO_SHORT.into());
    };
    if rest.is_empty() {
        return Err(TOO_SHORT.into());
    }
    let version = u16::from_le_bytes([head[0], head[1]]);
    if version != 1 {
        return Err(format!("unknown binary query version:{version}"));
    }
    let n = u32::from_le_bytes([head[2], head[3], head[4], head[5]]) as usize;
    rest.get(..n).ok_or_else(|| {
        format!(
            "uncompleted message, sql length:{n}, remainMessageLength:{}",
            rest.len()
        )
    })
}

/// Checks the rest of action 7.
pub fn fetch_version(b: &[u8]) -> Result<(), String> {
    match b.get(24..26) {
        None => Err(TOO_SHORT.into()),
        Some([1, 0]) => Ok(()),
        Some(_) => Err("unknown fetch raw block version".into()),
    }
}

/// Action 3: the raw message's type and bytes.
pub fn raw_message(b: &[u8]) -> Option<(u16, &[u8])> {
    let (length, raw_type) = (u32_at(b, 24)?, u16_at(b, 28)?);
    let bytes = b.get(30..30usize.checked_add(length as usize)?)?;
    Some((raw_type, bytes))
}

/// Actions 4 and 5: the table's name, the block, and what follows.
pub fn raw_block(b: &[u8]) -> Option<(&str, &[u8], &[u8])> {
    let name = b.get(30..30 + u16_at(b, 28)? as usize)?;
    let rest = &b[30 + name.len()..];
    let (block, rest) = rest.split_at_checked(decode::length(rest)?)?;
    Some((std::str::from_utf8(name).ok()?, block, rest))
}

/// The names in an array of the C client's `TAOS_FIELD`.
pub fn field_names(b: &[u8]) -> Option<Vec<String>> {
    const FIELD: usize = 72;
    const NAME: usize = 65;
    let name = |f: &[u8]| {
        let end = f[..NAME].iter().position(|c| *c == 0)?;
        String::from_utf8(f[..end].to_vec()).ok()
    };
    let whole = b.len().is_multiple_of(FIELD);
    whole.then(|| b.chunks_exact(FIELD).map(name).collect())?
}

fn u32_at(b: &[u8], at: usize) -> Option<u32> {
    b.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
fn u16_at(b: &[u8], at: usize) -> Option<u16> {
    b.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::unhex;

    fn request(req_id: u64) -> Request<'static> {
        Request {
            action: "query",
            req_id,
            since: Instant::now(),
        }
    }

    #[test]
    fn replies_keep_the_order_of_keys_and_escape_html() {
        let Reply::Text(t) = request(u64::MAX).reply(
            Some(&SqlError::new(9728, "near \"a->'k'\"")),
            &[("id", 1.into())],
        ) else {
            panic!()
        };
        assert!(t.starts_with("{\"code\":9728,\"message\":\"near \\\"a-\\u003e'k'\\\"\",\"action\":\"query\",\"req_id\":18446744073709551615,\"timing\":"), "{t}");
        assert!(t.ends_with(",\"id\":1}"));
    }

    #[test]
    fn fetch_replies_are_laid_out_as_recorded() {
        let Reply::Binary(mut b) = request(0x11).block(
            12345,
            Some(&SqlError::new(code::FAIL, "result is nil")),
            None,
        ) else {
            panic!()
        };
        b[18..26].fill(0);
        let want = "ffffffffffffffff07000000000000000100000000000000000011000000000000\
                    00ffff00000d000000726573756c74206973206e696c393000000000000001";
        assert_eq!(b, unhex(want).unwrap());
        let Reply::Binary(b) = request(13).block(2, None, None) else {
            panic!()
        };
        assert_eq!((b.len(), b[50]), (51, 1));
        let Reply::Binary(b) = request(13).block(2, None, Some(&[1, 2, 3])) else {
            panic!()
        };
        assert_eq!(&b[50..], [0, 3, 0, 0, 0, 1, 2, 3]);
    }

    #[test]
    fn binary_requests_are_checked() {
        let full =
            unhex("03000000000000000000000000000000060000000000000001000800000073656c6563742031")
                .unwrap();
        assert_eq!(binary_sql(&full), Ok(b"select 1".as_slice()));
        for n in 0..31 {
            assert_eq!(binary_sql(&full[..n]), Err(TOO_SHORT.into()));
            Head::parse(&full[..n]);
            assert_eq!(fetch_version(&full[..n]).is_ok(), n >= 26);
        }
        assert_eq!(
            binary_sql(&full[..31]),
            Err("uncompleted message, sql length:8, remainMessageLength:1".into())
        );
        let head = Head::parse(&full);
        assert_eq!((head.req_id, head.id, head.action), (3, 0, 6));
    }
}
