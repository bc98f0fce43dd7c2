//! The environment, as far as it may be trusted.

use std::ffi::OsString;

/// A variable of the library. A program with more rights than the user who started it (setuid, setgid, capabilities)
/// gets none: variables name files that it would read and write, and servers to which it would send passwords.
pub fn var_os(name: &str) -> Option<OsString> {
    match has_more_rights_than_its_user() {
        true => None,
        false => std::env::var_os(name),
    }
}

/// The condition that `secure_getenv` uses.
pub fn has_more_rights_than_its_user() -> bool {
    // Miri has no `getauxval`.
    // SAFETY: reads what the kernel has told the process.
    !cfg!(miri) && unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}
