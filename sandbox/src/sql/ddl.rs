//! CREATE and ALTER: databases, tables, users.

use super::ast::*;
use super::cursor::{Parser, MAX_DB_NAME};
use super::lexer::{self, Tok};
use super::literal::Scanner;
use crate::error::{Result, SqlError};

impl Parser<'_> {
    pub fn create(&mut self) -> Result<Statement> {
        self.advance()?;
        let what = self.text().to_ascii_lowercase();
        if self.cur.kind != Tok::Word {
            return Err(self.unexpected());
        }
        let at = self.cur.start;
        self.advance()?;
        match what.as_str() {
            "database" => {
                let if_not_exists = self.if_not_exists()?;
                let name = self.name(MAX_DB_NAME)?;
                Ok(Statement::CreateDatabase {
                    name,
                    if_not_exists,
                    options: self.options()?,
                })
            }
            "table" | "stable" => self.create_table(what == "stable"),
            "user" => {
                let name = self.name(MAX_DB_NAME)?;
                self.expect_kw("pass")?;
                let password = self.string()?;
                let (mut hosts, mut times) = (vec![], vec![]);
                while self.cur.kind != Tok::End && !self.at_op(";") {
                    let sign = if self.at_kw("allow_datetime") {
                        '+'
                    } else {
                        '-'
                    };
                    if self.kw("host")? {
                        hosts = self.list(|p| p.string())?;
                    } else if self.kw("allow_datetime")? || self.kw("not_allow_datetime")? {
                        let list = self.list(|p| p.string())?;
                        times.extend(list.iter().map(|time| format!("{sign}{time}")));
                    } else {
                        self.advance()?;
                    }
                }
                Ok(Statement::CreateUser {
                    name,
                    password,
                    hosts,
                    times,
                })
            }
            "topic" => self.create_topic(),
            "stream" | "function" | "aggregate" | "or" | "view" | "index" | "sma" | "tsma"
            | "dnode" | "mnode" | "qnode" | "snode" | "virtual" | "vtable" | "anode" => Err(
                SqlError::unsupported(format!("CREATE {}", what.to_ascii_uppercase())),
            ),
            _ => Err(SqlError::syntax(&self.sql[at..])),
        }
    }

    /// `NAME value` pairs up to the end: database options.
    fn options(&mut self) -> Result<Vec<(String, String)>> {
        let mut out = vec![];
        while self.cur.kind == Tok::Word {
            let name = self.text().to_ascii_lowercase();
            self.advance()?;
            let mut values = vec![];
            loop {
                match self.cur.kind {
                    Tok::Text => values.push(lexer::unquote(self.text())),
                    Tok::Integer | Tok::Float | Tok::Duration => {
                        values.push(self.text().to_string())
                    }
                    Tok::Op if self.text() == "-" => {
                        self.advance()?;
                        values.push(format!("-{}", self.text()));
                    }
                    _ => return Err(self.unexpected()),
                }
                self.advance()?;
                if !self.op(",")? {
                    break;
                }
            }
            out.push((name, values.join(",")));
        }
        Ok(out)
    }

    fn create_table(&mut self, stable: bool) -> Result<Statement> {
        let if_not_exists = self.if_not_exists()?;
        let table = self.table_name()?.without_dot()?;
        if !stable && self.at_kw("using") {
            return self.create_children(if_not_exists, table);
        }
        self.expect_op("(")?;
        let columns = self.list(|p| p.column_def())?;
        self.expect_op(")")?;
        let mut tags = None;
        if self.kw("tags")? {
            self.expect_op("(")?;
            tags = Some(self.list(|p| p.column_def())?);
            self.expect_op(")")?;
        }
        if stable && tags.is_none() {
            return Err(self.unexpected());
        }
        let mut comment = None;
        while self.cur.kind == Tok::Word {
            let option = self.text().to_ascii_lowercase();
            match option.as_str() {
                "comment" => {
                    self.advance()?;
                    comment = Some(self.string()?);
                }
                "ttl" | "watermark" | "max_delay" | "rollup" | "sma" | "delete_mark" | "keep"
                | "virtual" => {
                    self.advance()?;
                    self.option_value()?;
                }
                _ => return Err(self.unexpected()),
            }
        }
        Ok(Statement::CreateTable {
            table,
            if_not_exists,
            columns,
            tags,
            comment,
        })
    }
    /// The value of a table option that has no effect here: a literal, or names in brackets.
    fn option_value(&mut self) -> Result<()> {
        if self.op("(")? {
            while !self.at_op(")") {
                if self.cur.kind == Tok::End {
                    return Err(self.unexpected());
                }
                self.advance()?;
            }
            return self.advance();
        }
        self.advance()?;
        while self.op(",")? {
            self.advance()?;
        }
        Ok(())
    }
    fn create_children(&mut self, if_not_exists: bool, table: TableName) -> Result<Statement> {
        let mut all = vec![];
        let (mut if_not_exists, mut table) = (if_not_exists, table);
        loop {
            self.expect_kw("using")?;
            let stable = self.table_name()?;
            let mut names = vec![];
            if self.op("(")? {
                names = self.list(|p| p.column_name())?;
                self.expect_op(")")?;
            }
            if !self.at_kw("tags") {
                return Err(self.unexpected());
            }
            // Tag values follow the rules of the insert parser, from behind the word TAGS on.
            let mut scanner = Scanner::new(self.sql, self.cur.end);
            let (values, _) = scanner.tuple()?;
            all.push(CreateChild {
                table,
                if_not_exists,
                stable,
                tags: TagClause { names, values },
            });
            self.prev_end = scanner.at;
            self.cur = lexer::next(self.sql, scanner.at)?;
            while ["comment", "ttl"].iter().any(|o| self.at_kw(o)) {
                self.advance()?;
                self.option_value()?;
            }
            if self.cur.kind == Tok::End || self.at_op(";") {
                return Ok(Statement::CreateChildren(all));
            }
            self.op(",")?;
            // Further tables may repeat CREATE TABLE's own IF NOT EXISTS.
            if_not_exists = self.if_not_exists()?;
            table = self.table_name()?.without_dot()?;
        }
    }

    /// `name type [PRIMARY KEY] [ENCODE ''] [COMPRESS ''] [LEVEL ''] [COMMENT '']`
    fn column_def(&mut self) -> Result<ColumnDef> {
        let name = self.column_name()?;
        let ty = self.data_type(false)?;
        loop {
            if self.kw("primary")? || self.kw("composite")? {
                self.expect_kw("key")?;
            } else if ["encode", "compress", "level", "comment"]
                .iter()
                .any(|o| self.at_kw(o))
            {
                self.advance()?;
                self.string()?;
            } else {
                return Ok(ColumnDef { name, ty });
            }
        }
    }

    pub fn alter(&mut self) -> Result<Statement> {
        self.advance()?;
        if self.kw("database")? {
            let name = self.name(MAX_DB_NAME)?;
            return Ok(Statement::AlterDatabase {
                name,
                options: self.options()?,
            });
        }
        if self.kw("user")? {
            let name = self.name(MAX_DB_NAME)?;
            let option = self.text().to_ascii_lowercase();
            if !["pass", "enable", "sysinfo", "createdb", "add", "drop"].contains(&option.as_str())
            {
                return Err(self.unexpected());
            }
            self.advance()?;
            let change = match option.as_str() {
                "pass" => UserChange::Password(self.string()?),
                "add" | "drop" => {
                    self.expect_kw("host")?;
                    let hosts = self.list(|p| p.string())?;
                    match option == "add" {
                        true => UserChange::AddHosts(hosts),
                        false => UserChange::DropHosts(hosts),
                    }
                }
                _ => UserChange::Flag(option, self.unsigned()? != 0),
            };
            return Ok(Statement::AlterUser { name, change });
        }
        if self.at_kw("all") || self.at_kw("dnode") {
            if self.kw("all")? {
                self.expect_kw("dnodes")?;
            } else {
                self.advance()?;
                self.unsigned()?;
            }
            let name = self.string()?;
            let value = match self.cur.kind {
                Tok::Text => self.string()?,
                _ => String::new(),
            };
            return Ok(Statement::SetVariable { name, value });
        }
        if ["local", "cluster"].iter().any(|w| self.at_kw(w)) {
            self.skip_rest()?;
            return Ok(Statement::Nothing);
        }
        if !self.kw("stable")? {
            self.expect_kw("table")?;
        }
        let table = self.table_name()?;
        let change = self.alter_table()?;
        Ok(Statement::AlterTable { table, change })
    }
    fn alter_table(&mut self) -> Result<Alter> {
        let verb = self.text().to_ascii_lowercase();
        if self.cur.kind != Tok::Word {
            return Err(self.unexpected());
        }
        if matches!(verb.as_str(), "comment" | "ttl" | "keep") {
            self.skip_rest()?;
            return Ok(Alter::Options);
        }
        self.advance()?;
        let column = self.kw("column")?;
        if verb == "set" {
            self.expect_kw("tag")?;
            let mut tags = vec![];
            loop {
                let name = self.column_name()?;
                if !self.at_op("=") {
                    return Err(self.unexpected());
                }
                let mut scanner = Scanner::new(self.sql, self.cur.end);
                tags.push((name, scanner.literal()?));
                self.prev_end = scanner.at;
                self.cur = lexer::next(self.sql, scanner.at)?;
                if !self.op(",")? {
                    return Ok(Alter::SetTag(tags));
                }
            }
        }
        if !column {
            self.expect_kw("tag")?;
        }
        match (verb.as_str(), column) {
            ("add", true) => Ok(Alter::AddColumn(self.column_def()?)),
            ("add", false) => Ok(Alter::AddTag(self.column_def()?)),
            ("drop", true) => Ok(Alter::DropColumn(self.column_name()?)),
            ("drop", false) => Ok(Alter::DropTag(self.column_name()?)),
            ("modify", true) => Ok(Alter::ModifyColumn(self.column_def()?)),
            ("modify", false) => Ok(Alter::ModifyTag(self.column_def()?)),
            ("rename", true) => Ok(Alter::RenameColumn(
                self.column_name()?,
                self.column_name()?,
            )),
            ("rename", false) => Ok(Alter::RenameTag(self.column_name()?, self.column_name()?)),
            _ => Err(self.unexpected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse;
    use super::*;

    #[test]
    fn several_children_and_options() {
        let sql = "create table if not exists a using st tags(1, 'x') b using d2.st (t2) tags(null) ttl 3";
        let Statement::CreateChildren(all) = parse(sql, "d").unwrap() else {
            panic!()
        };
        assert_eq!(
            (
                all.len(),
                all[1].stable.db.as_str(),
                all[1].tags.names.len()
            ),
            (2, "d2", 1)
        );
        let sql = "create database if not exists x precision 'us' keep 3650,3650 vgroups 2 buffer 16 wal_level 1";
        let Statement::CreateDatabase { options, .. } = parse(sql, "").unwrap() else {
            panic!()
        };
        assert_eq!(
            (options.len(), options[0].1.as_str(), options[1].1.as_str()),
            (5, "us", "3650,3650")
        );
        for sql in [
            "alter table t add column a int",
            "alter table t set tag a=1, b='x'",
            "alter stable s rename tag a b",
            "alter user u pass 'x'",
            "alter database d keep 10",
        ] {
            parse(sql, "d").unwrap_or_else(|e| panic!("{sql}: {}", e.message));
        }
    }
}
