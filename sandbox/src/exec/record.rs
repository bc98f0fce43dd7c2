//! Records what statements did, for subscribers. It is called after the statement, while the engine is still locked.

use super::batch::Batch;
use crate::block;
use crate::catalog::{Catalog, Column, Found};
use crate::engine::Engine;
use crate::sql::ast::TableName;
use crate::subscription::log::{Entry, Log, TableRows, BLOCK_VERSION};
use crate::subscription::meta::{Meta, NewChild};
use crate::types::Type;
use crate::value::{Row, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Engine {
    /// The log of a vgroup of a database; it begins with the first thing that happens.
    fn log(&mut self, db: &str, vgroup: i32) -> &mut Log {
        let options = self.catalog.databases.get(db).map(|d| &d.options);
        let size = options.and_then(|o| o.get("wal_retention_size"));
        let size = size.and_then(|s| s.parse::<usize>().ok());
        let retention = size.filter(|s| *s > 0).map(|kb| kb.saturating_mul(1024));
        self.tmq
            .logs
            .entry(vgroup)
            .or_insert_with(|| Log::new(retention))
    }
    /// In every vgroup for a super table, else in the table's own.
    pub fn record(&mut self, t: &TableName, everywhere: bool, mut meta: Meta) {
        if let Meta::Other { serial, .. } = &mut meta {
            *serial = self.tmq.next_serial();
        }
        let Ok(d) = self.catalog.database(&t.db) else {
            return;
        };
        let vgroups = match everywhere {
            true => d.vgroups.clone(),
            false => vec![d.vgroup_of(&t.name)],
        };
        for v in vgroups {
            self.log(&t.db, v).push(Entry::Meta(meta.clone()));
        }
        self.tmq.changed();
    }
    /// Child tables that one statement created.
    pub fn record_children(&mut self, tables: &[TableName]) {
        let mut by_vgroup: BTreeMap<(&str, i32), Vec<NewChild>> = BTreeMap::new();
        for t in tables {
            if let Some((vgroup, child)) = new_child(&self.catalog, t) {
                by_vgroup.entry((&t.db, vgroup)).or_default().push(child);
            }
        }
        for ((db, vgroup), all) in by_vgroup {
            self.log(db, vgroup).push(Entry::Meta(Meta::Children(all)));
        }
        self.tmq.changed();
    }
    /// Rows of one statement, with the tables it created.
    pub fn record_rows(&mut self, batches: &[Batch], created: &[TableName]) {
        type Written = (Vec<NewChild>, Vec<TableRows>);
        let mut by_vgroup: BTreeMap<(&str, i32), Written> = BTreeMap::new();
        for t in created {
            if let Some((vgroup, child)) = new_child(&self.catalog, t) {
                by_vgroup.entry((&t.db, vgroup)).or_default().0.push(child);
            }
        }
        for b in batches.iter().filter(|b| !b.rows.is_empty()) {
            let Ok(d) = self.catalog.database(&b.table.db) else {
                continue;
            };
            let vgroup = d.vgroup_of(&b.table.name);
            let (columns, block, rows) = encode(b);
            let (table, parent) = match d.find(&b.table.name) {
                Some(Found::Child(s, c)) => {
                    (c.name.clone(), Some((s.name.as_str().into(), c.clone())))
                }
                _ => (b.table.name.as_str().into(), None),
            };
            let rows = TableRows {
                table,
                data: b.schema.data,
                parent,
                columns,
                rows,
                block: block.into(),
            };
            by_vgroup
                .entry((&b.table.db, vgroup))
                .or_default()
                .1
                .push(rows);
        }
        for ((db, vgroup), (created, rows)) in by_vgroup {
            self.log(db, vgroup).push(Entry::Rows { created, rows });
        }
        self.tmq.changed();
    }
}

fn new_child(catalog: &Catalog, t: &TableName) -> Option<(i32, NewChild)> {
    let d = catalog.databases.get(&t.db)?;
    match d.find(&t.name)? {
        Found::Child(s, c) => Some((d.vgroup_of(&t.name), NewChild::new(&s, c))),
        _ => None,
    }
}

/// A batch as a block: columns in the table's order, rows in that of time, of equal times the last.
fn encode(b: &Batch) -> (Arc<[Column]>, Vec<u8>, usize) {
    let mut picked: Vec<(usize, &Column)> =
        b.schema.columns.iter().take(1).map(|c| (0, c)).collect();
    for c in b.schema.columns.iter().skip(1) {
        if let Some(at) = b.slots.iter().position(|s| *s == c.slot) {
            picked.push((at + 1, c));
        }
    }
    let types: Vec<Type> = picked.iter().map(|p| p.1.ty).collect();
    let time = |r: &Row| r.first().and_then(Value::as_i64).unwrap_or(0);
    let in_place = picked.iter().enumerate().all(|(i, p)| p.0 == i);
    let ascending = b.rows.windows(2).all(|w| time(&w[0]) < time(&w[1]));
    let (mut block, rows) = match in_place && ascending {
        true => (block::encode(&types, &b.rows), b.rows.len()),
        false => {
            let by_time: BTreeMap<i64, &Row> = b.rows.iter().map(|r| (time(r), r)).collect();
            let pick = |r: &&Row| {
                let cell = |p: &(usize, &Column)| r.get(p.0).cloned().unwrap_or(Value::Null);
                picked.iter().map(cell).collect::<Row>()
            };
            let rows: Vec<Row> = by_time.values().map(pick).collect();
            (block::encode(&types, &rows), rows.len())
        }
    };
    if let Some(version) = block.first_mut() {
        *version = BLOCK_VERSION;
    }
    (picked.iter().map(|p| p.1.clone()).collect(), block, rows)
}
