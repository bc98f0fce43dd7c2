//! Reading the numbers and texts of a raw message, one after the other.

use std::ffi::CStr;
use std::ops::Range;

/// An unsigned number, seven bits in a byte, and where it ends.
pub fn varint(bytes: &[u8], mut at: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

/// Reads forward. Every step may find the end of the bytes.
pub struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl Cursor<'_> {
    pub fn take(&mut self, len: usize) -> Option<Range<usize>> {
        let end = self
            .at
            .checked_add(len)
            .filter(|end| *end <= self.bytes.len())?;
        let range = self.at..end;
        self.at = end;
        Some(range)
    }

    pub fn byte(&mut self) -> Option<u8> {
        let range = self.take(1)?;
        Some(self.bytes[range.start])
    }

    pub fn varint(&mut self) -> Option<u64> {
        let (value, at) = varint(self.bytes, self.at)?;
        self.at = at;
        Some(value)
    }

    /// A signed number, its sign in the lowest bit.
    pub fn zigzag(&mut self) -> Option<i64> {
        let n = self.varint()?;
        Some((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// As many bytes as the number before them says.
    pub fn counted(&mut self) -> Option<Range<usize>> {
        let len = usize::try_from(self.varint()?).ok()?;
        self.take(len)
    }

    /// A text with its NUL, which is its only one.
    pub fn text(&mut self) -> Option<Range<usize>> {
        let range = self.counted()?;
        CStr::from_bytes_with_nul(&self.bytes[range.clone()]).ok()?;
        Some(range)
    }
}
