//! The request of HTTP by which a client asks for a WebSocket, and its answer.

use crate::session::Door;
use crate::shared::Shared;
use crate::value::unhex;
use crate::version::Feature;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const MAX_HEAD: usize = 16 * 1024;
/// The first byte that a TLS client sends, and no HTTP client.
pub const TLS_HANDSHAKE: u8 = 0x16;

/// What a path leads to.
pub enum Endpoint {
    Data(Door),
    Consumer,
}

/// Reads the HTTP request and answers it; what follows it on the socket is returned.
/// Where a token is asked for, the request must have it in its query.
pub async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut S,
    shared: &Shared,
) -> Result<(Endpoint, Vec<u8>), String> {
    let mut read = vec![];
    let end = loop {
        if let Some(i) = read.windows(4).position(|w| w == b"\r\n\r\n") {
            break i + 4;
        }
        if read.first() == Some(&TLS_HANDSHAKE) {
            let why = "this port has no TLS: connect with ws:// instead of wss://, or start the sandbox with --tls-cert and --tls-key";
            return refuse(socket, "400 Bad Request", why).await;
        }
        if read.len() > MAX_HEAD {
            return refuse(
                socket,
                "431 Request Header Fields Too Large",
                "the request's head is too long",
            )
            .await;
        }
        let mut buf = [0; 4096];
        match socket.read(&mut buf).await {
            Ok(0) => return Err("closed before a request".into()),
            Ok(n) => read.extend_from_slice(&buf[..n]),
            Err(e) => return Err(e.to_string()),
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let rest = read.split_off(end);
    let mut lines = head.lines();
    let mut request = lines.next().unwrap_or("").split(' ');
    let (method, target) = (request.next().unwrap_or(""), request.next().unwrap_or(""));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |name: &str| {
        lines
            .clone()
            .filter_map(|l| l.split_once(':'))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim())
    };
    let unified = shared.engine.lock().version.has(Feature::Unified);
    let endpoint = match path {
        "/ws" if unified => Endpoint::Data(Door::Ws),
        "/rest/ws" => Endpoint::Data(Door::Query),
        "/rest/schemaless" => Endpoint::Data(Door::Schemaless),
        "/rest/stmt" => Endpoint::Data(Door::Inserts),
        "/rest/tmq" => Endpoint::Consumer,
        "/-/ping" => return refuse(socket, "200 OK", "the sandbox is here").await,
        _ => {
            let why = "a server of this version does not have it, or the sandbox has not";
            return refuse(socket, "404 Not Found", why).await;
        }
    };
    let given = query.split('&').find_map(|p| p.strip_prefix("token="));
    let token = shared.token.as_deref();
    if token.is_some_and(|t| given.map(percent_decoded).as_deref() != Some(t.as_bytes())) {
        let why = "the query's token is missing or wrong";
        return refuse(socket, "401 Unauthorized", why).await;
    }
    let upgrade = header("upgrade").is_some_and(|u| u.eq_ignore_ascii_case("websocket"));
    let key = header("sec-websocket-key")
        .filter(|_| method == "GET" && upgrade && header("sec-websocket-version") == Some("13"));
    let Some(key) = key else {
        return refuse(socket, "400 Bad Request", "not a WebSocket request").await;
    };
    let accept = derive_accept_key(key.as_bytes());
    let reply = format!("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    socket
        .write_all(reply.as_bytes())
        .await
        .map_err(|e| e.to_string())?;
    Ok((endpoint, rest))
}

/// Bytes of a part of a query.
fn percent_decoded(s: &str) -> Vec<u8> {
    let mut out = vec![];
    let mut rest = s.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = (*first == b'%')
            .then(|| s.get(s.len() - more.len()..s.len() - more.len() + 2))
            .flatten();
        match hex.and_then(unhex) {
            Some(b) => {
                out.extend(b);
                rest = &more[2..];
            }
            None => {
                out.push(*first);
                rest = more;
            }
        }
    }
    out
}

pub async fn refuse<S: AsyncWrite + Unpin>(
    socket: &mut S,
    status: &str,
    why: &str,
) -> Result<(Endpoint, Vec<u8>), String> {
    let reply = format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{why}\n", why.len() + 1);
    let _ = socket.write_all(reply.as_bytes()).await;
    let _ = socket.shutdown().await;
    Err(format!("{status}: {why}"))
}
