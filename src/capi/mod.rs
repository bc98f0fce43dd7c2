//! The C ABI, one file per chapter of the header. With `jni`, the only room with raw pointers.
//!
//! A function here checks and converts its arguments, calls the engine, and hands out pointers; the
//! ways in and out are in [`entry`], handles in [`handle`]. Each function's documentation becomes
//! the header's, and its line `Here:` becomes its row in docs/functions.md.

pub(crate) mod binds;
pub(crate) mod callbacks;
mod column_view;
mod columns;
mod connection;
pub(crate) mod entry;
pub(crate) mod handle;
mod notices;
pub(crate) mod result;
pub(crate) mod statement;

pub mod types;

pub mod async_query;
pub mod connect;
pub mod database;
pub mod errors;
pub mod fetch;
pub mod info;
pub mod instances;
pub mod lifecycle;
pub mod notify;
pub mod options;
pub mod print_row;
pub mod query;
pub mod raw_block;
pub mod routes;
pub mod schemaless;
pub mod server;
mod startup;
pub mod stmt;
pub mod stmt2;
pub mod tmq;
pub mod white_lists;

/// Held over a fork.
pub static LOCKS: &[&dyn crate::fork::Lock] = &[&handle::FREE, &callbacks::POOL];
