//! Cuts SQL into tokens. Each token knows where it stands, for error texts and column names.

use crate::error::{code, Result, SqlError};
use crate::value::Value;
use std::borrow::Cow;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tok {
    /// A bare word: keyword or identifier.
    Word,
    /// `back-ticked` identifier.
    Quoted,
    /// 'text' or "text".
    Text,
    Integer,
    Float,
    /// `10s`, `1n`.
    Duration,
    Op,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: Tok,
    pub start: usize,
    pub end: usize,
}

const OPS: [&str; 9] = ["<=", ">=", "<>", "!=", "==", "->", "||", "&&", "<<"];
const SINGLE: &str = "()+-*/%,.;=<>&|!?~^:[]{}@#$";

/// The token that starts at or behind `from`, after blanks and comments.
pub fn next(sql: &str, from: usize) -> Result<Token> {
    let b = sql.as_bytes();
    let mut i = from;
    loop {
        while i < b.len() && b[i].is_ascii_whitespace() {
            i += 1;
        }
        if b[i..].starts_with(b"/*") {
            i = sql[i + 2..].find("*/").map_or(b.len(), |n| i + n + 4);
        } else if b[i..].starts_with(b"--") {
            i = sql[i..].find('\n').map_or(b.len(), |n| i + n + 1);
        } else {
            break;
        }
    }
    let token = |kind, end| {
        Ok(Token {
            kind,
            start: i,
            end,
        })
    };
    let Some(&c) = b.get(i) else {
        return token(Tok::End, i);
    };
    match c {
        b'\'' | b'"' => match quoted_end(b, i, c) {
            Some(end) => token(Tok::Text, end),
            None => Err(unrecognized(&sql[i..])),
        },
        b'`' => match quoted_end(b, i, c) {
            Some(end) => token(Tok::Quoted, end),
            None => Err(unrecognized(&sql[i..])),
        },
        b'0'..=b'9' => {
            let (kind, end) = number(b, i);
            token(kind, end)
        }
        b'.' if b.get(i + 1).is_some_and(u8::is_ascii_digit) && !(i > 0 && word_byte(b[i - 1])) => {
            let (_, end) = number(b, i);
            token(Tok::Float, end)
        }
        c if word_byte(c) => token(Tok::Word, run(b, i, word_byte)),
        _ => {
            if let Some(op) = OPS.iter().find(|o| b[i..].starts_with(o.as_bytes())) {
                token(Tok::Op, i + op.len())
            } else if SINGLE.as_bytes().contains(&c) {
                token(Tok::Op, i + 1)
            } else {
                Err(SqlError::syntax(&sql[i..]))
            }
        }
    }
}

/// The text in lower case, except within quotes. The C client does this before it parses, so the names of columns and
/// the texts of errors show it.
pub fn lower(sql: &str) -> Cow<'_, str> {
    let b = sql.as_bytes();
    let mut out = String::new();
    let (mut done, mut i) = (0, 0);
    while i < b.len() {
        match b[i] {
            c @ (b'\'' | b'"' | b'`') => i = quoted_end(b, i, c).unwrap_or(b.len()),
            c => {
                if c.is_ascii_uppercase() {
                    out.push_str(&sql[done..i]);
                    out.push(char::from(c.to_ascii_lowercase()));
                    done = i + 1;
                }
                i += 1;
            }
        }
    }
    match done {
        0 => Cow::Borrowed(sql),
        _ => Cow::Owned(out + &sql[done..]),
    }
}

fn unrecognized(near: &str) -> SqlError {
    SqlError::new(
        code::SYNTAX,
        format!("unrecognized token: \"{}\"", crate::error::clip(near, 480)),
    )
}

fn word_byte(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

fn run(b: &[u8], from: usize, ok: impl Fn(u8) -> bool) -> usize {
    b[from..]
        .iter()
        .position(|c| !ok(*c))
        .map_or(b.len(), |n| from + n)
}

/// The end of a quoted token that starts at `i`; a doubled quote and, in texts, a backslash do not end it.
fn quoted_end(b: &[u8], i: usize, quote: u8) -> Option<usize> {
    let mut k = i + 1;
    while k < b.len() {
        if b[k] == b'\\' && quote != b'`' {
            k += 2;
        } else if b[k] == quote {
            if b.get(k + 1) != Some(&quote) {
                return Some(k + 1);
            }
            k += 2;
        } else {
            k += 1;
        }
    }
    None
}

fn number(b: &[u8], i: usize) -> (Tok, usize) {
    for (prefix, digits) in [(b"0x", "0123456789abcdef"), (b"0b", "01")] {
        if b[i..].len() > 2 && b[i..i + 2].eq_ignore_ascii_case(prefix) {
            let end = run(b, i + 2, |c| {
                digits.as_bytes().contains(&c.to_ascii_lowercase())
            });
            if end > i + 2 && !b.get(end).is_some_and(|c| word_byte(*c)) {
                return (Tok::Integer, end);
            }
        }
    }
    let mut end = run(b, i, |c| c.is_ascii_digit());
    let mut kind = Tok::Integer;
    if b.get(end)
        .is_some_and(|c| b"abdhmnsuwyABDHMNSUWY".contains(c))
        && !b.get(end + 1).is_some_and(|c| word_byte(*c))
    {
        return (Tok::Duration, end + 1);
    }
    if b.get(end) == Some(&b'.') {
        end = run(b, end + 1, |c| c.is_ascii_digit());
        kind = Tok::Float;
    }
    if b.get(end).is_some_and(|c| c.eq_ignore_ascii_case(&b'e')) {
        let sign = matches!(b.get(end + 1), Some(b'+' | b'-')) as usize;
        if b.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = run(b, end + 1 + sign, |c| c.is_ascii_digit());
            kind = Tok::Float;
        }
    }
    if b.get(end).is_some_and(|c| word_byte(*c)) {
        return (Tok::Word, run(b, end, word_byte));
    }
    (kind, end)
}

/// A text token's content. `\%`, `\_` and `\x` keep their backslash: LIKE and binary values read them later.
pub fn unquote(token: &str) -> String {
    let quote = token.chars().next().unwrap_or('\'');
    let inner = token.get(1..token.len().saturating_sub(1)).unwrap_or("");
    if !inner.contains(['\\', quote]) {
        return inner.to_string();
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(k @ ('%' | '_' | 'x')) => out.extend(['\\', k]),
                Some(k) => out.push(k),
                None => out.push('\\'),
            },
            c if c == quote => {
                chars.next();
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// An integer literal: BIGINT, else BIGINT UNSIGNED, else DOUBLE.
pub fn integer(text: &str) -> Value {
    let radix = |digits: &str, r| u64::from_str_radix(digits, r).ok();
    let lower = text.to_ascii_lowercase();
    let n = match (lower.strip_prefix("0x"), lower.strip_prefix("0b")) {
        (Some(h), _) => radix(h, 16),
        (_, Some(b)) => radix(b, 2),
        _ => lower.parse().ok(),
    };
    match n {
        Some(n) if n <= i64::MAX as u64 => Value::Int(n as i64),
        Some(n) => Value::UInt(n),
        None => Value::double(lower.parse().unwrap_or(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(sql: &str) -> Vec<(Tok, &str)> {
        let (mut at, mut out) = (0, vec![]);
        loop {
            let t = next(sql, at).unwrap();
            if t.kind == Tok::End {
                return out;
            }
            out.push((t.kind, &sql[t.start..t.end]));
            at = t.end;
        }
    }

    #[test]
    fn cuts_statements() {
        use Tok::*;
        assert_eq!(
            all("select a.b, 1.5e3"),
            [
                (Word, "select"),
                (Word, "a"),
                (Op, "."),
                (Word, "b"),
                (Op, ","),
                (Float, "1.5e3")
            ]
        );
        assert_eq!(
            all("now+1s-10D"),
            [
                (Word, "now"),
                (Op, "+"),
                (Duration, "1s"),
                (Op, "-"),
                (Duration, "10D")
            ]
        );
        assert_eq!(
            all("t->'a' /* x */ -- y\n >= 0x1F"),
            [
                (Word, "t"),
                (Op, "->"),
                (Text, "'a'"),
                (Op, ">="),
                (Integer, "0x1F")
            ]
        );
        assert_eq!(
            all("`a b` 'it''s' \"\\\"\" .5"),
            [
                (Quoted, "`a b`"),
                (Text, "'it''s'"),
                (Text, "\"\\\"\""),
                (Float, ".5")
            ]
        );
    }

    #[test]
    fn reports_open_quotes() {
        assert_eq!(
            next("select 'a", 6).unwrap_err().message,
            "unrecognized token: \"'a\""
        );
        assert!(next("'\\'", 0).is_err());
        assert_eq!(next("/* open", 0).unwrap().kind, Tok::End);
    }

    #[test]
    fn reads_escapes() {
        assert_eq!(unquote("'a''b'"), "a'b");
        assert_eq!(unquote("'\"q\"'"), "\"q\"");
        assert_eq!(unquote("'tab\\tnl\\n'"), "tab\tnl\n");
        assert_eq!(unquote("'\\\\'"), "\\");
        assert_eq!(unquote("'\\x0001ff'"), "\\x0001ff");
        assert_eq!(unquote("'中\\%'"), "中\\%");
    }

    #[test]
    fn integers_take_the_smallest_type() {
        assert_eq!(integer("9223372036854775807"), Value::Int(i64::MAX));
        assert_eq!(integer("18446744073709551615"), Value::UInt(u64::MAX));
        assert_eq!(
            integer("18446744073709551616"),
            Value::Double(18446744073709551616.0)
        );
        assert_eq!(integer("0xFF"), Value::Int(255));
    }
}
