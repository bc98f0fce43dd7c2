//! The text of every code, as the native client 3.3.7.5 answers it.

use once_cell::race::OnceBox;
use std::ffi::{CStr, CString};

/// Code in hexadecimal, a tab, the text; recorded from the native client.
const RECORDED: &str = include_str!("texts.tsv");

fn texts() -> &'static [(u16, CString)] {
    static TEXTS: OnceBox<Vec<(u16, CString)>> = OnceBox::new();
    TEXTS.get_or_init(|| Box::new(read()))
}

fn read() -> Vec<(u16, CString)> {
    let mut texts: Vec<(u16, CString)> = RECORDED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (code, text) = line.split_once('\t')?;
            Some((
                u16::from_str_radix(code, 16).ok()?,
                CString::new(text).ok()?,
            ))
        })
        .collect();
    texts.sort_by_key(|(code, _)| *code);
    texts
}

/// What the native client says of a code: "success" for 0, nothing for one it has no text for.
pub fn code_text(code: i32) -> &'static CStr {
    if code == 0 {
        return c"success";
    }
    if code as u32 >> 16 == 0x8000 {
        let low = code as u16;
        let texts = texts();
        if let Ok(i) = texts.binary_search_by_key(&low, |(code, _)| *code) {
            return &texts[i].1;
        }
    }
    c""
}

/// The table's own copy of this text: that of the code, or else of any other. `None` for a text that
/// says more than the table does.
pub fn recorded_text(code: i32, text: &str) -> Option<&'static CStr> {
    let is_it = |recorded: &CStr| recorded.to_bytes() == text.as_bytes();
    let of_any = || texts().iter().map(|(_, text)| text.as_c_str());
    [code_text(code)]
        .into_iter()
        .chain(of_any())
        .find(|t| is_it(t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::codes;

    #[test]
    fn the_texts_of_our_own_codes_are_known() {
        for (code, text) in [
            (0, c"success"),
            (codes::UNABLE_TO_CONNECT, c"Unable to establish connection"),
            (codes::DISCONNECTED, c"Disconnected from service"),
            (codes::INVALID_PARAMETER, c"Invalid parameters"),
            (codes::REPEATED_INIT, c"Repeat initialization"),
        ] {
            assert_eq!(code_text(code), text);
        }
        for code in [
            codes::UNKNOWN_HOST,
            codes::CONNECTION_BROKEN,
            codes::TIMEOUT,
            codes::OPERATION_NOT_SUPPORTED,
            codes::INVALID_MESSAGE,
            codes::INVALID_CONFIG_OPTION,
            codes::CONFIG_NOT_FOUND,
            codes::INVALID_CONFIG_VALUE,
            codes::INVALID_OPERATION,
            codes::INVALID_CONNECTION,
            codes::INVALID_INPUT,
            codes::QUERY_KILLED,
            codes::INTERNAL,
        ] {
            assert!(!code_text(code).is_empty(), "{code:#x}");
        }
        assert_eq!(code_text(codes::native(0xfff0)), c"");
    }

    #[test]
    fn a_text_of_the_table_is_the_tables() {
        let own = code_text(codes::TABLE_NOT_EXIST);
        let text = own.to_str().unwrap();
        for code in [codes::TABLE_NOT_EXIST, codes::STMT_TABLE_NAME] {
            let found = recorded_text(code, text).unwrap();
            assert_eq!(found.as_ptr(), own.as_ptr());
        }
        assert_eq!(
            recorded_text(codes::TABLE_NOT_EXIST, "Table does not exist: t"),
            None
        );
    }
}
