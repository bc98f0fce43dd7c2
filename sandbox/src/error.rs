//! A statement's failure: TDengine's 16-bit code, as it goes over the wire, and its text.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    pub code: u16,
    pub message: String,
}

pub type Result<T> = std::result::Result<T, SqlError>;

/// Codes of `taoserror.h` (low 16 bits) that the sandbox answers.
pub mod code {
    pub const FAIL: u16 = 0xffff;
    pub const NOT_SUPPORTED: u16 = 0x0100;
    pub const INVALID_PARA: u16 = 0x0118;
    pub const INVALID_TIMESTAMP: u16 = 0x0127;
    pub const DECIMAL_OVERFLOW: u16 = 0x013d;
    pub const INVALID_OPERATION: u16 = 0x0200;
    pub const SML_VALUE: u16 = 0x0203;
    pub const INVALID_USER_NAME: u16 = 0x0207;
    pub const INVALID_PASSWORD_LENGTH: u16 = 0x0208;
    pub const DB_NAME_TOO_LONG: u16 = 0x0209;
    pub const TABLE_NAME_LENGTH: u16 = 0x020a;
    pub const INSERT_SYNTAX: u16 = 0x0216;
    pub const SQL_TOO_LONG: u16 = 0x0219;
    pub const COLUMN_LENGTH: u16 = 0x021f;
    pub const INVALID_JSON: u16 = 0x0221;
    pub const INVALID_JSON_TYPE: u16 = 0x0222;
    pub const STMT_API: u16 = 0x022a;
    pub const STMT_TABLE_NAME: u16 = 0x022b;
    pub const STMT_BIND_NUMBER: u16 = 0x0236;
    pub const INVALID_QUERY_ID: u16 = 0x030c;
    pub const USER_EXISTS: u16 = 0x0350;
    pub const INVALID_USER: u16 = 0x0351;
    pub const AUTH_FAILURE: u16 = 0x0357;
    pub const HOST_EXISTS: u16 = 0x035a;
    pub const HOST_NOT_EXIST: u16 = 0x035b;
    pub const HOST_STAYS: u16 = 0x035d;
    pub const STABLE_EXISTS: u16 = 0x0360;
    pub const TAG_EXISTS: u16 = 0x0369;
    pub const TAG_NOT_EXIST: u16 = 0x036a;
    pub const COLUMN_EXISTS: u16 = 0x036b;
    pub const COLUMN_NOT_EXIST: u16 = 0x036c;
    pub const FUNC_NOT_EXIST: u16 = 0x0374;
    pub const DB_EXISTS: u16 = 0x0381;
    pub const DB_NOT_EXIST: u16 = 0x0388;
    pub const FIELD_OF_TOPIC: u16 = 0x03c4;
    pub const TOPIC_EXISTS: u16 = 0x03e0;
    pub const TOPIC_NOT_EXIST: u16 = 0x03e1;
    pub const CONSUMER_NOT_EXIST: u16 = 0x03e6;
    pub const SUBSCRIPTION_NOT_EXIST: u16 = 0x03e8;
    pub const TOPIC_SUBSCRIBED: u16 = 0x03eb;
    pub const GROUP_IN_USE: u16 = 0x03ec;
    pub const TOPIC_FIRST: u16 = 0x03ed;
    pub const TABLE_EXISTS: u16 = 0x0603;
    pub const TS_OUT_OF_RANGE: u16 = 0x060b;
    pub const TABLE_IN_OTHER_STABLE: u16 = 0x061d;
    pub const INVALID_INPUT: u16 = 0x070f;
    pub const TQ_NO_COMMITTED: u16 = 0x0a0d;
    pub const SYNTAX: u16 = 0x2600;
    pub const INCOMPLETE: u16 = 0x2601;
    pub const INVALID_COLUMN: u16 = 0x2602;
    pub const TABLE_NOT_EXIST: u16 = 0x2603;
    pub const WRONG_VALUE_TYPE: u16 = 0x2605;
    pub const AGG_NOT_ALLOWED: u16 = 0x2608;
    pub const BAD_POSITION: u16 = 0x2609;
    pub const NOT_GROUP_BY: u16 = 0x260a;
    pub const NOT_SINGLE_GROUP: u16 = 0x260c;
    pub const TAGS_NOT_MATCHED: u16 = 0x260d;
    pub const INVALID_TAG_NAME: u16 = 0x260e;
    pub const DB_NOT_SPECIFIED: u16 = 0x2616;
    pub const INVALID_IDENTIFIER: u16 = 0x2617;
    pub const INVALID_DB_OPTION: u16 = 0x2619;
    pub const ONE_JSON_TAG: u16 = 0x2633;
    pub const INVALID_TOPIC_QUERY: u16 = 0x2639;
    pub const COLUMN_COUNT: u16 = 0x2634;
    pub const DUPLICATED_COLUMN: u16 = 0x263c;
    pub const INVALID_COLUMN_COUNT: u16 = 0x263f;
    pub const PERMISSION_DENIED: u16 = 0x2644;
    pub const VALUE_TOO_LONG: u16 = 0x2653;
    pub const INVALID_VARBINARY: u16 = 0x266a;
    pub const INVALID_IP_RANGE: u16 = 0x266b;
    pub const PRIMARY_KEY_NULL: u16 = 0x267b;
    pub const WRONG_PARA_NUMBER: u16 = 0x2801;
    pub const WRONG_PARA_TYPE: u16 = 0x2802;
    pub const FUNC_PARA_VALUE: u16 = 0x2803;
    pub const SML_PROTOCOL: u16 = 0x3000;
    pub const SML_DATA: u16 = 0x3002;
    pub const TMQ_OFFSET_RANGE: u16 = 0x4007;
    pub const TMQ_VGROUP: u16 = 0x4008;
    pub const TMQ_TOPIC: u16 = 0x4009;
    pub const TMQ_NOT_POLLED: u16 = 0x4010;
}

impl SqlError {
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        SqlError {
            code,
            message: message.into(),
        }
    }
    /// SQL that TDengine takes and the sandbox does not: the text names what it is.
    pub fn unsupported(what: impl std::fmt::Display) -> Self {
        Self::new(
            code::NOT_SUPPORTED,
            format!("Operation not supported: sandbox: {what}"),
        )
    }
    /// A syntax error as the grammar reports it: the rest of the statement from the offending token on.
    pub fn syntax(near: &str) -> Self {
        Self::new(
            code::SYNTAX,
            format!("syntax error near \"{}\"", clip(near, 480)),
        )
    }
    pub fn incomplete() -> Self {
        Self::new(code::INCOMPLETE, "Incomplete SQL statement")
    }
    /// A syntax error as the insert parser reports it, with its own code and quotes.
    pub fn insert(near: &str, what: &str) -> Self {
        Self::new(
            code::INSERT_SYNTAX,
            format!("syntax error near '{}' ({what})", clip(near, 480)),
        )
    }
    pub fn invalid_column(name: &str) -> Self {
        Self::new(code::INVALID_COLUMN, format!("Invalid column name: {name}"))
    }
    pub fn no_table() -> Self {
        Self::new(code::TABLE_NOT_EXIST, "Table does not exist")
    }
    pub fn no_database() -> Self {
        Self::new(code::DB_NOT_EXIST, "Database not exist")
    }
    pub fn decimal_overflow() -> Self {
        Self::new(code::DECIMAL_OVERFLOW, "Decimal value overflow")
    }
}

impl From<rusqlite::Error> for SqlError {
    fn from(e: rusqlite::Error) -> Self {
        SqlError::new(code::FAIL, format!("sandbox storage: {e}"))
    }
}

/// At most `max` bytes of a text, cut at a character.
pub fn clip(s: &str, max: usize) -> &str {
    if s.len() <= max {
        return s;
    }
    let mut end = max;
    while !s.is_char_boundary(end) {
        end -= 1;
    }
    &s[..end]
}
