//! The host's time zone. The native client reads and prints times in it, so the server must know.

use once_cell::race::OnceBox;

/// `TZ` when it names a zone, else what the system was set to when it was first asked.
pub fn of_the_host() -> Option<String> {
    if let Ok(tz) = std::env::var("TZ") {
        let name = tz.strip_prefix(':').unwrap_or(&tz);
        if !name.is_empty() && !name.starts_with('/') {
            return Some(name.to_owned());
        }
    }
    static SYSTEM: OnceBox<Option<String>> = OnceBox::new();
    SYSTEM
        .get_or_init(|| Box::new(iana_time_zone::get_timezone().ok()))
        .clone()
}
