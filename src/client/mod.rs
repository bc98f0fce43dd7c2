//! The engine: sessions, results and statements, as a Rust program would want to call them. No raw
//! pointers.

mod batch;
mod flight;
mod login;
mod result_set;
mod routes;
mod session;
mod statement;
mod stmt1;
mod table_lookup;

pub use batch::Cells;
pub use login::server_status;
pub use result_set::{ResultSet, StopHandle};
pub use routes::{Routes, HASH_METHOD};
pub use session::{Answer, Session};
pub use statement::{check_table_name, Prepared, Statement, COLUMN, MAX_ROWS, TABLE_NAME, TAG};
pub use stmt1::Stmt1;
