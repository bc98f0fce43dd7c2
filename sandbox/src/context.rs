//! The part of a session that its statements depend on.

use crate::charset::Charset;
use crate::error::{code, SqlError};
use crate::time::Zone;
use std::sync::Arc;

#[derive(Clone)]
pub struct Context {
    pub db: String,
    pub user: String,
    pub zone: Zone,
    /// Of NCHAR that is bound, when it is not UTF-8.
    pub charset: Option<Arc<Charset>>,
    /// BI mode: `*` of a super table has tbname, too.
    pub bi: bool,
}

/// The machine's name, as `current_user()` shows it.
pub fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|s| s.trim().to_string())
        .unwrap_or_else(|_| "localhost".into())
}

/// A text in a character set; the code is a real server's, which shows a number in place of the name.
pub fn decoded(charset: &Charset, bytes: &[u8]) -> Result<String, SqlError> {
    let text = charset.decoder().ok().and_then(|mut d| d.text(bytes));
    text.ok_or_else(|| {
        SqlError::new(
            code::INSERT_SYNTAX,
            format!("syntax error: no text in {}", charset.name()),
        )
    })
}
