//! What a consumer asked for when it subscribed.

use std::time::Duration;

/// Where a group begins in a vgroup for which it has committed nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reset {
    Earliest,
    Latest,
    None,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub group: String,
    pub client: String,
    pub reset: Reset,
    pub auto_commit: Option<Duration>,
    /// Changes of tables come together in one message.
    pub batch_meta: bool,
    pub with_table_name: bool,
    pub min_rows: usize,
    pub session_timeout: Duration,
    pub max_poll_interval: Duration,
    pub token: String,
}
