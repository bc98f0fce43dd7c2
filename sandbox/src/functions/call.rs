//! What a call of a function depends on besides its arguments.

use crate::time::{Precision, Zone};
use crate::types::Type;

pub struct Call {
    pub zone: Zone,
    pub precision: Precision,
    pub types: Vec<Type>,
}
