//! The heads of WebSocket frames (RFC 6455), for the layers below the WebSocket library.

use bytes::{BufMut, BytesMut};
use std::io;

pub const FIN: u8 = 0x80;
pub const COMPRESSED: u8 = 0x40;
pub const OPCODE: u8 = 0x0f;
pub const BINARY: u8 = 2;
const MASKED: u8 = 0x80;

/// A frame's head.
pub struct FrameHead {
    /// Flags and opcode.
    pub first: u8,
    pub mask: Option<[u8; 4]>,
    /// The length of the head.
    pub head: usize,
    /// The length of the payload that follows.
    pub payload: usize,
}

impl FrameHead {
    /// Reads a head; `None` while it is incomplete.
    pub fn parse(bytes: &[u8]) -> io::Result<Option<FrameHead>> {
        let [first, second, ..] = *bytes else {
            return Ok(None);
        };
        let (long, at) = match second & !MASKED {
            126 => (2, 4),
            127 => (8, 10),
            _ => (0, 2),
        };
        let head = at + if second & MASKED != 0 { 4 } else { 0 };
        let Some(all) = bytes.get(..head) else {
            return Ok(None);
        };
        let payload = match long {
            0 => u64::from(second & !MASKED),
            _ => all[2..2 + long]
                .iter()
                .fold(0, |n, b| n << 8 | u64::from(*b)),
        };
        Ok(Some(FrameHead {
            first,
            mask: (second & MASKED != 0).then(|| [all[at], all[at + 1], all[at + 2], all[at + 3]]),
            head,
            payload: usize::try_from(payload).map_err(|_| {
                io::Error::new(io::ErrorKind::InvalidData, "a frame of impossible size")
            })?,
        }))
    }

    /// Writes the head of a frame, with the shortest form of its length.
    pub fn put(out: &mut BytesMut, first: u8, mask: Option<[u8; 4]>, payload: usize) {
        let masked = if mask.is_some() { MASKED } else { 0 };
        out.put_u8(first);
        match payload {
            n @ 0..=125 => out.put_u8(masked | n as u8),
            n @ 126..=0xffff => {
                out.put_u8(masked | 126);
                out.put_u16(n as u16);
            }
            n => {
                out.put_u8(masked | 127);
                out.put_u64(n as u64);
            }
        }
        out.put_slice(mask.as_ref().map_or(&[], |m| &m[..]));
    }
}

/// Masks or unmasks bytes.
pub fn apply_mask(payload: &mut [u8], mask: [u8; 4]) {
    // Sixteen bytes at a time: the compiler makes wide instructions of it.
    let wide = u128::from_le_bytes(std::array::from_fn(|i| mask[i % 4]));
    let mut words = payload.chunks_exact_mut(16);
    for word in &mut words {
        let masked = u128::from_le_bytes(word.try_into().unwrap_or_default()) ^ wide;
        word.copy_from_slice(&masked.to_le_bytes());
    }
    for (byte, key) in words.into_remainder().iter_mut().zip(wide.to_le_bytes()) {
        *byte ^= key;
    }
}
