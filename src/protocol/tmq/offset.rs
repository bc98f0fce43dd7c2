//! The offsets at the head of a raw message.

use super::cursor::varint;
use crate::protocol::{bytes_at, u64_at};

/// From this first byte on, a raw message says how long its offsets are.
const WITH_LENGTH: u8 = 100;
const KIND_LOG: u8 = 1;
const KINDS_SNAPSHOT: [u8; 2] = [2, 3];
/// Key types whose value has its length in front.
const VARIABLE_KEYS: [u8; 6] = [8, 10, 15, 16, 18, 20];

/// The two offsets of a message.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    /// The position behind the message in the write-ahead log; `None` while a snapshot is read.
    pub end: Option<i64>,
    /// Where what follows them starts.
    pub len: usize,
}

/// Reads the offsets; `None` when the bytes end before them.
pub fn read(bytes: &[u8]) -> Option<Offsets> {
    let first = *bytes.first()?;
    if first >= WITH_LENGTH {
        let len = u32::from_le_bytes(bytes_at(bytes, 1)?) as usize;
        let len = len.checked_add(5).filter(|end| *end <= bytes.len())?;
        // Newer servers may say more here; what cannot be read is passed over.
        let end = offset(&bytes[..len], 5).and_then(|(_, at)| offset(&bytes[..len], at)?.0);
        return Some(Offsets { end, len });
    }
    let (_, at) = offset(bytes, 0)?;
    let (end, len) = offset(bytes, at)?;
    Some(Offsets { end, len })
}

/// The offset at `at`: its place in the log, if it has one, and where it ends.
fn offset(bytes: &[u8], at: usize) -> Option<(Option<i64>, usize)> {
    let tag = *bytes.get(at)?;
    if (tag as i8) <= 0 {
        // None, earliest, latest: nothing follows.
        return Some((None, at + 1));
    }
    let (kind, version) = (tag & 0x0f, tag >> 4);
    if kind == KIND_LOG {
        let place = i64::from_le_bytes(bytes_at(bytes, at + 1)?);
        return Some((Some(place), at + 9));
    }
    if !KINDS_SNAPSHOT.contains(&kind) {
        return None;
    }
    u64_at(bytes, at + 9)?;
    let mut end = at + 17;
    if version >= 1 {
        let key = *bytes.get(end)?;
        end += 1;
        if VARIABLE_KEYS.contains(&key) {
            let (len, at) = varint(bytes, end)?;
            end = at.checked_add(usize::try_from(len).ok()?)?;
        } else {
            end += 8;
        }
    }
    (end <= bytes.len()).then_some((None, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Log 0 and log 3.
    #[test]
    fn the_worked_example() {
        let mut bytes = vec![100, 18, 0, 0, 0, 0x11, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([0x11, 3, 0, 0, 0, 0, 0, 0, 0, 7]);
        let offsets = read(&bytes).unwrap();
        assert_eq!((offsets.end, offsets.len), (Some(3), 23));
        for n in 0..23 {
            assert_eq!(read(&bytes[..n]), None, "{n}");
        }
        // without the length, as raw data of the log has them
        let offsets = read(&bytes[5..]).unwrap();
        assert_eq!((offsets.end, offsets.len), (Some(3), 18));
    }

    #[test]
    fn a_snapshot_has_no_place_in_the_log() {
        let mut bytes = vec![0x12];
        bytes.extend([0; 16]);
        bytes.extend([5, 0, 0, 0, 0, 0, 0, 0, 0]);
        let one = bytes.clone();
        bytes.extend(&one);
        assert_eq!(read(&bytes), Some(Offsets { end: None, len: 52 }));
        // a key of variable length, longer than what follows
        bytes[17 + 26] = 8;
        bytes[18 + 26] = 200;
        assert_eq!(read(&bytes), None);
    }
}
