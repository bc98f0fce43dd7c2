//! The little of a statement's text that the library must understand.

/// The text from its first word on. Blanks and comments before it are skipped, and so are the characters that
/// `also` names. Empty if a comment does not end.
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
    // The first word is looked at first: most statements are something else, and may be long.
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

/// Does the statement's first word say that it changes nothing on the server?
pub fn may_be_repeated(sql: &[u8]) -> bool {
    const HARMLESS: [&[u8]; 6] = [b"select", b"show", b"describe", b"desc", b"explain", b"use"];
    let (word, _) = first_word(from_the_first_word(sql, b"("));
    is_one_of(word, &HARMLESS)
}

/// Is it a statement that the native client answers by itself? These ask for constants and functions only, for
/// the columns of a table, or for how something was created.
pub fn is_answered_by_the_client(sql: &[u8]) -> bool {
    let (word, mut rest) = first_word(from_the_first_word(sql, b""));
    if word.eq_ignore_ascii_case(b"show") {
        let (what, _) = first_word(from_the_first_word(rest, b""));
        return is_one_of(what, &[b"create", b"local"]);
    }
    if !word.eq_ignore_ascii_case(b"select") {
        return is_one_of(word, &[b"describe", b"desc"]);
    }
    loop {
        rest = from_the_first_word(rest, b"");
        rest = match *rest {
            [] => return true,
            [quote @ (b'\'' | b'"' | b'`'), ref text @ ..] => after_quoted(text, quote),
            [c, ..] if c.is_ascii_alphabetic() || c == b'_' => {
                let end = rest.iter().position(|c| !is_of_name(*c));
                let (word, rest) = rest.split_at(end.unwrap_or(rest.len()));
                if is_one_of(word, &[b"from", b"union"]) {
                    return false;
                }
                rest
            }
            [_, ref rest @ ..] => rest,
        };
    }
}

fn is_of_name(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

/// What follows a text in quotes, of which the first quote has been passed.
fn after_quoted(text: &[u8], quote: u8) -> &[u8] {
    let mut at = 0;
    while let Some(c) = text.get(at) {
        at += match *c {
            b'\\' if quote != b'`' => 2,
            c if c == quote => return &text[at + 1..],
            _ => 1,
        };
    }
    &[]
}

/// The word in front, and what follows it.
fn first_word(sql: &[u8]) -> (&[u8], &[u8]) {
    let end = sql.iter().position(|b| !b.is_ascii_alphabetic());
    sql.split_at(end.unwrap_or(sql.len()))
}

fn is_one_of(word: &[u8], known: &[&[u8]]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::{database_of_use, is_answered_by_the_client, may_be_repeated};

    #[test]
    fn what_the_native_client_answers_by_itself() {
        for sql in [
            "select 1",
            "SELECT server_version()",
            "select 'a from b', \"it\\\"s from\", `from`, from_x, xfrom -- from\n /* from */",
            "select'from'",
            "desc t",
            " describe db.t",
            "show create table t",
            "show  CREATE database d",
            "show local variables",
        ] {
            assert!(is_answered_by_the_client(sql.as_bytes()), "{sql}");
        }
        for sql in [
            "",
            "select * from t",
            "select`a`from t",
            "select (select 1 from t)",
            "select 'a''b' from t",
            "select 1 union all select 2",
            "show databases",
            "show vgroups",
            "explain select 1",
            "insert into t values (1)",
            "describes",
        ] {
            assert!(!is_answered_by_the_client(sql.as_bytes()), "{sql}");
        }
    }

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
