//! The FROM clause: where rows come from, and which columns they have.

use super::result::Field;
use super::scan::Scan;
use super::system;
use crate::catalog::{is_system, Column, Found, Schema};
use crate::compile::{Origin, SourceColumn};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::Result;
use crate::sql::ast::TableName;
use crate::time::Precision;
use crate::types::{Type, TBNAME_LEN};
use crate::value::{Row, Value};

/// Rows of a result that is computed at once are read in pages of this size.
pub const PAGE: usize = 4096;

pub enum Input {
    Table(Box<Scan>, Found, TableName),
    /// Rows with all source columns.
    Rows(Vec<Row>),
    /// Rows with just the used columns.
    Picked(Vec<Row>),
}

/// What a FROM clause gives.
pub struct FromClause {
    pub input: Input,
    pub columns: Vec<SourceColumn>,
    /// Names that columns may be qualified with.
    pub qualifiers: Vec<String>,
    pub precision: Precision,
}

impl FromClause {
    /// Without FROM: one row without columns.
    pub fn none() -> FromClause {
        FromClause {
            input: Input::Rows(vec![vec![]]),
            columns: vec![],
            qualifiers: vec![],
            precision: Precision::Milli,
        }
    }

    /// Rows that are there already.
    pub fn rows(
        fields: &[Field],
        rows: Vec<Row>,
        qualifiers: Vec<String>,
        precision: Precision,
    ) -> FromClause {
        let column = |f: &Field| SourceColumn::new(&f.name, f.ty, None);
        FromClause {
            input: Input::Rows(rows),
            columns: fields.iter().map(column).collect(),
            qualifiers,
            precision,
        }
    }

    pub fn table(
        engine: &Engine,
        cx: &Context,
        name: &TableName,
        alias: Option<&str>,
    ) -> Result<FromClause> {
        let names = alias.map(str::to_string).into_iter();
        let qualifiers = names.chain([name.name.clone()]).collect();
        if is_system(&name.db) {
            let (fields, rows) = system::table_for(engine, cx, &name.name)?;
            let precision = Precision::Milli;
            return Ok(FromClause::rows(&fields, rows, qualifiers, precision));
        }
        let precision = engine.catalog.database(&name.db)?.precision;
        let found = engine.catalog.find(name)?;
        let schema = found.schema();
        let mut columns: Vec<SourceColumn> = vec![];
        for (i, c) in schema.columns.iter().enumerate() {
            let origin = match i {
                0 => Origin::Time,
                _ => Origin::Slot(c.slot, c.ty.kind),
            };
            columns.push(SourceColumn::new(&c.name, c.ty, Some(origin)));
        }
        let is_super = matches!(found, Found::Super(_));
        let tags = tag_columns(schema);
        columns.extend(tags.map(|c| SourceColumn {
            in_star: is_super,
            ..c
        }));
        columns.push(SourceColumn {
            in_star: cx.bi && is_super,
            ..name_column()
        });
        Ok(FromClause {
            input: Input::Table(Box::new(Scan::new(name, &found)), found, name.clone()),
            columns,
            qualifiers,
            precision,
        })
    }
}

/// The tags of a table as columns.
pub fn tag_columns(schema: &Schema) -> impl Iterator<Item = SourceColumn> + '_ {
    let column = |(i, t): (usize, &Column)| SourceColumn::new(&t.name, t.ty, Some(Origin::Tag(i)));
    schema.tags.iter().enumerate().map(column)
}

/// The column `tbname`.
pub fn name_column() -> SourceColumn {
    SourceColumn::new("tbname", Type::varchar(TBNAME_LEN), Some(Origin::TableName))
}

/// All rows of the input, with the used columns.
pub fn each_page(
    engine: &Engine,
    input: Input,
    used: &[usize],
    mut take: impl FnMut(&[Row]),
) -> Result<()> {
    match input {
        Input::Table(mut scan, ..) => loop {
            let page = scan.page(engine, PAGE)?;
            if page.is_empty() {
                return Ok(());
            }
            take(&page);
        },
        Input::Picked(rows) => {
            take(&rows);
            Ok(())
        }
        Input::Rows(rows) => {
            let pick = |r: &Row| {
                used.iter()
                    .map(|u| r.get(*u).cloned().unwrap_or(Value::Null))
                    .collect()
            };
            rows.chunks(PAGE)
                .for_each(|chunk| take(&chunk.iter().map(pick).collect::<Vec<Row>>()));
            Ok(())
        }
    }
}
