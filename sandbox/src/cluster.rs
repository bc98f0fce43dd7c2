//! Several sandboxes of one cluster. Each listens on a port of its own and hands its connections on to one
//! process that has the data, as the adapters of a cluster do with its taosd: one that is killed takes its
//! connections along and nothing else.
//!
//! The process with the data is started by the first sandbox and ends after the last one. Of the cluster's
//! FILE, which is its data, FILE.lock is held by that process, and FILE.sock is where it listens. The first
//! byte of a connection there says what it is: a client's, whose own bytes follow, or a sandbox's, which names
//! itself and is a member for as long as the connection is open.

use crate::args::AS_STORE;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{copy_bidirectional, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::Instant;

pub const CLIENT: u8 = b'c';
pub const MEMBER: u8 = b'm';
/// Answers a member's name.
pub const WELCOME: u8 = b'!';

/// How long it may take until the process with the data is there, and until it has its first member.
pub const START: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

pub fn beside(file: &str, ending: &str) -> PathBuf {
    PathBuf::from(format!("{file}.{ending}"))
}

/// Where a cluster's data is.
pub struct Store(PathBuf);

impl Store {
    /// Hands a client's connection on, to its end.
    pub async fn forward<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut client: S,
    ) -> Result<(), String> {
        let forwarded = async {
            let mut store = UnixStream::connect(&self.0).await?;
            store.write_u8(CLIENT).await?;
            copy_bidirectional(&mut client, &mut store).await
        };
        forwarded.await.map(drop).map_err(|e| e.to_string())
    }
}

/// A sandbox's place in its cluster: it is a member for as long as it has this.
pub struct Membership {
    file: String,
    names: Vec<String>,
    connection: UnixStream,
}

impl Membership {
    /// Where the data is.
    pub fn store(&self) -> Store {
        Store(beside(&self.file, "sock"))
    }

    /// Stays a member, also when the process with the data has to be started anew. Returns when that fails.
    pub async fn keep(mut self) -> Result<(), String> {
        loop {
            let _ = self.connection.read_u8().await;
            self = join(self.file, self.names).await?;
        }
    }
}

/// Registers a sandbox with its cluster by these names, which whoever asks for the adapters is told. Starts the
/// process with the data where there is none.
pub async fn join(file: String, names: Vec<String>) -> Result<Membership, String> {
    let socket = beside(&file, "sock");
    let until = Instant::now() + START;
    let mut started: Option<Child> = None;
    loop {
        if let Ok(connection) = register(&socket, &names).await {
            return Ok(Membership {
                file,
                names,
                connection,
            });
        }
        let ended = started
            .as_mut()
            .map(|child| child.try_wait().map_err(|e| e.to_string()))
            .transpose()?;
        match ended {
            // It is on its way.
            Some(None) => {}
            None => started = Some(start()?),
            // There was another one, which has ended meanwhile or is about to answer.
            Some(Some(status)) if status.success() => started = Some(start()?),
            Some(Some(_)) => return Err(why(started)),
        }
        if Instant::now() > until {
            return Err(format!("the cluster of {file} does not answer"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn register(socket: &Path, names: &[String]) -> std::io::Result<UnixStream> {
    let mut store = UnixStream::connect(socket).await?;
    let mut message = vec![MEMBER];
    message.extend_from_slice(names.join(",").as_bytes());
    message.push(b'\n');
    store.write_all(&message).await?;
    store.read_u8().await?;
    Ok(store)
}

/// The same program with the same options, which outlives this one.
fn start() -> Result<Child, String> {
    let this = std::env::current_exe().map_err(|e| e.to_string())?;
    Command::new(this)
        .args(std::env::args_os().skip(1))
        .arg(AS_STORE)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|e| e.to_string())
}

/// What a process that did not start has said.
fn why(child: Option<Child>) -> String {
    let said = child.and_then(|child| child.wait_with_output().ok());
    let said = said.map(|output| String::from_utf8_lossy(&output.stderr).trim().to_owned());
    said.unwrap_or_default()
}
