//! Grouping: GROUP BY, PARTITION BY, INTERVAL windows and what FILL puts into empty ones.

use super::result::Field;
use super::source::{each_page, Input};
use crate::compile::aggregate::State;
use crate::compile::{Compiler, Env, Eval};
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::{Fill, Interval};
use crate::time::{Duration, Precision, Zone};
use crate::types::Kind;
use crate::value::{Row, Value};
use std::collections::HashMap;

/// The most windows that FILL adds. A wrong time would make millions.
const MAX_FILLED: usize = 1_000_000;

/// INTERVAL: the window a time belongs to. Windows count from midnight UTC, as the real server's do whatever the session's zone.
pub struct Windows {
    /// Where a row holds its time.
    time: usize,
    every: Duration,
    ticks: i64,
    offset: i64,
    precision: Precision,
    fill: Option<Fill>,
    fill_values: Vec<Value>,
}

impl Windows {
    pub fn new(c: &mut Compiler, i: &Interval) -> Result<Windows> {
        let Some(time) = c.find(None, "_c0").map(|t| c.slot(t)) else {
            let what = "INTERVAL needs a TIMESTAMP column";
            return Err(SqlError::new(code::WRONG_VALUE_TYPE, what));
        };
        if i.sliding.is_some_and(|s| s != i.every) {
            return Err(SqlError::unsupported("SLIDING other than the interval"));
        }
        let ticks = match i.every.months() {
            Some(m) if m > 0 => 0,
            Some(_) => return Err(SqlError::new(0x2615, "Interval too small")),
            None => i
                .every
                .ticks(c.precision)
                .filter(|t| *t > 0)
                .ok_or_else(|| SqlError::new(0x2615, "Interval too small"))?,
        };
        let offset = i.offset.and_then(|o| o.ticks(c.precision)).unwrap_or(0);
        let fill = i.fill.clone().filter(|f| f.mode != "none");
        let mut fill_values = vec![];
        if let Some(f) = &fill {
            if !["null", "null_f", "value", "value_f", "prev", "next"].contains(&f.mode.as_str()) {
                return Err(SqlError::unsupported(format!("FILL({})", f.mode)));
            }
            for v in &f.values {
                let mut literal = Compiler::new(c.version, c.cx, c.precision);
                fill_values.push(literal.compile(v)?.constant.unwrap_or(Value::Null));
            }
        }
        Ok(Windows {
            time,
            every: i.every,
            ticks,
            offset,
            precision: c.precision,
            fill,
            fill_values,
        })
    }
    fn start(&self, ts: i64) -> i64 {
        match self.every.months() {
            None => {
                let t = ts.saturating_sub(self.offset);
                t.saturating_sub(t.rem_euclid(self.ticks))
                    .saturating_add(self.offset)
            }
            Some(m) => month_start(ts, m, self.precision).unwrap_or(ts),
        }
    }
    fn end(&self, start: i64) -> i64 {
        self.every.add(start, 1, self.precision).unwrap_or(i64::MAX)
    }
}

/// Start of the run of `months` months, counted from 1970-01, that `ts` is in.
fn month_start(ts: i64, months: i64, p: Precision) -> Option<i64> {
    let d = Zone::utc().local(ts, p)?;
    let n = (d.year() as i64 - 1970) * 12 + d.month() as i64 - 1;
    Duration {
        n: n - n.rem_euclid(months),
        unit: 'n',
    }
    .add(0, 1, p)
}

pub struct Group {
    partition: Vec<u8>,
    window: i64,
    states: Vec<State>,
    row: Row,
}

pub struct Groups<'a> {
    pub compiler: &'a Compiler<'a>,
    /// GROUP BY and PARTITION BY.
    pub keys: Vec<Eval>,
    pub windows: Option<&'a Windows>,
    pub used: &'a [usize],
    pub filter: Option<&'a Eval>,
    pub items: &'a [Eval],
    pub having: Option<&'a Eval>,
    pub fields: &'a [Field],
    /// The times that WHERE leaves possible: FILL goes as far.
    pub bounds: (i64, i64),
    pub groups: Vec<Group>,
}

impl Groups<'_> {
    /// The rows of the groups, by partition.
    pub fn run(mut self, engine: &Engine, input: Input) -> Result<Vec<Vec<Row>>> {
        let mut index: HashMap<(Vec<u8>, i64), usize> = HashMap::new();
        let filter = self.filter;
        each_page(engine, input, self.used, |page| {
            for row in page {
                if filter.is_none_or(|f| f(&Env::row(row)).is_true()) {
                    self.add(&mut index, row);
                }
            }
        })?;
        let aggregates = &self.compiler.aggregates;
        let ungrouped = self.keys.is_empty() && self.windows.is_none();
        // Without groups, a count gives one row even if no row was read.
        if self.groups.is_empty() && ungrouped && aggregates.iter().any(|a| a.is_count()) {
            let states = vec![State::default(); aggregates.len()];
            let row = vec![Value::Null; self.used.len()];
            self.groups.push(Group {
                partition: vec![],
                window: 0,
                states,
                row,
            });
        }
        let Some(w) = self.windows else {
            return Ok(self
                .groups
                .iter()
                .filter_map(|g| Some(vec![self.row(g)?]))
                .collect());
        };
        // Window by window within each partition, partitions as they first came.
        let mut rank: HashMap<&[u8], usize> = HashMap::new();
        for g in &self.groups {
            let n = rank.len();
            rank.entry(&g.partition).or_insert(n);
        }
        let mut sorted: Vec<&Group> = self.groups.iter().collect();
        sorted.sort_by_key(|g| (rank.get(&g.partition[..]).copied(), g.window));
        let partitions = sorted.chunk_by(|a, b| a.partition == b.partition);
        partitions.map(|p| self.partition(w, p)).collect()
    }

    fn add(&mut self, index: &mut HashMap<(Vec<u8>, i64), usize>, row: &Row) {
        let env = Env::row(row);
        let mut partition = vec![];
        self.keys.iter().for_each(|k| k(&env).key(&mut partition));
        let window = match self.windows {
            Some(w) => match row.get(w.time).and_then(Value::as_i64) {
                Some(ts) => w.start(ts),
                None => return,
            },
            None => 0,
        };
        let aggregates = &self.compiler.aggregates;
        let key = (partition, window);
        let at = match index.get(&key) {
            Some(i) => *i,
            None => {
                let states = vec![State::default(); aggregates.len()];
                let (partition, row) = (key.0.clone(), row.clone());
                self.groups.push(Group {
                    partition,
                    window,
                    states,
                    row,
                });
                index.insert(key, self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        let g = &mut self.groups[at];
        for (a, s) in aggregates.iter().zip(&mut g.states) {
            if a.add(s, &env) && a.selects() {
                g.row.clone_from(row);
            }
        }
    }

    /// A group's row, unless HAVING drops it.
    fn row(&self, g: &Group) -> Option<Row> {
        let aggregates = self.compiler.aggregates.iter().zip(&g.states);
        let results: Vec<Value> = aggregates.map(|(a, s)| a.result(s)).collect();
        let window = (g.window, self.windows.map_or(0, |w| w.end(g.window)));
        let env = Env {
            row: &g.row,
            aggregates: &results,
            window,
        };
        let kept = self.having.is_none_or(|h| h(&env).is_true());
        kept.then(|| self.items.iter().map(|e| e(&env)).collect())
    }

    /// The windows of one partition, with those that FILL adds.
    fn partition(&self, w: &Windows, groups: &[&Group]) -> Result<Vec<Row>> {
        let rows: Vec<(&Group, Row)> = groups
            .iter()
            .filter_map(|g| Some((*g, self.row(g)?)))
            .collect();
        let (Some((first, _)), true) = (rows.first(), w.fill.is_some()) else {
            return Ok(rows.into_iter().map(|r| r.1).collect());
        };
        let mut start = match self.bounds.0 {
            i64::MIN => first.window,
            low => w.start(low),
        };
        let (mut out, mut previous, mut group) = (vec![], None, *first);
        // Each group's window in turn, then the windows up to the end of what WHERE leaves possible.
        let end = (self.bounds.1 < i64::MAX).then(|| (w.end(w.start(self.bounds.1)), None));
        let turns = rows.iter().map(|(g, row)| (g.window, Some((*g, row))));
        for (until, next) in turns.chain(end) {
            while start < until {
                if out.len() >= MAX_FILLED {
                    let what = format!("FILL of more than {MAX_FILLED} windows");
                    return Err(SqlError::unsupported(what));
                }
                out.push(self.filled(w, start, group, previous, next.map(|n| n.1)));
                start = w.end(start);
            }
            if let Some((g, row)) = next {
                out.push(row.clone());
                (start, previous, group) = (w.end(until), Some(row), g);
            }
        }
        Ok(out)
    }

    /// The row of an empty window.
    fn filled(
        &self,
        w: &Windows,
        start: i64,
        group: &Group,
        previous: Option<&Row>,
        next: Option<&Row>,
    ) -> Row {
        let nulls = vec![Value::Null; self.compiler.aggregates.len()];
        let env = Env {
            row: &group.row,
            aggregates: &nulls,
            window: (start, w.end(start)),
        };
        let mut values = w.fill_values.iter();
        let cell = |(i, e): (usize, &Eval)| {
            let v = e(&env);
            // Window times and grouped columns have values; the aggregates' are left to fill.
            if !v.is_null() {
                return v;
            }
            let filled = match w.fill.as_ref().map_or("", |f| f.mode.as_str()) {
                "value" | "value_f" => values.next().or(w.fill_values.last()).cloned(),
                "prev" => previous.map(|p| p[i].clone()),
                "next" => next.map(|n| n[i].clone()),
                _ => None,
            };
            match (filled, self.fields.get(i).map(|f| f.ty.kind)) {
                (Some(v), Some(k)) if k.is_integer() => v.as_i64().map_or(Value::Null, Value::Int),
                (Some(v), Some(Kind::Double | Kind::Float)) => {
                    v.as_f64().map_or(Value::Null, Value::double)
                }
                (v, _) => v.unwrap_or(Value::Null),
            }
        };
        self.items.iter().enumerate().map(cell).collect()
    }
}
