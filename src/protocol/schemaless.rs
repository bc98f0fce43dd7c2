//! The lines of a schemaless insert: one text on the wire, with a line break between each two.

use serde::{Serialize, Serializer};
use std::fmt::{self, Display};

/// `TSDB_SML_PROTOCOL_TYPE`
pub const LINE: i32 = 1;
pub const TELNET: i32 = 2;
pub const JSON: i32 = 3;

/// `precision` on the wire, by `TSDB_SML_TIMESTAMP_TYPE`. The server does not know "us".
const PRECISIONS: [&str; 7] = ["", "h", "m", "s", "ms", "u", "ns"];

pub fn precision_name(precision: i32) -> Option<&'static str> {
    PRECISIONS.get(usize::try_from(precision).ok()?).copied()
}

/// The lines as the caller has them.
#[derive(Debug, Clone, Copy)]
pub enum Lines<'a> {
    /// One text of any number of lines.
    Text(&'a str),
    Each(&'a [&'a str]),
}

impl<'a> Lines<'a> {
    /// Bytes on the wire, without what JSON escapes.
    pub fn size(&self) -> usize {
        match self {
            Lines::Text(text) => text.len(),
            Lines::Each(lines) => lines.iter().map(|line| line.len() + 1).sum(),
        }
    }

    pub fn is_ascii(&self) -> bool {
        match self {
            Lines::Text(text) => text.is_ascii(),
            Lines::Each(lines) => lines.iter().all(|line| line.is_ascii()),
        }
    }

    /// Each line that was given as one.
    pub fn each(&self) -> &'a [&'a str] {
        match self {
            Lines::Text(_) => &[],
            Lines::Each(lines) => lines,
        }
    }
}

/// The server takes a line of a text that begins with # for a comment, without a word. The native client does
/// the same for a text, but not for lines given one by one. So such a line, if it has a field and can be a row,
/// gets a blank before it, which the server skips.
fn looks_like_a_comment_and_is_a_row(line: &str) -> bool {
    line.starts_with('#') && line.contains('=')
}

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = match self {
            Lines::Text(text) => return f.write_str(text),
            Lines::Each(lines) => lines,
        };
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            if looks_like_a_comment_and_is_a_row(line) {
                f.write_str(" ")?;
            }
            f.write_str(line)?;
        }
        Ok(())
    }
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The number of lines of a text as the native client counts them: empty ones count, comments do not.
pub fn count_lines(text: &[u8], protocol: i32) -> usize {
    text.split_inclusive(|b| *b == b'\n')
        .filter(|line| protocol != LINE || line[0] != b'#')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_recorded() {
        for (text, lines) in [
            ("", 0),
            ("a", 1),
            ("a\n", 1),
            ("a\n\nb\n", 3),
            ("#c\na\n#", 1),
            ("\n\n", 2),
        ] {
            assert_eq!(count_lines(text.as_bytes(), LINE), lines, "{text:?}");
        }
        assert_eq!(count_lines(b"#a 1\n#b 2", TELNET), 2);
    }

    #[test]
    fn precisions() {
        assert_eq!(precision_name(0), Some(""));
        assert_eq!(precision_name(5), Some("u"));
        assert_eq!((precision_name(7), precision_name(-1)), (None, None));
    }
}
