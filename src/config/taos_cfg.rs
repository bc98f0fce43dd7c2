//! `taos.cfg`: lines `key value`, `#` starts a comment, keys in any case.

use super::settings::Kind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the native client looks when nobody names a place.
const DEFAULT_DIR: &str = "/etc/taos";

pub struct File {
    /// What stands behind each key, by the key in lower case.
    pub lines: BTreeMap<String, String>,
    /// Why there is none, though somebody named a place.
    pub failure: Option<String>,
}

impl File {
    pub fn read(place: Option<&Path>) -> File {
        let mut path = place.map_or_else(|| PathBuf::from(DEFAULT_DIR), Path::to_path_buf);
        if path.is_dir() {
            path.push("taos.cfg");
        }
        match std::fs::read(&path) {
            Ok(bytes) => File {
                lines: parse(&String::from_utf8_lossy(&bytes)),
                failure: None,
            },
            Err(e) => File {
                lines: BTreeMap::new(),
                failure: place.map(|_| format!("{}: {e}", path.display())),
            },
        }
    }
}

fn parse(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some((key, rest)) = line.split_once(char::is_whitespace) {
            values.insert(key.to_ascii_lowercase(), rest.trim_start().to_owned());
        }
    }
    values
}

/// The value in what stands behind a key: its first word, as natively, unless it may have several.
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
        assert_eq!(v["firstep"], "h:6041");
        assert_eq!(v["timezone"], "UTC-8 (a zone)");
        assert_eq!(value(&v["timezone"], Kind::Text), "UTC-8");
        assert_eq!(value("a:1, b:2", Kind::Hosts), "a:1, b:2");
        assert_eq!(v.len(), 2);
    }
}
