//! Prepared statements of version 2.

use super::results::schema_keys;
use super::{Answer, Session};
use crate::bind::{Columns, Field};
use crate::error::{code, SqlError};
use crate::exec::result::ResultSet;
use crate::exec::{Context, Engine};
use crate::messages::{Args, Reply, Request};
use crate::statement::Statement;
use crate::time::Precision;
use crate::types::Type;
use crate::version::Feature;
use parking_lot::Mutex;
use serde_json::{json, Value as Json};
use std::sync::Arc;

pub(super) type Keys = Vec<(&'static str, Json)>;

/// What a statement's action came to, with the statement's id in any case.
pub(super) fn answer(r: &Request, id: u64, done: Result<Keys, SqlError>) -> Reply {
    let mut keys = vec![("stmt_id", id.into())];
    match done {
        Ok(more) => {
            keys.extend(more);
            r.ok(&keys)
        }
        Err(e) => r.reply(Some(&e), &keys),
    }
}

/// What all replies tell of a field.
pub(super) fn described(f: &Field) -> Json {
    json!({"name": f.name, "field_type": f.ty.kind as u8, "precision": f.precision, "scale": 0, "bytes": f.bytes})
}

impl Session {
    pub(super) fn act_on_stmt2(&self, r: &Request, a: &Args) -> Answer {
        match r.action {
            "stmt2_init" => self.stmt2_init(r, a),
            "stmt2_prepare" => self.stmt2_prepare(r, a),
            "stmt2_exec" => self.stmt2_exec(r, a),
            "stmt2_result" => self.stmt2_result(r, a),
            "stmt2_close" => self.stmt2_close(r, a),
            other => Ok(Some(r.fail(format!("unknown action {other}")))),
        }
    }

    fn stmt2_init(&self, r: &Request, a: &Args) -> Answer {
        let single_stable = a.bool("single_stb_insert")?;
        a.bool("single_table_bind_once")?;
        let mut s = self.state.lock();
        s.last_statement += 1;
        let id = s.last_statement;
        let statement = Statement::new(single_stable);
        s.statements.insert(id, Arc::new(Mutex::new(statement)));
        Ok(Some(r.ok(&[("stmt_id", id.into())])))
    }
    /// Does something with a statement and answers, with its id in any case.
    fn with_statement(
        &self,
        r: &Request,
        id: u64,
        work: impl FnOnce(&mut Statement, &mut Engine, &Context) -> Result<Keys, SqlError>,
    ) -> Reply {
        let statement = self.state.lock().statements.get(&id).cloned();
        let done = match statement {
            None => Err(SqlError::new(code::FAIL, "stmt2 is nil")),
            Some(s) => {
                let cx = self.context();
                let mut s = s.lock();
                // Before the engine is locked: fetches lock a result first, then the engine.
                if matches!(r.action, "stmt2_prepare" | "stmt2_exec" | "stmt2_bind_exec") {
                    self.end_result(&mut s);
                }
                work(&mut s, &mut self.shared.engine.lock(), &cx)
            }
        };
        answer(r, id, done)
    }
    /// Ends a statement's result where the server does so.
    fn end_result(&self, s: &mut Statement) {
        if let Some(id) = s.result_id.take() {
            if !self.has(Feature::Stmt2OwnResults) {
                self.free(id);
            }
        }
    }
    fn stmt2_prepare(&self, r: &Request, a: &Args) -> Answer {
        let (id, sql, get_fields) = (a.u64("stmt_id")?, a.text("sql")?, a.bool("get_fields")?);
        Ok(Some(self.with_statement(r, id, |s, engine, cx| {
            let d = s.prepare(engine, cx, sql, get_fields)?;
            let field = |f: Field| {
                let mut described = described(&f);
                described["bind_type"] = (f.bind_type as u8).into();
                described
            };
            let fields = d.fields.filter(|f| !f.is_empty());
            let fields = fields.map(|f| f.into_iter().map(field).collect::<Vec<_>>());
            Ok(vec![
                ("is_insert", d.is_insert.into()),
                ("fields", json!(fields)),
                ("fields_count", d.count.into()),
            ])
        })))
    }
    pub(super) fn stmt2_bind(&self, r: &Request, id: u64, message: &[u8]) -> Reply {
        self.with_statement(r, id, |s, engine, cx| {
            s.bind(engine, cx, message).map(|()| vec![])
        })
    }
    pub(super) fn stmt2_bind_exec(&self, r: &Request, id: u64, message: &[u8]) -> Reply {
        self.with_statement(r, id, |s, engine, cx| {
            let columns = Columns::parse(message)?;
            s.bind_columns(engine, cx, &columns)?;
            Ok(vec![("affected", s.execute(engine, cx)?.into())])
        })
    }
    fn stmt2_exec(&self, r: &Request, a: &Args) -> Answer {
        let id = a.u64("stmt_id")?;
        Ok(Some(self.with_statement(r, id, |s, engine, cx| {
            let affected = s.execute(engine, cx)?;
            Ok(vec![("affected", affected.into())])
        })))
    }
    fn stmt2_result(&self, r: &Request, a: &Args) -> Answer {
        let id = a.u64("stmt_id")?;
        Ok(Some(self.with_statement(r, id, |s, engine, _| {
            let rows = match s.result()? {
                Some(rows) => rows,
                None if engine.version.has(Feature::Stmt2NoInsertResult) => {
                    return Err(SqlError::new(code::FAIL, "stmt is insert, no result set"))
                }
                None => ResultSet::ready(vec![], Precision::Milli, vec![]),
            };
            let decimals = engine.version.has(Feature::DecimalFields);
            let mut keys = schema_keys(&rows, Type::field_bytes, decimals);
            let result = self.open(rows);
            s.result_id = Some(result);
            keys.insert(0, ("id", result.into()));
            Ok(keys)
        })))
    }
    fn stmt2_close(&self, r: &Request, a: &Args) -> Answer {
        let id = a.u64("stmt_id")?;
        let mut state = self.state.lock();
        if state.statements1.contains_key(&id) {
            let e = SqlError::new(code::FAIL, "stmt type not match");
            return Ok(Some(r.reply(Some(&e), &[("stmt_id", id.into())])));
        }
        let closed = state.statements.remove(&id);
        drop(state);
        if let Some(s) = closed {
            self.end_result(&mut s.lock());
        }
        Ok(Some(r.ok(&[("stmt_id", id.into())])))
    }
}
