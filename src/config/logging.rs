//! The library's log, when it is asked for: to a file or to standard error, by `tracing`.
//!
//! A line never holds a password, a token or a statement's text. A line about a request has the request's id, which the
//! server's log has, too. A Rust program that has a `tracing` subscriber of its own keeps it and gets these lines.

use super::log_file::LogFile;
use super::settings::Values;
use std::sync::Arc;
use tracing::level_filters::LevelFilter;

/// Begins to log as the settings say. A failure here disturbs nothing else.
pub fn start(values: &Values) {
    let level = values
        .text("log")
        .and_then(|level| level.parse::<LevelFilter>().ok());
    let Some(level) = level.filter(|level| *level != LevelFilter::OFF) else {
        return;
    };
    let wanted = values
        .text("log_file")
        .map(|path| (path, LogFile::open(path)));
    let (file, failure) = match wanted {
        Some((_, Ok(file))) => (Some(file), None),
        Some((path, Err(e))) => (LogFile::stderr(), Some((path, e))),
        None => (LogFile::stderr(), None),
    };
    let Some(file) = file else { return };
    let subscriber = tracing_subscriber::fmt()
        .with_writer(Arc::new(file))
        .with_max_level(level)
        .with_ansi(false)
        .with_thread_names(true)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
    if let Some((path, error)) = failure {
        tracing::error!(path, %error, "no log file; the log goes to standard error");
    }
}
