//! Subscribing to topics, and ending the subscription.

use super::resume::Retry;
use super::{Consumer, Live};
use crate::client::connection_lost::reworded;
use crate::client::retry::retry;
use crate::client::session::login::connector;
use crate::config::address::Discover;
use crate::error::{code_text, codes, Error, Result};
use crate::protocol::tmq::requests::{self, Subscribe};
use crate::protocol::version::Capability;
use crate::transport::discovered;
use std::time::Instant;

impl Consumer {
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
        live.connection.ask_json(requests::unsubscribe).map(drop)
    }

    pub(super) fn subscribe_on(&self, live: &Live, topics: &[String]) -> Result<()> {
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

    pub(super) fn leave(&self) -> Result<()> {
        if self.state.lock().topics.is_empty() {
            return Ok(());
        }
        let committed = self.commit_at_the_end();
        self.give_up_poll();
        // A server that is gone has ended the subscription with the connection.
        let left = match self.usable()? {
            Some(live) => match self.ask(&live, requests::unsubscribe) {
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

    pub(super) fn forget(&self) {
        let mut state = self.state.lock();
        state.topics.clear();
        state.positions.clear();
        state.uncommitted = false;
    }
}
