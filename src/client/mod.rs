//! The engine: sessions and results, as a Rust program would want to call them. No raw pointers.

mod result_set;
mod session;

pub use result_set::{ResultSet, StopHandle};
pub use session::Session;
