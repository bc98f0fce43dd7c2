//! Events of a connection's user, and white lists.

pub(super) mod notices;

pub mod notify;
pub mod white_lists;
