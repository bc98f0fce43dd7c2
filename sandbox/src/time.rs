//! Timestamps: precisions, durations, time zones, and their texts.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
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
    fn digits(self) -> usize {
        [3, 6, 9][self as usize]
    }
    pub fn now(self) -> i64 {
        self.ticks(Timestamp::now().as_nanosecond())
    }
    fn ticks(self, ns: i128) -> i64 {
        ns.div_euclid(1_000_000_000 / self.per_second() as i128) as i64
    }
    fn to_timestamp(self, ts: i64) -> Option<Timestamp> {
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
    /// `to_char`: TDengine's format letters, longest first.
    pub fn format(&self, ts: i64, p: Precision, format: &str) -> Option<String> {
        let d = self.local(ts, p)?;
        let mut out = String::new();
        let mut rest = format;
        while let Some(c) = rest.chars().next() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted.find('"').unwrap_or(quoted.len());
                out.push_str(&quoted[..end]);
                rest = quoted.get(end + 1..).unwrap_or("");
                continue;
            }
            match FORMATS.iter().find(|(k, _)| {
                rest.get(..k.len())
                    .is_some_and(|h| h.eq_ignore_ascii_case(k))
            }) {
                Some((k, f)) => {
                    out.push_str(&match_case(&rest[..k.len()], f(&d)));
                    rest = &rest[k.len()..];
                }
                None => {
                    out.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        Some(out)
    }
}

type Part = fn(&DateTime) -> String;

const FORMATS: [(&str, Part); 22] = [
    ("yyyy", |d| format!("{:04}", d.year())),
    ("yyy", |d| format!("{:03}", d.year() % 1000)),
    ("yy", |d| format!("{:02}", d.year() % 100)),
    ("month", |d| d.strftime("%B").to_string()),
    ("mon", |d| d.strftime("%b").to_string()),
    ("hh24", |d| format!("{:02}", d.hour())),
    ("hh12", |d| d.strftime("%I").to_string()),
    ("hh", |d| d.strftime("%I").to_string()),
    ("ddd", |d| format!("{:03}", d.day_of_year())),
    ("dd", |d| format!("{:02}", d.day())),
    ("day", |d| d.strftime("%A").to_string()),
    ("dy", |d| d.strftime("%a").to_string()),
    ("mm", |d| format!("{:02}", d.month())),
    ("mi", |d| format!("{:02}", d.minute())),
    ("ms", |d| {
        format!("{:03}", d.subsec_nanosecond() / 1_000_000)
    }),
    ("ss", |d| format!("{:02}", d.second())),
    ("us", |d| format!("{:06}", d.subsec_nanosecond() / 1_000)),
    ("ns", |d| format!("{:09}", d.subsec_nanosecond())),
    ("am", |d| d.strftime("%p").to_string()),
    ("pm", |d| d.strftime("%p").to_string()),
    ("d", |d| {
        (d.weekday().to_sunday_zero_offset() + 1).to_string()
    }),
    ("y", |d| (d.year() % 10).to_string()),
];

/// Names follow the letters of the format: MONTH, Month, month.
fn match_case(format: &str, text: String) -> String {
    let mut letters = format.chars();
    match (letters.next(), letters.next()) {
        (Some(a), Some(b)) if a.is_uppercase() && b.is_uppercase() => text.to_uppercase(),
        (Some(a), _) if a.is_uppercase() => text,
        _ => text.to_lowercase(),
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
