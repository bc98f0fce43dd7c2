//! Subscriptions: topics, the log of what happened in each vgroup, consumer groups, and the consumers' endpoint.

pub mod collect;
pub mod connection;
pub mod consumer;
pub mod groups;
pub mod log;
pub mod meta;
pub mod options;
pub mod raw;
pub mod record;
pub mod show;
pub mod topic;

use groups::Groups;
use log::Log;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// What subscriptions need besides the catalog: gone when the process ends.
#[derive(Default)]
pub struct Hub {
    /// By vgroup.
    pub logs: BTreeMap<i32, Log>,
    pub groups: Groups,
    /// Counts up whenever a poll that found nothing may find something.
    pub changes: watch::Sender<u64>,
}

impl Hub {
    pub fn changed(&self) {
        self.changes.send_modify(|n| *n += 1);
    }
}
