//! Server versions, and what a server of a version can do.

/// The first four numbers of a version text such as `3.3.7.5.alpha`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ServerVersion(pub [u16; 4]);

impl ServerVersion {
    /// A server that has only `/rest/ws` can do what this version could.
    pub const LAST_WITHOUT_WS: ServerVersion = ServerVersion([3, 1, 1, 14]);

    /// Reads the leading numbers; what cannot be read counts as 0.
    pub fn parse(text: &str) -> Self {
        let mut v = [0u16; 4];
        for (slot, part) in v.iter_mut().zip(text.trim().split(['.', '-', '+'])) {
            match part.parse() {
                Ok(n) => *slot = n,
                Err(_) => break,
            }
        }
        ServerVersion(v)
    }
}

/// A feature that not every server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// `/ws`, and with it `get_current_db`, `get_server_info` and `insert` beside statements.
    Unified,
    /// Binary actions 6 and 7: SQL and blocks without JSON around them.
    BinaryQuery,
    /// `mode` in `conn`; older servers ignore it.
    BiMode,
    /// `options_connection`, and `tz`, `app`, `ip` in `conn`.
    ConnectionOptions,
    /// Option 4 of `options_connection`, the connector.
    ConnectorOption,
    /// `check_server_status`, which needs no login.
    ServerStatus,
    /// Binary action 10.
    ValidateSql,
    /// `stmt2_*` and binary action 9; before, statements go by version 1's actions.
    Statements,
    /// Binary action 11: a bind and its execution in one message. Whether the server has it is asked, see `client::bind_exec`.
    MayBindAndExecute,
    /// The result of a statement of version 2 is read independently of the statement.
    OwnResults,
    /// `stmt_num_params` of version 1.
    ParameterCount,
    /// Columns of these types.
    Decimals,
    Blobs,
    /// Decimals bound as text.
    TextDecimals,
    /// `table_name_key` in `insert`; older servers ignore it.
    TableNameKey,
    /// `totp_code` and `bearer_token` in `conn`.
    TokenLogin,
    /// `list_instances` in `conn`.
    Instances,
    /// Times at which a user may connect: `allowed_datetime` of `ins_users`.
    UserTimes,
    /// `commit_offset`, `committed`, `position`: older servers do not answer them at all.
    ConsumerOffsets,
    /// `fetch_raw_data`: a message of a subscription in one exchange.
    RawMessages,
    /// `config` in `subscribe`: every key of a consumer's configuration.
    ConsumerConfig,
    /// `td.connect.token` among them: a login by token.
    ConsumerToken,
}

/// For each feature, the first version that has it in each release line, the oldest line first. A server has
/// the feature if it is at least the entry of its own line, or newer than the last entry. Without an entry, no
/// server has it. The last column is for people.
#[rustfmt::skip]
const SINCE: &[(Capability, &[[u16; 4]], &str)] = &[
    (Capability::Unified, &[[3, 1, 1, 15]], "the path /ws"),
    (Capability::BinaryQuery, &[[3, 1, 1, 44], [3, 3, 0, 7]], "binary queries and blocks"),
    (Capability::BiMode, &[[3, 1, 1, 44], [3, 2, 2, 0]], "BI mode"),
    (Capability::Statements, &[[3, 3, 3, 0]], "prepared statements of version 2"),
    // No release had it when this was written, and builds between releases report the version of the last one.
    (Capability::MayBindAndExecute, &[[3, 4, 1, 12]], "binding and executing in one exchange (from a later build of that version on)"),
    (Capability::OwnResults, &[[3, 4, 0, 1]], "results that statements leave to the client, which are read ahead"),
    (Capability::ParameterCount, &[[3, 1, 1, 16]], "the number of a statement's parameters"),
    (Capability::Decimals, &[[3, 3, 6, 0]], "DECIMAL columns"),
    (Capability::Blobs, &[[3, 3, 7, 0]], "BLOB columns"),
    // Newer adapters pass it on, and 3.3.7.5 stores wrong numbers. It is off until a real server was seen to
    // take it.
    (Capability::TextDecimals, &[], "decimals bound as text"),
    (Capability::TableNameKey, &[[3, 3, 3, 0]], "schemaless tables named by a tag"),
    (Capability::ConnectionOptions, &[[3, 3, 5, 0]], "options of a connection, such as its time zone"),
    (Capability::ConnectorOption, &[[3, 4, 0, 0]], "the connector's name as an option"),
    (Capability::ServerStatus, &[[3, 3, 6, 0]], "its state without a login"),
    (Capability::ValidateSql, &[[3, 3, 6, 0]], "checking statements (taos_validate_sql)"),
    (Capability::ConsumerOffsets, &[[3, 1, 1, 15]], "a consumer's offsets"),
    (Capability::RawMessages, &[[3, 1, 1, 44], [3, 3, 1, 2]], "messages of subscriptions in one exchange"),
    (Capability::ConsumerConfig, &[[3, 3, 6, 0]], "every key of a consumer's configuration"),
    (Capability::TokenLogin, &[[3, 4, 0, 0]], "logins by bearer_token and totp_code"),
    (Capability::UserTimes, &[[3, 4, 0, 0]], "times at which users may connect (taos_fetch_datetime_whitelist_a)"),
    (Capability::Instances, &[[3, 4, 1, 10]], "telling the adapters of a cluster (taos_list_instances)"),
    (Capability::ConsumerToken, &[[3, 4, 1, 0]], "consumers that log in by token"),
];

impl Capability {
    /// All features that some server has, with their description.
    pub fn all() -> impl Iterator<Item = (Capability, &'static str)> {
        let known = SINCE.iter().filter(|(_, since, _)| !since.is_empty());
        known.map(|(capability, _, words)| (*capability, *words))
    }

    /// The first version of the newest release line that has it.
    pub fn since(self) -> ServerVersion {
        let entry = SINCE.iter().find(|(c, ..)| *c == self);
        let last = entry.and_then(|(_, since, _)| since.last());
        ServerVersion(last.copied().unwrap_or_default())
    }
}

impl ServerVersion {
    pub fn has(self, capability: Capability) -> bool {
        let Some((_, since, _)) = SINCE.iter().find(|(c, ..)| *c == capability) else {
            return false;
        };
        since.iter().enumerate().any(|(i, from)| {
            let same_line = self.0[0] == from[0] && self.0[1] == from[1];
            self.0 >= *from && (i + 1 == since.len() || same_line)
        })
    }
}

impl std::fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_ignored() {
        assert_eq!(ServerVersion::parse("3.3.7.5.alpha").0, [3, 3, 7, 5]);
        assert_eq!(ServerVersion::parse("3.3.2.0-beta").0, [3, 3, 2, 0]);
        assert_eq!(ServerVersion::parse("3.0").0, [3, 0, 0, 0]);
        assert_eq!(ServerVersion::parse("nonsense").0, [0; 4]);
    }

    #[test]
    fn what_no_server_was_seen_to_have() {
        assert!(!ServerVersion([9, 0, 0, 0]).has(Capability::TextDecimals));
    }

    #[test]
    fn binary_query_follows_the_back_ports() {
        for (v, has) in [
            ("3.0.7.0", false),
            ("3.1.1.43", false),
            ("3.1.1.44", true),
            ("3.1.2.0", true),
            ("3.2.3.0", false),
            ("3.3.0.6", false),
            ("3.3.0.7", true),
            ("3.4.1.0", true),
        ] {
            assert_eq!(
                ServerVersion::parse(v).has(Capability::BinaryQuery),
                has,
                "{v}"
            );
        }
    }
}
