//! The upgrade from HTTP to WebSocket, and what answers in place of taosAdapter.

use crate::http::{answer, Answer, Reply, Stream};
use crate::report::{Finding, Report, Step};
use crate::tls;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;
use taos::config::{Endpoint, Target};
use taos::error::system_words;
use taos::transport::handshake::{self, UpgradeRequest, OLD_WS, WS};

/// Asks for a WebSocket. True when there is one.
pub fn upgrade(
    report: &mut Report,
    target: &Target,
    endpoint: &Endpoint,
    stream: Stream,
    addresses: &[SocketAddr],
) -> bool {
    let start = Instant::now();
    let mut outcome = ask(target, endpoint, WS, stream);
    if matches!(&outcome, Err(refusal) if refusal.is_not_found) {
        // Whoever has neither is told by what the first request came to.
        if let Some(Ok(finding)) = again(target, endpoint, addresses) {
            outcome = Ok(finding);
        }
    }
    let (finding, works) = match outcome {
        Ok(finding) => (finding, true),
        Err(refusal) => (refusal.finding, false),
    };
    report.add(finding.fact("host", endpoint.to_string()), start.elapsed());
    works
}

struct Refusal {
    finding: Finding,
    is_not_found: bool,
}

impl From<Finding> for Refusal {
    fn from(finding: Finding) -> Self {
        Refusal {
            finding,
            is_not_found: false,
        }
    }
}

/// The path of old servers, on a connection of its own.
fn again(
    target: &Target,
    endpoint: &Endpoint,
    addresses: &[SocketAddr],
) -> Option<Result<Finding, Refusal>> {
    let limit = target.connect_timeout;
    let connect = |address| TcpStream::connect_timeout(address, limit).ok();
    let tcp = addresses.iter().find_map(connect)?;
    let stream = match &target.tls {
        None => tcp.into(),
        Some(settings) => tls::shake_hands(&mut Report::new(true), endpoint, settings, tcp, limit)?,
    };
    let asked = ask(target, endpoint, OLD_WS, stream);
    Some(asked.map(|finding| {
        let mut finding = finding;
        finding.text = format!("a WebSocket, by the path {OLD_WS} of servers before 3.1.1.15");
        finding
    }))
}

fn ask(
    target: &Target,
    endpoint: &Endpoint,
    path: &str,
    mut stream: Stream,
) -> Result<Finding, Refusal> {
    let by = Instant::now() + target.connect_timeout;
    let request = UpgradeRequest::new(target, endpoint, path)
        .map_err(|e| Finding::failure(Step::Upgrade, handshake::upgrade_words(&e)))?;
    let answer = match stream.write(request.text.as_bytes(), by) {
        Ok(()) => answer(&mut stream, by),
        // It may have said why before it closed.
        Err(e) => match answer(&mut stream, by) {
            Answer::Broken(_) => Answer::Broken(e),
            answer => answer,
        },
    };
    let finding = match answer {
        Answer::Http(reply) if reply.status == 101 => {
            if !request.is_answered_by(reply.header("Sec-WebSocket-Accept")) {
                return Err(Finding::failure(
                    Step::Upgrade,
                    "the answer is a WebSocket's, but of another request (Sec-WebSocket-Accept)",
                )
                .advise("a proxy may answer from its cache: look at what stands between here and taosAdapter")
                .into());
            }
            // A close frame, as whoever leaves should send one.
            let _ = stream.write(&[0x88, 0x80, 0, 0, 0, 0], by);
            return Ok(Finding::ok(
                Step::Upgrade,
                format!("a WebSocket, by the path {path}"),
            ));
        }
        Answer::Http(reply) => {
            let is_not_found = reply.status == 404;
            let finding = of_http(&reply, target, endpoint);
            return Err(Refusal {
                finding: finding.fact("status", reply.status),
                is_not_found,
            });
        }
        Answer::Closed(bytes) if bytes.is_empty() => closed(endpoint, target.tls.is_some()),
        Answer::Closed(bytes) | Answer::Bytes(bytes) => of_bytes(&bytes),
        Answer::Late(bytes) => late(endpoint, target, &bytes),
        Answer::Broken(e) => match &target.tls {
            // The server looks at the client's certificate when the handshake is over for this side.
            Some(settings) if handshake::comes_late(&e) => {
                Finding::failure(Step::Tls, handshake::words(&e, settings))
            }
            _ if matches!(e.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                closed(endpoint, target.tls.is_some())
            }
            _ => Finding::failure(Step::Upgrade, system_words(&e)),
        },
    };
    Err(finding.into())
}

/// Where taosAdapter is to be found.
pub const PORT: &str =
    "taosAdapter listens on port 6041 unless configured otherwise; 6030 is TDengine's own port";

fn of_http(reply: &Reply, target: &Target, endpoint: &Endpoint) -> Finding {
    let words = reply.words();
    let by = reply
        .header("Server")
        .map_or(String::new(), |s| format!(", from {s}"));
    let page = page(reply);
    let text = format!("it answered {words}{by}{page}");
    let body = String::from_utf8_lossy(&reply.body);
    let wants_tls = reply.status == 400 && (body.contains("HTTPS") || body.contains("TLS"));
    let advice = match reply.status {
        400 if wants_tls => "this port speaks TLS: connect with wss://".to_owned(),
        401 | 403 => match target.token {
            Some(_) => "is the token right, and still valid? It is the setting `token`".to_owned(),
            None => "a login is wanted before the WebSocket: TDengine Cloud takes a token (token=...); a proxy's own login is not \
                     supported, so connect past it"
                .to_owned(),
        },
        404 => format!("this is a web server, but it has no {WS}: is it taosAdapter? {PORT}. A proxy in front must pass {WS} on"),
        407 => "a proxy wants a login of its own, which is not supported: connect past it".to_owned(),
        426 | 505 => "the front wants another version of HTTP; a WebSocket needs HTTP/1.1: let the front speak it with its clients"
            .to_owned(),
        301..=308 => {
            let to = reply.header("Location").unwrap_or_default();
            let to = to.split('?').next().unwrap_or_default();
            match to {
                "" => "redirects are not followed: connect to the adapter itself".to_owned(),
                to => format!("redirects are not followed: connect to where it points, {to}"),
            }
        }
        502..=504 => "a proxy answers, and nobody behind it: is taosAdapter running, and does the proxy know where?".to_owned(),
        200 => format!("a web server or a proxy answers, which does not know WebSocket: is {endpoint} taosAdapter? {PORT}"),
        _ => format!("is {endpoint} taosAdapter? {PORT}"),
    };
    Finding::failure(Step::Upgrade, text).advise(advice)
}

/// What a page says of itself.
fn page(reply: &Reply) -> String {
    let body = String::from_utf8_lossy(&reply.body);
    let lower = body.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|at| {
        let start = at + "<title>".len();
        let end = start + lower[start..].find("</title>")?;
        body.get(start..end)
    });
    let is_html = lower.contains("<html") || lower.contains("<!doctype");
    let shortened = |text: &str| text.trim().chars().take(80).collect::<String>();
    match title {
        Some(title) => format!(", with the HTML page \"{}\"", shortened(title)),
        None if is_html => ", with an HTML page".to_owned(),
        None if body.trim().is_empty() => String::new(),
        None => {
            let first = body.trim().lines().next().unwrap_or_default();
            format!(": {}", shortened(first))
        }
    }
}

pub fn closed(endpoint: &Endpoint, has_tls: bool) -> Finding {
    let finding = Finding::failure(
        Step::Upgrade,
        "the server closed the connection without an answer",
    );
    let advice = match (endpoint.port, has_tls) {
        (6030, _) => native(),
        (_, false) => {
            format!("is it taosAdapter? {PORT}. If this port speaks TLS, connect with wss://")
        }
        (_, true) => format!("is it taosAdapter? {PORT}"),
    };
    finding.advise(advice)
}

fn native() -> String {
    format!(
        "6030 is the port of TDengine's own protocol, which this library does not speak: {PORT}"
    )
}

fn late(endpoint: &Endpoint, target: &Target, bytes: &[u8]) -> Finding {
    let limit = target.connect_timeout;
    let text = match bytes.is_empty() {
        true => format!("no answer to the request within {limit:?}"),
        false => format!("the answer had no end within {limit:?}"),
    };
    let advice = match (endpoint.port, &target.tls) {
        (6030, _) => native(),
        (_, None) => format!("is it taosAdapter? {PORT}. If this port speaks TLS, connect with wss://"),
        (_, Some(_)) => "the server or a proxy takes the connection and does nothing with it: look at their logs".to_owned(),
    };
    Finding::failure(Step::Upgrade, text).advise(advice)
}

/// What is no HTTP, by how it begins.
fn of_bytes(bytes: &[u8]) -> Finding {
    let failure = |text: String| Finding::failure(Step::Upgrade, text);
    let first_line =
        String::from_utf8_lossy(bytes.split(|b| *b == b'\n').next().unwrap_or_default())
            .into_owned();
    let first_line: String = first_line.trim().chars().take(60).collect();
    match bytes {
        [b'S', b'S', b'H', b'-', ..] => failure(format!("it is an SSH server ({first_line})"))
            .advise(format!("the port is wrong: {PORT}")),
        // A record of TLS: an alert, or part of a handshake.
        [0x15 | 0x16, 3, ..] => failure("it speaks TLS".to_owned()).advise("connect with wss://"),
        // A frame of settings, or of good-bye, of stream 0.
        [0 | 1, _, _, 4 | 7, _, 0, 0, 0, 0, ..] => failure("it speaks HTTP/2 only".to_owned())
            .advise("a WebSocket needs HTTP/1.1: let the front speak it with its clients, too"),
        [b'H', b'T', b'T', b'P', b'/', ..] => {
            failure("its answer begins as HTTP and cannot be read".to_owned()).advise(PORT)
        }
        _ => {
            let is_text = !first_line.is_empty()
                && first_line.chars().all(|c| c.is_ascii_graphic() || c == ' ');
            let begins = match is_text {
                true => format!(" (it begins with \"{first_line}\")"),
                false => String::new(),
            };
            failure(format!("the answer is not HTTP{begins}"))
                .advise(format!("is it taosAdapter? {PORT}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(finding: &Finding) -> String {
        format!(
            "{} / {}",
            finding.text,
            finding.advice.as_deref().unwrap_or_default()
        )
    }

    #[test]
    fn the_native_port_is_named() {
        let native = Endpoint {
            host: "db1".into(),
            port: 6030,
        };
        for has_tls in [false, true] {
            let said = all(&closed(&native, has_tls));
            assert!(said.contains("TDengine's own protocol"), "{said}");
        }
        let other = Endpoint {
            port: 7000,
            ..native
        };
        assert!(all(&closed(&other, false)).contains("wss://"));
        assert!(!all(&closed(&other, true)).contains("wss://"));
    }

    #[test]
    fn what_is_no_http() {
        for (bytes, words) in [
            (&b"SSH-2.0-x\r\n"[..], "SSH server (SSH-2.0-x)"),
            (b"\x15\x03\x01\0\x02\x02\x28", "wss://"),
            (b"\0\0\x12\x04\0\0\0\0\0\0", "HTTP/2 only"),
            (b"\0\0\x08\x07\0\0\0\0\0\0", "HTTP/2 only"),
            (
                b"220 mail.example.com ESMTP\r\n",
                "it begins with \"220 mail.example.com ESMTP\"",
            ),
            (b"HTTP/9\0", "begins as HTTP"),
            (b"\x00\x01\xff", "not HTTP /"),
            (b"", "not HTTP /"),
        ] {
            let said = all(&of_bytes(bytes));
            assert!(said.contains(words), "{said}");
        }
    }
}
