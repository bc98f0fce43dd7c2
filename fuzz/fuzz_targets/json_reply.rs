//! A JSON reply, the columns it describes, and what else is read out of its texts and numbers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use taos::error::Error;
use taos::protocol::reply::JsonReply;
use taos::protocol::types;
use taos::protocol::version::{Capability, ServerVersion};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let reply = match JsonReply::parse(text) {
        Ok(reply) => reply,
        Err(why) => return assert!(!Error::from(why).text().is_empty()),
    };
    common(text, &reply);
    columns(&reply);
    for parameter in &reply.fields {
        types::user_length(parameter.field_type, parameter.bytes);
    }
    let version = ServerVersion::parse(&reply.version);
    version.has(Capability::BinaryQuery);
    version.has(Capability::TokenLogin);
    assert_eq!(ServerVersion::parse(&version.to_string()), version);
});

/// The common keys are those that another reading of the text finds. It finds none where a struct is
/// written as an array, and where a key that no reply has holds a text with a broken escape.
fn common(text: &str, reply: &JsonReply) {
    let Ok(Value::Object(keys)) = serde_json::from_str(text) else {
        return;
    };
    let missing = |key: &str| keys.get(key).is_none_or(Value::is_null);
    if missing("code") {
        assert_eq!(reply.code, 0);
    } else {
        assert_eq!(keys["code"].as_i64(), Some(reply.code));
    }
    if missing("req_id") {
        assert_eq!(reply.req_id, 0);
    } else {
        assert_eq!(keys["req_id"].as_u64(), Some(reply.req_id));
    }
    if !missing("message") {
        assert_eq!(keys["message"].as_str(), Some(reply.message.as_str()));
    }
    let error = Error::from_server(reply.code, &reply.message);
    assert!(reply.code == 0 || error.code != 0 || reply.code as i32 == 0);
    error.text();
}

fn columns(reply: &JsonReply) {
    let Ok(fields) = reply.columns() else {
        return;
    };
    assert!(!reply.is_update || fields.is_empty());
    assert!(reply.is_update || fields.len() == reply.fields_count.max(1));
    for (field, name) in fields.iter().zip(&reply.fields_names) {
        assert_eq!(&field.name, name);
        assert!(field.length >= 0 && field.schema_bytes >= 0, "{field:?}");
        assert!(field.schema_bytes >= field.length || field.schema_bytes == i32::MAX);
        types::user_length(field.type_code, field.length);
        types::by_code(field.type_code);
    }
}
