//! Subscriptions. Each function says that it is not there yet; none pretends.

use super::connect::not_yet;
use super::entry::{copy_text, last_error};
use super::types::{
    tmq_commit_cb, tmq_conf_res_t, tmq_conf_t, tmq_list_t, tmq_raw_data, tmq_res_t, tmq_t,
    tmq_topic_assignment, ConfResult, MessageType, TAOS, TAOS_RES,
};
use std::ffi::{c_char, c_void, CStr};

/// Tells the callback that the call cannot be made.
///
/// # Safety
/// `cb` is NULL or a function that may be called with `param`.
unsafe fn refuse_commit(
    function: &str,
    tmq: *mut tmq_t,
    cb: *mut tmq_commit_cb,
    param: *mut c_void,
) {
    let code = not_yet(function);
    if !cb.is_null() {
        type Callback = unsafe extern "C" fn(*mut tmq_t, i32, *mut c_void);
        // SAFETY: C declares the argument as a pointer to a function of this type.
        let callback: Callback = unsafe { std::mem::transmute(cb) };
        unsafe { callback(tmq, code, param) };
    }
}

/// A new configuration.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_new() -> *mut tmq_conf_t {
    not_yet("tmq_conf_new");
    std::ptr::null_mut()
}

/// Sets a key of a configuration.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_set(
    _conf: *mut tmq_conf_t,
    _key: *const c_char,
    _value: *const c_char,
) -> ConfResult {
    not_yet("tmq_conf_set");
    tmq_conf_res_t::TMQ_CONF_INVALID as ConfResult
}

/// Frees a configuration.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_destroy(_conf: *mut tmq_conf_t) {
    not_yet("tmq_conf_destroy");
}

/// Who is told of automatic commits.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_conf_set_auto_commit_cb(
    _conf: *mut tmq_conf_t,
    _cb: *mut tmq_commit_cb,
    _param: *mut c_void,
) {
    not_yet("tmq_conf_set_auto_commit_cb");
}

/// A new list of topics.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_new() -> *mut tmq_list_t {
    not_yet("tmq_list_new");
    std::ptr::null_mut()
}

/// Adds a topic.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_append(_list: *mut tmq_list_t, _topic: *const c_char) -> i32 {
    not_yet("tmq_list_append")
}

/// Frees a list.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_destroy(_list: *mut tmq_list_t) {
    not_yet("tmq_list_destroy");
}

/// How many topics a list has.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_get_size(_list: *const tmq_list_t) -> i32 {
    not_yet("tmq_list_get_size")
}

/// The topics; they belong to the list.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_list_to_c_array(_list: *const tmq_list_t) -> *mut *mut c_char {
    not_yet("tmq_list_to_c_array");
    std::ptr::null_mut()
}

/// A consumer; why there is none goes to `errstr`.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// `errstr` is NULL or has room for `errstrLen` bytes.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_consumer_new(
    _conf: *mut tmq_conf_t,
    errstr: *mut c_char,
    errstrLen: i32,
) -> *mut tmq_t {
    not_yet("tmq_consumer_new");
    unsafe {
        copy_text(
            CStr::from_ptr(last_error::text()).to_bytes(),
            errstr,
            errstrLen,
        )
    };
    std::ptr::null_mut()
}

/// Subscribes to topics.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_subscribe(_tmq: *mut tmq_t, _topic_list: *const tmq_list_t) -> i32 {
    not_yet("tmq_subscribe")
}

/// Ends the subscription.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_unsubscribe(_tmq: *mut tmq_t) -> i32 {
    not_yet("tmq_unsubscribe")
}

/// The topics subscribed to.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_subscription(_tmq: *mut tmq_t, _topics: *mut *mut tmq_list_t) -> i32 {
    not_yet("tmq_subscription")
}

/// The next message; NULL when none came within `timeout` milliseconds.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_consumer_poll(_tmq: *mut tmq_t, _timeout: i64) -> *mut TAOS_RES {
    not_yet("tmq_consumer_poll");
    std::ptr::null_mut()
}

/// Closes a consumer.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_consumer_close(_tmq: *mut tmq_t) -> i32 {
    not_yet("tmq_consumer_close")
}

/// Commits, and waits.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_commit_sync(_tmq: *mut tmq_t, _msg: *const TAOS_RES) -> i32 {
    not_yet("tmq_commit_sync")
}

/// Commits, and calls back.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_commit_async(
    tmq: *mut tmq_t,
    _msg: *const TAOS_RES,
    cb: *mut tmq_commit_cb,
    param: *mut c_void,
) {
    unsafe { refuse_commit("tmq_commit_async", tmq, cb, param) }
}

/// Commits an offset, and waits.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_commit_offset_sync(
    _tmq: *mut tmq_t,
    _pTopicName: *const c_char,
    _vgId: i32,
    _offset: i64,
) -> i32 {
    not_yet("tmq_commit_offset_sync")
}

/// Commits an offset, and calls back.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// The callback is NULL or may be called with `param`.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_commit_offset_async(
    tmq: *mut tmq_t,
    _pTopicName: *const c_char,
    _vgId: i32,
    _offset: i64,
    cb: *mut tmq_commit_cb,
    param: *mut c_void,
) {
    unsafe { refuse_commit("tmq_commit_offset_async", tmq, cb, param) }
}

/// The vgroups of a topic; to be freed by `tmq_free_assignment`.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_topic_assignment(
    _tmq: *mut tmq_t,
    _pTopicName: *const c_char,
    _assignment: *mut *mut tmq_topic_assignment,
    _numOfAssignment: *mut i32,
) -> i32 {
    not_yet("tmq_get_topic_assignment")
}

/// Frees an assignment.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_free_assignment(_pAssignment: *mut tmq_topic_assignment) {
    not_yet("tmq_free_assignment");
}

/// Sets where to consume next.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_offset_seek(
    _tmq: *mut tmq_t,
    _pTopicName: *const c_char,
    _vgId: i32,
    _offset: i64,
) -> i32 {
    not_yet("tmq_offset_seek")
}

/// Where the consumer is.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_position(
    _tmq: *mut tmq_t,
    _pTopicName: *const c_char,
    _vgId: i32,
) -> i64 {
    not_yet("tmq_position").into()
}

/// What has been committed.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_committed(
    _tmq: *mut tmq_t,
    _pTopicName: *const c_char,
    _vgId: i32,
) -> i64 {
    not_yet("tmq_committed").into()
}

/// A connection of the consumer.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_get_connect(_tmq: *mut tmq_t) -> *mut TAOS {
    not_yet("tmq_get_connect");
    std::ptr::null_mut()
}

/// The table of the current block.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_table_name(_res: *mut TAOS_RES) -> *const c_char {
    not_yet("tmq_get_table_name");
    std::ptr::null()
}

/// What a message holds.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_res_type(_res: *mut TAOS_RES) -> MessageType {
    not_yet("tmq_get_res_type");
    tmq_res_t::TMQ_RES_INVALID as MessageType
}

/// The topic of a message.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_topic_name(_res: *mut TAOS_RES) -> *const c_char {
    not_yet("tmq_get_topic_name");
    std::ptr::null()
}

/// The database of a message.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_db_name(_res: *mut TAOS_RES) -> *const c_char {
    not_yet("tmq_get_db_name");
    std::ptr::null()
}

/// The vgroup of a message.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_vgroup_id(_res: *mut TAOS_RES) -> i32 {
    not_yet("tmq_get_vgroup_id")
}

/// The offset of a message.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_vgroup_offset(_res: *mut TAOS_RES) -> i64 {
    not_yet("tmq_get_vgroup_offset").into()
}

/// A message in raw form.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_raw(_res: *mut TAOS_RES, _raw: *mut tmq_raw_data) -> i32 {
    not_yet("tmq_get_raw")
}

/// Writes a raw message.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_write_raw(_taos: *mut TAOS, _raw: tmq_raw_data) -> i32 {
    not_yet("tmq_write_raw")
}

/// Frees a raw message.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
pub unsafe extern "C" fn tmq_free_raw(_raw: tmq_raw_data) {
    not_yet("tmq_free_raw");
}

/// The metadata of a message as JSON; to be freed by `tmq_free_json_meta`.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_get_json_meta(_res: *mut TAOS_RES) -> *mut c_char {
    not_yet("tmq_get_json_meta");
    std::ptr::null_mut()
}

/// Frees the JSON of `tmq_get_json_meta`.
///
/// Here: not supported yet - comes with the subscription chapter
///
/// # Safety
/// None: the arguments are not looked at.
#[no_mangle]
#[allow(non_snake_case)]
pub unsafe extern "C" fn tmq_free_json_meta(_jsonMeta: *mut c_char) {
    not_yet("tmq_free_json_meta");
}
