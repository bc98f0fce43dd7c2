//! Settings of the process: what a program has set by `taos_options` and `taos_set_config`, and the reports of
//! mistakes in all of its sources.

use super::settings::{Mistake, Values};
use super::sources::OfTheProcess;
use super::{log_file, logging, mistakes, taos_cfg};
use crate::sync::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::Arc;

pub static OPTIONS: Mutex<Options> = Mutex::new(Options {
    config_dir: None,
    file: None,
    items: None,
    timezone: None,
    charset: None,
    known: None,
    changes: 0,
    notices: Vec::new(),
    said: BTreeSet::new(),
});

/// Counts the changes of the process's time zone, so that open connections notice one cheaply.
static TIMEZONE_CHANGES: AtomicU32 = AtomicU32::new(0);

/// The maps are B-trees: valgrind reports the memory of a hash table as possibly lost.
pub struct Options {
    pub(super) config_dir: Option<PathBuf>,
    /// The file, read once.
    pub(super) file: Option<Arc<taos_cfg::File>>,
    /// The items of `taos_set_config`, by key in lower case.
    pub(super) items: Option<Arc<BTreeMap<String, String>>>,
    pub(super) timezone: Option<String>,
    pub(super) charset: Option<String>,
    /// What all sources said when they were last read. Forgotten when an option changes.
    pub(super) known: Option<Arc<OfTheProcess>>,
    /// How often an option has changed.
    pub(super) changes: u64,
    /// Lines for the log, until it begins.
    notices: Vec<String>,
    /// Mistakes that were reported already.
    said: BTreeSet<String>,
}

/// A line for the log, which may not have begun yet.
pub fn notice(text: String) {
    match has_begun() {
        true => tracing::warn!("{text}"),
        false => OPTIONS.lock().notices.push(text),
    }
}

fn change<T>(change: impl FnOnce(&mut Options) -> T) -> T {
    let mut options = OPTIONS.lock();
    options.known = None;
    options.changes += 1;
    change(&mut options)
}

/// Sets the character set of later connections that are given none of their own.
pub fn set_charset(name: &str) {
    change(|options| options.charset = Some(name.to_owned()));
}

/// Sets the place of `taos.cfg`: a directory or the file itself. An earlier file is forgotten.
pub fn set_config_dir(dir: &str) {
    change(|options| {
        options.config_dir = Some(dir.into());
        options.file = None;
    });
}

/// Sets items that take precedence over those of the file. False when items were set already.
pub fn set_items(items: impl Iterator<Item = (String, String)>) -> bool {
    let items = items.map(|(key, value)| (key.to_ascii_lowercase(), value));
    change(|options| {
        let is_first = options.items.is_none();
        if is_first {
            options.items = Some(Arc::new(items.collect()));
        }
        is_first
    })
}

/// Sets the time zone of all connections that are given none of their own, open ones included.
pub fn set_timezone(zone: &str) {
    change(|options| options.timezone = Some(zone.to_owned()));
    TIMEZONE_CHANGES.fetch_add(1, Ordering::Release);
}

pub fn timezone_changes() -> u32 {
    TIMEZONE_CHANGES.load(Ordering::Acquire)
}

static LOG_HAS_BEGUN: AtomicBool = AtomicBool::new(false);
/// No setting says what is to be logged.
static LOG_IS_LEFT_OPEN: AtomicBool = AtomicBool::new(false);

fn has_begun() -> bool {
    LOG_HAS_BEGUN.load(Ordering::Acquire)
}

/// What the process's sources say to a call that gives no settings itself. The first call begins the log. Each mistake
/// is reported once.
pub fn of_the_process() -> Arc<OfTheProcess> {
    let known = known();
    say(&known.mistakes);
    known
}

/// Fills `values` from the process's sources, in their order, and then with the defaults. The first call begins the
/// log. Each mistake is reported once.
pub fn fill(values: &mut Values) {
    let known = known();
    say(known.mistakes_beside(values));
    known.add_to(values);
}

fn known() -> Arc<OfTheProcess> {
    let known = OfTheProcess::known();
    if !has_begun() {
        begin_log(&known.given);
    }
    known
}

/// As [`fill`], for `taos-doctor`: mistakes are returned, not reported.
pub fn look_into(values: &mut Values, mistakes: &mut Vec<String>) {
    let known = OfTheProcess::known();
    mistakes.extend(known.mistakes_beside(values).map(|m| m.text.clone()));
    known.add_to(values);
}

/// The path of `taos.cfg`, and why it cannot be read if a program or variable has named it.
pub fn config_file() -> (PathBuf, Option<String>) {
    OfTheProcess::known();
    let file = OPTIONS.lock().file.clone();
    file.map(|file| (file.path.clone(), file.failure.clone()))
        .unwrap_or_default()
}

/// Variables of the environment whose names are most likely misspelt.
pub fn slips_in_the_environment() -> Vec<String> {
    let slips = mistakes::in_the_environment();
    slips.into_iter().map(|slip| slip.text).collect()
}

fn begin_log(of_the_process: &Values) {
    static BEGINS: AtomicBool = AtomicBool::new(false);
    if BEGINS.swap(true, Ordering::AcqRel) {
        return;
    }
    LOG_IS_LEFT_OPEN.store(of_the_process.text("log").is_none(), Ordering::Release);
    logging::start(of_the_process);
    LOG_HAS_BEGUN.store(true, Ordering::Release);
    let notices = std::mem::take(&mut OPTIONS.lock().notices);
    for text in notices {
        tracing::warn!("{text}");
    }
    say(&mistakes::in_the_environment());
}

/// Reports mistakes that are new: in the log, or on standard error when no setting says what is to be logged.
fn say<'a>(mistakes: impl IntoIterator<Item = &'a Mistake>) {
    let mut mistakes = mistakes.into_iter().peekable();
    if mistakes.peek().is_none() {
        return;
    }
    let mut options = OPTIONS.lock();
    let is_new = |mistake: &&Mistake| options.said.insert(mistake.text.clone());
    let new: Vec<&Mistake> = mistakes.filter(is_new).collect();
    drop(options);
    for Mistake { text, .. } in new {
        tracing::warn!("{text}");
        if LOG_IS_LEFT_OPEN.load(Ordering::Acquire) {
            log_file::to_stderr(&format!("libtaos: {text}\n"));
        }
    }
}

/// A setting of the process that is needed before there is a connection. Reports nothing and does not begin the log,
/// because the program may set the place of `taos.cfg` later.
pub fn flag_of_the_process(name: &str) -> bool {
    OfTheProcess::known().values.flag(name)
}
