//! Logging in, and the options of a connection.

use super::{Answer, Door, Session};
use crate::catalog::is_system;
use crate::charset::Charset;
use crate::error::{code, SqlError};
use crate::messages::{Args, Request};
use crate::sql::cursor::MAX_DB_NAME;
use crate::time::Zone;
use crate::version::Feature;

const MAX_USER_NAME: usize = 23;
const MAX_PASSWORD: usize = 128;
/// `TSDB_OPTION_CONNECTION`
const OPTION_CLEAR: i64 = -1;
const OPTION_CHARSET: i64 = 0;
const OPTION_TIMEZONE: i64 = 1;
const OPTION_USER_IP: i64 = 2;
const OPTION_LAST: i64 = 4;
impl Session {
    pub(super) fn connect(&self, r: &Request, a: &Args) -> Answer {
        let (user, password, db, zone) = (
            a.text("user")?,
            a.text("password")?,
            a.text("db")?,
            a.text("tz")?,
        );
        for text in ["app", "ip", "connector", "totp_code"] {
            a.text(text)?;
        }
        let token = a.text("bearer_token")?;
        let mode = a.i64("mode")?;
        let lists = a.bool("list_instances")?;
        if !self.state.lock().user.is_empty() {
            return Ok(Some(r.fail("duplicate connections")));
        }
        let db = db
            .strip_prefix('`')
            .and_then(|d| d.strip_suffix('`'))
            .unwrap_or(db);
        let engine = self.shared.engine.lock();
        let by_token =
            !token.is_empty() && self.door == Door::Ws && engine.version.has(Feature::LoginToken);
        let user = if by_token { "root" } else { user };
        let known = engine.catalog.users.get(user);
        let problem = match known {
            _ if by_token && self.shared.login_token.as_deref() != Some(token) => {
                Some((code::AUTH_FAILURE, "Authentication failure"))
            }
            _ if user.is_empty() || user.len() > MAX_USER_NAME => {
                Some((code::INVALID_USER_NAME, "Invalid user name"))
            }
            _ if !by_token && (password.is_empty() || password.len() > MAX_PASSWORD) => {
                Some((code::INVALID_PASSWORD_LENGTH, "Invalid password length"))
            }
            _ if db.len() > MAX_DB_NAME => Some((code::DB_NAME_TOO_LONG, "Database name too long")),
            None => Some((code::INVALID_USER, "Invalid user")),
            // A disabled user still gets in: so does the recorded server's.
            Some(u) if !by_token && u.password != password => {
                Some((code::AUTH_FAILURE, "Authentication failure"))
            }
            _ if !db.is_empty() && !is_system(db) && engine.catalog.database(db).is_err() => {
                Some((code::DB_NOT_EXIST, "Database not exist"))
            }
            _ => None,
        };
        if let Some((code, message)) = problem {
            return Ok(Some(r.error(&SqlError::new(code, message))));
        }
        if let Some(m) = mode.filter(|m| *m != 0) {
            return Ok(Some(r.fail(format!("unexpected mode:{m}"))));
        }
        let mut s = self.state.lock();
        (s.user, s.db, s.bi) = (user.into(), db.into(), mode == Some(0));
        s.user_made = known.map_or(0, |u| u.created);
        if self.door == Door::Ws && engine.version.has(Feature::OptionsConnection) {
            s.zone = Zone::new(zone);
        }
        let tells = self.door == Door::Ws && engine.version.has(Feature::VersionInConn);
        let version = tells.then(|| ("version", engine.version.text.clone().into()));
        let lists = lists && self.door == Door::Ws;
        let instances = self.shared.told_instances(lists, &engine.version);
        let keys: Vec<_> = version.into_iter().chain(instances).collect();
        Ok(Some(r.ok(&keys)))
    }

    /// Was its user dropped since the login?
    pub fn is_without_user(&self) -> bool {
        let (user, made) = {
            let s = self.state.lock();
            (s.user.clone(), s.user_made)
        };
        let engine = self.shared.engine.lock();
        let now = engine.catalog.users.get(&user).map(|u| u.created);
        !user.is_empty() && now != Some(made)
    }

    pub(super) fn options(&self, r: &Request, a: &Args) -> Answer {
        for o in a.list("options")? {
            let o = Args(o);
            let (option, value) = (o.i64("option")?.unwrap_or(0), o.text("value")?);
            match option {
                OPTION_CLEAR => {
                    let mut s = self.state.lock();
                    (s.zone, s.charset) = (Zone::utc(), None);
                }
                OPTION_TIMEZONE => self.state.lock().zone = Zone::new(value),
                OPTION_CHARSET if value.is_empty() => self.state.lock().charset = None,
                OPTION_CHARSET => match Charset::other_than_utf8(value) {
                    Ok(charset) => self.state.lock().charset = charset,
                    Err(_) => {
                        return Ok(Some(r.error(&SqlError::new(22, "Invalid argument"))));
                    }
                },
                OPTION_USER_IP..=OPTION_LAST => {}
                _ => {
                    return Ok(Some(
                        r.error(&SqlError::new(code::INVALID_PARA, "Invalid parameters")),
                    ))
                }
            }
        }
        Ok(Some(r.ok(&[])))
    }
}
