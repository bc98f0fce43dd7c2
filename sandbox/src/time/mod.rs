//! Times: their precision, durations, time zones, and their texts.

mod duration;
mod format;
mod precision;
mod zone;

pub use duration::Duration;
pub use precision::Precision;
pub use zone::Zone;
