//! Rows as text, by the native client's rules.

use crate::capi::boundary::entry::quick;
use crate::capi::boundary::types::{TAOS_FIELD, TAOS_ROW};
use crate::protocol::types;
use std::ffi::{c_char, c_double, c_int, c_void, CStr};

/// Writes a row as text into `str`: values separated by a blank, `NULL` for NULL, NUL-terminated.
/// `str` must have room for it; `taos_print_row_with_size` takes the room as an argument.
///
/// Floats are printed as by `%.6g` and `%.15g`, times as numbers, VARBINARY and BLOB as `\x` and
/// hexadecimal digits, GEOMETRY as its bytes; JSON prints nothing. Returns the text's length.
///
/// Here: local
///
/// # Safety
/// `str` has room for the text; `row` and `fields` are of the same result and have `num_fields`
/// entries.
#[no_mangle]
pub unsafe extern "C" fn taos_print_row(
    str: *mut c_char,
    row: TAOS_ROW,
    fields: *mut TAOS_FIELD,
    num_fields: c_int,
) -> c_int {
    unsafe { taos_print_row_with_size(str, c_int::MAX as u32, row, fields, num_fields) }
}

/// As `taos_print_row`, but writes at most `size` bytes including the NUL; what does not fit is
/// cut. The returned length may exceed `size` if a float was cut, as natively.
///
/// Here: local
///
/// # Safety
/// `str` has room for `size` bytes; `row` and `fields` are of the same result and have `num_fields`
/// entries.
#[no_mangle]
pub unsafe extern "C" fn taos_print_row_with_size(
    str: *mut c_char,
    size: u32,
    row: TAOS_ROW,
    fields: *mut TAOS_FIELD,
    num_fields: c_int,
) -> c_int {
    quick(|| {
        if str.is_null() || size == 0 {
            return 0;
        }
        let mut line = Line {
            start: str.cast(),
            size: size as usize,
            len: 0,
        };
        let n = usize::try_from(num_fields).unwrap_or(0);
        if !row.is_null() && !fields.is_null() {
            for i in 0..n {
                if line.is_full() {
                    break;
                }
                if i > 0 {
                    line.push(b" ");
                }
                // SAFETY: the caller's promise.
                unsafe { line.push_value(*row.add(i), &*fields.add(i)) };
            }
        }
        line.end();
        line.len as c_int
    })
}

/// The caller's buffer.
struct Line {
    start: *mut u8,
    size: usize,
    /// May pass `size`; see [`Line::push_float`].
    len: usize,
}

impl Line {
    fn is_full(&self) -> bool {
        self.len >= self.size - 1
    }

    fn room(&self) -> usize {
        (self.size - 1).saturating_sub(self.len)
    }

    fn push(&mut self, bytes: &[u8]) {
        let n = bytes.len().min(self.room());
        // SAFETY: `n` bytes from `len` stay below `size`.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start.add(self.len), n) };
        self.len += n;
    }

    fn push_number(&mut self, number: impl ToString) {
        self.push(number.to_string().as_bytes());
    }

    /// The native client adds the length that the float would have had, cut or not.
    fn push_float(&mut self, format: &CStr, value: c_double) {
        if self.len >= self.size {
            return;
        }
        // SAFETY: writes at most what is left, and the format takes one double.
        let n = unsafe {
            libc::snprintf(
                self.start.add(self.len).cast(),
                self.size - self.len,
                format.as_ptr(),
                value,
            )
        };
        self.len += usize::try_from(n).unwrap_or(0);
    }

    fn push_hex(&mut self, bytes: &[u8]) {
        self.push(b"\\x");
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        for b in bytes {
            if self.room() == 0 {
                return;
            }
            self.push(&[DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]);
        }
    }

    fn end(&mut self) {
        if self.len < self.size {
            // SAFETY: inside the buffer.
            unsafe { *self.start.add(self.len) = 0 };
        }
    }

    /// # Safety
    /// `value` is NULL or a cell of the field's type, as `taos_fetch_row` hands it out.
    unsafe fn push_value(&mut self, value: *const c_void, field: &TAOS_FIELD) {
        if value.is_null() {
            return self.push(b"NULL");
        }
        // SAFETY: of the caller.
        unsafe fn read<T>(value: *const c_void) -> T {
            unsafe { value.cast::<T>().read_unaligned() }
        }
        // SAFETY: the length stands in front of the bytes.
        unsafe fn bytes<'a, L: TryInto<usize>>(value: *const c_void) -> &'a [u8] {
            unsafe {
                let len = value.cast::<L>().sub(1).read_unaligned();
                std::slice::from_raw_parts(value.cast(), len.try_into().unwrap_or(0))
            }
        }
        // SAFETY: each arm reads what the type says is there.
        unsafe {
            match field.r#type as u8 {
                types::BOOL | types::TINYINT => self.push_number(read::<i8>(value)),
                types::UTINYINT => self.push_number(read::<u8>(value)),
                types::SMALLINT => self.push_number(read::<i16>(value)),
                types::USMALLINT => self.push_number(read::<u16>(value)),
                types::INT => self.push_number(read::<i32>(value)),
                types::UINT => self.push_number(read::<u32>(value)),
                types::BIGINT | types::TIMESTAMP => self.push_number(read::<i64>(value)),
                types::UBIGINT => self.push_number(read::<u64>(value)),
                types::FLOAT => self.push_float(c"%.6g", read::<f32>(value).into()),
                types::DOUBLE => self.push_float(c"%.15g", read::<f64>(value)),
                types::VARBINARY => self.push_hex(bytes::<u16>(value)),
                types::BLOB | types::MEDIUMBLOB => self.push_hex(bytes::<u32>(value)),
                types::VARCHAR | types::GEOMETRY => {
                    self.push_fitting(bytes::<u16>(value), field.bytes)
                }
                types::NCHAR => {
                    self.push_fitting(bytes::<u16>(value), field.bytes.saturating_mul(4))
                }
                types::DECIMAL | types::DECIMAL64 => {
                    self.push(CStr::from_ptr(value.cast()).to_bytes())
                }
                _ => {}
            }
        }
    }

    /// The native client leaves out a value that is longer than its column.
    fn push_fitting(&mut self, bytes: &[u8], most: i32) {
        if usize::try_from(most).is_ok_and(|most| bytes.len() <= most) {
            self.push(bytes);
        }
    }
}
