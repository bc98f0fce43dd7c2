//! Consumer groups: members, which vgroups of a topic each of them has, and how far the group has come.

use super::options::Options;
use crate::error::{code, SqlError};
use crate::time::Precision;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A vgroup that is to change hands waits this long for its owner to be done with the message that it has.
const HAND_OVER: Duration = Duration::from_secs(5);

pub struct Member {
    pub options: Options,
    pub user: String,
    pub topics: Vec<String>,
    pub up: i64,
    pub subscribed: i64,
    pub rebalanced: i64,
    /// When something came from its socket last, be it a pong.
    seen: Arc<Mutex<Instant>>,
    polled: Instant,
    /// It was silent for too long; others have its vgroups until it comes back.
    lost: bool,
}

impl Member {
    pub fn new(options: Options, user: &str, seen: Arc<Mutex<Instant>>) -> Member {
        let now = Precision::Milli.now();
        Member {
            options,
            user: user.into(),
            topics: vec![],
            up: now,
            subscribed: now,
            rebalanced: now,
            seen,
            polled: Instant::now(),
            lost: false,
        }
    }
    fn is_overdue(&self, now: Instant) -> bool {
        let seen = *self.seen.lock();
        now.saturating_duration_since(seen) > self.options.session_timeout
            || now.saturating_duration_since(self.polled) > self.options.max_poll_interval
    }
    /// Its state, as `perf_consumers` names it.
    pub fn status(&self) -> &'static str {
        match self.lost {
            true => "lost",
            false => "ready",
        }
    }
}

/// How far the owner of a vgroup has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Where the last message started.
    pub begin: i64,
    pub end: i64,
}

/// A vgroup of a topic, for one group.
#[derive(Default)]
pub struct Share {
    pub owner: Option<u64>,
    /// Who gets it when the owner is done with its message.
    next: Option<(u64, Instant)>,
    pub committed: Option<i64>,
    pub progress: Option<Progress>,
    /// The owner has asked for the range of offsets, which the real client must before it seeks.
    pub known: bool,
    /// The owner has a message that it may still be working on.
    pub in_hand: bool,
    pub rows: u64,
}

impl Share {
    fn give(&mut self, to: u64) {
        (self.owner, self.next, self.known, self.in_hand) = (Some(to), None, false, false);
    }
    /// What the owner did without committing is done again by the next one.
    fn take_back(&mut self) {
        (self.owner, self.progress) = (None, None);
        (self.known, self.in_hand) = (false, false);
        if let Some((to, _)) = self.next {
            self.give(to);
        }
    }
    pub fn commit(&mut self, offset: i64) {
        self.committed = Some(offset);
        self.in_hand &= self.progress.is_some_and(|p| p.end > offset);
    }
}

/// One group's shares of one topic, by vgroup.
pub type Shares = BTreeMap<i32, Share>;

#[derive(Default)]
pub struct Groups {
    pub members: BTreeMap<u64, Member>,
    /// By topic and group.
    pub subscriptions: BTreeMap<(String, String), Shares>,
    last_id: u64,
}

fn fail<T>(code: u16, text: &str) -> Result<T, SqlError> {
    Err(SqlError::new(code, text))
}

impl Groups {
    pub fn join(&mut self, member: Member) -> u64 {
        self.last_id += 1;
        self.members.insert(self.last_id, member);
        self.last_id
    }
    /// `topics`, each with its vgroups.
    pub fn subscribe(&mut self, id: u64, topics: Vec<(String, Vec<i32>)>) {
        let Some(m) = self.members.get_mut(&id) else {
            return;
        };
        m.topics = topics.iter().map(|t| t.0.clone()).collect();
        m.subscribed = Precision::Milli.now();
        (m.polled, m.lost) = (Instant::now(), false);
        let group = m.options.group.clone();
        for (topic, vgroups) in topics {
            let key = (topic, group.clone());
            let shares = self.subscriptions.entry(key.clone()).or_default();
            for v in vgroups {
                shares.entry(v).or_default();
            }
            self.expire(&key, id);
            self.rebalance(&key);
        }
    }
    pub fn unsubscribe(&mut self, id: u64) {
        let Some(m) = self.members.get_mut(&id) else {
            return;
        };
        let topics = std::mem::take(&mut m.topics);
        let group = m.options.group.clone();
        for topic in topics {
            let key = (topic, group.clone());
            self.release(&key, id);
            self.rebalance(&key);
        }
    }
    pub fn leave(&mut self, id: u64) {
        self.unsubscribe(id);
        self.members.remove(&id);
    }
    fn release(&mut self, key: &(String, String), id: u64) {
        for s in self
            .subscriptions
            .get_mut(key)
            .into_iter()
            .flat_map(BTreeMap::values_mut)
        {
            if s.next.is_some_and(|n| n.0 == id) {
                s.next = None;
            }
            if s.owner == Some(id) {
                s.take_back();
            }
        }
    }

    /// A member asks for more: it is done with what it had, and overdue members make room.
    /// Whether a vgroup changed hands.
    pub fn begin_poll(&mut self, id: u64) -> bool {
        let Some(m) = self.members.get_mut(&id) else {
            return false;
        };
        let mut moved = false;
        m.polled = Instant::now();
        let back = std::mem::take(&mut m.lost);
        let keys: Vec<_> = m
            .topics
            .iter()
            .map(|t| (t.clone(), m.options.group.clone()))
            .collect();
        for key in keys {
            if self.expire(&key, id) || back {
                self.rebalance(&key);
                moved = true;
            }
            for s in self
                .subscriptions
                .get_mut(&key)
                .into_iter()
                .flat_map(BTreeMap::values_mut)
            {
                s.in_hand &= s.owner != Some(id);
                let Some((to, since)) = s.next else { continue };
                let patience_ends = since.elapsed() > HAND_OVER;
                if s.in_hand && patience_ends {
                    // Nobody knows what became of that message.
                    s.progress = s.progress.map(|p| Progress {
                        begin: p.begin,
                        end: p.begin,
                    });
                }
                if !s.in_hand || patience_ends {
                    s.give(to);
                    moved = true;
                }
            }
        }
        moved
    }

    /// Takes the vgroups of members that are overdue, if there is somebody else to have them.
    fn expire(&mut self, key: &(String, String), except: u64) -> bool {
        let now = Instant::now();
        let overdue = |m: &Member| {
            m.options.group == key.1 && m.topics.contains(&key.0) && !m.lost && m.is_overdue(now)
        };
        let members = self.members.iter();
        let late: Vec<u64> = members
            .filter(|(id, m)| **id != except && overdue(m))
            .map(|m| *m.0)
            .collect();
        for id in &late {
            self.release(key, *id);
            if let Some(m) = self.members.get_mut(id) {
                m.lost = true;
            }
        }
        !late.is_empty()
    }

    /// Spreads the vgroups evenly; who has one keeps it as far as that goes.
    fn rebalance(&mut self, key: &(String, String)) {
        let Some(shares) = self.subscriptions.get_mut(key) else {
            return;
        };
        let wants = |m: &Member| m.options.group == key.1 && m.topics.contains(&key.0) && !m.lost;
        let mut members: Vec<u64> = self
            .members
            .iter()
            .filter(|(_, m)| wants(m))
            .map(|m| *m.0)
            .collect();
        if members.is_empty() {
            return;
        }
        let holder = |s: &Share| s.next.map(|n| n.0).or(s.owner);
        let held = |id: u64| shares.values().filter(|s| holder(s) == Some(id)).count();
        members.sort_by_cached_key(|id| std::cmp::Reverse(held(*id)));
        let (each, more) = (shares.len() / members.len(), shares.len() % members.len());
        let places = members.iter().enumerate();
        let mut room: HashMap<u64, usize> = places
            .map(|(i, id)| (*id, each + (i < more) as usize))
            .collect();
        let mut loose = vec![];
        for (v, s) in shares.iter() {
            match holder(s).and_then(|id| room.get_mut(&id)) {
                Some(n) if *n > 0 => *n -= 1,
                _ => loose.push(*v),
            }
        }
        for v in loose {
            let to = members.iter().find(|id| room[*id] > 0).copied();
            let (Some(to), Some(s)) = (to, shares.get_mut(&v)) else {
                continue;
            };
            if let Some(n) = room.get_mut(&to) {
                *n -= 1;
            }
            if s.owner == Some(to) {
                s.next = None;
            } else if s.owner.is_some() && s.in_hand {
                s.next = Some((to, Instant::now()));
            } else {
                s.give(to);
            }
        }
        let now = Precision::Milli.now();
        for id in members {
            if let Some(m) = self.members.get_mut(&id) {
                m.rebalanced = now;
            }
        }
    }

    /// The topics and vgroups that a member has.
    pub fn owned(&self, id: u64) -> Vec<(String, i32)> {
        let Some(m) = self.members.get(&id) else {
            return vec![];
        };
        let mut out = vec![];
        for t in &m.topics {
            let shares = self
                .subscriptions
                .get(&(t.clone(), m.options.group.clone()));
            let mine = shares
                .into_iter()
                .flatten()
                .filter(|(_, s)| s.owner == Some(id));
            out.extend(mine.map(|(v, _)| (t.clone(), *v)));
        }
        out
    }
    /// A member's share, or what is wrong with asking for it.
    pub fn share(&mut self, id: u64, topic: &str, vgroup: i32) -> Result<&mut Share, SqlError> {
        let group = match self.members.get(&id) {
            Some(m) if m.topics.iter().any(|t| t == topic) => m.options.group.clone(),
            _ => return fail(code::TMQ_TOPIC, "Topic does not belong to this consumer"),
        };
        let shares = self.subscriptions.get_mut(&(topic.to_string(), group));
        match shares
            .and_then(|s| s.get_mut(&vgroup))
            .filter(|s| s.owner == Some(id))
        {
            Some(s) => Ok(s),
            None => fail(code::TMQ_VGROUP, "VgId does not belong to this consumer"),
        }
    }

    /// Commits how far a member has come in each of its vgroups.
    pub fn commit_all(&mut self, id: u64) {
        for (topic, vgroup) in self.owned(id) {
            if let Ok(share) = self.share(id, &topic, vgroup) {
                if let Some(p) = share.progress {
                    share.commit(p.end);
                }
            }
        }
    }
    pub fn exists(&self, topic: &str, group: &str) -> bool {
        let key = (topic.to_string(), group.to_string());
        self.subscriptions.contains_key(&key)
    }
    pub fn has_members(&self, topic: &str, group: &str) -> bool {
        let mut members = self.members.values();
        members.any(|m| m.options.group == group && m.topics.iter().any(|t| t == topic))
    }
    pub fn is_subscribed(&self, topic: &str) -> bool {
        self.members
            .values()
            .any(|m| m.topics.iter().any(|t| t == topic))
    }
    pub fn forget(&mut self, topic: &str, group: &str) {
        let key = (topic.to_string(), group.to_string());
        self.subscriptions.remove(&key);
        for m in self
            .members
            .values_mut()
            .filter(|m| m.options.group == group)
        {
            m.topics.retain(|t| t != topic);
        }
    }
    pub fn forget_topic(&mut self, topic: &str) {
        self.subscriptions.retain(|(t, _), _| t != topic);
        for m in self.members.values_mut() {
            m.topics.retain(|t| t != topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Args;
    use crate::version::Version;

    fn member() -> Member {
        let version = Version::parse("3.3.7.5").unwrap();
        let args = serde_json::json!({"group_id": "g"});
        let Ok(Ok(options)) = Options::parse(&Args(&args), &version) else {
            panic!()
        };
        Member::new(options, "root", Arc::new(Mutex::new(Instant::now())))
    }
    fn join(g: &mut Groups, vgroups: &[i32]) -> u64 {
        let id = g.join(member());
        g.subscribe(id, vec![("t".into(), vgroups.to_vec())]);
        id
    }
    fn vgroups(g: &Groups, id: u64) -> Vec<i32> {
        g.owned(id).into_iter().map(|o| o.1).collect()
    }

    #[test]
    fn vgroups_are_spread_and_come_back() {
        let mut g = Groups::default();
        let all = [2, 3, 4, 5];
        let a = join(&mut g, &all);
        assert_eq!(vgroups(&g, a), all);
        let b = join(&mut g, &all);
        assert_eq!((vgroups(&g, a).len(), vgroups(&g, b).len()), (2, 2));
        let c = join(&mut g, &all);
        let sizes = [a, b, c].map(|m| vgroups(&g, m).len());
        assert_eq!(
            (sizes.iter().sum::<usize>(), sizes.iter().max()),
            (4, Some(&2))
        );
        g.leave(b);
        g.leave(a);
        assert_eq!(vgroups(&g, c), all);
        let d: Vec<u64> = (0..4).map(|_| join(&mut g, &all)).collect();
        let idle = d.iter().chain([&c]).filter(|m| vgroups(&g, **m).is_empty());
        assert_eq!(idle.count(), 1);
    }

    #[test]
    fn a_vgroup_changes_hands_when_its_owner_is_done() {
        let mut g = Groups::default();
        let a = join(&mut g, &[2, 3]);
        for v in [2, 3] {
            let s = g.share(a, "t", v).unwrap();
            (s.in_hand, s.progress) = (true, Some(Progress { begin: 4, end: 9 }));
        }
        let b = join(&mut g, &[2, 3]);
        g.begin_poll(b);
        assert_eq!((vgroups(&g, a).len(), vgroups(&g, b).len()), (2, 0));
        g.begin_poll(a);
        let moved = vgroups(&g, b);
        assert_eq!((vgroups(&g, a).len(), moved.len()), (1, 1));
        let s = g.share(b, "t", moved[0]).unwrap();
        assert_eq!(
            (s.progress, s.committed),
            (Some(Progress { begin: 4, end: 9 }), None)
        );
        // What the dead did not commit is done again.
        g.leave(b);
        assert_eq!(g.share(a, "t", moved[0]).unwrap().progress, None);
    }

    #[test]
    fn a_silent_member_makes_room_for_others_only() {
        let mut g = Groups::default();
        let a = join(&mut g, &[2, 3]);
        let long_ago = Instant::now().checked_sub(Duration::from_secs(60)).unwrap();
        *g.members[&a].seen.lock() = long_ago;
        g.begin_poll(a);
        assert_eq!(vgroups(&g, a), [2, 3]);
        let b = join(&mut g, &[2, 3]);
        assert_eq!((vgroups(&g, a), vgroups(&g, b)), (vec![], vec![2, 3]));
        assert_eq!(g.members[&a].status(), "lost");
        *g.members[&a].seen.lock() = Instant::now();
        g.begin_poll(a);
        assert_eq!((vgroups(&g, a).len(), vgroups(&g, b).len()), (1, 1));
    }
}
