//! The engine: sessions, results, statements and consumers, in the form in which a Rust program would want to
//! call them. There are no raw pointers here.

mod connection_lost;
mod consumer;
pub mod events;
mod result;
mod retry;
mod session;
mod statement;
mod stop_handle;

pub use consumer::{Commit, Consumer, Message};
pub use result::ResultSet;
pub use session::known_logins;
pub use session::login::{list_instances, server_status, server_version};
pub use session::queries::Answer;
pub use session::routes::{Routes, HASH_METHOD};
pub use session::schemaless::SchemalessInsert;
pub use session::schemaless_charset::LineDecoder;
pub use session::white_list::{ListEntry, WhiteList};
pub use session::{other_than_utf8, Session};
pub use statement::cells::{refused, Cells};
pub use statement::rows::Rows;
pub use statement::stmt1::Stmt1;
pub use statement::{check_table_name, Prepared, Statement, COLUMN, MAX_ROWS, TABLE_NAME, TAG};

/// The locks of this room that are held over a fork.
pub static LOCKS: &[&dyn crate::fork::Lock] = &[&events::WATCHES, &known_logins::KNOWN];
pub use stop_handle::StopHandle;
