//! The engine: sessions, results, statements and consumers, as a Rust program would want to call them. No raw
//! pointers.

mod consumer;
mod login;
mod result_set;
mod routes;
mod session;
mod statement;

pub use consumer::{Commit, Consumer, Message};
pub use login::server_status;
pub use result_set::{ResultSet, StopHandle};
pub use routes::{Routes, HASH_METHOD};
pub use session::{charset_of_process, Answer, Session};
pub use statement::{Prepared, Statement};
