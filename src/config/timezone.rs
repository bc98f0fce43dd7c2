//! The host's time zone. The native client reads and prints times in it, so a login tells the server.

use super::environment;
use once_cell::race::OnceBox;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// `TZ` if it names a zone. Otherwise the system's zone, which is looked up once.
pub fn of_the_host() -> Option<String> {
    let by_variable = std::env::var("TZ").ok();
    if let Some(name) = by_variable.as_deref().and_then(named_by) {
        return Some(name.to_owned());
    }
    static SYSTEM: OnceBox<Option<String>> = OnceBox::new();
    SYSTEM
        .get_or_init(|| Box::new(iana_time_zone::get_timezone().ok()))
        .clone()
}

/// The zone that a value of `TZ` means to the C library; `None` for a file whose path does not name a zone.
fn named_by(tz: &str) -> Option<&str> {
    let name = tz.strip_prefix(':').unwrap_or(tz);
    if name.is_empty() {
        return Some("UTC");
    }
    if !name.starts_with('/') {
        return Some(name);
    }
    let (_, name) = name.rsplit_once("/zoneinfo/")?;
    // The database has each zone without and with leap seconds.
    let variant = ["posix/", "right/"]
        .iter()
        .find_map(|dir| name.strip_prefix(dir));
    Some(variant.unwrap_or(name)).filter(|name| !name.is_empty())
}

/// Where the database of time zones may be, besides `TZDIR`.
const DATABASES: [&str; 4] = [
    "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
];

/// Is it a time zone: a name in the host's database, or a POSIX rule (`CST-8`)? On a host without the database every
/// name is taken for one.
pub fn exists(zone: &str) -> bool {
    let Some(zone) = named_by(zone) else {
        return false;
    };
    if zone == "UTC" || is_rule(zone) {
        return true;
    }
    let of_the_program = environment::var_os("TZDIR").map(PathBuf::from);
    let databases: Vec<PathBuf> = of_the_program
        .into_iter()
        .chain(DATABASES.map(PathBuf::from))
        .filter(|path| path.is_dir())
        .collect();
    let is_name = zone.split('/').all(|part| {
        let of_a_name = |c: char| c.is_ascii_alphanumeric() || "_+-".contains(c);
        !part.is_empty() && part.chars().all(of_a_name)
    });
    is_name && (databases.is_empty() || databases.iter().any(|path| is_zone(&path.join(zone))))
}

fn is_zone(path: &Path) -> bool {
    let mut magic = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && magic == *b"TZif"
}

/// A POSIX rule: a name and its offset, and perhaps those of daylight saving time and its dates.
fn is_rule(zone: &str) -> bool {
    let quoted = zone.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    let (name, rest) = quoted.unwrap_or_else(|| {
        let end = zone.find(|c: char| !c.is_ascii_alphabetic());
        zone.split_at(end.unwrap_or(zone.len()))
    });
    let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':');
    let (offset, summer) = rest.split_at(end.unwrap_or(rest.len()));
    let mut numbers = offset
        .split(':')
        .map(|n| (n.len() <= 2).then(|| n.parse().ok()));
    let hours: Option<u32> = numbers.next().flatten().flatten();
    let others = numbers.all(|n: Option<Option<u32>>| matches!(n.flatten(), Some(..=59)));
    name.len() >= 3
        && matches!(hours, Some(..=24))
        && others
        && (summer.is_empty() || summer.starts_with(|c: char| c == '<' || c.is_ascii_alphabetic()))
}

/// As [`exists`], and also for other texts that the native client takes: those that begin with three letters or more
/// (`Nowhere/None`), which its C library takes for a name of UTC.
pub fn or_natively_one(zone: &str) -> bool {
    let letters = zone.chars().take_while(char::is_ascii_alphabetic);
    letters.count() >= 3 || exists(zone)
}

#[cfg(test)]
mod tests {
    use super::{exists, named_by, or_natively_one};

    #[test]
    fn what_is_a_time_zone() {
        for zone in [
            "UTC",
            "UTC-8",
            "CST-8",
            "GMT+8",
            "<+08>-8",
            "CET-1CEST,M3.5.0,M10.5.0/3",
            "IST-5:30",
            "NZST-12:00:00NZDT-13:00:00,M10.1.0,M3.3.0",
            "",
            ":UTC",
        ] {
            assert!(exists(zone), "{zone}");
        }
        for zone in [
            "No/../Where",
            "../zone",
            "UTC-99",
            "UTC-8:61",
            "A-1",
            "Asia/Shang hai",
            "+8",
            "x",
            "/etc/passwd",
        ] {
            assert!(!exists(zone), "{zone}");
        }
        if std::path::Path::new("/usr/share/zoneinfo/Europe/Berlin").exists() {
            assert!(exists("Europe/Berlin") && exists(":Asia/Tokyo"));
            assert!(!exists("No/Where") && !exists("Europe") && !exists("tzdata.zi"));
            assert!(!exists("Nowhere/None") && or_natively_one("Nowhere/None"));
            assert!(
                or_natively_one("NZ") && !or_natively_one("No/Where") && !or_natively_one("+8")
            );
        }
    }

    #[test]
    fn values_of_tz() {
        for (tz, zone) in [
            ("Europe/Berlin", Some("Europe/Berlin")),
            (":Europe/Berlin", Some("Europe/Berlin")),
            (
                "CET-1CEST,M3.5.0,M10.5.0/3",
                Some("CET-1CEST,M3.5.0,M10.5.0/3"),
            ),
            ("/usr/share/zoneinfo/Europe/Berlin", Some("Europe/Berlin")),
            (":/usr/share/zoneinfo/Europe/Berlin", Some("Europe/Berlin")),
            ("/usr/share/zoneinfo/posix/UTC", Some("UTC")),
            ("", Some("UTC")),
            (":", Some("UTC")),
            ("/etc/localtime", None),
            ("/usr/share/zoneinfo/", None),
        ] {
            assert_eq!(named_by(tz), zone, "{tz}");
        }
    }
}
