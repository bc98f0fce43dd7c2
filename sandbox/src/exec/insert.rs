//! INSERT: reads the statement in one pass, column types at hand, then writes everything in one transaction.

use super::batch::Batch;
use super::outcome::Outcome;
use super::target::{slots_of, targets, Target};
use super::write::{check_time, times, write};
use super::{child, select};
use crate::catalog::{is_system, Found, NewTable, Schema};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::functions::{self, Call};
use crate::sql::ast::{Statement, TableName};
use crate::sql::convert::Reader;
use crate::sql::cursor::{MAX_COLUMN_NAME, MAX_TABLE_NAME};
use crate::sql::lexer::Tok;
use crate::sql::literal::Scanner;
use crate::sql::parser;
use crate::time::Precision;
use crate::types::{Kind, Type};
use crate::value::{Row, Value};
use std::sync::Arc;

pub fn run(e: &mut Engine, cx: &Context, sql: &str, only_check: bool) -> Result<Outcome> {
    let batches = Statements::new(e, cx, sql).read()?;
    if only_check {
        return Ok(Outcome::Done { affected: 0 });
    }
    write(e, &batches)?;
    let affected = times(&batches);
    Ok(Outcome::Done { affected })
}

pub(super) struct Statements<'a> {
    pub(super) e: &'a Engine,
    pub(super) cx: &'a Context,
    pub(super) sql: &'a str,
    pub(super) s: Scanner<'a>,
}

impl<'a> Statements<'a> {
    pub(super) fn new(e: &'a Engine, cx: &'a Context, sql: &'a str) -> Statements<'a> {
        Statements {
            e,
            cx,
            sql,
            s: Scanner::new(sql, 0),
        }
    }
    fn read(mut self) -> Result<Vec<Batch>> {
        self.s.take()?;
        if !self.s.kw("into")? {
            self.not_at_end()?;
            return Err(self.s.error("keyword INTO is expected"));
        }
        self.not_at_end()?;
        let mut out = vec![];
        loop {
            let (t, text) = self.s.peek()?;
            if t.kind == Tok::End || text == ";" {
                return match out.is_empty() {
                    true => Err(SqlError::incomplete()),
                    false => Ok(out),
                };
            }
            self.clause(&mut out)?;
        }
    }
    pub(super) fn not_at_end(&self) -> Result<()> {
        match self.s.peek()?.0.kind {
            Tok::End => Err(SqlError::incomplete()),
            _ => Ok(()),
        }
    }

    pub(super) fn identifier(&mut self, max: usize) -> Result<String> {
        let (t, text) = self.s.peek()?;
        let name = match t.kind {
            Tok::Word => text.to_ascii_lowercase(),
            Tok::Quoted => text[1..text.len() - 1].to_string(),
            // Some tools put table names in quotes.
            Tok::Text => text[1..text.len() - 1].to_string(),
            Tok::End => return Err(SqlError::incomplete()),
            _ => return Err(self.s.error("invalid data or symbol")),
        };
        if name.is_empty() || name.len() > max {
            return Err(SqlError::new(
                code::INVALID_IDENTIFIER,
                format!(
                    "Invalid identifier name: {}",
                    crate::error::clip(&self.sql[t.start..], 480)
                ),
            ));
        }
        self.s.take()?;
        Ok(name)
    }
    pub(super) fn table_name(&mut self) -> Result<TableName> {
        let (t, text) = self.s.peek()?;
        // 'db.table' in quotes
        let quoted = (t.kind == Tok::Text).then(|| text.trim_matches(['\'', '"']));
        if let Some((db, name)) = quoted.and_then(|q| q.split_once('.')) {
            let name = TableName {
                db: db.to_string(),
                name: name.to_string(),
            };
            self.s.take()?;
            return Ok(name);
        }
        let first = self.identifier(MAX_TABLE_NAME)?;
        if self.s.op(".")? {
            return Ok(TableName {
                db: first,
                name: self.identifier(MAX_TABLE_NAME)?,
            });
        }
        if self.cx.db.is_empty() {
            return Err(SqlError::new(
                code::DB_NOT_SPECIFIED,
                "Database not specified",
            ));
        }
        Ok(TableName {
            db: self.cx.db.clone(),
            name: first,
        })
    }
    pub(super) fn names(&mut self) -> Result<Vec<String>> {
        let mut out = vec![];
        loop {
            out.push(self.identifier(MAX_COLUMN_NAME)?);
            if !self.s.op(",")? {
                self.s.expect(")")?;
                return Ok(out);
            }
        }
    }

    /// `table [(columns)] [USING stable [(tags)] TAGS (values)] [(columns)] VALUES (..) ...` or a query.
    fn clause(&mut self, out: &mut Vec<Batch>) -> Result<()> {
        let table = self.table_name()?.without_dot()?;
        if is_system(&table.db) {
            return Err(SqlError::new(0x2669, "System table not allowed"));
        }
        let precision = self.e.catalog.database(&table.db)?.precision;
        let mut columns = None;
        if self.s.peek()?.1 == "(" {
            self.s.take()?;
            // A list of names, or the query itself in brackets.
            if self.at_select()? {
                return self.query(table, None, None, precision, out);
            }
            columns = Some(self.names()?);
        }
        let mut create = None;
        let mut found = self.e.catalog.database(&table.db)?.find(&table.name);
        if self.s.kw("using")? {
            let stable = self.table_name()?;
            let Found::Super(schema) = self.e.catalog.find(&stable)? else {
                return Err(SqlError::new(0x022f, "Table is not a super table"));
            };
            let tags = self.tags(&schema, precision)?;
            create = Some(NewTable {
                stable: schema.name.clone(),
                tags,
                ttl: 0,
            });
            if found.is_none() {
                found = Some(Found::Super(schema));
            }
            while ["ttl", "comment"]
                .iter()
                .any(|o| self.s.kw(o).unwrap_or(false))
            {
                self.s.take()?;
            }
            if columns.is_none() && self.s.op("(")? {
                columns = Some(self.names()?);
            }
        }
        let found = found.ok_or_else(SqlError::no_table)?;
        if self.at_select()? {
            let into_children = create.is_none() && matches!(found, Found::Super(_));
            if into_children {
                return Err(SqlError::unsupported(
                    "INSERT INTO a super table from a query",
                ));
            }
            return self.query(table, Some((found, create)), columns, precision, out);
        }
        if self.s.kw("file")? {
            return Err(SqlError::unsupported("INSERT from a FILE"));
        }
        if !self.s.kw("values")? && !self.s.kw("value")? {
            self.not_at_end()?;
            return Err(self.s.error("keyword VALUES or FILE is expected"));
        }
        let schema = found.schema().clone();
        let many = create.is_none() && matches!(found, Found::Super(_));
        let targets = targets(&schema, columns.as_deref(), many)?;
        self.rows(table, create, schema, targets, precision, out)
    }
    fn at_select(&mut self) -> Result<bool> {
        let (t, text) = self.s.peek()?;
        Ok(t.kind == Tok::Word && text.eq_ignore_ascii_case("select"))
    }

    pub(super) fn reader(&self, precision: Precision) -> Reader<'_> {
        Reader {
            sql: self.sql,
            zone: &self.cx.zone,
            precision,
            now: precision.now(),
        }
    }
    fn tags(&mut self, schema: &Schema, precision: Precision) -> Result<Vec<Value>> {
        let names = if self.s.op("(")? {
            self.names()?
        } else {
            vec![]
        };
        if !self.s.kw("tags")? {
            return Err(self.s.error("TAGS is expected"));
        }
        let (values, end) = self.s.tuple()?;
        let wanted = if names.is_empty() {
            schema.tags.len()
        } else {
            names.len()
        };
        match values.len() {
            n if n < wanted => Err(SqlError::insert(&self.sql[end..], "invalid data or symbol")),
            n if n > wanted => Err(SqlError::insert(&self.sql[end..], ") expected")),
            _ => child::read_tags(&self.reader(precision), schema, &names, &values),
        }
    }

    fn rows(
        &mut self,
        table: TableName,
        create: Option<NewTable>,
        schema: Arc<Schema>,
        targets: Vec<Target>,
        precision: Precision,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        let slots = slots_of(&schema, &targets);
        let oldest = self.e.catalog.database(&table.db)?.oldest();
        let many = targets.iter().any(|t| matches!(t, Target::TableName));
        if !many {
            out.push(Batch {
                table: table.clone(),
                create,
                schema: schema.clone(),
                slots: slots.clone(),
                rows: vec![],
            });
        }
        let mut any = false;
        loop {
            if any {
                self.s.op(",")?;
            }
            if !self.s.op("(")? {
                if !any {
                    return Err(self.s.error("( expected"));
                }
                return Ok(());
            }
            any = true;
            let mut row: Row = Vec::with_capacity(slots.len() + 1);
            row.push(Value::Null);
            let mut tags = vec![Value::Null; if many { schema.tags.len() } else { 0 }];
            let mut name = String::new();
            for (i, t) in targets.iter().enumerate() {
                if i > 0 && !self.s.op(",")? {
                    return Err(self.s.error(", expected"));
                }
                let lit = self.s.literal()?;
                let reader = self.reader(precision);
                match t {
                    Target::Time => {
                        row[0] =
                            reader.value(&lit, &schema.columns[0].name, schema.columns[0].ty)?
                    }
                    Target::Column(c) => row.push(reader.value(
                        &lit,
                        &schema.columns[*c].name,
                        schema.columns[*c].ty,
                    )?),
                    Target::Tag(c) => {
                        tags[*c] = reader.value(&lit, &schema.tags[*c].name, schema.tags[*c].ty)?
                    }
                    Target::TableName => {
                        name = reader
                            .value(&lit, "tbname", Type::varchar(MAX_TABLE_NAME as u32))?
                            .to_text()
                            .unwrap_or_default()
                    }
                }
            }
            self.s.expect(")")?;
            check_time(&row[0], oldest)?;
            if many {
                if name.is_empty() {
                    return Err(SqlError::new(code::INSERT_SYNTAX, "tbname is empty"));
                }
                match out
                    .iter_mut()
                    .find(|b| b.table.name == name && b.table.db == table.db && b.slots == slots)
                {
                    Some(b) => b.rows.push(row),
                    None => out.push(Batch {
                        table: TableName {
                            db: table.db.clone(),
                            name,
                        },
                        create: Some(NewTable {
                            stable: schema.name.clone(),
                            tags,
                            ttl: 0,
                        }),
                        schema: schema.clone(),
                        slots: slots.clone(),
                        rows: vec![row],
                    }),
                }
            } else if let Some(b) = out.last_mut() {
                b.rows.push(row);
            }
        }
    }

    /// INSERT INTO t [(columns)] SELECT ...: the query is run to its end before anything is written.
    fn query(
        &mut self,
        table: TableName,
        found: Option<(Found, Option<NewTable>)>,
        columns: Option<Vec<String>>,
        precision: Precision,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        let (found, create) = match found {
            Some(f) => f,
            None => (self.e.catalog.find(&table)?, None),
        };
        let schema = found.schema().clone();
        let (at, _) = self.s.peek()?;
        let text = self.sql[at.start..]
            .trim_end()
            .trim_end_matches(';')
            .trim_end_matches(')');
        let text = if columns.is_none() && self.sql[..at.start].trim_end().ends_with('(') {
            text
        } else {
            &self.sql[at.start..]
        };
        let Statement::Query(q) = parser::parse(text, &self.cx.db)? else {
            return Err(SqlError::syntax(text));
        };
        let result = select::run(self.e, self.cx, &q)?;
        let targets = targets(&schema, columns.as_deref(), false)?;
        let types = result.types();
        if types.len() != targets.len() {
            return Err(SqlError::new(
                code::COLUMN_COUNT,
                "Query block has incorrect number of result columns",
            ));
        }
        let from_precision = result.precision;
        let oldest = self.e.catalog.database(&table.db)?.oldest();
        let mut rows = vec![];
        for r in result.all(self.e)? {
            let mut row = vec![Value::Null];
            for ((v, from), t) in r.iter().zip(&types).zip(&targets) {
                let c = match t {
                    Target::Column(c) => *c,
                    _ => 0,
                };
                let call = Call {
                    zone: self.cx.zone.clone(),
                    precision,
                    types: vec![*from],
                };
                let v = match v {
                    Value::Int(ts) if from.kind == Kind::Timestamp => {
                        Value::Int(precision.convert(*ts, from_precision))
                    }
                    v => functions::cast(&call, v, schema.columns[c].ty),
                };
                if c == 0 {
                    row[0] = v;
                } else {
                    row.push(v);
                }
            }
            check_time(&row[0], oldest)?;
            rows.push(row);
        }
        let slots = slots_of(&schema, &targets);
        out.push(Batch {
            table,
            create,
            schema,
            slots,
            rows,
        });
        self.s.at = self.sql.len();
        Ok(())
    }
}
