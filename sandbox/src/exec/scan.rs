//! Reads rows of a table, page by page: columns from the store, tags and names from the catalog.

use crate::catalog::{Child, Found};
use crate::compile::Origin;
use crate::engine::Engine;
use crate::error::Result;
use crate::sql::ast::TableName;
use crate::store::{Page, ScanOrder};
use crate::types::Kind;
use crate::value::{Row, Value};
use std::sync::Arc;

/// A scan of one table. It holds no lock and no cursor: every page is a query of its own, from where the last one ended.
pub struct Scan {
    db: String,
    /// The super table, for its children's tags.
    stable: Option<String>,
    data: i64,
    child: Option<Arc<Child>>,
    plain: Option<String>,
    pub order: ScanOrder,
    pub low: i64,
    pub high: i64,
    /// The columns a row of this scan has, in this order.
    pub columns: Vec<Origin>,
    after: Option<(i64, i64)>,
    done: bool,
    /// Rows of a page that were not taken.
    pub pending: Vec<Row>,
}

impl Scan {
    pub fn new(name: &TableName, found: &Found) -> Scan {
        let schema = found.schema();
        let (child, plain) = match found {
            Found::Super(_) => (None, None),
            Found::Child(_, c) => (Some(c.clone()), None),
            Found::Plain(s) => (None, Some(s.name.clone())),
        };
        Scan {
            db: name.db.clone(),
            stable: schema.is_super.then(|| schema.name.clone()),
            data: schema.data,
            child,
            plain,
            order: ScanOrder::Table,
            low: i64::MIN,
            high: i64::MAX,
            columns: vec![],
            after: None,
            done: false,
            pending: vec![],
        }
    }
    /// Reads one child of the super table only.
    pub fn restrict(&mut self, child: Arc<Child>) {
        self.child = Some(child);
    }

    pub fn page(&mut self, engine: &Engine, rows: usize) -> Result<Vec<Row>> {
        if self.done || self.low > self.high {
            return Ok(vec![]);
        }
        let tb = match (&self.child, &self.plain) {
            (Some(c), _) => Some(c.id),
            (None, Some(_)) => Some(0),
            _ => None,
        };
        let slots: Vec<(u32, Kind)> = self
            .columns
            .iter()
            .filter_map(|o| {
                if let Origin::Slot(s, k) = o {
                    Some((*s, *k))
                } else {
                    None
                }
            })
            .collect();
        // Children may have come or gone since the last page, but a row's table was there when the row was written.
        let children = self
            .stable
            .as_ref()
            .and_then(|s| engine.catalog.databases.get(&self.db)?.supers.get(s))
            .map(|s| &s.children);
        let mut current = self.child.clone();
        let mut name = current
            .as_ref()
            .map(|c| Value::text(&c.name))
            .or_else(|| self.plain.as_deref().map(Value::text))
            .unwrap_or(Value::Null);
        let mut out = Vec::with_capacity(rows.min(4096));
        let mut last = self.after;
        let page = Page {
            data: self.data,
            tb,
            low: self.low,
            high: self.high,
            order: self.order,
            after: self.after,
            slots: &slots,
            rows,
        };
        let columns = &self.columns;
        let n = engine.store.page(&page, |tb, ts, cell| {
            last = Some((tb, ts));
            if self.plain.is_none() && current.as_ref().is_none_or(|c| c.id != tb) {
                current = children.and_then(|c| c.get(&tb)).cloned();
                name = current
                    .as_ref()
                    .map_or(Value::Null, |c| Value::text(&c.name));
            }
            let mut slot = 0;
            out.push(
                columns
                    .iter()
                    .map(|o| match o {
                        Origin::Time => Value::Int(ts),
                        Origin::Slot(..) => {
                            slot += 1;
                            cell(slot - 1)
                        }
                        Origin::Tag(i) => current
                            .as_ref()
                            .and_then(|c| c.tags.get(*i))
                            .cloned()
                            .unwrap_or(Value::Null),
                        Origin::TableName => name.clone(),
                    })
                    .collect(),
            );
        })?;
        self.after = last;
        self.done = n < rows;
        Ok(out)
    }

    /// One row per child table (or this one table) instead of its data: for SELECT DISTINCT of tags.
    pub fn tags(&self, engine: &Engine) -> Vec<Row> {
        let row = |c: &Arc<Child>| {
            let cell = |o: &Origin| match o {
                Origin::Tag(i) => c.tags.get(*i).cloned().unwrap_or(Value::Null),
                Origin::TableName => Value::text(&c.name),
                _ => Value::Null,
            };
            self.columns.iter().map(cell).collect()
        };
        if let Some(c) = &self.child {
            return vec![row(c)];
        }
        let found = self
            .stable
            .as_ref()
            .and_then(|s| engine.catalog.databases.get(&self.db)?.supers.get(s));
        found.map_or(vec![], |s| s.children.values().map(row).collect())
    }
}
