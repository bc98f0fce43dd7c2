//! What all connections share: the engine, and what the command line says about logins and blocks.

use crate::args::Options;
use crate::exec::Engine;
use crate::version::{Feature, Version};
use parking_lot::Mutex;
use serde_json::{json, Value as Json};

/// What all connections share.
pub struct Shared {
    pub engine: Mutex<Engine>,
    pub block_rows: usize,
    /// What the query of a URL must have, if anything.
    pub token: Option<String>,
    /// Who logs in by it is root.
    pub login_token: Option<String>,
    /// The adapters of which a login that asks is told.
    pub instances: Mutex<Vec<String>>,
}

impl Shared {
    /// With the data of this file, or in memory.
    pub fn open(o: &Options, data: Option<&str>, instances: Vec<String>) -> Result<Shared, String> {
        let engine = Engine::open(data, o.pose.clone()).map_err(|e| e.message)?;
        Ok(Shared {
            engine: Mutex::new(engine),
            block_rows: o.block_rows,
            token: o.token.clone(),
            login_token: o.login_token.clone(),
            instances: Mutex::new(instances),
        })
    }

    /// For the reply to a login that may ask for the adapters.
    pub fn told_instances(&self, asked: bool, version: &Version) -> Option<(&'static str, Json)> {
        let tells = asked && version.has(Feature::ListInstances);
        tells.then(|| ("list_instances", json!(*self.instances.lock())))
    }
}
