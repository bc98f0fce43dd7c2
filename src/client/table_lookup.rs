//! What the columns of a table are, for an insert whose table is a `?`: version 2 of the statement
//! protocol tells it only once something is bound, version 1 when the table is named.

use crate::error::Result;
use crate::protocol::reply::Parameter;
use crate::protocol::request::{self, Request};
use crate::transport::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// A version 1 statement on the server, which nothing is ever bound to.
pub struct TableLookup {
    connection: Arc<Connection>,
    id: u64,
    known: HashMap<String, Arc<[Parameter]>>,
}

impl TableLookup {
    pub fn new(connection: Arc<Connection>, sql: &str) -> Result<TableLookup> {
        let id = connection
            .ask_json(|req_id| request::bare("init", req_id))?
            .stmt_id;
        let lookup = TableLookup {
            connection,
            id,
            known: HashMap::new(),
        };
        lookup.ask(|req_id| request::stmt_prepare(req_id, id, sql))?;
        Ok(lookup)
    }

    fn ask(&self, request: impl FnOnce(u64) -> Request) -> Result<Vec<Parameter>> {
        Ok(self.connection.ask_json(request)?.fields)
    }

    /// The columns that are bound for this table.
    pub fn columns(&mut self, table: &str) -> Result<Arc<[Parameter]>> {
        if let Some(known) = self.known.get(table) {
            return Ok(known.clone());
        }
        let id = self.id;
        self.ask(|req_id| request::stmt_set_table_name(req_id, id, table))?;
        let columns = self.ask(|req_id| request::on_statement("get_col_fields", req_id, id))?;
        let columns: Arc<[Parameter]> = columns.into();
        self.known.insert(table.to_owned(), columns.clone());
        Ok(columns)
    }
}

impl Drop for TableLookup {
    fn drop(&mut self) {
        // Not answered; a connection that is gone has closed it.
        let req_id = self.connection.request_id(0);
        let _ = self
            .connection
            .tell(request::on_statement("close", req_id, self.id));
    }
}
