//! The raw block: rows of a result, column after column.
//!
//! [`Block::parse`] checks every length and offset once, so that reading cells afterwards cannot
//! leave the block; the bytes stay where they arrived.

use super::types::{self, Layout};
use super::{i32_at, u16_at, u32_at, Malformed};
use bytes::Bytes;

const HEAD: usize = 28;
const SCHEMA_ENTRY: usize = 5;
/// The most that the cells of an NCHAR column may add up to: 4096 rows, the most that a server sends, of the
/// longest text. Cells may share their bytes, but each gets its own by the conversion.
const MOST_TEXT: usize = 4096 * 65536;

/// One column of a block: where its parts are, from the start of the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub type_code: u8,
    pub layout: Layout,
    /// The schema's `bytes`: VARCHAR n+2, NCHAR 4n+2, decimals packed.
    pub schema_bytes: i32,
    /// Null bitmap of a fixed-size column, offsets (i32 per row) of a variable one.
    pub nulls: usize,
    /// Values of a fixed-size column, the cells' heap of a variable one.
    pub data: usize,
    pub data_len: usize,
}

impl Column {
    /// For decimals, the digits after the point (the low byte of the packed schema).
    pub fn scale(&self) -> u8 {
        self.schema_bytes as u8
    }
}

/// A checked block.
#[derive(Debug, Clone)]
pub struct Block {
    bytes: Bytes,
    rows: usize,
    columns: Vec<Column>,
}

fn lie(what: impl Into<String>) -> Malformed {
    Malformed(format!("raw block: {}", what.into()))
}

impl Block {
    pub fn parse(bytes: Bytes) -> Result<Block, Malformed> {
        let head = |at| i32_at(&bytes, at).ok_or_else(|| lie("shorter than its head"));
        let (total, rows, cols) = (head(4)?, head(8)?, head(12)?);
        if usize::try_from(total) != Ok(bytes.len()) {
            return Err(lie(format!("says {total} bytes, has {}", bytes.len())));
        }
        let rows = usize::try_from(rows).map_err(|_| lie(format!("{rows} rows")))?;
        let cols = usize::try_from(cols).map_err(|_| lie(format!("{cols} columns")))?;
        let mut at = cols
            .checked_mul(SCHEMA_ENTRY + 4)
            .and_then(|n| n.checked_add(HEAD))
            .filter(|n| *n <= bytes.len())
            .ok_or_else(|| lie(format!("{cols} columns do not fit")))?;

        let mut columns = Vec::with_capacity(cols);
        for i in 0..cols {
            let schema = HEAD + i * SCHEMA_ENTRY;
            let type_code = bytes[schema];
            let schema_bytes = i32_at(&bytes, schema + 1).unwrap_or(0);
            let data_len = i32_at(&bytes, HEAD + cols * SCHEMA_ENTRY + 4 * i).unwrap_or(-1);
            let data_len = usize::try_from(data_len)
                .map_err(|_| lie(format!("column {i} has {data_len} bytes")))?;
            let layout = types::by_code(type_code)
                .ok_or_else(|| lie(format!("column {i} has type {type_code}")))?
                .layout;
            let (meta_len, needed) = match layout {
                Layout::Fixed(size) => (rows.div_ceil(8), rows.checked_mul(size)),
                Layout::Variable(_) => (rows.saturating_mul(4), Some(0)),
            };
            let data = at.saturating_add(meta_len);
            let end = data.saturating_add(data_len);
            if end > bytes.len() || needed.is_none_or(|n| n > data_len) {
                return Err(lie(format!(
                    "column {i} ({rows} rows, {data_len} bytes) does not fit"
                )));
            }
            let column = Column {
                type_code,
                layout,
                schema_bytes,
                nulls: at,
                data,
                data_len,
            };
            if let Layout::Variable(prefix) = layout {
                check_cells(&bytes, &column, rows, prefix, i)?;
            }
            columns.push(column);
            at = end;
        }
        Ok(Block {
            bytes,
            rows,
            columns,
        })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The whole block as it arrived.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Is the cell NULL? False outside the block.
    pub fn is_null(&self, column: &Column, row: usize) -> bool {
        match column.layout {
            Layout::Fixed(_) => self
                .bytes
                .get(column.nulls + row / 8)
                .is_some_and(|b| b >> (7 - row % 8) & 1 == 1),
            Layout::Variable(_) => {
                i32_at(&self.bytes, column.nulls + 4 * row).is_some_and(|offset| offset < 0)
            }
        }
    }

    /// The bytes of a cell without its length prefix; `None` for NULL.
    pub fn cell(&self, column: &Column, row: usize) -> Option<&[u8]> {
        if row >= self.rows || self.is_null(column, row) {
            return None;
        }
        match column.layout {
            Layout::Fixed(size) => {
                let at = column.data + row * size;
                self.bytes.get(at..at + size)
            }
            Layout::Variable(prefix) => {
                let at = column.data + i32_at(&self.bytes, column.nulls + 4 * row)? as usize;
                let len = prefix_at(&self.bytes, at, prefix)?;
                self.bytes.get(at + prefix..at + prefix + len)
            }
        }
    }
}

/// The length in front of a variable cell.
fn prefix_at(bytes: &[u8], at: usize, prefix: usize) -> Option<usize> {
    match prefix {
        2 => u16_at(bytes, at).map(usize::from),
        _ => u32_at(bytes, at).map(|n| n as usize),
    }
}

fn check_cells(
    bytes: &[u8],
    column: &Column,
    rows: usize,
    prefix: usize,
    index: usize,
) -> Result<(), Malformed> {
    let heap = &bytes[column.data..column.data + column.data_len];
    let is_nchar = column.type_code == types::NCHAR;
    let whole = if is_nchar { 4 } else { 1 };
    let mut total = 0;
    for (row, offset) in bytes[column.nulls..column.nulls + 4 * rows]
        .chunks_exact(4)
        .enumerate()
    {
        let offset = i32::from_le_bytes([offset[0], offset[1], offset[2], offset[3]]);
        if offset == -1 {
            continue;
        }
        let fits = usize::try_from(offset).ok().and_then(|at| {
            let len = prefix_at(heap, at, prefix)?;
            let end = at.checked_add(prefix)?.checked_add(len)?;
            total += len;
            (end <= heap.len() && len % whole == 0).then_some(())
        });
        if fits.is_none() {
            return Err(lie(format!(
                "row {row} of column {index} at {offset} is outside its {} bytes",
                heap.len()
            )));
        }
    }
    if is_nchar && total > MOST_TEXT {
        return Err(lie(format!(
            "the texts of column {index} are {total} bytes"
        )));
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An example block.
    const EXAMPLE: &str = "0100000096000000030000000400000000000080000000000000000009080000\
        00040400000008120000000a22000000180000000c0000000700000010000000\
        000068e5cf8b010000e86be5cf8b010000d06fe5cf8b010000400a0000000000\
        0000ffffffff00000000ffffffff050000000300616263000000000000ffffff\
        ff0a0000000800e90000002d4e000004007800000000";

    pub(crate) fn example() -> Vec<u8> {
        (0..EXAMPLE.len() / 2)
            .map(|i| u8::from_str_radix(&EXAMPLE[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn the_worked_example() {
        let b = Block::parse(Bytes::from(example())).unwrap();
        assert_eq!((b.rows(), b.columns().len()), (3, 4));
        let [ts, v, s, n] = [0, 1, 2, 3].map(|i| b.columns()[i]);
        assert_eq!(
            b.cell(&ts, 2),
            Some(&1_700_000_002_000i64.to_le_bytes()[..])
        );
        assert_eq!(b.cell(&v, 1), None);
        assert_eq!(b.cell(&v, 2), Some(&(-1i32).to_le_bytes()[..]));
        assert_eq!(b.cell(&s, 0), Some(&b"abc"[..]));
        assert_eq!(b.cell(&s, 1), None);
        assert_eq!(b.cell(&s, 2), Some(&b""[..]));
        assert_eq!(b.cell(&n, 0).map(<[u8]>::len), Some(8));
        assert_eq!(b.cell(&s, 3), None, "past the end");
    }

    #[test]
    fn every_truncation_is_refused() {
        let whole = example();
        for n in 0..whole.len() {
            let mut cut = whole[..n].to_vec();
            assert!(Block::parse(Bytes::from(cut.clone())).is_err(), "{n}");
            if n >= 8 {
                // and when the head is adapted to the lie
                cut[4..8].copy_from_slice(&(n as i32).to_le_bytes());
                if n < whole.len() - 1 {
                    assert!(Block::parse(Bytes::from(cut)).is_err(), "{n}");
                }
            }
        }
    }

    #[test]
    fn lies_are_refused() {
        for (at, value) in [
            (8, -1),
            (8, i32::MAX),
            (12, -1),
            (12, i32::MAX),
            (12, 0x1000_0000),
            (28, 0xff),
            (48, -5),
            (48, i32::MAX),
        ] {
            let mut b = example();
            b[at..at + 4].copy_from_slice(&i32::to_le_bytes(value));
            assert!(Block::parse(Bytes::from(b)).is_err(), "{at} {value}");
        }
        // an offset outside the heap, and a cell longer than it
        for (at, value) in [(107, 7), (107, -2), (111, i32::MAX)] {
            let mut b = example();
            b[at..at + 4].copy_from_slice(&i32::to_le_bytes(value));
            assert!(Block::parse(Bytes::from(b)).is_err(), "{at} {value}");
        }
    }
}
