//! Replies from `/ws`: one struct for every JSON answer, and the heads of binary ones.

use super::{bytes_at, types, u16_at, u32_at, u64_at, Malformed};
use bytes::Bytes;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Defines the reply and how it is read: field by field, into a reply that exists already. The code that serde
/// derives makes the reply on the stack, several times over, and that is more than small threads have.
macro_rules! json_reply {
    ($(#[$about:meta])* pub struct $reply:ident { $($(#[$meaning:meta])* $name:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Default, Clone)]
        pub struct $reply {
            $($(#[$meaning])* pub $name: $kind,)*
        }

        #[allow(non_camel_case_types)]
        enum Key {
            $($name,)*
            Other,
        }

        impl Key {
            fn of(name: &str) -> Key {
                match name {
                    $(stringify!($name) => Key::$name,)*
                    _ => Key::Other,
                }
            }
        }

        impl $reply {
            fn read<'de, M: MapAccess<'de>>(&mut self, key: Key, map: &mut M) -> Result<(), M::Error> {
                match key {
                    $(Key::$name => read_value(&mut self.$name, map),)*
                    Key::Other => map.next_value::<IgnoredAny>().map(drop),
                }
            }
        }
    };
}

/// Apart, so that the values of all types do not add up to one large frame.
#[inline(never)]
fn read_value<'de, T, M>(to: &mut T, map: &mut M) -> Result<(), M::Error>
where
    T: Deserialize<'de> + Default,
    M: MapAccess<'de>,
{
    *to = map.next_value::<Option<T>>()?.unwrap_or_default();
    Ok(())
}

json_reply! {
    /// A JSON reply: the common keys, and those that only some actions have. A key that is missing or
    /// `null` has its type's zero value (error replies carry the common keys only).
    pub struct JsonReply {
        code: i64,
        message: String,
        action: String,
        req_id: u64,
        /// `version`, `conn`
        version: String,
        /// `conn`, `subscribe`, when they ask: absent when the listing failed
        list_instances: Option<Vec<String>>,
        /// `get_server_info`, `get_connection_info`
        info: String,
        /// `check_server_status`: `TSDB_SERVER_STATUS`
        status: i32,
        details: String,
        /// `get_current_db`
        db: String,
        /// `validate_sql`: the full signed code
        result_code: i64,
        /// `query`, `binary_query`, `fetch`: the result id
        id: u64,
        is_update: bool,
        affected_rows: i64,
        fields_names: Vec<String>,
        fields_types: Vec<u8>,
        fields_lengths: Vec<i64>,
        fields_precisions: Vec<i64>,
        fields_scales: Vec<i64>,
        precision: i32,
        /// `fetch`
        completed: bool,
        /// `stmt2_*`, and the version 1 actions
        stmt_id: u64,
        /// `stmt2_prepare`
        is_insert: bool,
        /// `stmt2_prepare`: one for each `?` of an insert; `get_tag_fields`, `get_col_fields`
        fields: Vec<Parameter>,
        fields_count: usize,
        /// `stmt2_exec`, `exec`
        affected: i64,
        /// `use_result`: the result id
        result_id: u64,
        /// `stmt_num_params`
        num_params: usize,
        /// `poll`, and the keys that follow
        have_message: bool,
        topic: String,
        database: String,
        vgroup_id: i32,
        message_type: i64,
        message_id: u64,
        offset: i64,
        /// `fetch` of a message
        table_name: String,
        /// `fetch_json_meta`
        data: Option<Box<serde_json::value::RawValue>>,
        /// `committed`, `position`: one for each vgroup asked for
        committed: Vec<i64>,
        position: Vec<i64>,
        /// `assignment`
        assignment: Vec<Assignment>,
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Key, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(Key::of(name))
            }
        }
        d.deserialize_identifier(Name)
    }
}

struct Filled<'a>(&'a mut JsonReply);

impl<'de> Visitor<'de> for Filled<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reply")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key()? {
            self.0.read(key, &mut map)?;
        }
        Ok(())
    }
}

/// Where a consumer stands in a vgroup.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Assignment {
    pub vgroup_id: i32,
    pub offset: i64,
    pub begin: i64,
    pub end: i64,
}

/// What a `?` of a prepared insert stands for.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Parameter {
    pub name: String,
    pub field_type: u8,
    pub precision: u8,
    pub scale: u8,
    /// As in a block's schema: VARCHAR n+2, NCHAR 4n+2.
    pub bytes: i32,
    /// `TAOS_FIELD_T`: 1 column, 2 tag, 3 query, 4 table name.
    pub bind_type: u8,
}

impl JsonReply {
    pub fn parse(text: &str) -> Result<Box<Self>, Malformed> {
        let mut reply = Box::<Self>::default();
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(Filled(&mut reply))
            .and_then(|()| json.end())
            .map_err(|e| {
                use serde_json::error::Category;
                Malformed::new(match e.classify() {
                    Category::Eof => "its JSON breaks off",
                    Category::Data => "a field of its JSON is of another type than it should be",
                    Category::Syntax | Category::Io => "it is not JSON",
                })
            })?;
        Ok(reply)
    }
}

/// A column of a result, as the query reply describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub type_code: u8,
    /// What the user declared: bytes, for NCHAR and JSON characters.
    pub length: i32,
    /// The most that a cell takes, including its length prefix.
    pub schema_bytes: i32,
    /// Of a decimal, else 0.
    pub precision: u8,
    pub scale: u8,
}

impl JsonReply {
    /// The result's columns, or an error that says what is contradictory about them.
    pub fn columns(&self) -> Result<Vec<Field>, Malformed> {
        let n = if self.is_update {
            0
        } else {
            self.fields_count.max(1)
        };
        if [
            self.fields_names.len(),
            self.fields_types.len(),
            self.fields_lengths.len(),
        ] != [n; 3]
        {
            return Err(Malformed(format!(
                "query reply: {} columns, {} names, {} types, {} lengths",
                self.fields_count,
                self.fields_names.len(),
                self.fields_types.len(),
                self.fields_lengths.len()
            )));
        }
        let narrow = |list: &[i64], i: usize| list.get(i).map_or(0, |v| *v as u8);
        Ok((0..n)
            .map(|i| {
                let type_code = self.fields_types[i];
                let length = self.fields_lengths[i].clamp(0, i32::MAX as i64) as i32;
                Field {
                    name: self.fields_names[i].clone(),
                    type_code,
                    length,
                    schema_bytes: types::schema_bytes(type_code, length),
                    precision: narrow(&self.fields_precisions, i),
                    scale: narrow(&self.fields_scales, i),
                }
            })
            .collect())
    }
}

/// A reply to `fetch_raw_block`.
#[derive(Debug, Clone)]
pub struct FetchReply {
    pub req_id: u64,
    pub code: u32,
    pub message: String,
    pub result_id: u64,
    /// The block's bytes; `None` at the end of the data and on errors.
    pub block: Option<Bytes>,
}

/// A reply to `fetch_raw_data`.
#[derive(Debug, Clone)]
pub struct RawReply {
    pub req_id: u64,
    pub code: u32,
    pub message: String,
    pub message_id: u64,
    /// `tmq_raw_data.raw_type`; 0 on errors.
    pub raw_type: u16,
    /// Empty on errors.
    pub raw: Bytes,
}

/// Which of the server's interfaces a connection talks to: some messages look alike in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// `/ws`, or `/rest/ws` of servers that do not have it: statements.
    Statements,
    /// `/rest/schemaless`: rows, on servers without `/ws`.
    Schemaless,
    /// `/rest/stmt`: prepared inserts, on servers without `/ws`.
    Inserts,
    /// `/rest/tmq`: one consumer.
    Consumer,
}

/// A binary message from the server.
#[derive(Debug, Clone)]
pub enum BinaryReply {
    Fetch(FetchReply),
    Raw(RawReply),
    /// The reply to the older `fetch_block`, which has no request id. The id is that of the result, or of the
    /// consumer's message.
    Block {
        result_id: u64,
        block: Bytes,
    },
}

/// The first eight bytes of every newer binary reply. The older ones have a duration there, which is never that
/// large.
const NEW_FORM: u64 = u64::MAX;
const FETCH_RAW_BLOCK: u64 = 7;
const FETCH_RAW_DATA: u64 = 8;

impl BinaryReply {
    pub fn parse(message: Bytes, interface: Interface) -> Result<Self, Malformed> {
        let short = || Malformed(format!("binary reply ends after {} bytes", message.len()));
        if u64_at(&message, 0).ok_or_else(short)? != NEW_FORM {
            let id_at = match interface {
                Interface::Consumer => 16,
                _ => 8,
            };
            return Ok(BinaryReply::Block {
                result_id: u64_at(&message, id_at).ok_or_else(short)?,
                block: message.slice(id_at + 8..),
            });
        }
        let action = u64_at(&message, 8).ok_or_else(short)?;
        let version = u16_at(&message, 16).ok_or_else(short)?;
        if !matches!(action, FETCH_RAW_BLOCK | FETCH_RAW_DATA) || version != 1 {
            return Err(Malformed(format!(
                "binary reply with action {action}, version {version}"
            )));
        }
        let req_id = u64_at(&message, 26).ok_or_else(short)?;
        let code = u32_at(&message, 34).ok_or_else(short)?;
        let text_len = u32_at(&message, 38).ok_or_else(short)? as usize;
        let after = 42usize.checked_add(text_len).ok_or_else(short)?;
        let text = message.get(42..after).ok_or_else(short)?;
        let result_id = u64_at(&message, after).ok_or_else(short)?;
        let text = String::from_utf8_lossy(text).into_owned();
        if action == FETCH_RAW_DATA {
            let (mut raw_type, mut raw) = (0, Bytes::new());
            if code == 0 {
                raw_type = u16_at(&message, after + 8).ok_or_else(short)?;
                let len = u32_at(&message, after + 10).ok_or_else(short)? as usize;
                raw = message.slice(after + 14..);
                if raw.len() != len {
                    return Err(Malformed(format!(
                        "a raw message of {len} bytes is announced, {} came",
                        raw.len()
                    )));
                }
            }
            return Ok(BinaryReply::Raw(RawReply {
                req_id,
                code,
                message: text,
                message_id: result_id,
                raw_type,
                raw,
            }));
        }
        let [finished] = bytes_at(&message, after + 8).ok_or_else(short)?;
        let block = if code == 0 && finished == 0 {
            let len = u32_at(&message, after + 9).ok_or_else(short)? as usize;
            let start = after + 13;
            if message.len() - start != len {
                return Err(Malformed(format!(
                    "fetch reply announces a block of {len} bytes and carries {}",
                    message.len() - start
                )));
            }
            Some(message.slice(start..))
        } else {
            None
        };
        Ok(BinaryReply::Fetch(FetchReply {
            req_id,
            code,
            message: text,
            result_id,
            block,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_and_missing_keys_are_zero() {
        let r = JsonReply::parse(
            r#"{"code":0,"message":"","action":"query","req_id":18446744073709551615,"timing":5,
                "id":0,"is_update":true,"affected_rows":3,"fields_count":0,"fields_names":null,
                "fields_types":null,"fields_lengths":null,"precision":0,"fields_precisions":null,
                "fields_scales":null,"a_key_of_tomorrow":{"x":[1]}}"#,
        )
        .unwrap();
        assert_eq!(
            (r.req_id, r.affected_rows, r.is_update),
            (u64::MAX, 3, true)
        );
        assert!(r.columns().unwrap().is_empty());
        assert!(JsonReply::parse("[]x").is_err());
    }

    #[test]
    fn columns_that_disagree_are_refused() {
        for text in [
            r#"{"fields_count":2,"fields_names":["a","b"],"fields_types":[4]}"#,
            r#"{"id":1,"is_update":false,"fields_count":4,"fields_names":null}"#,
            r#"{"id":1,"is_update":false}"#,
        ] {
            assert!(JsonReply::parse(text).unwrap().columns().is_err(), "{text}");
        }
    }

    /// A reply at the end of a result, and every shorter piece of it.
    #[test]
    fn fetch_end_and_truncation() {
        let mut m = vec![0xff; 8];
        m.extend(7u64.to_le_bytes());
        m.extend(1u16.to_le_bytes());
        m.extend(96_000u64.to_le_bytes());
        m.extend(13u64.to_le_bytes());
        m.extend([0; 8]);
        m.extend(2u64.to_le_bytes());
        m.push(1);
        match BinaryReply::parse(Bytes::from(m.clone()), Interface::Statements).unwrap() {
            BinaryReply::Fetch(f) => {
                assert_eq!((f.req_id, f.code, f.result_id, f.block), (13, 0, 2, None));
            }
            other => panic!("{other:?}"),
        }
        for n in 0..m.len() {
            assert!(
                BinaryReply::parse(Bytes::copy_from_slice(&m[..n]), Interface::Statements).is_err(),
                "{n}"
            );
        }
    }
}
