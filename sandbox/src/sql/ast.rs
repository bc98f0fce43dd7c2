//! What the parsers make of a statement.

use super::literal::Literal;
use crate::error::{code, Result, SqlError};
use crate::time::Duration;
use crate::types::Type;
use crate::value::Value;

/// A table's full name; the parser fills in the session's database.
#[derive(Clone, Debug, PartialEq)]
pub struct TableName {
    pub db: String,
    pub name: String,
}

impl TableName {
    /// The name of a table that is made or written to: a dot in it would end a database's.
    pub fn without_dot(self) -> Result<TableName> {
        match self.name.contains('.') {
            false => Ok(self),
            true => Err(SqlError::new(
                code::INVALID_IDENTIFIER,
                "The table name cannot contain '.'",
            )),
        }
    }
}

#[derive(Clone, Debug)]
pub enum Expr {
    Literal(Value),
    Duration(Duration),
    Column {
        table: Option<String>,
        name: String,
    },
    Star {
        table: Option<String>,
    },
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary(Box<Expr>, Op, Box<Expr>),
    Call {
        name: String,
        args: Vec<Expr>,
        distinct: bool,
    },
    Cast(Box<Expr>, Type),
    Case {
        operand: Option<Box<Expr>>,
        arms: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    In {
        value: Box<Expr>,
        list: Vec<Expr>,
        not: bool,
    },
    Like {
        value: Box<Expr>,
        pattern: Box<Expr>,
        not: bool,
        regex: bool,
    },
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        not: bool,
    },
    IsNull {
        value: Box<Expr>,
        not: bool,
    },
    Member(Box<Expr>, String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    BitAnd,
    BitOr,
    Contains,
}

/// One item of a select list, with its text as written.
#[derive(Clone, Debug)]
pub struct Item {
    pub expr: Expr,
    pub text: String,
    pub alias: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Source {
    None,
    Table {
        name: TableName,
        alias: Option<String>,
    },
    Query {
        query: Box<Query>,
        alias: Option<String>,
    },
}

#[derive(Clone, Debug, Default)]
pub struct Fill {
    pub mode: String,
    pub values: Vec<Expr>,
}

#[derive(Clone, Debug)]
pub struct Interval {
    pub every: Duration,
    pub offset: Option<Duration>,
    pub sliding: Option<Duration>,
    pub fill: Option<Fill>,
}

#[derive(Clone, Debug)]
pub struct Select {
    pub distinct: bool,
    pub tags_only: bool,
    pub items: Vec<Item>,
    pub from: Source,
    pub filter: Option<Expr>,
    pub partition: Vec<Expr>,
    pub interval: Option<Interval>,
    pub group: Vec<Expr>,
    pub having: Option<Expr>,
}

/// A query: one select, or several united, then ordered and limited.
#[derive(Clone, Debug)]
pub struct Query {
    pub first: Select,
    /// Further selects; true is UNION ALL.
    pub more: Vec<(bool, Select)>,
    /// Expression, its text, descending, NULLs first if given.
    pub order: Vec<Order>,
    pub limit: Option<u64>,
    pub offset: u64,
    pub slimit: Option<u64>,
    pub soffset: u64,
}

impl Query {
    /// The table of the first FROM, if it is one.
    pub fn table(&self) -> Option<&TableName> {
        match &self.first.from {
            Source::Table { name, .. } => Some(name),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Order {
    pub expr: Expr,
    pub text: String,
    pub desc: bool,
    pub nulls_first: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDef {
    pub name: String,
    pub ty: Type,
}

#[derive(Clone, Debug)]
pub struct CreateChild {
    pub table: TableName,
    pub if_not_exists: bool,
    pub stable: TableName,
    pub tags: TagClause,
}

/// Tags of USING: names (all, if empty) and values, still in the statement's text.
#[derive(Clone, Debug, Default)]
pub struct TagClause {
    pub names: Vec<String>,
    pub values: Vec<Literal>,
}

#[derive(Clone, Debug)]
pub enum Alter {
    AddColumn(ColumnDef),
    DropColumn(String),
    ModifyColumn(ColumnDef),
    RenameColumn(String, String),
    AddTag(ColumnDef),
    DropTag(String),
    ModifyTag(ColumnDef),
    RenameTag(String, String),
    SetTag(Vec<(String, Literal)>),
    Options,
}

/// What a topic is made of.
#[derive(Clone, Debug)]
pub enum TopicSource {
    Query(Box<Query>),
    Stable {
        table: TableName,
        /// On tags.
        filter: Option<Expr>,
    },
    Database(String),
}

impl TopicSource {
    pub fn db(&self) -> &str {
        match self {
            TopicSource::Database(db) => db,
            TopicSource::Stable { table, .. } => &table.db,
            TopicSource::Query(q) => q.table().map_or("", |t| &t.db),
        }
    }
}

/// Whether a topic tells what becomes of the tables themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TopicMeta {
    None,
    With,
    Only,
}

#[derive(Clone, Debug)]
pub enum Show {
    Databases,
    Tables {
        db: String,
        kind: Option<&'static str>,
        like: Option<String>,
    },
    Stables {
        db: String,
        like: Option<String>,
    },
    CreateTable(TableName),
    CreateStable(TableName),
    CreateDatabase(String),
    Tags(TableName),
    TableTags {
        table: TableName,
        names: Vec<String>,
    },
    Vgroups(Option<String>),
    Variables(Option<String>),
    /// A list for which information_schema has a table of this name.
    System(&'static str),
    Topics,
    /// A list that is always empty here.
    Empty(&'static str),
}

#[derive(Clone, Debug)]
pub enum UserChange {
    Password(String),
    /// `enable`, `sysinfo`, `createdb`
    Flag(String, bool),
    AddHosts(Vec<String>),
    DropHosts(Vec<String>),
}

#[derive(Clone, Debug)]
pub enum Statement {
    CreateDatabase {
        name: String,
        if_not_exists: bool,
        options: Vec<(String, String)>,
    },
    DropDatabase {
        name: String,
        if_exists: bool,
    },
    AlterDatabase {
        name: String,
        options: Vec<(String, String)>,
    },
    Use(String),
    /// Checked for its database only: FLUSH, COMPACT, TRIM.
    Database(String),
    Nothing,
    CreateTable {
        table: TableName,
        if_not_exists: bool,
        columns: Vec<ColumnDef>,
        tags: Option<Vec<ColumnDef>>,
        comment: Option<String>,
    },
    CreateChildren(Vec<CreateChild>),
    DropTables {
        stable: bool,
        tables: Vec<(bool, TableName)>,
    },
    AlterTable {
        table: TableName,
        change: Alter,
    },
    Delete {
        table: TableName,
        filter: Option<Expr>,
    },
    Query(Box<Query>),
    Show(Show),
    Describe(TableName),
    Explain(Box<Query>),
    CreateUser {
        name: String,
        password: String,
        hosts: Vec<String>,
        /// With `+` or `-` in front.
        times: Vec<String>,
    },
    AlterUser {
        name: String,
        change: UserChange,
    },
    /// A variable of the cluster.
    SetVariable {
        name: String,
        value: String,
    },
    DropUser(String),
    CreateTopic {
        name: String,
        if_not_exists: bool,
        meta: TopicMeta,
        source: TopicSource,
    },
    DropTopic {
        name: String,
        if_exists: bool,
        force: bool,
    },
    DropConsumerGroup {
        group: String,
        topic: String,
        if_exists: bool,
        force: bool,
    },
    KillQuery,
}
