//! The consumers' endpoint: reads requests, and answers them one after the other.

use super::consumer::{Consumer, Polled};
use super::replies::no_message;
use crate::messages::{Args, Reply, Request};
use crate::shared::Shared;
use parking_lot::Mutex;
use serde_json::Value as Json;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch, Notify};

/// Longer than anybody waits; keeps arithmetic with times far from overflow.
const LONGEST_POLL: Duration = Duration::from_secs(86_400 * 365);

/// Requests of one socket that wait for their turn.
#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<(Json, Instant)>>,
    ready: Notify,
}

/// A consumer's end of its socket: requests come in by `accept`, answers leave through the channel given to `new`.
pub struct Connection {
    queue: Arc<Queue>,
    seen: Arc<Mutex<Instant>>,
    /// Set when the socket is gone.
    closed: watch::Sender<bool>,
    /// How long the consumer may be silent, once it is one.
    pub silence: watch::Receiver<Option<Duration>>,
}

fn action(request: &Json) -> &str {
    request["action"].as_str().unwrap_or("")
}

/// How long a poll waits, in milliseconds, and the message that its client had last, if it tells.
fn poll_arguments(request: &Json) -> Option<(i64, Option<u64>)> {
    let args = Args(&request["args"]);
    args.u64("req_id").ok()?;
    let last = match args.0.as_object()?.get("message_id") {
        None | Some(Json::Null) => None,
        Some(v) => Some(v.as_u64()?),
    };
    Some((args.i64("blocking_time").ok()?.unwrap_or(0), last))
}

impl Connection {
    pub fn new(shared: Arc<Shared>, replies: mpsc::Sender<Reply>) -> Connection {
        let queue = Arc::new(Queue::default());
        let seen = Arc::new(Mutex::new(Instant::now()));
        let (closed, closing) = watch::channel(false);
        let (timeout, silence) = watch::channel(None);
        let worker = Worker {
            consumer: Arc::new(Mutex::new(Consumer::new(shared.clone(), seen.clone()))),
            shared,
            queue: queue.clone(),
            replies,
            closing,
            timeout,
        };
        tokio::spawn(worker.run());
        Connection {
            queue,
            seen,
            closed,
            silence,
        }
    }
    /// The client is there.
    pub fn seen(&self) {
        *self.seen.lock() = Instant::now();
    }
    /// Takes a text message. What is no request gets no answer, and neither does a poll that another one overtakes
    /// while both wait: so it is with the real adapter.
    pub fn accept(&self, text: &str) {
        let Ok(request) = serde_json::from_str::<Json>(text) else {
            return;
        };
        let mut waiting = self.queue.waiting.lock();
        if action(&request) == "poll" {
            if poll_arguments(&request).is_none() {
                return;
            }
            waiting.retain(|w| action(&w.0) != "poll");
        }
        waiting.push_back((request, Instant::now()));
        drop(waiting);
        self.queue.ready.notify_one();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.closed.send_replace(true);
    }
}

struct Worker {
    shared: Arc<Shared>,
    consumer: Arc<Mutex<Consumer>>,
    queue: Arc<Queue>,
    replies: mpsc::Sender<Reply>,
    closing: watch::Receiver<bool>,
    timeout: watch::Sender<Option<Duration>>,
}

impl Worker {
    async fn run(mut self) {
        while let Some((request, since)) = self.next().await {
            let request = Arc::new(request);
            let reply = match action(&request) {
                "poll" => self.poll(request.clone(), since).await,
                _ => self.act(request.clone(), since).await,
            };
            if let Some(reply) = reply {
                if self.replies.send(reply).await.is_err() {
                    break;
                }
            }
        }
        let consumer = self.consumer.clone();
        let _ = tokio::task::spawn_blocking(move || consumer.lock().leave()).await;
    }

    /// The next request; None when the socket is gone.
    async fn next(&mut self) -> Option<(Json, Instant)> {
        loop {
            if *self.closing.borrow() {
                return None;
            }
            if let Some(next) = self.queue.waiting.lock().pop_front() {
                return Some(next);
            }
            tokio::select! {
                _ = self.queue.ready.notified() => {}
                _ = self.closing.changed() => return None,
            }
        }
    }

    /// Runs a step of the consumer where it may block; None if it panicked.
    async fn step<T: Send + 'static>(
        &self,
        request: Arc<Json>,
        since: Instant,
        work: impl FnOnce(&mut Consumer, &Request, &Args) -> T + Send + 'static,
    ) -> Option<T> {
        let consumer = self.consumer.clone();
        let done = tokio::task::spawn_blocking(move || {
            let args = &request["args"];
            let r = Request {
                action: action(&request),
                req_id: args["req_id"].as_u64().unwrap_or(0),
                since,
            };
            work(&mut consumer.lock(), &r, &Args(args))
        });
        done.await.ok()
    }

    async fn act(&self, request: Arc<Json>, since: Instant) -> Option<Reply> {
        // Only `version` may come without arguments.
        let bare = action(&request) == "version" && request["args"].is_null();
        if !bare && !request["args"].is_object() {
            return None;
        }
        let work = |c: &mut Consumer, r: &Request, a: &Args| {
            let reply = c.act(r, a).ok().flatten();
            (reply, c.session_timeout())
        };
        match self.step(request.clone(), since, work).await {
            Some((reply, timeout)) => {
                self.timeout
                    .send_if_modified(|t| std::mem::replace(t, timeout) != timeout);
                reply
            }
            None => {
                let work =
                    |_: &mut Consumer, r: &Request, _: &Args| r.fail("sandbox: internal error");
                self.step(request, since, work).await
            }
        }
    }

    async fn poll(&mut self, request: Arc<Json>, since: Instant) -> Option<Reply> {
        let (wait, last) = poll_arguments(&request)?;
        // Before the first `subscribe` nobody listens for polls.
        let ready = |c: &mut Consumer, _: &Request, _: &Args| c.is_member();
        if !self.step(request.clone(), since, ready).await? {
            return None;
        }
        let wait = match u64::try_from(wait) {
            Ok(ms) => Duration::from_millis(ms).min(LONGEST_POLL),
            Err(_) => LONGEST_POLL,
        };
        let deadline = tokio::time::Instant::now() + wait;
        let changes = self.shared.engine.lock().tmq.changes.subscribe();
        let mut changes = changes;
        let mut first = true;
        loop {
            changes.mark_unchanged();
            let look = move |c: &mut Consumer, r: &Request, _: &Args| c.poll(r, last, first);
            match self.step(request.clone(), since, look).await {
                Some(Polled::Answer(reply)) => return Some(reply),
                Some(Polled::Nothing) => {}
                None => {
                    let work =
                        |_: &mut Consumer, r: &Request, _: &Args| r.fail("sandbox: internal error");
                    return self.step(request, since, work).await;
                }
            }
            first = false;
            tokio::select! {
                _ = changes.changed() => {}
                _ = tokio::time::sleep_until(deadline) => {
                    let nothing = |_: &mut Consumer, r: &Request, _: &Args| no_message(r);
                    return self.step(request, since, nothing).await;
                }
                _ = self.closing.changed() => return None,
            }
        }
    }
}
