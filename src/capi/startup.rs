//! What the library does to the process when it is first used.

use crate::config::global;
use std::sync::atomic::{AtomicBool, Ordering};

static BEGUN: AtomicBool = AtomicBool::new(false);

/// Called by `taos_init` and each connection; only the first call has an effect.
pub fn begin() {
    if !BEGUN.swap(true, Ordering::AcqRel) {
        choose_locale();
    }
}

pub fn has_begun() -> bool {
    BEGUN.load(Ordering::Acquire)
}

/// A program that converts the texts of columns by its locale expects the client library to have set it:
/// TDengine's own command line does. A program that has chosen a locale itself keeps it.
fn choose_locale() {
    // SAFETY: the answer stays valid until the next call that sets a locale. Setting one is not safe
    // beside other threads that use it, so it is done once, where the native client does it too.
    unsafe {
        let now = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
        let is_unchosen = !now.is_null() && std::ffi::CStr::from_ptr(now) == c"C";
        if is_unchosen && global::flag_of_the_process("set_locale") {
            libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
        }
    }
}
