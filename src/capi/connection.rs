//! What a `TAOS *` stands for.

use crate::client::Session;
use once_cell::sync::OnceCell;
use std::ffi::CString;
use std::sync::Arc;

pub struct ConnectionObject {
    pub session: Arc<Session>,
    /// The text that `taos_get_server_info` hands out, kept as long as the connection.
    pub server_info: OnceCell<CString>,
}

impl ConnectionObject {
    pub fn new(session: Session) -> Self {
        ConnectionObject {
            session: Arc::new(session),
            server_info: OnceCell::new(),
        }
    }
}
