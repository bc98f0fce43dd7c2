//! The C ABI, a file or a folder per chapter of the header. With `jni`, the only room with raw pointers.
//!
//! A function here checks and converts its arguments, calls the engine, and hands out pointers. What every function
//! passes through is in [`boundary`]. Each function's documentation becomes
//! the header's, and its line `Here:` becomes its row in docs/functions.md.

pub mod boundary;

pub mod connection;
pub mod errors;
pub mod events;
pub mod lifecycle;
pub mod query;
pub mod raw_block;
pub mod result;
pub mod schemaless;
mod startup;
pub mod stmt;
pub mod tmq;

/// The locks of this room that are held over a fork.
pub static LOCKS: &[&dyn crate::fork::Lock] =
    &[&boundary::handle::TABLE.free, &boundary::callbacks::POOL];
