//! The engine: sessions, results, statements and consumers, as a Rust program would want to call them. No raw
//! pointers.

mod batch;
mod bind_exec;
mod by_actions;
mod by_messages;
mod connection_options;
mod consumer;
pub mod events;
mod flight;
mod login;
pub mod logins;
mod lost;
mod marks;
mod old_server;
mod result_set;
mod retry;
mod routes;
mod schemaless;
mod schemaless_charset;
mod session;
mod sql_text;
mod statement;
mod stmt1;
mod table_lookup;
mod way;
mod white_list;

pub use batch::{refused, Cells, Rows};
pub use consumer::{Commit, Consumer, Message};
pub use login::{list_instances, server_status, server_version};
pub use result_set::{ResultSet, StopHandle};
pub use routes::{Routes, HASH_METHOD};
pub use schemaless::SchemalessInsert;
pub use schemaless_charset::LineDecoder;
pub use session::{other_than_utf8, Answer, Session};
pub use statement::{check_table_name, Prepared, Statement, COLUMN, MAX_ROWS, TABLE_NAME, TAG};
pub use stmt1::Stmt1;
pub use white_list::{ListEntry, WhiteList};

/// Held over a fork.
pub static LOCKS: &[&dyn crate::fork::Lock] = &[&events::WATCHES, &logins::KNOWN];
