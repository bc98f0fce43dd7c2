//! What the program wants of the connection by its next statement: database, BI mode, options.

use super::options::{CHARSET, CLEAR, CONNECTOR};
use super::{other_than_utf8, Session, SETTING};
use crate::error::{codes, Error, Result};
use crate::protocol::version::Capability;
use std::sync::Arc;

impl Session {
    /// Selects the database of later statements. The name is taken as SQL takes it.
    pub fn select_db(&self, db: &str) -> Result<()> {
        self.query(format!("use {db}").as_bytes(), 0).map(drop)
    }

    /// From the next statement on, no database is selected any more. The server is not asked, as it has no
    /// statement for this: the session moves to a new login then, unless that statement selects another
    /// database or none was selected. Open results and statements stay on the old connection.
    pub fn reset_db(&self) -> Result<()> {
        self.check_process()?;
        let mut live = self.live.lock();
        let live = Arc::make_mut(&mut live);
        live.change(|live| &mut live.db, None);
        live.leaves_db = live.selects;
        Ok(())
    }

    /// Switches BI mode for the next statement, by a new login. Open results stay readable.
    pub fn set_bi_mode(&self, on: bool) -> Result<()> {
        self.check_process()?;
        let mut live = self.live.lock();
        if on {
            live.require(Capability::BiMode, "BI mode")?;
        }
        Arc::make_mut(&mut live).change(|live| &mut live.bi_mode, on);
        Ok(())
    }

    /// Sets an option of this connection, or resets it. The server is not asked now: it is told before the next
    /// statement, which fails if the server refuses the option. Refused options that the server only shows
    /// (addresses and names of programs) are logged.
    pub fn set_option(&self, option: i32, value: Option<&str>) -> Result<()> {
        self.check_process()?;
        if !(CLEAR..=CONNECTOR).contains(&option) {
            return Err(Error::new(codes::INVALID_PARAMETER));
        }
        let charset = match option {
            CHARSET if value == Some("") => {
                return Err(Error::new(codes::INVALID_POINTER));
            }
            CHARSET => Some(other_than_utf8(value)?),
            CLEAR => Some(None),
            _ => None,
        };
        let mut live = self.live.lock();
        if option == CONNECTOR && !live.version.has(Capability::ConnectorOption) {
            tracing::debug!(server = %live.version, "the connector is not sent: the server does not know the option");
            return Ok(());
        }
        live.require(Capability::ConnectionOptions, SETTING)?;
        let live = Arc::make_mut(&mut live);
        let mut options = live.options.clone();
        options.set(option, value);
        live.change(|live| &mut live.options, options);
        if let Some(charset) = charset {
            live.charset = charset;
        }
        Ok(())
    }
}
