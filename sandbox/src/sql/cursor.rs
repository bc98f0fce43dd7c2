//! The parser's cursor: keywords, operators, names and numbers, one after the other.

use super::ast::TableName;
use super::lexer::{self, Tok, Token};
use crate::error::{code, Result, SqlError};
use crate::time::Duration;
use crate::value::Value;

/// Words that end an expression or a name; they are no identifiers without back-ticks.
const RESERVED: &str = " all alter and as asc between by case cast create database delete desc describe distinct drop else end exists explain fill from \
group having if in insert interval into is join like limit match nmatch not null offset on or order partition range select set show slimit \
sliding soffset stable table tags then union use using values when where with add column tag ";

pub const MAX_TABLE_NAME: usize = 192;
pub const MAX_COLUMN_NAME: usize = 64;
pub const MAX_DB_NAME: usize = 64;
/// Nesting of brackets and operators; deeper statements are refused rather than overflowing the stack.
const MAX_DEPTH: usize = 128;

pub struct Parser<'a> {
    pub sql: &'a str,
    /// The session's database, `""` if none.
    pub(super) db: &'a str,
    pub cur: Token,
    /// Where the token before `cur` ended.
    pub prev_end: usize,
    pub depth: usize,
    /// Values for the `?`, each with the place where it stands.
    pub(super) params: &'a [Param],
}

/// The value of the `?` at a place of the statement's text.
pub type Param = (usize, Value);

impl<'a> Parser<'a> {
    pub fn text(&self) -> &'a str {
        &self.sql[self.cur.start..self.cur.end]
    }
    pub fn advance(&mut self) -> Result<()> {
        self.prev_end = self.cur.end;
        self.cur = lexer::next(self.sql, self.cur.end)?;
        Ok(())
    }
    /// The token behind the current one.
    pub fn peek(&self) -> Result<&'a str> {
        let t = lexer::next(self.sql, self.cur.end)?;
        Ok(&self.sql[t.start..t.end])
    }
    /// The error for a token that cannot stand here.
    pub fn unexpected(&self) -> SqlError {
        match self.cur.kind {
            Tok::End => SqlError::incomplete(),
            _ => SqlError::syntax(&self.sql[self.cur.start..]),
        }
    }
    pub fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SqlError::unsupported(format!(
                "expressions nested deeper than {MAX_DEPTH}"
            )));
        }
        Ok(())
    }
    pub fn at_kw(&self, word: &str) -> bool {
        self.cur.kind == Tok::Word && self.text().eq_ignore_ascii_case(word)
    }
    pub fn kw(&mut self, word: &str) -> Result<bool> {
        let hit = self.at_kw(word);
        if hit {
            self.advance()?;
        }
        Ok(hit)
    }
    pub fn expect_kw(&mut self, word: &str) -> Result<()> {
        match self.kw(word)? {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }
    pub fn at_op(&self, op: &str) -> bool {
        self.cur.kind == Tok::Op && self.text() == op
    }
    pub fn op(&mut self, op: &str) -> Result<bool> {
        let hit = self.at_op(op);
        if hit {
            self.advance()?;
        }
        Ok(hit)
    }
    pub fn expect_op(&mut self, op: &str) -> Result<()> {
        match self.op(op)? {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }
    pub fn at_reserved(&self) -> bool {
        let w = self.text().to_ascii_lowercase();
        self.cur.kind == Tok::Word && RESERVED.contains(&format!(" {w} "))
    }
    pub fn at_name(&self) -> bool {
        match self.cur.kind {
            Tok::Quoted => true,
            Tok::Word => {
                !self.at_reserved() && !self.text().starts_with(|c: char| c.is_ascii_digit())
            }
            _ => false,
        }
    }
    /// An identifier: lower case, unless it is in back-ticks.
    pub fn name(&mut self, max: usize) -> Result<String> {
        if !self.at_name() {
            return Err(self.unexpected());
        }
        let text = self.text();
        let name = match self.cur.kind {
            Tok::Quoted => text[1..text.len() - 1].replace("``", "`"),
            _ => text.to_ascii_lowercase(),
        };
        if name.is_empty() || name.len() > max {
            let at = self.cur.start + (self.cur.kind == Tok::Quoted) as usize;
            return Err(SqlError::new(
                code::INVALID_IDENTIFIER,
                format!(
                    "Invalid identifier name: {}",
                    crate::error::clip(&self.sql[at..], 480)
                ),
            ));
        }
        self.advance()?;
        Ok(name)
    }
    pub fn column_name(&mut self) -> Result<String> {
        self.name(MAX_COLUMN_NAME)
    }
    pub fn db_name(&mut self) -> Result<String> {
        self.name(MAX_DB_NAME)
    }
    /// `[db.]table`. Without a database in name and session this fails at once, before the rest is looked at.
    pub fn table_name(&mut self) -> Result<TableName> {
        let first = self.name(MAX_TABLE_NAME)?;
        if self.op(".")? {
            return Ok(TableName {
                db: first,
                name: self.name(MAX_TABLE_NAME)?,
            });
        }
        if self.db.is_empty() {
            return Err(SqlError::new(
                code::DB_NOT_SPECIFIED,
                "Database not specified",
            ));
        }
        Ok(TableName {
            db: self.db.to_string(),
            name: first,
        })
    }
    pub fn current_db(&self) -> Result<String> {
        match self.db {
            "" => Err(SqlError::new(
                code::DB_NOT_SPECIFIED,
                "Database not specified",
            )),
            db => Ok(db.to_string()),
        }
    }
    pub fn string(&mut self) -> Result<String> {
        if let Some(text) = self.param().and_then(Value::to_text) {
            self.advance()?;
            return Ok(text);
        }
        if self.cur.kind != Tok::Text {
            return Err(self.unexpected());
        }
        let s = lexer::unquote(self.text());
        self.advance()?;
        Ok(s)
    }
    /// The value of the `?` at the cursor.
    pub fn param(&self) -> Option<&'a Value> {
        let at = self.cur.start;
        let found = self.params.binary_search_by_key(&at, |p| p.0).ok()?;
        Some(&self.params[found].1)
    }
    pub fn unsigned(&mut self) -> Result<u64> {
        if let Some(v) = self.param() {
            let n = v.as_int().and_then(|n| u64::try_from(n).ok());
            let n = n.ok_or_else(|| self.unexpected())?;
            self.advance()?;
            return Ok(n);
        }
        let n = self
            .text()
            .parse()
            .ok()
            .filter(|_| self.cur.kind == Tok::Integer);
        let n = n.ok_or_else(|| self.unexpected())?;
        self.advance()?;
        Ok(n)
    }
    pub fn duration(&mut self) -> Result<Duration> {
        let d = match self.cur.kind {
            Tok::Duration => Duration::parse(self.text()),
            Tok::Text => Duration::parse(&lexer::unquote(self.text())),
            _ => self
                .param()
                .and_then(Value::to_text)
                .and_then(|t| Duration::parse(&t)),
        };
        let d = d.ok_or_else(|| self.unexpected())?;
        self.advance()?;
        Ok(d)
    }
    pub fn if_exists(&mut self) -> Result<bool> {
        let given = self.kw("if")?;
        if given {
            self.expect_kw("exists")?;
        }
        Ok(given)
    }
    pub fn if_not_exists(&mut self) -> Result<bool> {
        let given = self.kw("if")?;
        if given {
            self.expect_kw("not")?;
            self.expect_kw("exists")?;
        }
        Ok(given)
    }
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut out = vec![item(self)?];
        while self.op(",")? {
            out.push(item(self)?);
        }
        Ok(out)
    }
    /// Skips to the end of the statement: for clauses that have no effect here.
    pub fn skip_rest(&mut self) -> Result<()> {
        while self.cur.kind != Tok::End && !self.at_op(";") {
            self.advance()?;
        }
        Ok(())
    }
}
