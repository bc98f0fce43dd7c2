//! Errors of prepared statements.

use crate::error::{code, SqlError};

pub(super) fn usage() -> SqlError {
    SqlError::new(code::STMT_API, "Stmt API usage error")
}

pub(super) fn bind_number() -> SqlError {
    SqlError::new(
        code::STMT_BIND_NUMBER,
        "bind number out of range or not match",
    )
}

pub(super) fn name_missing() -> SqlError {
    SqlError::new(code::STMT_TABLE_NAME, "Stmt table name not set correctly")
}
