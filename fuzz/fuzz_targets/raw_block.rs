//! A raw block: parsing it, every cell of it, and the forms that C reads.

#![no_main]

use bytes::Bytes;
use encoding_rs::{Encoding, GB18030, WINDOWS_1252};
use libfuzzer_sys::fuzz_target;
use taos::column_view::{Form, View};
use taos::protocol::block::{Block, Column};
use taos::protocol::cells::{decimals_to_text, nchar_to_text, TextColumn, DECIMAL_TEXT};
use taos::protocol::types::{DECIMAL, DECIMAL64, NCHAR};

fuzz_target!(|data: &[u8]| {
    match Block::parse(Bytes::copy_from_slice(data)) {
        Ok(block) => walk(&block),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
});

fn walk(block: &Block) {
    for column in block.columns() {
        match column.type_code {
            NCHAR => nchar(block, column),
            DECIMAL | DECIMAL64 => decimals(block, column),
            _ => as_it_came(block, column),
        }
        assert_eq!(block.cell(column, block.rows()), None, "past the end");
        assert_eq!(block.cell(column, usize::MAX), None, "far past the end");
    }
}

/// What C sees of the cell is what the block says, byte by byte.
fn same(view: &View, row: usize, cell: Option<&[u8]>) {
    let pointer = view.cell(row).cast::<u8>().cast_const();
    assert_eq!(cell.is_none(), pointer.is_null(), "row {row}");
    let len = usize::try_from(view.len(row)).expect("a length is not negative");
    match cell {
        None => assert_eq!(len, 0),
        // SAFETY: that these bytes are there is what is tested.
        Some(cell) => assert_eq!(cell, unsafe { std::slice::from_raw_parts(pointer, len) }),
    }
}

fn as_it_came(block: &Block, column: &Column) {
    let bytes = block.bytes();
    let view = View::as_it_came(block, column);
    let range = bytes[column.data..][..column.data_len].as_ptr_range();
    for row in 0..block.rows() {
        let cell = block.cell(column, row);
        assert_eq!(cell.is_none(), block.is_null(column, row), "row {row}");
        if let Some(cell) = cell {
            let cell = cell.as_ptr_range();
            let inside = range.start <= cell.start && cell.end <= range.end;
            assert!(inside, "row {row} is outside its column");
        }
        same(&view, row, cell);
    }
}

fn nchar(block: &Block, column: &Column) {
    for charset in [None, Some(GB18030), Some(WINDOWS_1252)] {
        let mut out = TextColumn::default();
        nchar_to_text(block, column, charset, &mut out);
        assert_eq!(out.offsets.len(), block.rows());
        let view = View {
            nulls: out.offsets.as_ptr().cast(),
            data: out.heap.as_ptr(),
            form: Form::Variable(2),
        };
        for row in 0..block.rows() {
            let wanted = block.cell(column, row).map(|cell| text(cell, charset));
            same(&view, row, wanted.as_deref());
            if let Some(text) = wanted {
                let end = out.offsets[row] as usize + 2 + text.len();
                assert_eq!(out.heap[end], 0, "a NUL behind the text of row {row}");
            }
        }
    }
}

/// The text of an NCHAR cell, UTF-8 or in another character set.
fn text(cell: &[u8], charset: Option<&'static Encoding>) -> Vec<u8> {
    let points = cell.chunks_exact(4).map(|unit| {
        let point = u32::from_le_bytes(unit.try_into().expect("four bytes"));
        char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
    });
    let text = points.collect::<String>();
    match charset {
        None => text.into_bytes(),
        Some(charset) => {
            let mut text = charset.encode(&text).0.into_owned();
            text.truncate(u16::MAX.into());
            text
        }
    }
}

fn decimals(block: &Block, column: &Column) {
    let mut out = Vec::new();
    decimals_to_text(block, column, &mut out);
    assert_eq!(out.len(), block.rows() * DECIMAL_TEXT);
    let view = View {
        nulls: block.bytes()[column.nulls..].as_ptr(),
        data: out.as_ptr(),
        form: Form::Decimal,
    };
    for row in 0..block.rows() {
        let text = block.cell(column, row).map(|cell| {
            let text = &out[row * DECIMAL_TEXT..][..DECIMAL_TEXT];
            assert_eq!(unscaled(text, column.scale()), integer(cell));
            text
        });
        same(&view, row, text);
    }
}

fn integer(cell: &[u8]) -> i128 {
    match *cell {
        [a, b, c, d, e, f, g, h] => i64::from_le_bytes([a, b, c, d, e, f, g, h]).into(),
        _ => i128::from_le_bytes(cell.try_into().expect("eight or sixteen bytes")),
    }
}

/// The integer that the text shows without its point.
fn unscaled(text: &[u8], scale: u8) -> i128 {
    let end = text.iter().position(|b| *b == 0).expect("a NUL");
    let text = std::str::from_utf8(&text[..end]).expect("ASCII");
    let digits = match text.split_once('.') {
        Some((whole, part)) => {
            assert_eq!(part.len(), usize::from(scale.min(38)), "{text}");
            format!("{whole}{part}")
        }
        None => {
            assert!(scale == 0 || text == "0", "{text} of scale {scale}");
            text.to_owned()
        }
    };
    digits.parse().expect("a number")
}
