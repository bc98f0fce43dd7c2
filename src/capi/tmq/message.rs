//! What a message says of itself. Its rows are read as those of any result.

use crate::capi::boundary::entry::{entry, last_error};
use crate::capi::boundary::handle as handles;
use crate::capi::boundary::types::{tmq_res_t, MessageType, TAOS_RES};
use crate::capi::tmq::ConsumedMessage;
use crate::error::{codes, Error};
use crate::protocol::tmq::Kind;
use std::ffi::{c_char, CStr};

/// Asks a message. For a result that is no message, the thread's last error says so.
pub(crate) fn of_message<T>(
    res: *mut TAOS_RES,
    ask: impl FnOnce(&ConsumedMessage) -> T,
) -> Option<T> {
    let answer = handles::result(res).and_then(|r| r.consumed().map(ask));
    if answer.is_none() {
        last_error::set(&Error::new(codes::INVALID_PARAMETER));
    }
    answer
}

fn pointer(text: Option<&CStr>) -> *const c_char {
    text.map_or(std::ptr::null(), CStr::as_ptr)
}

/// What a message holds: rows, changes of tables, both, or raw data; `TMQ_RES_INVALID` for NULL and
/// for other results.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_res_type(res: *mut TAOS_RES) -> MessageType {
    entry(|| {
        let kind = match of_message(res, |m| m.message.kind) {
            Some(Kind::Data) => tmq_res_t::TMQ_RES_DATA,
            Some(Kind::Meta) => tmq_res_t::TMQ_RES_TABLE_META,
            Some(Kind::MetaData) => tmq_res_t::TMQ_RES_METADATA,
            Some(Kind::Raw) => tmq_res_t::TMQ_RES_RAWDATA,
            None => tmq_res_t::TMQ_RES_INVALID,
        };
        kind as MessageType
    })
}

/// The topic of a message; NULL for other results. Belongs to the message.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_topic_name(res: *mut TAOS_RES) -> *const c_char {
    entry(|| of_message(res, |m| m.topic.as_ptr()).unwrap_or(std::ptr::null()))
}

/// The database of a message; NULL for other results. Belongs to the message.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_db_name(res: *mut TAOS_RES) -> *const c_char {
    entry(|| of_message(res, |m| m.database.as_ptr()).unwrap_or(std::ptr::null()))
}

/// The table of the row or block fetched last. NULL before the first one, at the end, for other
/// results, and if the message does not name it. Messages of a topic on a query do not; others do,
/// with servers before 3.2 unless `msg.with.table.name` is false. The text belongs to the message.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_table_name(res: *mut TAOS_RES) -> *const c_char {
    entry(|| of_message(res, |m| pointer(m.table())).unwrap_or(std::ptr::null()))
}

/// The vgroup of a message; `INVALID_PARA` for other results.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_vgroup_id(res: *mut TAOS_RES) -> i32 {
    entry(|| of_message(res, |m| m.message.vgroup).unwrap_or(codes::INVALID_PARAMETER))
}

/// The offset at which a message starts; `tmq_offset_seek` can go back there. For changes of
/// tables, the offset after them. In a snapshot and for other results, a negative error code.
///
/// Here: local
///
/// # Safety
/// None: any value may be passed.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_vgroup_offset(res: *mut TAOS_RES) -> i64 {
    entry(|| of_message(res, |m| m.message.offset).unwrap_or(codes::INVALID_PARAMETER.into()))
}
