//! Cells whose form for the caller differs from the wire: NCHAR (UCS-4 there, UTF-8 here) and the
//! decimals (integers there, text here).

use super::block::{Block, Column};
use super::types;
use encoding_rs::Encoding;

/// A column with cells of their own: `offsets[row]` is -1 for NULL or where the cell starts in
/// `heap`, a `u16` length and the text's bytes. The form of a VARCHAR column in a raw block, with a NUL
/// behind each text: some programs read on to one, which the native client does not put there.
#[derive(Debug, Default)]
pub struct TextColumn {
    pub offsets: Vec<i32>,
    pub heap: Vec<u8>,
}

/// How many characters are converted at once.
const CHARACTERS: usize = 32;

/// NCHAR to the program's character set.
pub fn nchar_to_text(
    block: &Block,
    column: &Column,
    charset: Option<&'static Encoding>,
    out: &mut TextColumn,
) {
    nchar_to_utf8(block, column, out);
    if let Some(charset) = charset {
        let utf8 = std::mem::take(out);
        for offset in utf8.offsets {
            let Ok(at) = usize::try_from(offset) else {
                out.offsets.push(-1);
                continue;
            };
            let len = usize::from(u16::from_le_bytes([utf8.heap[at], utf8.heap[at + 1]]));
            let text = String::from_utf8_lossy(&utf8.heap[at + 2..at + 2 + len]);
            // What the set cannot say becomes a reference such as `&#8364;`, cut to what a cell holds.
            let (encoded, _, _) = charset.encode(&text);
            let encoded = &encoded[..encoded.len().min(usize::from(u16::MAX))];
            out.offsets.push(out.heap.len() as i32);
            out.heap
                .extend_from_slice(&(encoded.len() as u16).to_le_bytes());
            out.heap.extend_from_slice(encoded);
            out.heap.push(0);
        }
    }
}

/// NCHAR to UTF-8. A code point that does not exist becomes U+FFFD. The text never grows: UTF-8 needs
/// four bytes a character at most.
fn nchar_to_utf8(block: &Block, column: &Column, out: &mut TextColumn) {
    out.offsets.clear();
    out.heap.clear();
    out.offsets.reserve(block.rows());
    out.heap.reserve(column.data_len + block.rows());
    for row in 0..block.rows() {
        let Some(cell) = block.cell(column, row) else {
            out.offsets.push(-1);
            continue;
        };
        let start = out.heap.len();
        out.offsets.push(start as i32);
        out.heap.extend_from_slice(&[0, 0]);
        // By way of a small buffer: growing the heap for each character costs more than the rest.
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
            out.heap.extend_from_slice(&text[..len]);
        }
        let len = (out.heap.len() - start - 2) as u16;
        out.heap[start..start + 2].copy_from_slice(&len.to_le_bytes());
        out.heap.push(0);
    }
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
