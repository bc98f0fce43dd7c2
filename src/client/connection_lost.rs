//! What a lost connection means for a call. The transport knows only that there was no answer.

use crate::error::{codes, Error};
use crate::transport::UNSURE;

/// What the errors of prepared statements say of it.
pub(super) const ROWS: &str =
    "; rows bound were lost with the connection and were not executed; bind them again";
pub(super) const VALUES: &str =
    "; values bound were lost with the connection and the query was not executed; bind them again";
pub(super) const EXECUTION: &str =
    "; the execution had no answer; the rows may or may not have been written";
pub(super) const QUERY: &str = "; the execution had no answer; bind and execute again";
pub(super) const RESULT: &str = "; the result was lost with the connection; bind and execute again";

/// The error with these words in place of what the transport says of statements in flight, if it says that.
pub(super) fn reworded(e: Error, words: &str) -> Error {
    let message = e.message.map(|text| text.replace(UNSURE, words).into());
    Error { message, ..e }
}

/// The error, followed by what is known of the statement.
pub(super) fn with_words(e: Error, words: &str) -> Error {
    if e.text().contains(UNSURE) {
        return reworded(e, words);
    }
    Error {
        code: e.code,
        message: Some(format!("{}{words}", e.text()).into()),
    }
}

/// As [`with_words`], if the error is that a request in flight had no answer. An error whose text already says
/// what happened stays as it is.
pub(super) fn unanswered(e: Error, words: &str) -> Error {
    match e.code {
        codes::TIMEOUT | codes::QUERY_KILLED => e,
        _ if is_no_answer(&e) => with_words(e, words),
        _ => e,
    }
}

/// The error of an execution without a connection, when the rows are still here.
pub(super) fn unsent(e: Error) -> Error {
    let words = match e.code {
        // There will be no connection any more.
        codes::DISCONNECTED => "; nothing was executed",
        _ => "; nothing was executed; execute again, or bind again to start anew",
    };
    with_words(e, words)
}

/// Did the server give no answer, or none that can be read?
pub fn is_no_answer(e: &Error) -> bool {
    let codes = [
        codes::TIMEOUT,
        codes::CONNECTION_BROKEN,
        codes::DISCONNECTED,
        codes::QUERY_KILLED,
        codes::INVALID_MESSAGE,
    ];
    codes.contains(&e.code)
}
