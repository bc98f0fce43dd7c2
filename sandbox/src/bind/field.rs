//! What a `?` of an insert stands for.

use crate::types::Type;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindType {
    Column = 1,
    Tag = 2,
    TableName = 4,
}

pub struct Field {
    pub name: String,
    pub ty: Type,
    /// Bytes, as replies give them.
    pub bytes: u32,
    /// Of timestamps.
    pub precision: u8,
    pub bind_type: BindType,
}
