//! taos-sandbox: a server that speaks taosAdapter's WebSocket protocol over embedded SQLite. Clients can be tried and
//! tested against it on a machine without TDengine.
//!
//! A room uses only rooms of its own row and of the rows above it.
//!
//! | room | what it does |
//! | --- | --- |
//! | `error` | codes of failures and their texts |
//! | `types`, `value`, `decimal`, `geometry` | the types of TDengine, and one value of any of them |
//! | `time` | precisions, durations, time zones, and times as texts |
//! | `block`, `decode` | rows to raw blocks and back |
//! | `version`, `args` | the version that the sandbox poses as, and the command line |
//! | `charset` | character sets: the library's file |
//! | `context` | the part of a session that its statements depend on |
//! | `sql` | SQL texts to syntax trees |
//! | `store` | tables in SQLite |
//! | `catalog` | databases, tables, users and topics |
//! | `functions` | scalar functions |
//! | `compile` | expressions to closures over a row, and aggregates |
//! | `bind` | values that clients bind to prepared statements |
//! | `subscription` | the log of each vgroup, and the consumer groups |
//! | `engine` | catalog, store, version and subscriptions: what statements run on |
//! | `exec` | each kind of statement |
//! | `shared` | what all connections share: the engine and the options of the command line |
//! | `schemaless` | rows of the line, telnet and JSON protocols to tables |
//! | `statement`, `statement1` | a prepared statement of version 2 and of version 1 |
//! | `messages` | requests taken apart, replies put together |
//! | `session`, `tmq` | one connection of a client, and one of a consumer |
//! | `handshake`, `cluster` | the WebSocket handshake, and the membership of several sandboxes that share an engine |
//! | `server` | sockets |
//! | `data_process` | the process with the engine of a cluster |

mod args;
mod bind;
mod block;
mod catalog;
/// The library's: taosd converts with the C library's tables as well.
#[allow(dead_code)] // Statements are read here; results are written by the library.
#[path = "../../src/charset.rs"]
mod charset;
mod cluster;
mod compile;
mod context;
mod data_process;
mod decimal;
mod decode;
mod engine;
mod error;
mod exec;
mod functions;
mod geometry;
mod handshake;
mod messages;
mod schemaless;
mod server;
mod session;
mod shared;
mod sql;
mod statement;
mod statement1;
mod store;
mod subscription;
mod time;
mod tmq;
mod types;
mod value;
mod version;

/// What the library's file uses.
mod sync {
    pub use parking_lot::Mutex;
}

use args::{Command, Options};
use server::Data;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{signal, SignalKind};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{crypto, ServerConfig};
use tokio_rustls::TlsAcceptor;

/// Threads that run statements. They take turns at the one store, so more would not be faster.
const STATEMENT_THREADS: usize = 16;

/// Enough for the deepest expressions the parser lets through.
const STACK: usize = 8 << 20;

fn main() -> ExitCode {
    let options = match args::parse(std::env::args().skip(1)) {
        Ok(Command::Serve(o)) => *o,
        Ok(Command::Help) => {
            print!("{}", args::USAGE);
            return ExitCode::SUCCESS;
        }
        Ok(Command::Version) => {
            println!("taos-sandbox {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Err(e) => {
            eprintln!("taos-sandbox: {e}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(STATEMENT_THREADS)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    match runtime
        .map_err(|e| e.to_string())
        .and_then(|r| r.block_on(run(options)))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("taos-sandbox: {e}");
            ExitCode::FAILURE
        }
    }
}

async fn run(o: Options) -> Result<(), String> {
    if let (Some(file), true) = (&o.cluster, o.is_store) {
        return data_process::serve(file, &o).await;
    }
    let tls = o
        .tls
        .as_ref()
        .map(|(cert, key)| tls(cert, key))
        .transpose()?;
    let scheme = if tls.is_some() { "wss" } else { "ws" };
    let listener = tokio::net::TcpListener::bind((o.host.as_str(), o.port))
        .await
        .map_err(|e| cannot_listen(&o.host, o.port, e))?;
    let at = listener.local_addr().map_err(|e| e.to_string())?;
    let itself = || match tls.is_some() {
        true => vec![format!("https://{at}")],
        false => vec![at.to_string()],
    };
    let instances = o.instances.clone().unwrap_or_else(itself);
    let (data, membership) = match o.cluster {
        Some(file) => {
            let membership = cluster::join(file, instances).await?;
            (Data::Elsewhere(membership.store()), Some(membership))
        }
        None => {
            let shared = shared::Shared::open(&o, o.data.as_deref(), instances)?;
            (Data::Here(Arc::new(shared)), None)
        }
    };
    let membership = async {
        match membership {
            Some(membership) => membership.keep().await,
            None => std::future::pending().await,
        }
    };
    // Signals are caught before anybody is told that the server is there.
    let mut stops = [SignalKind::terminate(), SignalKind::interrupt()]
        .map(signal)
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| e.to_string())?;
    if o.print_port {
        println!("{}", at.port());
        let _ = std::io::stdout().flush();
    }
    if !o.quiet {
        eprintln!(
            "taos-sandbox {} listens on {scheme}://{at}/ws",
            env!("CARGO_PKG_VERSION")
        );
    }
    let server = Arc::new(server::Server {
        data,
        tls,
        ping_interval: o.ping_interval,
        quiet: o.quiet,
    });
    let (first, rest) = stops.split_at_mut(1);
    tokio::select! {
        _ = server.run(listener) => Ok(()),
        lost = membership => lost,
        _ = first[0].recv() => Ok(()),
        _ = rest[0].recv() => Ok(()),
    }
}

fn cannot_listen(host: &str, port: u16, e: std::io::Error) -> String {
    let at = format!("cannot listen on {host}:{port}: {e}");
    if e.kind() != std::io::ErrorKind::AddrInUse {
        return at;
    }
    let who = match port {
        6041 => "another program, perhaps a taosAdapter, whose port this is",
        _ => "another program",
    };
    format!("{at}: {who}, listens there already; --port takes another, --port 0 any free one")
}

fn tls(cert: &str, key: &str) -> Result<TlsAcceptor, String> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(|i| i.collect::<Result<Vec<_>, _>>())
        .map_err(|e| format!("{cert}: {e}"))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|e| format!("{key}: {e}"))?;
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| e.to_string())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
