//! Version 1 of prepared statements: each step an action of its own.

use super::results::schema_keys;
use super::statements::{answer, described, Keys};
use super::{Answer, Session};
use crate::bind::Field;
use crate::error::{code, SqlError};
use crate::exec::{Context, Engine};
use crate::messages::{Args, BadArgs, Reply, Request};
use crate::statement1::{Given, Statement1};
use crate::types::Type;
use crate::version::Feature;
use parking_lot::Mutex;
use serde_json::Value as Json;
use std::sync::Arc;

/// Of a binary message.
const HEAD: usize = 24;

fn all_described(fields: &[Field]) -> Json {
    fields.iter().map(described).collect::<Vec<_>>().into()
}

impl Session {
    pub(super) fn act_on_stmt1(&self, r: &Request, a: &Args) -> Answer {
        let id = a.u64("stmt_id")?;
        match r.action {
            "init" => return Ok(Some(self.new_statement1(r))),
            "close" => return Ok(self.close_statement1(r, id)),
            _ => {}
        }
        let (sql, name) = (a.text("sql")?, a.text("name")?);
        let (tags, columns) = (a.list("tags")?, a.list("columns")?);
        if columns.iter().any(|c| !c.is_array()) {
            return Err(BadArgs);
        }
        let index = a.i64("index")?.unwrap_or(0);
        let none = Ok(vec![]);
        Ok(Some(self.with_statement1(r, id, |s, e, cx| {
            match r.action {
                "prepare" => Ok(vec![("is_insert", s.prepare(sql).into())]),
                "set_table_name" => s.set_table_name(e, cx, name).and(none),
                "get_tag_fields" => {
                    let fields = s.tag_fields(e, cx)?;
                    let key = ("fields", all_described(&fields));
                    Ok(if fields.is_empty() { vec![] } else { vec![key] })
                }
                "get_col_fields" => {
                    let fields = s.columns(e, cx)?;
                    Ok(vec![("fields", all_described(&fields))])
                }
                "set_tags" => s.set_tags(e, cx, Given::Json(tags)).and(none),
                "bind" => s.bind(e, cx, Given::Json(columns)).and(none),
                "add_batch" => s.add_batch().and(none),
                "exec" => Ok(vec![("affected", s.execute(e, cx)?.into())]),
                "use_result" => self.open_result1(s, e),
                "stmt_num_params" => Ok(vec![("num_params", s.parameters(e, cx)?.into())]),
                _ => {
                    // Of a query the real adapter does not survive this one.
                    let fields = s.columns(e, cx)?;
                    let at = usize::try_from(index).ok();
                    let f = at
                        .and_then(|at| fields.get(at))
                        .ok_or_else(|| SqlError::new(code::INVALID_PARA, "Invalid parameters"))?;
                    let (kind, bytes) = (f.ty.kind as u8, f.bytes);
                    Ok(vec![
                        ("index", index.into()),
                        ("data_type", kind.into()),
                        ("length", bytes.into()),
                    ])
                }
            }
        })))
    }

    /// `set_tags` and `bind` as binary messages.
    pub(super) fn bind_stmt1(&self, r: &Request, id: u64, message: &[u8]) -> Reply {
        let block = Given::Block(message.get(HEAD..).unwrap_or_default());
        self.with_statement1(r, id, |s, e, cx| {
            match r.action {
                "set_tags" => s.set_tags(e, cx, block),
                _ => s.bind(e, cx, block),
            }
            .map(|()| vec![])
        })
    }

    fn open_result1(&self, s: &mut Statement1, e: &Engine) -> Result<Keys, SqlError> {
        let rows = s.result()?;
        let decimals = e.version.has(Feature::DecimalFields);
        let mut keys = schema_keys(&rows, Type::field_bytes, decimals);
        let result = self.open(rows);
        s.result_id = Some(result);
        keys.insert(0, ("result_id", result.into()));
        Ok(keys)
    }

    fn new_statement1(&self, r: &Request) -> Reply {
        let mut s = self.state.lock();
        s.last_statement += 1;
        let id = s.last_statement;
        s.statements1.insert(id, Arc::default());
        r.ok(&[("stmt_id", id.into())])
    }

    /// Not answered, unless the statement is of the other version.
    fn close_statement1(&self, r: &Request, id: u64) -> Option<Reply> {
        let mut state = self.state.lock();
        if state.statements.contains_key(&id) {
            let e = SqlError::new(code::FAIL, "stmt type not match");
            return Some(r.reply(Some(&e), &[("stmt_id", id.into())]));
        }
        let closed: Option<Arc<Mutex<Statement1>>> = state.statements1.remove(&id);
        drop(state);
        if let Some(result) = closed.and_then(|s| s.lock().result_id.take()) {
            self.free(result);
        }
        None
    }

    fn with_statement1(
        &self,
        r: &Request,
        id: u64,
        work: impl FnOnce(&mut Statement1, &mut Engine, &Context) -> Result<Keys, SqlError>,
    ) -> Reply {
        let statement = self.state.lock().statements1.get(&id).cloned();
        let done = match statement {
            None => Err(SqlError::new(code::FAIL, "stmt is nil")),
            Some(s) => {
                let cx = self.context();
                let mut s = s.lock();
                // Results end with the next execution. Before the engine is locked, as fetches do it.
                if matches!(r.action, "prepare" | "exec") {
                    if let Some(result) = s.result_id.take() {
                        self.free(result);
                    }
                }
                work(&mut s, &mut self.shared.engine.lock(), &cx)
            }
        };
        answer(r, id, done)
    }
}
