//! SQLite underneath: one data table per super table or plain table, and one for the catalog.
//! A data table holds (tb, ts, columns...); `tb` says which child table a row belongs to, 0 in a plain table.
//! Columns are named by slot numbers that are never reused, so dropping a column needs no rewriting.

use crate::error::Result;
use crate::types::Kind;
use crate::value::{Row, Value};
use rusqlite::{params, params_from_iter, Connection};

pub struct Store {
    conn: Connection,
}

/// Order of a scan over a super table: child by child, or merged by time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScanOrder {
    Table,
    Time,
    TimeDesc,
}

/// One page of a scan. `after` is where the page before ended.
pub struct Page<'a> {
    pub data: i64,
    /// One child table only.
    pub tb: Option<i64>,
    pub low: i64,
    pub high: i64,
    pub order: ScanOrder,
    pub after: Option<(i64, i64)>,
    pub slots: &'a [(u32, Kind)],
    pub rows: usize,
}

impl Store {
    pub fn open(path: Option<&str>) -> Result<Store> {
        let conn = match path {
            Some(p) => Connection::open(p)?,
            None => Connection::open_in_memory()?,
        };
        conn.set_prepared_statement_cache_capacity(256);
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;
             CREATE TABLE IF NOT EXISTS catalog(kind TEXT, db TEXT, name TEXT, body TEXT, PRIMARY KEY(kind, db, name)) WITHOUT ROWID;",
        )?;
        Ok(Store { conn })
    }

    /// Runs `work` in one transaction: all of it happens, or nothing.
    pub fn atomically<T>(&mut self, work: impl FnOnce(&mut Store) -> Result<T>) -> Result<T> {
        if !self.conn.is_autocommit() {
            // What a panic left behind.
            self.conn.execute_batch("ROLLBACK")?;
        }
        self.conn.execute_batch("BEGIN")?;
        match work(self) {
            Ok(v) => {
                self.conn.execute_batch("COMMIT")?;
                Ok(v)
            }
            Err(e) => {
                self.conn.execute_batch("ROLLBACK")?;
                Err(e)
            }
        }
    }

    pub fn load_catalog(&self) -> Result<Vec<(String, String, String, String)>> {
        let mut s = self
            .conn
            .prepare("SELECT kind, db, name, body FROM catalog ORDER BY kind, db, name")?;
        let rows = s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
    pub fn save(&self, kind: &str, db: &str, name: &str, body: &serde_json::Value) -> Result<()> {
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO catalog VALUES(?,?,?,?)")?
            .execute(params![kind, db, name, body.to_string()])?;
        Ok(())
    }
    pub fn forget(&self, kind: &str, db: &str, name: &str) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM catalog WHERE kind=? AND db=? AND name=?")?
            .execute(params![kind, db, name])?;
        Ok(())
    }

    /// `merged`: rows of several child tables will be read in time order.
    pub fn create_data(
        &self,
        data: i64,
        slots: impl Iterator<Item = u32>,
        merged: bool,
    ) -> Result<()> {
        let columns: String = slots.map(|s| format!(", c{s}")).collect();
        self.conn.execute_batch(&format!("CREATE TABLE d{data}(tb INTEGER, ts INTEGER{columns}, PRIMARY KEY(tb, ts)) WITHOUT ROWID"))?;
        if merged {
            self.conn
                .execute_batch(&format!("CREATE INDEX d{data}_ts ON d{data}(ts, tb)"))?;
        }
        Ok(())
    }
    pub fn drop_data(&self, data: i64) -> Result<()> {
        self.conn
            .execute_batch(&format!("DROP TABLE IF EXISTS d{data}"))?;
        Ok(())
    }
    pub fn add_column(&self, data: i64, slot: u32) -> Result<()> {
        self.conn
            .execute_batch(&format!("ALTER TABLE d{data} ADD COLUMN c{slot}"))?;
        Ok(())
    }

    /// Writes rows of (ts, values of `slots`); a row with the same time keeps the columns that are not given.
    pub fn upsert(&self, data: i64, tb: i64, slots: &[u32], rows: &[Row]) -> Result<()> {
        let names: String = slots.iter().map(|s| format!(", c{s}")).collect();
        let marks = ", ?".repeat(slots.len());
        let set: Vec<String> = slots
            .iter()
            .map(|s| format!("c{s}=excluded.c{s}"))
            .collect();
        let action = if set.is_empty() {
            "NOTHING".into()
        } else {
            format!("UPDATE SET {}", set.join(", "))
        };
        let sql = format!("INSERT INTO d{data}(tb, ts{names}) VALUES({tb}, ?{marks}) ON CONFLICT(tb, ts) DO {action}");
        let mut s = self.conn.prepare_cached(&sql)?;
        for r in rows {
            s.execute(params_from_iter(r.iter()))?;
        }
        Ok(())
    }
    pub fn delete(&self, data: i64, tb: i64, low: i64, high: i64) -> Result<usize> {
        let sql = format!("DELETE FROM d{data} WHERE tb=? AND ts BETWEEN ? AND ?");
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .execute(params![tb, low, high])?)
    }
    pub fn delete_table(&self, data: i64, tb: i64) -> Result<()> {
        self.delete(data, tb, i64::MIN, i64::MAX).map(|_| ())
    }

    /// One page of rows: (tb, ts, values of the slots).
    pub fn page(
        &self,
        p: &Page,
        mut row: impl FnMut(i64, i64, &mut dyn FnMut(usize) -> Value),
    ) -> Result<usize> {
        let names: String = p.slots.iter().map(|(s, _)| format!(", c{s}")).collect();
        // Bounds on ts carry the position, so that every page starts with an index look-up, never with skipping.
        let (mut low, mut high) = (p.low, p.high);
        let after = p.after.unwrap_or((0, 0));
        let (filter, order) = match (p.tb, p.order) {
            (Some(_), ScanOrder::TimeDesc) => ("tb=?3", "ts DESC"),
            (Some(_), _) => ("tb=?3", "ts"),
            (None, _) if p.after.is_none() => (
                "?3 IS NULL",
                ["tb, ts", "ts, tb", "ts DESC, tb DESC"][p.order as usize],
            ),
            (None, ScanOrder::Table) => ("?3 IS NULL AND (tb, ts) > (?4, ?5)", "tb, ts"),
            (None, ScanOrder::Time) => ("?3 IS NULL AND (ts, tb) > (?5, ?4)", "ts, tb"),
            (None, ScanOrder::TimeDesc) => {
                ("?3 IS NULL AND (ts, tb) < (?5, ?4)", "ts DESC, tb DESC")
            }
        };
        if p.after.is_some() && (p.tb.is_some() || p.order != ScanOrder::Table) {
            let step = p.tb.is_some() as i64;
            match p.order {
                ScanOrder::TimeDesc if after.1 == i64::MIN && step == 1 => return Ok(0),
                ScanOrder::TimeDesc => high = high.min(after.1 - step),
                _ if after.1 == i64::MAX && step == 1 => return Ok(0),
                _ => low = low.max(after.1 + step),
            }
        }
        let sql = format!("SELECT tb, ts{names} FROM d{} WHERE ts BETWEEN ?1 AND ?2 AND {filter} ORDER BY {order} LIMIT ?6", p.data);
        let mut s = self.conn.prepare_cached(&sql)?;
        let position = |n: i64| if filter.contains("?4") { Some(n) } else { None };
        let mut rows = s.query(params![
            low,
            high,
            p.tb,
            position(after.0),
            position(after.1),
            p.rows as i64
        ])?;
        let mut n = 0;
        while let Some(r) = rows.next()? {
            let mut cell = |i: usize| {
                r.get_ref(i + 2).map_or(Value::Null, |v| {
                    Value::from_sqlite(v, p.slots.get(i).map_or(Kind::Int, |s| s.1))
                })
            };
            row(r.get(0)?, r.get(1)?, &mut cell);
            n += 1;
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_scan_in_every_order() {
        let store = Store::open(None).unwrap();
        store.create_data(1, [0u32].into_iter(), true).unwrap();
        for tb in 1..=3i64 {
            let rows: Vec<Row> = (0..10)
                .map(|i| vec![Value::Int(i * 10 + tb), Value::Int(tb * 100 + i)])
                .collect();
            store.upsert(1, tb, &[0], &rows).unwrap();
        }
        for (order, tb) in [
            (ScanOrder::Table, None),
            (ScanOrder::Time, None),
            (ScanOrder::TimeDesc, None),
            (ScanOrder::TimeDesc, Some(2)),
        ] {
            let (mut after, mut seen) = (None, vec![]);
            loop {
                let p = Page {
                    data: 1,
                    tb,
                    low: 11,
                    high: 82,
                    order,
                    after,
                    slots: &[(0, Kind::Int)],
                    rows: 4,
                };
                let n = store
                    .page(&p, |tb, ts, cell| {
                        assert_eq!(cell(0), Value::Int(tb * 100 + ts / 10));
                        seen.push((tb, ts));
                    })
                    .unwrap();
                after = seen.last().copied();
                if n < 4 {
                    break;
                }
            }
            let mut want: Vec<(i64, i64)> = (1..=3)
                .flat_map(|t| (0..10).map(move |i| (t, i * 10 + t)))
                .filter(|(t, ts)| (11..=82).contains(ts) && tb.is_none_or(|w| w == *t))
                .collect();
            match order {
                ScanOrder::Table => want.sort(),
                ScanOrder::Time => want.sort_by_key(|(t, ts)| (*ts, *t)),
                ScanOrder::TimeDesc => want.sort_by_key(|(t, ts)| (-*ts, -*t)),
            }
            assert_eq!(seen, want, "{order:?}");
        }
    }

    #[test]
    fn same_time_overwrites_given_columns_only() {
        let store = Store::open(None).unwrap();
        store.create_data(1, [0u32, 1].into_iter(), false).unwrap();
        store
            .upsert(
                1,
                0,
                &[0, 1],
                &[vec![Value::Int(5), Value::Int(1), Value::UInt(u64::MAX)]],
            )
            .unwrap();
        store
            .upsert(1, 0, &[0], &[vec![Value::Int(5), Value::Int(2)]])
            .unwrap();
        let p = Page {
            data: 1,
            tb: Some(0),
            low: i64::MIN,
            high: i64::MAX,
            order: ScanOrder::Table,
            after: None,
            slots: &[(0, Kind::Int), (1, Kind::UBigInt)],
            rows: 9,
        };
        let mut got = vec![];
        store.page(&p, |_, _, c| got.extend([c(0), c(1)])).unwrap();
        assert_eq!(got, [Value::Int(2), Value::UInt(u64::MAX)]);
    }
}
