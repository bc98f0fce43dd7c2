//! The unit in which a database counts time.

use jiff::Timestamp;

/// A database's timestamp unit, with its number on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    Milli = 0,
    Micro = 1,
    Nano = 2,
}

impl Precision {
    pub fn parse(s: &str) -> Option<Precision> {
        [Precision::Milli, Precision::Micro, Precision::Nano]
            .into_iter()
            .find(|p| p.name() == s)
    }
    pub fn name(self) -> &'static str {
        ["ms", "us", "ns"][self as usize]
    }
    pub fn per_second(self) -> i64 {
        [1_000, 1_000_000, 1_000_000_000][self as usize]
    }
    pub(super) fn digits(self) -> usize {
        [3, 6, 9][self as usize]
    }
    pub fn now(self) -> i64 {
        self.ticks(Timestamp::now().as_nanosecond())
    }
    pub(super) fn ticks(self, ns: i128) -> i64 {
        ns.div_euclid(1_000_000_000 / self.per_second() as i128) as i64
    }
    pub(super) fn to_timestamp(self, ts: i64) -> Option<Timestamp> {
        Timestamp::from_nanosecond(ts as i128 * (1_000_000_000 / self.per_second() as i128)).ok()
    }
    /// A timestamp of another precision in this one.
    pub fn convert(self, ts: i64, from: Precision) -> i64 {
        match self.per_second() >= from.per_second() {
            true => ts.saturating_mul(self.per_second() / from.per_second()),
            false => ts.div_euclid(from.per_second() / self.per_second()),
        }
    }
    /// A number without a unit: its digits say which precision it is in.
    pub fn of_digits(ts: i64) -> Precision {
        match ts.unsigned_abs() {
            0..=99_999_999_999_999 => Precision::Milli,
            100_000_000_000_000..=99_999_999_999_999_999 => Precision::Micro,
            _ => Precision::Nano,
        }
    }
}
