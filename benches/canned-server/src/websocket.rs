//! The server's half of RFC 6455 on a blocking socket, as little of it as the adapter's clients use: masked frames in,
//! unmasked frames out, a large payload written from where it lies; permessage-deflate for clients that offer it.

use crate::deflate::{inflate, stored, Packed};
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::TcpStream;

/// The largest message that is read: far above the server's 1 MiB of SQL, far below what would hurt the machine.
const MAX_MESSAGE: usize = 64 << 20;
const MAX_UPGRADE: usize = 16 << 10;
const READ_CHUNK: usize = 256 << 10;

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
/// The reserved bit that says that a message is compressed.
const COMPRESSED: u8 = 0x40;
const EXTENSION: &str = "permessage-deflate";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Binary,
}

/// What a path is for.
pub enum Interface {
    Statements,
    Subscriptions,
}

pub struct Socket {
    stream: TcpStream,
    /// Bytes that were received and not yet consumed are `buffer[start..end]`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    compresses: bool,
}

struct Frame {
    fin: bool,
    compressed: bool,
    opcode: u8,
    /// The payload is the last `length` bytes before `Socket::start`, already unmasked.
    length: usize,
}

fn bad(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

impl Socket {
    /// Answers the HTTP upgrade. Any other path is refused, as a client that asks for one has a bug.
    pub fn accept(stream: TcpStream) -> io::Result<(Socket, Interface)> {
        let mut socket = Socket {
            stream,
            buffer: vec![0; READ_CHUNK],
            start: 0,
            end: 0,
            compresses: false,
        };
        let request = socket.read_upgrade()?;
        let mut lines = request.split("\r\n");
        let target = lines.next().and_then(|line| line.split(' ').nth(1));
        let path = target.unwrap_or("").split('?').next();
        let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
        let header = |wanted: &str| {
            let mut of_that_name = headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            of_that_name.next().map(|(_, value)| value.trim())
        };
        let key = header("sec-websocket-key");
        let offer = header("sec-websocket-extensions").unwrap_or_default();
        socket.compresses = offer.starts_with(EXTENSION);
        let interface = match path {
            Some("/ws") => Some(Interface::Statements),
            Some("/rest/tmq") => Some(Interface::Subscriptions),
            _ => None,
        };
        let (Some(interface), Some(key)) = (interface, key) else {
            socket.stream.write_all(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            )?;
            return Err(bad("not a WebSocket upgrade of /ws or /rest/tmq"));
        };
        let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
        let reply = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{}\r\n",
            match socket.compresses {
                true => format!("Sec-WebSocket-Extensions: {EXTENSION}; server_no_context_takeover; client_no_context_takeover\r\n"),
                false => String::new(),
            }
        );
        socket.stream.write_all(reply.as_bytes())?;
        Ok((socket, interface))
    }

    fn read_upgrade(&mut self) -> io::Result<String> {
        loop {
            let received = &self.buffer[..self.end];
            if let Some(at) = received.windows(4).position(|four| four == b"\r\n\r\n") {
                self.start = at + 4;
                return Ok(String::from_utf8_lossy(&received[..at]).into_owned());
            }
            if self.end > MAX_UPGRADE {
                return Err(bad("the upgrade request does not end"));
            }
            self.receive()?;
        }
    }

    /// The next data message, with control frames answered on the way. `None` when the client has closed.
    pub fn read<'a>(&mut self, message: &'a mut Vec<u8>) -> io::Result<Option<(Kind, &'a [u8])>> {
        message.clear();
        let mut kind = None;
        let mut compressed = false;
        loop {
            let frame = self.read_frame()?;
            let payload = &self.buffer[self.start - frame.length..self.start];
            match (frame.opcode, kind) {
                (PING, _) => {
                    let payload = payload.to_vec();
                    self.write(PONG, &payload, &[])?;
                    continue;
                }
                (PONG, _) => continue,
                (CLOSE, _) => {
                    self.write(CLOSE, &[], &[])?;
                    return Ok(None);
                }
                (TEXT, None) => kind = Some(Kind::Text),
                (BINARY, None) => kind = Some(Kind::Binary),
                (CONTINUATION, Some(_)) => {}
                _ => return Err(bad("unexpected frame")),
            }
            if message.len() + payload.len() > MAX_MESSAGE {
                return Err(bad("message too long"));
            }
            message.extend_from_slice(payload);
            compressed |= frame.compressed;
            if let (true, Some(kind)) = (frame.fin, kind) {
                if compressed {
                    *message = inflate(message, MAX_MESSAGE)?;
                }
                return Ok(Some((kind, message)));
            }
        }
    }

    fn read_frame(&mut self) -> io::Result<Frame> {
        self.need(2)?;
        let (first, second) = (self.buffer[self.start], self.buffer[self.start + 1]);
        if second & 0x80 == 0 {
            return Err(bad("a client's frames are masked"));
        }
        let short = usize::from(second & 0x7f);
        let extended = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let head = 2 + extended + 4;
        self.need(head)?;
        let digits = &self.buffer[self.start + 2..self.start + 2 + extended];
        let length = match extended {
            0 => short as u64,
            _ => digits.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)),
        };
        let length = usize::try_from(length)
            .ok()
            .filter(|&n| n <= MAX_MESSAGE)
            .ok_or_else(|| bad("frame too long"))?;
        let at = self.start + head;
        let mask = [0, 1, 2, 3].map(|i| self.buffer[at - 4 + i]);
        self.start = at;
        self.need(length)?;
        // `need` may have moved the bytes to the front of the buffer, so the position is taken anew.
        unmask(&mut self.buffer[self.start..self.start + length], mask);
        self.start += length;
        Ok(Frame {
            fin: first & 0x80 != 0,
            compressed: first & COMPRESSED != 0,
            opcode: first & 0x0f,
            length,
        })
    }

    /// Receives until `count` unconsumed bytes are there.
    fn need(&mut self, count: usize) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        if self.start + count > self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if count > self.buffer.len() {
                self.buffer.resize(count + READ_CHUNK, 0);
            }
        }
        while self.end - self.start < count {
            self.receive()?;
        }
        Ok(())
    }

    fn receive(&mut self) -> io::Result<()> {
        loop {
            match self.stream.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.end += count;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub fn write_text(&mut self, text: &str) -> io::Result<()> {
        self.write(TEXT, text.as_bytes(), &[])
    }

    /// A binary message of a small head and a body that is sent from where it lies.
    pub fn write_binary(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        self.write(BINARY, head, body)
    }

    /// As [`write_binary`](Self::write_binary), compressed where the client takes that. The head is not worth it.
    pub fn write_packed(&mut self, head: &[u8], body: &Packed) -> io::Result<()> {
        match stored(head) {
            Some(head) if self.compresses => self.write(COMPRESSED | BINARY, &head, &body.packed),
            _ => self.write(BINARY, head, &body.plain),
        }
    }

    fn write(&mut self, opcode: u8, head: &[u8], body: &[u8]) -> io::Result<()> {
        let length = head.len() + body.len();
        let mut small = Vec::with_capacity(10 + head.len());
        small.push(0x80 | opcode);
        if length < 126 {
            small.push(length as u8);
        } else if let Ok(length) = u16::try_from(length) {
            small.push(126);
            small.extend_from_slice(&length.to_be_bytes());
        } else {
            small.push(127);
            small.extend_from_slice(&(length as u64).to_be_bytes());
        }
        small.extend_from_slice(head);
        let sent = loop {
            let parts = [IoSlice::new(&small), IoSlice::new(body)];
            match self.stream.write_vectored(&parts) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        match sent.checked_sub(small.len()) {
            Some(of_body) => self.stream.write_all(&body[of_body..]),
            None => {
                self.stream.write_all(&small[sent..])?;
                self.stream.write_all(body)
            }
        }
    }
}

/// Eight bytes at a time: a large insert must not make the server the slower side.
fn unmask(bytes: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = [a, b, c, d, a, b, c, d];
    let mut chunks = bytes.chunks_exact_mut(8);
    for chunk in &mut chunks {
        for (byte, mask) in chunk.iter_mut().zip(wide) {
            *byte ^= mask;
        }
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(wide) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmasking_follows_rfc_6455_section_5_7() {
        let mut hello = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
        unmask(&mut hello, [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(&hello, b"Hello");
    }
}
