//! Every setting, and where it comes from: arguments of the call, the connection string,
//! `taos_options`, the environment, `taos.cfg`, defaults - the first that has it wins.

pub mod address;
pub mod connection_string;
pub mod environment;
pub mod global;
pub mod log_file;
mod logging;
mod mistakes;
pub mod settings;
mod sources;
mod taos_cfg;
pub mod timezone;
pub mod tmq_conf;

pub use address::{ConnectArgs, Endpoint, LookedInto, Retries, Target};
pub use tmq_conf::TmqConf;
