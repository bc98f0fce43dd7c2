//! What a statement gives.

use super::result::ResultSet;
use crate::error::Result;

pub enum Outcome {
    Done { affected: usize },
    Use(String),
    Rows(Box<ResultSet>),
}

pub fn done() -> Result<Outcome> {
    Ok(Outcome::Done { affected: 0 })
}
