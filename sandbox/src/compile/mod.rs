//! Expressions as closures over a row, with the types that the real server would give them.

pub mod aggregate;
mod call;
mod compiler;
mod expression;
mod json;
mod like;
mod operator;
mod time_bounds;
mod typed;

pub use compiler::{Compiler, Origin, SourceColumn};
pub use like::like;
pub use typed::{common, Env, Eval};
