//! The host's time zone. The native client reads and prints times in it, so the server must know.

/// `TZ` when it names a zone, else what the system is set to.
pub fn of_the_host() -> Option<String> {
    if let Ok(tz) = std::env::var("TZ") {
        let name = tz.strip_prefix(':').unwrap_or(&tz);
        if !name.is_empty() && !name.starts_with('/') {
            return Some(name.to_owned());
        }
    }
    iana_time_zone::get_timezone().ok()
}
