//! A prepared statement of version 1: one table after the other, each with its tags and rows, executed together.
//! The order of calls and what they answer are those recorded of a real server.

use crate::bind::version1::{self, Column};
use crate::bind::{Bind, BindType, Field, Table};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::exec::batch::Batch;
use crate::exec::checked;
use crate::exec::prepared::{self, Insert};
use crate::exec::result::ResultSet;
use crate::sql::ast::TableName;
use crate::sql::cursor::Param;
use crate::sql::parser;
use crate::statement::{is_insert, marks, usage};
use crate::value::Value;
use serde_json::Value as Json;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Stage {
    #[default]
    New,
    Prepared,
    Named,
    Tagged,
    Bound,
    Added,
    Executed,
}

/// Values, as they come.
pub enum Given<'a> {
    Json(&'a [Json]),
    Block(&'a [u8]),
}

#[derive(Default)]
pub struct Statement1 {
    sql: String,
    stage: Stage,
    /// Of a step, until the next prepare.
    failed: Option<u16>,
    insert: Option<Box<Insert>>,
    named: Option<String>,
    tags: Vec<Column>,
    /// Bound, and not in a batch yet.
    bound: Vec<Batch>,
    batches: Vec<Batch>,
    params: Option<Vec<Param>>,
    result: Option<ResultSet>,
    /// Id of the result given out last.
    pub result_id: Option<u64>,
}

fn fail(message: &str) -> SqlError {
    SqlError::new(code::FAIL, message)
}

impl Statement1 {
    /// Takes any text. Is it an insert?
    pub fn prepare(&mut self, sql: &str) -> bool {
        *self = Statement1 {
            sql: sql.to_string(),
            stage: Stage::Prepared,
            result_id: self.result_id,
            ..Statement1::default()
        };
        self.is_insert()
    }

    fn is_insert(&self) -> bool {
        matches!(is_insert(&self.sql), Ok(Some(true)))
    }

    /// A step in its turn: what goes wrong stays, and is repeated without its words.
    fn step<T>(
        &mut self,
        allowed: impl FnOnce(&Self, Stage) -> bool,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if let Some(code) = self.failed {
            return Err(SqlError::new(code, "success"));
        }
        let done = match allowed(self, self.stage) {
            true => work(self),
            false => Err(usage()),
        };
        self.failed = done.as_ref().err().map(|e| e.code);
        done
    }

    /// The insert, read at its first use; a query has none.
    fn insert(&mut self, e: &Engine, cx: &Context) -> Result<&Insert> {
        if self.stage == Stage::New || matches!(is_insert(&self.sql), Ok(Some(false))) {
            return Err(usage());
        }
        match &mut self.insert {
            Some(insert) => Ok(insert),
            none => {
                let sql = &*checked(&self.sql)?;
                let insert = Insert::parse(e, cx, sql)?.of_version_1();
                Ok(none.insert(Box::new(insert)))
            }
        }
    }

    pub fn set_table_name(&mut self, e: &Engine, cx: &Context, name: &str) -> Result<()> {
        self.step(
            |_, stage| !matches!(stage, Stage::New | Stage::Bound),
            |s| {
                if let Some(t) = s.insert(e, cx)?.existing_table(e, cx, name)? {
                    // Its columns must be found, too.
                    s.insert(e, cx)?.fields(e, Some(&t)).map_err(brief)?;
                }
                s.named = Some(name.to_string());
                s.tags.clear();
                if let Some(insert) = &mut s.insert {
                    insert.bind_tags(false);
                }
                s.stage = Stage::Named;
                Ok(())
            },
        )
    }

    /// The columns that are bound; of an insert with `?` for its table, once that is named or its super
    /// table is known.
    pub fn columns(&mut self, e: &Engine, cx: &Context) -> Result<Vec<Field>> {
        let table = self.existing_table(e, cx)?;
        let insert = self.insert(e, cx)?;
        let mut fields = insert.fields(e, table.as_ref()).map_err(brief)?;
        fields.retain(|f| f.bind_type == BindType::Column);
        Ok(fields)
    }

    /// The tags that are bound. Here a table that is not found is said to have a wrong name.
    pub fn tag_fields(&mut self, e: &Engine, cx: &Context) -> Result<Vec<Field>> {
        let unnamed = self.named.is_none();
        let table = self.existing_table(e, cx)?;
        let insert = self.insert(e, cx)?;
        let fields = insert.tag_fields(e, table.as_ref()).map_err(brief);
        match fields {
            Err(e) if e.code == code::TABLE_NOT_EXIST => {
                Err(SqlError::new(code::STMT_TABLE_NAME, e.message))
            }
            Ok(_) if unnamed && insert.names_table() => Err(SqlError::new(
                code::STMT_TABLE_NAME,
                "Stmt table name not set correctly",
            )),
            fields => fields,
        }
    }

    fn existing_table(&mut self, e: &Engine, cx: &Context) -> Result<Option<TableName>> {
        let named = self.named.clone();
        let insert = self.insert(e, cx)?;
        match &named {
            Some(name) => insert.existing_table(e, cx, name),
            None => Ok(None),
        }
    }

    pub fn set_tags(&mut self, e: &Engine, cx: &Context, given: Given) -> Result<()> {
        self.step(
            |_, stage| !matches!(stage, Stage::New | Stage::Bound),
            |s| {
                let fields = s.tag_fields(e, cx)?;
                let tags = match given {
                    Given::Json(tags) if tags.len() == fields.len() => fields
                        .iter()
                        .zip(tags)
                        .map(|(f, v)| Column::of_json(f, std::slice::from_ref(v)))
                        .collect::<Result<Vec<_>>>()?,
                    Given::Block(b) => version1::of_block(b, Some(&fields))?,
                    Given::Json(_) => vec![],
                };
                if tags.len() != fields.len() || tags.is_empty() {
                    return Err(fail("stmt tags count not match"));
                }
                if tags.iter().any(|t| t.item().rows() != 1) {
                    return Err(fail("rows not equal 1"));
                }
                s.tags = tags;
                if let Some(insert) = &mut s.insert {
                    insert.bind_tags(true);
                }
                s.stage = Stage::Tagged;
                Ok(())
            },
        )
    }

    pub fn bind(&mut self, e: &Engine, cx: &Context, given: Given) -> Result<()> {
        self.step(
            |_, stage| stage != Stage::New,
            |s| {
                if s.is_insert() {
                    s.bind_insert(e, cx, given)?;
                } else {
                    s.bind_query(given)?;
                }
                s.stage = Stage::Bound;
                Ok(())
            },
        )
    }

    fn bind_insert(&mut self, e: &Engine, cx: &Context, given: Given) -> Result<()> {
        let fields = self.columns(e, cx)?;
        let columns = match given {
            Given::Json(columns) if columns.len() == fields.len() => {
                let one = |(f, c): (&Field, &Json)| match c.as_array() {
                    Some(values) => Column::of_json(f, values),
                    None => Err(fail("stmt parse column json:not an array")),
                };
                fields
                    .iter()
                    .zip(columns)
                    .map(one)
                    .collect::<Result<Vec<_>>>()?
            }
            Given::Block(b) => version1::of_block(b, Some(&fields))?,
            Given::Json(_) => vec![],
        };
        if columns.len() != fields.len() {
            return Err(fail("stmt column count not match"));
        }
        let table = Table {
            name: self.named.as_deref().unwrap_or_default(),
            tags: self.tags.iter().map(Column::item).collect(),
            columns: columns.iter().map(Column::item).collect(),
        };
        let bind = Bind {
            column: -1,
            tables: vec![table],
        };
        let insert = self.insert.as_deref().ok_or_else(usage)?;
        insert.bind(e, cx, &bind, &mut None, &mut self.bound)
    }

    fn bind_query(&mut self, given: Given) -> Result<()> {
        let Given::Block(b) = given else {
            return Err(usage());
        };
        let marks = marks(&self.sql)?;
        let columns = version1::of_block(b, None)?;
        if columns.iter().any(|c| c.item().rows() != 1) {
            return Err(fail("rows not equal 1"));
        }
        // The real adapter does not survive this one.
        if columns.len() != marks.len() {
            return Err(fail("stmt column count not match"));
        }
        let value = |(at, c): (&usize, &Column)| Ok((*at, c.item().parameter()?));
        let params = marks.iter().zip(&columns).map(value);
        self.params = Some(params.collect::<Result<_>>()?);
        Ok(())
    }

    pub fn add_batch(&mut self) -> Result<()> {
        self.step(
            |_, stage| stage == Stage::Bound,
            |s| {
                s.batches.append(&mut s.bound);
                s.stage = Stage::Added;
                Ok(())
            },
        )
    }

    /// Writes what was added: the number of rows. Or runs the query.
    pub fn execute(&mut self, e: &mut Engine, cx: &Context) -> Result<usize> {
        self.step(
            |s, stage| stage == Stage::Added || stage == Stage::Bound && !s.is_insert(),
            |s| {
                let mut affected = 0;
                if s.is_insert() {
                    affected = prepared::run(e, &std::mem::take(&mut s.batches))?;
                } else {
                    let params = s.params.take().ok_or_else(usage)?;
                    s.result = Some(e.query(&s.sql, cx, &params)?);
                }
                s.stage = Stage::Executed;
                Ok(affected)
            },
        )
    }

    pub fn result(&mut self) -> Result<ResultSet> {
        self.step(
            |_, stage| stage == Stage::Executed,
            |s| s.result.take().ok_or_else(usage),
        )
    }

    /// The number of values in a row. Looks at the text for the first time.
    pub fn parameters(&mut self, e: &mut Engine, cx: &Context) -> Result<usize> {
        if self.stage == Stage::New {
            return Err(usage());
        }
        match is_insert(&self.sql)? {
            Some(true) => Ok(self.columns(e, cx)?.len()),
            Some(false) => {
                let marks = marks(&self.sql)?;
                let any: Vec<Param> = marks.iter().map(|at| (*at, Value::text("1s"))).collect();
                parser::parse_with(&checked(&self.sql)?, &cx.db, &any).map_err(brief)?;
                Ok(marks.len())
            }
            None => {
                e.validate(&self.sql, cx).map_err(brief)?;
                Err(SqlError::new(0x0117, "Invalid pointer"))
            }
        }
    }
}

/// Version 1 says less of what is wrong with a text.
fn brief(e: SqlError) -> SqlError {
    match e.code {
        code::SYNTAX => SqlError::new(e.code, "syntax error near"),
        code::INVALID_COLUMN => SqlError::new(e.code, "Invalid column name"),
        _ => e,
    }
}
