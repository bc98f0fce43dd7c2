//! The engine that statements run on: the catalog, the store, and what subscriptions need.

use crate::catalog::Catalog;
use crate::error::Result;
use crate::store::Store;
use crate::subscription::Hub;
use crate::version::Version;

pub struct Engine {
    pub catalog: Catalog,
    pub store: Store,
    pub version: Version,
    pub tmq: Hub,
    /// Signals sessions that a user was dropped. It may be their own.
    pub user_dropped: tokio::sync::watch::Sender<()>,
}

impl Engine {
    pub fn open(path: Option<&str>, version: Version) -> Result<Engine> {
        let store = Store::open(path)?;
        Ok(Engine {
            catalog: Catalog::load(&store)?,
            store,
            version,
            tmq: Hub::default(),
            user_dropped: tokio::sync::watch::Sender::new(()),
        })
    }
}
