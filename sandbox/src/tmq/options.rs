//! The options of `subscribe`: the real client's configuration keys, what they take, and the adapter's own two.

use crate::error::{code, SqlError};
use crate::messages::{Args, BadArgs};
use crate::subscription::options::{Options, Reset};
use crate::version::{Feature, Version};
use serde_json::Value as Json;
use std::time::Duration;

/// Why a key was not taken.
enum Refused {
    Unknown,
    Value,
}

const MAX_TIMEOUT: i64 = 1_800_000;
const DEFAULT_COMMIT_INTERVAL: i64 = 5000;
/// Longer than any test runs; keeps arithmetic with times far from overflow.
const LONGEST: i64 = 1 << 40;

/// Arguments of `subscribe` and the keys that they set.
const ARGUMENTS: [(&str, &str); 11] = [
    ("group_id", "group.id"),
    ("client_id", "client.id"),
    ("db", "td.connect.db"),
    ("offset_rest", "auto.offset.reset"),
    ("snapshot_enable", "experimental.snapshot.enable"),
    ("with_table_name", "msg.with.table.name"),
    ("enable_batch_meta", "msg.enable.batchmeta"),
    ("msg_consume_excluded", "msg.consume.excluded"),
    ("msg_consume_rawdata", "msg.consume.rawdata"),
    ("session_timeout_ms", "session.timeout.ms"),
    ("max_poll_interval_ms", "max.poll.interval.ms"),
];

/// Options, or the answer to them.
type Parsed = Result<Options, SqlError>;

impl Options {
    pub fn parse(a: &Args, version: &Version) -> Result<Parsed, BadArgs> {
        let mut o = Options {
            group: String::new(),
            client: String::new(),
            reset: Reset::Latest,
            auto_commit: None,
            batch_meta: false,
            with_table_name: false,
            min_rows: 4096,
            session_timeout: Duration::from_secs(12),
            max_poll_interval: Duration::from_secs(300),
            token: String::new(),
        };
        let mut pairs: Vec<(&str, &str)> = vec![];
        for (argument, key) in ARGUMENTS {
            let value = a.text(argument)?;
            let known = match argument {
                "enable_batch_meta" => version.has(Feature::TmqBatchMeta),
                "msg_consume_excluded" => version.has(Feature::TmqExcluded),
                "msg_consume_rawdata" => version.has(Feature::TmqConfig),
                "session_timeout_ms" | "max_poll_interval_ms" => version.has(Feature::TmqTimeouts),
                _ => true,
            };
            if !value.is_empty() && known {
                pairs.push((key, value));
            }
        }
        let reset = a.text("offset_reset")?;
        if !reset.is_empty() && version.has(Feature::TmqOffsetReset) {
            pairs.push(("auto.offset.reset", reset));
        }
        let config = match a.0.get("config") {
            None | Some(Json::Null) => None,
            Some(Json::Object(m)) => Some(m),
            Some(_) => return Err(BadArgs),
        };
        for (key, value) in config.into_iter().flatten() {
            let value = value.as_str().ok_or(BadArgs)?;
            let own = matches!(
                key.as_str(),
                "td.connect.user" | "td.connect.pass" | "td.connect.ip" | "td.connect.port"
            );
            if !own && version.has(Feature::TmqConfig) {
                pairs.push((key, value));
            }
        }
        let (auto, interval) = (a.text("auto_commit")?, a.text("auto_commit_interval_ms")?);
        Ok(o.fill(&pairs, (auto, interval), version).map(|()| o))
    }

    fn fill(
        &mut self,
        pairs: &[(&str, &str)],
        (auto, interval): (&str, &str),
        version: &Version,
    ) -> Result<(), SqlError> {
        let go = |what: &str, value: &str| {
            let text = format!("strconv.{what}: parsing \"{value}\": invalid syntax");
            SqlError::new(code::FAIL, text)
        };
        // As Go reads a truth value.
        let auto = match auto {
            "" | "0" | "f" | "F" | "false" | "False" | "FALSE" => false,
            "1" | "t" | "T" | "true" | "True" | "TRUE" => true,
            other => return Err(go("ParseBool", other)),
        };
        let interval = match interval {
            "" => DEFAULT_COMMIT_INTERVAL,
            n => n.parse().map_err(|_| go("ParseInt", n))?,
        };
        self.auto_commit = auto.then(|| Duration::from_millis(interval.clamp(0, LONGEST) as u64));
        for (key, value) in pairs {
            let Err(refused) = self.set(key, value, version) else {
                continue;
            };
            let (code, text) = match (refused, version.has(Feature::TmqClearErrors)) {
                (Refused::Unknown, false) => (0xfffe, "Unknown error 65534".to_string()),
                (Refused::Value, false) => (code::FAIL, "fail".into()),
                (Refused::Unknown, true) => (
                    code::INVALID_PARA,
                    format!("unknown configuration key: {key}"),
                ),
                (Refused::Value, true) => (
                    code::INVALID_PARA,
                    format!("invalid value for key '{key}': {value}"),
                ),
            };
            return Err(SqlError::new(code, text));
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: &str, version: &Version) -> Result<(), Refused> {
        let number = |low: i64, high: i64| match value.parse::<i64>() {
            Ok(n) if (low..=high).contains(&n) => Ok(n),
            _ => Err(Refused::Value),
        };
        let millis = |n: i64| Duration::from_millis(n as u64);
        let truth = || match value.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Refused::Value),
        };
        match key.to_ascii_lowercase().as_str() {
            "group.id" if value.contains(':') => return Err(Refused::Value),
            "group.id" => self.group = crate::error::clip(value, 192).into(),
            "client.id" => self.client = value.into(),
            "auto.offset.reset" => {
                self.reset = match value.to_ascii_lowercase().as_str() {
                    "earliest" => Reset::Earliest,
                    "latest" => Reset::Latest,
                    "none" => Reset::None,
                    _ => return Err(Refused::Value),
                }
            }
            "session.timeout.ms" => self.session_timeout = millis(number(6000, MAX_TIMEOUT)?),
            "heartbeat.interval.ms" => {
                number(1000, MAX_TIMEOUT)?;
            }
            "max.poll.interval.ms" => {
                self.max_poll_interval = millis(number(1000, i32::MAX as i64)?)
            }
            "msg.with.table.name" => self.with_table_name = truth()?,
            "experimental.snapshot.enable" | "enable.replay" | "enable.auto.commit" => {
                truth()?;
            }
            "auto.commit.interval.ms" => {
                number(0, i64::MAX)?;
            }
            "min.poll.rows" => self.min_rows = number(1, i32::MAX as i64)? as usize,
            "fetch.max.wait.ms" => {
                number(1, i32::MAX as i64)?;
            }
            "msg.enable.batchmeta" => self.batch_meta = value.trim().parse().unwrap_or(0) != 0,
            "msg.consume.rawdata" if value.trim().parse().unwrap_or(0) != 0 => {
                return Err(Refused::Value)
            }
            "msg.consume.rawdata" | "msg.consume.excluded" | "td.connect.db" => {}
            "td.connect.token" if version.has(Feature::TmqToken) => self.token = value.into(),
            _ => return Err(Refused::Unknown),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pose: &str, args: Json) -> Result<Options, (u16, String)> {
        let version = Version::parse(pose).unwrap();
        match Options::parse(&Args(&args), &version) {
            Ok(parsed) => parsed.map_err(|e| (e.code, e.message)),
            Err(BadArgs) => Err((0, String::new())),
        }
    }

    #[test]
    fn options_as_the_adapter_takes_them() {
        let o = parse(
            "3.3.7.5",
            serde_json::json!({"group_id": "g", "offset_rest": "earliest", "offset_reset": "LATEST", "auto_commit": "t",
                "auto_commit_interval_ms": "300", "enable_batch_meta": "1", "offset_seek": null, "config": {"min.poll.rows": "7"}}),
        )
        .unwrap();
        assert_eq!(
            (o.group.as_str(), o.reset, o.min_rows),
            ("g", Reset::Latest, 7)
        );
        assert_eq!(o.auto_commit, Some(Duration::from_millis(300)));
        assert!(o.batch_meta);
        let refused = |pose: &str, args: Json| parse(pose, args).unwrap_err();
        let middle = serde_json::json!({"offset_rest": "middle"});
        assert_eq!(refused("3.3.7.5", middle.clone()), (65535, "fail".into()));
        assert_eq!(
            refused("3.3.8.0", middle),
            (
                280,
                "invalid value for key 'auto.offset.reset': middle".into()
            )
        );
        let unknown = serde_json::json!({"config": {"no.such.key": "1"}});
        assert_eq!(
            refused("3.3.7.5", unknown.clone()),
            (65534, "Unknown error 65534".into())
        );
        assert!(parse("3.3.5.0", unknown).is_ok());
        assert_eq!(
            refused("3.3.7.5", serde_json::json!({"auto_commit": "yes"})).1,
            "strconv.ParseBool: parsing \"yes\": invalid syntax"
        );
        assert_eq!(refused("3.3.7.5", serde_json::json!({"group_id": 1})).0, 0);
        let token = serde_json::json!({"config": {"td.connect.token": "t"}});
        assert!(parse("3.4.1.0", token.clone()).is_ok() && parse("3.3.7.5", token).is_err());
    }
}
