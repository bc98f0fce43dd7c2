//! The library stays loaded once Java has made something that has threads.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};

/// A virtual machine unloads a library with the class loader that loaded it, whenever that is collected, and asks
/// nobody: threads of the library would go on in code that is gone. A class loader that comes later finds the
/// library as it is.
pub fn keep() {
    static KEPT: AtomicBool = AtomicBool::new(false);
    if KEPT.swap(true, Ordering::Relaxed) {
        return;
    }
    let inside = keep as *const c_void;
    let mut library = std::mem::MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: `dladdr` fills the struct unless it answers 0; the name is of a library that is loaded, or of the
    // program of which the library is a part, where nothing comes of this.
    unsafe {
        if libc::dladdr(inside, library.as_mut_ptr()) != 0 {
            let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
            libc::dlopen(library.assume_init().dli_fname, flags);
        }
    }
}
