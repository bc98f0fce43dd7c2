//! What a `TAOS *` stands for.

use crate::capi::events::notices::Notices;
use crate::client::Session;
use once_cell::sync::OnceCell;
use std::ffi::CString;
use std::sync::Arc;

pub struct ConnectionObject {
    pub session: Arc<Session>,
    /// The text that `taos_get_server_info` hands out, kept as long as the connection.
    pub server_info: OnceCell<CString>,
    /// The program's callbacks for events.
    pub notices: Notices,
}

impl ConnectionObject {
    pub fn new(session: Arc<Session>) -> Self {
        ConnectionObject {
            session,
            server_info: OnceCell::new(),
            notices: Notices::new(),
        }
    }

    /// Ends the connection for others: nothing connects anew, and no callback of events is called any more.
    pub fn close(&self) {
        self.session.close();
        self.notices.close();
    }
}
