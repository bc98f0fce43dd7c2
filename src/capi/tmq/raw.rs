//! Messages in the server's own form, and changes of tables as JSON.

use crate::capi::boundary::entry::{c_text, entry, handle, status};
use crate::capi::boundary::handle as handles;
use crate::capi::boundary::types::{tmq_raw_data, TAOS, TAOS_RES};
use crate::capi::connection::connect::the_connection;
use crate::error::{codes, Error};
use crate::protocol::tmq::{raw_has_rows, raw_is_a_copy, RawMessage};
use ::bytes::Bytes;
use std::ffi::{c_char, c_void};
use std::ptr::null_mut;

/// Bytes from `malloc`, which a C program frees through a function of its own.
fn allocated(bytes: &[u8]) -> Result<*mut c_void, Error> {
    // SAFETY: as many bytes are copied as there is room for.
    unsafe {
        let copy = libc::malloc(bytes.len().max(1));
        if copy.is_null() {
            return Err(Error::with(codes::INTERNAL, "out of memory"));
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), copy.cast(), bytes.len());
        Ok(copy)
    }
}

/// A message in raw form, for `tmq_write_raw`, here or in another program. To be freed by
/// `tmq_free_raw`, before or after the message. Changes of tables without rows belong to the
/// message and are valid as long as it is.
///
/// Returns 0 or an error code: `TMQ_INVALID_MSG` for a result that is no message.
///
/// Here: works
///
/// # Safety
/// `raw` is NULL or points to a struct.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_raw(res: *mut TAOS_RES, raw: *mut tmq_raw_data) -> i32 {
    status(|| {
        let out = unsafe { raw.as_mut() }.ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let result = handles::result(res).ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let message = result
            .consumed()
            .ok_or(Error::new(codes::TMQ_INVALID_MESSAGE))?;
        let Some((raw_type, bytes)) = &message.message.raw else {
            return Err(Error::not_supported(
                "messages in raw form need a newer server than this one",
            ));
        };
        let len = u32::try_from(bytes.len()).map_err(|_| Error::new(codes::TMQ_INVALID_MESSAGE))?;
        *out = tmq_raw_data {
            raw: match raw_is_a_copy(*raw_type) {
                true => allocated(bytes)?,
                false => bytes.as_ptr().cast_mut().cast(),
            },
            raw_len: len,
            raw_type: *raw_type,
        };
        Ok(())
    })
}

/// Writes a message in raw form into the current database of a connection: creates or changes its
/// tables as they were at their source, and inserts its rows.
///
/// Returns 0 or an error code.
///
/// Here: works
///
/// # Safety
/// `raw.raw` is NULL or points to `raw.raw_len` bytes.
#[no_mangle]
pub unsafe extern "C" fn tmq_write_raw(taos: *mut TAOS, raw: tmq_raw_data) -> i32 {
    status(|| {
        if taos.is_null() || raw.raw.is_null() || raw.raw_len == 0 {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let connection = the_connection(taos)?;
        // SAFETY: the caller's promise.
        let bytes =
            unsafe { std::slice::from_raw_parts(raw.raw.cast::<u8>(), raw.raw_len as usize) };
        if raw_has_rows(raw.raw_type) {
            // The server reads it without looking at lengths.
            RawMessage::check(raw.raw_type, &Bytes::copy_from_slice(bytes)).map_err(|e| {
                Error::invalid_parameter(format_args!("this is no raw message ({e})"))
            })?;
        }
        connection.session.write_raw(raw.raw_type, bytes)
    })
}

/// Frees what `tmq_get_raw` gave. `raw.raw` may be NULL.
///
/// Here: local
///
/// # Safety
/// `raw` came from `tmq_get_raw` and was not freed.
#[no_mangle]
pub unsafe extern "C" fn tmq_free_raw(raw: tmq_raw_data) {
    entry(|| {
        if raw_is_a_copy(raw.raw_type) {
            // SAFETY: the caller's promise.
            unsafe { libc::free(raw.raw) };
        }
    })
}

/// The changes of tables that a message holds, as JSON, to be freed by `tmq_free_json_meta`. NULL
/// for a message without changes, and for other results.
///
/// Here: works
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_json_meta(res: *mut TAOS_RES) -> *mut c_char {
    handle(|| {
        let result = handles::result(res).ok_or(Error::new(codes::INVALID_PARAMETER))?;
        let meta = result.consumed().and_then(|m| m.message.meta.as_deref());
        match meta {
            None => Ok(null_mut()),
            Some(json) => Ok(allocated(c_text(json).as_bytes_with_nul())?.cast()),
        }
    })
}

/// Frees the JSON of `tmq_get_json_meta`. NULL is allowed.
///
/// Here: local
///
/// # Safety
/// `jsonMeta` is NULL or came from `tmq_get_json_meta` and was not freed.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_free_json_meta(jsonMeta: *mut c_char) {
    entry(|| unsafe { libc::free(jsonMeta.cast()) })
}
