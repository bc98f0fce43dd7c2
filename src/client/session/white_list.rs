//! The addresses from which a user may connect, and the times. The protocol has no message for them, but SQL
//! tells them.

use super::queries::repeated;
use crate::client::{ResultSet, Session};
use crate::error::{codes, Error, Result};
use crate::protocol::version::Capability;
use std::net::Ipv4Addr;

/// An entry of a user's list: a range of addresses or a span of time, in which the user may connect, or may
/// not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    pub is_allowed: bool,
    /// `10.1.0.0/16`, `2001:db8::/32`; `TUE 08:00 120`, `ALL`
    pub text: String,
}

/// A user's list, and whether lists are on. While they are off, every user may connect from anywhere, whatever
/// the list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhiteList {
    pub is_on: bool,
    pub ranges: Vec<ListEntry>,
}

/// May a question make a new connection if there is none?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::client) enum Ask {
    AnyHow,
    /// Only on the connection that is there.
    AsItStands,
}

impl Session {
    /// The list of the login's user. `MND_USER_NOT_EXIST` when the user was dropped; the server's own error when the
    /// user may not read it, which only matters while lists are on.
    pub fn white_list(&self) -> Result<WhiteList> {
        self.white_list_by(Ask::AnyHow)
    }

    pub(in crate::client) fn white_list_by(&self, ask: Ask) -> Result<WhiteList> {
        const ARE_THEY_ON: &str = "show cluster variables like 'enableWhiteList'";
        // A server without white lists has no such variable.
        let is_on = self.texts(ARE_THEY_ON, 1, ask)?.iter().any(|v| v == "1");
        let ranges = match self.listed(ask) {
            Ok(ranges) => ranges,
            Err(e) if is_on || e.is_outage() || e.code == codes::USER_NOT_EXIST => return Err(e),
            Err(_) => Vec::new(),
        };
        Ok(WhiteList {
            is_on,
            ranges: if is_on { ranges } else { everywhere() },
        })
    }

    /// Is the login's user still there? Also yes if the user may not see it.
    pub(in crate::client) fn has_user(&self, ask: Ask) -> Result<bool> {
        match self.listed(ask) {
            Err(e) if e.code == codes::USER_NOT_EXIST => Ok(false),
            Err(e) if e.is_outage() => Err(e),
            _ => Ok(true),
        }
    }

    fn listed(&self, ask: Ask) -> Result<Vec<ListEntry>> {
        self.of_user("allowed_host", ask)
    }

    /// When the login's user may connect, and when not. The server's own error when the user may not read it.
    pub fn times(&self) -> Result<Vec<ListEntry>> {
        let what = "a list of times at which a user may connect";
        self.require(Capability::UserTimes, what)?;
        self.of_user("allowed_datetime", Ask::AnyHow)
    }

    /// The list that the server has of the login's user in this column.
    fn of_user(&self, column: &str, ask: Ask) -> Result<Vec<ListEntry>> {
        let user = self.user_on_server()?;
        let name = user.replace('\\', "\\\\").replace('\'', "\\'");
        let sql = format!("select {column} from information_schema.ins_users where name='{name}'");
        let lists = self.texts(&sql, 0, ask)?;
        let list = lists.first().ok_or(Error::new(codes::USER_NOT_EXIST))?;
        Ok(list.split(',').filter_map(ListEntry::parse).collect())
    }

    /// The user of the login, which a token does not name.
    fn user_on_server(&self) -> Result<String> {
        match self.is_by_token() {
            true => self.connection_info(0),
            false => Ok(self.user().to_owned()),
        }
    }

    /// One column of an answer of texts.
    fn texts(&self, sql: &str, column: usize, ask: Ask) -> Result<Vec<String>> {
        match ask {
            // Even if the connection is lost in the middle of the answer.
            Ask::AnyHow => repeated(|| texts_of(self.query(sql.as_bytes(), 0)?, column)),
            Ask::AsItStands => texts_of(self.query_as_it_stands(sql.as_bytes())?, column),
        }
    }
}

fn texts_of(mut set: ResultSet, column: usize) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    while let Some(block) = set.next_block()? {
        let column = block.columns().get(column);
        texts.extend((0..block.rows()).map(|row| {
            let cell = column.and_then(|c| block.cell(c, row));
            String::from_utf8_lossy(cell.unwrap_or_default()).into_owned()
        }));
    }
    Ok(texts)
}

fn everywhere() -> Vec<ListEntry> {
    ["0.0.0.0/0", "::/0"].map(ListEntry::allowed).into()
}

impl ListEntry {
    fn allowed(text: &str) -> ListEntry {
        ListEntry {
            is_allowed: true,
            text: text.to_owned(),
        }
    }

    /// For servers whose lists also say from where a user may not connect, with a sign in front.
    fn parse(text: &str) -> Option<ListEntry> {
        let text = text.trim();
        let (is_allowed, range) = match text.strip_prefix('-') {
            Some(range) => (false, range),
            None => (true, text.strip_prefix('+').unwrap_or(text)),
        };
        let range = range.trim();
        (!range.is_empty()).then(|| ListEntry {
            is_allowed,
            ..ListEntry::allowed(range)
        })
    }

    /// In the form of the native client's older function: the length of the prefix above the four bytes of the
    /// address. `None` for what that form cannot express: IPv6, and ranges that are excluded.
    pub fn number(&self) -> Option<u64> {
        if !self.is_allowed {
            return None;
        }
        let (address, prefix) = self.text.split_once('/').unwrap_or((&self.text, "32"));
        let address: Ipv4Addr = address.parse().ok()?;
        let prefix: u8 = prefix.parse().ok()?;
        let address = u32::from_le_bytes(address.octets());
        Some(u64::from(prefix) << 32 | u64::from(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_in_all_forms() {
        let parsed = |text| ListEntry::parse(text).map(|r| (r.is_allowed, r.text));
        for (text, is_allowed, range) in [
            ("10.1.0.0/16", true, "10.1.0.0/16"),
            (" ::1/128", true, "::1/128"),
            ("+127.0.0.1/32", true, "127.0.0.1/32"),
            ("- 10.0.0.0/8", false, "10.0.0.0/8"),
            (" -TUE 08:00 120", false, "TUE 08:00 120"),
        ] {
            assert_eq!(parsed(text), Some((is_allowed, range.to_owned())), "{text}");
        }
        assert_eq!(parsed(" "), None);
    }

    #[test]
    fn numbers_are_those_of_a_little_endian_machine() {
        let number = |text| ListEntry::allowed(text).number();
        assert_eq!(number("0.0.0.0/0"), Some(0));
        assert_eq!(number("192.168.1.98/32"), Some(0x20_6201_a8c0));
        assert_eq!(number("10.0.0.0/8"), Some(0x08_0000_000a));
        assert_eq!(number("::/0"), None);
    }
}
