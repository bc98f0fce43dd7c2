//! The paths of a server. `/ws` knows every action; the older ones know few and drop the others.

use crate::messages::{binary_name, Reply};
use serde_json::json;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// `/ws`
    Ws,
    /// `/rest/ws`
    Query,
    /// `/rest/schemaless`
    Schemaless,
    /// `/rest/stmt`
    Inserts,
}

impl Door {
    pub fn knows(self, action: &str) -> bool {
        match self {
            Door::Ws => true,
            Door::Schemaless => matches!(action, "version" | "conn" | "insert"),
            Door::Inserts => matches!(
                action,
                "version"
                    | "conn"
                    | "init"
                    | "prepare"
                    | "set_table_name"
                    | "set_tags"
                    | "bind"
                    | "add_batch"
                    | "exec"
                    | "close"
                    | "get_tag_fields"
                    | "get_col_fields"
            ),
            Door::Query => matches!(
                action,
                "version"
                    | "conn"
                    | "query"
                    | "fetch"
                    | "fetch_block"
                    | "free_result"
                    | "write_raw"
                    | "write_raw_block"
                    | "write_raw_block_with_fields"
            ),
        }
    }

    /// Is a binary action known at this door?
    pub fn takes(self, action: u64) -> bool {
        self == Door::Ws || binary_name(action).is_some_and(|name| self.knows(name))
    }
}

/// The older paths' answer to `version` names no request.
pub fn short_version(version: &str) -> Reply {
    Reply::Text(
        json!({ "code": 0, "message": "", "action": "version", "version": version }).to_string(),
    )
}
