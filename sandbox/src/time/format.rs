//! `to_char`: times as texts of TDengine's format letters.

use super::precision::Precision;
use super::zone::Zone;
use jiff::civil::DateTime;

impl Zone {
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
