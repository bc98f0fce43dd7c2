//! Statements and schemaless rows.

use super::results::schema_keys;
use super::{Answer, Door, Session};
use crate::exec::Outcome;
use crate::messages::{Args, Reply, Request};
use crate::schemaless::{self, Insert};
use crate::types::Type;
use crate::version::Feature;
use serde_json::Value as Json;

impl Session {
    pub(super) fn query(&self, r: &Request, sql: &str) -> Reply {
        let cx = self.context();
        let (outcome, decimals) = {
            let mut engine = self.shared.engine.lock();
            (
                engine.execute(sql, &cx),
                self.door == Door::Ws && engine.version.has(Feature::DecimalFields),
            )
        };
        let done = |affected: usize| {
            let mut keys: Vec<(&str, Json)> = vec![
                ("id", 0.into()),
                ("is_update", true.into()),
                ("affected_rows", affected.into()),
                ("fields_count", 0.into()),
                ("fields_names", Json::Null),
            ];
            keys.extend([
                ("fields_types", Json::Null),
                ("fields_lengths", Json::Null),
                ("precision", 0.into()),
            ]);
            if decimals {
                keys.extend([
                    ("fields_precisions", Json::Null),
                    ("fields_scales", Json::Null),
                ]);
            }
            r.ok(&keys)
        };
        match outcome {
            Err(e) => r.error(&e),
            Ok(Outcome::Done { affected }) => done(affected),
            Ok(Outcome::Use(db)) => {
                self.state.lock().db = db;
                done(0)
            }
            Ok(Outcome::Rows(rows)) => {
                let mut keys = vec![
                    ("id", Json::Null),
                    ("is_update", false.into()),
                    ("affected_rows", 0.into()),
                ];
                keys.extend(schema_keys(&rows, Type::user_len, decimals));
                keys[0].1 = self.open(*rows).into();
                r.ok(&keys)
            }
        }
    }

    /// Schemaless rows.
    pub(super) fn insert(&self, r: &Request, a: &Args) -> Answer {
        let mut insert = Insert {
            protocol: a.i64("protocol")?.unwrap_or(0),
            precision: a.text("precision")?,
            ttl: a.i64("ttl")?.unwrap_or(0),
            data: a.text("data")?,
            table_name_key: a.text("table_name_key")?,
        };
        if insert.protocol == 0 {
            return Ok(Some(r.fail("schemaless write protocol is null")));
        }
        let data = match self.text_of(insert.data.as_bytes()) {
            Ok(data) => data,
            Err(e) => return Ok(Some(r.error(&e))),
        };
        insert.data = &data;
        let cx = self.context();
        let mut engine = self.shared.engine.lock();
        if !engine.version.has(Feature::TableNameKey) {
            insert.table_name_key = "";
        }
        Ok(Some(match schemaless::insert(&mut engine, &cx, &insert) {
            Err(e) => r.error(&e),
            Ok(affected) => {
                let mut keys = vec![("affected_rows", affected.into())];
                if engine.version.has(Feature::TotalRows) {
                    let lines = schemaless::count_lines(insert.protocol, insert.data);
                    keys.push(("total_rows", lines.into()));
                }
                r.ok(&keys)
            }
        }))
    }
}
