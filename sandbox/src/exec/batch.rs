//! Rows on their way into a table.

use crate::catalog::{NewTable, Schema};
use crate::sql::ast::TableName;
use crate::value::Row;
use std::sync::Arc;

/// Rows for one table: (time, values of `slots`).
#[derive(Debug)]
pub struct Batch {
    pub table: TableName,
    /// If the table is to be created.
    pub create: Option<NewTable>,
    pub schema: Arc<Schema>,
    pub slots: Vec<u32>,
    pub rows: Vec<Row>,
}
