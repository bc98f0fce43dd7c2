//! SHOW in its many forms.

use super::ast::*;
use super::cursor::{Parser, MAX_TABLE_NAME};
use super::lexer::Tok;
use crate::error::{Result, SqlError};

impl Parser<'_> {
    pub fn show(&mut self) -> Result<Show> {
        const SYSTEM: [(&str, &str); 7] = [
            ("users", "ins_users"),
            ("dnodes", "ins_dnodes"),
            ("functions", "ins_functions"),
            ("subscriptions", "ins_subscriptions"),
            ("consumers", "perf_consumers"),
            ("streams", "ins_streams"),
            ("mnodes", "ins_mnodes"),
        ];
        const EMPTY: [&str; 5] = ["queries", "connections", "transactions", "snodes", "qnodes"];
        if self.cur.kind == Tok::Word {
            let word = self.text().to_ascii_lowercase();
            if let Some((_, table)) = SYSTEM.iter().find(|s| s.0 == word) {
                self.advance()?;
                return Ok(Show::System(table));
            }
            if let Some(name) = EMPTY.iter().find(|s| **s == word) {
                self.advance()?;
                return Ok(Show::Empty(name));
            }
            match word.as_str() {
                "databases" | "user"
                    if word == "databases" || self.peek()?.eq_ignore_ascii_case("databases") =>
                {
                    self.skip_rest()?;
                    return Ok(Show::Databases);
                }
                "normal" | "child" => {
                    self.advance()?;
                    let kind = if word == "normal" {
                        "NORMAL_TABLE"
                    } else {
                        "CHILD_TABLE"
                    };
                    let db = self.scope()?;
                    self.expect_kw("tables")?;
                    return Ok(Show::Tables {
                        db,
                        kind: Some(kind),
                        like: self.like()?,
                    });
                }
                "tables" => {
                    self.advance()?;
                    return Ok(Show::Tables {
                        db: self.db_clause()?,
                        kind: None,
                        like: self.like()?,
                    });
                }
                "stables" => {
                    self.advance()?;
                    return Ok(Show::Stables {
                        db: self.db_clause()?,
                        like: self.like()?,
                    });
                }
                "vgroups" => {
                    self.advance()?;
                    return Ok(Show::Vgroups(Some(self.current_db()?)));
                }
                "topics" => {
                    self.advance()?;
                    return Ok(Show::Topics);
                }
                "create" => return self.show_create(),
                "tags" => {
                    self.advance()?;
                    self.expect_kw("from")?;
                    return Ok(Show::Tags(self.table_in_db()?));
                }
                "table" => {
                    self.advance()?;
                    self.expect_kw("tags")?;
                    let names = if self.at_kw("from") {
                        vec![]
                    } else {
                        self.list(|p| p.column_name())?
                    };
                    self.expect_kw("from")?;
                    return Ok(Show::TableTags {
                        table: self.table_in_db()?,
                        names,
                    });
                }
                "variables" | "local" | "cluster" => {
                    if word != "variables" {
                        self.advance()?;
                    }
                    self.expect_kw("variables")?;
                    return Ok(Show::Variables(self.like()?));
                }
                "indexes" => {
                    self.skip_rest()?;
                    return Ok(Show::Empty("indexes"));
                }
                _ => {}
            }
        }
        // `SHOW db.tables` and relatives
        let db = self.db_name()?;
        self.expect_op(".")?;
        let what = self.text().to_ascii_lowercase();
        self.advance()?;
        match what.as_str() {
            "tables" => Ok(Show::Tables {
                db,
                kind: None,
                like: self.like()?,
            }),
            "stables" => Ok(Show::Stables {
                db,
                like: self.like()?,
            }),
            "vgroups" => Ok(Show::Vgroups(Some(db))),
            "views" => Ok(Show::Empty("views")),
            _ => Err(SqlError::unsupported(format!("SHOW db.{what}"))),
        }
    }
    fn show_create(&mut self) -> Result<Show> {
        self.advance()?;
        if self.kw("database")? {
            return Ok(Show::CreateDatabase(self.db_name()?));
        }
        if self.kw("stable")? {
            return Ok(Show::CreateStable(self.table_name()?));
        }
        self.expect_kw("table")?;
        Ok(Show::CreateTable(self.table_name()?))
    }
    /// An optional `db.`
    fn scope(&mut self) -> Result<String> {
        if self.peek()? != "." {
            return self.current_db();
        }
        let db = self.db_name()?;
        self.expect_op(".")?;
        Ok(db)
    }
    fn db_clause(&mut self) -> Result<String> {
        match self.kw("from")? || self.kw("in")? {
            true => self.db_name(),
            false => self.current_db(),
        }
    }
    /// `t [FROM db]`
    fn table_in_db(&mut self) -> Result<TableName> {
        let first = self.name(MAX_TABLE_NAME)?;
        if self.op(".")? {
            return Ok(TableName {
                db: first,
                name: self.name(MAX_TABLE_NAME)?,
            });
        }
        Ok(TableName {
            name: first,
            db: self.db_clause()?,
        })
    }
    fn like(&mut self) -> Result<Option<String>> {
        if !self.kw("like")? {
            return Ok(None);
        }
        self.string().map(Some)
    }
}
