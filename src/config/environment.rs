//! The environment, as far as it may be trusted.

use super::settings::ENV_PREFIX;
use std::ffi::{c_char, CStr, OsString};

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

/// The variables on which settings depend, as `NAME=value`, at one time.
pub struct Snapshot(Vec<Vec<u8>>);

impl Snapshot {
    pub fn take() -> Snapshot {
        Snapshot(of_settings().map(<[u8]>::to_vec).collect())
    }

    /// Are all of them the same as then? One look at the environment is far cheaper than a `getenv` for each setting.
    pub fn is_current(&self) -> bool {
        of_settings().eq(self.0.iter().map(Vec::as_slice))
    }
}

/// The entries of settings, and of the C library's time zone: `TZ` and `TZDIR`.
fn of_settings() -> impl Iterator<Item = &'static [u8]> {
    extern "C" {
        static mut environ: *const *const c_char;
    }
    // SAFETY: a list of strings that ends with NULL. As with `getenv`, a program must not change its environment while
    // another thread reads it.
    let entries = unsafe {
        let mut next = environ;
        std::iter::from_fn(move || {
            let entry = match next.is_null() {
                true => std::ptr::null(),
                false => *next,
            };
            if entry.is_null() {
                return None;
            }
            next = next.add(1);
            Some(entry)
        })
    };
    let is_of_settings = |entry: &*const c_char| {
        let begins_with = |prefix: &str| {
            let mut letters = prefix.bytes().enumerate();
            // SAFETY: as above. It stops at the end of the string, which is no letter of the prefix.
            letters.all(|(at, letter)| unsafe { *entry.add(at).cast::<u8>() } == letter)
        };
        begins_with(ENV_PREFIX) || begins_with("TZ=") || begins_with("TZDIR=")
    };
    // SAFETY: as above.
    let bytes = |entry| unsafe { CStr::from_ptr(entry) }.to_bytes();
    entries.filter(is_of_settings).map(bytes)
}
