//! The command line.

use crate::version::{self, Version};
use std::time::Duration;

pub const USAGE: &str = "taos-sandbox: taosAdapter's WebSocket protocol over embedded SQLite

  --host HOST            where to listen (127.0.0.1)
  --port PORT            port, 0 for a free one (6041)
  --print-port           print the port on stdout once listening
  --data FILE            keep the data in FILE (in memory)
  --cluster FILE         be one of several sandboxes that share the data in FILE and
                         tell each other to a login that asks for the adapters
  --tls-cert FILE        certificate chain in PEM, with --tls-key: serve wss
  --tls-key FILE         its private key in PEM
  --server-version V     the version of TDengine to behave as
                         (3.3.7.5; of a cluster 3.4.1.12)
  --block-rows N         rows per fetched block (4096)
  --token TOKEN          refuse URLs without ?token=TOKEN
  --login-token TOKEN    log root in by this bearer_token, too
  --instances LIST       host:port,... to tell a login that asks for the adapters (itself);
                         of a cluster, what this one registers as
  --ping-interval SECS   seconds between pings (54)
  --quiet                no log on stderr
  --version              print the sandbox's own version
  --help                 print this
";

/// What the process with the data is told besides the options of the sandbox that starts it.
pub const AS_STORE: &str = "--as-store";

#[derive(Debug)]
pub struct Options {
    pub host: String,
    pub port: u16,
    pub print_port: bool,
    pub data: Option<String>,
    pub cluster: Option<String>,
    /// Not the sandbox itself, but the process with the data of its cluster.
    pub is_store: bool,
    pub tls: Option<(String, String)>,
    pub pose: Version,
    pub block_rows: usize,
    pub token: Option<String>,
    pub login_token: Option<String>,
    pub instances: Option<Vec<String>>,
    pub ping_interval: Duration,
    pub quiet: bool,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Command {
    Serve(Box<Options>),
    Help,
    Version,
}

pub fn parse(args: impl Iterator<Item = String>) -> Result<Command, String> {
    let default = |text| Version::parse(text).ok_or("default version");
    let mut pose = None;
    let mut o = Options {
        host: "127.0.0.1".into(),
        port: 6041,
        print_port: false,
        data: None,
        cluster: None,
        is_store: false,
        tls: None,
        pose: default(version::DEFAULT)?,
        block_rows: 4096,
        token: None,
        login_token: None,
        instances: None,
        ping_interval: Duration::from_secs(54),
        quiet: false,
    };
    let (mut cert, mut key) = (None, None);
    let mut args = args.flat_map(|a| match a.split_once('=') {
        Some((name, value)) if name.starts_with("--") => vec![name.to_string(), value.to_string()],
        _ => vec![a],
    });
    while let Some(name) = args.next() {
        match name.as_str() {
            "-h" | "--help" => return Ok(Command::Help),
            "-V" | "--version" => return Ok(Command::Version),
            "--print-port" => o.print_port = true,
            "--quiet" => o.quiet = true,
            AS_STORE => o.is_store = true,
            // `--pose` is what `--server-version` was called first.
            "--host" | "--port" | "--data" | "--cluster" | "--tls-cert" | "--tls-key"
            | "--server-version" | "--pose" | "--block-rows" | "--ping-interval" | "--token"
            | "--login-token" | "--instances" => {
                let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
                let bad = || format!("{name}: {value} is no valid value");
                match name.as_str() {
                    "--host" => o.host = value,
                    "--port" => o.port = value.parse().map_err(|_| bad())?,
                    "--data" => o.data = Some(value),
                    "--cluster" => o.cluster = Some(value),
                    "--tls-cert" => cert = Some(value),
                    "--tls-key" => key = Some(value),
                    "--token" => o.token = Some(value).filter(|t| !t.is_empty()),
                    "--login-token" => o.login_token = Some(value).filter(|t| !t.is_empty()),
                    "--server-version" | "--pose" => {
                        pose = Some(Version::parse(&value).ok_or_else(bad)?)
                    }
                    "--instances" => {
                        let list = value.split(',').filter(|i| !i.is_empty());
                        o.instances = Some(list.map(str::to_string).collect());
                    }
                    "--block-rows" => {
                        o.block_rows = value.parse().ok().filter(|n| *n > 0).ok_or_else(bad)?
                    }
                    _ => {
                        let seconds = value
                            .parse()
                            .ok()
                            .filter(|s: &f64| *s >= 0.01 && s.is_finite())
                            .ok_or_else(bad)?;
                        o.ping_interval =
                            Duration::try_from_secs_f64(seconds).map_err(|_| bad())?;
                    }
                }
            }
            _ => return Err(format!("unknown option {name}")),
        }
    }
    o.tls = match (cert, key) {
        (Some(c), Some(k)) => Some((c, k)),
        (None, None) => None,
        _ => return Err("--tls-cert and --tls-key go together".into()),
    };
    if o.data.is_some() && o.cluster.is_some() {
        return Err("--data and --cluster both say where the data is".into());
    }
    o.pose = match pose {
        Some(version) => version,
        None if o.cluster.is_some() => default(version::OF_CLUSTERS)?,
        None => o.pose,
    };
    Ok(Command::Serve(Box::new(o)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_string))
    }

    #[test]
    fn reads_the_command_line() {
        let line = "--port=0 --server-version 3.0.5.0 --ping-interval 0.5 --data x.db";
        let Ok(Command::Serve(o)) = command(line) else {
            panic!("{line}");
        };
        assert_eq!(
            (
                o.port,
                o.pose.text.as_str(),
                o.ping_interval.as_millis(),
                o.host.as_str()
            ),
            (0, "3.0.5.0", 500, "127.0.0.1")
        );
        let Ok(Command::Serve(o)) = command("--cluster c.db") else {
            panic!("--cluster");
        };
        assert_eq!(o.pose.text, version::OF_CLUSTERS);
        assert!(matches!(command("--help"), Ok(Command::Help)));
        assert!(matches!(command("--port 0 -V"), Ok(Command::Version)));
        for bad in [
            "--port",
            "--port x",
            "--nope",
            "--tls-cert a",
            "--block-rows 0",
            "--ping-interval -1",
            "--server-version x",
            "--data a --cluster b",
        ] {
            assert!(command(bad).is_err(), "{bad}");
        }
    }
}
