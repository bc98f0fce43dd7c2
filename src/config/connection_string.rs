//! Hosts and connection strings.
//!
//! A host argument is a name, an IPv4 or IPv6 address, a list `h1:6041,[::1]:6042`, or
//! `[driver][+protocol]://user:pass@h1:p1,h2:p2/db?key=value`.

use super::address::{Endpoint, ADAPTER_PORT};
use super::settings::{shortened, Values};
use crate::error::{Error, Result};
use percent_encoding::percent_decode_str;

/// The native client's port, which stands in many programs. Here it means the adapter's port.
const NATIVE_PORT: u16 = 6030;
/// The longest host name that can be looked up.
const MOST_HOST: usize = 255;

/// What a connection string says; parts it does not have are `None`.
#[derive(Debug, Default)]
pub struct Address {
    pub tls: bool,
    pub user: Option<String>,
    pub password: Option<String>,
    pub hosts: Vec<(String, Option<u16>)>,
    pub db: Option<String>,
    pub values: Values,
}

fn bad(text: &str, why: impl std::fmt::Display) -> Error {
    Error::invalid_parameter(format_args!(
        "`{}` {why}; wanted a host, a list host:port,host:port, or \
         ws://user:password@host:port/db?key=value",
        shortened(&without_secrets(text))
    ))
}

/// A connection string for messages, without the parts that may be secret: those before `@` and after `?`.
pub fn without_secrets(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.split('?').next().unwrap_or_default();
    format!("{scheme}{rest}")
}

fn decoded(text: &str, whole: &str) -> Result<String> {
    percent_decode_str(text)
        .decode_utf8()
        .map(|s| s.into_owned())
        .map_err(|_| {
            bad(
                whole,
                "has %-escapes that are not UTF-8, and the protocol carries no other text",
            )
        })
}

/// `host`, `host:port`, `[v6]:port`, or a bare IPv6 address.
fn host_and_port(text: &str, whole: &str) -> Result<(String, Option<u16>)> {
    let port = |digits: &str| match digits.parse::<u16>() {
        Ok(n) if n > 0 => Ok(Some(n)),
        // The text after the colon is not shown: it may be part of a password.
        _ => Err(bad(
            whole,
            "has a port that is not a number from 1 to 65535",
        )),
    };
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest
            .split_once(']')
            .ok_or_else(|| bad(whole, "lacks a `]`"))?;
        let address = host.split('%').next().unwrap_or_default();
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(bad(whole, "has something in `[]` that is no IPv6 address"));
        }
        // In a URL the `%` before a zone is written as %25 (RFC 6874).
        let host = &host.replacen("%25", "%", 1);
        check_zone(host, whole)?;
        return match rest.strip_prefix(':') {
            Some(digits) => Ok((host.to_owned(), port(digits)?)),
            None if rest.is_empty() => Ok((host.to_owned(), None)),
            None => Err(bad(whole, "has something after `]`")),
        };
    }
    let (address, zone) = text.split_once('%').unwrap_or((text, "-"));
    if address.parse::<std::net::Ipv6Addr>().is_ok() {
        if zone.is_empty() || zone.contains(':') {
            return Err(bad(
                whole,
                "has an IPv6 address with a port or with an empty zone; with a port it stands in `[]`",
            ));
        }
        let host = text.replacen("%25", "%", 1);
        check_zone(&host, whole)?;
        return Ok((host, None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, digits)) => (host, port(digits)?),
        None => (text, None),
    };
    if host.len() > MOST_HOST {
        return Err(bad(whole, "has a host of more than 255 bytes"));
    }
    if host.is_empty() || host.contains([':', '/', '@', ' ']) {
        return Err(bad(whole, "has no usable host"));
    }
    Ok((host.to_owned(), port))
}

/// A zone is the name or number of a network interface. It has no character that would end a host or begin an escape.
fn check_zone(host: &str, whole: &str) -> Result<()> {
    let zone = host.split_once('%').map_or("", |(_, zone)| zone);
    let is_none = |c: char| c.is_control() || "%:/?@[] ".contains(c);
    if zone.contains(is_none) {
        return Err(bad(whole, "has an IPv6 address with a zone that is none"));
    }
    Ok(())
}

fn host_list(text: &str, whole: &str) -> Result<Vec<(String, Option<u16>)>> {
    text.split(',')
        .map(|part| host_and_port(part.trim(), whole))
        .collect()
}

/// Characters that a host list without a protocol cannot have.
fn check_plain(text: &str) -> Result<()> {
    let part = match text.find(['?', '/', '@']).map(|at| text.as_bytes()[at]) {
        Some(b'?') => "parameters",
        Some(b'/') => "a database",
        Some(_) => "a user",
        None => return Ok(()),
    };
    Err(bad(
        text,
        format_args!("has {part} but no protocol; such a text begins with ws:// or wss://"),
    ))
}

/// Reads an address as an adapter registers it, `host:6041` or `https://host:6041`: the endpoint, and whether it has
/// TLS if a protocol says so. `None` for any other text, which an adapter may register, too.
pub fn registered(text: &str) -> Option<(Option<bool>, Endpoint)> {
    let (tls, rest) = match text.split_once("://") {
        None => (None, text),
        Some(("https" | "wss", rest)) => (Some(true), rest),
        Some(("http" | "ws", rest)) => (Some(false), rest),
        Some(_) => return None,
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest).trim();
    let (host, port) = host_and_port(rest, text).ok()?;
    let port = port.unwrap_or(ADAPTER_PORT);
    Some((tls, Endpoint { host, port }))
}

/// Is it a list of hosts that can be connected to?
pub fn is_host_list(text: &str) -> bool {
    host_list(text, text).is_ok()
}

/// The same for a setting of the process, which may also be a connection string.
pub fn names_hosts(text: &str) -> bool {
    Address::parse(text).is_ok_and(|address| !address.hosts.is_empty())
}

impl Address {
    pub fn parse(text: &str) -> Result<Address> {
        let mut address = Address::default();
        let Some((scheme, rest)) = text.split_once("://") else {
            check_plain(text)?;
            address.hosts = host_list(text, text)?;
            for (_, port) in &mut address.hosts {
                // As native programs write them.
                *port = port.and_then(chosen);
            }
            return Ok(address);
        };
        let protocol = scheme
            .rsplit_once('+')
            .map_or(scheme, |(_, protocol)| protocol);
        address.tls = match protocol.to_ascii_lowercase().as_str() {
            "ws" | "http" | "taos" | "taosws" | "tmq" => false,
            "wss" | "https" => true,
            other => {
                let other = shortened(other);
                let unknown = format_args!(
                    "has the protocol `{other}`, which is none of ws, wss, http, https, taos, \
                     taosws and tmq"
                );
                return Err(bad(text, unknown));
            }
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A password may hold anything but must escape `/`; the last `@` ends it.
        let (login, rest) = match rest.rsplit_once('@') {
            Some((login, rest)) => (Some(login), rest),
            None => (None, rest),
        };
        if let Some(login) = login {
            let (user, password) = match login.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (login, None),
            };
            address.user = Some(decoded(user, text)?).filter(|u| !u.is_empty());
            address.password = password.map(|p| decoded(p, text)).transpose()?;
        }
        let (hosts, db) = rest.split_once('/').unwrap_or((rest, ""));
        if !hosts.is_empty() {
            address.hosts = host_list(hosts, text)?;
        }
        address.db = Some(decoded(db, text)?).filter(|db| !db.is_empty());
        address.set_all(query, text)?;
        Ok(address)
    }

    /// The address that the settings give.
    pub fn of_settings(values: &Values) -> Result<Address> {
        let first = naming_hosts(values).and_then(|name| values.text(name));
        let named = first.unwrap_or("localhost");
        let mut address = Address::parse(named)?;
        let second = values.text("second_ep").filter(|second| *second != named);
        if let (None, Some(second)) = (values.text("adapter_list"), second) {
            let other = Address::parse(second)?;
            address.hosts.extend(other.hosts);
            address.tls |= other.tls;
            if address.user.is_none() && address.password.is_none() {
                (address.user, address.password) = (other.user, other.password);
            }
            address.db = address.db.or(other.db);
            address.values.add(other.values);
        }
        Ok(address)
    }

    fn set_all(&mut self, query: &str, whole: &str) -> Result<()> {
        let mut left = query;
        while !left.is_empty() {
            let (pair, others) = left.split_once('&').unwrap_or((left, ""));
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !pair.is_empty() {
                self.set(key, value, whole).map_err(|e| {
                    // It is more likely part of a password than a setting, and must not be shown.
                    match left.contains('@') {
                        true => bad(
                            whole,
                            "has an `@` behind its `?`; in a password they are %40 and %3F",
                        ),
                        false => e,
                    }
                })?;
            }
            left = others;
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: &str, whole: &str) -> Result<()> {
        self.values
            .set(&decoded(key, whole)?, &decoded(value, whole)?)
    }
}

/// The setting whose hosts are used when the call names none.
pub fn naming_hosts(values: &Values) -> Option<&'static str> {
    ["adapter_list", "first_ep", "second_ep", "fqdn"]
        .into_iter()
        .find(|name| values.text(name).is_some())
}

/// `None` for a port that says nothing: 0, or the native client's.
pub fn chosen(port: u16) -> Option<u16> {
    (port != 0 && port != NATIVE_PORT).then_some(port)
}
