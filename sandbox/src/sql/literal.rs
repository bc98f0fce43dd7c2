//! Values of INSERT and TAGS(...) as they stand in the text. TDengine reads them with a scanner of its own, which has
//! errors of its own.

use super::lexer::{self, Tok, Token};
use crate::error::{Result, SqlError};
use crate::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Text,
    Integer,
    Float,
    Null,
    Bool(bool),
    Now,
    Today,
}

/// A value in the statement's text, with the duration added to it, if any.
#[derive(Clone, Copy, Debug)]
pub struct Literal {
    pub(super) form: Form,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shift: Option<(i64, Duration)>,
}

pub struct Scanner<'a> {
    pub sql: &'a str,
    /// Behind the last token taken.
    pub at: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(sql: &'a str, at: usize) -> Self {
        Scanner { sql, at }
    }
    pub fn peek(&self) -> Result<(Token, &'a str)> {
        let t = lexer::next(self.sql, self.at).map_err(|_| {
            let rest = self.sql[self.at..].trim_start();
            SqlError::insert(rest, "invalid data or symbol")
        })?;
        Ok((t, &self.sql[t.start..t.end]))
    }
    pub fn take(&mut self) -> Result<(Token, &'a str)> {
        let (t, text) = self.peek()?;
        self.at = t.end;
        Ok((t, text))
    }
    pub fn kw(&mut self, word: &str) -> Result<bool> {
        let (t, text) = self.peek()?;
        let hit = t.kind == Tok::Word && text.eq_ignore_ascii_case(word);
        if hit {
            self.at = t.end;
        }
        Ok(hit)
    }
    pub fn op(&mut self, op: &str) -> Result<bool> {
        let (t, text) = self.peek()?;
        let hit = t.kind == Tok::Op && text == op;
        if hit {
            self.at = t.end;
        }
        Ok(hit)
    }
    /// The error at the next token.
    pub fn error(&self, what: &str) -> SqlError {
        match self.peek() {
            Ok((t, _)) => SqlError::insert(&self.sql[t.start..], what),
            Err(e) => e,
        }
    }
    pub fn expect(&mut self, op: &str) -> Result<()> {
        match self.op(op)? {
            true => Ok(()),
            false => Err(self.error(&format!("{op} expected"))),
        }
    }

    pub fn literal(&mut self) -> Result<Literal> {
        let (first, text) = self.peek()?;
        let bad = || SqlError::insert(&self.sql[first.start..], "invalid data or symbol");
        let mut t = first;
        // A sign belongs to the number behind it.
        if t.kind == Tok::Op && (text == "-" || text == "+") {
            t = lexer::next(self.sql, t.end)?;
            if !matches!(t.kind, Tok::Integer | Tok::Float) {
                return Err(bad());
            }
        }
        let form = match t.kind {
            Tok::Text => Form::Text,
            Tok::Integer => Form::Integer,
            Tok::Float => Form::Float,
            Tok::Word => match text.to_ascii_lowercase().as_str() {
                "null" => Form::Null,
                "true" => Form::Bool(true),
                "false" => Form::Bool(false),
                "now" => Form::Now,
                "today" => Form::Today,
                _ => return Err(bad()),
            },
            _ => return Err(bad()),
        };
        let mut lit = Literal {
            form,
            start: first.start,
            end: t.end,
            shift: None,
        };
        self.at = t.end;
        if matches!(form, Form::Now | Form::Today) && self.op("(")? {
            self.expect(")")?;
        }
        let (_, sign) = self.peek()?;
        if sign == "+" || sign == "-" {
            self.take()?;
            let (d, text) = self.take()?;
            let duration = if d.kind == Tok::Duration {
                Duration::parse(text)
            } else {
                None
            };
            let Some(d) = duration else {
                return Err(SqlError::insert(
                    &self.sql[first.start..],
                    "invalid timestamp",
                ));
            };
            lit.shift = Some((if sign == "-" { -1 } else { 1 }, d));
        }
        Ok(lit)
    }
    /// `( value, ... )` with any number of values; also where the closing bracket stands.
    pub fn tuple(&mut self) -> Result<(Vec<Literal>, usize)> {
        self.expect("(")?;
        let mut out = vec![self.literal()?];
        while self.op(",")? {
            out.push(self.literal()?);
        }
        let (t, _) = self.peek()?;
        self.expect(")")?;
        Ok((out, t.start))
    }
}
