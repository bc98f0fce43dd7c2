//! The environment, as far as it may be believed.

use std::ffi::OsString;

/// A variable of this library's. A program with more rights than who started it - setuid, setgid,
/// with capabilities - gets none: they name files that it would read and write, and servers that it
/// would tell passwords to.
pub fn var_os(name: &str) -> Option<OsString> {
    match has_more_rights_than_its_user() {
        true => None,
        false => std::env::var_os(name),
    }
}

/// What `secure_getenv` goes by.
pub fn has_more_rights_than_its_user() -> bool {
    // SAFETY: reads what the kernel has told the process.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}
