//! `taos.cfg`: lines `key value`, `#` starts a comment, keys in any case.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where the native client looks when nobody names a place.
const DEFAULT_DIR: &str = "/etc/taos";

/// The file's values by lower-case key. A file that is missing or unreadable has none.
pub fn read(place: Option<&Path>) -> HashMap<String, String> {
    let mut path = place.map_or_else(|| PathBuf::from(DEFAULT_DIR), Path::to_path_buf);
    if path.is_dir() {
        path.push("taos.cfg");
    }
    let bytes = std::fs::read(path).unwrap_or_default();
    parse(&String::from_utf8_lossy(&bytes))
}

fn parse(text: &str) -> HashMap<String, String> {
    let mut values = HashMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        if let (Some(key), Some(value)) = (words.next(), words.next()) {
            values.insert(key.to_ascii_lowercase(), value.to_owned());
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_case_and_blanks() {
        let v =
            parse("# a comment\nfirstEp\th:6041  # the adapter\n\n  TimeZone  UTC-8 \nlonely\n");
        assert_eq!(v["firstep"], "h:6041");
        assert_eq!(v["timezone"], "UTC-8");
        assert_eq!(v.len(), 2);
    }
}
