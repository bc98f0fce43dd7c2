//! A server that answers the adapter's WebSocket protocol from memory.
//!
//! A benchmark against a real adapter measures mostly the database. Here the answers exist before they are asked for,
//! so what remains is the client's own cost and the kernel's. One thread per connection, blocking sockets, and
//! blocks that are encoded once and sent from where they lie.
//!
//! Call path: `main` accepts → `session` understands a message → `canned` has the result → `block` encoded it →
//! `websocket` frames it.

mod block;
mod canned;
mod deflate;
mod session;
mod subscription;
mod websocket;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use websocket::Interface;

const USAGE: &str = "usage: canned-server [--port N] [--print-port] [--print-sizes]

Listens on 127.0.0.1, paths /ws and /rest/tmq. Port 0, the default, takes any free one.
--print-port writes the port to standard output once the server accepts connections.
--print-sizes writes how far the tables' blocks can be compressed, and ends.
Ends on SIGTERM or SIGINT.";

struct Options {
    port: u16,
    print_port: bool,
    print_sizes: bool,
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        port: 0,
        print_port: false,
        print_sizes: false,
    };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--print-port" => options.print_port = true,
            "--print-sizes" => options.print_sizes = true,
            "--port" => {
                let port = args.next().ok_or("--port needs a number")?;
                options.port = port.parse().map_err(|_| format!("not a port: {port}"))?;
            }
            _ => return Err(format!("unknown argument: {arg}")),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if options.print_sizes {
        println!("{:<25} {:>12} {:>12}", "a block", "bytes", "compressed");
        for (name, plain, packed) in canned::sizes() {
            println!("{name:<25} {plain:>12} {packed:>12}");
        }
        return ExitCode::SUCCESS;
    }
    match serve(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("canned-server: port {}: {error}", options.port);
            ExitCode::FAILURE
        }
    }
}

/// Accepts until a signal ends the process; there is no state to save, so the default action of SIGTERM is enough.
fn serve(options: &Options) -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", options.port))?;
    canned::encode_all();
    if options.print_port {
        let mut out = std::io::stdout();
        writeln!(out, "{}", listener.local_addr()?.port())?;
        out.flush()?;
    }
    for stream in listener.incoming() {
        // A connection that failed before it was accepted, or no thread for it, is that client's loss only.
        let Ok(stream) = stream else { continue };
        let _ = std::thread::Builder::new().spawn(move || connection(stream));
    }
    Ok(())
}

/// Serves one client. An error here is a lost or misbehaving client: the connection ends, the server does not.
fn connection(stream: TcpStream) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let _ = match websocket::Socket::accept(stream) {
        Ok((socket, Interface::Statements)) => session::Session::new(socket).run(),
        Ok((socket, Interface::Subscriptions)) => subscription::Consumer::new(socket).run(),
        Err(lost) => Err(lost),
    };
}
