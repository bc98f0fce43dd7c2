//! The table of settings, and a set of values for them.

use super::connection_string::{is_host_list, names_hosts, without_secrets};
use super::timezone;
use crate::charset;
use crate::error::{codes, Error, Result};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// The kind of value that a setting takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text; in `taos.cfg` one word.
    Text,
    /// Text that may have blanks, such as a file's name.
    Words,
    /// `host:port,host:port`; outside of a connection string also one.
    Hosts,
    /// The name of a character set.
    Charset,
    /// The name of a time zone, or a rule for one.
    TimeZone,
    /// A time in seconds, decimals allowed, within these bounds.
    Seconds(f64, f64),
    /// A whole number within these bounds.
    Whole(u64, u64),
    /// `true` or `false`, also as `1` or `0`.
    Flag,
    /// One of these words, in any case.
    Choice(&'static [&'static str]),
}

/// Who a setting is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A connection: connection strings have it, too.
    Connection,
    /// The process.
    Process,
}

/// One setting: its names and its default.
#[derive(Debug)]
pub struct Setting {
    /// The key in a connection string, and the name in messages.
    pub name: &'static str,
    /// What TDengine's own examples of `taos_connect_with` call it.
    pub option: Option<&'static str>,
    pub env: Option<&'static str>,
    pub cfg: Option<&'static str>,
    pub kind: Kind,
    pub default: Option<&'static str>,
    /// For the documentation.
    pub about: &'static str,
    pub scope: Scope,
    /// Its value is never shown.
    pub is_secret: bool,
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
        option: None,
        env,
        cfg,
        kind,
        default,
        about,
        scope: Scope::Connection,
        is_secret: false,
    }
}

/// Adds the name that TDengine's examples of `taos_connect_with` use.
const fn option(option: &'static str, setting: Setting) -> Setting {
    Setting {
        option: Some(option),
        ..setting
    }
}

const fn process(setting: Setting) -> Setting {
    Setting {
        scope: Scope::Process,
        ..setting
    }
}

const fn secret(setting: Setting) -> Setting {
    Setting {
        is_secret: true,
        ..setting
    }
}

/// The prefix of all variables of the environment.
pub const ENV_PREFIX: &str = "TAOS_";

const INSECURE: &str = "insecure";
pub const TLS_MODES: &[&str] = &["verify_identity", "verify_ca", INSECURE];
/// The TLS modes by TDengine's numbers; 0 is without TLS.
const WS_TLS_MODES: [Option<&str>; 4] = [
    None,
    Some(INSECURE),
    Some("verify_ca"),
    Some("verify_identity"),
];
pub const TLS_VERSIONS: &[&str] = &["TLSv1.2", "TLSv1.3", "TLSv1.2,TLSv1.3", "TLSv1.3,TLSv1.2"];
pub const LOG_LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting("timezone", Some("TAOS_TIMEZONE"), Some("timezone"), Kind::TimeZone, None,
        "IANA zone in which the server reads and prints times; the host's own by default"),
    setting("charset", Some("TAOS_CHARSET"), Some("charset"), Kind::Charset, None,
        "character set of statements and of the NCHAR texts of results; UTF-8 by default"),
    setting("connect_timeout", Some("TAOS_CONNECT_TIMEOUT"), Some("connectTimeout"), Kind::Seconds(0.05, 3600.0), Some("10"),
        "longest wait for a host to take a connection, and then for the login; also as `conn_timeout`"),
    setting("read_timeout", Some("TAOS_READ_TIMEOUT"), Some("readTimeout"), Kind::Seconds(0.05, 86400.0), Some("300"),
        "longest wait for an answer; where an adapter lets SELECTs wait for their turn, set it above the adapter's own limit (900 s unless its operator set another)"),
    option("connRetries", setting("conn_retries", Some("TAOS_CONN_RETRIES"), Some("connRetries"), Kind::Whole(0, 1000), Some("5"),
        "how often a call whose connection was lost tries all hosts again; the first connect tries each once")),
    option("retryBackoffMs", setting("retry_backoff_ms", Some("TAOS_RETRY_BACKOFF_MS"), Some("retryBackoffMS"), Kind::Whole(1, 600_000), Some("200"),
        "milliseconds before the first of these retries; doubled for each further one, less up to a half at random")),
    option("retryBackoffMaxMs", setting("retry_backoff_max_ms", Some("TAOS_RETRY_BACKOFF_MAX_MS"), Some("retryBackoffMaxMS"), Kind::Whole(1, 600_000), Some("2000"),
        "most milliseconds between two retries")),
    setting("compression", Some("TAOS_COMPRESSION"), Some("compression"), Kind::Flag, Some("false"),
        "compress messages, where the server agrees (permessage-deflate)"),
    setting("tls_mode", Some("TAOS_TLS_MODE"), Some("tlsMode"), Kind::Choice(TLS_MODES), Some("verify_identity"),
        "what a server's certificate must prove"),
    option("wsTlsMode", setting("ws_tls_mode", Some("TAOS_WS_TLS_MODE"), Some("wsTlsMode"), Kind::Whole(0, 3), None,
        "TDengine's way to say both: 0 for no TLS, and TLS with `tls_mode` `insecure` for 1, `verify_ca` for 2, `verify_identity` for 3; \
         `wss://` and a `tls_mode` that was given come before it")),
    option("wsTlsCa", setting("tls_ca", Some("TAOS_TLS_CA"), Some("wsTlsCa"), Kind::Words, None,
        "certificates to trust besides the system's: a PEM file, or PEM text")),
    option("wsTlsVersion", setting("tls_version", Some("TAOS_TLS_VERSION"), Some("wsTlsVersion"), Kind::Choice(TLS_VERSIONS), Some("TLSv1.3,TLSv1.2"),
        "versions of TLS to agree on")),
    setting("tls_cert", Some("TAOS_TLS_CERT"), Some("tlsCert"), Kind::Words, None,
        "the client's own certificate, for servers that ask for one: a PEM file, or PEM text"),
    secret(setting("tls_key", Some("TAOS_TLS_KEY"), Some("tlsKey"), Kind::Words, None,
        "the private key of tls_cert: a PEM file, or PEM text")),
    setting("tls_server_name", Some("TAOS_TLS_SERVER_NAME"), Some("tlsServerName"), Kind::Text, None,
        "name that the certificate must be for, where it is not the host's"),
    setting("tcp_nodelay", Some("TAOS_TCP_NODELAY"), Some("tcpNoDelay"), Kind::Flag, Some("true"),
        "send small messages at once"),
    setting("conn_mode", None, None, Kind::Whole(0, 1), Some("0"),
        "1 for BI mode, in which `show` and `select *` leave out what BI tools do not expect"),
    option("userApp", setting("user_app", Some("TAOS_USER_APP"), None, Kind::Text, None,
        "application name shown by the server, 23 bytes at most")),
    option("userIp", setting("user_ip", Some("TAOS_USER_IP"), None, Kind::Text, None,
        "address shown by the server in place of the connection's own")),
    option("connectorInfo", setting("connector_info", None, None, Kind::Text, None,
        "what the server shows as the connector, behind this library's name")),
    setting("version_prefer", None, None, Kind::Choice(&["3.x"]), None,
        "line of servers to expect; there is one"),
    secret(setting("token", None, None, Kind::Text, None, "cloud token, sent with the upgrade request")),
    secret(setting("bearer_token", None, None, Kind::Text, None, "login token of a server from 3.4.0.0")),
    secret(setting("totp_code", None, None, Kind::Text, None, "one-time code of a server from 3.4.0.0")),
    option("adapterList", setting("adapter_list", Some("TAOS_ADAPTER_LIST"), Some("adapterList"), Kind::Hosts, None,
        "host:port,host:port to use when the call names no host")),
    setting("first_ep", Some("TAOS_FIRST_EP"), Some("firstEp"), Kind::Hosts, None,
        "host:port to use when the call names no host and there is no adapterList"),
    setting("second_ep", Some("TAOS_SECOND_EP"), Some("secondEp"), Kind::Hosts, None,
        "host:port to use besides firstEp"),
    setting("discover", Some("TAOS_DISCOVER"), Some("discover"), Kind::Choice(&["off", "failover", "balance"]), Some("failover"),
        "what is done with the adapters that a server from 3.4.1.10 tells of its cluster: nothing; new connections go there when all named hosts \
         have failed; or new connections are spread over all of them. See below"),
    setting("fqdn", Some("TAOS_FQDN"), Some("fqdn"), Kind::Hosts, None, "host to use when nothing else names one"),
    setting("server_port", Some("TAOS_SERVER_PORT"), Some("serverPort"), Kind::Whole(1, 65535), None,
        "port to use when the call says 0 or 6030"),
    process(setting("set_locale", Some("TAOS_SET_LOCALE"), Some("setLocale"), Kind::Flag, Some("true"),
        "`taos_init` and the first connection give a program whose LC_CTYPE is still \"C\" that of its environment, as the native client does")),
    process(setting("log", Some("TAOS_LOG"), Some("logLevel"), Kind::Choice(LOG_LEVELS), Some("off"),
        "what the library writes of its own doings; never a password, a token or a statement's text. Without it, mistakes in settings are said on standard error all the same; `off` silences them")),
    process(setting("log_file", Some("TAOS_LOG_FILE"), Some("logFile"), Kind::Words, None,
        "file that this is appended to; standard error by default, and when the file cannot be opened. A pipe must have a reader, and is not waited for")),
];

fn by_name(name: &str) -> Option<&'static Setting> {
    // As other clients of the protocol call it.
    let name = if name == "conn_timeout" {
        "connect_timeout"
    } else {
        name
    };
    SETTINGS.iter().find(|s| s.name.eq_ignore_ascii_case(name))
}

/// The keys of a connection string.
pub fn names() -> impl Iterator<Item = &'static str> {
    let of_connections = SETTINGS.iter().filter(|s| s.scope == Scope::Connection);
    of_connections.map(|s| s.name)
}

/// The word that was probably meant; `None` when all are too different.
pub fn nearest(word: &str, words: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    // A text that is much longer than all of them resembles none, and must not cost time.
    let word = shortened(word).to_ascii_lowercase();
    words
        .map(|w| {
            let distance = strsim::damerau_levenshtein(&w.to_ascii_lowercase(), &word);
            (distance, w)
        })
        .filter(|(distance, w)| 2 * distance <= w.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, w)| w)
}

/// A setting's name for `taos_connect_with`: what TDengine's examples call it, or its own.
pub fn by_option_name(option: &str) -> &str {
    let called = |s: &&Setting| s.option.is_some_and(|o| o.eq_ignore_ascii_case(option));
    SETTINGS.iter().find(called).map_or(option, |s| s.name)
}

/// The setting that was most likely meant by a name in the environment or in `taos.cfg`. Case and separators between
/// words do not matter.
pub fn nearly(name: &str) -> Option<&'static Setting> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).take(100).collect()
    };
    let meant = plain(name);
    let distance = |s: &Setting| {
        let env = s.env.and_then(|env| env.strip_prefix(ENV_PREFIX));
        let names = [Some(s.name), s.cfg, env].into_iter().flatten().map(plain);
        names.map(|n| strsim::damerau_levenshtein(&n, &meant)).min()
    };
    // Up to two wrong letters; in a short name, one.
    let most = if meant.len() < 6 { 1 } else { 2 };
    SETTINGS
        .iter()
        .filter_map(|s| Some((distance(s)?, s)))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, s)| s)
}

/// This word, if the other differs from it by at most so many letters.
pub fn nearest_within(word: &str, meant: &'static str, slips: usize) -> Option<&'static str> {
    let distance = strsim::damerau_levenshtein(&shortened(word).to_ascii_uppercase(), meant);
    (distance <= slips).then_some(meant)
}

/// Advice for a key that does not exist.
fn meant_by(key: &str) -> String {
    const STAND_BEFORE: [&str; 6] = ["user", "username", "password", "host", "database", "db"];
    let stands_before = STAND_BEFORE.iter().any(|w| w.eq_ignore_ascii_case(key));
    match nearest(key, names()).filter(|_| !stands_before) {
        Some(name) => format!("is {name} meant?"),
        None => {
            "docs/settings.md has all; user, password, hosts and database stand before the `?`, \
                 as in ws://user:password@host:port/db"
                .into()
        }
    }
}

/// The beginning of a given text, for messages.
pub fn shortened(text: &str) -> Cow<'_, str> {
    const MOST: usize = 100;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Bounds in words, and which of them is nearest to a number outside.
fn within<T: std::fmt::Display + Copy>(
    what: &str,
    low: T,
    high: T,
    value: &str,
    bound: impl Fn(T) -> f64,
) -> String {
    let near = match value.parse::<f64>() {
        Ok(n) if n < bound(low) => format!("; {low} is the nearest"),
        Ok(n) if n > bound(high) => format!("; {high} is the nearest"),
        _ => String::new(),
    };
    format!("{what} from {low} to {high}{near}")
}

/// Checks a value. The error says what it must be.
fn check(setting: &Setting, value: &str) -> std::result::Result<(), String> {
    match setting.kind {
        Kind::Text | Kind::Words => Ok(()),
        Kind::Hosts if is_host_list(value) => Ok(()),
        Kind::Hosts => Err("host:port,host:port, with ports from 1 to 65535".into()),
        Kind::Charset if charset::exists(value) => Ok(()),
        Kind::Charset => Err(
            "the name of a character set that the C library's iconv has, such as UTF-8 or GBK"
                .into(),
        ),
        Kind::TimeZone if timezone::exists(value) => Ok(()),
        Kind::TimeZone => Err(
            "a time zone of this host's database, such as Asia/Shanghai, or a rule such as CST-8"
                .into(),
        ),
        Kind::Seconds(low, high) => match value.parse::<f64>() {
            Ok(n) if (low..=high).contains(&n) => Ok(()),
            _ => Err(within("a number of seconds", low, high, value, |n| n)),
        },
        Kind::Whole(low, high) => match value.parse::<u64>() {
            Ok(n) if (low..=high).contains(&n) => Ok(()),
            _ => Err(within("a whole number", low, high, value, |n| n as f64)),
        },
        Kind::Flag
            if ["true", "false", "1", "0"].contains(&value.to_ascii_lowercase().as_str()) =>
        {
            Ok(())
        }
        Kind::Flag => Err("true or false".into()),
        Kind::Choice(list) if list.iter().any(|c| c.eq_ignore_ascii_case(value)) => Ok(()),
        Kind::Choice(list) => {
            // Not offered: it switches the checks off.
            let good = list.iter().copied().filter(|word| *word != INSECURE);
            let near = nearest(value, good).map(|word| format!("; {word} is the nearest"));
            let near = near.unwrap_or_default();
            Err(format!("one of {}{near}", list.join(" ")))
        }
    }
}

/// A value that was passed over, or a name that is most likely misspelt.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// The setting whose value it would be. The mistake does not matter to a call that gives this setting itself.
    pub setting: Option<&'static str>,
    pub text: String,
}

impl Mistake {
    /// A mistake that matters whatever a call gives.
    pub fn whatever_is_given(text: String) -> Mistake {
        Mistake {
            setting: None,
            text,
        }
    }
}

/// Values of settings from one source, or of all sources together.
#[derive(Debug, Default, Clone)]
pub struct Values(BTreeMap<&'static str, Value>);

#[derive(Debug, Clone)]
struct Value {
    text: Cow<'static, str>,
    /// The source, and the setting's name or place there.
    from: Cow<'static, str>,
}

impl Value {
    fn new(text: impl Into<Cow<'static, str>>, from: impl Into<Cow<'static, str>>) -> Value {
        Value {
            text: text.into(),
            from: from.into(),
        }
    }
}

/// The source of values that were given with the call.
pub const OF_THE_CALL: &str = "connection string";
/// The source of values that were not given.
pub const BY_DEFAULT: &str = "default";

/// A value as it may be shown to anybody.
fn shown(setting: &Setting, value: &str) -> String {
    match setting.kind {
        _ if setting.is_secret => "(hidden)".into(),
        _ if value.contains("-----BEGIN") => "(PEM text)".into(),
        // Hosts may be connection strings, with passwords.
        Kind::Hosts => without_secrets(value),
        _ => value.into(),
    }
}

impl Values {
    /// Takes a key of a connection string.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let setting = by_name(key).ok_or_else(|| {
            Error::with(
                codes::INVALID_CONFIG_OPTION,
                format_args!("`{}` is not a setting; {}", shortened(key), meant_by(key)),
            )
        })?;
        if setting.scope == Scope::Process {
            return Err(Error::with(
                codes::INVALID_CONFIG_OPTION,
                format_args!(
                    "{} is a setting of the process: {} in the environment, {} in taos.cfg",
                    setting.name,
                    setting.env.unwrap_or_default(),
                    setting.cfg.unwrap_or_default()
                ),
            ));
        }
        check(setting, value).map_err(|wants| {
            Error::with(
                codes::INVALID_CONFIG_VALUE,
                format_args!("{key}={}: it must be {wants}", shortened(value)),
            )
        })?;
        let value = Value::new(value.to_owned(), OF_THE_CALL);
        self.0.insert(setting.name, value);
        Ok(())
    }

    /// As [`set`](Self::set), but an empty value sets nothing. The key must exist.
    pub fn set_or_pass(&mut self, key: &str, value: &str) -> Result<()> {
        match value.is_empty() && Values::knows(key) {
            true => Ok(()),
            false => self.set(key, value),
        }
    }

    /// Is this a key of a connection string?
    pub fn knows(key: &str) -> bool {
        by_name(key).is_some()
    }

    /// Fills settings that are not set yet from a source. `look_up` returns a setting's value there, and its name. An
    /// invalid value is passed over and noted in `mistakes`, because a stale file must not keep a program from
    /// connecting. An empty value says nothing.
    pub fn fill(
        &mut self,
        mistakes: &mut Vec<Mistake>,
        look_up: impl Fn(&Setting) -> Option<(Cow<'static, str>, String)>,
    ) {
        for setting in SETTINGS {
            let Some((name, value)) = look_up(setting).filter(|(_, value)| !value.is_empty())
            else {
                continue;
            };
            if self.0.contains_key(setting.name) {
                continue;
            }
            let taken = match (setting.kind, check(setting, &value)) {
                (Kind::Hosts, Err(_)) if names_hosts(&value) => Ok(()),
                (_, checked) => checked,
            };
            let text = match (setting.kind, taken) {
                (_, Ok(())) => {
                    self.0.insert(setting.name, Value::new(value, name));
                    continue;
                }
                // The value is not shown: it may have a password.
                (Kind::Hosts, Err(wants)) => format!(
                    "{name} passed over: it must be {wants}, or a connection string with a host \
                     and with settings that there are"
                ),
                (_, Err(wants)) => {
                    let value = shortened(&value);
                    format!("{name}={value} passed over: it must be {wants}")
                }
            };
            mistakes.push(Mistake {
                setting: Some(setting.name),
                text,
            });
        }
    }

    /// Takes a value without checking it, if there is none yet.
    pub fn add_text(&mut self, name: &'static str, value: String, from: &'static str) {
        let value = || Value::new(value, from);
        self.0.entry(name).or_insert_with(value);
    }

    /// Fills settings that are not set yet with their defaults. `ws_tls_mode` also determines `tls_mode`.
    pub fn fill_defaults(&mut self) {
        let by_number = self
            .text("ws_tls_mode")
            .and_then(|n| n.parse::<usize>().ok());
        let mode = by_number.and_then(|n| WS_TLS_MODES.get(n).copied().flatten());
        if let Some(mode) = mode {
            let mode = || Value::new(mode, "ws_tls_mode");
            self.0.entry("tls_mode").or_insert_with(mode);
        }
        for setting in SETTINGS {
            if let Some(default) = setting.default {
                let default = || Value::new(default, BY_DEFAULT);
                self.0.entry(setting.name).or_insert_with(default);
            }
        }
    }

    /// Takes settings that are not set yet from other values, which were checked.
    pub fn add(&mut self, other: Values) {
        for (name, value) in other.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does a mistake concern a call that gives these values?
    pub fn leave_open(&self, mistake: &Mistake) -> bool {
        let is_given = |name| self.0.contains_key(name);
        !mistake.setting.is_some_and(is_given)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|v| &*v.text).filter(|v| !v.is_empty())
    }

    /// The source of a setting's value.
    pub fn from(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|v| &*v.from)
    }

    /// All settings that are set, in the table's order: the setting, its value without secrets, and its source.
    pub fn shown(&self) -> impl Iterator<Item = (&'static Setting, String, &str)> {
        SETTINGS.iter().filter_map(|setting| {
            let value = self.0.get(setting.name)?;
            Some((setting, shown(setting, &value.text), &*value.from))
        })
    }

    /// A setting of [`Kind::Seconds`].
    pub fn seconds(&self, name: &str) -> Duration {
        let text = self.text(name).unwrap_or("0");
        Duration::from_secs_f64(text.parse().unwrap_or(0.0))
    }

    /// A setting of [`Kind::Whole`].
    pub fn whole(&self, name: &str) -> u64 {
        self.text(name).and_then(|t| t.parse().ok()).unwrap_or(0)
    }

    /// A setting of [`Kind::Flag`].
    pub fn flag(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|t| t == "1" || t.eq_ignore_ascii_case("true"))
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
    fn secrets_are_not_shown_and_sources_are() {
        let mut v = Values::default();
        v.set("token", "hush").unwrap();
        v.set("adapter_list", "a:1,b").unwrap();
        let source = |s: &Setting| {
            let value = match s.name {
                "first_ep" => "ws://me:hush@host:1/db?token=hush",
                "tls_key" => "-----BEGIN hush",
                "tls_ca" => "-----BEGIN CERTIFICATE",
                _ => return None,
            };
            Some((s.env?.into(), value.to_owned()))
        };
        v.fill(&mut Vec::new(), source);
        v.fill_defaults();
        let shown: Vec<String> = v
            .shown()
            .map(|(s, value, from)| format!("{}={value} {from}", s.name))
            .collect();
        let all = shown.join("\n");
        assert!(!all.contains("hush"), "{all}");
        for line in [
            "token=(hidden) connection string",
            "first_ep=ws://host:1/db TAOS_FIRST_EP",
            "adapter_list=a:1,b connection string",
            "tls_ca=(PEM text) TAOS_TLS_CA",
            "read_timeout=300 default",
        ] {
            assert!(shown.iter().any(|s| s == line), "{line}: {all}");
        }
    }

    #[test]
    fn errors_say_what_would_be_right() {
        let mut v = Values::default();
        let e = v.set("read_timeuot", "3").unwrap_err();
        assert!(e.text().contains("read_timeout"), "{e}");
        let e = v.set("read_timeout", "soon").unwrap_err();
        assert!(e.text().contains("seconds"), "{e}");
        let e = v.set("conn_retries", "1001").unwrap_err();
        assert!(e.text().contains("1000 is the nearest"), "{e}");
        let e = v.set("log", "debug").unwrap_err();
        assert!(e.text().contains("TAOS_LOG"), "{e}");
        v.set("TLS_Version", "tlsv1.3").unwrap();
        v.set("compression", "1").unwrap();
        assert!(v.flag("compression") && !v.flag("tcp_nodelay"));
        v.set("read_timeout", "1.5").unwrap();
        assert_eq!(v.seconds("read_timeout"), Duration::from_millis(1500));
    }

    /// docs/settings.md is this table; TAOS_WRITE_DOCS=1 (`make matrix`) writes it.
    #[test]
    fn the_page_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
        let page = page();
        if std::env::var_os("TAOS_WRITE_DOCS").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            there == page,
            "docs/settings.md is not up to date: make matrix"
        );
    }

    fn page() -> String {
        let code = |text: Option<&str>| text.map_or(String::new(), |t| format!("`{t}`"));
        let mut page = String::from(PAGE_HEAD);
        for s in SETTINGS {
            let values = match s.kind {
                Kind::Text | Kind::Words => "text".into(),
                Kind::Hosts => "hosts".into(),
                Kind::Charset => "a character set".into(),
                Kind::TimeZone => "a time zone".into(),
                Kind::Seconds(low, high) => format!("{low} to {high} seconds"),
                Kind::Whole(low, high) => format!("{low} to {high}"),
                Kind::Flag => "`true` `false`".into(),
                Kind::Choice(list) => format!("`{}`", list.join("` `")),
            };
            let key = match s.scope {
                Scope::Connection => code(Some(s.name)),
                Scope::Process => "(whole process)".into(),
            };
            page += &format!(
                "| {key} | {} | {} | {} | {values} | {} | {} |\n",
                code(s.option),
                code(s.env),
                code(s.cfg),
                code(s.default),
                s.about
            );
        }
        page + PAGE_TAIL
    }

    const PAGE_HEAD: &str = "\
# Settings

Written by `make matrix` from the table in `src/config/settings.rs`.

A value comes from the first of these sources that has one:

1. the connection string; its user, password, database and port take precedence over the call's arguments
2. `taos_options`
3. the environment
4. `taos_set_config`
5. `taos.cfg` in `/etc/taos`, or in the place that `TAOS_CONFIG_DIR` or `taos_options(TSDB_OPTION_CONFIGDIR)` names
6. the default

A change of the environment or of an option counts from the next connection on. A time zone set by `taos_options`
counts on open connections, too, if they were given none of their own. The log stays as it began, with the first
connection. `taos.cfg` is read once, and again when `taos_options` names another place for it.

A program with more rights than the user who started it (setuid, setgid, capabilities) takes nothing from the
environment: no variable of this table, and none of `TAOS_CONFIG_DIR`, `SSL_CERT_FILE` and `SSL_CERT_DIR`. In a
certificate as PEM text, a line break may be written as `\\n`.

In a connection string, in `taos_connect_with` and in a consumer's configuration an unknown key or an invalid value is
an error. In the environment, in `taos_set_config` and in `taos.cfg` an invalid value is passed over, because a stale
file must not keep a program from connecting. It is reported once, with the valid values and, for `taos.cfg`, the line.
The report goes to the log; if no setting says what is to be logged, it goes to standard error, as a line that begins
with `libtaos:`. A variable `TAOS_...` or a key of `taos.cfg` that resembles one of this table is reported, too, unless
the native client has it. `TAOS_LOG=off` silences all reports. Other keys of a native `taos.cfg` have no meaning here.
A host may have the native client's port 6030: outside of connection strings with a protocol it means taosAdapter's.

A connection string is `[driver][+protocol]://user:password@host:port,host:port/database?key=value&key=value`. It may
stand wherever a host may stand, also in the environment and in `taos.cfg` (`adapterList`, `firstEp`, `secondEp`,
`fqdn`). There, the call's own user, password, database and port take precedence over it, and its settings count as if
the call had given them. Protocols are `ws` and `wss`. Characters with a meaning in it (`@ : / ? # % &`) are written as
`%40` and so on. All of it is UTF-8, the password included, because the protocol carries it in JSON.

| in a connection string | also in `taos_connect_with` | environment | `taos.cfg` | values | default | meaning |
| --- | --- | --- | --- | --- | --- | --- |
";

    const PAGE_TAIL: &str = "
## Discovered hosts

From server version 3.4.1.10 the adapters of a cluster register themselves. A login may ask for the list of all of
them, as `host:port` or `https://host:port`. Logins and subscriptions ask for it unless `discover=off`. So a program
that names one host goes on with another when that host is lost, and a list of hosts needs no change when the cluster
grows.

- `failover`: named hosts are tried first. Discovered hosts are tried when every named host has failed. Later
  connections prefer discovered hosts that have answered, as long as the named ones rest after their failure. A
  discovered host that fails, or whose name cannot be resolved, counts as any host that failed.
- `balance`: new connections are spread evenly over named and discovered hosts. The first connection of a process goes
  to a named one.
- The list is kept for the process, and replaced by that of each later login. Connections with other named hosts or
  other TLS settings do not use it.

**TLS.** A discovered host never gets a password or a token over a weaker connection than the one that listed it.
`https://` means TLS. An entry without a protocol has TLS if the connection that listed it has. An `http://` entry that
was listed over TLS is not used. `tls_mode`, `tls_ca`, `tls_cert`, `tls_key` and `tls_version` are the connection's.
With `verify_identity` the certificate must be for the discovered host's own name: `tls_server_name` is for named hosts
only.

**NAT, containers and gateways.** Adapters register their own host names (`register.instance` in taosadapter.toml
changes that). These may be unknown here, or be private addresses. Such names cost nothing as long as a named host
answers. When all named hosts have failed, discovered hosts that have never answered share one `connect_timeout`, and
one that has failed is left alone for a while. With `balance` they are tried from the beginning, so a name lookup that
times out delays a connection. If a private address belongs to another machine in the program's own network, that
machine would receive the login: use `discover=off` or TLS there. `localhost` and loopback addresses are used only when
the connection that listed them is to such an address, too.
";
}
