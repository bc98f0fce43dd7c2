//! `taos.cfg`: lines `key value`, `#` starts a comment, keys in any case.

use super::mistakes;
use super::settings::{Kind, Mistake};
use crate::error::system_words;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the native client looks when no place is named.
const DEFAULT_DIR: &str = "/etc/taos";

pub struct File {
    pub path: PathBuf,
    /// Lines by key, in lower case.
    pub lines: BTreeMap<String, Line>,
    /// Keys that are most likely misspelt.
    pub slips: Vec<Mistake>,
    /// Why a file that was named cannot be read.
    pub failure: Option<String>,
}

/// A key's line.
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// The key as the file spells it.
    pub key: String,
    /// The rest of the line after the key.
    pub rest: String,
}

impl File {
    /// A line's place and key, for messages.
    pub fn place(&self, line: &Line) -> String {
        format!("{}:{}: {}", self.path.display(), line.number, line.key)
    }

    pub fn read(place: Option<&Path>) -> File {
        let mut path = place.map_or_else(|| PathBuf::from(DEFAULT_DIR), Path::to_path_buf);
        if path.is_dir() {
            path.push("taos.cfg");
        }
        let (lines, failure) = match std::fs::read(&path) {
            Ok(bytes) => (parse(&String::from_utf8_lossy(&bytes)), None),
            Err(e) => {
                let why = || format!("{}: {}", path.display(), system_words(&e));
                (BTreeMap::new(), place.map(|_| why()))
            }
        };
        let mut file = File {
            path,
            lines,
            slips: Vec::new(),
            failure,
        };
        file.slips = mistakes::in_the_file(&file);
        file
    }
}

fn parse(text: &str) -> BTreeMap<String, Line> {
    let mut values = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some((key, rest)) = line.split_once(char::is_whitespace) {
            let line = Line {
                number: at + 1,
                key: key.to_owned(),
                rest: rest.trim_start().to_owned(),
            };
            values.insert(key.to_ascii_lowercase(), line);
        }
    }
    values
}

/// The value in the rest of a line: its first word, as natively, unless the setting takes several.
pub fn value(line: &str, kind: Kind) -> &str {
    match kind {
        Kind::Words | Kind::Hosts => line,
        _ => line.split_whitespace().next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_case_and_blanks() {
        let v = parse(
            "# a comment\nfirstEp\th:6041  # the adapter\n\n  TimeZone  UTC-8 (a zone) \nlonely\n",
        );
        assert_eq!(v["firstep"].rest, "h:6041");
        assert_eq!(v["timezone"].rest, "UTC-8 (a zone)");
        assert_eq!(value(&v["timezone"].rest, Kind::Text), "UTC-8");
        assert_eq!(value("a:1, b:2", Kind::Hosts), "a:1, b:2");
        assert_eq!((v["timezone"].number, &*v["timezone"].key), (4, "TimeZone"));
        assert_eq!(v.len(), 2);
    }
}
