//! What subscriptions need besides the catalog: the log of what happened in each vgroup, and the consumer groups.

pub mod groups;
pub mod log;
pub mod meta;
pub mod options;

use crate::time::Precision;
use groups::Groups;
use log::Log;
use std::collections::{BTreeMap, HashSet};
use tokio::sync::watch;

/// What subscriptions need besides the catalog: gone when the process ends.
#[derive(Default)]
pub struct Hub {
    /// By vgroup.
    pub logs: BTreeMap<i32, Log>,
    pub groups: Groups,
    /// Counts up whenever a poll that found nothing may find something.
    pub changes: watch::Sender<u64>,
    /// Changes of super tables that came in by raw messages: the table, and the change's serial number.
    pub applied: HashSet<(i64, u64)>,
    last_serial: u64,
}

impl Hub {
    pub fn changed(&self) {
        self.changes.send_modify(|n| *n += 1);
    }
    /// A number that no other change has, on this server or on another.
    pub fn next_serial(&mut self) -> u64 {
        self.last_serial = (Precision::Nano.now() as u64).max(self.last_serial + 1);
        self.last_serial
    }
}
