//! Sockets: listening, and one task pair per connection.

use crate::cluster::Store;
use crate::handshake::{handshake, refuse, Endpoint, TLS_HANDSHAKE};
use crate::messages::{binary_name, Head, Reply, Request};
use crate::session::{is_statement, Door, Session};
use crate::shared::Shared;
use crate::tmq::connection::Connection;
use bytes::Bytes;
use futures_util::{SinkExt, Stream, StreamExt};
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as Failure, Message};
use tokio_tungstenite::WebSocketStream;

const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// A client that neither sends nor answers pings is dropped this long after a ping.
const PONG_TIME: Duration = Duration::from_secs(60);
/// So long a dropped user's connection goes on, as with a real adapter, which hears of it by the next heartbeat.
const HEARTBEAT: Duration = Duration::from_millis(400);
/// Statements of one connection that run or wait at the same time.
const MAX_RUNNING: usize = 256;
const QUEUED_REPLIES: usize = 16;

/// Where the data is.
pub enum Data {
    Here(Arc<Shared>),
    /// With the cluster.
    Elsewhere(Store),
}

pub struct Server {
    pub data: Data,
    pub tls: Option<TlsAcceptor>,
    pub ping_interval: Duration,
    pub quiet: bool,
}

impl Server {
    /// Accepts connections for ever; the caller stops it by dropping it.
    pub async fn run(self: Arc<Self>, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((socket, peer)) => {
                    let _ = socket.set_nodelay(true);
                    let server = self.clone();
                    tokio::spawn(async move {
                        server.log(format_args!("{peer} connected"));
                        let ended = match &server.tls {
                            Some(tls) => server.serve_tls(tls, socket).await,
                            None => server.serve(socket).await,
                        };
                        match ended {
                            Ok(()) => server.log(format_args!("{peer} closed")),
                            Err(e) => server.log(format_args!("{peer} ended: {e}")),
                        }
                    });
                }
                Err(e) => {
                    // Out of file descriptors, mostly: others may close some.
                    self.log(format_args!("accept: {e}"));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
    fn log(&self, what: std::fmt::Arguments) {
        if !self.quiet {
            eprintln!("{what}");
        }
    }

    async fn serve_tls(&self, tls: &TlsAcceptor, mut socket: TcpStream) -> Result<(), String> {
        let accepting = async {
            let mut first = [0];
            match socket.peek(&mut first).await {
                Ok(1) if first != [TLS_HANDSHAKE] => {
                    // Read first: what is unread when a socket is closed takes the answer with it.
                    let _ = socket.read(&mut [0; 4096]).await;
                    let why = "this port is for TLS: connect with wss:// instead of ws://";
                    refuse(&mut socket, "400 Bad Request", why)
                        .await
                        .map(|_| None)
                }
                _ => tls
                    .accept(socket)
                    .await
                    .map(Some)
                    .map_err(|e| format!("TLS: {e}")),
            }
        };
        match timeout(HANDSHAKE_TIME, accepting).await {
            Ok(Ok(Some(socket))) => self.serve(socket).await,
            Ok(Ok(None)) => Ok(()),
            Ok(Err(e)) => Err(e),
            Err(_) => Err("TLS: no handshake in time".into()),
        }
    }

    /// Serves a client to its end.
    pub async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        socket: S,
    ) -> Result<(), String> {
        match &self.data {
            Data::Here(shared) => self.serve_here(socket, shared).await,
            Data::Elsewhere(store) => store.forward(socket).await,
        }
    }

    async fn serve_here<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        mut socket: S,
        shared: &Arc<Shared>,
    ) -> Result<(), String> {
        let accepting = handshake(&mut socket, shared);
        let (endpoint, rest) = match timeout(HANDSHAKE_TIME, accepting).await {
            Ok(Ok(accepted)) => accepted,
            Ok(Err(e)) => return Err(e),
            Err(_) => return Err("no request in time".into()),
        };
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let ws =
            WebSocketStream::from_partially_read(socket, rest, Role::Server, Some(config)).await;
        let (mut sink, stream) = ws.split();
        let (replies, mut queue) = mpsc::channel::<Reply>(QUEUED_REPLIES);
        let (consumer, door) = match endpoint {
            Endpoint::Data(door) => (None, door),
            Endpoint::Consumer => {
                let consumer = Connection::new(shared.clone(), replies.clone());
                (Some(consumer), Door::Ws)
            }
        };
        let ping_interval = self.ping_interval;
        let silence = consumer.as_ref().map(|c| c.silence.clone());
        let writer = tokio::spawn(async move {
            loop {
                // A consumer must not seem to be gone only because it has nothing to say.
                let silence = silence.as_ref().and_then(|s| *s.borrow());
                let every = silence.map_or(ping_interval, |s| ping_interval.min(s / 3));
                let message = match timeout(every, queue.recv()).await {
                    Ok(Some(r)) => message_of(r),
                    Ok(None) => break,
                    Err(_) => Message::Ping(Bytes::new()),
                };
                if sink.send(message).await.is_err() {
                    break;
                }
            }
            let _ = sink.close().await;
        });
        let ended = match consumer {
            Some(c) => self.consume(stream, c).await,
            None => {
                let session = Arc::new(Session::new(shared.clone(), door));
                let dropped = shared.engine.lock().user_dropped.subscribe();
                self.session(stream, &replies, session, dropped).await
            }
        };
        drop(replies);
        let _ = timeout(Duration::from_secs(1), writer).await;
        ended
    }

    /// Hands a consumer's requests on until its socket ends.
    async fn consume<S: Stream<Item = Result<Message, Failure>> + Unpin>(
        &self,
        mut stream: S,
        consumer: Connection,
    ) -> Result<(), String> {
        loop {
            let message = match timeout(self.ping_interval + PONG_TIME, stream.next()).await {
                Ok(Some(Ok(m))) => m,
                Ok(Some(Err(e))) => return Err(e.to_string()),
                Ok(None) => return Ok(()),
                Err(_) => return Err("no answer to pings".into()),
            };
            consumer.seen();
            match message {
                Message::Close(_) => return Ok(()),
                Message::Text(t) => consumer.accept(&t),
                _ => {}
            }
        }
    }

    /// Answers a client's requests until its socket ends.
    async fn session<S: Stream<Item = Result<Message, Failure>> + Unpin>(
        &self,
        mut stream: S,
        replies: &mpsc::Sender<Reply>,
        session: Arc<Session>,
        mut user_dropped: watch::Receiver<()>,
    ) -> Result<(), String> {
        let running = Arc::new(Semaphore::new(MAX_RUNNING));
        let mut ends = None;
        loop {
            let next = timeout(self.ping_interval + PONG_TIME, stream.next());
            let next = tokio::select! {
                next = next => next,
                _ = user_dropped.changed() => {
                    if session.is_without_user() {
                        ends.get_or_insert(tokio::time::Instant::now() + HEARTBEAT);
                    }
                    continue;
                }
                _ = until(ends) => break Ok(()),
            };
            let message = match next {
                Ok(Some(Ok(m))) => m,
                Ok(Some(Err(e))) => break Err(e.to_string()),
                Ok(None) => break Ok(()),
                Err(_) => break Err("no answer to pings".into()),
            };
            if matches!(message, Message::Close(_)) {
                break Ok(());
            }
            if !matches!(message, Message::Text(_) | Message::Binary(_)) {
                continue;
            }
            let Ok(permit) = running.clone().acquire_owned().await else {
                break Ok(());
            };
            let job = Job::new(session.clone(), message);
            let slow = job.slow;
            let answer = async move {
                let reply = job.run().await;
                drop(permit);
                reply
            };
            if slow {
                let replies = replies.clone();
                tokio::spawn(async move {
                    if let Some(r) = answer.await {
                        let _ = replies.send(r).await;
                    }
                });
            } else if let Some(r) = answer.await {
                // Fetches are answered one after the other, in the order in which they came.
                if replies.send(r).await.is_err() {
                    break Err("connection lost".into());
                }
            }
        }
    }
}

/// Sleeps until then; for ever when there is no such moment.
async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// A request on its way to a thread that may block.
struct Job {
    /// May overtake others and be overtaken.
    slow: bool,
    work: Box<dyn FnOnce() -> Option<Reply> + Send>,
    /// For the answer if the work panics.
    action: String,
    req_id: u64,
}

impl Job {
    fn new(session: Arc<Session>, message: Message) -> Job {
        if let Message::Binary(b) = message {
            let head = Head::parse(&b);
            let slow = is_statement(None, Some(&b));
            let action = binary_name(head.action).unwrap_or("unknown").to_string();
            let work = Box::new(move || session.takes(head.action).then(|| session.binary(&b)));
            return Job {
                slow,
                work,
                action,
                req_id: head.req_id,
            };
        }
        let json: Option<Json> = message
            .to_text()
            .ok()
            .and_then(|t| serde_json::from_str(t).ok());
        let slow = is_statement(json.as_ref(), None);
        let part = |name: &str| json.as_ref().and_then(|j| j.get(name));
        let action = part("action")
            .and_then(Json::as_str)
            .unwrap_or("")
            .to_string();
        let req_id = part("args").and_then(|a| a["req_id"].as_u64()).unwrap_or(0);
        Job {
            slow,
            work: Box::new(move || session.text(json.as_ref())),
            action,
            req_id,
        }
    }
    /// Does the work; a panic is that request's failure alone.
    async fn run(self) -> Option<Reply> {
        let since = Instant::now();
        match tokio::task::spawn_blocking(self.work).await {
            Ok(reply) => reply,
            Err(_) => {
                let r = Request {
                    action: &self.action,
                    req_id: self.req_id,
                    since,
                };
                Some(r.fail("sandbox: internal error"))
            }
        }
    }
}

fn message_of(r: Reply) -> Message {
    match r {
        Reply::Text(t) => Message::Text(t.into()),
        Reply::Binary(b) => Message::Binary(b.into()),
    }
}
