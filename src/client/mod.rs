//! The engine: sessions, results and statements, as a Rust program would want to call them. No raw
//! pointers.

mod login;
mod result_set;
mod routes;
mod schemaless;
mod session;
mod statement;

pub use login::server_status;
pub use result_set::{ResultSet, StopHandle};
pub use routes::{Routes, HASH_METHOD};
pub use schemaless::SchemalessInsert;
pub use session::{Answer, Session};
pub use statement::{Prepared, Statement};
