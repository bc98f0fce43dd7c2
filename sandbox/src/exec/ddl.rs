//! Statements that change what is there: each goes to the file of what it changes.

use super::outcome::{done, Outcome};
use super::{alter, child, database, delete, table, topic, user};
use crate::catalog::WHITE_LISTS;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::sql::ast::Statement;

pub fn run(e: &mut Engine, cx: &Context, s: Statement, sql: &str) -> Result<Outcome> {
    match s {
        Statement::CreateDatabase {
            name,
            if_not_exists,
            options,
        } => database::create(e, name, if_not_exists, options),
        Statement::DropDatabase { name, if_exists } => database::drop(e, &name, if_exists),
        Statement::AlterDatabase { name, options } => database::alter(e, &name, options),
        Statement::CreateTable {
            table,
            if_not_exists,
            columns,
            tags,
            comment,
        } => table::create(e, table, if_not_exists, columns, tags, comment),
        Statement::CreateChildren(all) => child::create_all(e, cx, all, sql),
        Statement::DropTables { stable, tables } => tables
            .into_iter()
            .try_for_each(|(if_exists, t)| table::drop(e, &t, stable, if_exists))
            .and_then(|_| done()),
        Statement::AlterTable { table, change } => alter::alter(e, cx, &table, change, sql),
        Statement::Delete { table, filter } => delete::delete(e, cx, &table, filter.as_ref()),
        Statement::CreateUser {
            name,
            password,
            hosts,
            times,
        } => user::create(e, name, password, &hosts, times),
        Statement::AlterUser { name, change } => user::alter(e, &name, change),
        Statement::DropUser(name) => user::drop(e, &name),
        Statement::SetVariable { name, value } => {
            if name.eq_ignore_ascii_case(WHITE_LISTS) {
                e.store
                    .save("variable", "", WHITE_LISTS, &value.clone().into())?;
                e.catalog.white_lists = value == "1";
            }
            done()
        }
        Statement::CreateTopic {
            name,
            if_not_exists,
            meta,
            source,
        } => topic::create(e, cx, name, if_not_exists, (meta, source), sql),
        Statement::DropTopic {
            name,
            if_exists,
            force,
        } => topic::drop(e, &name, if_exists, force),
        Statement::DropConsumerGroup {
            group,
            topic,
            if_exists,
            force,
        } => topic::drop_group(e, &group, &topic, if_exists, force),
        _ => Err(SqlError::unsupported("this statement")),
    }
}
