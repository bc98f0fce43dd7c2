//! The tags and columns of a table, by a version 1 statement of its own. For a table that is a `?`, version 2
//! tells them only once something is bound, version 1 as soon as the table is named.

use super::placeholders::{Placeholders, Values};
use super::prepared::{COLUMN, TABLE_NAME, TAG};
use crate::client::connection_lost::is_no_answer;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::Parameter;
use crate::protocol::request::{self, Request};
use crate::protocol::types;
use crate::transport::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// The fields to bind for a table.
#[derive(Debug, Default, Clone)]
pub struct Fields {
    pub tags: Arc<[Parameter]>,
    pub columns: Arc<[Parameter]>,
}

/// The size of a table's name, as version 2 reports it.
const TABLE_NAME_BYTES: i32 = 271;

impl Fields {
    /// There must be as many fields as the text has `?`, because that many values of the caller's arrays are
    /// read.
    pub fn check(&self, placeholders: &Placeholders) -> Result<()> {
        let told = (self.tags.len(), self.columns.len());
        if told == (placeholders.tags, placeholders.columns) {
            return Ok(());
        }
        Err(Error::with(
            codes::INVALID_MESSAGE,
            format_args!(
                "the server names {} tags and {} columns of a statement with {} and {} ?",
                told.0, told.1, placeholders.tags, placeholders.columns
            ),
        ))
    }

    /// What each `?` stands for, in the form of version 2.
    pub fn parameters(&self, names_table: bool) -> Vec<Parameter> {
        let table = names_table.then(|| Parameter {
            name: "tbname".into(),
            field_type: types::VARCHAR,
            bytes: TABLE_NAME_BYTES,
            bind_type: TABLE_NAME,
            ..Parameter::default()
        });
        let of_kind = |list: &[Parameter], bind_type| {
            let one = move |p: &Parameter| Parameter {
                bind_type,
                ..p.clone()
            };
            list.iter().map(one).collect::<Vec<_>>()
        };
        let mut all: Vec<_> = table.into_iter().collect();
        all.extend(of_kind(&self.tags, TAG));
        all.extend(of_kind(&self.columns, COLUMN));
        all
    }
}

/// A version 1 statement on the server to which nothing is ever bound. It is made when it is first needed.
pub struct TableLookup {
    connection: Arc<Connection>,
    sql: String,
    /// The text with which the server is asked, if it is another one.
    asked: Option<String>,
    /// The statement has `?` for tags.
    has_tags: bool,
    id: Option<u64>,
    known: HashMap<String, Fields>,
    known_tags: HashMap<String, Arc<[Parameter]>>,
}

impl TableLookup {
    pub fn new(connection: Arc<Connection>, sql: &str, has_tags: bool) -> TableLookup {
        TableLookup {
            connection,
            sql: sql.to_owned(),
            asked: None,
            has_tags,
            id: None,
            known: HashMap::new(),
            known_tags: HashMap::new(),
        }
    }

    /// Asks the server with this text in place of the statement's own.
    pub fn ask_with(&mut self, text: &str) {
        self.asked = Some(text.to_owned());
    }

    fn ask(&self, request: impl FnOnce(u64) -> Request) -> Result<Arc<[Parameter]>> {
        Ok(self.connection.ask_json(request)?.fields.into())
    }

    /// The fields of this table. The name is empty if the text names the table.
    pub fn fields(&mut self, table: &str) -> Result<Fields> {
        if let Some(known) = self.known.get(table) {
            return Ok(known.clone());
        }
        let fields = self.ask_for(table);
        match &fields {
            Ok(fields) => {
                self.known.insert(table.to_owned(), fields.clone());
            }
            // The server repeats a statement's failure at every later question.
            Err(_) => self.close(),
        }
        fields
    }

    /// What each `?` stands for, for this table.
    pub fn parameters(&mut self, table: &str) -> Result<Vec<Parameter>> {
        let Fields { tags, columns } = self.fields(table)?;
        let fields = Fields {
            tags: self.of_marks("tags", &tags),
            columns: self.of_marks("values", &columns),
        };
        Ok(fields.parameters(true))
    }

    /// The fields of the `?` after this word. Version 1 tells those of the constants, too.
    pub fn of_marks(&self, word: &str, fields: &[Parameter]) -> Arc<[Parameter]> {
        let values = Values::after(word, &self.sql);
        values.of_marks(&self.sql, fields).into()
    }

    /// The tags of this table, including constants in the text; none for a table that exists already. An error
    /// for an ordinary table.
    pub fn tags(&mut self, table: &str) -> Result<Arc<[Parameter]>> {
        if let Some(known) = self.known_tags.get(table) {
            return Ok(known.clone());
        }
        let tags = self
            .named(table)
            .and_then(|id| self.ask(|req_id| request::on_statement("get_tag_fields", req_id, id)));
        match &tags {
            Ok(tags) => drop(self.known_tags.insert(table.to_owned(), tags.clone())),
            Err(_) => self.close(),
        }
        tags
    }

    /// Version 1's error for the text.
    pub fn refusal(&mut self) -> Option<Error> {
        self.close();
        let said = self.prepared().and_then(|id| {
            let request = |req_id| request::on_statement("stmt_num_params", req_id, id);
            self.connection.ask_json(request)
        });
        self.close();
        // A failure without a code is the adapter's own, for example that it does not know version 1.
        said.err()
            .filter(|e| !is_no_answer(e) && e.code != codes::FAILED)
    }

    /// The statement, prepared.
    fn prepared(&mut self) -> Result<u64> {
        if let Some(id) = self.id {
            return Ok(id);
        }
        let made = self
            .connection
            .ask_json(|req_id| request::bare("init", req_id))?;
        self.id = Some(made.stmt_id);
        let text = self.asked.as_ref().unwrap_or(&self.sql);
        self.ask(|req_id| request::stmt_prepare(req_id, made.stmt_id, text))?;
        Ok(made.stmt_id)
    }

    /// The statement, for this table.
    fn named(&mut self, table: &str) -> Result<u64> {
        let id = self.prepared()?;
        if !table.is_empty() {
            self.ask(|req_id| request::stmt_set_table_name(req_id, id, table))?;
        }
        Ok(id)
    }

    fn ask_for(&mut self, table: &str) -> Result<Fields> {
        let id = self.named(table)?;
        let tags = match self.has_tags {
            true => self.ask(|req_id| request::on_statement("get_tag_fields", req_id, id))?,
            false => Arc::default(),
        };
        let columns = self.ask(|req_id| request::on_statement("get_col_fields", req_id, id))?;
        Ok(Fields { tags, columns })
    }

    fn close(&mut self) {
        if let Some(id) = self.id.take() {
            // This is not answered. If the connection is gone, the statement is closed.
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
