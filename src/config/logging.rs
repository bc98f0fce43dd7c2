//! The library's log, when it is asked for: to a file or to standard error, by `tracing`.
//!
//! What is logged never holds a password, a token or a statement's text. A line about a request has
//! its id, by which it is found in the server's log. A Rust program that has a subscriber of its own
//! keeps it, and gets these lines there.

use super::settings::Values;
use std::fs::File;
use std::os::fd::AsFd;
use std::sync::Arc;
use tracing::level_filters::LevelFilter;

/// Begins to log as the settings say. Whatever goes wrong, nothing else does.
pub fn start(values: &Values) {
    let level: LevelFilter = match values.text("log").unwrap_or_default().parse() {
        Ok(LevelFilter::OFF) | Err(_) => return,
        Ok(level) => level,
    };
    let wanted = values.text("log_file").map(|path| (path, open(path)));
    let (file, failure) = match wanted {
        Some((_, Ok(file))) => (Some(file), None),
        Some((path, Err(e))) => (stderr(), Some((path, e))),
        None => (stderr(), None),
    };
    let Some(file) = file else { return };
    // Not behind a lock, which a forked child could find taken: each line is one write.
    let subscriber = tracing_subscriber::fmt()
        .with_writer(Arc::new(file))
        .with_max_level(level)
        .with_ansi(false)
        .with_thread_names(true)
        // A full disk is no reason to write to the program's standard error.
        .log_internal_errors(false)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
    if let Some((path, error)) = failure {
        tracing::warn!(path, %error, "no log file; the log goes to standard error");
    }
}

fn open(path: &str) -> std::io::Result<File> {
    File::options().append(true).create(true).open(path)
}

fn stderr() -> Option<File> {
    let fd = std::io::stderr().as_fd().try_clone_to_owned().ok()?;
    Some(fd.into())
}
