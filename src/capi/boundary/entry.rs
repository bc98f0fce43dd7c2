//! The way in and out of every exported function: no panic crosses it, C strings are checked, the
//! thread's last error is kept.

use super::handle;
use super::types::{setConfRet, SET_CONF_RET_CODE};
use crate::cancellation;
use crate::error::{code_text, codes, recorded_text, Error};
use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int, CStr, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// What a function of this return type returns when the library itself has failed.
pub trait Failure {
    const FAILURE: Self;

    /// The pointer as a number; 0 for other types.
    fn address(&self) -> usize
    where
        Self: Sized,
    {
        0
    }
}

impl Failure for () {
    const FAILURE: Self = ();
}
impl Failure for bool {
    const FAILURE: Self = true;
}
impl Failure for c_int {
    const FAILURE: Self = codes::INTERNAL;
}
impl Failure for i64 {
    const FAILURE: Self = codes::INTERNAL as i64;
}
impl Failure for setConfRet {
    const FAILURE: Self = setConfRet {
        retCode: SET_CONF_RET_CODE::SET_CONF_RET_ERR_INNER as c_int,
        retMsg: [0; 1024],
    };
}
impl<T> Failure for *mut T {
    const FAILURE: Self = std::ptr::null_mut();

    fn address(&self) -> usize {
        *self as usize
    }
}
impl<T> Failure for *const T {
    const FAILURE: Self = std::ptr::null();
}

/// Runs the body of an exported function. A panic is a bug of this library: the caller gets the type's failure
/// value, `TSC_INTERNAL_ERROR` and the panic's text, and goes on. A thread that is cancelled meanwhile ends
/// when the body is done; the body then waits for nothing any more.
///
/// The thread ends in the exported function's own frame, which has nothing left to do. What Rust may unwind is
/// below it, in functions that do not let an unwinding pass.
#[inline(always)]
pub fn entry<T: Failure>(body: impl FnOnce() -> T) -> T {
    let mut ends = false;
    let value = held_off(body, &mut ends);
    if ends {
        cancellation::end_thread();
    }
    value
}

#[inline(never)]
#[allow(improper_ctypes_definitions)] // for Rust alone: what is declared so does not unwind
extern "C" fn held_off<T: Failure, F: FnOnce() -> T>(body: F, ends: &mut bool) -> T {
    let value;
    (value, *ends) = cancellation::held_off(|| {
        let value = quick(body);
        free_if_lost(value.address());
        value
    });
    value
}

/// Frees the handle that the call returns, if its thread is to end: the program never gets it. Apart, because each
/// exported function has a copy of its caller.
#[inline(never)]
fn free_if_lost(address: usize) {
    if cancellation::is_due() {
        quick(|| handle::free_if_made_last(address));
    }
}

/// As [`entry`], for a body that only looks at memory. It makes no system call at which the thread could be
/// cancelled, so cancellation need not be held off.
#[inline(never)]
#[allow(improper_ctypes_definitions)] // as above
pub extern "C" fn quick<T: Failure, F: FnOnce() -> T>(body: F) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(panic) => {
            let words = panic
                .downcast_ref::<&str>()
                .map(|s| s.to_string())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            last_error::set(&Error::with(
                codes::INTERNAL,
                format_args!("a bug in libtaos: {words}"),
            ));
            T::FAILURE
        }
    }
}

/// For a function that returns a status: 0, or the error's code, which also becomes the thread's last error.
pub fn status(body: impl FnOnce() -> Result<(), Error>) -> c_int {
    entry(|| code_of(body()))
}

/// The code of an outcome, which also becomes the thread's last error.
pub fn code_of(outcome: Result<(), Error>) -> c_int {
    match outcome {
        Ok(()) => {
            last_error::clear();
            codes::SUCCESS
        }
        Err(e) => {
            last_error::set(&e);
            e.code
        }
    }
}

/// For a function that returns a handle or another pointer: NULL sets the thread's last error.
pub fn handle<T>(body: impl FnOnce() -> Result<*mut T, Error>) -> *mut T {
    entry(|| pointer_of(body()))
}

/// The handle or pointer of an outcome; NULL for an error, which becomes the thread's last one.
pub fn pointer_of<T>(outcome: Result<*mut T, Error>) -> *mut T {
    match outcome {
        Ok(handle) => {
            last_error::clear();
            handle
        }
        Err(e) => {
            last_error::set(&e);
            std::ptr::null_mut()
        }
    }
}

/// A NUL-terminated string of the caller as bytes; `None` for NULL.
///
/// # Safety
/// `s` is NULL or points to a NUL-terminated string that lives for `'a`.
pub unsafe fn bytes<'a>(s: *const c_char) -> Option<&'a [u8]> {
    (!s.is_null()).then(|| unsafe { CStr::from_ptr(s) }.to_bytes())
}

/// A NUL-terminated string of the caller as text; `None` for NULL.
///
/// # Safety
/// As for [`bytes`].
pub unsafe fn text<'a>(s: *const c_char, what: &str) -> Result<Option<&'a str>, Error> {
    let Some(bytes) = (unsafe { bytes(s) }) else {
        return Ok(None);
    };
    utf8(bytes, what).map(Some)
}

/// Bytes of the caller that must be UTF-8.
pub fn utf8<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, Error> {
    std::str::from_utf8(bytes).map_err(|e| Error::not_utf8(what, &e))
}

/// As many whole characters of a text as fit `most` bytes.
fn cut(text: &str, most: usize) -> &str {
    let most = text.len().min(most);
    let end = (0..=most).rfind(|n| text.is_char_boundary(*n)).unwrap_or(0);
    &text[..end]
}

/// Copies a text into the caller's buffer, cut to fit between two characters, NUL-terminated.
///
/// # Safety
/// `to` is NULL or has room for `room` bytes.
pub unsafe fn copy_text(text: &str, to: *mut c_char, room: c_int) {
    let Some(most) = usize::try_from(room).ok().and_then(|n| n.checked_sub(1)) else {
        return;
    };
    if !to.is_null() {
        let n = cut(text, most).len();
        // SAFETY: `n` bytes and the NUL fit.
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), to.cast(), n);
            *to.add(n) = 0;
        }
    }
}

/// A text field of a C struct: cut to fit between two characters, NUL-terminated.
pub fn c_array<const N: usize>(text: &str) -> [c_char; N] {
    let mut out = [0; N];
    // SAFETY: `N` bytes of room.
    unsafe { copy_text(text, out.as_mut_ptr(), N as c_int) };
    out
}

/// The name of a column in a C struct. The server cuts a longer name between bytes, too. What is left of a
/// character then comes as U+FFFD, whose three bytes make the name too long here.
pub fn c_name<const N: usize>(name: &str) -> [c_char; N] {
    match cut(name, N - 1) {
        whole if whole.len() == name.len() => c_array(whole),
        part => c_array(part.trim_end_matches(char::REPLACEMENT_CHARACTER)),
    }
}

/// An array from `malloc`, which a C program frees. Never NULL, even if it is empty.
pub fn c_allocated<T>(items: impl ExactSizeIterator<Item = T>) -> Result<*mut T, Error> {
    let size = items.len().max(1) * std::mem::size_of::<T>();
    // SAFETY: room for all items; `malloc` aligns for any type of the header.
    unsafe {
        let first = libc::malloc(size).cast::<T>();
        if first.is_null() {
            return Err(Error::with(codes::INTERNAL, "out of memory"));
        }
        for (i, item) in items.enumerate() {
            first.add(i).write(item);
        }
        Ok(first)
    }
}

/// Text for C: cut at the first NUL, if there is one.
pub fn c_text(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// The text of an error, as it is handed out. One from the table of texts stays valid for good, as natively:
/// some programs read it after what it belonged to is freed.
#[derive(Debug, Default)]
pub enum ErrorText {
    #[default]
    OfCode,
    Recorded(&'static CStr),
    Own(CString),
}

impl ErrorText {
    pub fn of(error: &Error) -> ErrorText {
        match error.message.as_deref() {
            None | Some("") => ErrorText::OfCode,
            Some(text) => match recorded_text(error.code, text) {
                Some(recorded) => ErrorText::Recorded(recorded),
                None => ErrorText::Own(c_text(text)),
            },
        }
    }

    /// `None` if the code says everything.
    pub fn beyond_code(&self) -> Option<&CStr> {
        match self {
            ErrorText::OfCode => None,
            ErrorText::Recorded(text) => Some(text),
            ErrorText::Own(text) => Some(text),
        }
    }
}

/// The thread's last error, as `taos_errno(NULL)` and `taos_errstr(NULL)` report it.
pub mod last_error {
    use super::*;

    /// Bytes of a text, its NUL included; a longer one is cut.
    const ROOM: usize = 4096;

    thread_local! {
        static CODE: Cell<i32> = const { Cell::new(0) };
        /// Is there more to say than the code's own text?
        static HAS_TEXT: Cell<bool> = const { Cell::new(false) };
        /// The text of the last error that had one. Programs hold pointers to it, so neither its address nor
        /// its content changes until another error overwrites it.
        static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }

    pub fn set(error: &Error) {
        CODE.set(error.code);
        HAS_TEXT.set(error.message.is_some());
        if let Some(text) = error.message.as_deref() {
            // It is gone only while the thread ends.
            let _ = TEXT.try_with(|kept| keep(&mut kept.borrow_mut(), text));
        }
    }

    fn keep(kept: &mut Vec<u8>, text: &str) {
        kept.resize(ROOM, 0);
        let text = &text[..text.find('\0').unwrap_or(text.len())];
        let text = cut(text, ROOM - 1);
        kept[..text.len()].copy_from_slice(text.as_bytes());
        kept[text.len()] = 0;
    }

    /// The code alone, with its general text. This is what the native client keeps of a failed statement; the
    /// statement's own text belongs to the result.
    pub fn set_code(code: i32) {
        set(&Error::new(code));
    }

    pub fn clear() {
        // Errors are rare, and a success must cost nothing.
        if CODE.get() != 0 {
            CODE.set(codes::SUCCESS);
            HAS_TEXT.set(false);
        }
    }

    pub fn code() -> i32 {
        CODE.get()
    }

    /// It stays as it is until the thread's next failing call, and may be read as long as the thread lives.
    pub fn text() -> *const c_char {
        let own = HAS_TEXT
            .get()
            .then(|| TEXT.try_with(|t| t.borrow().as_ptr()));
        match own {
            Some(Ok(text)) => text.cast(),
            _ => code_text(CODE.get()).as_ptr(),
        }
    }
}
