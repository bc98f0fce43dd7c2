//! The engine: sessions, results and statements, as a Rust program would want to call them. No raw
//! pointers.

mod result_set;
mod session;
mod statement;

pub use result_set::{ResultSet, StopHandle};
pub use session::{Answer, Session};
pub use statement::{Prepared, Statement};
