//! A binary message: parsing it gives back what is in it, and no other message gives the same.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use taos::protocol::block::Block;
use taos::protocol::reply::{BinaryReply, FetchReply, Interface, RawReply};

fuzz_target!(|data: &[u8]| {
    for (interface, id_at) in [(Interface::Statements, 8), (Interface::Consumer, 16)] {
        match BinaryReply::parse(Bytes::copy_from_slice(data), interface) {
            Ok(BinaryReply::Fetch(reply)) => {
                fetch(data, &reply);
                reply.block.map(Block::parse);
            }
            Ok(BinaryReply::Raw(reply)) => raw(data, &reply),
            Ok(BinaryReply::Block { result_id, block }) => {
                assert_eq!(data[id_at..id_at + 8], result_id.to_le_bytes());
                assert_eq!(data[id_at + 8..], block[..]);
                let _ = Block::parse(block);
            }
            Err(why) => assert!(!why.to_string().is_empty()),
        }
    }
});

/// The reply says what the message says (protocol.md 7.9).
fn raw(data: &[u8], reply: &RawReply) {
    assert_eq!(data[..8], [0xff; 8]);
    assert_eq!(data[8..18], [8, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    assert_eq!(data[26..34], reply.req_id.to_le_bytes());
    assert_eq!(data[34..38], reply.code.to_le_bytes());
    let len = u32::from_le_bytes(data[38..42].try_into().expect("four bytes")) as usize;
    let rest = &data[42 + len..];
    assert_eq!(rest[..8], reply.message_id.to_le_bytes());
    if reply.code == 0 {
        assert_eq!(rest[8..10], reply.raw_type.to_le_bytes());
        assert_eq!(rest[10..14], (reply.raw.len() as u32).to_le_bytes());
        assert_eq!(rest[14..], reply.raw[..]);
    } else {
        assert!(reply.raw.is_empty());
    }
}

/// The reply says what the message says (protocol.md 3.6), whose bytes from 18 to 26 are a
/// duration.
fn fetch(data: &[u8], reply: &FetchReply) {
    assert_eq!(data[..8], [0xff; 8]);
    assert_eq!(data[8..18], [7, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    assert_eq!(data[26..34], reply.req_id.to_le_bytes());
    assert_eq!(data[34..38], reply.code.to_le_bytes());
    let len = u32::from_le_bytes(data[38..42].try_into().expect("four bytes")) as usize;
    let rest = &data[42..];
    assert_eq!(String::from_utf8_lossy(&rest[..len]), reply.message);
    let rest = &rest[len..];
    assert_eq!(rest[..8], reply.result_id.to_le_bytes());
    match &reply.block {
        None => assert!(
            reply.code != 0 || rest[8] != 0,
            "an end nobody has announced"
        ),
        Some(block) => {
            assert_eq!((reply.code, rest[8]), (0, 0));
            assert_eq!(rest[9..13], (block.len() as u32).to_le_bytes());
            assert_eq!(rest[13..], block[..]);
        }
    }
}
