//! `/rest/tmq`, the consumers' endpoint.

pub mod apply;
pub mod collect;
pub mod connection;
pub mod consumer;
pub mod offsets;
pub mod options;
pub mod raw;
pub mod replies;
