//! The upgrade from HTTP to WebSocket (RFC 6455, section 4). The WebSocket library has one of its own, which costs half
//! of the CPU time that a connection's opening needs in the program: it builds and checks both heads as collections.

use super::deflate;
use crate::config::{Endpoint, Target};
use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::ready;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::error::{
    Error, ProtocolError, Result, SubProtocolError, UrlError,
};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::http;

/// The current path of statements, and the one of servers before 3.1.1.15.
pub const WS: &str = "/ws";
pub const OLD_WS: &str = "/rest/ws";

/// The largest answer taken, and the most headers in it.
const MOST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 128;
/// The most reads for one answer. All that has come is looked through after each of them, so a server that sends it
/// byte by byte is given up.
const MOST_READS: usize = 512;

/// The request for a WebSocket.
pub struct UpgradeRequest {
    pub text: String,
    /// What the answer's `Sec-WebSocket-Accept` must be.
    accept: String,
    offers_compression: bool,
}

/// The server's agreement.
#[derive(Debug)]
pub struct Agreement {
    /// Messages may be compressed.
    pub is_compressed: bool,
    /// What came behind the answer: the beginning of the first message.
    pub rest: Vec<u8>,
}

impl UpgradeRequest {
    /// An error for a host that cannot stand in a request.
    pub fn new(target: &Target, endpoint: &Endpoint, path: &str) -> Result<UpgradeRequest> {
        let host = endpoint.authority();
        let is_one =
            |parsed: http::uri::Authority| !parsed.host().is_empty() && !host.contains('@');
        if !host.parse().is_ok_and(is_one) {
            return Err(Error::Url(UrlError::NoHostName));
        }
        let query = match &target.token {
            Some(token) => format!("?token={}", encoded(token)),
            None => String::new(),
        };
        let (offer, value) = match target.compression {
            true => ("\r\nSec-WebSocket-Extensions: ", deflate::OFFER),
            false => ("", ""),
        };
        let key = generate_key();
        let text = format!(
            "GET {path}{query} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}{offer}{value}\r\n\r\n"
        );
        Ok(UpgradeRequest {
            text,
            accept: derive_accept_key(key.as_bytes()),
            offers_compression: target.compression,
        })
    }

    /// Is this the answer to this very request?
    pub fn is_answered_by(&self, accept: Option<&str>) -> bool {
        accept == Some(&self.accept)
    }

    /// Asks, and waits for the answer. The answer of a server that refuses is `Error::Http`.
    pub async fn ask<S>(&self, stream: &mut S) -> Result<Agreement>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        write(stream, self.text.as_bytes()).await?;
        let mut bytes = Vec::new();
        for _ in 0..MOST_READS {
            if read(stream, &mut bytes).await? == 0 {
                return Err(ProtocolError::HandshakeIncomplete.into());
            }
            if let Some(answer) = self.answer(&bytes)? {
                return Ok(answer);
            }
            if bytes.len() > MOST_HEAD {
                break;
            }
        }
        Err(Error::AttackAttempt)
    }

    /// `None` while the answer has no end.
    fn answer(&self, mut bytes: &[u8]) -> Result<Option<Agreement>> {
        while let Some(interim) = end_of_interim(bytes)? {
            bytes = &bytes[interim..];
        }
        let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut head = httparse::Response::new(&mut []);
        let Some(end) = parse(&mut head, bytes, &mut headers)? else {
            return Ok(None);
        };
        let rest = bytes[end..].to_vec();
        if head.code != Some(101) {
            let mut refusal = http::Response::new(Some(rest));
            *refusal.status_mut() = http::StatusCode::from_u16(head.code.unwrap_or_default())
                .map_err(http::Error::from)?;
            return Err(Error::Http(refusal.into()));
        }
        if head.version != Some(1) {
            return Err(ProtocolError::WrongHttpVersion.into());
        }
        // A list may stand on several lines (RFC 9110, 5.3).
        let lines = |name: &'static str| {
            let of_name = move |h: &&httparse::Header<'_>| h.name.eq_ignore_ascii_case(name);
            let found = head.headers.iter().filter(of_name);
            found.map(|h| std::str::from_utf8(h.value).unwrap_or_default())
        };
        let has_word = |name, wanted: &str| {
            let mut words = lines(name).flat_map(|line| line.split(','));
            words.any(|word| word.trim().eq_ignore_ascii_case(wanted))
        };
        if !has_word("Upgrade", "websocket") {
            return Err(ProtocolError::MissingUpgradeWebSocketHeader.into());
        }
        if !has_word("Connection", "Upgrade") {
            return Err(ProtocolError::MissingConnectionUpgradeHeader.into());
        }
        if !self.is_answered_by(lines("Sec-WebSocket-Accept").next()) {
            return Err(ProtocolError::SecWebSocketAcceptKeyMismatch.into());
        }
        let extensions = lines("Sec-WebSocket-Extensions").flat_map(|line| line.split(','));
        let mut extensions = extensions.filter(|e| !e.trim().is_empty());
        let first = extensions.next();
        let is_compressed = self.offers_compression && first.is_some_and(deflate::is_in);
        let is_other = first.is_some() && !is_compressed || extensions.next().is_some();
        if is_other || lines("Sec-WebSocket-Protocol").next().is_some() {
            // It means to go on in a way that was not offered.
            let not_offered = SubProtocolError::ServerSentSubProtocolNoneRequested;
            return Err(ProtocolError::SecWebSocketSubProtocolError(not_offered).into());
        }
        Ok(Some(Agreement {
            is_compressed,
            rest,
        }))
    }
}

/// Where the head of an answer ends; `None` while it has no end.
fn parse<'b, 'h>(
    head: &mut httparse::Response<'h, 'b>,
    bytes: &'b [u8],
    headers: &'h mut [MaybeUninit<httparse::Header<'b>>],
) -> Result<Option<usize>> {
    let parser = httparse::ParserConfig::default();
    let parsed = parser.parse_response_with_uninit_headers(head, bytes, headers)?;
    Ok(match parsed {
        httparse::Status::Complete(end) => Some(end),
        httparse::Status::Partial => None,
    })
}

/// Where an interim answer ends, such as `103 Early Hints`: the answer itself is behind it (RFC 9110, 15.2).
fn end_of_interim(bytes: &[u8]) -> Result<Option<usize>> {
    if !bytes.starts_with(b"HTTP/1.1 1") || bytes.starts_with(b"HTTP/1.1 101") {
        return Ok(None);
    }
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    parse(&mut httparse::Response::new(&mut []), bytes, &mut headers)
}

/// A token as it stands in a request.
pub fn encoded(token: &str) -> impl std::fmt::Display + '_ {
    percent_encoding::utf8_percent_encode(token, percent_encoding::NON_ALPHANUMERIC)
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    poll_fn(|cx| {
        while !rest.is_empty() {
            match ready!(Pin::new(&mut *stream).poll_write(cx, rest))? {
                0 => return Err(io::ErrorKind::WriteZero.into()).into(),
                n => rest = &rest[n..],
            }
        }
        Pin::new(&mut *stream).poll_flush(cx)
    })
    .await
}

/// Reads what there is; returns how many bytes, 0 at the end of the stream.
async fn read(stream: &mut (impl AsyncRead + Unpin), into: &mut Vec<u8>) -> io::Result<usize> {
    poll_fn(|cx| {
        let mut some = [0; 1024];
        let mut some = ReadBuf::new(&mut some);
        ready!(Pin::new(&mut *stream).poll_read(cx, &mut some))?;
        into.extend_from_slice(some.filled());
        Ok(some.filled().len()).into()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConnectArgs;

    fn request(dsn: &str) -> UpgradeRequest {
        let target = Target::resolve(ConnectArgs {
            host: Some(dsn),
            ..ConnectArgs::default()
        });
        let target = target.unwrap();
        UpgradeRequest::new(&target, &target.endpoints[0], WS).unwrap()
    }

    fn agreement(request: &UpgradeRequest, other_headers: &str) -> String {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\
             connection: keep-alive, upgrade\r\nSec-WebSocket-Accept: {}\r\n{other_headers}\r\n",
            request.accept
        )
    }

    fn words(request: &UpgradeRequest, answer: &str) -> String {
        super::super::failure::words(&request.answer(answer.as_bytes()).unwrap_err())
    }

    #[test]
    fn what_is_asked() {
        let text = request("ws://h:7/?token=a/b&compression=1").text;
        assert!(
            text.starts_with("GET /ws?token=a%2Fb HTTP/1.1\r\nHost: h:7\r\n"),
            "{text}"
        );
        assert!(
            text.contains("\r\nSec-WebSocket-Extensions: permessage-deflate"),
            "{text}"
        );
        assert!(text.ends_with("\r\n\r\n"), "{text}");
        let text = request("[fe80::1%eth0]:7").text;
        assert!(text.contains("\r\nHost: [fe80::1]:7\r\n"), "{text}");
        assert!(!text.contains("Extensions"), "{text}");
    }

    #[test]
    fn a_host_must_be_one() {
        let target = Target::resolve(ConnectArgs::default()).unwrap();
        for host in ["a\r\nX: y", "a b", "a/b", "ü", "u@h", ""] {
            let host = host.to_owned();
            let endpoint = Endpoint { host, port: 1 };
            let asked = UpgradeRequest::new(&target, &endpoint, WS);
            assert!(asked.is_err(), "{endpoint}");
        }
    }

    #[test]
    fn an_agreement_wherever_it_is_cut() {
        let request = request("h");
        let whole = agreement(&request, "");
        for end in 0..whole.len() {
            assert!(
                request.answer(&whole.as_bytes()[..end]).unwrap().is_none(),
                "{end}"
            );
        }
        let answer = request.answer(&[whole.as_bytes(), b"\x81\x00"].concat());
        let answer = answer.unwrap().unwrap();
        assert!(!answer.is_compressed);
        assert_eq!(answer.rest, b"\x81\x00");
    }

    #[test]
    fn interim_answers_are_passed_over() {
        let request = request("h");
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        let whole = format!("{interim}{}", agreement(&request, ""));
        for end in 0..whole.len() {
            let cut = request.answer(&whole.as_bytes()[..end]);
            assert!(cut.unwrap().is_none(), "{end}");
        }
        let answer = request.answer(whole.as_bytes()).unwrap().unwrap();
        assert!(answer.rest.is_empty());
        let refused = request.answer(format!("{interim}HTTP/1.1 503 Busy\r\n\r\n").as_bytes());
        assert!(matches!(refused, Err(Error::Http(reply)) if reply.status() == 503));
        // However many there are.
        let many = "HTTP/1.1 199 \r\n\r\n".repeat(MOST_HEAD / 17);
        assert!(request.answer(many.as_bytes()).unwrap().is_none());
    }

    #[test]
    fn what_was_not_offered_is_not_taken() {
        let deflate =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";
        let plain = request("h");
        let offers = request("ws://h/?compression=true");
        let none = "it chose an extension or a subprotocol that was not offered";
        assert_eq!(words(&plain, &agreement(&plain, deflate)), none);
        let protocol = "Sec-WebSocket-Protocol: chat\r\n";
        assert_eq!(words(&plain, &agreement(&plain, protocol)), none);
        let other = "Sec-WebSocket-Extensions: bbf-usp-protocol\r\n";
        assert_eq!(words(&offers, &agreement(&offers, other)), none);
        for both in [deflate.to_owned() + other, other.to_owned() + deflate] {
            assert_eq!(words(&offers, &agreement(&offers, &both)), none, "{both}");
        }
        let empty = "Sec-WebSocket-Extensions:\r\n";
        for (headers, is_compressed) in [(deflate, true), ("", false), (empty, false)] {
            let answer = offers.answer(agreement(&offers, headers).as_bytes());
            assert_eq!(answer.unwrap().unwrap().is_compressed, is_compressed);
        }
    }

    #[test]
    fn refusals_and_nonsense() {
        let request = request("h");
        let refused = request.answer(b"HTTP/1.0 404 Not Found\r\n\r\nno such page");
        match refused {
            Err(Error::Http(reply)) => {
                assert_eq!(reply.status(), 404);
                assert_eq!(reply.body().as_deref(), Some(&b"no such page"[..]));
            }
            other => panic!("{other:?}"),
        }
        let whole = agreement(&request, "");
        let none = "the answer is HTTP, but no WebSocket's";
        for header in [
            "Upgrade: WebSocket\r\n",
            "connection: keep-alive, upgrade\r\n",
            &request.accept,
        ] {
            assert_eq!(
                words(&request, &whole.replace(header, "")),
                none,
                "{header}"
            );
        }
        let other = super::tests::request("h");
        assert_eq!(words(&other, &whole), none);
        let no_http = "the answer is not HTTP";
        assert_eq!(
            words(&request, &whole.replace("HTTP/1.1", "HTTP/1.0")),
            no_http
        );
        assert_eq!(words(&request, "SSH-2.0-OpenSSH_9.2\r\n"), no_http);
        let many = "A: b\r\n".repeat(MOST_HEADERS);
        assert_eq!(
            words(&request, &agreement(&request, &many)),
            "the answer has too many headers"
        );
    }

    /// Some bytes at a time, without an end.
    struct Drips(&'static [u8]);

    impl AsyncRead for Drips {
        fn poll_read(
            self: Pin<&mut Self>,
            _cx: &mut std::task::Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            buf.put_slice(self.0);
            Ok(()).into()
        }
    }

    impl AsyncWrite for Drips {
        fn poll_write(
            self: Pin<&mut Self>,
            _cx: &mut std::task::Context<'_>,
            buf: &[u8],
        ) -> std::task::Poll<io::Result<usize>> {
            // As little as can be.
            Ok(buf.len().min(1)).into()
        }

        fn poll_flush(
            self: Pin<&mut Self>,
            _cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            Ok(()).into()
        }

        fn poll_shutdown(
            self: Pin<&mut Self>,
            _cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            Ok(()).into()
        }
    }

    #[test]
    fn an_answer_without_an_end_is_given_up() {
        use futures_util::FutureExt;
        let asked = request("h")
            .ask(&mut Drips(b"HTTP/1.1 101 "))
            .now_or_never();
        assert!(matches!(asked, Some(Err(Error::AttackAttempt))));
        let asked = request("h").ask(&mut Drips(b"")).now_or_never().unwrap();
        assert!(matches!(
            asked,
            Err(Error::Protocol(ProtocolError::HandshakeIncomplete))
        ));
    }
}
