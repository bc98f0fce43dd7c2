//! Character sets other than UTF-8, by the C library's `iconv`: the names and the tables that the native client has.
//!
//! A descriptor of iconv belongs to one thread at a time; here each user has its own, and needs no lock to convert.

use crate::sync::Mutex;
use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::io;
use std::ptr::null_mut;
use std::sync::Arc;

/// Held while a descriptor is opened or closed. The C library then holds a lock of its own, which a child must not
/// inherit from a thread that stayed in the parent.
pub static OPENING: Mutex<()> = Mutex::new(());

/// NCHAR as it comes from the server: four bytes a character, on any machine.
const UCS4: &CStr = c"UCS-4LE";
const UTF8: &CStr = c"UTF-8";
/// Separates a name from words such as `TRANSLIT`, by which a program asks for similar characters in place of missing
/// ones.
const SUFFIX: &str = "//";

// Not among what the crate `libc` declares for Linux.
extern "C" {
    fn iconv_open(to: *const c_char, from: *const c_char) -> *mut c_void;
    fn iconv_close(descriptor: *mut c_void) -> c_int;
    fn iconv(
        descriptor: *mut c_void,
        text: *mut *mut c_char,
        text_left: *mut usize,
        out: *mut *mut c_char,
        out_left: *mut usize,
    ) -> usize;
}

/// What `iconv` and `iconv_open` answer when they fail.
const FAILED: usize = usize::MAX;

/// Converts texts, one after the other, from one character set to another.
#[derive(Debug)]
pub struct Converter {
    descriptor: *mut c_void,
    /// Similar characters may take the place of missing ones.
    approximates: bool,
}

// SAFETY: a descriptor may go from thread to thread, and whoever uses it has it exclusively.
unsafe impl Send for Converter {}
// SAFETY: a shared reference does nothing.
unsafe impl Sync for Converter {}

impl Converter {
    fn open(to: &CStr, from: &CStr, approximates: bool) -> io::Result<Converter> {
        let _opening = OPENING.lock();
        // SAFETY: two NUL-terminated names.
        let descriptor = unsafe { iconv_open(to.as_ptr(), from.as_ptr()) };
        if descriptor as usize == FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Converter {
            descriptor,
            approximates,
        })
    }

    /// Converts a whole text into the beginning of `out`: the number of bytes there. `None` when one of the sets does
    /// not have a character of it, and when it does not fit.
    pub fn convert(&mut self, text: &[u8], out: &mut [u8]) -> Option<usize> {
        let (mut from, mut from_left) = (text.as_ptr().cast_mut().cast::<c_char>(), text.len());
        let (mut to, mut left) = (out.as_mut_ptr().cast::<c_char>(), out.len());
        // SAFETY: the descriptor is open and ours alone. iconv reads at most `from_left` bytes at `from`, although it
        // is not declared so, and writes at most `left` bytes at `to`.
        let converted = unsafe {
            // Resets the state that an earlier text may have left.
            iconv(
                self.descriptor,
                null_mut(),
                null_mut(),
                null_mut(),
                null_mut(),
            );
            let replaced = iconv(
                self.descriptor,
                &mut from,
                &mut from_left,
                &mut to,
                &mut left,
            );
            // Returns to the initial state at the end of the text.
            let ended = iconv(self.descriptor, null_mut(), null_mut(), &mut to, &mut left);
            ended != FAILED
                && match replaced {
                    0 => true,
                    FAILED => false,
                    _ => self.approximates,
                }
        };
        (converted && from_left == 0).then(|| out.len() - left)
    }

    /// Converts a whole text to UTF-8, by a [`Charset::decoder`]; `None` when it is not valid in its set.
    pub fn text(&mut self, text: &[u8]) -> Option<String> {
        // In most sets a byte is at most one character, which has at most four bytes in UTF-8. Some sets have bytes that
        // stand for two characters: a letter and an accent.
        let mut out = vec![0; 8 * text.len()];
        let len = self.convert(text, &mut out)?;
        out.truncate(len);
        String::from_utf8(out).ok()
    }
}

impl Drop for Converter {
    fn drop(&mut self) {
        let _opening = OPENING.lock();
        // SAFETY: open, and not used again.
        unsafe { iconv_close(self.descriptor) };
    }
}

/// A character set of a program, other than UTF-8.
#[derive(Debug)]
pub struct Charset {
    name: CString,
    approximates: bool,
    /// Never used: while one is open, the C library keeps the set's tables loaded.
    _kept: Converter,
}

/// Is it UTF-8, by one of its names?
fn is_utf8(name: &str) -> bool {
    ["utf-8", "utf8"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

/// Is there such a character set?
pub fn exists(name: &str) -> bool {
    Charset::other_than_utf8(name).is_ok()
}

impl Charset {
    /// The set of this name, `None` for UTF-8. An error when the C library does not have it.
    pub fn other_than_utf8(name: &str) -> io::Result<Option<Arc<Charset>>> {
        if is_utf8(name) {
            return Ok(None);
        }
        let unknown = || io::Error::from(io::ErrorKind::InvalidInput);
        // The C library ignores characters that no name has. If nothing is left, it takes the locale's set.
        let own = name.split('/').next().unwrap_or_default();
        if !own.contains(|c: char| c.is_ascii_alphanumeric()) {
            return Err(unknown());
        }
        let approximates = name.contains(SUFFIX);
        let name = CString::new(name).map_err(|_| unknown())?;
        Converter::open(UCS4, &name, approximates)?;
        Ok(Some(Arc::new(Charset {
            _kept: Converter::open(&name, UCS4, approximates)?,
            approximates,
            name,
        })))
    }

    pub fn name(&self) -> &str {
        self.name.to_str().unwrap_or_default()
    }

    /// Converts NCHAR as it comes from the server to this set.
    pub fn encoder(&self) -> io::Result<Converter> {
        Converter::open(&self.name, UCS4, self.approximates)
    }

    /// Converts texts in this set to UTF-8.
    pub fn decoder(&self) -> io::Result<Converter> {
        Converter::open(UTF8, &self.name, self.approximates)
    }

    /// Do bytes below 0x80 mean in this set what they mean in ASCII? They do not in UTF-16.
    pub fn has_ascii(&self) -> bool {
        let ascii: Vec<u8> = (1..0x80).collect();
        let text = self.decoder().ok().and_then(|mut d| d.text(&ascii));
        text.is_some_and(|text| text.as_bytes() == ascii)
    }
}

#[cfg(all(test, not(miri)))] // Miri has no iconv.
mod tests {
    use super::*;

    fn set(name: &str) -> Arc<Charset> {
        Charset::other_than_utf8(name).unwrap().unwrap()
    }

    fn encode(name: &str, text: &str) -> Option<Vec<u8>> {
        let ucs4: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        let mut out = vec![0; ucs4.len()];
        let len = set(name).encoder().unwrap().convert(&ucs4, &mut out)?;
        out.truncate(len);
        Some(out)
    }

    fn decode(name: &str, text: &[u8]) -> Option<String> {
        set(name).decoder().unwrap().text(text)
    }

    #[test]
    fn there_and_back() {
        for name in ["GBK", "cp936", "Big5", "EUC-JP", "ISO-2022-JP", "GB18030"] {
            let bytes = encode(name, "中文一二三").unwrap();
            let back = decode(name, &bytes);
            assert_eq!(back.as_deref(), Some("中文一二三"), "{name}");
        }
        assert_eq!(decode("GBK", b"a\xff"), None);
        assert_eq!(decode("GBK", b"a\xb5"), None, "half a character");
        assert_eq!(decode("ISO-8859-1", b"\x80").as_deref(), Some("\u{80}"));
    }

    /// A converter that failed, or stopped in the middle of a text, begins the next text in the initial state.
    #[test]
    fn each_text_stands_for_itself() {
        let mut to = set("ISO-2022-JP").encoder().unwrap();
        let text =
            |s: &str| -> Vec<u8> { s.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect() };
        let mut out = [0; 64];
        let first = to
            .convert(&text("日本"), &mut out)
            .map(|n| out[..n].to_vec());
        assert_eq!(first.as_deref(), Some(&b"\x1b$BF|K\\\x1b(B"[..]));
        assert_eq!(to.convert(&text("日😀"), &mut out), None);
        assert_eq!(to.convert(&text("日本"), &mut [0; 6]), None, "no room");
        let again = to
            .convert(&text("日本"), &mut out)
            .map(|n| out[..n].to_vec());
        assert_eq!(again, first);
    }

    #[test]
    fn what_a_set_does_not_have_is_refused_unless_asked_for() {
        assert_eq!(encode("GBK", "ok 😀"), None);
        assert_eq!(encode("ISO-8859-1", "5 €"), None);
        assert_eq!(encode("ASCII//TRANSLIT", "é").map(|b| b.len()), Some(1));
    }

    #[test]
    fn names() {
        for utf8 in ["UTF-8", "utf8"] {
            assert!(Charset::other_than_utf8(utf8).unwrap().is_none());
        }
        for none in ["", "nosuch", "//TRANSLIT", "GBK\0", "\u{e9}"] {
            assert!(!exists(none), "{none:?}");
        }
        assert!(set("gbk").has_ascii() && set("koi8-r").has_ascii());
        assert!(!set("UTF-16").has_ascii() && !set("UCS-4LE").has_ascii());
    }
}
