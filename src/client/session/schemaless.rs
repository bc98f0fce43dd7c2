//! Schemaless rows: what can be sent, and what the native client refuses.

use crate::error::{codes, Error, Result};
use crate::protocol::request::{self, Request};
use crate::protocol::schemaless::{precision_name, Lines, JSON, LINE, TELNET};
use std::borrow::Cow;

pub struct SchemalessInsert<'a> {
    pub lines: Lines<'a>,
    /// The lines were converted from another character set, by a [`LineDecoder`](crate::client::LineDecoder).
    pub decoded: bool,
    /// `TSDB_SML_PROTOCOL_TYPE`
    pub protocol: i32,
    /// `TSDB_SML_TIMESTAMP_TYPE`
    pub precision: i32,
    /// In days, 0 for none.
    pub ttl: i32,
    /// The tag that names the child tables; empty for none.
    pub table_name_key: &'a str,
}

/// A refusal in the native client's words.
fn native(code: i32, text: &'static str) -> Error {
    Error {
        code,
        message: Some(Cow::Borrowed(text)),
    }
}

/// The failure of an insert that was sent. If the connection ended, its text says already that the outcome is
/// unknown.
pub(in crate::client) fn undecided(e: Error) -> Error {
    match e.code {
        codes::TIMEOUT | codes::INVALID_MESSAGE => {
            let text = format!("{}; the rows may or may not have been written", e.text());
            Error {
                code: e.code,
                message: Some(text.into()),
            }
        }
        _ => e,
    }
}

impl SchemalessInsert<'_> {
    /// Checks what the server could not know, or would not notice.
    pub(in crate::client) fn check(&self) -> Result<()> {
        if !(LINE..=JSON).contains(&self.protocol) {
            return Err(native(codes::SML_PROTOCOL, "protocol invalidate"));
        }
        if self.protocol == LINE && precision_name(self.precision).is_none() {
            return Err(native(
                codes::SML_PRECISION,
                "precision invalidate for line protocol",
            ));
        }
        if self.protocol == JSON {
            return Ok(());
        }
        for (i, line) in self.lines.each().iter().enumerate() {
            // At the end of the text, the server would not see it as a line.
            if line.is_empty() {
                return Err(match self.protocol {
                    TELNET => native(codes::TABLE_NAME_LENGTH, "SML telnet invalid measure:"),
                    _ => native(
                        codes::TABLE_NAME_LENGTH,
                        "SML line measure is empty or too large than 192",
                    ),
                });
            }
            // One line would become two.
            if let Some(at) = line.find('\n') {
                return Err(Error::with(
                    codes::SML_DATA,
                    format_args!(
                        "line {} has a line break at byte {}; give each row as a line of its own",
                        i + 1,
                        at + 1
                    ),
                ));
            }
        }
        Ok(())
    }

    pub(in crate::client) fn request(&self, req_id: u64) -> Request {
        request::insert(&request::Insert {
            req_id,
            protocol: self.protocol,
            // It has a meaning in the line protocol only.
            precision: precision_name(self.precision).unwrap_or_default(),
            ttl: self.ttl,
            data: self.lines,
            table_name_key: self.table_name_key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], protocol: i32, precision: i32) -> Result<()> {
        SchemalessInsert {
            lines: Lines::Each(lines),
            decoded: false,
            protocol,
            precision,
            ttl: 0,
            table_name_key: "",
        }
        .check()
    }

    #[test]
    fn what_is_refused_here() {
        assert_eq!(check(&["m f=1"], LINE, 6), Ok(()));
        assert_eq!(check(&["m 1 1 a=b"], TELNET, 70), Ok(()));
        assert_eq!(check(&["{\n}"], JSON, -1), Ok(()));
        for (lines, protocol, precision, code) in [
            (["m f=1", "m f=1"], 0, 0, codes::SML_PROTOCOL),
            (["m f=1", "m f=1"], 4, 9, codes::SML_PROTOCOL),
            (["m f=1", "m f=1"], LINE, 7, codes::SML_PRECISION),
            (["m f=1", "m f=1"], LINE, -1, codes::SML_PRECISION),
            (["m f=1", ""], LINE, 0, codes::TABLE_NAME_LENGTH),
            (["", "m 1 1 a=b"], TELNET, 0, codes::TABLE_NAME_LENGTH),
            (["m f=1", "m f=\"a\nb\""], LINE, 0, codes::SML_DATA),
        ] {
            let e = check(&lines, protocol, precision).unwrap_err();
            assert_eq!(e.code, code, "{e}");
        }
        let e = check(&["m f=1", "m f=\"a\nb\""], LINE, 0).unwrap_err();
        assert!(
            e.text().contains("line 2 has a line break at byte 7"),
            "{e}"
        );
    }
}
