//! A column of a block as C sees it: pointers, and where each cell is.

use crate::protocol::block::{Block, Column};
use crate::protocol::types::Layout;
use std::ffi::{c_int, c_void};

/// A column of the current block as C sees it.
pub struct View {
    /// Null bitmap, or one offset per row.
    pub nulls: *const u8,
    pub data: *const u8,
    pub form: Form,
}

#[derive(Clone, Copy)]
pub enum Form {
    /// Values of this size, none of which is NULL. Most columns are like this, and a row of them is found
    /// quickly.
    Full(usize),
    /// Values of this size.
    Fixed(usize),
    /// Cells that begin with their length, in this many bytes.
    Variable(usize),
}

impl View {
    /// A column in the form of its block. The block must outlive the view.
    pub fn as_it_came(block: &Block, column: &Column) -> View {
        let bytes = block.bytes();
        let data = bytes[column.data..].as_ptr();
        match column.layout {
            Layout::Fixed(size) => View::of_values(block, column, data, size),
            Layout::Variable(prefix) => View {
                nulls: bytes[column.nulls..].as_ptr(),
                data,
                form: Form::Variable(prefix),
            },
        }
    }

    /// Values of this size. Those are NULL that are NULL in the block.
    pub fn of_values(block: &Block, column: &Column, data: *const u8, size: usize) -> View {
        let bitmap = &block.bytes()[column.nulls..][..block.rows().div_ceil(8)];
        let full = bitmap.iter().all(|byte| *byte == 0);
        View {
            nulls: bitmap.as_ptr(),
            data,
            form: match full {
                true => Form::Full(size),
                false => Form::Fixed(size),
            },
        }
    }

    /// Have all values of the block the same length?
    pub fn is_full(&self) -> bool {
        matches!(self.form, Form::Full(_))
    }

    /// # Panics
    /// Never: the block was checked, and `row` is below its rows.
    #[inline]
    fn is_null(&self, row: usize) -> bool {
        match self.form {
            Form::Full(_) => false,
            // SAFETY: the bitmap has a bit for each row of the block.
            Form::Fixed(_) => unsafe { *self.nulls.add(row / 8) >> (7 - row % 8) & 1 == 1 },
            Form::Variable(_) => self.offset(row) < 0,
        }
    }

    #[inline]
    fn offset(&self, row: usize) -> i32 {
        // SAFETY: there is an offset for each row of the block, at any alignment.
        unsafe { self.nulls.cast::<i32>().add(row).read_unaligned() }
    }

    /// The address of the cell's value; NULL for NULL.
    #[inline]
    pub fn cell(&self, row: usize) -> *mut c_void {
        if self.is_null(row) {
            return std::ptr::null_mut();
        }
        let at = match self.form {
            Form::Full(size) | Form::Fixed(size) => row * size,
            Form::Variable(prefix) => self.offset(row) as usize + prefix,
        };
        // SAFETY: `Block::parse` has checked that every cell lies inside the column.
        unsafe { self.data.add(at) }.cast_mut().cast()
    }

    /// Bytes of the cell's value, 0 for NULL.
    pub fn len(&self, row: usize) -> c_int {
        if self.is_null(row) {
            return 0;
        }
        match self.form {
            Form::Full(size) | Form::Fixed(size) => size as c_int,
            Form::Variable(prefix) => {
                // SAFETY: as in `cell`; the length stands in front of the value.
                let at = unsafe { self.data.add(self.offset(row) as usize) };
                match prefix {
                    2 => unsafe { at.cast::<u16>().read_unaligned() }.into(),
                    _ => unsafe { at.cast::<u32>().read_unaligned() as c_int },
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::block::tests::example;
    use bytes::Bytes;

    /// Compares what C sees of each cell with what the block says of it.
    fn check(block: &Block) {
        for column in block.columns() {
            let view = View::as_it_came(block, column);
            for row in 0..block.rows() {
                let at = view.cell(row).cast::<u8>();
                let len = view.len(row) as usize;
                // SAFETY: that these bytes are there is what is tested: Miri sees if they are not.
                let seen = (!at.is_null()).then(|| unsafe { std::slice::from_raw_parts(at, len) });
                assert_eq!(seen, block.cell(column, row), "row {row}");
                assert!(seen.is_some() || len == 0);
            }
        }
    }

    #[test]
    fn the_worked_example() {
        check(&Block::parse(Bytes::from(example())).unwrap());
    }

    #[test]
    fn any_byte_may_be_wrong() {
        // Miri is slow.
        let values: &[u8] = if cfg!(miri) {
            &[1, 0xff]
        } else {
            &[0, 1, 4, 0x7f, 0x80, 0xff]
        };
        let whole = example();
        let mut accepted = 0;
        for at in 0..whole.len() {
            for value in values {
                let mut bytes = whole.clone();
                bytes[at] = *value;
                if let Ok(block) = Block::parse(Bytes::from(bytes)) {
                    check(&block);
                    accepted += 1;
                }
            }
        }
        assert!(accepted > 0);
    }
}
