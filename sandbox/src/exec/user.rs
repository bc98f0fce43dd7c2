//! CREATE USER, ALTER USER, DROP USER, and what a user may see.

use super::outcome::{done, Outcome};
use crate::catalog::{User, LOCAL};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::UserChange;
use std::net::IpAddr;

const MAX_USER_NAME: usize = 23;
const MAX_PASSWORD: usize = 128;

pub fn create(
    e: &mut Engine,
    name: String,
    password: String,
    hosts: &[String],
    times: Vec<String>,
) -> Result<Outcome> {
    if e.catalog.users.contains_key(&name) {
        return Err(SqlError::new(code::USER_EXISTS, "User already exists"));
    }
    if name.len() > MAX_USER_NAME {
        return Err(SqlError::new(code::INVALID_USER_NAME, "Invalid user name"));
    }
    check_password(&password)?;
    let mut user = User::new(password);
    user.times = times;
    if !hosts.is_empty() {
        let hosts = hosts.iter().map(|h| range(h)).collect::<Result<Vec<_>>>()?;
        let (v6, v4): (Vec<_>, Vec<_>) = hosts.into_iter().partition(|h| h.contains(':'));
        user.hosts = v6;
        user.hosts.push(LOCAL[0].into());
        user.hosts.extend(v4);
    }
    // A user who is created again is another user, with a later time of creation.
    user.created = user.created.max(e.catalog.last_user + 1);
    e.catalog.last_user = user.created;
    save(e, &name, user)
}

pub fn alter(e: &mut Engine, name: &str, change: UserChange) -> Result<Outcome> {
    let known = e.catalog.users.get(name).cloned();
    let mut u = known.ok_or_else(|| SqlError::new(code::INVALID_USER, "Invalid user"))?;
    match change {
        UserChange::Password(password) => {
            check_password(&password)?;
            u.password = password;
        }
        UserChange::Flag(name, on) if name == "enable" => u.enabled = on,
        UserChange::Flag(name, on) if name == "sysinfo" => u.sysinfo = on,
        UserChange::Flag(..) => {}
        UserChange::AddHosts(hosts) => {
            for host in hosts {
                let host = range(&host)?;
                if u.hosts.contains(&host) {
                    let why = "Host already exist in ip white list";
                    return Err(SqlError::new(code::HOST_EXISTS, why));
                }
                u.hosts.push(host);
            }
        }
        UserChange::DropHosts(hosts) => {
            for host in hosts {
                let host = range(&host)?;
                if LOCAL.contains(&host.as_str()) {
                    let why = "Host can not be dropped";
                    return Err(SqlError::new(code::HOST_STAYS, why));
                }
                let at = u.hosts.iter().position(|h| *h == host);
                let at = at.ok_or_else(|| {
                    let why = "Host not exist in ip white list";
                    SqlError::new(code::HOST_NOT_EXIST, why)
                })?;
                u.hosts.remove(at);
            }
        }
    }
    save(e, name, u)
}

pub fn drop(e: &mut Engine, name: &str) -> Result<Outcome> {
    if e.catalog.users.remove(name).is_none() {
        return Err(SqlError::new(code::INVALID_USER, "Invalid user"));
    }
    e.store.forget("user", "", name)?;
    e.user_dropped.send_replace(());
    done()
}

/// Refuses users who may not see the system's tables.
pub fn check_sysinfo(e: &Engine, cx: &Context) -> Result<()> {
    match e.catalog.users.get(&cx.user) {
        Some(user) if !user.sysinfo => Err(SqlError::new(
            code::PERMISSION_DENIED,
            "Permission denied or target object not exist",
        )),
        _ => Ok(()),
    }
}

fn check_password(p: &str) -> Result<()> {
    match p.is_empty() || p.len() > MAX_PASSWORD {
        true => Err(SqlError::new(
            code::INVALID_PASSWORD_LENGTH,
            "Invalid password length",
        )),
        false => Ok(()),
    }
}

/// An address as lists show it: in its shortest form, with the length of its prefix.
fn range(host: &str) -> Result<String> {
    let wrong = || SqlError::new(code::INVALID_IP_RANGE, format!("Invalid IP range {host}"));
    let (address, prefix) = match host.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (host, None),
    };
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Ok(most), |p| p.parse::<u8>());
    match prefix {
        Ok(n) if n <= most => Ok(format!("{address}/{n}")),
        _ => Err(wrong()),
    }
}

fn save(e: &mut Engine, name: &str, u: User) -> Result<Outcome> {
    e.store.save("user", "", name, &u.to_json())?;
    e.catalog.users.insert(name.to_string(), u);
    done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;
    use crate::version::Version;

    fn context(user: &str) -> Context {
        Context {
            db: String::new(),
            user: user.into(),
            zone: Zone::utc(),
            charset: None,
            bi: false,
        }
    }

    fn hosts(e: &Engine, name: &str) -> String {
        e.catalog.users[name].hosts.join(",")
    }

    fn run(e: &mut Engine, sql: &str) -> Result<Outcome> {
        e.execute(sql, &context("root"))
    }

    #[test]
    fn lists_are_as_recorded() {
        let mut e = Engine::open(None, Version::parse("3.3.7.5").unwrap()).unwrap();
        let e = &mut e;
        run(e, "create user u pass 'p'").unwrap();
        assert_eq!(hosts(e, "u"), "127.0.0.1/32,::1/128");
        run(
            e,
            "create user w pass 'p' sysinfo 1 host '10.1.0.0/16','192.168.1.7','2001:db8::1'",
        )
        .unwrap();
        assert_eq!(
            hosts(e, "w"),
            "2001:db8::1/128,127.0.0.1/32,10.1.0.0/16,192.168.1.7/32"
        );
        run(
            e,
            "alter user u add host 'fe80::1','2001:DB8:0:0::/32','::ffff:1.2.3.4','10.2.3.4/8'",
        )
        .unwrap();
        assert_eq!(
            hosts(e, "u"),
            "127.0.0.1/32,::1/128,fe80::1/128,2001:db8::/32,::ffff:1.2.3.4/128,10.2.3.4/8"
        );
        run(e, "alter user u drop host '10.2.3.4/8'").unwrap();
        for (sql, code) in [
            ("alter user u add host 'fe80::1'", 0x35a),
            ("alter user u drop host '9.9.9.9'", 0x35b),
            ("alter user u drop host '127.0.0.1'", 0x35d),
            ("alter user u add host 'localhost'", 0x266b),
            ("alter user u add host '1.2.3.4/33'", 0x266b),
            ("alter user u add host '1.2.3'", 0x266b),
            ("alter user none add host '1.2.3.4'", 0x351),
        ] {
            let error = run(e, sql).err().map(|e| e.code);
            assert_eq!(error, Some(code), "{sql}");
        }
    }

    #[test]
    fn who_may_not_see_the_system() {
        let mut e = Engine::open(None, Version::parse("3.3.7.5").unwrap()).unwrap();
        run(&mut e, "create user u pass 'p'").unwrap();
        run(&mut e, "alter user u sysinfo 0").unwrap();
        for (sql, code) in [
            (
                "select name from information_schema.ins_users",
                Some(0x2644),
            ),
            ("show users", Some(0x2644)),
            ("show cluster variables like 'enablewhitelist'", None),
        ] {
            let error = e.execute(sql, &context("u")).err().map(|e| e.code);
            assert_eq!(error, code, "{sql}");
        }
    }
}
