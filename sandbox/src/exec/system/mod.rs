//! information_schema and performance_schema: what the catalog holds, as tables.

mod columns;
mod rows;
mod subscriptions;
pub mod text;

use columns::*;
pub use columns::{Columns, VARIABLES};

use crate::catalog::SYSTEM_DBS;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::exec::result::Field;
use crate::exec::user;
use crate::value::{Row, Value};
use crate::version::Feature;

type Rows = fn(&Engine) -> Vec<Row>;

fn none(_: &Engine) -> Vec<Row> {
    vec![]
}

const SYSTEM: &[(&str, Columns, Rows)] = &[
    ("ins_databases", DATABASES, rows::databases),
    ("ins_tables", TABLES, all_tables),
    ("ins_stables", STABLES, rows::stables),
    ("ins_columns", COLUMNS, rows::columns),
    ("ins_tags", TAGS, rows::tags),
    ("ins_users", USERS, rows::users),
    ("ins_vgroups", VGROUPS, rows::vgroups),
    ("ins_dnodes", DNODES, rows::dnodes),
    ("ins_mnodes", MNODES, none),
    ("ins_indexes", INDEXES, none),
    ("ins_topics", subscriptions::TOPICS, subscriptions::topics),
    (
        "ins_subscriptions",
        subscriptions::SUBSCRIPTIONS,
        subscriptions::subscriptions,
    ),
    ("ins_streams", NAMED, none),
    ("ins_functions", NAMED, none),
    ("ins_views", NAMED, none),
    ("ins_configs", VARIABLES, none),
    ("ins_dnode_variables", VARIABLES, none),
    (
        "perf_consumers",
        subscriptions::CONSUMERS,
        subscriptions::consumers,
    ),
    ("perf_queries", QUERIES, none),
    ("perf_connections", QUERIES, none),
];

pub fn fields(columns: Columns) -> Vec<Field> {
    columns.iter().map(|(n, t)| Field::new(n, *t)).collect()
}

/// As [`table`], for a user that may not be allowed to see it.
pub fn table_for(e: &Engine, cx: &Context, name: &str) -> Result<(Vec<Field>, Vec<Row>)> {
    const OF_THE_SYSTEM: [&str; 2] = ["ins_users", "ins_dnode_variables"];
    if OF_THE_SYSTEM.iter().any(|t| t.eq_ignore_ascii_case(name)) {
        user::check_sysinfo(e, cx)?;
    }
    table(e, name)
}

pub fn table(e: &Engine, name: &str) -> Result<(Vec<Field>, Vec<Row>)> {
    let (_, columns, rows) = SYSTEM
        .iter()
        .find(|t| t.0.eq_ignore_ascii_case(name))
        .ok_or_else(SqlError::no_table)?;
    if name.eq_ignore_ascii_case("ins_users") && e.version.has(Feature::UserTimes) {
        return Ok((fields(NEWER_USERS), rows::newer_users(e)));
    }
    Ok((fields(columns), rows(e)))
}

/// The system tables are tables too.
fn all_tables(e: &Engine) -> Vec<Row> {
    system_tables().into_iter().chain(rows::tables(e)).collect()
}

fn system_tables() -> Vec<Row> {
    let row = |t: &(&str, Columns, Rows)| {
        let mut row = vec![Value::Null; TABLES.len()];
        let db = if t.0.starts_with("perf") {
            SYSTEM_DBS[1]
        } else {
            SYSTEM_DBS[0]
        };
        (row[0], row[1], row[3], row[9]) = (
            Value::text(t.0),
            Value::text(db),
            Value::Int(t.1.len() as i64),
            Value::text("SYSTEM_TABLE"),
        );
        row
    };
    SYSTEM.iter().map(row).collect()
}
