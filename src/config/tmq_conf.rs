//! The configuration of a consumer: the table of its keys, and a set of values for them.

use super::settings::{self, nearest, shortened, Values};
use super::{ConnectArgs, Target};
use crate::error::{codes, Error, Result};
use std::collections::BTreeMap;
use std::time::Duration;

/// The kind of value that a key takes. The case of keys and words does not matter, as natively.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    /// The name of a group, without a colon. The server cuts one that is longer than it takes.
    Group,
    Bool,
    /// Any text: a number that is not 0 switches it on.
    Switch,
    /// A whole number within these bounds.
    Number(i64, i64),
    /// A whole number of milliseconds from 1000 to below `session.timeout.ms`.
    Heartbeat,
    Choice(&'static [&'static str]),
}

/// Who uses a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The library.
    Here,
    /// The server: an argument of `subscribe` by this name.
    Argument(&'static str),
    /// The server: a key of `config` in `subscribe`. Older servers ignore those about the form of delivery.
    Config,
    /// Nobody: the library does what it asks for anyway.
    Nowhere,
}

/// One key.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    pub place: Place,
    /// The server's or the library's default; `None` if there is none.
    pub default: Option<&'static str>,
    /// For the documentation.
    pub about: &'static str,
}

const fn key(
    name: &'static str,
    kind: Kind,
    place: Place,
    default: Option<&'static str>,
    about: &'static str,
) -> Key {
    Key {
        name,
        kind,
        place,
        default,
        about,
    }
}

const RESETS: &[&str] = &["earliest", "latest", "none"];
const SCHEMES: &[&str] = &["ws", "wss"];
const MOST: i64 = i64::MAX;

#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("group.id", Kind::Group, Place::Argument("group_id"), None,
        "the consumer group, needed; its consumers share the vgroups of a topic and what was committed"),
    key("client.id", Kind::Text, Place::Argument("client_id"), None,
        "a name for the server's list of consumers"),
    key("enable.auto.commit", Kind::Bool, Place::Here, Some("true"),
        "commit what the program has come back from, at the first poll after each interval"),
    key("auto.commit.interval.ms", Kind::Number(0, MOST), Place::Here, Some("5000"),
        "the interval of automatic commits"),
    key("auto.offset.reset", Kind::Choice(RESETS), Place::Argument("offset_rest"), Some("latest"),
        "where a group starts that has committed nothing; none: an error then"),
    key("session.timeout.ms", Kind::Number(6000, 1_800_000), Place::Argument("session_timeout_ms"), Some("12000"),
        "how long the server keeps a consumer whose heartbeat stopped"),
    key("heartbeat.interval.ms", Kind::Heartbeat, Place::Config, Some("3000"),
        "interval of the heartbeat, below session.timeout.ms"),
    key("max.poll.interval.ms", Kind::Number(1000, i32::MAX as i64), Place::Argument("max_poll_interval_ms"), Some("300000"),
        "how long a consumer may be without a poll before its vgroups go to others"),
    key("msg.with.table.name", Kind::Bool, Place::Argument("with_table_name"), None,
        "messages name the table of each block"),
    key("experimental.snapshot.enable", Kind::Bool, Place::Argument("snapshot_enable"), Some("false"),
        "start with what is in the tables, not in the log only"),
    key("enable.replay", Kind::Bool, Place::Config, Some("false"),
        "deliver at the pace at which the data was written"),
    key("msg.consume.excluded", Kind::Switch, Place::Argument("msg_consume_excluded"), Some("0"),
        "pass over what was written by taosX"),
    key("msg.consume.rawdata", Kind::Switch, Place::Argument("msg_consume_rawdata"), Some("0"),
        "messages as raw data, for tmq_write_raw"),
    key("msg.enable.batchmeta", Kind::Switch, Place::Argument("enable_batch_meta"), Some("0"),
        "several changes of tables in one message"),
    key("fetch.max.wait.ms", Kind::Number(1, i32::MAX as i64), Place::Config, Some("1000"),
        "longest wait of the server to fill a message"),
    key("min.poll.rows", Kind::Number(1, i32::MAX as i64), Place::Config, Some("4096"),
        "rows for which the server waits before it sends a message"),
    key("enable.heartbeat.background", Kind::Bool, Place::Nowhere, Some("true"),
        "the heartbeat is the server's, so it always runs in the background"),
    key("td.connect.ip", Kind::Text, Place::Here, None,
        "host, host list or connection string, as for taos_connect"),
    key("td.connect.port", Kind::Number(1, 65535), Place::Here, Some("6041"), "port; 6030 means 6041"),
    key("td.connect.user", Kind::Text, Place::Here, Some("root"), "user"),
    key("td.connect.pass", Kind::Text, Place::Here, Some("taosdata"), "password"),
    key("td.connect.db", Kind::Text, Place::Nowhere, None, "a topic knows its database"),
    key("td.connect.websocket.scheme", Kind::Choice(SCHEMES), Place::Here, Some("ws"),
        "wss for TLS"),
    key("td.connect.token", Kind::Text, Place::Here, None,
        "the cloud's token, sent with the upgrade request; without TLS a server from 3.4.1.0 takes it as a login token, too"),
];

fn by_name(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.name.eq_ignore_ascii_case(name))
}

/// The prefix of a key that is for the server only: a newer server may know keys that this table does not have. Without
/// the prefix an unknown key is an error at once, as natively, which finds misspelt keys.
const TO_SERVER: &str = "server.";

/// The values of a consumer's keys.
#[derive(Debug, Default, Clone)]
pub struct TmqConf {
    values: BTreeMap<&'static str, String>,
    /// Keys of connection strings, as they were given.
    settings: Vec<(String, String)>,
    /// Keys for the server, without [`TO_SERVER`].
    passed_on: BTreeMap<String, String>,
}

impl TmqConf {
    /// Sets a key. An unknown one is `INVALID_CONFIG_OPTION`, a value it does not take
    /// `INVALID_CONFIG_VALUE`.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let Some(key) = by_name(name) else {
            return match name.get(..TO_SERVER.len()) {
                Some(start) if start.eq_ignore_ascii_case(TO_SERVER) => {
                    self.pass_on(&name[TO_SERVER.len()..], value)
                }
                _ => self.set_setting(name, value),
            };
        };
        let value = self.checked(key, value).map_err(|wants| {
            Error::with(
                codes::INVALID_CONFIG_VALUE,
                format_args!("{}={value}: it must be {wants}", key.name),
            )
        })?;
        self.values.insert(key.name, value);
        Ok(())
    }

    /// A key that the library uses cannot be given for the server only.
    fn pass_on(&mut self, name: &str, value: &str) -> Result<()> {
        if name.is_empty() || by_name(name).is_some() || Values::knows(name) {
            return Err(Error::with(
                codes::INVALID_CONFIG_VALUE,
                format_args!(
                    "{TO_SERVER}{name}: it must be a key that a consumer has not by itself"
                ),
            ));
        }
        self.passed_on.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// Was the key given for the server only?
    pub fn is_passed_on(&self, name: &str) -> bool {
        self.passed_on.contains_key(name)
    }

    fn set_setting(&mut self, name: &str, value: &str) -> Result<()> {
        if !Values::knows(name) {
            let known = KEYS.iter().map(|k| k.name).chain(settings::names());
            let name = shortened(name);
            let hint = match nearest(&name, known) {
                _ if name.eq_ignore_ascii_case("td.connect.host") => {
                    "is td.connect.ip meant?".into()
                }
                Some(meant) => format!("is {meant} meant?"),
                None => format!("one of a newer server is `{TO_SERVER}{name}`"),
            };
            return Err(Error::with(
                codes::INVALID_CONFIG_OPTION,
                format_args!("a consumer has no key `{name}`; {hint}"),
            ));
        }
        Values::default().set(name, value)?;
        self.settings.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// The value in the form in which it is used. The error says what it must be.
    fn checked(&self, key: &Key, value: &str) -> std::result::Result<String, String> {
        let within = |low: i64, high: i64| match value.parse::<i64>() {
            Ok(n) if (low..=high).contains(&n) => Ok(value.to_owned()),
            _ if high == MOST => Err(format!("a number from {low}")),
            _ => Err(format!("a number from {low} to {high}")),
        };
        let one_of = |words: &[&str]| {
            let word = words.iter().find(|w| w.eq_ignore_ascii_case(value));
            word.map(|w| w.to_string())
                .ok_or_else(|| format!("one of {}", words.join(", ")))
        };
        match key.kind {
            Kind::Text => Ok(value.to_owned()),
            Kind::Group if value.contains(':') => Err("without a colon".into()),
            Kind::Group => Ok(value.to_owned()),
            Kind::Bool => one_of(&["true", "false"]),
            Kind::Switch => {
                let on = value.parse::<i64>().is_ok_and(|n| n != 0);
                Ok(if on { "1" } else { "0" }.into())
            }
            Kind::Number(low, high) => within(low, high),
            Kind::Heartbeat => within(1000, self.number("session.timeout.ms") - 1),
            Kind::Choice(words) => one_of(words),
        }
    }

    /// A key's value, or its default.
    fn text(&self, name: &str) -> &str {
        let default = || by_name(name).and_then(|k| k.default).unwrap_or_default();
        self.values.get(name).map_or_else(default, String::as_str)
    }

    fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(0)
    }

    /// The consumer group; empty when none was given.
    pub fn group(&self) -> &str {
        self.text("group.id")
    }

    /// The token. With TLS it is the cloud's; without TLS it may be one to log in with.
    pub fn token(&self) -> Option<&str> {
        Some(self.text("td.connect.token")).filter(|token| !token.is_empty())
    }

    /// The interval of automatic commits; `None` when there are none.
    pub fn auto_commit(&self) -> Option<Duration> {
        let interval = self.number("auto.commit.interval.ms").unsigned_abs();
        (self.text("enable.auto.commit") == "true").then(|| Duration::from_millis(interval))
    }

    /// A group that has committed nothing starts with what is written from now on.
    pub fn starts_with_the_latest(&self) -> bool {
        self.text("auto.offset.reset") == "latest"
    }

    /// The server's keys that were set, by their names on the wire: arguments of `subscribe`, and keys of its `config`.
    pub fn of_server(&self) -> (BTreeMap<&'static str, &str>, BTreeMap<&str, &str>) {
        let (mut arguments, mut config) = (BTreeMap::new(), BTreeMap::new());
        for key in KEYS {
            let Some(value) = self.values.get(key.name).filter(|v| !v.is_empty()) else {
                continue;
            };
            match key.place {
                Place::Argument(name) => drop(arguments.insert(name, value.as_str())),
                Place::Config => drop(config.insert(key.name, value.as_str())),
                Place::Here | Place::Nowhere => {}
            }
        }
        let passed_on = self.passed_on.iter();
        config.extend(passed_on.map(|(name, value)| (name.as_str(), value.as_str())));
        (arguments, config)
    }

    /// The target to connect to.
    pub fn target(&self) -> Result<Target> {
        let given = |name: &str| self.values.get(name).map(String::as_str);
        let mut settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        if let Some(token) = self.token() {
            settings.push(("token", token));
        }
        let args = ConnectArgs {
            host: given("td.connect.ip"),
            user: given("td.connect.user"),
            password: given("td.connect.pass"),
            db: None,
            port: given("td.connect.port").map_or(0, |p| p.parse().unwrap_or(0)),
            tls: given("td.connect.websocket.scheme").map(|scheme| scheme == "wss"),
        };
        let target = Target::resolve_with(args, &settings)?;
        match target.totp_code {
            None => Ok(target),
            Some(_) => Err(Error::invalid_parameter(
                "totp_code: a consumer's login has none, and takes a password or td.connect.token",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_defaults_are_valid() {
        for (i, k) in KEYS.iter().enumerate() {
            assert!(KEYS[..i].iter().all(|o| o.name != k.name), "{}", k.name);
            assert!(!Values::knows(k.name), "{}", k.name);
            if let Some(default) = k.default {
                assert!(TmqConf::default().checked(k, default).is_ok(), "{}", k.name);
            }
        }
    }

    #[test]
    fn values_that_are_not_taken_say_what_would_be() {
        let mut conf = TmqConf::default();
        for (name, value, wants) in [
            ("group.id", "a:b", "without a colon"),
            ("SESSION.timeout.ms", "5999", "6000 to 1800000"),
            ("heartbeat.interval.ms", "12000", "1000 to 11999"),
            ("auto.offset.reset", "middle", "earliest, latest, none"),
            ("auto.commit.interval.ms", "-1", "from 0"),
            ("td.connect.websocket.scheme", "http", "ws, wss"),
            ("tls_mode", "no", "verify_identity"),
            ("server.min.poll.rows", "1", "not by itself"),
            ("server.", "1", "not by itself"),
        ] {
            let e = conf.set(name, value).unwrap_err();
            assert_eq!(e.code, codes::INVALID_CONFIG_VALUE, "{e}");
            assert!(e.text().contains(wants), "{e}");
        }
        for (name, hint) in [
            ("gruop.id", "is group.id meant"),
            ("group", "is group.id meant"),
            ("auto.commit.interval", "is auto.commit.interval.ms meant"),
            ("td.connect.host", "is td.connect.ip meant"),
            ("td.connect.prot", "is td.connect.port meant"),
            ("read_timeuot", "is read_timeout meant"),
            ("fetch.max.bytes.of.all", "server.fetch.max.bytes.of.all"),
        ] {
            let e = conf.set(name, "g").unwrap_err();
            assert_eq!(e.code, codes::INVALID_CONFIG_OPTION);
            assert!(e.text().contains(hint), "{e}");
        }
        // Longer than the server takes: the server cuts it, as it does the native client's.
        conf.set("group.id", &"g".repeat(250)).unwrap();
        assert_eq!(conf.group().len(), 250);
    }

    #[test]
    fn where_values_go() {
        let mut conf = TmqConf::default();
        for (name, value) in [
            ("Group.ID", "g"),
            ("auto.offset.reset", "EARLIEST"),
            ("min.poll.rows", "10"),
            ("msg.consume.excluded", "x"),
            ("enable.auto.commit", "False"),
            ("client.id", ""),
            ("td.connect.ip", "h"),
            ("td.connect.port", "6030"),
            ("td.connect.websocket.scheme", "WSS"),
            ("td.connect.token", "T"),
            ("read_timeout", "2"),
            ("Server.new.key", "v"),
        ] {
            conf.set(name, value).unwrap();
        }
        let (arguments, config) = conf.of_server();
        assert_eq!(
            arguments.into_iter().collect::<Vec<_>>(),
            [
                ("group_id", "g"),
                ("msg_consume_excluded", "0"),
                ("offset_rest", "earliest")
            ]
        );
        assert_eq!(
            config.into_iter().collect::<Vec<_>>(),
            [("min.poll.rows", "10"), ("new.key", "v")]
        );
        assert_eq!(conf.auto_commit(), None);
        assert!(!conf.starts_with_the_latest());
        let target = conf.target().unwrap();
        assert_eq!(target.endpoints[0].to_string(), "h:6041");
        assert_eq!(target.token.as_deref(), Some("T"));
        assert_eq!(target.read_timeout, Duration::from_secs(2));
        assert!(target.tls.is_some());
    }
}
