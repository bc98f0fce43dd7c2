//! A request of HTTP on a connection of the doctor's own, and what comes in answer to it, HTTP or not.

use rustls::{ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// No head of an answer is as long.
const MOST_HEAD: usize = 64 * 1024;

/// A connection to ask on.
pub enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl From<TcpStream> for Stream {
    fn from(tcp: TcpStream) -> Self {
        Stream::Plain(tcp)
    }
}

impl Stream {
    fn tcp(&self) -> &TcpStream {
        match self {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => &tls.sock,
        }
    }

    fn bytes(&mut self) -> &mut dyn ReadWrite {
        match self {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls,
        }
    }

    pub fn write(&mut self, bytes: &[u8], by: Instant) -> io::Result<()> {
        self.tcp().set_write_timeout(Some(left(by)?))?;
        self.bytes().write_all(bytes)?;
        self.bytes().flush()
    }

    fn read(&mut self, into: &mut Vec<u8>, by: Instant) -> io::Result<usize> {
        self.tcp().set_read_timeout(Some(left(by)?))?;
        let mut some = [0; 4096];
        let n = self.bytes().read(&mut some)?;
        into.extend_from_slice(&some[..n]);
        Ok(n)
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

fn left(by: Instant) -> io::Result<Duration> {
    match by.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// What came in answer to the request.
pub enum Answer {
    /// A head of HTTP, and some of what stands behind it.
    Http(Reply),
    /// The connection ended before there was any.
    Closed(Vec<u8>),
    /// Something else.
    Bytes(Vec<u8>),
    /// Nothing whole in time.
    Late(Vec<u8>),
    Broken(io::Error),
}

pub struct Reply {
    pub status: u16,
    reason: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn words(&self) -> String {
        format!("{} {}", self.status, self.reason)
            .trim_end()
            .to_owned()
    }
}

/// Waits for the answer.
pub fn answer(stream: &mut Stream, by: Instant) -> Answer {
    let mut bytes = Vec::new();
    loop {
        let looks_like_http = b"HTTP/".iter().zip(&bytes).all(|(a, b)| a == b);
        if !looks_like_http {
            // Some more of it may come along.
            let soon = by.min(Instant::now() + Duration::from_millis(100));
            let _ = stream.read(&mut bytes, soon);
            return Answer::Bytes(bytes);
        }
        match head(&bytes) {
            Some(Ok(mut reply)) => {
                read_body(stream, &mut reply, by);
                return Answer::Http(reply);
            }
            Some(Err(())) => return Answer::Bytes(bytes),
            None if bytes.len() > MOST_HEAD => return Answer::Bytes(bytes),
            None => {}
        }
        match stream.read(&mut bytes, by) {
            Ok(0) => return Answer::Closed(bytes),
            Ok(_) => {}
            Err(e) => {
                return match e.kind() {
                    ErrorKind::TimedOut | ErrorKind::WouldBlock => Answer::Late(bytes),
                    ErrorKind::UnexpectedEof => Answer::Closed(bytes),
                    _ => Answer::Broken(e),
                }
            }
        }
    }
}

/// The head of an answer, when all of it is there.
fn head(bytes: &[u8]) -> Option<Result<Reply, ()>> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut parsed = httparse::Response::new(&mut headers);
    match parsed.parse(bytes) {
        Ok(httparse::Status::Partial) => None,
        Err(_) => Some(Err(())),
        Ok(httparse::Status::Complete(end)) => Some(Ok(Reply {
            status: parsed.code.unwrap_or_default(),
            reason: parsed.reason.unwrap_or_default().to_owned(),
            headers: parsed
                .headers
                .iter()
                .map(|h| {
                    (
                        h.name.to_owned(),
                        String::from_utf8_lossy(h.value).into_owned(),
                    )
                })
                .collect(),
            body: bytes[end..].to_vec(),
        })),
    }
}

/// Some of what stands behind the head: enough to see what it is.
fn read_body(stream: &mut Stream, reply: &mut Reply, by: Instant) {
    const ENOUGH: usize = 16 * 1024;
    let by = by.min(Instant::now() + Duration::from_millis(500));
    let length = reply.header("Content-Length").and_then(|n| n.parse().ok());
    let wanted = length.unwrap_or(ENOUGH).min(ENOUGH);
    while reply.status != 101 && reply.body.len() < wanted {
        match stream.read(&mut reply.body, by) {
            Ok(1..) => {}
            _ => return,
        }
    }
}
