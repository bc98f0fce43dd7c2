//! The `?` of a statement's text, which are counted here because the server does not always tell, and the words
//! that decide what can be done with the text.

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Placeholders {
    pub all: usize,
    /// Between `TAGS` and `VALUES`.
    pub tags: usize,
    /// After `VALUES`.
    pub columns: usize,
    /// The text's first word, in small letters.
    pub verb: String,
    /// The word `tbname` stands before `TAGS` and `VALUES`: among an insert's columns.
    pub names_tbname: bool,
}

impl Placeholders {
    /// Does a `?` stand for an insert's table?
    pub fn name_table(&self) -> bool {
        self.all > self.tags + self.columns
    }

    pub fn of(sql: &str) -> Placeholders {
        let mut placeholders = Placeholders::default();
        let mut word = String::new();
        let (mut in_tags, mut in_values) = (false, false);
        for (_, c) in Bare::of(sql) {
            if is_of_word(c) {
                word.push(c.to_ascii_lowercase());
                continue;
            }
            let ended = std::mem::take(&mut word);
            match ended.as_str() {
                "tags" => in_tags = true,
                "values" => (in_tags, in_values) = (false, true),
                "tbname" => placeholders.names_tbname |= !in_tags && !in_values,
                _ => {}
            }
            if placeholders.verb.is_empty() {
                placeholders.verb = ended;
            }
            if c == '?' {
                placeholders.all += 1;
                placeholders.tags += usize::from(in_tags);
                placeholders.columns += usize::from(in_values);
            }
        }
        if placeholders.verb.is_empty() {
            placeholders.verb = word;
        }
        placeholders
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The characters of a text that are neither in quotes nor in comments, with their places. A quoted text counts
/// as the quote that begins it.
struct Bare<'a> {
    sql: &'a str,
    rest: &'a str,
    quote: Option<char>,
}

impl Bare<'_> {
    fn of(sql: &str) -> Bare<'_> {
        Bare {
            sql,
            rest: sql,
            quote: None,
        }
    }
}

impl Iterator for Bare<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<(usize, char)> {
        loop {
            if self.quote.is_none() {
                self.rest = after_comment(self.rest);
            }
            let at = self.sql.len() - self.rest.len();
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            match self.quote {
                Some(end) => {
                    if c == '\\' && end != '`' {
                        chars.next();
                    } else if c == end {
                        self.quote = None;
                    }
                    self.rest = chars.as_str();
                }
                None => {
                    self.quote = matches!(c, '\'' | '"' | '`').then_some(c);
                    self.rest = chars.as_str();
                    return Some((at, c));
                }
            }
        }
    }
}

/// The values that an insert's text has in brackets after a word: where each of them stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Values {
    items: Vec<std::ops::Range<usize>>,
    /// The place after the closing bracket.
    end: usize,
}

impl Values {
    /// The first list after the first `word`, which is in lower case; empty if there is none.
    pub fn after(word: &str, sql: &str) -> Values {
        let mut values = Values::default();
        let (mut last, mut found, mut depth, mut start) = (String::new(), false, 0, 0);
        for (at, c) in Bare::of(sql) {
            if depth == 0 && is_of_word(c) {
                last.push(c.to_ascii_lowercase());
                continue;
            }
            if depth == 0 {
                let ended = std::mem::take(&mut last);
                found = ended == word || found && ended.is_empty();
            }
            match c {
                '(' if found => {
                    depth += 1;
                    if depth == 1 {
                        start = at + 1;
                    }
                }
                ',' if depth == 1 => {
                    values.items.push(start..at);
                    start = at + 1;
                }
                ')' if depth > 0 => {
                    depth -= 1;
                    if depth == 0 {
                        values.items.push(start..at);
                        values.end = at + 1;
                        return values;
                    }
                }
                _ => {}
            }
        }
        Values::default()
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Is any of the values not a `?`?
    pub fn have_constants(&self, sql: &str) -> bool {
        self.items.iter().any(|i| is_constant(sql, i))
    }

    /// Is any of the values a `?`?
    pub fn have_marks(&self, sql: &str) -> bool {
        !self.items.iter().all(|i| is_constant(sql, i))
    }

    /// The constants, and `None` for each `?`.
    pub fn constants(&self, sql: &str) -> Vec<Option<String>> {
        let one = |item: &std::ops::Range<usize>| {
            is_constant(sql, item).then(|| sql[item.clone()].trim().to_owned())
        };
        self.items.iter().map(one).collect()
    }

    /// Of a list with an entry for each value, the entries of those that are a `?`; all entries if their number
    /// differs.
    pub fn of_marks<T: Clone>(&self, sql: &str, things: &[T]) -> Vec<T> {
        if things.len() != self.len() {
            return things.to_vec();
        }
        let with_item = things.iter().zip(&self.items);
        let placeholders = with_item.filter(|(_, item)| !is_constant(sql, item));
        placeholders.map(|(thing, _)| thing.clone()).collect()
    }

    /// Does nothing follow the values in the text?
    pub fn are_last(&self, sql: &str) -> bool {
        let mut rest = Bare::of(&sql[self.end..]);
        rest.all(|(_, c)| c.is_whitespace() || c == ';')
    }

    /// The text with a `?` for each of the values.
    pub fn marked(&self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len());
        let mut done = 0;
        for item in self.items.iter().filter(|i| is_constant(sql, i)) {
            out.push_str(&sql[done..item.start]);
            out.push('?');
            done = item.end;
        }
        out.push_str(&sql[done..]);
        out
    }
}

fn is_constant(sql: &str, item: &std::ops::Range<usize>) -> bool {
    let mut chars = Bare::of(&sql[item.clone()]).filter(|(_, c)| !c.is_whitespace());
    match chars.next() {
        None => false,
        Some((_, c)) => c != '?' || chars.next().is_some(),
    }
}

/// The text after the comments that it begins with.
fn after_comment(mut text: &str) -> &str {
    loop {
        let (start, end) = if text.starts_with("/*") {
            (2, "*/")
        } else if text.starts_with("--") {
            (2, "\n")
        } else {
            return text;
        };
        text = match text[start..].find(end) {
            Some(at) => &text[start + at + end.len()..],
            None => "",
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Placeholders, Values};

    #[test]
    fn marks_are_counted_outside_quotes() {
        let m =
            Placeholders::of("insert into ? using `a?` tags('?\\'?', ?, ?) values (?,?, \"?\")");
        assert_eq!((m.all, m.tags, m.columns), (5, 2, 2));
        assert!(m.name_table());
        assert!(!Placeholders::of("insert into t values(?,?)").name_table());
        assert_eq!(Placeholders::of("select * from t where v=? and s=?").all, 2);
        assert_eq!(
            Placeholders::of("select /* ? */ v from t -- ?\n where v=?").all,
            1
        );
        assert_eq!(
            Placeholders::of("select 'it''s /* ? ' from t where v=? /* ?").all,
            1
        );
    }

    #[test]
    fn words_that_matter() {
        let m = Placeholders::of("-- note\n INSERT into st (tbname, ts) values(?, ?)");
        assert_eq!((m.verb.as_str(), m.names_tbname), ("insert", true));
        let m = Placeholders::of("(select tbname from t where v=?)");
        assert_eq!((m.verb.as_str(), m.names_tbname), ("select", true));
        let m = Placeholders::of("insert into ? using `tbname` tags('tbname') values(?)");
        assert_eq!((m.verb.as_str(), m.names_tbname), ("insert", false));
        assert_eq!(Placeholders::of("insert").verb, "insert");
        assert_eq!(Placeholders::of("").verb, "");
    }

    #[test]
    fn constants_among_the_marks() {
        let marked = |word, sql: &str| {
            let values = Values::after(word, sql);
            (values.have_constants(sql), values.marked(sql))
        };
        for (sql, has_constants, text) in [
            (
                "insert into t values (?, ?)",
                false,
                "insert into t values (?, ?)",
            ),
            (
                "insert into t (ts, v) VALUES(?,3)",
                true,
                "insert into t (ts, v) VALUES(?,?)",
            ),
            (
                "insert into t values (now() + 1s, 'a),(\\'', ? )",
                true,
                "insert into t values (?,?, ? )",
            ),
            (
                "insert into t values /* ( */ (\"a?\", /* c */ ?)",
                true,
                "insert into t values /* ( */ (?, /* c */ ?)",
            ),
            (
                "insert into `values` using s tags(3) values(cast((1) as int))",
                true,
                "insert into `values` using s tags(3) values(?)",
            ),
            ("insert into t values", false, "insert into t values"),
            (
                "insert into t values (1, 2",
                false,
                "insert into t values (1, 2",
            ),
            (
                "insert into t values ( )",
                false,
                "insert into t values ( )",
            ),
        ] {
            assert_eq!(
                marked("values", sql),
                (has_constants, text.to_owned()),
                "{sql}"
            );
        }
        let sql = "insert into x using s (a, b) tags (?, 'b') values (?, 3)";
        let with_tags = "insert into x using s (a, b) tags (?,?) values (?, 3)";
        assert_eq!(marked("tags", sql), (true, with_tags.to_owned()));
        assert_eq!(Values::after("tags", sql).len(), 2);
        assert_eq!(
            Values::after("tags", "insert into t values (?)"),
            Values::default()
        );
    }

    #[test]
    fn what_follows_the_values() {
        let last = |sql| Values::after("values", sql).are_last(sql);
        assert!(last("insert into t values (?, 3)"));
        assert!(last("insert into t values (?, 3) ; -- done"));
        assert!(!last("insert into t values (?, 3) (?, 4)"));
        assert!(!last("insert into t values (?, 3) u values (?, 4)"));
    }
}
