//! A statement that is not an INSERT: which one it is, and the short ones.

use super::ast::*;
use super::cursor::{Param, Parser, MAX_DB_NAME};
use super::lexer::{self, Tok};
use crate::error::{Result, SqlError};

/// Parses one statement that is not an INSERT. A semicolon ends it; what follows is ignored, as the real server does.
pub fn parse(sql: &str, db: &str) -> Result<Statement> {
    parse_with(sql, db, &[])
}

/// Parses a statement with `?` in it: their values stand where literals may.
pub fn parse_with(sql: &str, db: &str, params: &[Param]) -> Result<Statement> {
    let mut p = Parser {
        sql,
        db,
        cur: lexer::next(sql, 0)?,
        prev_end: 0,
        depth: 0,
        params,
    };
    if p.cur.kind == Tok::End {
        return Err(SqlError::incomplete());
    }
    let s = p.statement()?;
    if p.cur.kind != Tok::End && !p.at_op(";") {
        return Err(p.unexpected());
    }
    Ok(s)
}

impl Parser<'_> {
    fn statement(&mut self) -> Result<Statement> {
        if self.cur.kind != Tok::Word && !self.at_op("(") {
            return Err(self.unexpected());
        }
        match self.text().to_ascii_lowercase().as_str() {
            "select" | "(" => Ok(Statement::Query(Box::new(self.query()?))),
            "create" => self.create(),
            "drop" => self.drop(),
            "alter" => self.alter(),
            "use" => {
                self.advance()?;
                Ok(Statement::Use(self.db_name()?))
            }
            "delete" => {
                self.advance()?;
                self.expect_kw("from")?;
                let table = self.table_name()?;
                let filter = if self.kw("where")? {
                    Some(self.expr()?)
                } else {
                    None
                };
                Ok(Statement::Delete { table, filter })
            }
            "show" => {
                self.advance()?;
                Ok(Statement::Show(self.show()?))
            }
            "describe" | "desc" => {
                self.advance()?;
                Ok(Statement::Describe(self.table_name()?))
            }
            "explain" => {
                self.advance()?;
                self.kw("analyze")?;
                if self.kw("verbose")? || self.kw("ratio")? {
                    self.advance()?;
                }
                Ok(Statement::Explain(Box::new(self.query()?)))
            }
            "flush" | "compact" | "trim" => {
                self.advance()?;
                self.expect_kw("database")?;
                let name = self.db_name()?;
                self.skip_rest()?;
                Ok(Statement::Database(name))
            }
            "reset" => {
                self.advance()?;
                self.expect_kw("query")?;
                self.expect_kw("cache")?;
                Ok(Statement::Nothing)
            }
            "kill" => {
                self.advance()?;
                self.expect_kw("query")?;
                self.string()?;
                Ok(Statement::KillQuery)
            }
            w @ ("grant" | "revoke" | "balance" | "redistribute" | "split" | "merge" | "pause"
            | "resume" | "restore" | "update" | "start" | "stop" | "recalculate") => Err(
                SqlError::unsupported(format!("statement {}", w.to_ascii_uppercase())),
            ),
            _ => Err(self.unexpected()),
        }
    }

    fn drop(&mut self) -> Result<Statement> {
        self.advance()?;
        let what = self.text().to_ascii_lowercase();
        if self.cur.kind != Tok::Word {
            return Err(self.unexpected());
        }
        self.advance()?;
        match what.as_str() {
            "database" => {
                let if_exists = self.if_exists()?;
                Ok(Statement::DropDatabase {
                    if_exists,
                    name: self.db_name()?,
                })
            }
            "table" | "stable" => {
                self.kw("with")?;
                let tables = self.list(|p| Ok((p.if_exists()?, p.table_name()?)))?;
                Ok(Statement::DropTables {
                    stable: what == "stable",
                    tables,
                })
            }
            "user" => Ok(Statement::DropUser(self.name(MAX_DB_NAME)?)),
            // None of these can exist, so with IF EXISTS the statement does nothing.
            "topic" => self.drop_topic(),
            "consumer" => self.drop_consumer_group(),
            "stream" | "function" | "view" | "index" if self.if_exists()? => {
                self.skip_rest()?;
                Ok(Statement::Nothing)
            }
            "stream" | "function" | "view" | "index" | "dnode" | "tsma" => Err(
                SqlError::unsupported(format!("DROP {}", what.to_ascii_uppercase())),
            ),
            _ => {
                let at = self.prev_end - what.len();
                Err(SqlError::syntax(&self.sql[at..]))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(sql: &str, db: &str) -> (u16, String) {
        let e = parse(sql, db).expect_err(sql);
        (e.code, e.message)
    }

    #[test]
    fn errors_are_those_recorded() {
        let incomplete = [
            "",
            " ",
            "select",
            "select * from",
            "create database",
            "show",
            "show nothing",
            "select 1 +",
            "use",
            "alter",
            "explain select",
            "/* x",
        ];
        for sql in incomplete {
            assert_eq!(
                error(sql, "d"),
                (0x2601, "Incomplete SQL statement".into()),
                "{sql}"
            );
        }
        let near = [
            ("selec 1", "selec 1"),
            (";", ";"),
            ("use no such", "such"),
            ("describe a.b.c", ".c"),
            ("describe t t2", "t2"),
            ("CREATE TABLE 123", "123"),
            ("bad sql", "bad sql"),
        ];
        for (sql, text) in near {
            assert_eq!(
                error(sql, "d"),
                (0x2600, format!("syntax error near \"{text}\"")),
                "{sql}"
            );
        }
        assert_eq!(error("select 'a", "d").1, "unrecognized token: \"'a\"");
        assert_eq!(
            error("select * from t", ""),
            (0x2616, "Database not specified".into())
        );
        assert_eq!(error("create table t", "").0, 0x2616);
        assert_eq!(error("use ``", "").1, "Invalid identifier name: `");
        let long = format!("create table {}(ts timestamp, v int)", "x".repeat(193));
        assert_eq!(
            error(&long, "d"),
            (0x2617, format!("Invalid identifier name: {}", &long[13..]))
        );
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        assert!(parse("select 1; select 2", "").is_ok());
        assert!(parse("select 1;", "").is_ok());
    }

    #[test]
    fn deep_nesting_is_refused() {
        let many = |part: &str| part.repeat(100_000);
        let deep = [
            format!("select {}1", many("(")),
            many("("),
            format!("select {}1", many("- ")),
            format!("select {}1", many("not ")),
            format!("select 1{}", many("+1")),
            format!("select 1{}", many("=1")),
            format!("select 1{}", many(" is null")),
            format!("select t{}", many("->'a'")),
        ];
        for sql in deep {
            assert_eq!(error(&sql, "").0, 0x0100, "{}", &sql[..40]);
        }
        // Long is not deep.
        assert!(parse(&format!("select 1 where 1=1{}", many(" or 1=1")), "").is_ok());
    }

    #[test]
    fn queries_of_many_forms() {
        let good = [
            "select a.b, `C d` as `列名`, count(*) x from db.t as a where ts >= '2023-01-01' and (v in (1,2) or s like 'a%') group by a having count(*) > 1 order by 1 desc limit 2,3",
            "select _wstart, avg(v) from st partition by tbname interval(1h, 5m) sliding(30m) fill(value, 0) slimit 1 soffset 2 limit 5 offset 1",
            "select case when v > 1 then 'a' else 'b' end, case v when 1 then 2 end, cast(v as tinyint unsigned) from t",
            "select t->'a' from st where t->'a' = 1 and not (x is not null) and y not between 1 and 2 and z not in ('a')",
            "select distinct tbname from (select * from t) x",
            "select 1 union all select 2 union select 3 order by 1",
            "select now()+1s, now - 1d, today(), ts + 1n from t",
            "show tables like 'a%'", "show `d`.tables", "show normal tables", "show child `d`.tables", "show tags from c1 from d", "show table tags a, b from st",
            "show create table d.t", "show variables like 'x'", "describe t", "desc d.t", "kill query 'x'", "reset query cache", "flush database d",
            "delete from t where ts > now - 1d", "explain select * from t",
        ];
        for sql in good {
            parse(sql, "d").unwrap_or_else(|e| panic!("{sql}: {}", e.message));
        }
    }
}
