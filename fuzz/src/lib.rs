//! The rooms of the library that take bytes from outside, compiled by themselves under the
//! library's name.
//!
//! Not the library as a dependency: with it comes a `libtaos.so` that may not have undefined
//! symbols, as every instrumented object has, and a minute of building TLS and the runtime.
//! What these rooms use of other crates must be in `Cargo.toml` here, too.

#[path = "../../src/cancellation/mod.rs"]
pub mod cancellation;
#[path = "../../src/charset.rs"]
pub mod charset;
#[path = "../../src/config/mod.rs"]
pub mod config;
#[path = "../../src/error/mod.rs"]
pub mod error;
#[path = "../../src/protocol/mod.rs"]
pub mod protocol;
#[path = "../../src/sync.rs"]
pub mod sync;

/// How C reads a column: the one place where bytes from the network are read through raw pointers.
#[path = "../../src/capi/result/column_view.rs"]
pub mod column_view;
