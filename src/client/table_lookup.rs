//! What the tags and columns of a table are, by a version 1 statement of its own: version 2 tells it of
//! a table that is a `?` only once something is bound, version 1 when the table is named.

use crate::error::Result;
use crate::protocol::reply::Parameter;
use crate::protocol::request::{self, Request};
use crate::transport::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// What is bound for a table.
#[derive(Debug, Default, Clone)]
pub struct Fields {
    pub tags: Arc<[Parameter]>,
    pub columns: Arc<[Parameter]>,
}

/// A version 1 statement on the server, which nothing is ever bound to; made when it is first asked.
pub struct TableLookup {
    connection: Arc<Connection>,
    sql: String,
    /// The statement has `?` for tags, and for columns.
    has: (bool, bool),
    id: Option<u64>,
    known: HashMap<String, Fields>,
}

impl TableLookup {
    pub fn new(connection: Arc<Connection>, sql: &str, has: (bool, bool)) -> TableLookup {
        TableLookup {
            connection,
            sql: sql.to_owned(),
            has,
            id: None,
            known: HashMap::new(),
        }
    }

    fn ask(&self, request: impl FnOnce(u64) -> Request) -> Result<Arc<[Parameter]>> {
        Ok(self.connection.ask_json(request)?.fields.into())
    }

    /// What is bound for this table; an empty name where the text names the table.
    pub fn fields(&mut self, table: &str) -> Result<Fields> {
        if let Some(known) = self.known.get(table) {
            return Ok(known.clone());
        }
        let fields = self.ask_for(table);
        match &fields {
            Ok(fields) => {
                self.known.insert(table.to_owned(), fields.clone());
            }
            // The server repeats a statement's failure to whatever it is asked next.
            Err(_) => self.close(),
        }
        fields
    }

    fn ask_for(&mut self, table: &str) -> Result<Fields> {
        let id = match self.id {
            Some(id) => id,
            None => {
                let made = self
                    .connection
                    .ask_json(|req_id| request::bare("init", req_id))?;
                self.id = Some(made.stmt_id);
                self.ask(|req_id| request::stmt_prepare(req_id, made.stmt_id, &self.sql))?;
                made.stmt_id
            }
        };
        if !table.is_empty() {
            self.ask(|req_id| request::stmt_set_table_name(req_id, id, table))?;
        }
        let of = |wanted: bool, action: &str| match wanted {
            true => self.ask(|req_id| request::on_statement(action, req_id, id)),
            false => Ok(Arc::default()),
        };
        Ok(Fields {
            tags: of(self.has.0, "get_tag_fields")?,
            columns: of(self.has.1, "get_col_fields")?,
        })
    }

    fn close(&mut self) {
        if let Some(id) = self.id.take() {
            // Not answered; a connection that is gone has closed it.
            let req_id = self.connection.request_id(0);
            let _ = self
                .connection
                .tell(request::on_statement("close", req_id, id));
        }
    }
}

impl Drop for TableLookup {
    fn drop(&mut self) {
        self.close();
    }
}
