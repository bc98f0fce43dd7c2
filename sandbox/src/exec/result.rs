//! A result set: its fields, and rows that are computed as they are fetched.

use super::scan::Scan;
use crate::compile::{Env, Eval};
use crate::engine::Engine;
use crate::error::Result;
use crate::time::Precision;
use crate::types::Type;
use crate::value::{Row, Value};

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub ty: Type,
}

impl Field {
    pub fn new(name: &str, ty: Type) -> Field {
        Field {
            name: name.into(),
            ty,
        }
    }
}

pub struct ResultSet {
    pub fields: Vec<Field>,
    pub precision: Precision,
    rows: Rows,
}

enum Rows {
    /// Computed already.
    Ready(std::vec::IntoIter<Row>),
    Streaming(Box<Stream>),
}

/// Rows that leave the scan one by one, without sorting or grouping.
pub struct Stream {
    pub scan: Scan,
    pub filter: Option<Eval>,
    /// What to compute of each row; None if the scan's row is the result's row.
    pub items: Option<Vec<Eval>>,
    pub skip: u64,
    pub left: u64,
    /// Rows read ahead when the statement ran: a small result is that of the moment of its query.
    pub ahead: Vec<Row>,
}

impl ResultSet {
    pub fn ready(fields: Vec<Field>, precision: Precision, rows: Vec<Row>) -> ResultSet {
        ResultSet {
            fields,
            precision,
            rows: Rows::Ready(rows.into_iter()),
        }
    }
    pub fn streaming(fields: Vec<Field>, precision: Precision, stream: Stream) -> ResultSet {
        ResultSet {
            fields,
            precision,
            rows: Rows::Streaming(Box::new(stream)),
        }
    }
    pub fn types(&self) -> Vec<Type> {
        self.fields.iter().map(|f| f.ty).collect()
    }
    /// The next rows, at most `max`; none at the end.
    pub fn next(&mut self, engine: &Engine, max: usize) -> Result<Vec<Row>> {
        match &mut self.rows {
            Rows::Ready(all) => Ok(all.by_ref().take(max).collect()),
            Rows::Streaming(s) if !s.ahead.is_empty() => {
                Ok(s.ahead.drain(..max.min(s.ahead.len())).collect())
            }
            Rows::Streaming(s) => s.next(engine, max),
        }
    }
    pub fn read_ahead(&mut self, engine: &Engine, max: usize) -> Result<()> {
        if let Rows::Streaming(s) = &mut self.rows {
            s.ahead = s.next(engine, max)?;
        }
        Ok(())
    }
    pub fn all(mut self, engine: &Engine) -> Result<Vec<Row>> {
        let mut out = vec![];
        loop {
            let mut more = self.next(engine, 4096)?;
            if more.is_empty() {
                return Ok(out);
            }
            out.append(&mut more);
        }
    }
}

impl Stream {
    fn next(&mut self, engine: &Engine, max: usize) -> Result<Vec<Row>> {
        let max = (max as u64).min(self.left) as usize;
        let mut out = Vec::with_capacity(max.min(4096));
        while out.len() < max {
            // Without a filter every row counts, so no more is read than is wanted.
            let want = if self.filter.is_some() {
                max.max(256)
            } else {
                max - out.len()
            };
            let want = want.saturating_add(self.skip.min(4096) as usize);
            let page = match self.scan.pending.is_empty() {
                true => self.scan.page(engine, want)?,
                false => std::mem::take(&mut self.scan.pending),
            };
            if page.is_empty() {
                break;
            }
            let mut rows = page.into_iter();
            while out.len() < max {
                let Some(row) = rows.next() else { break };
                let env = Env::row(&row);
                if self.filter.as_ref().is_some_and(|f| !f(&env).is_true()) {
                    continue;
                }
                if self.skip > 0 {
                    self.skip -= 1;
                    continue;
                }
                out.push(match &self.items {
                    Some(items) => items.iter().map(|i| i(&env)).collect::<Vec<Value>>(),
                    None => row,
                });
            }
            self.scan.pending = rows.collect();
        }
        self.left -= out.len() as u64;
        Ok(out)
    }
}
