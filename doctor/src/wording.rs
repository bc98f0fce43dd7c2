//! Values of the library, as a reader sees them.

use taos::config::settings::{BY_DEFAULT, OF_THE_CALL};
use taos::config::LookedInto;

/// Where a value came from.
pub fn origin_of(all: &LookedInto, origin: &str) -> String {
    match origin {
        OF_THE_CALL | BY_DEFAULT => origin.to_owned(),
        "argument" => "command line".to_owned(),
        setting => format!(
            "{setting}, from {}",
            all.values.from(setting).unwrap_or(setting)
        ),
    }
}

/// An error code of the library.
pub fn code(code: i32) -> String {
    format!("0x{code:08x}")
}
