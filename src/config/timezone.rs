//! The host's time zone. The native client reads and prints times in it, so the server must know.

use once_cell::race::OnceBox;

/// `TZ` when it names a zone, else what the system was set to when it was first asked.
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

/// The zone that a value of `TZ` means to the C library; `None` for a file that says nothing by its
/// path.
fn named_by(tz: &str) -> Option<&str> {
    let name = tz.strip_prefix(':').unwrap_or(tz);
    if name.is_empty() {
        return Some("UTC");
    }
    if !name.starts_with('/') {
        return Some(name);
    }
    let (_, name) = name.rsplit_once("/zoneinfo/")?;
    // The same zones, without and with leap seconds.
    let variant = ["posix/", "right/"]
        .iter()
        .find_map(|dir| name.strip_prefix(dir));
    Some(variant.unwrap_or(name)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::named_by;

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
