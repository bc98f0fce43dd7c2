//! Opens a WebSocket to an endpoint: name look-up, TCP, TLS, the upgrade request.

use super::deflate::Deflate;
use super::large_messages::{LargeMessages, LARGE};
use super::socket_stream::{Link, SocketStream, READ_CHUNK};
use super::time_limit::TimeLimit;
use super::upgrade::{Agreement, UpgradeRequest, OLD_WS, WS};
use super::{endpoints, failure, tcp, tls, tls_failure};
use crate::config::address::Tls;
use crate::config::{Endpoint, Target};
use crate::error::{codes, Error, Result};
use crate::protocol::reply::Interface;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, http};
use tokio_tungstenite::WebSocketStream;

/// A byte stream: TCP, or TLS over it.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

pub type WebSocket = WebSocketStream<LargeMessages<Box<dyn ByteStream>>>;

/// An open WebSocket, and the socket under it.
pub struct Opened {
    pub socket: WebSocket,
    pub link: Arc<Link>,
    pub endpoint: Endpoint,
    /// It uses one of the paths that servers had before `/ws`.
    pub is_old: bool,
}

/// Paths of servers before 3.1.1.15.
const OLD_SCHEMALESS: &str = "/rest/schemaless";
const OLD_STMT: &str = "/rest/stmt";
const CONSUMER: &str = "/rest/tmq";

/// The largest message taken. The protocol's length of a block is an i32, and real blocks are far smaller.
const MAX_MESSAGE: usize = 1 << 30;

/// Opens a WebSocket to one endpoint.
pub fn open(
    target: &Target,
    endpoint: &Endpoint,
    interface: Interface,
    limit: &TimeLimit<'_>,
) -> Result<Opened> {
    let path = match interface {
        Interface::Statements if endpoints::is_without_ws(endpoint) => OLD_WS,
        Interface::Statements => WS,
        Interface::Schemaless => OLD_SCHEMALESS,
        Interface::Inserts => OLD_STMT,
        Interface::Consumer => CONSUMER,
    };
    match open_path(target, endpoint, path, limit) {
        Err(refusal) if path == WS && refusal.status == Some(http::StatusCode::NOT_FOUND) => {
            let old = open_path(target, endpoint, OLD_WS, limit);
            // Without either path it is not taosAdapter.
            let opened = old.map_err(|_| refusal.why)?;
            tracing::info!(%endpoint, "an old server: {OLD_WS} in place of {WS}");
            endpoints::note_without_ws(endpoint);
            Ok(opened)
        }
        other => other.map_err(|refusal| refusal.why),
    }
}

/// Why there is no WebSocket, and the HTTP status if the server has answered with one.
struct Refusal {
    status: Option<http::StatusCode>,
    why: Error,
}

impl From<Error> for Refusal {
    fn from(why: Error) -> Self {
        Refusal { status: None, why }
    }
}

fn open_path(
    target: &Target,
    endpoint: &Endpoint,
    path: &str,
    limit: &TimeLimit<'_>,
) -> std::result::Result<Opened, Refusal> {
    // Made before: the less time passes after the connection is made, the less often does the server go to sleep.
    let request = UpgradeRequest::new(target, endpoint, path);
    let link = Link::new(tcp::connect(endpoint, target.tcp_nodelay, limit)?);
    // A name that cannot stand in a request is most likely no host's, and then that has been the error.
    let request = request.map_err(|e| no_upgrade(endpoint, &failure::words(&e)))?;
    let stream = SocketStream::new(link.clone());
    let mut stream: Box<dyn ByteStream> = match &target.tls {
        None => Box::new(stream),
        Some(settings) => {
            let config = tls::client_config(settings)?;
            let name = settings.server_name.as_deref().unwrap_or(endpoint.name());
            let name = ServerName::try_from(name.to_owned()).map_err(|_| {
                Error::invalid_parameter(format_args!(
                    "`{name}` is no name that a certificate can be for"
                ))
            })?;
            let connecting = tokio_rustls::TlsConnector::from(config).connect(name, stream);
            let connected = limit.run(&link, connecting)?;
            Box::new(connected.map_err(|e| no_tls(endpoint, &e, settings))?)
        }
    };
    let answer = limit.run(&link, request.ask(&mut stream))?;
    let Agreement {
        is_compressed,
        mut rest,
    } = answer.map_err(|e| refusal(target, endpoint, e))?;
    tracing::info!(%endpoint, compressed = is_compressed, "upgraded");
    if is_compressed {
        stream = Box::new(Deflate::new(stream, &rest, MAX_MESSAGE));
        rest.clear();
    }
    let stream = LargeMessages::new(stream);
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
        .read_buffer_size(READ_CHUNK)
        // A flush follows each message, except those that go out with the next.
        .write_buffer_size(LARGE);
    let begun = WebSocketStream::from_partially_read(stream, rest, Role::Client, Some(config));
    Ok(Opened {
        socket: limit.run(&link, begun)?,
        link,
        endpoint: endpoint.clone(),
        is_old: matches!(path, OLD_WS | OLD_SCHEMALESS | OLD_STMT),
    })
}

fn no_tls(endpoint: &Endpoint, e: &io::Error, settings: &Tls) -> Error {
    let why = tls_failure::words(e, settings);
    Error::with(
        codes::UNABLE_TO_CONNECT,
        format_args!("TLS with {endpoint}: {why}"),
    )
}

fn no_upgrade(endpoint: &Endpoint, why: &str) -> Error {
    Error::with(
        codes::UNABLE_TO_CONNECT,
        format_args!(
            "{endpoint} is not taosAdapter's WebSocket ({why}){}",
            failure::PORT
        ),
    )
}

fn refusal(target: &Target, endpoint: &Endpoint, e: tungstenite::Error) -> Refusal {
    match (e, &target.tls) {
        (tungstenite::Error::Http(reply), _) => Refusal {
            status: Some(reply.status()),
            why: no_upgrade(endpoint, &http_refusal(&reply)),
        },
        (tungstenite::Error::Io(e), Some(tls)) if tls_failure::comes_late(&e) => {
            no_tls(endpoint, &e, tls).into()
        }
        (other, tls) => {
            let why = failure::words(&other);
            match tls {
                Some(_) => no_upgrade(endpoint, &why),
                None => no_upgrade(endpoint, &format!("{why}; if it speaks TLS: wss://")),
            }
            .into()
        }
    }
}

fn http_refusal(reply: &http::Response<Option<Vec<u8>>>) -> String {
    let status = reply.status();
    let body = reply.body().as_deref().unwrap_or_default();
    match status.as_u16() {
        401 | 403 => format!("it answered {status}: is the token right?"),
        // Go's and nginx's answer to a client that does not speak TLS.
        400 if body.windows(5).any(|word| word == b"HTTPS") => {
            format!("it answered {status}: it speaks TLS, so wss:// is meant")
        }
        _ => format!("it answered {status}"),
    }
}
