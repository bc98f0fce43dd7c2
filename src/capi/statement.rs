//! What a `TAOS_STMT2 *` stands for.

use super::entry::{bytes, c_text};
use super::handle::{self as handles, Object};
use super::types::{TAOS_STMT2_BIND, TAOS_STMT2_BINDV};
use crate::client::Statement;
use crate::error::{code_text, codes, Error};
use crate::protocol::bind::{Table, Values};
use crate::protocol::types::{self, Layout};
use std::ffi::{c_char, c_void, CString};
use std::ptr::null_mut;

pub struct StatementObject {
    pub statement: Statement,
    /// The text that `taos_stmt2_error` hands out.
    error: CString,
    code: i32,
    /// The result handed out last. It belongs to the statement, as with the native client, but a
    /// program may free it too, before or after.
    result: *mut c_void,
}

impl StatementObject {
    pub fn new(statement: Statement) -> Self {
        StatementObject {
            statement,
            error: CString::default(),
            code: codes::SUCCESS,
            result: null_mut(),
        }
    }

    /// Keeps the outcome of a call for `taos_stmt2_error`.
    pub fn note<T>(&mut self, outcome: &Result<T, Error>) {
        match outcome {
            Ok(_) => {
                self.code = codes::SUCCESS;
                self.error = CString::default();
            }
            Err(e) => {
                self.code = e.code;
                self.error = c_text(e.message.as_deref().unwrap_or_default());
            }
        }
    }

    /// Valid until the next call with the statement.
    pub fn error_text(&self) -> *const c_char {
        if self.error.is_empty() {
            code_text(self.code).as_ptr()
        } else {
            self.error.as_ptr()
        }
    }

    /// Takes over a new result; the one before is over, as it is on the server.
    pub fn hand_out(&mut self, result: *mut c_void) {
        self.free_result();
        self.result = result;
    }

    pub fn free_result(&mut self) {
        let old = std::mem::replace(&mut self.result, null_mut());
        handles::close(old, |o| matches!(o, Object::Result(_)));
    }
}

impl Drop for StatementObject {
    fn drop(&mut self) {
        // Before the statement: a result that is read after it was closed is never answered.
        self.free_result();
    }
}

/// An entry of a C array; NULL when the array is.
///
/// # Safety
/// `list` is NULL or has an entry `i`.
unsafe fn entry_of<T>(list: *mut *mut T, i: usize) -> *mut T {
    if list.is_null() {
        null_mut()
    } else {
        unsafe { *list.add(i) }
    }
}

/// A C array; NULL is an empty one when nothing is wanted of it.
///
/// # Safety
/// `first` is NULL or points to `n` values that live for `'a`.
unsafe fn array<'a, T>(first: *const T, n: usize) -> Option<&'a [T]> {
    if n == 0 {
        return Some(&[]);
    }
    (!first.is_null()).then(|| unsafe { std::slice::from_raw_parts(first, n) })
}

/// The caller's values of one column, checked, not copied.
///
/// # Safety
/// The pointers of `bind` are NULL or lead to what its numbers say.
unsafe fn values<'a>(bind: &TAOS_STMT2_BIND) -> Result<Values<'a>, Error> {
    let type_code = u8::try_from(bind.buffer_type).unwrap_or(u8::MAX);
    let layout = types::by_code(type_code)
        .ok_or_else(|| {
            Error::invalid_parameter(format_args!("buffer_type {} is no type", bind.buffer_type))
        })?
        .layout;
    let rows = usize::try_from(bind.num).unwrap_or(0);
    let nulls = unsafe { array(bind.is_null.cast::<u8>(), rows) }.filter(|n| !n.is_empty());
    let is_null = |row: usize| nulls.is_some_and(|n| n[row] == 1);
    let lengths = unsafe { array(bind.length, rows) };
    let size = match layout {
        Layout::Fixed(size) => size * rows,
        Layout::Variable(_) => {
            let mut size = 0usize;
            for row in (0..rows).filter(|row| !is_null(*row)) {
                let length = lengths.and_then(|l| usize::try_from(l[row]).ok());
                size += length.ok_or_else(|| {
                    Error::invalid_parameter(format_args!(
                        "row {row} has no length, or a negative one"
                    ))
                })?;
            }
            size
        }
    };
    let data = match unsafe { array(bind.buffer.cast::<u8>(), size) } {
        Some(data) => data,
        // Without values there need be no buffer.
        None if (0..rows).all(is_null) => &[],
        None => {
            return Err(Error::invalid_parameter(
                "buffer is NULL, and not every value is",
            ))
        }
    };
    Ok(Values {
        type_code,
        rows,
        nulls,
        lengths: lengths.filter(|_| matches!(layout, Layout::Variable(_))),
        data,
    })
}

/// What `taos_stmt2_bind_param` was given, with every pointer followed once.
pub struct Bound<'a> {
    names: Vec<&'a [u8]>,
    tags: Vec<Vec<Values<'a>>>,
    columns: Vec<Vec<Values<'a>>>,
}

impl<'a> Bound<'a> {
    /// # Safety
    /// `bindv` is as the header says: arrays of `count` entries, whose own arrays have `tags` and
    /// `columns` entries.
    pub unsafe fn read(
        bindv: &TAOS_STMT2_BINDV,
        tags: usize,
        columns: usize,
    ) -> Result<Bound<'a>, Error> {
        let count = usize::try_from(bindv.count)
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| Error::invalid_parameter(format_args!("{} tables", bindv.count)))?;
        // SAFETY, of this and what follows: the caller's promise.
        let all = |list: *mut *mut TAOS_STMT2_BIND, i: usize, n: usize| {
            let binds = unsafe { array(entry_of(list, i), n) }.unwrap_or_default();
            binds
                .iter()
                .map(|bind| unsafe { values(bind) })
                .collect::<Result<Vec<_>, _>>()
        };
        let mut bound = Bound {
            names: Vec::with_capacity(count),
            tags: Vec::with_capacity(count),
            columns: Vec::with_capacity(count),
        };
        for i in 0..count {
            let name = match unsafe { bytes(entry_of(bindv.tbnames, i)) } {
                None => &[],
                Some(name) if (1..usize::from(u16::MAX)).contains(&name.len()) => name,
                Some(_) => return Err(Error::new(codes::STMT_TABLE_NAME)),
            };
            bound.names.push(name);
            bound.tags.push(all(bindv.tags, i, tags)?);
            bound.columns.push(all(bindv.bind_cols, i, columns)?);
        }
        Ok(bound)
    }

    /// The tables, in runs that have tags and columns alike: what one message can hold.
    pub fn runs(&self) -> Vec<Vec<Table<'_>>> {
        let mut runs: Vec<Vec<Table<'_>>> = Vec::new();
        for (i, name) in self.names.iter().enumerate() {
            let table = Table {
                name,
                tags: &self.tags[i],
                columns: &self.columns[i],
            };
            let alike = |other: &Table<'_>| {
                (other.tags.len(), other.columns.len()) == (table.tags.len(), table.columns.len())
                    && other.name.is_empty() == table.name.is_empty()
            };
            match runs.last_mut() {
                Some(run) if alike(&run[0]) => run.push(table),
                _ => runs.push(vec![table]),
            }
        }
        runs
    }
}
