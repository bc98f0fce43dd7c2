//! A consumer: its own connection, its subscription, and the position of its program.
//!
//! The server keeps only the message polled last. So a message is fetched whole when it is polled, and nothing
//! is polled ahead: what the server has handed out is what the program was given. When the connection is lost,
//! the server ends the consumer. The next call subscribes anew, and [`resume`] moves each vgroup to the
//! program's position.

mod commit;
mod message;
mod offsets;
mod poll;
mod resume;
mod subscribe;

pub use commit::Commit;
pub use message::Message;

use crate::config::{Target, TmqConf};
use crate::error::{codes, Error, Result};
use crate::fork;
use crate::protocol::reply::{Interface, JsonReply};
use crate::protocol::request;
use crate::protocol::version::{Capability, ServerVersion};
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::transport::{expect_json, Connection};
use once_cell::race::OnceBox;
use poll::Poll;
use resume::{Position, Retry};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub struct Consumer {
    conf: TmqConf,
    target: Target,
    /// Held for a moment only, never during a wait.
    state: Mutex<State>,
    /// Held by the call that polls, or changes the subscription, also during its waits. A poll lets others go
    /// ahead between two of them.
    turn: Mutex<()>,
    /// The deadline of the last requests of a consumer that is being closed. It is set once the consumer is
    /// closed.
    last_moment: OnceBox<Instant>,
    /// Signalled when the consumer is closed or has subscribed. Threads wait on it, with the state's lock,
    /// until the next attempt to connect is due, or until there are topics.
    changed: Condvar,
    /// The process that made it.
    generation: u32,
}

struct State {
    live: Option<Live>,
    /// Empty without a subscription.
    topics: Vec<String>,
    /// The program has ended its subscription, so it is right that there are no topics.
    left: bool,
    positions: HashMap<Vgroup, Position>,
    retry: Retry,
    last_commit: Instant,
    /// Messages were given since the last commit of everything.
    uncommitted: bool,
    /// The number of the message given last.
    last_given: u64,
    /// The server's id of the message that came last; 0 for none.
    last_on_server: u64,
    /// A poll whose answer did not come in the time that the program had for it.
    unanswered: Option<Poll>,
}

/// A vgroup of a topic.
type Vgroup = (String, i32);

/// The connection and version that the subscription is on.
#[derive(Clone)]
struct Live {
    connection: Arc<Connection>,
    version: ServerVersion,
    /// This connection replaces one that was lost, and the messages given before were not polled on it.
    resumed: bool,
}

/// A [`Consumer`]'s turn. A function that takes it as an argument needs its caller to have the turn.
type Turn<'a> = MutexGuard<'a, ()>;

impl Consumer {
    /// Makes a consumer that is not connected yet.
    pub fn new(conf: TmqConf, target: Target) -> Consumer {
        Consumer {
            conf,
            target,
            state: Mutex::new(State {
                live: None,
                topics: Vec::new(),
                left: false,
                positions: HashMap::new(),
                retry: Retry::default(),
                last_commit: Instant::now(),
                uncommitted: false,
                last_given: 0,
                last_on_server: 0,
                unanswered: None,
            }),
            turn: Mutex::new(()),
            last_moment: OnceBox::new(),
            changed: Condvar::new(),
            generation: fork::generation(),
        }
    }

    /// Fails in a forked child of the process that made the consumer. It must be called before anything else,
    /// because a thread of the parent may hold the turn.
    pub fn check_process(&self) -> Result<()> {
        fork::check(self.generation, "consumer")
    }

    fn check_open(&self) -> Result<()> {
        match self.is_closed() {
            false => Ok(()),
            true => Err(Error::new(codes::CONSUMER_CLOSED)),
        }
    }

    fn is_closed(&self) -> bool {
        self.last_moment.get().is_some()
    }

    /// Opens the consumer's connection, to find out whether the server accepts it. This is for logins that need
    /// nothing but a token.
    pub fn check_access(&self) -> Result<()> {
        let live = self.connect(None)?;
        self.state.lock().live = Some(live);
        Ok(())
    }

    /// Opens a connection; `by` as for [`Connection::open_and`].
    fn connect(&self, by: Option<Instant>) -> Result<Live> {
        let ask = |connection: &Arc<Connection>, limit| {
            self.answer_within(connection, limit, request::version)
        };
        let (connection, reply) = Connection::open_and(&self.target, Interface::Consumer, by, ask)?;
        Ok(Live {
            connection,
            version: ServerVersion::parse(&reply.version),
            resumed: false,
        })
    }

    /// A request that belongs to connecting or closing.
    fn answer_within(
        &self,
        connection: &Arc<Connection>,
        limit: Duration,
        request: impl FnOnce(u64) -> request::Request,
    ) -> Result<Box<JsonReply>> {
        let req_id = connection.request_id(0);
        let ticket = connection.send(req_id, request(req_id))?;
        expect_json(connection.wait_within(ticket, limit, "connect_timeout")?)
    }

    /// How long [`close`](Self::close) takes at most.
    pub fn time_to_close(&self) -> Duration {
        poll::SLICE + self.target.connect_timeout
    }

    /// Ends the consumer, as [`unsubscribe`](Self::unsubscribe) does. A poll of another thread ends with
    /// `CONSUMER_CLOSED`.
    pub fn close(&self) -> Result<()> {
        let last_moment = Instant::now() + self.time_to_close();
        if self.last_moment.set(Box::new(last_moment)).is_err() {
            return Err(Error::new(codes::CONSUMER_CLOSED));
        }
        // The parent's consumer goes on.
        self.check_process()?;
        drop(self.state.lock()); // who has just seen it open sleeps by now
        self.changed.notify_all();
        let left = match self.turn.try_lock_until(last_moment) {
            Some(_) => self.leave(),
            // The server has not answered a poll for that long, so it would not answer this either.
            None => Ok(()),
        };
        let live = self.state.lock().live.take();
        if let Some(live) = live {
            live.connection.close();
        }
        left
    }

    /// The connection, unless it is lost.
    fn usable(&self) -> Result<Option<Live>> {
        let Some(live) = self.state.lock().live.clone() else {
            return Ok(None);
        };
        Ok(live.connection.look_alive().then_some(live))
    }

    /// The connection with the subscription; a new one if the old one is lost.
    fn live(&self) -> Result<Live> {
        self.check_subscribed()?;
        if let Some(live) = self.usable()? {
            return Ok(live);
        }
        let turn = self.turn.lock();
        self.reconnect(&turn)
    }

    /// An error for a server that does not know the actions of [`Capability::ConsumerOffsets`].
    fn require_offsets(&self, live: &Live, what: &str) -> Result<()> {
        if live.version.has(Capability::ConsumerOffsets) {
            return Ok(());
        }
        Err(Error::not_supported(format_args!(
            "{what} needs a server from 3.1.1.15, not {}",
            live.version
        )))
    }

    /// A request that is answered in JSON. While the consumer is being closed, its time is shorter.
    fn ask(
        &self,
        live: &Live,
        request: impl FnOnce(u64) -> request::Request,
    ) -> Result<Box<JsonReply>> {
        let Some(last_moment) = self.last_moment.get() else {
            return live.connection.ask_json(request);
        };
        let left = last_moment.saturating_duration_since(Instant::now());
        self.answer_within(&live.connection, left, request)
    }
}
