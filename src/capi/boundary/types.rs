//! The types of the C header. Layouts and numbers are TDengine's; a C test checks each of them.
//!
//! Enumerations are declared here for the header only: functions take and return plain integers
//! (the aliases at the end), because C may pass any number and a Rust enum must not hold it.
#![allow(non_camel_case_types, non_snake_case)]

use std::ffi::{c_char, c_int, c_void};

/// A connection. From `taos_connect` to `taos_close`.
pub type TAOS = c_void;
/// A version 1 statement.
pub type TAOS_STMT = c_void;
/// A version 2 statement.
pub type TAOS_STMT2 = c_void;
/// A result. To be freed by `taos_free_result`.
pub type TAOS_RES = c_void;
/// One pointer per column; NULL where the value is NULL.
pub type TAOS_ROW = *mut *mut c_void;

/// `TAOS_FIELD.type` and the like.
pub const TSDB_DATA_TYPE_NULL: c_int = 0;
pub const TSDB_DATA_TYPE_BOOL: c_int = 1;
pub const TSDB_DATA_TYPE_TINYINT: c_int = 2;
pub const TSDB_DATA_TYPE_SMALLINT: c_int = 3;
pub const TSDB_DATA_TYPE_INT: c_int = 4;
pub const TSDB_DATA_TYPE_BIGINT: c_int = 5;
pub const TSDB_DATA_TYPE_FLOAT: c_int = 6;
pub const TSDB_DATA_TYPE_DOUBLE: c_int = 7;
pub const TSDB_DATA_TYPE_VARCHAR: c_int = 8;
/// The older name of VARCHAR.
pub const TSDB_DATA_TYPE_BINARY: c_int = 8;
pub const TSDB_DATA_TYPE_TIMESTAMP: c_int = 9;
pub const TSDB_DATA_TYPE_NCHAR: c_int = 10;
pub const TSDB_DATA_TYPE_UTINYINT: c_int = 11;
pub const TSDB_DATA_TYPE_USMALLINT: c_int = 12;
pub const TSDB_DATA_TYPE_UINT: c_int = 13;
pub const TSDB_DATA_TYPE_UBIGINT: c_int = 14;
pub const TSDB_DATA_TYPE_JSON: c_int = 15;
pub const TSDB_DATA_TYPE_VARBINARY: c_int = 16;
pub const TSDB_DATA_TYPE_DECIMAL: c_int = 17;
pub const TSDB_DATA_TYPE_BLOB: c_int = 18;
pub const TSDB_DATA_TYPE_MEDIUMBLOB: c_int = 19;
pub const TSDB_DATA_TYPE_GEOMETRY: c_int = 20;
pub const TSDB_DATA_TYPE_DECIMAL64: c_int = 21;
pub const TSDB_DATA_TYPE_MAX: c_int = 22;

/// What `taos_options` sets.
#[repr(C)]
pub enum TSDB_OPTION {
    TSDB_OPTION_LOCALE = 0,
    TSDB_OPTION_CHARSET = 1,
    TSDB_OPTION_TIMEZONE = 2,
    TSDB_OPTION_CONFIGDIR = 3,
    TSDB_OPTION_SHELL_ACTIVITY_TIMER = 4,
    TSDB_OPTION_USE_ADAPTER = 5,
    TSDB_OPTION_DRIVER = 6,
    TSDB_MAX_OPTIONS = 7,
}

/// What `taos_options_connection` sets.
#[repr(C)]
pub enum TSDB_OPTION_CONNECTION {
    TSDB_OPTION_CONNECTION_CLEAR = -1,
    TSDB_OPTION_CONNECTION_CHARSET = 0,
    TSDB_OPTION_CONNECTION_TIMEZONE = 1,
    TSDB_OPTION_CONNECTION_USER_IP = 2,
    TSDB_OPTION_CONNECTION_USER_APP = 3,
    /// Since 3.4. In headers of 3.3, `TSDB_MAX_OPTIONS_CONNECTION` has this number, and it is no
    /// option.
    TSDB_OPTION_CONNECTION_CONNECTOR_INFO = 4,
    TSDB_MAX_OPTIONS_CONNECTION = 5,
}

/// What `taos_get_connection_info` can be asked for.
#[repr(C)]
pub enum TSDB_CONNECTION_INFO {
    TSDB_CONNECTION_INFO_USER = 0,
    TSDB_CONNECTION_INFO_TOKEN = 1,
    TSDB_MAX_CONNECTION_INFO = 2,
}

/// Schemaless line formats.
#[repr(C)]
pub enum TSDB_SML_PROTOCOL_TYPE {
    TSDB_SML_UNKNOWN_PROTOCOL = 0,
    TSDB_SML_LINE_PROTOCOL = 1,
    TSDB_SML_TELNET_PROTOCOL = 2,
    TSDB_SML_JSON_PROTOCOL = 3,
}

/// Units of schemaless timestamps.
#[repr(C)]
pub enum TSDB_SML_TIMESTAMP_TYPE {
    TSDB_SML_TIMESTAMP_NOT_CONFIGURED = 0,
    TSDB_SML_TIMESTAMP_HOURS = 1,
    TSDB_SML_TIMESTAMP_MINUTES = 2,
    TSDB_SML_TIMESTAMP_SECONDS = 3,
    TSDB_SML_TIMESTAMP_MILLI_SECONDS = 4,
    TSDB_SML_TIMESTAMP_MICRO_SECONDS = 5,
    TSDB_SML_TIMESTAMP_NANO_SECONDS = 6,
}

/// What a `?` of a version 2 statement stands for.
#[repr(C)]
pub enum TAOS_FIELD_T {
    TAOS_FIELD_COL = 1,
    TAOS_FIELD_TAG = 2,
    TAOS_FIELD_QUERY = 3,
    TAOS_FIELD_TBNAME = 4,
}

/// Events of `taos_set_notify_cb`.
#[repr(C)]
pub enum TAOS_NOTIFY_TYPE {
    TAOS_NOTIFY_PASSVER = 0,
    TAOS_NOTIFY_WHITELIST_VER = 1,
    TAOS_NOTIFY_USER_DROPPED = 2,
}

/// What `taos_set_conn_mode` sets.
#[repr(C)]
pub enum TAOS_CONN_MODE {
    TAOS_CONN_MODE_BI = 0,
}

/// What `taos_check_server_status` returns.
#[repr(C)]
pub enum TSDB_SERVER_STATUS {
    TSDB_SRV_STATUS_UNAVAILABLE = 0,
    TSDB_SRV_STATUS_NETWORK_OK = 1,
    TSDB_SRV_STATUS_SERVICE_OK = 2,
    TSDB_SRV_STATUS_SERVICE_DEGRADED = 3,
    TSDB_SRV_STATUS_EXTING = 4,
}

/// What `taos_set_config` returns in `retCode`.
#[repr(C)]
pub enum SET_CONF_RET_CODE {
    SET_CONF_RET_SUCC = 0,
    SET_CONF_RET_ERR_PART = -1,
    SET_CONF_RET_ERR_INNER = -2,
    SET_CONF_RET_ERR_JSON_INVALID = -3,
    SET_CONF_RET_ERR_JSON_PARSE = -4,
    SET_CONF_RET_ERR_ONLY_ONCE = -5,
    SET_CONF_RET_ERR_TOO_LONG = -6,
}

/// What `tmq_conf_set` returns.
#[repr(C)]
pub enum tmq_conf_res_t {
    TMQ_CONF_UNKNOWN = -2,
    TMQ_CONF_INVALID = -1,
    TMQ_CONF_OK = 0,
}

/// What a consumed message holds.
#[repr(C)]
pub enum tmq_res_t {
    TMQ_RES_INVALID = -1,
    TMQ_RES_DATA = 1,
    TMQ_RES_TABLE_META = 2,
    TMQ_RES_METADATA = 3,
    TMQ_RES_RAWDATA = 4,
}

/// A column of a result. 72 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TAOS_FIELD {
    /// NUL-terminated.
    pub name: [c_char; 65],
    /// `TSDB_DATA_TYPE_*`
    pub r#type: i8,
    /// The declared size: in characters for NCHAR and JSON, else in bytes.
    pub bytes: i32,
}

/// A column of a result with a decimal's digits. 72 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TAOS_FIELD_E {
    pub name: [c_char; 65],
    pub r#type: i8,
    /// The digits of a decimal, or the unit of a statement's timestamps; else 0.
    pub precision: u8,
    /// The digits of a decimal after the point; else 0.
    pub scale: u8,
    pub bytes: i32,
}

/// A `?` of a version 2 statement. 76 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TAOS_FIELD_ALL {
    pub name: [c_char; 65],
    pub r#type: i8,
    pub precision: u8,
    pub scale: u8,
    pub bytes: i32,
    /// `TAOS_FIELD_T`
    pub field_type: u8,
}

/// The same, by the name of some headers.
pub type TAOS_FIELD_STB = TAOS_FIELD_ALL;

/// Values for a `?` of a version 1 statement. 48 bytes.
#[repr(C)]
pub struct TAOS_MULTI_BIND {
    pub buffer_type: c_int,
    /// `num` values, each `buffer_length` bytes from the one before.
    pub buffer: *mut c_void,
    pub buffer_length: usize,
    /// Bytes of each value. May be NULL for types of fixed size.
    pub length: *mut i32,
    /// 1 for each NULL. May be NULL if there is none.
    pub is_null: *mut c_char,
    pub num: c_int,
}

/// Values for a `?` of a version 2 statement. 40 bytes.
#[repr(C)]
pub struct TAOS_STMT2_BIND {
    pub buffer_type: c_int,
    /// The values, one after the other. NULLs of variable types take no space.
    pub buffer: *mut c_void,
    pub length: *mut i32,
    pub is_null: *mut c_char,
    pub num: c_int,
}

/// Values for several tables. 32 bytes; each array has `count` entries, may be NULL, and may have
/// NULL entries.
#[repr(C)]
pub struct TAOS_STMT2_BINDV {
    pub count: c_int,
    pub tbnames: *mut *mut c_char,
    pub tags: *mut *mut TAOS_STMT2_BIND,
    pub bind_cols: *mut *mut TAOS_STMT2_BIND,
}

/// Values of one column for all rows of all tables.
#[repr(C)]
pub struct TAOS_STMT2_COLUMN_BIND {
    pub buffer_type: c_int,
    pub buffer: *mut c_void,
    pub length: *mut i32,
    pub is_null: *mut c_char,
}

/// Values by column. The table's name is a column, too.
#[repr(C)]
pub struct TAOS_STMT2_COLUMN_BINDV {
    pub num_columns: c_int,
    pub num_rows: c_int,
    pub num_tables: c_int,
    pub columns: *mut TAOS_STMT2_COLUMN_BIND,
}

/// Options of `taos_stmt_init_with_options`. 16 bytes.
#[repr(C)]
pub struct TAOS_STMT_OPTIONS {
    pub reqId: i64,
    pub singleStbInsert: bool,
    pub singleTableBindOnce: bool,
}

/// Options of `taos_stmt2_init`. 32 bytes.
#[repr(C)]
pub struct TAOS_STMT2_OPTION {
    pub reqid: i64,
    pub singleStbInsert: bool,
    pub singleTableBindOnce: bool,
    pub asyncExecFn: __taos_async_fn_t,
    pub userdata: *mut c_void,
}

/// Hash range of a vgroup. 12 bytes.
#[repr(C)]
pub struct TAOS_VGROUP_HASH_INFO {
    pub vgId: i32,
    pub hashBegin: u32,
    pub hashEnd: u32,
}

/// How a database distributes its tables over vgroups. 24 bytes.
#[repr(C)]
pub struct TAOS_DB_ROUTE_INFO {
    pub routeVersion: i32,
    pub hashPrefix: i16,
    pub hashSuffix: i16,
    pub hashMethod: i8,
    pub vgNum: i32,
    /// From `malloc`; the caller frees it.
    pub vgHash: *mut TAOS_VGROUP_HASH_INFO,
}

/// What `taos_set_config` returns. 1028 bytes.
#[repr(C)]
pub struct setConfRet {
    pub retCode: SetConfigCode,
    pub retMsg: [c_char; 1024],
}

/// Key-value pairs for `taos_connect_with`. 4104 bytes.
#[repr(C)]
pub struct OPTIONS {
    pub keys: [*const c_char; 256],
    pub values: [*const c_char; 256],
    pub count: u16,
}

/// Where a consumer stands in a vgroup. 32 bytes.
#[repr(C)]
pub struct tmq_topic_assignment {
    pub vgId: i32,
    pub currentOffset: i64,
    pub begin: i64,
    pub end: i64,
}

/// A message in the server's own form. 16 bytes, passed by value.
#[repr(C)]
pub struct tmq_raw_data {
    pub raw: *mut c_void,
    pub raw_len: u32,
    pub raw_type: u16,
}

/// A consumer.
pub struct tmq_t;
/// A consumer's configuration.
pub struct tmq_conf_t;
/// A list of topics.
pub struct tmq_list_t;
/// A function, `void (tmq_t *tmq, int32_t code, void *param)`; declared by hand in the header.
pub struct tmq_commit_cb;

/// Called when an asynchronous call is done. `code` is 0, a row count, or a negative error code.
pub type __taos_async_fn_t =
    Option<unsafe extern "C-unwind" fn(param: *mut c_void, res: *mut TAOS_RES, code: c_int)>;
/// Called on an event of `taos_set_notify_cb`.
pub type __taos_notify_fn_t =
    Option<unsafe extern "C-unwind" fn(param: *mut c_void, ext: *mut c_void, r#type: c_int)>;
/// Called with a user's IP white list.
pub type __taos_async_whitelist_fn_t = Option<
    unsafe extern "C-unwind" fn(
        param: *mut c_void,
        code: c_int,
        taos: *mut TAOS,
        numOfWhiteLists: c_int,
        pWhiteLists: *mut u64,
    ),
>;
/// Called with a user's IPv4 and IPv6 white list.
pub type __taos_async_whitelist_dual_stack_fn_t = Option<
    unsafe extern "C-unwind" fn(
        param: *mut c_void,
        code: c_int,
        taos: *mut TAOS,
        numOfWhiteLists: c_int,
        pWhiteLists: *mut *mut c_char,
    ),
>;
/// The same, by the name of newer headers.
pub type __taos_async_ip_whitelist_fn_t = __taos_async_whitelist_dual_stack_fn_t;
/// Called with the times at which a user may connect.
pub type __taos_async_datetime_whitelist_fn_t = __taos_async_whitelist_dual_stack_fn_t;

/// These stand in the header under the names of the enumerations (see cbindgen.toml).
pub type Option_ = c_int;
pub type ConnectionOption = c_int;
pub type ConnectionInfo = c_int;
pub type ServerStatus = c_int;
pub type SetConfigCode = c_int;
pub type ConfResult = c_int;
pub type MessageType = c_int;
