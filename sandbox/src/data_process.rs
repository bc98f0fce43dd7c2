//! The process with the data of a cluster: see [`cluster`](crate::cluster).

use crate::args::Options;
use crate::cluster::{beside, CLIENT, MEMBER, START, WELCOME};
use crate::server::{Data, Server};
use crate::shared::Shared;
use std::fs::File;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Notify;
use tokio::time::timeout;

/// Serves the members' clients for as long as there are members. Returns at once
/// where there is such a process already.
pub async fn serve(file: &str, o: &Options) -> Result<(), String> {
    let cannot = |e: std::io::Error| format!("{file}: {e}");
    let lock = File::create(beside(file, "lock")).map_err(cannot)?;
    if lock.try_lock().is_err() {
        return Ok(());
    }
    let shared = Arc::new(Shared::open(o, Some(file), vec![])?);
    let socket = beside(file, "sock");
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).map_err(cannot)?;
    let server = Arc::new(Server {
        data: Data::Here(shared.clone()),
        tls: None,
        ping_interval: o.ping_interval,
        quiet: true,
    });
    let left = Arc::new(Notify::new());
    let accepting = async {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(take(stream, server.clone(), left.clone()));
        }
    };
    let without_members = async {
        let _ = timeout(START, left.notified()).await;
        while !shared.instances.lock().is_empty() {
            left.notified().await;
        }
    };
    tokio::select! {
        () = accepting => {}
        () = without_members => {}
    }
    let _ = std::fs::remove_file(&socket);
    Ok(())
}

async fn take(mut stream: UnixStream, server: Arc<Server>, left: Arc<Notify>) {
    match stream.read_u8().await {
        Ok(CLIENT) => drop(server.serve(stream).await),
        Ok(MEMBER) => {
            if let Data::Here(shared) = &server.data {
                let _ = be_member(stream, shared).await;
                left.notify_one();
            }
        }
        _ => {}
    }
}

/// Returns when the member has gone.
async fn be_member(mut stream: UnixStream, shared: &Shared) -> std::io::Result<()> {
    let mut names = vec![];
    loop {
        match stream.read_u8().await? {
            b'\n' => break,
            byte => names.push(byte),
        }
    }
    let names = String::from_utf8_lossy(&names).into_owned();
    let names: Vec<String> = names.split(',').map(str::to_owned).collect();
    shared.instances.lock().extend(names.iter().cloned());
    let gone = async {
        stream.write_u8(WELCOME).await?;
        stream.read_u8().await
    };
    let _ = gone.await;
    let mut instances = shared.instances.lock();
    for name in names {
        let at = instances.iter().position(|one| *one == name);
        at.map(|at| instances.remove(at));
    }
    Ok(())
}
