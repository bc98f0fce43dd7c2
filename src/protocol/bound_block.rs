//! Values to bind in the form of version 1: a raw block, behind the head of every
//! binary message.

use super::bind::Values;
use super::request::{bare_head, Request};
use super::types::{self, Layout};

/// Numbers of the binary actions.
pub const SET_TAGS: u64 = 1;
pub const BIND: u64 = 2;

const VERSION: i32 = 1;
/// "Column info present", as in the server's own blocks.
const FLAG: u32 = 0x8000_0000;
const HEAD: usize = 28;

/// A column of the block: the type that the server takes, and the values. A single NULL may have another type.
pub struct Column<'a> {
    pub type_code: u8,
    /// As in a block's schema.
    pub bytes: i32,
    pub values: Values<'a>,
}

/// `set_tags` or `bind` with these values. They have been checked: all columns have the same length, and texts
/// are UTF-8 and fit. `None` if the message would be larger than the protocol can express.
pub fn request(action: u64, req_id: u64, stmt_id: u64, columns: &[Column<'_>]) -> Option<Request> {
    let rows = columns.first().map_or(0, |c| c.values.rows);
    let size = |c: &Column<'_>| {
        // Each byte may become a character of four.
        let factor = if c.type_code == types::NCHAR { 4 } else { 1 };
        9 + 6 * rows + factor * c.values.data.len()
    };
    let room = HEAD + 1 + columns.iter().map(size).sum::<usize>();
    let mut out = bare_head(req_id, stmt_id, action, room);
    let start = out.len();
    for n in [VERSION, 0, rows as i32, columns.len() as i32] {
        out.extend_from_slice(&n.to_le_bytes());
    }
    out.extend_from_slice(&FLAG.to_le_bytes());
    out.extend_from_slice(&0u64.to_le_bytes());
    for c in columns {
        out.push(c.type_code);
        out.extend_from_slice(&c.bytes.to_le_bytes());
    }
    let lengths = out.len();
    out.resize(lengths + 4 * columns.len(), 0);
    for (i, column) in columns.iter().enumerate() {
        let length = column.encode(&mut out);
        put(&mut out, lengths + 4 * i, length)?;
    }
    // The byte that ends every block.
    out.push(0);
    let total = out.len() - start;
    put(&mut out, start + 4, total)?;
    Some(Request::Binary(out))
}

fn put(out: &mut [u8], at: usize, n: usize) -> Option<()> {
    let n = i32::try_from(n).ok()?;
    out[at..at + 4].copy_from_slice(&n.to_le_bytes());
    Some(())
}

impl Column<'_> {
    /// Appends the NULLs and the values, and returns how many bytes the values take.
    fn encode(&self, out: &mut Vec<u8>) -> usize {
        match types::by_code(self.type_code).map(|t| t.layout) {
            Some(Layout::Variable(_)) => self.encode_texts(out),
            Some(Layout::Fixed(size)) => self.encode_fixed(out, size),
            None => 0,
        }
    }

    fn encode_fixed(&self, out: &mut Vec<u8>, size: usize) -> usize {
        let rows = self.values.rows;
        let nulls = out.len();
        out.resize(nulls + rows.div_ceil(8), 0);
        let data = out.len();
        for (row, value) in self.values.cells().enumerate() {
            match value {
                Some(value) if value.len() == size => out.extend_from_slice(value),
                _ => {
                    out[nulls + row / 8] |= 0x80 >> (row % 8);
                    out.resize(out.len() + size, 0);
                }
            }
        }
        out.len() - data
    }

    fn encode_texts(&self, out: &mut Vec<u8>) -> usize {
        let offsets = out.len();
        out.resize(offsets + 4 * self.values.rows, 0xff);
        let data = out.len();
        for (row, value) in self.values.cells().enumerate() {
            let Some(value) = value else { continue };
            let at = (out.len() - data) as i32;
            out[offsets + 4 * row..offsets + 4 * row + 4].copy_from_slice(&at.to_le_bytes());
            let prefix = out.len();
            out.extend_from_slice(&[0; 2]);
            match self.type_code {
                types::NCHAR => {
                    for c in std::str::from_utf8(value).unwrap_or_default().chars() {
                        out.extend_from_slice(&u32::from(c).to_le_bytes());
                    }
                }
                _ => out.extend_from_slice(value),
            }
            let length = (out.len() - prefix - 2) as u16;
            out[prefix..prefix + 2].copy_from_slice(&length.to_le_bytes());
        }
        out.len() - data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::block::Block;
    use bytes::Bytes;

    fn values<'a>(
        type_code: u8,
        nulls: Option<&'a [u8]>,
        lengths: Option<&'a [i32]>,
        data: &'a [u8],
        rows: usize,
    ) -> Values<'a> {
        Values {
            type_code,
            rows,
            nulls,
            lengths,
            data,
        }
    }

    fn message(columns: &[Column<'_>]) -> Vec<u8> {
        match request(BIND, 62, 3, columns) {
            Some(Request::Binary(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    /// A query's value, as a real server accepted it (fixtures/wire/actions_ws.jsonl).
    #[test]
    fn the_recorded_parameter() {
        let five = 5i32.to_le_bytes();
        let sent = message(&[Column {
            type_code: types::INT,
            bytes: 4,
            values: values(types::INT, None, None, &five, 1),
        }]);
        let hex: String = sent.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "3e0000000000000003000000000000000200000000000000010000002b000000\
             010000000100000000000080000000000000000004040000000400000000050000\
             0000"
        );
    }

    /// What is encoded is read back by the checks of blocks that arrive.
    #[test]
    fn rows_with_nulls_and_texts() {
        let numbers: Vec<u8> = (0..9i64).flat_map(i64::to_le_bytes).collect();
        let nulls = [0, 1, 0, 0, 0, 0, 0, 0, 1];
        let lengths = [3, 99, 0, 4, 0, 0, 0, 0, -1];
        let texts = "海\u{1f600}".as_bytes();
        let sent = message(&[
            Column {
                type_code: types::BIGINT,
                bytes: 8,
                values: values(types::BIGINT, Some(&nulls), None, &numbers, 9),
            },
            Column {
                type_code: types::NCHAR,
                bytes: 4 * 4 + 2,
                values: values(types::NCHAR, Some(&nulls), Some(&lengths), texts, 9),
            },
            Column {
                type_code: types::VARCHAR,
                bytes: 10,
                values: values(types::VARCHAR, Some(&nulls), Some(&lengths), texts, 9),
            },
            // NULL all through: no values at all.
            Column {
                type_code: types::INT,
                bytes: 4,
                values: values(types::INT, Some(&[1; 9]), None, &[], 9),
            },
        ]);
        let block = Block::parse(Bytes::from(sent).slice(24..)).unwrap();
        assert_eq!((block.rows(), block.columns().len()), (9, 4));
        let [numbers, nchar, varchar, none] = [0, 1, 2, 3].map(|i| block.columns()[i]);
        assert_eq!(block.cell(&numbers, 0), Some(&0i64.to_le_bytes()[..]));
        assert_eq!(block.cell(&numbers, 7), Some(&7i64.to_le_bytes()[..]));
        assert_eq!(block.cell(&nchar, 0), Some(&0x6d77u32.to_le_bytes()[..]));
        assert_eq!(block.cell(&nchar, 3), Some(&0x1f600u32.to_le_bytes()[..]));
        assert_eq!(block.cell(&varchar, 3), Some("\u{1f600}".as_bytes()));
        assert_eq!(block.cell(&varchar, 2), Some(&b""[..]));
        for c in [&numbers, &nchar, &varchar, &none] {
            assert_eq!((block.cell(c, 1), block.cell(c, 8)), (None, None));
        }
        assert_eq!(block.cell(&none, 4), None);
    }
}
