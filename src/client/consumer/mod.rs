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

pub use commit::Commit;
pub use message::Message;

use super::connection_lost::reworded;
use super::retry::retry;
use super::session::login::connector;
use crate::config::address::Discover;
use crate::config::{Target, TmqConf};
use crate::error::{code_text, codes, Error, Result};
use crate::fork;
use crate::protocol::reply::{Interface, JsonReply};
use crate::protocol::request;
use crate::protocol::tmq::requests::{self, Subscribe};
use crate::protocol::version::{Capability, ServerVersion};
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::transport::{discovered, expect_json, Connection};
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

    /// Subscribes to these topics in place of those before. No topics end the subscription.
    pub fn subscribe(&self, names: Vec<String>) -> Result<()> {
        self.check_open()?;
        let mut topics = Vec::with_capacity(names.len());
        for name in names {
            if !topics.contains(&name) {
                topics.push(name);
            }
        }
        let _turn = self.turn.lock();
        if topics.is_empty() {
            return self.leave();
        }
        // As at any end of a subscription. What is not committed comes again.
        let _ = self.commit_at_the_end();
        self.give_up_poll();
        // Subscribing twice is the same as once.
        let deadline = Instant::now() + self.target.read_timeout;
        let mut by = None;
        let attempt = || {
            let subscribed = self.subscribe_once(&topics, by);
            by = Some(deadline);
            subscribed
        };
        let subscribed = retry(&self.target, || self.is_closed(), attempt);
        let live = match subscribed {
            Ok(live) => live,
            Err(e) => {
                self.state.lock().left = false;
                self.changed.notify_all();
                return self.check_open().and(Err(e));
            }
        };
        let mut state = self.state.lock();
        state.left = false;
        state.live = Some(live);
        state.topics = topics;
        state.last_commit = Instant::now();
        state.retry = Retry::default();
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Subscribes on the existing connection or a new one; `by` as for [`Connection::open_and`]. After a
    /// failure there is neither a connection nor the subscription before.
    fn subscribe_once(&self, topics: &[String], by: Option<Instant>) -> Result<Live> {
        let live = match self.usable()? {
            Some(live) => live,
            None => {
                let live = self.connect(by)?;
                self.state.lock().last_on_server = 0;
                self.forget();
                live
            }
        };
        let subscribed = self.leave_topics(&live).and_then(|()| {
            self.forget();
            self.subscribe_on(&live, topics)?;
            match self.conf.starts_with_the_latest() {
                true => self.note_start(&live, topics),
                false => Ok(()),
            }
        });
        match subscribed {
            Ok(()) => Ok(Live {
                resumed: false,
                ..live
            }),
            Err(e) => {
                self.forget();
                self.state.lock().live = None;
                live.connection.close();
                Err(reworded(e, " while it was subscribed to"))
            }
        }
    }

    /// Before that, the server accepts no other topics.
    fn leave_topics(&self, live: &Live) -> Result<()> {
        if self.state.lock().topics.is_empty() {
            return Ok(());
        }
        live.connection
            .ask_json(|req_id| request::bare("unsubscribe", req_id))
            .map(drop)
    }

    fn subscribe_on(&self, live: &Live, topics: &[String]) -> Result<()> {
        let (options, config) = self.conf.of_server();
        let takes_config = live.version.has(Capability::ConsumerConfig);
        for (key, value) in config
            .iter()
            .chain(options.get_key_value("msg_consume_rawdata"))
        {
            let says_what = matches!(
                (*key, *value),
                ("enable.replay", "true") | ("msg_consume_rawdata", "1")
            );
            if (says_what || self.conf.is_passed_on(key)) && !takes_config {
                return Err(Error::not_supported(format_args!(
                    "{key} needs a server from 3.3.6.0, not {}",
                    live.version
                )));
            }
        }
        let mut config = config;
        let may_log_in = live.version.has(Capability::ConsumerToken);
        // The cloud's guides use this name for the gateway's token, with TLS; native programs use it for a
        // login.
        let login = self.conf.token().filter(|_| self.target.tls.is_none());
        let bearer = self.target.bearer_token.as_deref();
        if let Some(token) = bearer.or(login.filter(|_| may_log_in)) {
            config.insert("td.connect.token", token);
        }
        let connector = connector(&self.target);
        let lists_instances =
            self.target.discover != Discover::Off && live.version.has(Capability::Instances);
        let sent = self.ask(live, |req_id| {
            requests::subscribe(&Subscribe {
                req_id,
                topics,
                user: &self.target.user,
                password: &self.target.password,
                tz: self.target.timezone.as_deref(),
                app: self.target.user_app.as_deref(),
                ip: self.target.user_ip.as_deref(),
                connector: &connector,
                list_instances: lists_instances.then_some(true),
                auto_commit: "false",
                options,
                config: config.clone(),
            })
        });
        // The text of servers before 3.3.8 for a key that they do not know.
        const UNKNOWN_KEY: i32 = codes::native(0xfffe);
        match sent {
            Err(e) if e.code == UNKNOWN_KEY && !config.is_empty() => Err(Error::with(
                codes::INVALID_CONFIG_OPTION,
                format_args!(
                    "server {} does not know one of {}",
                    live.version,
                    config.into_keys().collect::<Vec<_>>().join(", ")
                ),
            )),
            // Codes of the adapter's own have no text, and the error may be read on any thread.
            Err(e) if code_text(e.code).is_empty() => {
                let mut why = e.message.unwrap_or("the server does not say why".into());
                if login.is_some() && !may_log_in {
                    let since = Capability::ConsumerToken.since();
                    let version = live.version;
                    why.to_mut().push_str(&format!(
                        " (td.connect.token is a login for servers from {since} only, this is {version}: user and password were used)"
                    ));
                }
                Err(Error {
                    code: codes::CONSUMER_FAILED,
                    message: Some(why),
                })
            }
            other => {
                if let Some(instances) = other?.list_instances {
                    discovered::note(&self.target, live.connection.endpoint(), &instances);
                }
                Ok(())
            }
        }
    }

    /// The topics subscribed to.
    pub fn topics(&self) -> Vec<String> {
        self.state.lock().topics.clone()
    }

    /// Ends the subscription. With automatic commits, the messages given are committed first.
    pub fn unsubscribe(&self) -> Result<()> {
        self.check_open()?;
        let _turn = self.turn.lock();
        self.leave()
    }

    fn leave(&self) -> Result<()> {
        if self.state.lock().topics.is_empty() {
            return Ok(());
        }
        let committed = self.commit_at_the_end();
        self.give_up_poll();
        // A server that is gone has ended the subscription with the connection.
        let left = match self.usable()? {
            Some(live) => match self.ask(&live, |req_id| request::bare("unsubscribe", req_id)) {
                Err(e) if e.code != codes::CONNECTION_BROKEN => Err(e),
                _ => Ok(()),
            },
            None => Ok(()),
        };
        if left.is_err() {
            // The next call must not take it for a connection without a subscription.
            if let Some(live) = self.state.lock().live.clone() {
                live.connection.close();
            }
        }
        self.forget();
        self.state.lock().left = true;
        committed.and(left)
    }

    fn forget(&self) {
        let mut state = self.state.lock();
        state.topics.clear();
        state.positions.clear();
        state.uncommitted = false;
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
