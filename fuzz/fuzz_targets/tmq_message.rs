//! A message of a subscription: parsing it, its blocks, their tables and columns, and the older form of
//! its head.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use taos::protocol::block::Block;
use taos::protocol::tmq::{end_of_log, meta, RawMessage};

fuzz_target!(|data: &[u8]| {
    let bytes = Bytes::copy_from_slice(data);
    let _ = end_of_log(&bytes);
    match RawMessage::parse(&bytes) {
        Ok(message) => walk(&bytes, &message),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    if let Ok(text) = std::str::from_utf8(data) {
        json(text);
    }
});

fn walk(whole: &Bytes, message: &RawMessage) {
    let all = whole.as_ptr_range();
    let mut at = all.start;
    for block in &message.blocks {
        // Nothing is copied: each block stands in the message, behind the one before, and is one.
        let inside = block.block.bytes().as_ptr_range();
        assert!(at <= inside.start && inside.end <= all.end);
        at = inside.end;
        assert!(Block::parse(block.block.bytes().clone()).is_ok());
        assert!((0..3).contains(&block.precision));
        let fields = block.fields();
        assert!(!fields.is_empty());
        assert_eq!(
            fields.iter().map(|f| f.type_code).collect::<Vec<_>>(),
            block
                .block
                .columns()
                .iter()
                .map(|c| c.type_code)
                .collect::<Vec<_>>()
        );
        if let Some(table) = block.table() {
            let name = table.to_bytes_with_nul().as_ptr_range();
            assert!(at <= name.start && name.end <= all.end);
        }
        assert!(block.has_columns_of(block));
    }
}

/// JSON stays the same JSON when escapes that need not be are undone.
fn json(text: &str) {
    let native = meta::native_text(text);
    assert!(native.len() <= text.len());
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&native).ok(),
            Some(value)
        );
    }
}
