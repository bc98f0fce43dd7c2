//! taos-doctor: why a program cannot connect, in words.
//!
//! The steps before there is a session are taken here one by one, so that each can be told; what they go by - settings,
//! TLS, words for failures - and the session itself are the library's own engine.

mod args;
mod certificate;
mod check;
mod cluster;
mod http;
mod loader;
mod network;
mod report;
mod run;
mod session;
mod tls;
mod upgrade;
mod wording;

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = args::command().get_matches();
    match matches.subcommand() {
        Some(("run", given)) => run::run(given),
        Some(("load", given)) => {
            let name = given.get_one::<String>("name").map_or("", String::as_str);
            loader::load(name)
        }
        Some(("man", _)) => match args::man(&mut io::stdout()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        _ => check::check(&matches),
    }
}
