//! Statements by version 1's actions, on servers before 3.3.3.0. Servers before 3.1.1.15 have these on a path
//! of their own, for inserts only.
//!
//! A table of a bind is a name, its tags, its rows in a block and `add_batch`. So the server is never asked
//! something else between a bind and its batch. It reads a block by the types of its own columns, and crashes
//! on others, so values are compared with the columns here.

use super::cells::{check_room, refused, uneven};
use super::constants::{Constants, Filled};
use super::placeholders::Placeholders;
use super::prepared::{check_count, too_large, Prepared, TAG};
use super::rows::{with_tables, Rows};
use super::table_lookup::{Fields, TableLookup};
use crate::client::connection_lost::is_no_answer;
use crate::error::{codes, Error, Result};
use crate::protocol::bind::{Table, Values};
use crate::protocol::bound_block::{self, BIND, SET_TAGS};
use crate::protocol::reply::{JsonReply, Parameter};
use crate::protocol::request::{self, Request};
use crate::protocol::types::{self, Layout};
use crate::protocol::version::{Capability, ServerVersion};
use crate::transport::Connection;
use std::sync::Arc;

/// The server is asked for the fields of this table to learn what an insert into any table of a super table
/// binds. Nothing is ever written to it.
const ANY_TABLE: &str = "libtaos_any_table";

pub(in crate::client) struct Stmt1Wire {
    pub connection: Arc<Connection>,
    version: ServerVersion,
    id: u64,
    /// The fields to bind, if the preparation says them for all tables.
    fields: Option<Fields>,
    /// The constants among the `?` of the text's values.
    constants: Option<Constants>,
    /// Columns bound one by one wait here until they are complete.
    partial: Vec<Rows>,
}

impl Stmt1Wire {
    /// `connection` is the session's, except on a path for inserts only, where it is the statement's own.
    pub fn new(
        connection: Arc<Connection>,
        version: ServerVersion,
        req_id: u64,
    ) -> Result<Stmt1Wire> {
        let req_id = connection.request_id(req_id);
        let id = connection
            .call_json(req_id, request::bare("init", req_id))?
            .stmt_id;
        Ok(Stmt1Wire {
            connection,
            version,
            id,
            fields: None,
            constants: None,
            partial: Vec::new(),
        })
    }

    fn needs(&self, what: &str, capability: Capability) -> Error {
        Error::not_supported(format_args!(
            "{what} needs a server from {}; this one is {}",
            capability.since(),
            self.version
        ))
    }

    /// Makes a request of an action that names the statement only.
    fn on_statement(&self, action: &str) -> (u64, Request) {
        let req_id = self.connection.request_id(0);
        (req_id, request::on_statement(action, req_id, self.id))
    }

    fn call(&self, (req_id, request): (u64, Request)) -> Result<Box<JsonReply>> {
        self.connection.call_json(req_id, request)
    }

    pub fn prepare(
        &mut self,
        sql: &str,
        placeholders: &Placeholders,
        lookup: &mut TableLookup,
    ) -> Result<Prepared> {
        self.partial.clear();
        self.fields = None;
        self.constants = None;
        // The server takes any text, and only says whether it is an insert.
        let is_insert = match placeholders.verb.as_str() {
            "insert" | "import" => true,
            "select" => false,
            _ => {
                return Err(Error {
                    code: codes::SYNTAX,
                    message: Some("stmt only support 'SELECT' or 'INSERT'".into()),
                })
            }
        };
        if !is_insert && !self.version.has(Capability::Unified) {
            return Err(self.needs("a prepared query", Capability::Unified));
        }
        if is_insert && placeholders.names_tbname {
            return Err(self.needs(
                "a prepared insert with tbname among its columns",
                Capability::Statements,
            ));
        }
        let mixed = is_insert.then(|| Constants::of(sql)).flatten();
        let sql = mixed.as_ref().map_or(sql, |(_, marked)| marked);
        self.connection
            .ask_json(|req_id| request::stmt_prepare(req_id, self.id, sql))?;
        if let Some((constants, marked)) = mixed {
            lookup.ask_with(&marked);
            self.constants = Some(constants);
        }
        if is_insert {
            self.prepared_insert(placeholders, lookup)
        } else {
            self.prepared_query(placeholders)
        }
    }

    fn prepared_query(&self, placeholders: &Placeholders) -> Result<Prepared> {
        if self.version.has(Capability::ParameterCount) {
            // This also reports what is wrong with the text.
            let told = self.call(self.on_statement("stmt_num_params"))?.num_params;
            if told != placeholders.all {
                return Err(Error::with(
                    codes::INVALID_MESSAGE,
                    format_args!(
                        "the server counts {told} ? of a query with {}",
                        placeholders.all
                    ),
                ));
            }
        }
        Ok(Prepared::query(placeholders))
    }

    fn prepared_insert(
        &mut self,
        placeholders: &Placeholders,
        lookup: &mut TableLookup,
    ) -> Result<Prepared> {
        let names_table = placeholders.name_table();
        let table = if names_table { ANY_TABLE } else { "" };
        let parameters = match lookup.fields(table) {
            Ok(mut fields) => {
                if placeholders.columns == 0 {
                    // The server names them although all are constants. It is asked because it reports what is
                    // wrong with the text.
                    fields.columns = Arc::default();
                }
                let parameters = self.parameters(&fields, placeholders, lookup)?;
                check_count(&parameters, placeholders)?;
                self.fields = Some(fields);
                Ok(parameters)
            }
            Err(e) if is_no_answer(&e) || is_syntax(&e) => return Err(e),
            // As version 2 says it.
            Err(e) if e.code == codes::TABLE_NOT_EXIST => Err(Error {
                code: codes::STMT_TABLE_NAME,
                message: Some(e.text().into_owned().into()),
            }),
            Err(e) => Err(e),
        };
        Ok(Prepared {
            is_insert: true,
            names_table,
            tags: placeholders.tags,
            columns: placeholders.columns,
            count: parameters.as_ref().map_or(placeholders.all, Vec::len),
            parameters,
        })
    }

    /// What each `?` stands for.
    fn parameters(
        &self,
        fields: &Fields,
        placeholders: &Placeholders,
        lookup: &TableLookup,
    ) -> Result<Vec<Parameter>> {
        let mut of_marks = fields.clone();
        if let Some(constants) = &self.constants {
            of_marks.columns = lookup.of_marks("values", &fields.columns);
            // A constant that cannot be sent is better known now than at the bind.
            if constants.columns(&fields.columns, 1)?.is_none() {
                return Err(Error::with(
                    codes::INVALID_MESSAGE,
                    format_args!(
                        "the server names {} columns of a statement with {} values",
                        fields.columns.len(),
                        constants.len()
                    ),
                ));
            }
        }
        of_marks.check(placeholders)?;
        Ok(of_marks.parameters(placeholders.name_table()))
    }

    pub fn bind(
        &mut self,
        prepared: &Prepared,
        lookup: &mut TableLookup,
        column: i32,
        tables: &[Table<'_>],
    ) -> Result<Option<(u64, Request)>> {
        if !prepared.is_insert {
            return self.bind_query(tables).map(Some);
        }
        if let Ok(index) = usize::try_from(column) {
            if !self.gather(index, tables)? || index + 1 < prepared.columns {
                return Ok(None);
            }
            let gathered = std::mem::take(&mut self.partial);
            return with_tables(&gathered, |tables| {
                self.bind_tables(prepared, lookup, tables)
            });
        }
        if !self.partial.is_empty() {
            return Err(incomplete());
        }
        self.bind_tables(prepared, lookup, tables)
    }

    /// Keeps one column of each table; false if there was none. Columns come in order, and the first brings
    /// names and tags.
    fn gather(&mut self, index: usize, tables: &[Table<'_>]) -> Result<bool> {
        if tables.iter().any(|t| t.columns.is_empty()) {
            return Err(self.needs(
                "binding names and tags without columns",
                Capability::Statements,
            ));
        }
        if index == 0 {
            if !self.partial.is_empty() {
                return Err(incomplete());
            }
            let without_columns = |t: &Table<'_>| Rows::of_table(&Table { columns: &[], ..*t });
            self.partial = tables.iter().map(without_columns).collect();
        }
        if self.partial.is_empty() {
            return Err(incomplete());
        }
        if self.partial.len() != tables.len() {
            return Err(Error::new(codes::STMT_BIND_NUMBER));
        }
        for (rows, table) in self.partial.iter_mut().zip(tables) {
            if rows.columns() != index {
                return Err(incomplete());
            }
            rows.add_columns(table);
        }
        Ok(!tables.is_empty())
    }

    fn bind_tables(
        &self,
        prepared: &Prepared,
        lookup: &mut TableLookup,
        tables: &[Table<'_>],
    ) -> Result<Option<(u64, Request)>> {
        let mut last = None;
        for table in tables {
            if let Some(add_batch) = last.take() {
                self.call(add_batch)?;
            }
            self.bind_table(prepared, lookup, table)?;
            last = Some(self.on_statement("add_batch"));
        }
        Ok(last)
    }

    fn bind_table(
        &self,
        prepared: &Prepared,
        lookup: &mut TableLookup,
        table: &Table<'_>,
    ) -> Result<()> {
        if table.columns.is_empty() {
            return Err(self.needs(
                "binding names and tags without columns",
                Capability::Statements,
            ));
        }
        let name = match prepared.names_table {
            true if table.name.is_empty() => return Err(Error::new(codes::STMT_TABLE_NAME)),
            true => {
                std::str::from_utf8(table.name).map_err(|_| Error::new(codes::STMT_TABLE_NAME))?
            }
            false => "",
        };
        let fields = match &self.fields {
            Some(fields) => fields.clone(),
            None => lookup.fields(name)?,
        };
        let tags = self.columns(&fields.tags, table.tags)?;
        let filled = self.constant_columns(&fields, table)?;
        let all = match &filled {
            Some(filled) => filled.with_bound(table.columns),
            None => Some(table.columns.to_vec()),
        };
        let all = all.ok_or(Error::new(codes::STMT_BIND_NUMBER))?;
        let columns = self.columns(&fields.columns, &all)?;
        if prepared.names_table {
            self.connection
                .ask_json(|req_id| request::stmt_set_table_name(req_id, self.id, name))?;
        }
        if !tags.is_empty() {
            self.send(SET_TAGS, &tags)?;
        }
        self.send(BIND, &columns)
    }

    fn constant_columns(&self, fields: &Fields, table: &Table<'_>) -> Result<Option<Filled>> {
        let Some(constants) = &self.constants else {
            return Ok(None);
        };
        let rows = table.columns.first().map_or(0, |c| c.rows);
        let filled = constants.columns(&fields.columns, rows)?;
        filled.map(Some).ok_or(Error::new(codes::STMT_BIND_NUMBER))
    }

    fn send(&self, action: u64, columns: &[bound_block::Column<'_>]) -> Result<()> {
        let req_id = self.connection.request_id(0);
        let request = bound_block::request(action, req_id, self.id, columns);
        self.call((req_id, request.ok_or_else(too_large)?))
            .map(drop)
    }

    /// The values as the server's columns; none for none.
    fn columns<'a>(
        &self,
        fields: &[Parameter],
        bound: &[Values<'a>],
    ) -> Result<Vec<bound_block::Column<'a>>> {
        if bound.is_empty() {
            return Ok(Vec::new());
        }
        if bound.len() != fields.len() {
            return Err(Error::new(codes::STMT_BIND_NUMBER));
        }
        let one = |(at, (field, values)): (usize, (&Parameter, &Values<'a>))| {
            let kind = match field.bind_type {
                TAG => "tag",
                _ => "column",
            };
            let checked = self.check(field, values);
            checked.map_err(|e| refused(kind, at, fields.len(), Some(field), e))?;
            Ok(bound_block::Column {
                type_code: field.field_type,
                bytes: field.bytes,
                values: *values,
            })
        };
        let columns = fields.iter().zip(bound).enumerate().map(one).collect();
        match bound.iter().position(|v| v.rows != bound[0].rows) {
            None => columns,
            Some(at) => columns.and_then(|_| {
                Err(refused(
                    "column",
                    at,
                    fields.len(),
                    fields.get(at),
                    uneven(),
                ))
            }),
        }
    }

    /// Can the server take these values for this column?
    fn check(&self, field: &Parameter, values: &Values<'_>) -> Result<()> {
        let is_null = |code: u8| values.nulls.is_some_and(|nulls| nulls.contains(&code));
        if is_null(2) {
            return Err(self.needs("leaving a column as it is", Capability::Statements));
        }
        self.check_type(values.type_code)?;
        if values.type_code != field.field_type && !(values.rows == 1 && is_null(1)) {
            return Err(Error {
                code: codes::INVALID_OPERATION,
                message: Some("column type mis-match with buffer type".into()),
            });
        }
        if !is_variable(field.field_type) {
            return Ok(());
        }
        let mut cells = values.cells().enumerate();
        cells.try_for_each(|(row, value)| match value {
            Some(value) => check_room(field, row, value, true),
            None => Ok(()),
        })
    }

    fn check_type(&self, type_code: u8) -> Result<()> {
        match type_code {
            types::DECIMAL | types::DECIMAL64 => {
                Err(self.needs("binding decimals", Capability::Decimals))
            }
            types::BLOB | types::MEDIUMBLOB => Err(self.needs("binding blobs", Capability::Blobs)),
            _ => Ok(()),
        }
    }

    /// Binds one row of values for the `?` of a query. They go by their own types.
    fn bind_query(&self, tables: &[Table<'_>]) -> Result<(u64, Request)> {
        let row: Vec<_> = tables.iter().flat_map(|t| t.columns).copied().collect();
        let fields: Vec<_> = row.iter().map(as_field).collect();
        self.send(BIND, &self.columns(&fields, &as_numbers(row))?)?;
        Ok(self.on_statement("add_batch"))
    }

    pub fn execution(&self) -> Result<(u64, Request)> {
        if !self.partial.is_empty() {
            return Err(incomplete());
        }
        Ok(self.on_statement("exec"))
    }

    pub fn result(&self) -> Result<(Box<JsonReply>, bool)> {
        let mut reply = self.call(self.on_statement("use_result"))?;
        reply.id = reply.result_id;
        Ok((reply, self.version.has(Capability::BinaryQuery)))
    }
}

impl Drop for Stmt1Wire {
    fn drop(&mut self) {
        if !self.version.has(Capability::Unified) {
            return self.connection.close();
        }
        // This is not answered. If the connection is gone, the statement is closed.
        let (_, request) = self.on_statement("close");
        let _ = self.connection.tell(request);
    }
}

fn is_variable(type_code: u8) -> bool {
    types::by_code(type_code).is_some_and(|t| matches!(t.layout, Layout::Variable(_)))
}

/// A query's timestamps go as numbers, in the precision of what they are compared with, because the server
/// takes no timestamps there.
fn as_numbers(mut row: Vec<Values<'_>>) -> Vec<Values<'_>> {
    for values in &mut row {
        if values.type_code == types::TIMESTAMP {
            values.type_code = types::BIGINT;
        }
    }
    row
}

/// A query's `?` as a column that takes its value, up to the longest that a length can express.
fn as_field(values: &Values<'_>) -> Parameter {
    let field_type = match values.type_code {
        types::TIMESTAMP => types::BIGINT,
        own => own,
    };
    let bytes = match types::by_code(field_type).map(|t| t.layout) {
        Some(Layout::Fixed(size)) => size as i32,
        _ => i32::from(u16::MAX),
    };
    Parameter {
        field_type,
        bytes,
        ..Parameter::default()
    }
}

/// Is the text itself wrong, whatever tables there are?
fn is_syntax(e: &Error) -> bool {
    matches!(
        e.code,
        codes::SYNTAX | codes::INCOMPLETE_SQL | codes::OLD_SYNTAX
    )
}

fn incomplete() -> Error {
    Error::with(
        codes::STMT_API_ERROR,
        "columns bound one by one come in order, the first to the last, before anything else",
    )
}
