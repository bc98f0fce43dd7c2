//! Logging in, and what can be asked without a login.

use crate::client::connection_lost::reworded;
use crate::config::address::Discover;
use crate::config::Target;
use crate::error::{codes, Error, Result};
use crate::protocol::reply::{Interface, JsonReply};
use crate::protocol::request::{self, Login};
use crate::protocol::version::{Capability, ServerVersion};
use crate::transport::{discovered, endpoints, expect_json, Connection, Ticket};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The connector, as the server's list of connections shows it.
const CONNECTOR: &str = concat!("libtaos-ws-", env!("CARGO_PKG_VERSION"));

/// Adds what the program says of itself.
pub(in crate::client) fn connector(target: &Target) -> String {
    match &target.connector_info {
        Some(info) => format!("{CONNECTOR} {info}"),
        None => CONNECTOR.to_owned(),
    }
}

/// The state of the server behind an adapter, and its text. This is asked without a login.
pub fn server_status(target: &Target) -> Result<(i32, String)> {
    let (connection, reply) = Connection::open_and(target, Interface::Statements, None, status_on)?;
    connection.close();
    Ok((reply.status, reply.details))
}

/// The adapters of the cluster, as they have registered themselves. A login that asks is told them.
pub fn list_instances(target: &Target) -> Result<Vec<String>> {
    let ask =
        |connection: &Arc<Connection>, limit| log_in_on(connection, target, "", false, limit, true);
    let (connection, (version, reply)) =
        Connection::open_and(target, Interface::Statements, None, ask)?;
    connection.close();
    if !version.has(Capability::Instances) {
        return Err(Error::not_supported(format_args!(
            "listing the adapters needs a server from {}; {} is {version}",
            Capability::Instances.since(),
            connection.endpoint()
        )));
    }
    reply.list_instances.ok_or_else(|| {
        let endpoint = connection.endpoint();
        let why = format_args!("{endpoint} could not list the adapters");
        Error::with(codes::FAILED, why)
    })
}

fn status_on(connection: &Arc<Connection>, limit: Duration) -> Result<Box<JsonReply>> {
    let version = version_on(connection, limit)?;
    if !version.has(Capability::ServerStatus) {
        return Err(Error::not_supported(format_args!(
            "reporting its state needs a server from {}; {} is {version}",
            Capability::ServerStatus.since(),
            connection.endpoint()
        )));
    }
    connection.ask_json(request::check_server_status)
}

/// The version of the server behind an adapter. This is asked without a login.
pub fn server_version(target: &Target) -> Result<ServerVersion> {
    let (connection, version) =
        Connection::open_and(target, Interface::Statements, None, version_on)?;
    connection.close();
    Ok(version)
}

fn version_on(connection: &Arc<Connection>, limit: Duration) -> Result<ServerVersion> {
    let req_id = id_for_version(connection);
    let asked = connection.send(req_id, request::version(req_id))?;
    version_in(connection, asked, limit)
}

fn version_in(connection: &Connection, asked: Ticket, limit: Duration) -> Result<ServerVersion> {
    let reply = expect_json(connection.wait_within(asked, limit, "connect_timeout")?)?;
    Ok(ServerVersion::parse(&reply.version))
}

/// The paths older than `/ws` answer `version` without an id, which is read as 0.
fn id_for_version(connection: &Connection) -> u64 {
    match connection.is_old() {
        true => 0,
        false => connection.request_id(0),
    }
}

/// Opens a connection and logs in. This takes two round trips: servers tell their version in the login's reply. Older
/// ones are asked, the first time after the login, and later along with it.
pub(in crate::client) fn log_in(
    target: &Target,
    db: &str,
    bi_mode: bool,
) -> Result<(Arc<Connection>, ServerVersion)> {
    log_in_at(Interface::Statements, target, db, bi_mode, None)
}

/// As [`log_in`], with a deadline.
pub(in crate::client) fn log_in_by(
    by: Option<Instant>,
    target: &Target,
    db: &str,
    bi_mode: bool,
) -> Result<(Arc<Connection>, ServerVersion)> {
    log_in_at(Interface::Statements, target, db, bi_mode, by)
}

/// As [`log_in`], at the path where servers without `/ws` take schemaless rows.
pub(in crate::client) fn log_in_for_rows(target: &Target, db: &str) -> Result<Arc<Connection>> {
    log_in_at(Interface::Schemaless, target, db, false, None).map(|(connection, _)| connection)
}

/// As [`log_in`], at the path where servers without `/ws` take prepared inserts.
pub(in crate::client) fn log_in_for_inserts(target: &Target, db: &str) -> Result<Arc<Connection>> {
    log_in_at(Interface::Inserts, target, db, false, None).map(|(connection, _)| connection)
}

fn log_in_at(
    interface: Interface,
    target: &Target,
    db: &str,
    bi_mode: bool,
    by: Option<Instant>,
) -> Result<(Arc<Connection>, ServerVersion)> {
    let log_in = |connection: &Arc<Connection>, limit| {
        // No statement can have been in flight.
        let lists_instances = target.discover != Discover::Off && !connection.is_old();
        let done = log_in_on(connection, target, db, bi_mode, limit, lists_instances);
        let version = done.map(|(version, _)| version);
        version.map_err(|e| reworded(e, " at the login"))
    };
    check_tokens(target)?;
    let (connection, version) = Connection::open_and(target, interface, by, log_in)?;
    // A gateway may offer the old path of a new server.
    let version = match connection.is_old() {
        true => version.min(ServerVersion::LAST_WITHOUT_WS),
        false => version,
    };
    if bi_mode && !version.has(Capability::BiMode) {
        connection.close();
        return Err(Error::not_supported(format_args!(
            "BI mode needs a server from {}; {} is {version}",
            Capability::BiMode.since(),
            connection.endpoint()
        )));
    }
    Ok((connection, version))
}

/// If there is a token in the URL, the server ignores a login token, and lets user and password decide.
fn check_tokens(target: &Target) -> Result<()> {
    match target.token.is_some() && target.bearer_token.is_some() {
        true => Err(Error::invalid_parameter(
            "token and bearer_token go together nowhere: beside the cloud's token in the URL the \
             server passes over the one to log in with",
        )),
        false => Ok(()),
    }
}

fn log_in_on(
    connection: &Arc<Connection>,
    target: &Target,
    db: &str,
    bi_mode: bool,
    limit: Duration,
    lists_instances: bool,
) -> Result<(ServerVersion, Box<JsonReply>)> {
    // A server that does not know these keys would ignore them and let the password decide.
    let by_token = target.bearer_token.is_some() || target.totp_code.is_some();
    let tells_version = !connection.is_old() && endpoints::tells_version(connection.endpoint());
    let (known, asked) = if by_token {
        let version = version_on(connection, limit)?;
        if !version.has(Capability::TokenLogin) {
            return Err(Error::not_supported(format_args!(
                "{} is a server {version}; bearer_token and totp_code need 3.4.0.0",
                connection.endpoint()
            )));
        }
        (Some(version), None)
    } else if tells_version {
        (None, None)
    } else {
        let req_id = id_for_version(connection);
        let asked = connection.send_along(req_id, request::version(req_id))?;
        (None, Some(asked))
    };
    let req_id = connection.request_id(0);
    let connector = connector(target);
    // The server ignores them if there is a token.
    let by_password = target.bearer_token.is_none();
    let login = Login {
        req_id,
        user: by_password.then_some(&target.user),
        password: by_password.then_some(&target.password),
        db,
        mode: bi_mode.then_some(0),
        tz: target.timezone.as_deref(),
        app: target.user_app.as_deref(),
        ip: target.user_ip.as_deref(),
        connector: Some(&connector),
        totp_code: target.totp_code.as_deref(),
        bearer_token: target.bearer_token.as_deref(),
        list_instances: lists_instances.then_some(true),
    };
    let asked_to_log_in = connection.send(req_id, request::login(&login))?;
    let reply = connection.wait_within(asked_to_log_in, limit, "connect_timeout")?;
    let reply = expect_json(reply)?;
    let version = match (known, asked) {
        (Some(version), _) => version,
        (None, Some(asked)) if reply.version.is_empty() => version_in(connection, asked, limit)?,
        (None, None) if reply.version.is_empty() => {
            endpoints::note_without_version(connection.endpoint());
            version_on(connection, limit)?
        }
        (None, asked) => {
            if let Some(asked) = asked {
                connection.abandon(asked);
            }
            ServerVersion::parse(&reply.version)
        }
    };
    if let Some(instances) = &reply.list_instances {
        discovered::note(target, connection.endpoint(), instances);
    }
    Ok((version, reply))
}
