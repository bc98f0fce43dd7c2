//! The words for a failed connection. They speak of the server, whichever library has found the failure.

use crate::error::{code_text, codes, system_words, Error};
use tokio_tungstenite::tungstenite::error::{
    CapacityError, Error as Failure, ProtocolError as Flaw,
};

/// Advice at the end of an error of a host that is not taosAdapter.
pub const PORT: &str =
    "; taosAdapter listens on port 6041 unless configured otherwise, 6030 is TDengine's own";

/// What is wrong with what the server has sent.
pub fn words(e: &Failure) -> String {
    let fixed = match e {
        Failure::Io(e) => return system_words(e),
        Failure::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
            return format!("the server sent a message of {size} bytes, {max_size} are possible")
        }
        Failure::Capacity(CapacityError::TooManyHeaders) => "the answer has too many headers",
        Failure::Utf8(_) => "the server sent a text that is not UTF-8",
        Failure::AttackAttempt => "the answer has no end",
        Failure::WriteBufferFull(_) => "the server takes no more requests",
        Failure::ConnectionClosed
        | Failure::AlreadyClosed
        | Failure::Protocol(Flaw::ResetWithoutClosingHandshake | Flaw::HandshakeIncomplete) => {
            "the server closed the connection"
        }
        Failure::Protocol(
            Flaw::HttparseError(_) | Flaw::WrongHttpVersion | Flaw::InvalidHeader(_),
        )
        | Failure::HttpFormat(_) => "the answer is not HTTP",
        Failure::Protocol(
            Flaw::MissingConnectionUpgradeHeader
            | Flaw::MissingUpgradeWebSocketHeader
            | Flaw::SecWebSocketAcceptKeyMismatch,
        ) => "the answer is HTTP, but no WebSocket's",
        Failure::Protocol(Flaw::SecWebSocketSubProtocolError(_)) => {
            "it chose an extension or a subprotocol that was not offered"
        }
        Failure::Protocol(_) => "the server broke the WebSocket protocol",
        Failure::Url(_) => "its name cannot stand in a request",
        _ => "the connection failed",
    };
    fixed.into()
}

/// Makes one error of the errors of all hosts that were tried: a clause for each host, and advice once. Its code is
/// their code, or UNABLE_TO_CONNECT when their codes differ.
pub fn of_all_hosts(failures: Vec<Error>) -> Error {
    let mut codes = failures.iter().map(|e| e.code);
    let first = codes.next().unwrap_or(codes::UNABLE_TO_CONNECT);
    let code = match codes.all(|code| code == first) {
        true => first,
        false => codes::UNABLE_TO_CONNECT,
    };
    if let [_] | [] = failures[..] {
        return failures.into_iter().next().unwrap_or(Error::new(code));
    }
    let start = format!("{}: ", code_text(code).to_string_lossy());
    let mut clauses: Vec<String> = Vec::with_capacity(failures.len());
    let mut advice = "";
    for failure in &failures {
        let text = failure.text();
        let clause = text.strip_prefix(&start).unwrap_or(&text);
        let clause = match clause.strip_suffix(PORT) {
            Some(clause) => {
                advice = PORT;
                clause
            }
            None => clause,
        };
        clauses.push(clause.to_owned());
    }
    Error::with(code, format_args!("{}{advice}", clauses.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_clause_a_host_and_advice_once() {
        let refused = |host: &str| {
            let text = format!("{host}: Connection refused{PORT}");
            Error::with(codes::UNABLE_TO_CONNECT, text)
        };
        let e = of_all_hosts(vec![refused("a:1"), refused("b:2")]);
        assert_eq!(e.code, codes::UNABLE_TO_CONNECT);
        assert_eq!(
            e.text(),
            format!(
                "Unable to establish connection: a:1: Connection refused; b:2: Connection refused{PORT}"
            )
        );
        let unknown = || Error::with(codes::UNKNOWN_HOST, "`c`: no such name");
        let text = unknown().text().into_owned();
        let e = of_all_hosts(vec![unknown(), refused("b:2")]);
        assert_eq!(e.code, codes::UNABLE_TO_CONNECT);
        assert!(
            e.text().contains(&format!("connection: {text}; b:2: ")),
            "{e}"
        );
        assert_eq!(of_all_hosts(vec![unknown()]), unknown());
        assert_eq!(
            of_all_hosts(vec![unknown(), unknown()]).code,
            codes::UNKNOWN_HOST
        );
    }
}
