//! The table of settings, and a set of values for them.

use crate::error::{codes, Error, Result};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a setting's value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    /// A time in seconds, decimals allowed, within these bounds.
    Seconds(f64, f64),
    Choice(&'static [&'static str]),
    /// Part of the connection-string grammar that this version cannot honour.
    NotYet,
}

/// One setting: its names and its default.
#[derive(Debug)]
pub struct Setting {
    /// The key in a connection string, and the name in messages.
    pub name: &'static str,
    pub env: Option<&'static str>,
    pub cfg: Option<&'static str>,
    pub kind: Kind,
    pub default: Option<&'static str>,
    /// For the documentation.
    pub about: &'static str,
}

const fn setting(
    name: &'static str,
    env: Option<&'static str>,
    cfg: Option<&'static str>,
    kind: Kind,
    default: Option<&'static str>,
    about: &'static str,
) -> Setting {
    Setting {
        name,
        env,
        cfg,
        kind,
        default,
        about,
    }
}

const fn not_yet(name: &'static str) -> Setting {
    setting(name, None, None, Kind::NotYet, None, "not supported yet")
}

pub const TLS_MODES: &[&str] = &["verify_identity", "verify_ca", "insecure"];

#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting("timezone", Some("TAOS_TIMEZONE"), Some("timezone"), Kind::Text, None,
        "IANA zone in which the server reads and prints times; the host's own by default"),
    setting("connect_timeout", Some("TAOS_CONNECT_TIMEOUT"), Some("connectTimeout"), Kind::Seconds(0.05, 3600.0), Some("10"),
        "longest wait for a host to take a connection, and then for the login"),
    setting("read_timeout", Some("TAOS_READ_TIMEOUT"), Some("readTimeout"), Kind::Seconds(0.05, 86400.0), Some("300"),
        "longest wait for an answer"),
    setting("tls_mode", Some("TAOS_TLS_MODE"), Some("tlsMode"), Kind::Choice(TLS_MODES), Some("verify_identity"),
        "what a server's certificate must prove"),
    setting("tls_ca", Some("TAOS_TLS_CA"), Some("wsTlsCa"), Kind::Text, None,
        "certificates to trust besides the system's: a PEM file, or PEM text"),
    setting("user_app", Some("TAOS_USER_APP"), None, Kind::Text, None,
        "application name shown by the server, 23 bytes at most"),
    setting("user_ip", Some("TAOS_USER_IP"), None, Kind::Text, None,
        "address shown by the server in place of the connection's own"),
    setting("token", None, None, Kind::Text, None, "cloud token, sent with the upgrade request"),
    setting("bearer_token", None, None, Kind::Text, None, "login token of a server from 3.4.0.0"),
    setting("totp_code", None, None, Kind::Text, None, "one-time code of a server from 3.4.0.0"),
    setting("adapter_list", Some("TAOS_ADAPTER_LIST"), Some("adapterList"), Kind::Text, None,
        "host:port,host:port to use when the call names no host"),
    setting("first_ep", Some("TAOS_FIRST_EP"), Some("firstEp"), Kind::Text, None,
        "host:port to use when the call names no host and there is no adapterList"),
    setting("fqdn", Some("TAOS_FQDN"), Some("fqdn"), Kind::Text, None, "host to use when nothing else names one"),
    setting("server_port", Some("TAOS_SERVER_PORT"), Some("serverPort"), Kind::Text, None,
        "port to use when the call says 0 or 6030"),
    not_yet("compression"),
    not_yet("conn_mode"),
    not_yet("conn_retries"),
    not_yet("retry_backoff_ms"),
    not_yet("retry_backoff_max_ms"),
    not_yet("tcp_nodelay"),
    not_yet("tls_version"),
    not_yet("version_prefer"),
    not_yet("connector_info"),
];

fn by_name(name: &str) -> Option<&'static Setting> {
    SETTINGS
        .iter()
        .find(|s| s.name.eq_ignore_ascii_case(name))
        .or_else(|| (name == "conn_timeout").then(|| by_name("connect_timeout"))?)
}

/// Is the value one that the setting takes?
fn check(setting: &Setting, value: &str) -> std::result::Result<(), String> {
    match setting.kind {
        Kind::Text => Ok(()),
        Kind::Seconds(low, high) => match value.parse::<f64>() {
            Ok(n) if (low..=high).contains(&n) => Ok(()),
            _ => Err(format!("a number of seconds from {low} to {high}")),
        },
        Kind::Choice(list) if list.contains(&value) => Ok(()),
        Kind::Choice(list) => Err(format!("one of {}", list.join(", "))),
        Kind::NotYet => Err("left out: it is not supported yet".into()),
    }
}

/// Values of settings from one source, or of all sources together.
#[derive(Debug, Default, Clone)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// Takes a key of a connection string.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let Some(setting) = by_name(key) else {
            let names: Vec<_> = SETTINGS.iter().map(|s| s.name).collect();
            return Err(Error::with(
                codes::INVALID_CONFIG_OPTION,
                format_args!("`{key}` is not a setting; there are {}", names.join(", ")),
            ));
        };
        check(setting, value).map_err(|wants| {
            Error::with(
                codes::INVALID_CONFIG_VALUE,
                format_args!("{key}={value}: it must be {wants}"),
            )
        })?;
        self.0.insert(setting.name, value.to_owned());
        Ok(())
    }

    /// Is this a key of a connection string?
    pub fn knows(key: &str) -> bool {
        by_name(key).is_some()
    }

    /// Fills what is not set yet from a source that is looked up by setting. A value that the
    /// setting does not take is passed over: a stale file must not keep a program from connecting.
    pub fn fill(&mut self, look_up: impl Fn(&Setting) -> Option<String>) {
        for setting in SETTINGS {
            if self.0.contains_key(setting.name) {
                continue;
            }
            if let Some(value) = look_up(setting).filter(|v| check(setting, v).is_ok()) {
                self.0.insert(setting.name, value);
            }
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|v| !v.is_empty())
    }

    /// A setting of [`Kind::Seconds`].
    pub fn seconds(&self, name: &str) -> Duration {
        let text = self.text(name).unwrap_or("0");
        Duration::from_secs_f64(text.parse().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_defaults_are_valid() {
        for (i, s) in SETTINGS.iter().enumerate() {
            assert!(SETTINGS[..i].iter().all(|o| o.name != s.name), "{}", s.name);
            if let Some(default) = s.default {
                check(s, default).unwrap();
            }
        }
    }

    #[test]
    fn errors_say_what_would_be_right() {
        let mut v = Values::default();
        let e = v.set("read_timeuot", "3").unwrap_err();
        assert!(e.text().contains("read_timeout"), "{e}");
        let e = v.set("read_timeout", "soon").unwrap_err();
        assert!(e.text().contains("seconds"), "{e}");
        v.set("read_timeout", "1.5").unwrap();
        assert_eq!(v.seconds("read_timeout"), Duration::from_millis(1500));
    }
}
