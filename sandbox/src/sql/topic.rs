//! CREATE TOPIC, DROP TOPIC and DROP CONSUMER GROUP.

use super::ast::*;
use super::cursor::{Parser, MAX_TABLE_NAME};
use crate::error::Result;

impl Parser<'_> {
    /// `[IF NOT EXISTS] name [WITH META | ONLY META] AS ...`, behind CREATE TOPIC.
    pub fn create_topic(&mut self) -> Result<Statement> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.name(MAX_TABLE_NAME)?;
        let mut meta = TopicMeta::None;
        for (word, wanted) in [("with", TopicMeta::With), ("only", TopicMeta::Only)] {
            if self.kw(word)? {
                self.expect_kw("meta")?;
                meta = wanted;
                break;
            }
        }
        self.expect_kw("as")?;
        let source = if self.kw("database")? {
            TopicSource::Database(self.db_name()?)
        } else if self.kw("stable")? {
            let table = self.table_name()?;
            let filter = self.kw("where")?.then(|| self.expr()).transpose()?;
            TopicSource::Stable { table, filter }
        } else if meta != TopicMeta::None {
            // Only whole databases and super tables have it.
            return Err(self.unexpected());
        } else {
            TopicSource::Query(Box::new(self.query()?))
        };
        Ok(Statement::CreateTopic {
            name,
            if_not_exists,
            meta,
            source,
        })
    }
    pub fn drop_topic(&mut self) -> Result<Statement> {
        let if_exists = self.if_exists()?;
        let force = self.kw("force")?;
        Ok(Statement::DropTopic {
            name: self.name(MAX_TABLE_NAME)?,
            if_exists,
            force: force || self.kw("force")?,
        })
    }
    /// `GROUP [IF EXISTS] [FORCE] name ON topic`, behind DROP CONSUMER.
    pub fn drop_consumer_group(&mut self) -> Result<Statement> {
        self.expect_kw("group")?;
        let if_exists = self.if_exists()?;
        let force = self.kw("force")?;
        let group = self.name(MAX_TABLE_NAME)?;
        self.expect_kw("on")?;
        Ok(Statement::DropConsumerGroup {
            group,
            topic: self.name(MAX_TABLE_NAME)?,
            if_exists,
            force,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse;
    use super::*;

    #[test]
    fn topics_of_every_kind() {
        let topic = |sql: &str| match parse(sql, "d") {
            Ok(Statement::CreateTopic { meta, source, .. }) => (meta, source),
            other => panic!("{sql}: {other:?}"),
        };
        let (meta, source) = topic("create topic if not exists t with meta as database x");
        assert!(meta == TopicMeta::With && matches!(source, TopicSource::Database(d) if d == "x"));
        let (_, source) = topic("create topic t as stable st where g > 1");
        assert!(matches!(
            source,
            TopicSource::Stable {
                filter: Some(_),
                ..
            }
        ));
        let (_, source) = topic("CREATE TOPIC `T` AS SELECT ts, v+1 w FROM st WHERE v > 0");
        assert!(matches!(source, TopicSource::Query(_)));
        for sql in [
            "create topic t",
            "create topic t as",
            "create topic t with meta as select * from st",
            "create topic with meta as database d",
        ] {
            assert!(parse(sql, "d").is_err(), "{sql}");
        }
        for sql in [
            "drop topic t",
            "drop topic if exists t",
            "drop topic force t",
            "drop consumer group g on t",
            "drop consumer group if exists `g` on `t`",
        ] {
            parse(sql, "").unwrap_or_else(|e| panic!("{sql}: {}", e.message));
        }
    }
}
