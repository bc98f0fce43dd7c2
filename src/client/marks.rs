//! The `?` of a statement's text, counted where the server does not tell, and words that decide what
//! can be done with it.

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Marks {
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

impl Marks {
    /// Does one stand for an insert's table?
    pub fn name_table(&self) -> bool {
        self.all > self.tags + self.columns
    }

    pub fn of(sql: &str) -> Marks {
        let mut marks = Marks::default();
        let mut quote = None;
        let mut word = String::new();
        let (mut in_tags, mut in_values) = (false, false);
        let mut rest = sql;
        loop {
            if quote.is_none() {
                rest = after_comment(rest);
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            rest = chars.as_str();
            if let Some(end) = quote {
                match c {
                    '\\' if end != '`' => {
                        chars.next();
                        rest = chars.as_str();
                    }
                    c if c == end => quote = None,
                    _ => {}
                }
                continue;
            }
            if c.is_alphanumeric() || c == '_' {
                word.push(c.to_ascii_lowercase());
                continue;
            }
            let ended = std::mem::take(&mut word);
            match ended.as_str() {
                "tags" => in_tags = true,
                "values" => (in_tags, in_values) = (false, true),
                "tbname" => marks.names_tbname |= !in_tags && !in_values,
                _ => {}
            }
            if marks.verb.is_empty() {
                marks.verb = ended;
            }
            match c {
                '\'' | '"' | '`' => quote = Some(c),
                '?' => {
                    marks.all += 1;
                    marks.tags += usize::from(in_tags);
                    marks.columns += usize::from(in_values);
                }
                _ => {}
            }
        }
        if marks.verb.is_empty() {
            marks.verb = word;
        }
        marks
    }
}

/// What follows the comments that the text begins with.
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
    use super::Marks;

    #[test]
    fn marks_are_counted_outside_quotes() {
        let m = Marks::of("insert into ? using `a?` tags('?\\'?', ?, ?) values (?,?, \"?\")");
        assert_eq!((m.all, m.tags, m.columns), (5, 2, 2));
        assert!(m.name_table());
        assert!(!Marks::of("insert into t values(?,?)").name_table());
        assert_eq!(Marks::of("select * from t where v=? and s=?").all, 2);
        assert_eq!(Marks::of("select /* ? */ v from t -- ?\n where v=?").all, 1);
        assert_eq!(
            Marks::of("select 'it''s /* ? ' from t where v=? /* ?").all,
            1
        );
    }

    #[test]
    fn words_that_matter() {
        let m = Marks::of("-- note\n INSERT into st (tbname, ts) values(?, ?)");
        assert_eq!((m.verb.as_str(), m.names_tbname), ("insert", true));
        let m = Marks::of("(select tbname from t where v=?)");
        assert_eq!((m.verb.as_str(), m.names_tbname), ("select", true));
        let m = Marks::of("insert into ? using `tbname` tags('tbname') values(?)");
        assert_eq!((m.verb.as_str(), m.names_tbname), ("insert", false));
        assert_eq!(Marks::of("insert").verb, "insert");
        assert_eq!(Marks::of("").verb, "");
    }
}
