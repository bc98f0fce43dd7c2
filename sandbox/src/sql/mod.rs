//! SQL text to statements: tokens ([`lexer`]), the syntax tree ([`ast`]), and the parsers that make the one of the other.
//! INSERT has a scanner of its own ([`literal`], [`convert`]), as in TDengine.

pub mod ast;
pub mod convert;
pub mod cursor;
pub mod ddl;
pub mod expr;
pub mod lexer;
pub mod literal;
pub mod parser;
pub mod query;
pub mod show;
pub mod topic;
pub mod type_name;
pub mod walk;
