//! Schemaless rows: what their functions take, what is checked here, and the call of the engine.

pub mod insert;

use super::boundary::entry::{bytes, entry, text};
use super::boundary::types::{TAOS, TAOS_RES};
use super::connection::connect::the_connection;
use super::query::result_of;
use crate::client::{LineDecoder, ResultSet, SchemalessInsert, Session};
use crate::error::{codes, Error};
use crate::protocol::schemaless::{count_lines, Lines};
use std::ffi::{c_char, c_int};

/// What all functions take besides the lines.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    protocol: c_int,
    precision: c_int,
    ttl: i32,
    req_id: i64,
    table_name_key: *const c_char,
}

impl Options {
    pub(crate) fn new(protocol: c_int, precision: c_int) -> Options {
        Options {
            protocol,
            precision,
            ttl: 0,
            req_id: 0,
            table_name_key: std::ptr::null(),
        }
    }

    pub(crate) fn ttl(self, ttl: i32) -> Options {
        Options { ttl, ..self }
    }

    pub(crate) fn req_id(self, req_id: i64) -> Options {
        Options { req_id, ..self }
    }

    fn table_name_key(self, table_name_key: *const c_char) -> Options {
        Options {
            table_name_key,
            ..self
        }
    }

    /// # Safety
    /// `table_name_key` is NULL or points to a NUL-terminated string.
    unsafe fn insert<'a>(
        self,
        lines: Lines<'a>,
        decoded: bool,
    ) -> Result<SchemalessInsert<'a>, Error> {
        Ok(SchemalessInsert {
            lines,
            decoded,
            protocol: self.protocol,
            precision: self.precision,
            ttl: self.ttl,
            table_name_key: unsafe { self.key() }?,
        })
    }

    /// # Safety
    /// As for [`insert`](Self::insert).
    unsafe fn key<'a>(self) -> Result<&'a str, Error> {
        Ok(unsafe { text(self.table_name_key, "tbnameKey") }?.unwrap_or_default())
    }

    /// Converts texts that are not UTF-8 from the program's character set. If that set is UTF-8, the error is
    /// `utf8`.
    ///
    /// # Safety
    /// As for [`insert`](Self::insert).
    unsafe fn decode(
        self,
        session: &Session,
        texts: &[&[u8]],
        what: impl Fn(usize) -> String,
        utf8: Error,
    ) -> Result<Vec<String>, Error> {
        let charset = session.charset()?.ok_or(utf8)?;
        let mut decoder = LineDecoder::new(&charset, self.protocol, unsafe { self.key() }?)?;
        let texts = texts.iter().enumerate();
        texts
            .map(|(i, text)| decoder.decode(text, what(i)))
            .collect()
    }
}

/// A line of the caller, which must be UTF-8: `number` counts from 1.
fn utf8_line(line: &[u8], number: usize) -> Result<&str, Error> {
    std::str::from_utf8(line).map_err(|e| {
        Error::invalid_parameter(format_args!(
            "line {number} is not UTF-8 from its byte {} on",
            e.valid_up_to() + 1
        ))
    })
}

/// The number of the line that this byte of a text is in.
fn line_of(text: &[u8], at: usize) -> usize {
    1 + text[..at].iter().filter(|b| **b == b'\n').count()
}

/// Refuses a NUL in a text of lines. The server would take it for the end, and drop what follows.
fn check_nul(text: &[u8]) -> Result<(), Error> {
    if let Some(at) = text.iter().position(|b| *b == 0) {
        return Err(Error::invalid_parameter(format_args!(
            "byte {} of the text, in line {}, is NUL; `len` is the length without it",
            at + 1,
            line_of(text, at)
        )));
    }
    Ok(())
}

/// A text of lines that must be UTF-8.
fn utf8_text(text: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(text).map_err(|e| {
        let at = e.valid_up_to();
        Error::invalid_parameter(format_args!(
            "line {} is not UTF-8 from byte {} of the text on; `len` counts bytes",
            line_of(text, at),
            at + 1
        ))
    })
}

/// A row without the line break at its end, with which `fgets` gives it.
fn without_line_end(line: &str) -> &str {
    let mut row = line;
    while let Some(rest) = row.strip_suffix('\n') {
        row = rest.strip_suffix('\r').unwrap_or(rest);
    }
    row
}

/// # Safety
/// `lines` is NULL or points to `count` pointers, each NULL or to a NUL-terminated string.
unsafe fn strings<'a>(lines: *const *mut c_char, count: usize) -> Result<Vec<&'a [u8]>, Error> {
    (0..count)
        .map(|i| {
            unsafe { bytes(*lines.add(i)) }.ok_or_else(|| {
                Error::invalid_parameter(format_args!("line {} of {count} is NULL", i + 1))
            })
        })
        .collect()
}

/// # Safety
/// As for [`strings`] and [`Options::insert`].
unsafe fn insert_lines(
    taos: *mut TAOS,
    lines: *const *mut c_char,
    count: c_int,
    options: Options,
) -> *mut TAOS_RES {
    entry(|| {
        // The server has its own text for no lines.
        let count = usize::try_from(count).unwrap_or(0);
        let raw = (!lines.is_null()).then(|| unsafe { strings(lines, count) });
        insert_each(taos, raw, options)
    })
}

/// Writes lines given one by one; `None` if there is no list of them.
pub(crate) fn insert_each(
    taos: *mut TAOS,
    lines: Option<Result<Vec<&[u8]>, Error>>,
    options: Options,
) -> *mut TAOS_RES {
    let outcome = the_connection(taos).and_then(|connection| {
        let raw = lines.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let insert = || -> Result<ResultSet, Error> {
            let raw = raw?;
            let each = raw.iter().enumerate();
            let utf8 = each.map(|(i, line)| utf8_line(line, i + 1)).collect();
            let texts: Vec<String>;
            let (lines, decoded): (Vec<&str>, bool) = match utf8 {
                Ok(lines) => (lines, false),
                Err(e) => {
                    let what = |i| format!("line {}", i + 1);
                    texts = unsafe { options.decode(&connection.session, &raw, what, e) }?;
                    (texts.iter().map(String::as_str).collect(), true)
                }
            };
            let lines: Vec<&str> = lines.into_iter().map(without_line_end).collect();
            let insert = unsafe { options.insert(Lines::Each(&lines), decoded) }?;
            connection
                .session
                .schemaless_insert(&insert, options.req_id as u64)
        };
        Ok(insert())
    });
    result_of(outcome)
}

/// # Safety
/// `lines` is NULL or points to `len` bytes; `total_rows` is NULL or points to an int; the rest as
/// for [`Options::insert`].
unsafe fn insert_text(
    taos: *mut TAOS,
    lines: *const c_char,
    len: c_int,
    total_rows: *mut i32,
    options: Options,
) -> *mut TAOS_RES {
    entry(|| {
        let len = usize::try_from(len).ok().filter(|_| !lines.is_null());
        // SAFETY: the caller's text, for the time of this call.
        let text = len.map(|len| unsafe { std::slice::from_raw_parts(lines.cast::<u8>(), len) });
        insert_whole(taos, text, unsafe { total_rows.as_mut() }, options)
    })
}

/// Writes a text of lines; `None` if there is none.
pub(crate) fn insert_whole(
    taos: *mut TAOS,
    text: Option<&[u8]>,
    total_rows: Option<&mut i32>,
    options: Options,
) -> *mut TAOS_RES {
    let outcome = the_connection(taos).and_then(|connection| {
        let text = text.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        if let Some(total) = total_rows {
            // Even if they are refused, as natively. There are no more than `len`.
            *total = count_lines(text, options.protocol) as i32;
        }
        let insert = || -> Result<ResultSet, Error> {
            check_nul(text)?;
            let texts: Vec<String>;
            let (lines, decoded) = match utf8_text(text) {
                Ok(lines) => (lines, false),
                Err(e) => {
                    let what = |_| "the text".to_owned();
                    texts = unsafe { options.decode(&connection.session, &[text], what, e) }?;
                    (&*texts[0], true)
                }
            };
            let insert = unsafe { options.insert(Lines::Text(lines), decoded) }?;
            connection
                .session
                .schemaless_insert(&insert, options.req_id as u64)
        };
        Ok(insert())
    });
    result_of(outcome)
}
