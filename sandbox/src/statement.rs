//! A prepared statement (stmt2): its text, what was bound to it, and the result of its last execution.

use crate::bind::{Bind, Columns, Field};
use crate::error::{code, Result, SqlError};
use crate::exec::batch::Batch;
use crate::exec::prepared::{self, Insert, Partial};
use crate::exec::result::ResultSet;
use crate::exec::{checked, Context, Engine};
use crate::sql::cursor::Param;
use crate::sql::lexer::{self, Tok};
use crate::sql::parser;
use crate::value::Value;

#[derive(Default)]
pub struct Statement {
    prepared: Option<Prepared>,
    /// `single_stb_insert` of its options: columns cannot be bound one by one.
    single_stable: bool,
    /// A failed bind stays with the statement until the next prepare, as in the real client.
    failed: Option<SqlError>,
    /// Was prepared successfully before.
    used: bool,
    /// Was executed before it was prepared at all: the real client forgives it nothing after that.
    misused: bool,
    /// Id of the result given out last.
    pub result_id: Option<u64>,
}

enum Prepared {
    Insert {
        insert: Box<Insert>,
        partial: Option<Partial>,
        batches: Vec<Batch>,
    },
    Query {
        sql: String,
        /// Where the `?` stand.
        marks: Vec<usize>,
        params: Option<Vec<Param>>,
        result: Option<ResultSet>,
    },
}

/// What `stmt2_prepare` answers.
pub struct Description {
    pub is_insert: bool,
    /// What each `?` of an insert stands for, if that was asked for.
    pub fields: Option<Vec<Field>>,
    /// The number of `?`, if that was asked for.
    pub count: usize,
}

pub fn usage() -> SqlError {
    SqlError::new(code::STMT_API, "Stmt API usage error")
}

/// The statement's kind by its words: INSERT ... VALUES (true), SELECT (false), or neither.
pub fn is_insert(sql: &str) -> Result<Option<bool>> {
    let mut at = 0;
    let mut first = None;
    loop {
        let t = lexer::next(sql, at)?;
        let word = sql[t.start..t.end].to_ascii_lowercase();
        match (first, word.as_str()) {
            _ if t.kind == Tok::End => return Ok(None),
            (None, "select" | "(") => return Ok(Some(false)),
            (None, "insert" | "import") => first = Some(()),
            (None, _) => return Ok(None),
            (Some(()), "select") => return Ok(None),
            (Some(()), "values" | "value" | "using" | "file") if t.kind == Tok::Word => {
                return Ok(Some(true))
            }
            _ => {}
        }
        at = t.end;
    }
}

/// The places of the `?` in a text.
pub fn marks(sql: &str) -> Result<Vec<usize>> {
    let (mut at, mut out) = (0, vec![]);
    loop {
        let t = lexer::next(sql, at)?;
        match (t.kind, &sql[t.start..t.end]) {
            (Tok::End, _) | (Tok::Op, ";") => return Ok(out),
            (Tok::Op, "?") => out.push(t.start),
            _ => {}
        }
        at = t.end;
    }
}

impl Statement {
    pub fn new(single_stable: bool) -> Statement {
        Statement {
            single_stable,
            ..Statement::default()
        }
    }
    pub fn prepare(
        &mut self,
        e: &Engine,
        cx: &Context,
        sql: &str,
        get_fields: bool,
    ) -> Result<Description> {
        self.prepared = None;
        self.failed = None;
        if self.misused {
            return Err(usage());
        }
        let sql = &*checked(sql)?;
        match is_insert(sql)? {
            Some(true) => {}
            Some(false) => return self.prepare_query(sql, cx, get_fields),
            None => {
                return Err(SqlError::new(
                    code::SYNTAX,
                    "stmt only support 'SELECT' or 'INSERT'",
                ))
            }
        }
        let insert = Insert::parse(e, cx, sql)?;
        let fields = get_fields.then(|| insert.fields(e, None)).transpose();
        let fields = fields.map_err(|error| match error.code {
            // A new statement says that its table's name is wrong, one that had a table before that there is none.
            code::TABLE_NOT_EXIST if !self.used => {
                SqlError::new(code::STMT_TABLE_NAME, error.message)
            }
            _ => error,
        })?;
        self.used = true;
        self.prepared = Some(Prepared::Insert {
            insert: Box::new(insert),
            partial: None,
            batches: vec![],
        });
        Ok(Description {
            is_insert: true,
            count: fields.as_ref().map_or(0, Vec::len),
            fields,
        })
    }

    fn prepare_query(&mut self, sql: &str, cx: &Context, get_fields: bool) -> Result<Description> {
        let marks = marks(sql)?;
        if marks.is_empty() {
            return Err(SqlError::new(
                code::SYNTAX,
                "stmt only support select or insert",
            ));
        }
        if get_fields {
            // Tables and columns are looked at when it runs. A duration or a number may be wanted: 1 is both.
            let any: Vec<Param> = marks.iter().map(|at| (*at, Value::text("1s"))).collect();
            parser::parse_with(sql, &cx.db, &any)?;
        }
        let count = if get_fields { marks.len() } else { 0 };
        self.used = true;
        self.prepared = Some(Prepared::Query {
            sql: sql.to_string(),
            marks,
            params: None,
            result: None,
        });
        Ok(Description {
            is_insert: false,
            fields: None,
            count,
        })
    }

    pub fn bind(&mut self, e: &Engine, cx: &Context, message: &[u8]) -> Result<()> {
        self.bind_tables(e, cx, Bind::parse(message)?)
    }

    /// Binds a row for each `?`, the table's name among them.
    pub fn bind_columns(&mut self, e: &Engine, cx: &Context, columns: &Columns) -> Result<()> {
        let kinds = match &self.prepared {
            Some(Prepared::Insert { insert, .. }) => {
                let fields = insert.fields(e, None)?;
                Some(fields.iter().map(|f| f.bind_type).collect::<Vec<_>>())
            }
            _ => None,
        };
        self.bind_tables(e, cx, columns.by_table(kinds.as_deref())?)
    }

    fn bind_tables(&mut self, e: &Engine, cx: &Context, mut bind: Bind) -> Result<()> {
        bind.read_in(cx.charset.as_ref());
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if bind.column >= 0 && self.single_stable {
            return Err(usage());
        }
        let bound = match self.prepared.as_mut().ok_or_else(usage)? {
            Prepared::Insert {
                insert,
                partial,
                batches,
                ..
            } => insert.bind(e, cx, &bind, partial, batches),
            Prepared::Query { marks, params, .. } => {
                parameters(&bind, marks).map(|p| *params = Some(p))
            }
        };
        if let Err(error) = &bound {
            self.failed = Some(error.clone());
        }
        bound
    }

    /// Runs it with what was bound since the last time: the number of rows written.
    pub fn execute(&mut self, e: &mut Engine, cx: &Context) -> Result<usize> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.misused |= !self.used;
        match self.prepared.as_mut().ok_or_else(usage)? {
            Prepared::Insert {
                insert,
                partial,
                batches,
                ..
            } => {
                insert.complete(e, cx, partial, batches)?;
                // The real adapter does not survive this one.
                if batches.is_empty() {
                    return Err(usage());
                }
                prepared::run(e, &std::mem::take(batches))
            }
            Prepared::Query {
                sql,
                params,
                result,
                ..
            } => {
                let params = params.take().ok_or_else(usage)?;
                *result = None;
                *result = Some(e.query(sql, cx, &params)?);
                Ok(0)
            }
        }
    }

    /// The result of the last execution; None of an insert.
    pub fn result(&mut self) -> Result<Option<ResultSet>> {
        match self.prepared.as_mut().ok_or_else(usage)? {
            Prepared::Insert { .. } => Ok(None),
            Prepared::Query { result, .. } => result.take().map(Some).ok_or_else(usage),
        }
    }
}

/// The values for a query's `?`: one row of as many columns.
fn parameters(bind: &Bind, marks: &[usize]) -> Result<Vec<Param>> {
    let number = || {
        SqlError::new(
            code::STMT_BIND_NUMBER,
            "bind number out of range or not match",
        )
    };
    let [table] = &bind.tables[..] else {
        return Err(number());
    };
    if bind.column != -1 || table.columns.len() != marks.len() {
        return Err(number());
    }
    let mut out = vec![];
    for (at, item) in marks.iter().zip(&table.columns) {
        item.check_rows(Some(1))?;
        out.push((*at, item.parameter()?));
    }
    Ok(out)
}
