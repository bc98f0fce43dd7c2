//! SQL text to statements: lexer, syntax tree, parsers.

pub mod ast;
pub mod ddl;
pub mod expr;
pub mod insert;
pub mod lexer;
pub mod parser;
pub mod query;
pub mod show;
pub mod topic;
