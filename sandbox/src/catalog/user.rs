//! Users: their passwords, and from where they may connect.

use crate::time::Precision;
use serde_json::{json, Value as Json};

/// Every user may connect from these addresses.
pub const LOCAL: [&str; 2] = ["127.0.0.1/32", "::1/128"];

#[derive(Clone, Debug)]
pub struct User {
    pub password: String,
    pub enabled: bool,
    /// May see the system's tables.
    pub sysinfo: bool,
    /// Ranges of addresses from which it may connect, where white lists are on.
    pub hosts: Vec<String>,
    /// Times at which it may connect (`+`) or may not (`-`). They are shown, but not enforced.
    pub times: Vec<String>,
    pub created: i64,
}

impl User {
    pub fn new(password: String) -> User {
        User {
            password,
            enabled: true,
            sysinfo: true,
            hosts: LOCAL.map(String::from).into(),
            times: vec![],
            created: Precision::Milli.now(),
        }
    }
}

impl User {
    pub fn to_json(&self) -> Json {
        json!({"password": self.password, "enabled": self.enabled, "sysinfo": self.sysinfo, "hosts": self.hosts,
               "times": self.times, "created": self.created})
    }
    pub(super) fn from_json(v: &Json) -> User {
        let mut user = User::new(v["password"].as_str().unwrap_or("").into());
        user.enabled = v["enabled"].as_bool().unwrap_or(true);
        user.sysinfo = v["sysinfo"].as_bool().unwrap_or(true);
        for (list, key) in [(&mut user.hosts, "hosts"), (&mut user.times, "times")] {
            if let Some(entries) = v[key].as_array() {
                let texts = entries.iter().filter_map(|h| h.as_str());
                *list = texts.map(String::from).collect();
            }
        }
        user.created = v["created"].as_i64().unwrap_or(0);
        user
    }
}
