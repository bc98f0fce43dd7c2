//! What clients bind to prepared statements: payloads taken apart with every length checked, and their values.

mod bytes;
mod columns;
mod field;
mod item;
mod payload;
#[cfg(test)]
mod tests;
pub mod version1;

pub use columns::Columns;
pub use field::{BindType, Field};
pub use item::{Cell, Item};
pub use payload::{Bind, Table};
