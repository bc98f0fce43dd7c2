//! The target of a connection: the call's arguments, its connection string and all settings put together.

use super::connection_string::{chosen, naming_hosts, Address};
use super::global;
use super::settings::{Values, BY_DEFAULT, OF_THE_CALL};
use crate::error::Result;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// taosAdapter's port.
pub const ADAPTER_PORT: u16 = 6041;
/// A cloud gateway's port.
const CLOUD_PORT: u16 = 443;
/// Parts of the cloud service's host names. For these hosts the command line tools send the token as the password of a
/// user called `token`.
const CLOUD_HOSTS: [&str; 2] = ["cloud.tdengine", "cloud.taosdata"];

/// A host to try. `host` is a name or an address without brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    /// The host without the zone of a link-local address, which means nothing to the server.
    pub fn name(&self) -> &str {
        self.host.split('%').next().unwrap_or_default()
    }

    /// The host and port as a URL has them.
    pub fn authority(&self) -> String {
        let (host, port) = (self.name().to_owned(), self.port);
        Endpoint { host, port }.to_string()
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// What a server's certificate must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Issued by a trusted authority, for the host that was asked for.
    VerifyIdentity,
    /// Issued by a trusted authority.
    VerifyCa,
    /// Nothing. Never the default.
    Insecure,
}

/// How to speak TLS. Certificates and keys are PEM files or PEM texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    pub mode: TlsMode,
    pub ca: Option<String>,
    pub cert: Option<String>,
    pub key: Option<String>,
    /// The name that the certificate must be for, instead of the host's.
    pub server_name: Option<String>,
    /// `TLSv1.2`, `TLSv1.3`, or both.
    pub versions: String,
}

/// What is done with the hosts that a server lists: the adapters of its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discover {
    /// The server is not asked for them.
    Off,
    /// They are tried after the named ones.
    Failover,
    /// Connections are spread over named and discovered hosts.
    Balance,
}

/// How a lost connection is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    pub most: u64,
    pub backoff: Duration,
    pub most_backoff: Duration,
}

/// Everything needed to open a session.
#[derive(Debug, Clone)]
pub struct Target {
    pub endpoints: Vec<Endpoint>,
    /// `Some` for `wss`.
    pub tls: Option<Arc<Tls>>,
    /// How to speak TLS with these hosts, if at all.
    pub tls_if_any: Arc<Tls>,
    pub discover: Discover,
    pub user: String,
    pub password: String,
    /// Empty for none.
    pub db: String,
    /// Cloud token: a key of the upgrade request's query.
    pub token: Option<String>,
    pub bearer_token: Option<String>,
    pub totp_code: Option<String>,
    pub timezone: Option<String>,
    /// The time zone was given for this connection, so a change of the process's time zone does not affect it.
    pub timezone_is_own: bool,
    pub charset: Option<String>,
    pub user_app: Option<String>,
    pub user_ip: Option<String>,
    pub connector_info: Option<String>,
    pub bi_mode: bool,
    pub compression: bool,
    pub tcp_nodelay: bool,
    pub connect_timeout: Duration,
    pub read_timeout: Duration,
    pub retries: Retries,
}

/// A target, and the source of each part.
pub struct LookedInto {
    pub target: Target,
    pub values: Values,
    pub origins: Origins,
    /// Values that were passed over, and names that are most likely misspelt.
    pub mistakes: Vec<String>,
}

/// The source of each part that is not a setting: in words, or the name of the setting that is a connection string.
#[derive(Debug, Clone, Copy)]
pub struct Origins {
    pub hosts: &'static str,
    pub user: &'static str,
    pub password: &'static str,
    pub db: &'static str,
}

/// The arguments of `taos_connect`; `None` where the caller passed NULL.
#[derive(Debug, Default, Clone, Copy)]
pub struct ConnectArgs<'a> {
    pub host: Option<&'a str>,
    pub user: Option<&'a str>,
    pub password: Option<&'a str>,
    pub db: Option<&'a str>,
    /// 0 for the default.
    pub port: u16,
    /// With TLS or without, unless a connection string says. `None`: the cloud's hosts with TLS, others without.
    pub tls: Option<bool>,
}

impl Target {
    /// Puts a call's arguments and all settings together.
    pub fn resolve(args: ConnectArgs<'_>) -> Result<Target> {
        Target::resolve_with(args, &[])
    }

    /// As [`resolve`](Self::resolve), with settings given besides the connection string. An empty value says nothing.
    pub fn resolve_with(args: ConnectArgs<'_>, settings: &[(&str, &str)]) -> Result<Target> {
        let call = Call::new(args, settings)?;
        if call.names_hosts() && call.values.is_empty() {
            // Most calls are like this, and their settings are those of the process.
            let of_the_process = global::of_the_process();
            let target = of_the_process.target.clone();
            return Ok(call.complete(target, &of_the_process.values, Address::default()));
        }
        Target::put_together(call, &mut global::fill).map(|all| all.target)
    }

    /// As [`resolve`](Self::resolve), with the sources. Mistakes are returned, not printed or logged.
    pub fn look_into(args: ConnectArgs<'_>) -> Result<LookedInto> {
        let mut mistakes = global::slips_in_the_environment();
        let mut fill = |values: &mut Values| global::look_into(values, &mut mistakes);
        let mut all = Target::put_together(Call::new(args, &[])?, &mut fill)?;
        let mut said = BTreeSet::new();
        mistakes.retain(|text| said.insert(text.clone()));
        all.mistakes = mistakes;
        Ok(all)
    }

    /// The target for a discovered host, with TLS or without. The certificate must be for the host's own name.
    pub fn for_discovered(&self, tls: bool) -> Target {
        let settings = || Tls {
            server_name: None,
            ..(*self.tls_if_any).clone()
        };
        Target {
            tls: tls.then(|| Arc::new(settings())),
            ..self.clone()
        }
    }

    fn put_together(call: Call<'_>, fill: &mut dyn FnMut(&mut Values)) -> Result<LookedInto> {
        let mut own_values = call.values.clone();
        let mut values = own_values.clone();
        fill(&mut values);

        let mut of_settings = Address::default();
        if !call.names_hosts() {
            of_settings = Address::of_settings(&values)?;
            if !of_settings.values.is_empty() {
                // They take precedence over those of other sources.
                own_values.add(std::mem::take(&mut of_settings.values));
                values = own_values.clone();
                fill(&mut values);
            }
        }
        let origins = call.origins(&values, &of_settings);
        let mut target = Target::of_settings(&values);
        target.timezone_is_own = own_values.text("timezone").is_some();
        Ok(LookedInto {
            target: call.complete(target, &values, of_settings),
            values,
            origins,
            mistakes: Vec::new(),
        })
    }

    /// What the settings say, without hosts and login.
    pub(super) fn of_settings(values: &Values) -> Target {
        let own = |name: &str| values.text(name).map(str::to_owned);
        let word = |name: &str| own(name).map(|word| word.to_ascii_lowercase());
        let tls_if_any = Tls {
            mode: match word("tls_mode").as_deref() {
                Some("insecure") => TlsMode::Insecure,
                Some("verify_ca") => TlsMode::VerifyCa,
                _ => TlsMode::VerifyIdentity,
            },
            ca: own("tls_ca"),
            cert: own("tls_cert"),
            key: own("tls_key"),
            server_name: own("tls_server_name"),
            versions: own("tls_version").unwrap_or_default(),
        };
        Target {
            endpoints: Vec::new(),
            tls: None,
            tls_if_any: Arc::new(tls_if_any),
            discover: match word("discover").as_deref() {
                Some("off") => Discover::Off,
                Some("balance") => Discover::Balance,
                _ => Discover::Failover,
            },
            user: String::new(),
            password: String::new(),
            db: String::new(),
            token: own("token"),
            bearer_token: own("bearer_token"),
            totp_code: own("totp_code"),
            timezone: own("timezone"),
            timezone_is_own: false,
            charset: own("charset"),
            user_app: own("user_app"),
            user_ip: own("user_ip"),
            connector_info: own("connector_info"),
            bi_mode: values.whole("conn_mode") == 1,
            compression: values.flag("compression"),
            tcp_nodelay: values.flag("tcp_nodelay"),
            connect_timeout: values.seconds("connect_timeout"),
            read_timeout: values.seconds("read_timeout"),
            retries: Retries {
                most: values.whole("conn_retries"),
                backoff: Duration::from_millis(values.whole("retry_backoff_ms")),
                most_backoff: Duration::from_millis(values.whole("retry_backoff_max_ms")),
            },
        }
    }
}

/// What a call says: its arguments, and its connection string.
struct Call<'a> {
    args: ConnectArgs<'a>,
    address: Address,
    /// Settings of the connection string, and those given besides it.
    values: Values,
}

impl<'a> Call<'a> {
    fn new(mut args: ConnectArgs<'a>, settings: &[(&str, &str)]) -> Result<Call<'a>> {
        args.host = args.host.map(str::trim).filter(|h| !h.is_empty());
        let address = args.host.map(Address::parse).transpose()?;
        let mut address = address.unwrap_or_default();
        let mut values = std::mem::take(&mut address.values);
        for (key, value) in settings {
            values.set_or_pass(key, value)?;
        }
        Ok(Call {
            args,
            address,
            values,
        })
    }

    fn names_hosts(&self) -> bool {
        !self.address.hosts.is_empty()
    }

    /// The source of each part. `of_settings` is the address that the settings give.
    fn origins(&self, values: &Values, of_settings: &Address) -> Origins {
        let named_by = naming_hosts(values).filter(|_| !self.names_hosts());
        let origin = |by_string: bool, by_argument: bool, by_settings: bool| match named_by {
            _ if by_string => OF_THE_CALL,
            _ if by_argument => "argument",
            Some(name) if by_settings => name,
            _ => BY_DEFAULT,
        };
        let (args, address) = (&self.args, &self.address);
        let is_string = args.host.is_some_and(|h| h.contains("://"));
        Origins {
            hosts: origin(self.names_hosts() && is_string, self.names_hosts(), true),
            user: origin(
                address.user.is_some(),
                args.user.is_some(),
                of_settings.user.is_some(),
            ),
            password: origin(
                address.password.is_some(),
                args.password.is_some(),
                of_settings.password.is_some(),
            ),
            db: origin(
                address.db.is_some(),
                args.db.is_some(),
                of_settings.db.is_some(),
            ),
        }
    }

    /// Adds hosts and login to a target that has the settings. `of_settings` is the address that the settings give.
    fn complete(self, mut target: Target, values: &Values, mut of_settings: Address) -> Target {
        let by_settings = !self.names_hosts();
        let (args, address) = (self.args, self.address);
        let hosts = match by_settings {
            true => std::mem::take(&mut of_settings.hosts),
            false => address.hosts,
        };
        let cloud = |host: &str| CLOUD_HOSTS.iter().any(|part| host.contains(part));
        let is_cloud = hosts.iter().all(|(host, _)| cloud(host));
        let default_port = values
            .text("server_port")
            .and_then(|p| p.parse().ok())
            .and_then(chosen)
            .unwrap_or(if is_cloud { CLOUD_PORT } else { ADAPTER_PORT });
        let endpoint = |(host, port): (String, Option<u16>)| Endpoint {
            host,
            // The call's port takes precedence over one from the settings.
            port: match by_settings {
                true => chosen(args.port).or(port),
                false => port.or(chosen(args.port)),
            }
            .unwrap_or(default_port),
        };
        target.endpoints = hosts.into_iter().map(endpoint).collect();

        let user = address.user.or(args.user.map(str::to_owned));
        // A password of the settings belongs to the user of the settings.
        if user.is_some() && of_settings.user.is_some() && user != of_settings.user {
            of_settings.password = None;
        }
        target.user = user.or(of_settings.user).unwrap_or("root".into());
        let password = address.password.or(args.password.map(str::to_owned));
        let password = password.or(of_settings.password);
        target.password = password.unwrap_or("taosdata".into());
        let db = args.db.filter(|db| !db.is_empty()).map(str::to_owned);
        target.db = address.db.or(db).or(of_settings.db).unwrap_or_default();

        let by_number = values.text("ws_tls_mode").map(|number| number != "0");
        let tls = address.tls || of_settings.tls || args.tls.or(by_number).unwrap_or(is_cloud);
        target.tls = tls.then(|| target.tls_if_any.clone());
        if is_cloud && target.token.is_none() && target.user == "token" {
            target.token = Some(std::mem::take(&mut target.password));
            target.user = "root".into();
            target.password = "taosdata".into();
        }
        target
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str, port: u16) -> Target {
        Target::resolve(ConnectArgs {
            host: Some(host),
            port,
            ..ConnectArgs::default()
        })
        .unwrap()
    }

    fn hosts(host: &str, port: u16) -> String {
        let list: Vec<_> = target(host, port)
            .endpoints
            .iter()
            .map(Endpoint::to_string)
            .collect();
        list.join(" ")
    }

    #[test]
    fn hosts_and_ports() {
        assert_eq!(hosts("db1", 0), "db1:6041");
        assert_eq!(hosts("db1", 6030), "db1:6041");
        assert_eq!(hosts("db1", 7000), "db1:7000");
        assert_eq!(hosts("db1:7001", 7000), "db1:7001");
        // As native programs write it; in a connection string a port is what it says.
        assert_eq!(hosts("db1:6030,[::1]:6030", 0), "db1:6041 [::1]:6041");
        assert_eq!(hosts("db1:6030", 7000), "db1:7000");
        assert_eq!(hosts("ws://db1:6030", 7000), "db1:6030");
        assert_eq!(hosts("fe80::1%eth0", 0), "[fe80::1%eth0]:6041");
        assert_eq!(hosts("fe80::1%eth0,b", 5), "[fe80::1%eth0]:5 b:5");
        assert_eq!(hosts("::1", 0), "[::1]:6041");
        assert_eq!(hosts("[fe80::1]:99", 0), "[fe80::1]:99");
        assert_eq!(hosts("a:1, b ,[::2]", 5), "a:1 b:5 [::2]:5");
        assert_eq!(
            hosts("gw.cloud.tdengine.com", 0),
            "gw.cloud.tdengine.com:443"
        );
    }

    #[test]
    fn a_connection_string() {
        let t = target(
            "taos+wss://us%40er:p%40ss%3A%2F%3F%23w%2541%26x=1@h1:1,h2/db1?read_timeout=2&token=T%2B1",
            0,
        );
        assert_eq!(
            (t.user.as_str(), t.password.as_str()),
            ("us@er", "p@ss:/?#w%41&x=1")
        );
        assert_eq!(t.endpoints[1].to_string(), "h2:6041");
        assert_eq!((t.db.as_str(), t.token.as_deref()), ("db1", Some("T+1")));
        assert!(t.tls.is_some());
        assert_eq!(t.read_timeout, Duration::from_secs(2));
        // `@` and `:` unescaped in the password still work
        assert_eq!(target("ws://u:a:b@c@h", 0).password, "a:b@c");
    }

    #[test]
    fn arguments_fill_what_the_string_leaves_open() {
        let args = ConnectArgs {
            host: Some("ws://h/"),
            user: Some("u"),
            password: Some("p"),
            db: Some("d"),
            ..ConnectArgs::default()
        };
        let t = Target::resolve(args).unwrap();
        assert_eq!((&*t.user, &*t.password, &*t.db), ("u", "p", "d"));
    }

    #[test]
    fn the_clouds_token_user() {
        let t = Target::resolve(ConnectArgs {
            host: Some("gw.eu.cloud.tdengine.com"),
            user: Some("token"),
            password: Some("abc"),
            ..ConnectArgs::default()
        })
        .unwrap();
        assert_eq!((t.token.as_deref(), &*t.user), (Some("abc"), "root"));
        assert!(t.tls.is_some());
    }

    #[test]
    fn mistakes_are_named_and_secrets_are_not() {
        for text in [
            "h:0",
            "h:x",
            "[::1",
            "ftp://h",
            "ws://u:secret@h:99999/",
            "a b",
            "ws://u:secret@h?tls_mode=no",
            "ws://u:secret?x@h",
            "ws://u:pa?secret@h",
            "ws://u:p?read_timeout=secret@h",
            "[]",
            "[a b]:5",
            "u:secret@h",
            "h?secret=1",
            "u:secret?x@h",
            "fe80::1%eth0:6041",
            "fe80::1%",
            "fe80::1%f]",
            "[fe80::1%a/b]",
        ] {
            let e = Target::resolve(ConnectArgs {
                host: Some(text),
                ..ConnectArgs::default()
            })
            .unwrap_err();
            assert!(!e.text().contains("secret"), "{e}");
        }
    }
}
