//! What every exported function passes through: the way in and out, handles, the threads on which callbacks run, and the
//! types of the header.

pub(crate) mod callbacks;
pub(crate) mod entry;
pub(crate) mod handle;
mod readers;
pub(crate) mod slots;
pub mod types;
