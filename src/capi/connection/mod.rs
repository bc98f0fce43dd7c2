//! Connections: opening and closing them, their options and database, and what their server tells.

pub(super) mod object;

pub mod connect;
pub mod database;
pub mod instances;
pub mod options;
pub mod routes;
pub mod server;
