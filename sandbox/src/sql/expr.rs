//! Expressions: precedence climbing over the parser's cursor.

use super::ast::{Expr, Op};
use super::cursor::Parser;
use super::lexer::{self, integer, Tok};
use crate::error::Result;
use crate::value::Value;

/// Binary operators, weakest first, by level of binding.
const LEVELS: [&[(&str, Op)]; 4] = [
    &[
        ("=", Op::Eq),
        ("==", Op::Eq),
        ("<>", Op::Ne),
        ("!=", Op::Ne),
        ("<=", Op::Le),
        (">=", Op::Ge),
        ("<", Op::Lt),
        (">", Op::Gt),
    ],
    &[("&", Op::BitAnd), ("|", Op::BitOr)],
    &[("+", Op::Add), ("-", Op::Sub)],
    &[("*", Op::Mul), ("/", Op::Div), ("%", Op::Mod)],
];

impl Parser<'_> {
    pub fn expr(&mut self) -> Result<Expr> {
        self.deeper()?;
        let mut parts = vec![self.conjunction()?];
        while self.kw("or")? {
            parts.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(balanced(parts, Op::Or))
    }
    fn conjunction(&mut self) -> Result<Expr> {
        let mut parts = vec![self.negation()?];
        while self.kw("and")? {
            parts.push(self.negation()?);
        }
        Ok(balanced(parts, Op::And))
    }
    fn negation(&mut self) -> Result<Expr> {
        if !self.kw("not")? {
            return self.comparison();
        }
        self.deeper()?;
        let e = Expr::Not(Box::new(self.negation()?));
        self.depth -= 1;
        Ok(e)
    }
    fn comparison(&mut self) -> Result<Expr> {
        let depth = self.depth;
        let e = self.comparisons()?;
        self.depth = depth;
        Ok(e)
    }
    fn comparisons(&mut self) -> Result<Expr> {
        let mut left = self.binary(1)?;
        loop {
            self.deeper()?;
            let value = |l: Expr| Box::new(l);
            if let Some(op) = self.operator(LEVELS[0])? {
                left = Expr::Binary(value(left), op, Box::new(self.binary(1)?));
                continue;
            }
            if self.kw("is")? {
                let not = self.kw("not")?;
                self.expect_kw("null")?;
                left = Expr::IsNull {
                    value: value(left),
                    not,
                };
                continue;
            }
            if self.kw("contains")? {
                left = Expr::Binary(value(left), Op::Contains, Box::new(self.binary(1)?));
                continue;
            }
            let not = self.at_kw("not")
                && ["in", "like", "between"]
                    .iter()
                    .any(|w| self.peek().is_ok_and(|t| t.eq_ignore_ascii_case(w)));
            if not {
                self.advance()?;
            }
            left = if self.kw("in")? {
                self.expect_op("(")?;
                let list = self.list(|p| p.expr())?;
                self.expect_op(")")?;
                Expr::In {
                    value: value(left),
                    list,
                    not,
                }
            } else if self.kw("between")? {
                let low = Box::new(self.binary(1)?);
                self.expect_kw("and")?;
                Expr::Between {
                    value: value(left),
                    low,
                    high: Box::new(self.binary(1)?),
                    not,
                }
            } else if self.kw("like")? {
                Expr::Like {
                    value: value(left),
                    pattern: Box::new(self.binary(1)?),
                    not,
                    regex: false,
                }
            } else if self.at_kw("match") || self.at_kw("nmatch") {
                let not = self.at_kw("nmatch");
                self.advance()?;
                Expr::Like {
                    value: value(left),
                    pattern: Box::new(self.binary(1)?),
                    not,
                    regex: true,
                }
            } else {
                return Ok(left);
            };
        }
    }
    fn operator(&mut self, level: &[(&str, Op)]) -> Result<Option<Op>> {
        let found = level.iter().find(|(t, _)| self.at_op(t)).map(|o| o.1);
        if found.is_some() {
            self.advance()?;
        }
        Ok(found)
    }
    fn binary(&mut self, level: usize) -> Result<Expr> {
        let Some(ops) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        // A long chain nests to the left; it counts as depth, since it is evaluated recursively.
        let depth = self.depth;
        while let Some(op) = self.operator(ops)? {
            self.deeper()?;
            left = Expr::Binary(Box::new(left), op, Box::new(self.binary(level + 1)?));
        }
        self.depth = depth;
        Ok(left)
    }
    fn unary(&mut self) -> Result<Expr> {
        let negative = self.at_op("-");
        if !negative && !self.at_op("+") {
            return self.postfix();
        }
        self.advance()?;
        self.deeper()?;
        // -9223372036854775808 is one literal.
        if negative && self.cur.kind == Tok::Integer && self.text() == "9223372036854775808" {
            self.advance()?;
            self.depth -= 1;
            return Ok(Expr::Literal(Value::Int(i64::MIN)));
        }
        let e = self.unary()?;
        self.depth -= 1;
        Ok(match (negative, e) {
            (false, e) => e,
            (true, Expr::Literal(Value::Int(i))) if i != i64::MIN => Expr::Literal(Value::Int(-i)),
            (true, Expr::Literal(Value::Double(d))) => Expr::Literal(Value::Double(-d)),
            (true, Expr::Duration(d)) => Expr::Duration(crate::time::Duration {
                n: -d.n,
                unit: d.unit,
            }),
            (true, e) => Expr::Negate(Box::new(e)),
        })
    }
    fn postfix(&mut self) -> Result<Expr> {
        let mut e = self.primary()?;
        while self.op("->")? {
            self.deeper()?;
            e = Expr::Member(Box::new(e), self.string()?);
        }
        Ok(e)
    }
    fn literal(&mut self, v: Value) -> Result<Expr> {
        self.advance()?;
        Ok(Expr::Literal(v))
    }
    fn primary(&mut self) -> Result<Expr> {
        if let Some(v) = self.param() {
            return self.literal(v.clone());
        }
        let text = self.text();
        match self.cur.kind {
            Tok::Integer => self.literal(integer(text)),
            Tok::Float => self.literal(Value::double(text.parse().unwrap_or(0.0))),
            Tok::Text => self.literal(Value::text(&lexer::unquote(text))),
            Tok::Duration => Ok(Expr::Duration(self.duration()?)),
            Tok::Op if text == "(" => {
                self.advance()?;
                let e = self.expr()?;
                self.expect_op(")")?;
                Ok(e)
            }
            Tok::Op if text == "*" => {
                self.advance()?;
                Ok(Expr::Star { table: None })
            }
            Tok::Word => self.word(),
            Tok::Quoted => self.column(),
            _ => Err(self.unexpected()),
        }
    }
    fn word(&mut self) -> Result<Expr> {
        let word = self.text().to_ascii_lowercase();
        match word.as_str() {
            "null" => return self.literal(Value::Null),
            "true" => return self.literal(Value::Bool(true)),
            "false" => return self.literal(Value::Bool(false)),
            "case" => return self.case(),
            "cast" => {
                self.advance()?;
                self.expect_op("(")?;
                let e = self.expr()?;
                self.expect_kw("as")?;
                let ty = self.data_type(true)?;
                self.expect_op(")")?;
                return Ok(Expr::Cast(Box::new(e), ty));
            }
            _ => {}
        }
        let is_call = self.peek()? == "(";
        // Some functions share their names with clauses.
        if is_call && (!self.at_reserved() || matches!(word.as_str(), "if" | "database")) {
            self.advance()?;
            self.advance()?;
            let distinct = self.kw("distinct")?;
            let args = match self.at_op(")") {
                true => vec![],
                false => self.arguments(&word)?,
            };
            self.expect_op(")")?;
            return Ok(Expr::Call {
                name: word,
                args,
                distinct,
            });
        }
        if matches!(word.as_str(), "now" | "today") && self.peek()? != "." {
            self.advance()?;
            return Ok(Expr::Call {
                name: word,
                args: vec![],
                distinct: false,
            });
        }
        self.column()
    }
    /// Arguments, separated by commas or by the words of SUBSTRING, TRIM and POSITION.
    fn arguments(&mut self, function: &str) -> Result<Vec<Expr>> {
        let mut args = vec![];
        if function == "trim" {
            for word in ["both", "leading", "trailing"] {
                if self.kw(word)? {
                    args.push(Expr::Literal(Value::text(word)));
                }
            }
        }
        loop {
            // The haystack of POSITION stands behind IN, which is otherwise an operator.
            args.push(if function == "position" && args.is_empty() {
                self.binary(1)?
            } else {
                self.expr()?
            });
            let more = self.op(",")?
                || match function {
                    "substr" | "substring" => self.kw("from")? || self.kw("for")?,
                    "trim" => self.kw("from")?,
                    "position" => self.kw("in")?,
                    _ => false,
                };
            if !more {
                return Ok(args);
            }
        }
    }
    fn case(&mut self) -> Result<Expr> {
        self.advance()?;
        let operand = if self.at_kw("when") {
            None
        } else {
            Some(Box::new(self.expr()?))
        };
        let mut arms = vec![];
        while self.kw("when")? {
            let when = self.expr()?;
            self.expect_kw("then")?;
            arms.push((when, self.expr()?));
        }
        if arms.is_empty() {
            return Err(self.unexpected());
        }
        let otherwise = if self.kw("else")? {
            Some(Box::new(self.expr()?))
        } else {
            None
        };
        self.expect_kw("end")?;
        Ok(Expr::Case {
            operand,
            arms,
            otherwise,
        })
    }
    /// `c`, `t.c`, `t.*`
    fn column(&mut self) -> Result<Expr> {
        let mut first = self.name(192)?;
        let mut table = None;
        while self.op(".")? {
            if self.op("*")? {
                return Ok(Expr::Star { table: Some(first) });
            }
            table = Some(first);
            first = self.name(192)?;
        }
        Ok(Expr::Column { table, name: first })
    }
}

/// A chain of ANDs or ORs as a tree of little depth, however long it is.
fn balanced(mut parts: Vec<Expr>, op: Op) -> Expr {
    while parts.len() > 1 {
        let mut pairs = parts.into_iter();
        let mut joined = vec![];
        while let Some(a) = pairs.next() {
            joined.push(match pairs.next() {
                Some(b) => Expr::Binary(Box::new(a), op, Box::new(b)),
                None => a,
            });
        }
        parts = joined;
    }
    parts.pop().unwrap_or(Expr::Literal(Value::Null))
}
