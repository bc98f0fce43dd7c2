//! Lengths of time as statements write them: `10s`, `1d`, `3n`.

use super::precision::Precision;
use jiff::tz::TimeZone;

/// Units of durations such as `10s`, with their nanoseconds; months and years have no fixed length.
const UNITS: [(char, i64); 8] = [
    ('b', 1),
    ('u', 1_000),
    ('a', 1_000_000),
    ('s', 1_000_000_000),
    ('m', 60_000_000_000),
    ('h', 3_600_000_000_000),
    ('d', 86_400_000_000_000),
    ('w', 604_800_000_000_000),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duration {
    pub n: i64,
    pub unit: char,
}

impl Duration {
    pub fn parse(s: &str) -> Option<Duration> {
        let unit = s.chars().last()?.to_ascii_lowercase();
        let n = s[..s.len() - 1].parse().ok()?;
        (UNITS.iter().any(|u| u.0 == unit) || matches!(unit, 'n' | 'y'))
            .then_some(Duration { n, unit })
    }
    /// Months, if this is a natural duration.
    pub fn months(self) -> Option<i64> {
        match self.unit {
            'n' => Some(self.n),
            'y' => self.n.checked_mul(12),
            _ => None,
        }
    }
    /// Ticks of a fixed-length duration; None for months and on overflow.
    pub fn ticks(self, p: Precision) -> Option<i64> {
        let ns = UNITS.iter().find(|u| u.0 == self.unit)?.1 as i128;
        i64::try_from(self.n as i128 * ns * p.per_second() as i128 / 1_000_000_000).ok()
    }
    /// `ts` plus (or minus) this duration.
    pub fn add(self, ts: i64, sign: i64, p: Precision) -> Option<i64> {
        match self.months() {
            None => ts.checked_add(self.ticks(p)?.checked_mul(sign)?),
            Some(m) => add_months(ts, m.checked_mul(sign)?, p),
        }
    }
}

fn add_months(ts: i64, months: i64, p: Precision) -> Option<i64> {
    let at = TimeZone::UTC.to_datetime(p.to_timestamp(ts)?);
    let moved = at
        .checked_add(jiff::Span::new().try_months(months).ok()?)
        .ok()?;
    let t = TimeZone::UTC.to_timestamp(moved).ok()?;
    Some(p.ticks(t.as_nanosecond()))
}

#[cfg(test)]
mod tests {
    use super::super::Zone;
    use super::*;

    #[test]
    fn adds_months_by_the_calendar() {
        let jan31 = Zone::utc()
            .parse("2023-01-31 00:00:00", Precision::Milli)
            .unwrap();
        let feb28 = Zone::utc().parse("2023-02-28 00:00:00", Precision::Milli);
        assert_eq!(
            Duration { n: 1, unit: 'n' }.add(jan31, 1, Precision::Milli),
            feb28
        );
        assert_eq!(
            Duration {
                n: i64::MAX,
                unit: 'y'
            }
            .add(0, 1, Precision::Milli),
            None
        );
        assert_eq!(
            Duration {
                n: i64::MAX,
                unit: 'w'
            }
            .add(0, 1, Precision::Nano),
            None
        );
    }
}
