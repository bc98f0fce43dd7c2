//! SELECT: items, source, windows, UNION, ORDER BY and LIMIT.

use super::ast::*;
use super::cursor::{Parser, MAX_TABLE_NAME};
use crate::error::{Result, SqlError};

impl Parser<'_> {
    /// A query with its UNIONs, ORDER BY and LIMIT.
    pub fn query(&mut self) -> Result<Query> {
        self.deeper()?;
        let first = self.select_part()?;
        let mut more = vec![];
        while self.kw("union")? {
            let all = self.kw("all")?;
            more.push((all, self.select_part()?));
        }
        let mut q = Query {
            first,
            more,
            order: vec![],
            limit: None,
            offset: 0,
            slimit: None,
            soffset: 0,
        };
        if self.kw("order")? {
            self.expect_kw("by")?;
            q.order = self.list(|p| {
                let at = p.cur.start;
                let expr = p.expr()?;
                let text = p.sql[at..p.prev_end].to_string();
                let desc = p.kw("desc")?;
                if !desc {
                    p.kw("asc")?;
                }
                let mut nulls_first = None;
                if p.kw("nulls")? {
                    nulls_first = Some(p.kw("first")?);
                    if nulls_first == Some(false) {
                        p.expect_kw("last")?;
                    }
                }
                Ok(Order {
                    expr,
                    text,
                    desc,
                    nulls_first,
                })
            })?;
        }
        if self.kw("slimit")? {
            (q.slimit, q.soffset) = self.limit("soffset")?;
        }
        if self.kw("limit")? {
            (q.limit, q.offset) = self.limit("offset")?;
        }
        self.depth -= 1;
        Ok(q)
    }
    /// `n`, `n OFFSET m` or `m, n`
    fn limit(&mut self, offset: &str) -> Result<(Option<u64>, u64)> {
        let n = self.unsigned()?;
        if self.op(",")? {
            return Ok((Some(self.unsigned()?), n));
        }
        let skip = if self.kw(offset)? {
            self.unsigned()?
        } else {
            0
        };
        Ok((Some(n), skip))
    }
    fn select_part(&mut self) -> Result<Select> {
        if self.op("(")? {
            self.deeper()?;
            let s = self.select_part()?;
            self.expect_op(")")?;
            self.depth -= 1;
            return Ok(s);
        }
        self.select()
    }
    fn select(&mut self) -> Result<Select> {
        self.expect_kw("select")?;
        // `/*+ hint */` is a comment to the lexer.
        let distinct = self.kw("distinct")?;
        let tags_only = self.at_kw("tags") && self.peek()? != "," && self.kw("tags")?;
        if !distinct {
            self.kw("all")?;
        }
        let items = self.list(|p| p.item())?;
        let mut s = Select {
            distinct,
            tags_only,
            items,
            from: Source::None,
            filter: None,
            partition: vec![],
            interval: None,
            group: vec![],
            having: None,
        };
        if self.kw("from")? {
            s.from = self.source()?;
            if self.at_op(",")
                || [
                    "join", "inner", "left", "right", "full", "asof", "anti", "semi",
                ]
                .iter()
                .any(|j| self.at_kw(j))
            {
                return Err(SqlError::unsupported("JOIN"));
            }
        }
        if self.kw("where")? {
            s.filter = Some(self.expr()?);
        }
        if self.kw("partition")? {
            self.expect_kw("by")?;
            s.partition = self.list(|p| {
                let e = p.expr()?;
                if p.kw("as")? {
                    p.column_name()?;
                }
                Ok(e)
            })?;
        }
        for window in [
            "session",
            "state_window",
            "event_window",
            "count_window",
            "anomaly_window",
            "range",
            "every",
        ] {
            if self.at_kw(window) {
                return Err(SqlError::unsupported(window.to_ascii_uppercase()));
            }
        }
        if self.kw("interval")? {
            s.interval = Some(self.interval()?);
        }
        if self.kw("group")? {
            self.expect_kw("by")?;
            s.group = self.list(|p| p.expr())?;
        }
        if self.kw("having")? {
            s.having = Some(self.expr()?);
        }
        Ok(s)
    }
    fn item(&mut self) -> Result<Item> {
        let at = self.cur.start;
        let expr = self.expr()?;
        let text = self.sql[at..self.prev_end].to_string();
        let alias = match self.kw("as")? {
            true => Some(self.name(usize::MAX)?),
            false if self.at_name() => Some(self.name(usize::MAX)?),
            false => None,
        };
        Ok(Item { expr, text, alias })
    }
    fn source(&mut self) -> Result<Source> {
        let subquery = self.op("(")?;
        let query = match subquery {
            true => Some(Box::new(self.query()?)),
            false => None,
        };
        if subquery {
            self.expect_op(")")?;
        }
        let name = match subquery {
            true => None,
            false => Some(self.table_name()?),
        };
        let alias = match self.kw("as")? || (self.at_name() && !self.at_window()) {
            true => Some(self.name(MAX_TABLE_NAME)?),
            false => None,
        };
        Ok(match (query, name) {
            (Some(query), _) => Source::Query { query, alias },
            (None, Some(name)) => Source::Table { name, alias },
            (None, None) => Source::None,
        })
    }
    /// Words that follow a table and are no alias, though they are no reserved words either.
    fn at_window(&self) -> bool {
        [
            "session",
            "state_window",
            "event_window",
            "count_window",
            "anomaly_window",
            "inner",
            "left",
            "right",
            "full",
            "every",
        ]
        .iter()
        .any(|w| self.at_kw(w))
    }
    fn interval(&mut self) -> Result<Interval> {
        self.expect_op("(")?;
        let every = self.duration()?;
        let offset = match self.op(",")? {
            true if self.kw("auto")? => None,
            true => Some(self.duration()?),
            false => None,
        };
        self.expect_op(")")?;
        let mut sliding = None;
        if self.kw("sliding")? {
            self.expect_op("(")?;
            sliding = Some(self.duration()?);
            self.expect_op(")")?;
        }
        let mut fill = None;
        if self.kw("fill")? {
            self.expect_op("(")?;
            let mode = self.text().to_ascii_lowercase();
            self.advance()?;
            let values = if self.op(",")? {
                self.list(|p| p.expr())?
            } else {
                vec![]
            };
            self.expect_op(")")?;
            fill = Some(Fill { mode, values });
        }
        Ok(Interval {
            every,
            offset,
            sliding,
            fill,
        })
    }
}
