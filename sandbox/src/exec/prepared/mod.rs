//! INSERT with `?`: its text is read once ([`text`]); at each bind its tables are looked up and rows made of the values.

mod bind;
mod error;
mod fields;
mod plan;
mod table;
mod text;

pub use bind::Partial;
pub use text::Insert;

use super::batch::Batch;
use super::write::{check_time, write};
use crate::engine::Engine;
use crate::error::Result;
use crate::value::Value;

/// Writes what was bound; the number of rows.
pub fn run(e: &mut Engine, batches: &[Batch]) -> Result<usize> {
    for b in batches {
        let oldest = e.catalog.database(&b.table.db)?.oldest();
        for r in &b.rows {
            check_time(r.first().unwrap_or(&Value::Null), oldest)?;
        }
    }
    write(e, batches)
}
