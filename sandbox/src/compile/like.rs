//! LIKE.

/// LIKE: `%` any run, `_` one character, a backslash before either takes it as it is; letters match in either case.
pub fn like(text: &str, pattern: &str) -> bool {
    #[derive(PartialEq)]
    enum P {
        Any,
        One,
        Is(char),
    }
    let lower = |c: char| c.to_ascii_lowercase();
    let mut parts = vec![];
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '%' => P::Any,
            '_' => P::One,
            '\\' if matches!(chars.peek(), Some('%' | '_')) => P::Is(chars.next().unwrap_or('\\')),
            c => P::Is(lower(c)),
        });
    }
    let text: Vec<char> = text.chars().map(lower).collect();
    // The usual two-pointer walk: on a mismatch the last `%` takes one character more.
    let (mut t, mut p, mut retry) = (0, 0, None);
    while t < text.len() {
        match parts.get(p) {
            Some(P::Any) => {
                retry = Some((p, t));
                p += 1;
            }
            Some(P::One) => (t, p) = (t + 1, p + 1),
            Some(P::Is(c)) if *c == text[t] => (t, p) = (t + 1, p + 1),
            _ => match retry {
                Some((rp, rt)) => {
                    retry = Some((rp, rt + 1));
                    (t, p) = (rt + 1, rp + 1);
                }
                None => return false,
            },
        }
    }
    parts[p..].iter().all(|x| *x == P::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_patterns() {
        for (text, pattern, want) in [
            ("中文字", "中%", true),
            ("abc", "A_C", true),
            ("abc", "%c%", true),
            ("abc", "ab", false),
            ("a%c", "a\\%c", true),
            ("abc", "a\\%c", false),
            ("", "%", true),
            ("", "_", false),
            ("aaab", "%a%b", true),
        ] {
            assert_eq!(like(text, pattern), want, "{text} like {pattern}");
        }
    }
}
