//! The JSON of a message about tables.

/// The text of `data` as the native client gives it. Servers up to 3.3.7.5 write `<`, `>` and `&` as `\u003c`
/// and the like. To a JSON parser that is the same; to a program that searches the text it is not.
pub fn native_text(json: &str) -> String {
    const ESCAPES: [(&str, char); 3] = [("\\u003c", '<'), ("\\u003e", '>'), ("\\u0026", '&')];
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((escape, plain)) = ESCAPES.iter().find(|(e, _)| rest.starts_with(e)) {
            out.push(*plain);
            rest = &rest[escape.len()..];
        } else {
            // The escaped character too: a backslash of its own must not start another escape.
            let len = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..len]);
            rest = &rest[len..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::native_text;

    #[test]
    fn only_real_escapes_are_undone() {
        assert_eq!(native_text(r#"{"a":"x \u003e= y"}"#), r#"{"a":"x >= y"}"#);
        assert_eq!(native_text(r#""\\u003c""#), r#""\\u003c""#);
        assert_eq!(native_text(r#""\"\u0026\n""#), r#""\"&\n""#);
        assert_eq!(native_text("\\é"), "\\é");
        assert_eq!(native_text("\\"), "\\");
    }
}
