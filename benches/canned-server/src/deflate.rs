//! permessage-deflate without context takeover, as far as this server needs it: blocks are compressed once.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::io;

/// What ends a compressed message, and is left out on the wire.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Bytes, and the same compressed at the level that the adapter's WebSocket layer uses.
pub struct Packed {
    pub plain: Vec<u8>,
    pub packed: Vec<u8>,
}

impl Packed {
    pub fn new(plain: Vec<u8>) -> Packed {
        let mut packed = Vec::with_capacity(plain.len() + plain.len() / 100 + 64);
        let mut deflater = Compress::new(Compression::fast(), false);
        let done = deflater.compress_vec(&plain, &mut packed, FlushCompress::Sync);
        assert!(matches!(done, Ok(Status::Ok)) && packed.ends_with(&TAIL));
        packed.truncate(packed.len() - TAIL.len());
        Packed { plain, packed }
    }
}

/// A stored block: goes in front of compressed bytes without being compressed itself.
pub fn stored(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(bytes.len()).ok()?;
    let mut out = Vec::with_capacity(5 + bytes.len());
    out.push(0);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(bytes);
    Some(out)
}

/// The message that a client has compressed, at most `limit` bytes of it.
pub fn inflate(message: &[u8], limit: usize) -> io::Result<Vec<u8>> {
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "not a compressed message");
    let mut plain = Vec::with_capacity(message.len().saturating_mul(4) + 64);
    let mut inflater = Decompress::new(false);
    for part in [message, &TAIL] {
        let start = inflater.total_in();
        loop {
            let at = (inflater.total_in() - start) as usize;
            if at == part.len() && plain.len() < plain.capacity() {
                break;
            }
            if plain.len() > limit {
                return Err(bad());
            }
            plain.reserve(plain.len().max(64));
            inflater
                .decompress_vec(&part[at..], &mut plain, FlushDecompress::Sync)
                .map_err(|_| bad())?;
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_head_and_a_packed_block_are_one_message() {
        let block = Packed::new((0..100_000u32).flat_map(u32::to_le_bytes).collect());
        assert!(block.packed.len() < block.plain.len());
        let mut message = stored(b"head").unwrap();
        message.extend_from_slice(&block.packed);
        let plain = inflate(&message, 1 << 20).unwrap();
        assert!(plain.starts_with(b"head") && plain[4..] == block.plain);
        assert!(inflate(&message, 1000).is_err());
        assert!(inflate(b"\xff\xff", 1000).is_err());
    }
}
