//! Cells whose form for the caller differs from the wire: NCHAR (UCS-4 there, UTF-8 or another set here) and the
//! decimals (integers there, text here).

use super::block::{Block, Column};
use super::types;
use crate::charset::Converter;

/// A column with its own cells, in the form of a VARCHAR column of a raw block. `offsets[row]` is -1 for NULL,
/// or where the cell starts in `heap`; a cell is a `u16` length and the text's bytes. Each text is followed by
/// a NUL, which the native client does not write, because some programs read on to one.
#[derive(Debug, Default)]
pub struct TextColumn {
    pub offsets: Vec<i32>,
    pub heap: Vec<u8>,
}

/// How many characters are converted at once.
const CHARACTERS: usize = 32;

/// Converts NCHAR by a converter from it. False if a cell cannot be converted: the set does not have a
/// character, or the text would be longer than four bytes for each of its characters, which is the room that
/// programs have.
pub fn nchar_converted(
    block: &Block,
    column: &Column,
    converter: &mut Converter,
    out: &mut TextColumn,
) -> bool {
    each_text(block, column, out, |cell, heap| {
        let start = heap.len();
        heap.resize(start + cell.len(), 0);
        let len = converter.convert(cell, &mut heap[start..]);
        heap.truncate(start + len.unwrap_or(0));
        len.is_some()
    })
}

/// Converts NCHAR to UTF-8. A code point that does not exist becomes U+FFFD. The text never grows, as UTF-8
/// needs at most four bytes for a character.
pub fn nchar_to_utf8(block: &Block, column: &Column, out: &mut TextColumn) {
    each_text(block, column, out, |cell, heap| {
        // Through a small buffer, because growing the heap for each character would cost more than the rest.
        for part in cell.chunks(4 * CHARACTERS) {
            let mut text = [0; 4 * CHARACTERS];
            let mut len = 0;
            for unit in part.chunks_exact(4) {
                let point = u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]);
                if point < 0x80 {
                    text[len] = point as u8;
                    len += 1;
                } else {
                    let c = char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
                    len += c.encode_utf8(&mut text[len..]).len();
                }
            }
            heap.extend_from_slice(&text[..len]);
        }
        true
    });
}

/// Makes the texts of a column. `append` appends the text of a cell, which is no longer than the cell, to the
/// heap. It ends where that fails.
#[inline(always)]
fn each_text(
    block: &Block,
    column: &Column,
    out: &mut TextColumn,
    mut append: impl FnMut(&[u8], &mut Vec<u8>) -> bool,
) -> bool {
    let TextColumn { offsets, heap } = out;
    offsets.clear();
    heap.clear();
    offsets.reserve(block.rows());
    heap.reserve(column.data_len + block.rows());
    for row in 0..block.rows() {
        let Some(cell) = block.cell(column, row) else {
            offsets.push(-1);
            continue;
        };
        let start = heap.len();
        offsets.push(start as i32);
        heap.extend_from_slice(&[0, 0]);
        if !append(cell, heap) {
            return false;
        }
        let len = (heap.len() - start - 2) as u16;
        heap[start..start + 2].copy_from_slice(&len.to_le_bytes());
        heap.push(0);
    }
    true
}

/// Bytes of a decimal's text cell: what the native client reports as its length.
pub const DECIMAL_TEXT: usize = 64;

/// The text of an unscaled decimal, NUL-terminated in a cell of [`DECIMAL_TEXT`] bytes. Zero is
/// `0` whatever its scale, as the native client prints it.
pub fn decimal_text(unscaled: i128, scale: u8, cell: &mut [u8]) {
    use std::io::Write;
    let scale = usize::from(scale).min(38);
    let digits = unscaled.unsigned_abs().to_string();
    let sign = if unscaled < 0 { "-" } else { "" };
    let mut out = &mut cell[..];
    // A sign, 39 digits, a point and a NUL fit: the writes cannot fail.
    let _ = if unscaled == 0 || scale == 0 {
        write!(out, "{sign}{digits}\0")
    } else {
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        write!(out, "{sign}{whole}.{part}\0")
    };
}

/// A decimal column as text cells of [`DECIMAL_TEXT`] bytes each, zeroed for NULL.
pub fn decimals_to_text(block: &Block, column: &Column, out: &mut Vec<u8>) {
    out.clear();
    out.resize(block.rows() * DECIMAL_TEXT, 0);
    for (row, text) in out.chunks_exact_mut(DECIMAL_TEXT).enumerate() {
        let unscaled = match block.cell(column, row) {
            None => continue,
            Some(cell) if column.type_code == types::DECIMAL64 => {
                i64::from_le_bytes(cell.try_into().unwrap_or_default()).into()
            }
            Some(cell) => i128::from_le_bytes(cell.try_into().unwrap_or_default()),
        };
        decimal_text(unscaled, column.scale(), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(unscaled: i128, scale: u8) -> String {
        let mut cell = [0xffu8; DECIMAL_TEXT];
        decimal_text(unscaled, scale, &mut cell);
        let end = cell.iter().position(|b| *b == 0).unwrap();
        String::from_utf8(cell[..end].to_vec()).unwrap()
    }

    /// Values as the native client printed them (conformance, 02 decimal).
    #[test]
    fn decimals() {
        assert_eq!(text(1_234_567_891, 2), "12345678.91");
        assert_eq!(text(-1, 6), "-0.000001");
        assert_eq!(text(0, 10), "0");
        assert_eq!(text(-1, 0), "-1");
        assert_eq!(
            text(-50_000_000_000_000_000_000, 20),
            "-0.50000000000000000000"
        );
        assert_eq!(
            text(i128::MIN, 38),
            "-1.70141183460469231731687303715884105728"
        );
    }
}
