//! What little of a statement's text the library has to understand.

/// The text from its first word on: blanks and comments before it are passed over, and so are the
/// characters that `also` names. Empty when a comment does not end.
fn from_the_first_word<'a>(mut sql: &'a [u8], also: &[u8]) -> &'a [u8] {
    loop {
        sql = match sql {
            [b'-', b'-', rest @ ..] => after(rest, b"\n"),
            [b'/', b'*', rest @ ..] => after(rest, b"*/"),
            [c, rest @ ..] if c.is_ascii_whitespace() || also.contains(c) => rest,
            _ => return sql,
        }
    }
}

/// What follows the first `end`; nothing when there is none.
fn after<'a>(text: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = text.windows(end.len()).position(|part| part == end);
    at.map_or(&[], |at| &text[at + end.len()..])
}

/// The database that a `use` statement selects.
pub fn database_of_use(sql: &[u8]) -> Option<String> {
    // The word first: most statements are something else, and may be long.
    let (word, name) = from_the_first_word(sql, b"").split_at_checked(3)?;
    if !word.eq_ignore_ascii_case(b"use") {
        return None;
    }
    let name = std::str::from_utf8(name).ok()?;
    let name = name.strip_prefix(char::is_whitespace)?.trim();
    let name = name.trim_end_matches(';').trim();
    match name.strip_prefix('`').and_then(|n| n.strip_suffix('`')) {
        Some(quoted) => Some(quoted.to_owned()),
        None => Some(name.to_ascii_lowercase()),
    }
}

/// Is it a statement that changes nothing in the server, by its first word?
pub fn may_be_repeated(sql: &[u8]) -> bool {
    const HARMLESS: [&[u8]; 6] = [b"select", b"show", b"describe", b"desc", b"explain", b"use"];
    let sql = from_the_first_word(sql, b"(");
    let end = sql.iter().position(|b| !b.is_ascii_alphabetic());
    let word = &sql[..end.unwrap_or(sql.len())];
    HARMLESS
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::{database_of_use, may_be_repeated};

    #[test]
    fn what_may_be_repeated() {
        for sql in [
            "select 1",
            " SHOW databases",
            "desc t",
            "Select*from t",
            "USE db",
            "explain select 1",
            "(select 1) union ((select 2))",
            "/* a * comment */ -- another (\n /**/ ( select 1",
        ] {
            assert!(may_be_repeated(sql.as_bytes()), "{sql}");
        }
        for sql in [
            "",
            "insert into t values(1)",
            "selects",
            "drop table t",
            "/* select 1",
            "/*/ select 1",
            "-- select 1",
            "/* select */ delete from t",
            "- select 1",
        ] {
            assert!(!may_be_repeated(sql.as_bytes()), "{sql}");
        }
    }

    #[test]
    fn use_statements() {
        assert_eq!(database_of_use(b"use db1").as_deref(), Some("db1"));
        assert_eq!(database_of_use(b" USE\tDB1 ; ").as_deref(), Some("db1"));
        assert_eq!(database_of_use(b"/* c */use db1").as_deref(), Some("db1"));
        assert_eq!(database_of_use(b"use `Db1`").as_deref(), Some("Db1"));
        assert_eq!(database_of_use(b"user x"), None);
        assert_eq!(database_of_use(b"use"), None);
    }
}
