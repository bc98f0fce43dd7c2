//! The version the sandbox poses as, and what that version can do.

use crate::error::{code, SqlError};

pub const DEFAULT: &str = "3.3.7.5";
/// Adapters know each other.
pub const OF_CLUSTERS: &str = "3.4.1.12";

/// What a release of the adapter knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feature {
    /// `/ws`, which knows every action; before it each kind had a path of its own.
    Unified,
    BinaryQuery,
    OptionsConnection,
    DecimalFields,
    ValidateSql,
    /// `table_name_key` of schemaless inserts; older ones ignore it.
    TableNameKey,
    /// `total_rows` in their replies.
    TotalRows,
    ServerStatus,
    VersionInConn,
    /// `num_fields`, `stmt_num_params`, `stmt_get_param`
    CountParameters,
    Stmt2,
    /// `stmt2_result` of an insert is refused.
    Stmt2NoInsertResult,
    /// Results of prepared statements outlive them.
    Stmt2OwnResults,
    /// Binary action 11. It is in builds after 3.4.1.12, which has no release after it yet.
    Stmt2BindExec,
    /// `commit_offset`, `list_topics`, and `offset_reset` under its right name.
    TmqOffsetReset,
    TmqRawData,
    TmqBatchMeta,
    TmqExcluded,
    TmqTimeouts,
    /// Any key in `config`, `msg_consume_rawdata`, and polls that tell the last message.
    TmqConfig,
    /// A refused option is named.
    TmqClearErrors,
    TmqToken,
    /// `bearer_token` in `conn`.
    LoginToken,
    /// `list_instances` in `conn`.
    ListInstances,
    /// Times at which users may connect, and signs in front of the entries of their lists.
    UserTimes,
    /// Syntax errors carry code 0x2600 and the offending text.
    PreciseSyntaxErrors,
}

type Span = ([u32; 4], [u32; 4]);
const END: [u32; 4] = [u32::MAX; 4];

/// Releases (from, up to but excluding) that have a feature; back-ports have spans of their own.
const SPANS: [(Feature, &[Span]); 26] = [
    (Feature::Unified, &[([3, 1, 1, 15], END)]),
    (
        Feature::BinaryQuery,
        &[([3, 1, 1, 44], [3, 3, 0, 0]), ([3, 3, 0, 7], END)],
    ),
    (Feature::OptionsConnection, &[([3, 3, 5, 0], END)]),
    (Feature::DecimalFields, &[([3, 3, 6, 0], END)]),
    (Feature::ValidateSql, &[([3, 3, 6, 0], END)]),
    (Feature::TableNameKey, &[([3, 3, 3, 0], END)]),
    (
        Feature::TotalRows,
        &[([3, 1, 3, 0], [3, 2, 0, 0]), ([3, 3, 2, 7], END)],
    ),
    (Feature::ServerStatus, &[([3, 3, 6, 0], END)]),
    (
        Feature::VersionInConn,
        &[([3, 3, 6, 19], [3, 3, 7, 0]), ([3, 3, 7, 2], END)],
    ),
    (Feature::CountParameters, &[([3, 1, 1, 16], END)]),
    (Feature::Stmt2, &[([3, 3, 3, 0], END)]),
    (Feature::Stmt2NoInsertResult, &[([3, 3, 7, 6], END)]),
    (Feature::Stmt2OwnResults, &[([3, 4, 0, 1], END)]),
    (Feature::Stmt2BindExec, &[([3, 4, 1, 13], END)]),
    (Feature::TmqOffsetReset, &[([3, 1, 1, 15], END)]),
    (
        Feature::TmqRawData,
        &[([3, 1, 1, 44], [3, 2, 0, 0]), ([3, 3, 1, 2], END)],
    ),
    (
        Feature::TmqBatchMeta,
        &[([3, 1, 1, 45], [3, 2, 0, 0]), ([3, 3, 2, 0], END)],
    ),
    (Feature::TmqExcluded, &[([3, 3, 2, 3], END)]),
    (Feature::TmqTimeouts, &[([3, 3, 3, 0], END)]),
    (Feature::TmqConfig, &[([3, 3, 6, 0], END)]),
    (Feature::TmqClearErrors, &[([3, 3, 8, 0], END)]),
    (Feature::TmqToken, &[([3, 4, 1, 0], END)]),
    (Feature::LoginToken, &[([3, 4, 0, 0], END)]),
    (Feature::ListInstances, &[([3, 4, 1, 10], END)]),
    (Feature::UserTimes, &[([3, 4, 0, 0], END)]),
    (Feature::PreciseSyntaxErrors, &[([3, 1, 0, 0], END)]),
];

#[derive(Clone, Debug)]
pub struct Version {
    pub text: String,
    numbers: [u32; 4],
}

impl Version {
    /// Up to four numbers and an optional suffix: `3.3.7.5.alpha`, `3.0.5`, `3.0.x`.
    pub fn parse(text: &str) -> Option<Version> {
        let mut numbers = [0; 4];
        let mut parts = text.split(['.', '-']);
        for (i, n) in numbers.iter_mut().enumerate() {
            match parts.next().map(str::parse) {
                Some(Ok(v)) => *n = v,
                None | Some(Err(_)) if i >= 2 => break,
                _ => return None,
            }
        }
        Some(Version {
            text: text.to_string(),
            numbers,
        })
    }
    pub fn has(&self, f: Feature) -> bool {
        let spans = SPANS
            .iter()
            .find(|s| s.0 == f)
            .map_or(&[] as &[Span], |s| s.1);
        spans
            .iter()
            .any(|(from, to)| self.numbers >= *from && self.numbers < *to)
    }
    /// Syntax errors in the words of this version: 3.0 answered all of them with one text.
    pub fn reword(&self, e: SqlError) -> SqlError {
        let syntax = e.code == code::INCOMPLETE
            || (e.code == code::SYNTAX && e.message.starts_with("syntax error"));
        if !syntax || self.has(Feature::PreciseSyntaxErrors) {
            return e;
        }
        SqlError::new(
            code::INSERT_SYNTAX,
            "syntax error near 'Incomplete SQL statement'",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_follow_the_release() {
        let has = |v: &str, f| Version::parse(v).unwrap().has(f);
        for (version, binary) in [
            ("3.3.7.5.alpha", true),
            ("3.3.0.6", false),
            ("3.3.0.7", true),
            ("3.1.1.44", true),
            ("3.1.1.43", false),
            ("3.0.5.0", false),
        ] {
            assert_eq!(has(version, Feature::BinaryQuery), binary, "{version}");
        }
        for (version, in_conn) in [
            ("3.3.6.18", false),
            ("3.3.6.19", true),
            ("3.3.7.1", false),
            ("3.3.7.2", true),
        ] {
            assert_eq!(has(version, Feature::VersionInConn), in_conn, "{version}");
        }
        assert!(
            !has("3.3.4.9", Feature::OptionsConnection)
                && has("3.3.5.0", Feature::OptionsConnection)
        );
        assert!(
            Version::parse("3.0.x").is_some()
                && Version::parse("three").is_none()
                && Version::parse("").is_none()
        );
    }

    #[test]
    fn old_syntax_errors() {
        let e = Version::parse("3.0.5")
            .unwrap()
            .reword(SqlError::syntax("123"));
        assert_eq!(
            (e.code, e.message.as_str()),
            (0x0216, "syntax error near 'Incomplete SQL statement'")
        );
        assert_eq!(
            Version::parse("3.3.7.5")
                .unwrap()
                .reword(SqlError::syntax("123"))
                .code,
            0x2600
        );
    }
}
