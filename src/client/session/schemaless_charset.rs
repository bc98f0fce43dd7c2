//! Schemaless rows of a program in another character set than UTF-8.
//!
//! The message is JSON, and so UTF-8. Rows whose bytes are valid UTF-8 go as they are, and the server reads
//! them in the connection's set, as natively. Other rows are converted here, and go to the server by a
//! connection that is UTF-8. There NCHAR becomes the same characters. VARCHAR and names are bytes to the server
//! and would become other bytes than natively, so they must be ASCII.

use crate::charset::{Charset, Converter};
use crate::error::{codes, Error, Result};
use crate::protocol::schemaless::{JSON, LINE};
use serde_json::Value;

/// Converts rows, or a text of rows, from a character set.
pub struct LineDecoder<'a> {
    charset: &'a Charset,
    converter: Converter,
    protocol: i32,
    /// The tag that names the child tables; empty for none.
    table_name_key: &'a str,
}

impl<'a> LineDecoder<'a> {
    pub fn new(charset: &'a Charset, protocol: i32, table_name_key: &'a str) -> Result<Self> {
        if !charset.has_ascii() {
            return Err(Error::not_supported(format_args!(
                "schemaless rows in {}; use a connection in UTF-8",
                charset.name()
            )));
        }
        let converter = charset.decoder().map_err(|e| {
            let code = codes::system(e.raw_os_error().unwrap_or(libc::EINVAL));
            Error::with(code, format_args!("no conversion from {}", charset.name()))
        })?;
        Ok(LineDecoder {
            charset,
            converter,
            protocol,
            table_name_key,
        })
    }

    /// `what` names the text, for errors.
    pub fn decode(&mut self, text: &[u8], what: impl std::fmt::Display) -> Result<String> {
        let name = self.charset.name();
        let text = self
            .converter
            .text(text)
            .ok_or_else(|| Error::invalid_parameter(format_args!("{what} is no text in {name}")))?;
        match self.bytes_in(&text) {
            None => Ok(text),
            Some(part) => Err(Error::not_supported(format_args!(
                "{what}: {part} has characters that are not ASCII, which in {name} only tags and NCHAR \
                 (L\"...\") may have; use a connection in UTF-8"
            ))),
        }
    }

    /// Finds what in the rows is not ASCII and would become other bytes than natively.
    fn bytes_in(&self, text: &str) -> Option<&'static str> {
        if self.protocol == JSON {
            // The server reports what is wrong with a text that is no JSON.
            let rows = serde_json::from_str(text).ok()?;
            return self.in_json(&rows);
        }
        let mut lines = text.split('\n').filter(|line| !line.is_ascii());
        match self.protocol {
            LINE => lines
                .filter(|line| !line.starts_with('#'))
                .find_map(|line| self.in_line(line)),
            _ => lines.find_map(|line| self.in_telnet(line)),
        }
    }

    /// InfluxDB's: `table,tag=value column=value,column=L"value" time`.
    fn in_line(&self, line: &str) -> Option<&'static str> {
        let (table, end, mut rest) = until(line, ", ");
        let mut end = end;
        if !table.is_ascii() {
            return Some(TABLE);
        }
        while end == Some(',') {
            let (name, value);
            (name, _, rest) = until(rest, "=");
            (value, end, rest) = until(rest, ", ");
            if let Some(part) = self.in_tag(name, value) {
                return Some(part);
            }
        }
        loop {
            let (name, _, value) = until(rest, "=");
            if !name.is_ascii() {
                return Some(NAME);
            }
            let (text, end);
            (text, end, rest) = until(value, ", ");
            if !text.is_ascii() && !is_nchar(text) {
                return Some(VARCHAR);
            }
            if end != Some(',') {
                return None;
            }
        }
    }

    /// OpenTSDB's: `table time value tag=value tag=value`.
    fn in_telnet(&self, line: &str) -> Option<&'static str> {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        if !words.next().unwrap_or_default().is_ascii() {
            return Some(TABLE);
        }
        let value = words.nth(1).unwrap_or_default();
        if !value.is_ascii() && !is_nchar(value) {
            return Some(VARCHAR);
        }
        words.find_map(|tag| {
            let (name, value) = tag.split_once('=').unwrap_or((tag, ""));
            self.in_tag(name, value)
        })
    }

    fn in_tag(&self, name: &str, value: &str) -> Option<&'static str> {
        match (name.is_ascii(), value.is_ascii()) {
            (false, _) => Some(NAME),
            (_, false) if !name.is_empty() && name == self.table_name_key => Some(TABLE),
            _ => None,
        }
    }

    /// OpenTSDB's JSON. A text is VARCHAR there, also a tag's, unless an object says that it is NCHAR.
    fn in_json(&self, value: &Value) -> Option<&'static str> {
        match value {
            Value::String(text) if !text.is_ascii() => Some(VARCHAR),
            Value::Array(all) => all.iter().find_map(|value| self.in_json(value)),
            Value::Object(all) => {
                let kind = all.get("type").and_then(Value::as_str).unwrap_or_default();
                let is_nchar = kind.eq_ignore_ascii_case("nchar");
                all.iter().find_map(|(name, value)| match &**name {
                    "metric" => self.in_json(value).map(|_| TABLE),
                    "value" if is_nchar => None,
                    _ if !name.is_ascii() => Some(NAME),
                    key if key == self.table_name_key && !value.to_string().is_ascii() => {
                        Some(TABLE)
                    }
                    _ => self.in_json(value),
                })
            }
            _ => None,
        }
    }
}

const TABLE: &str = "a table's name";
const NAME: &str = "the name of a tag or column";
const VARCHAR: &str = "a VARCHAR";

fn is_nchar(value: &str) -> bool {
    value.starts_with("L\"") || value.starts_with("l\"")
}

/// The text up to the first of these characters that is neither escaped nor in quotes, the character, and what
/// follows it.
fn until<'a>(text: &'a str, ends: &str) -> (&'a str, Option<char>, &'a str) {
    let (mut escaped, mut quoted) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // In a tag and in a name, a quote is an ordinary character.
            '"' if quoted || at == 0 || (at == 1 && is_nchar(text)) => quoted = !quoted,
            _ if !quoted && ends.contains(c) => {
                return (&text[..at], Some(c), &text[at + c.len_utf8()..]);
            }
            _ => {}
        }
    }
    (text, None, "")
}

#[cfg(all(test, not(miri)))] // Miri has no iconv.
mod tests {
    use super::*;
    use crate::protocol::schemaless::TELNET;

    fn part(text: &str, protocol: i32) -> Option<&'static str> {
        let set = Charset::other_than_utf8("GBK").unwrap().unwrap();
        LineDecoder::new(&set, protocol, "name")
            .unwrap()
            .bytes_in(text)
    }

    #[test]
    fn lines() {
        for (line, expected) in [
            (r#"m,t=电 a=1,b=L"气, x=气",c=l"\"电" 1"#, None),
            (r#"m,t=电\ 气\,x a=t 1"#, None),
            (r#"m,t="电 a=1 1"#, None),
            ("m,t=1 a=1\n#电 is a comment\nm,t=电 a=1", None),
            (r#"电,t=1 a=1"#, Some(TABLE)),
            (r#"m,name=电 a=1"#, Some(TABLE)),
            (r#"m,电=1 a=1"#, Some(NAME)),
            (r#"m,t=1 电=1"#, Some(NAME)),
            (r#"m,t=1 a="电" 1"#, Some(VARCHAR)),
            (r#"m,t=1 a=L"x",b="a b,电" 1"#, Some(VARCHAR)),
            (r#"m a=电"#, Some(VARCHAR)),
            ("m,t=电 a=1\nm,t=1 a=\"电\"", Some(VARCHAR)),
        ] {
            assert_eq!(part(line, LINE), expected, "{line}");
        }
    }

    #[test]
    fn telnet() {
        for (line, expected) in [
            ("m 1 2.5 t=电 u=气", None),
            ("m  1 L\"电\" t=1", None),
            ("电 1 2 t=1", Some(TABLE)),
            ("m 1 \"电\" t=1", Some(VARCHAR)),
            ("m 1 2 电=1", Some(NAME)),
            ("m 1 2 name=电", Some(TABLE)),
        ] {
            assert_eq!(part(line, TELNET), expected, "{line}");
        }
    }

    #[test]
    fn json() {
        let row = |metric: &str, value: &str, tags: &str| {
            format!(r#"[{{"metric":"{metric}","timestamp":1,"value":{value},"tags":{{{tags}}}}}]"#)
        };
        let nchar = r#"{"value":"电","type":"NCHAR"}"#;
        for (text, expected) in [
            (row("m", nchar, &format!(r#""t":{nchar}"#)), None),
            (row("m", "1", r#""t":"电""#), Some(VARCHAR)),
            (row("m", r#""电""#, ""), Some(VARCHAR)),
            (
                row("m", r#"{"value":"电","type":"binary"}"#, ""),
                Some(VARCHAR),
            ),
            (row("电", "1", ""), Some(TABLE)),
            (row("m", "1", r#""电":1"#), Some(NAME)),
            (row("m", "1", &format!(r#""name":{nchar}"#)), Some(TABLE)),
            ("{电".into(), None),
        ] {
            assert_eq!(part(&text, JSON), expected, "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        let gbk = Charset::other_than_utf8("GBK").unwrap().unwrap();
        let mut decoder = LineDecoder::new(&gbk, LINE, "").unwrap();
        let text = decoder.decode(b"m,t=\xb5\xe7 a=1", "line 1");
        assert_eq!(text.as_deref(), Ok("m,t=电 a=1"));
        let e = decoder.decode(b"m,t=\xb5 a=1", "line 2").unwrap_err();
        assert!(e.text().ends_with("line 2 is no text in GBK"), "{e}");
        let e = decoder.decode(b"m a=\"\xb5\xe7\"", "line 3").unwrap_err();
        assert_eq!(e.code, codes::OPERATION_NOT_SUPPORTED);
        assert!(e.text().contains("line 3: a VARCHAR has"), "{e}");
        let utf16 = Charset::other_than_utf8("UTF-16LE").unwrap().unwrap();
        assert!(LineDecoder::new(&utf16, LINE, "").is_err());
    }
}
