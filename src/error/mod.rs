//! One error type. Codes are TDengine's own 32-bit codes, as the native client returns them.

pub mod codes;
mod texts;

pub use texts::{code_text, recorded_text};

use crate::protocol::Malformed;
use std::borrow::Cow;

/// A failed call: the code that `taos_errno` returns, and the text for `taos_errstr`, if there is a better one
/// than the code's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: i32,
    pub message: Option<Cow<'static, str>>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error whose code says everything.
    pub const fn new(code: i32) -> Self {
        Error {
            code,
            message: None,
        }
    }

    /// An error of this library: the code's text, then what was tried and what to do.
    pub fn with(code: i32, detail: impl std::fmt::Display) -> Self {
        let message = match code_text(code).to_string_lossy() {
            none if none.is_empty() => detail.to_string(),
            text => format!("{text}: {detail}"),
        };
        Error {
            code,
            message: Some(message.into()),
        }
    }

    /// A function that this library or the protocol does not have.
    pub fn not_supported(what: impl std::fmt::Display) -> Self {
        Error::with(codes::OPERATION_NOT_SUPPORTED, what)
    }

    /// An argument that cannot be used.
    pub fn invalid_parameter(what: impl std::fmt::Display) -> Self {
        Error::with(codes::INVALID_PARAMETER, what)
    }

    /// A text that must be UTF-8.
    pub fn not_utf8(what: impl std::fmt::Display, e: &std::str::Utf8Error) -> Self {
        let first_wrong = e.valid_up_to() + 1;
        Error::invalid_parameter(format_args!(
            "{what} is not UTF-8 from its byte {first_wrong} on"
        ))
    }

    /// A refusal by the server. It sends 16 bits of the code; the native value has the top bit set. If its text
    /// says nothing ("success", as 3.3.7.5 sends with some failures), the code's own text is used.
    pub fn from_server(code: i64, message: &str) -> Self {
        let code = match u16::try_from(code) {
            Ok(low) => codes::native(low),
            Err(_) => code as i32,
        };
        let said_something = !message.is_empty() && message != "success";
        Error {
            code,
            message: said_something.then(|| message.to_owned().into()),
        }
    }

    /// Is it about the connection, rather than about what was asked?
    pub fn is_outage(&self) -> bool {
        matches!(
            self.code,
            codes::UNABLE_TO_CONNECT
                | codes::UNKNOWN_HOST
                | codes::CONNECTION_BROKEN
                | codes::DISCONNECTED
                | codes::TIMEOUT
        )
    }

    /// The text for a person.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.message {
            Some(m) => Cow::Borrowed(m),
            None => code_text(self.code).to_string_lossy(),
        }
    }
}

/// What the system says of a failure, without what Rust adds to it.
pub fn system_words(e: &std::io::Error) -> String {
    let text = e.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

impl From<Malformed> for Error {
    fn from(m: Malformed) -> Self {
        Error::with(
            codes::INVALID_MESSAGE,
            format_args!("the server's answer cannot be understood ({m})"),
        )
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[0x{:08x}] {}", self.code, self.text())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_server_get_their_top_bit_back() {
        let e = Error::from_server(9731, "Table does not exist");
        assert_eq!((e.code, &*e.text()), (-2147473917, "Table does not exist"));
        assert_eq!(Error::from_server(-2147473917, "").code, -2147473917);
    }

    #[test]
    fn a_code_without_a_text_leaves_the_details() {
        let e = Error::with(codes::native(0xffff), "unknown action x");
        assert_eq!(&*e.text(), "unknown action x");
        let e = Error::with(codes::system(24), "no socket");
        assert_eq!(&*e.text(), "Too many open files: no socket");
        let e = Error::with(codes::TIMEOUT, "late");
        assert!(e.text().ends_with(": late"), "{e}");
    }

    #[test]
    fn a_text_that_says_success_is_not_believed() {
        let e = Error::from_server(554, "success");
        assert_eq!(&*e.text(), "Stmt API usage error");
    }
}
