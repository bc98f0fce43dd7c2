//! Time zones: times as texts in them, and texts as times.

use super::duration::Duration;
use super::precision::Precision;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;

/// A session's time zone. A name nobody knows counts as UTC, as in the real server, and keeps its name.
#[derive(Clone)]
pub struct Zone {
    name: String,
    tz: TimeZone,
}

impl Zone {
    pub fn utc() -> Zone {
        Zone {
            name: "UTC".into(),
            tz: TimeZone::UTC,
        }
    }
    pub fn new(name: &str) -> Zone {
        if name.is_empty() {
            return Zone::utc();
        }
        let tz = TimeZone::get(name)
            .or_else(|_| TimeZone::posix(name))
            .unwrap_or(TimeZone::UTC);
        Zone {
            name: name.into(),
            tz,
        }
    }
    /// What `timezone()` answers: `Asia/Tokyo (JST, +0900)`.
    pub fn describe(&self) -> String {
        let info = self.tz.to_offset_info(Timestamp::now());
        format!(
            "{} ({}, {})",
            self.name,
            info.abbreviation(),
            offset_text(info.offset().seconds())
        )
    }
    fn offset(&self, t: Timestamp) -> i32 {
        self.tz.to_offset(t).seconds()
    }
    pub fn iso8601(&self, ts: i64, p: Precision) -> Option<String> {
        let t = p.to_timestamp(ts)?;
        let d = self.tz.to_datetime(t);
        let frac = format!("{:09}", d.subsec_nanosecond());
        Some(format!(
            "{}T{}.{}{}",
            date_text(d),
            clock_text(d),
            &frac[..p.digits()],
            offset_text(self.offset(t))
        ))
    }
    /// `2023-11-14 22:13:20.123`, as a timestamp cast to text in messages.
    pub fn local(&self, ts: i64, p: Precision) -> Option<DateTime> {
        Some(self.tz.to_datetime(p.to_timestamp(ts)?))
    }
    /// Start of the local day of `ts`.
    pub fn day_start(&self, ts: i64, p: Precision) -> Option<i64> {
        let day = self
            .local(ts, p)?
            .date()
            .to_datetime(jiff::civil::Time::midnight());
        Some(p.ticks(self.tz.to_timestamp(day).ok()?.as_nanosecond()))
    }
    /// `ts` cut to a multiple of the duration; days and weeks count from the zone's midnight.
    pub fn truncate(&self, ts: i64, unit: Duration, p: Precision) -> Option<i64> {
        let ticks = unit.ticks(p).filter(|t| *t > 0)?;
        let shift = match unit.unit {
            'd' | 'w' => self.offset(p.to_timestamp(ts)?) as i64 * p.per_second(),
            _ => 0,
        };
        let local = ts.checked_add(shift)?;
        Some(local - local.rem_euclid(ticks) - shift)
    }
    /// A date and time in the texts TDengine takes: `YYYY-MM-DD[ T]hh:mm[:ss[.frac]][Z|+hh:mm|+hhmm|+hh]`, or a date alone.
    pub fn parse(&self, text: &str, p: Precision) -> Option<i64> {
        let t = text.trim();
        let (date, rest) = (t.get(..10)?, t.get(10..)?);
        let num = |s: &str| {
            if !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()) {
                s.parse::<i16>().ok()
            } else {
                None
            }
        };
        let ymd: Vec<i16> = date.split('-').map(num).collect::<Option<_>>()?;
        let &[y, mo, d] = ymd.as_slice() else {
            return None;
        };
        let (clock, zone) = split_zone(rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest).trim())?;
        if clock.is_empty() && !rest.is_empty() {
            return None;
        }
        let (hms, frac) = clock.split_once('.').unwrap_or((clock, ""));
        let mut parts = [0i16; 3];
        if !clock.is_empty() {
            let given: Vec<i16> = hms.split(':').map(num).collect::<Option<_>>()?;
            if !(2..=3).contains(&given.len()) {
                return None;
            }
            parts[..given.len()].copy_from_slice(&given);
        }
        if !frac.bytes().all(|b| b.is_ascii_digit()) || frac.len() > 9 {
            return None;
        }
        let nanos: i32 = format!("{frac:0<9}").parse().ok()?;
        let dt = DateTime::new(
            y,
            mo as i8,
            d as i8,
            parts[0] as i8,
            parts[1] as i8,
            parts[2] as i8,
            nanos,
        )
        .ok()?;
        let at = match zone {
            Some(seconds) => {
                TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds).ok()?).to_timestamp(dt)
            }
            None => self.tz.to_timestamp(dt),
        };
        let ns = at.ok()?.as_nanosecond();
        let ticks = ns.div_euclid(1_000_000_000 / p.per_second() as i128);
        // A time beyond what 64 bits hold counts as the farthest one: it is out of range, not malformed.
        Some(ticks.clamp(i64::MIN as i128, i64::MAX as i128) as i64)
    }
}

fn date_text(d: DateTime) -> String {
    format!("{:04}-{:02}-{:02}", d.year(), d.month(), d.day())
}

fn clock_text(d: DateTime) -> String {
    format!("{:02}:{:02}:{:02}", d.hour(), d.minute(), d.second())
}

fn offset_text(seconds: i32) -> String {
    let s = seconds.unsigned_abs();
    format!(
        "{}{:02}{:02}",
        if seconds < 0 { '-' } else { '+' },
        s / 3600,
        s / 60 % 60
    )
}

/// A clock text and the zone offset behind it in seconds.
fn split_zone(s: &str) -> Option<(&str, Option<i32>)> {
    if let Some(c) = s.strip_suffix(['Z', 'z']) {
        return Some((c, Some(0)));
    }
    let Some(at) = s.rfind(['+', '-']) else {
        return Some((s, None));
    };
    let digits = s[at + 1..].replace(':', "");
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i32 = digits.parse().ok()?;
    let seconds = match digits.len() {
        1 | 2 => n * 3600,
        4 => n / 100 * 3600 + n % 100 * 60,
        _ => return None,
    };
    Some((
        s[..at].trim_end(),
        Some(if s.as_bytes()[at] == b'-' {
            -seconds
        } else {
            seconds
        }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_in_the_zone_of_the_session() {
        let p = Precision::Milli;
        let cases = [
            ("UTC", "2023-11-16 00:00:00", Some(1700092800000)),
            ("Asia/Shanghai", "2023-11-16 00:00:00", Some(1700064000000)),
            ("Asia/Tokyo", "2023-11-16 00:00:00", Some(1700060400000)),
            (
                "Asia/Tokyo",
                "2023-11-17T00:00:00+01:00",
                Some(1700175600000),
            ),
            ("UTC-8", "2023-11-15 06:13:20", Some(1700000000000)),
            ("UTC", "2023-11-14T22:13:20.123Z", Some(1700000000123)),
            ("UTC", "2023-11-14", Some(1699920000000)),
            ("UTC", "2023-11-14 22:13", Some(1699999980000)),
            ("UTC", "1969-12-31 23:59:59.999", Some(-1)),
            ("UTC", "bad time", None),
            ("UTC", "2023-13-01 00:00:00", None),
            ("UTC", "2023-11-14 22:13:20x", None),
            ("UTC", "2023-11-1", None),
            ("UTC", "", None),
        ];
        for (zone, text, want) in cases {
            assert_eq!(Zone::new(zone).parse(text, p), want, "{zone} {text}");
        }
        assert_eq!(
            Zone::utc().parse("2023-11-14 22:13:21.987654321", Precision::Nano),
            Some(1700000001987654321)
        );
    }

    #[test]
    fn writes_what_was_recorded() {
        assert_eq!(
            Zone::new("Asia/Shanghai")
                .iso8601(1700000000000, Precision::Milli)
                .unwrap(),
            "2023-11-15T06:13:20.000+0800"
        );
        assert_eq!(
            Zone::utc()
                .iso8601(1700000000123456789, Precision::Nano)
                .unwrap(),
            "2023-11-14T22:13:20.123456789+0000"
        );
        assert_eq!(
            Zone::new("Asia/Tokyo").describe(),
            "Asia/Tokyo (JST, +0900)"
        );
        assert_eq!(
            Zone::new("Nowhere/None").describe(),
            "Nowhere/None (UTC, +0000)"
        );
        assert_eq!(Zone::new("UTC-8").describe(), "UTC-8 (UTC, +0800)");
        assert_eq!(
            Zone::new("Asia/Tokyo")
                .format(1700000000000, Precision::Milli, "yyyy-mm-dd hh24:mi:ss")
                .unwrap(),
            "2023-11-15 07:13:20"
        );
    }

    #[test]
    fn cuts_to_days_of_the_zone() {
        let day = Duration::parse("1d").unwrap();
        assert_eq!(
            Zone::new("Asia/Shanghai").truncate(1700000000000, day, Precision::Milli),
            Some(1699977600000)
        );
        assert_eq!(
            Zone::new("Asia/Tokyo").truncate(1700000000000, day, Precision::Milli),
            Some(1699974000000)
        );
        assert_eq!(
            Zone::utc().truncate(1700000000000, day, Precision::Milli),
            Some(1699920000000)
        );
    }
}
