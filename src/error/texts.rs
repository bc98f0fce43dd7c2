//! The text of every code, as the native client 3.3.7.5 gives it.

use super::system_words;
use once_cell::race::OnceBox;
use std::ffi::{CStr, CString};

/// Code in hexadecimal, name and text, separated by tabs. The texts were recorded from the native client.
/// `build.rs` makes `taoserror.h` from it.
const TABLE: &str = include_str!("codes.tsv");

fn texts() -> &'static [(u16, CString)] {
    static TEXTS: OnceBox<Vec<(u16, CString)>> = OnceBox::new();
    TEXTS.get_or_init(|| Box::new(read()))
}

fn read() -> Vec<(u16, CString)> {
    let mut texts: Vec<(u16, CString)> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut row = line.split('\t');
            let (code, _name, text) = (row.next()?, row.next()?, row.next()?);
            (!text.is_empty()).then_some((
                u16::from_str_radix(code, 16).ok()?,
                CString::new(text).ok()?,
            ))
        })
        .collect();
    // A stable sort takes 4 KB of the program's stack.
    texts.sort_unstable_by_key(|(code, _)| *code);
    texts
}

/// The system's text for an error number; "Unknown error N" for one that is none.
///
/// The text of `strerror` belongs to the C library, and another thread's call may change it. The texts here
/// stay: those of each 256 numbers are made when one of them is first needed.
fn system_text(errno: u16) -> &'static CStr {
    static PAGES: [OnceBox<Vec<CString>>; 256] = [const { OnceBox::new() }; 256];
    let [page, at] = errno.to_be_bytes();
    let texts = PAGES[usize::from(page)].get_or_init(|| {
        let texts = (0..=u8::MAX).map(|at| {
            let errno = i32::from(u16::from_be_bytes([page, at]));
            let text = system_words(&std::io::Error::from_raw_os_error(errno));
            CString::new(text).unwrap_or_default()
        });
        Box::new(texts.collect())
    });
    &texts[usize::from(at)]
}

/// The native client's text of a code: "success" for 0, the system's text for 0x..ffNNNN (which all small
/// negative numbers are), nothing for a code without a text.
pub fn code_text(code: i32) -> &'static CStr {
    if code == 0 {
        return c"success";
    }
    if code & 0x00ff_0000 == 0x00ff_0000 {
        return system_text(code as u16);
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

/// The table's own copy of this text: the code's, or else that of any other code. `None` for a text that says
/// more than the table does.
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

    /// As the native client answered (its `tmq_err2str`), -1 aside, which that function answers itself.
    // Miri has texts of its own.
    #[cfg_attr(miri, ignore)]
    #[test]
    fn system_errors_have_the_systems_text() {
        for (code, text) in [
            (0x80ff_0016u32 as i32, c"Invalid argument"),
            (0x80ff_006f_u32 as i32, c"Connection refused"),
            (-2, c"Unknown error 65534"),
            (0x8000_0016u32 as i32, c""),
            (0x16, c""),
            (0x1234, c""),
            (0x8000_9999_u32 as i32, c""),
        ] {
            assert_eq!(code_text(code), text, "{code:#x}");
        }
        // A pointer stays what it is, and says what it said.
        let first = code_text(codes::system(2)).as_ptr();
        std::thread::scope(|threads| {
            for n in 0..8 {
                threads.spawn(move || {
                    for errno in 0..=u16::MAX {
                        let text = code_text(codes::system((errno ^ n).into()));
                        assert!(!text.is_empty());
                    }
                });
            }
        });
        assert_eq!(code_text(codes::system(2)).as_ptr(), first);
        assert_eq!(code_text(codes::system(2)), c"No such file or directory");
    }

    #[test]
    fn each_name_is_one_codes() {
        let mut names: Vec<_> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split('\t').nth(1).unwrap())
            .collect();
        assert!(names
            .iter()
            .all(|n| n.starts_with(|c: char| c.is_ascii_uppercase())));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
