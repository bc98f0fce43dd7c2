//! A raw block: parsing it, every cell of it, and the forms that C reads.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use taos::charset::Charset;
use taos::column_view::{Form, View};
use taos::protocol::block::{Block, Column};
use taos::protocol::cells::{
    decimals_to_text, nchar_converted, nchar_to_utf8, TextColumn, DECIMAL_TEXT,
};
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
    let mut out = TextColumn::default();
    nchar_to_utf8(block, column, &mut out);
    texts(block, column, &out, |cell| Some(text(cell).into_bytes()));
    for (name, points) in [("ISO-8859-1", 0x100), ("UCS-4LE", 0x8000_0000)] {
        let set = Charset::other_than_utf8(name).unwrap().unwrap();
        let mut converter = set.encoder().unwrap();
        if nchar_converted(block, column, &mut converter, &mut out) {
            texts(block, column, &out, |cell| encoded(cell, points));
        } else {
            let cells = (0..block.rows()).filter_map(|row| block.cell(column, row));
            assert!(cells
                .into_iter()
                .any(|cell| encoded(cell, points).is_none()));
        }
    }
}

/// Every text is what `wanted` makes of its cell.
fn texts(
    block: &Block,
    column: &Column,
    out: &TextColumn,
    wanted: impl Fn(&[u8]) -> Option<Vec<u8>>,
) {
    assert_eq!(out.offsets.len(), block.rows());
    let view = View {
        nulls: out.offsets.as_ptr().cast(),
        data: out.heap.as_ptr(),
        form: Form::Variable(2),
    };
    for row in 0..block.rows() {
        let wanted = block
            .cell(column, row)
            .map(|cell| wanted(cell).expect("it was converted"));
        same(&view, row, wanted.as_deref());
        if let Some(text) = wanted {
            let end = out.offsets[row] as usize + 2 + text.len();
            assert_eq!(out.heap[end], 0, "a NUL behind the text of row {row}");
        }
    }
}

fn points(cell: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let units = cell.chunks_exact(4);
    units.map(|unit| u32::from_le_bytes(unit.try_into().expect("four bytes")))
}

/// The text of an NCHAR cell in UTF-8.
fn text(cell: &[u8]) -> String {
    points(cell)
        .map(|point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// In a set of the first so many characters, a byte each, or four where there are more than 256.
fn encoded(cell: &[u8], most: u32) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for point in points(cell) {
        if point >= most {
            return None;
        }
        match most {
            0x100 => out.push(point as u8),
            _ => out.extend_from_slice(&point.to_le_bytes()),
        }
    }
    Some(out)
}

fn decimals(block: &Block, column: &Column) {
    let mut out = Vec::new();
    decimals_to_text(block, column, &mut out);
    assert_eq!(out.len(), block.rows() * DECIMAL_TEXT);
    let view = View::of_values(block, column, out.as_ptr(), DECIMAL_TEXT);
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
