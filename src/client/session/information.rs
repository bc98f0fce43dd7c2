//! What a session knows of its login, and what it asks its server about.

use super::Session;
use crate::charset::Charset;
use crate::config::Target;
use crate::error::Result;
use crate::protocol::reply::JsonReply;
use crate::protocol::request;
use crate::protocol::version::Capability;
use std::sync::Arc;
use std::time::Instant;

impl Session {
    /// The program's character set, if it is not UTF-8.
    pub fn charset(&self) -> Result<Option<Arc<Charset>>> {
        self.check_process()?;
        Ok(self.live.lock().charset.clone())
    }

    /// Fails if the server does not have this; the error says which version has it.
    pub(in crate::client) fn require(&self, capability: Capability, what: &str) -> Result<()> {
        self.live()?.require(capability, what)
    }

    /// Is there a connection that can be used? The server is not asked.
    pub fn is_alive(&self) -> bool {
        self.check_process().is_ok() && self.live.lock().connection.is_alive()
    }

    /// As [`is_alive`](Self::is_alive), after a look at the socket.
    pub(in crate::client) fn is_there(&self) -> bool {
        let connection = self.live.lock().connection.clone();
        self.check_process().is_ok() && connection.look_alive()
    }

    pub(in crate::client) fn target(&self) -> &Target {
        &self.target
    }

    /// When the session's current login was accepted.
    pub(in crate::client) fn logged_in_at(&self) -> Instant {
        self.live.lock().logged_in
    }

    /// Is the login by a token, which does not name the user?
    pub(in crate::client) fn is_by_token(&self) -> bool {
        self.target.bearer_token.is_some()
    }

    /// The user of the login.
    pub fn user(&self) -> &str {
        &self.target.user
    }

    /// The name that the server has for the login (servers from 3.4).
    pub fn connection_info(&self, info: i32) -> Result<String> {
        self.repeated(|live| {
            live.require(Capability::TokenLogin, "the token of a connection")?;
            let reply = live
                .connection
                .ask_json(|req_id| request::connection_info(req_id, info))?;
            Ok(reply.info)
        })
    }

    /// The database selected now, as the server knows it; empty for none.
    pub fn current_db(&self) -> Result<String> {
        self.check_process()?;
        if self.live.lock().leaves_db {
            return Ok(String::new());
        }
        if !self.live()?.version.has(Capability::Unified) {
            return self.current_db_by_sql();
        }
        Ok(self.told("get_current_db")?.db)
    }

    /// The answer to an action that has no arguments.
    pub(super) fn told(&self, action: &str) -> Result<Box<JsonReply>> {
        self.repeated(|live| {
            live.connection
                .ask_json(|req_id| request::bare(action, req_id))
        })
    }

    /// The server's version and build, as it describes itself.
    pub fn server_info(&self) -> Result<String> {
        if !self.live()?.version.has(Capability::Unified) {
            return self.server_info_by_sql();
        }
        Ok(self.told("get_server_info")?.info)
    }
}
