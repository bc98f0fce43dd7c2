//! Logins that have succeeded. Their passwords are for programs that have only the digest of one, and the last
//! login is for questions that belong to no connection.

use crate::config::Target;
use crate::sync::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;

/// When there are more users and passwords than this, the oldest are forgotten.
const MOST: usize = 256;

pub struct Known {
    /// Users and their passwords, the latest last.
    passwords: VecDeque<(String, String)>,
    last: Option<Arc<Target>>,
}

pub static KNOWN: Mutex<Known> = Mutex::new(Known {
    passwords: VecDeque::new(),
    last: None,
});

/// A login of this target has succeeded.
pub fn note(target: &Arc<Target>) {
    let is_this =
        |(user, password): &(String, String)| *user == target.user && *password == target.password;
    let mut known = KNOWN.lock();
    let before = known.last.replace(target.clone());
    let passwords = &mut known.passwords;
    if target.bearer_token.is_none() && !passwords.back().is_some_and(is_this) {
        passwords.retain(|one| !is_this(one));
        if passwords.len() == MOST {
            passwords.pop_front();
        }
        passwords.push_back((target.user.clone(), target.password.clone()));
    }
    drop(known);
    drop(before);
}

/// The user's password with this MD5 digest, in hexadecimal: `suggested`, or one of an earlier login.
pub fn password_of(user: &str, digest: &str, suggested: &str) -> Option<String> {
    let fits = |password: &str| {
        let own = format!("{:x}", md5::compute(password));
        own.eq_ignore_ascii_case(digest)
    };
    if fits(suggested) {
        return Some(suggested.to_owned());
    }
    let known = KNOWN.lock().passwords.clone();
    let mut known = known.into_iter().rev();
    known
        .find(|(of, password)| of == user && fits(password))
        .map(|(_, password)| password)
}

/// The target of the last login.
pub fn last() -> Option<Arc<Target>> {
    KNOWN.lock().last.clone()
}

/// Forgets all logins.
pub fn forget() {
    let mut known = KNOWN.lock();
    let forgotten = (std::mem::take(&mut known.passwords), known.last.take());
    drop(known);
    drop(forgotten);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_the_user_alone() {
        let known = ("ann".to_owned(), "secret".to_owned());
        KNOWN.lock().passwords.push_back(known);
        let digest = "5EBE2294ECD0E0F08EAB7690D2A6EE69";
        assert_eq!(password_of("ann", digest, "x").as_deref(), Some("secret"));
        assert_eq!(password_of("bob", digest, "x"), None);
        let root = password_of("bob", "dcc5bed04851fec854c035b2e40263b6", "taosdata");
        assert_eq!(root.as_deref(), Some("taosdata"));
    }
}
