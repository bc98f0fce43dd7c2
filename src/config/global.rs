//! Settings of the process: from `taos_options`, the environment and `taos.cfg`.

use super::settings::{Values, SETTINGS};
use super::{environment, log_file, logging, mistakes, taos_cfg, timezone};
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
    notices: Vec::new(),
    said: BTreeSet::new(),
});

/// Counts the changes of the process's time zone, so that open connections notice one cheaply.
static TIMEZONE_CHANGES: AtomicU32 = AtomicU32::new(0);

/// The maps are B-trees: valgrind reports the memory of a hash table as possibly lost.
pub struct Options {
    config_dir: Option<PathBuf>,
    /// The file, read once.
    file: Option<Arc<taos_cfg::File>>,
    /// The items of `taos_set_config`, by key in lower case.
    items: Option<Arc<BTreeMap<String, String>>>,
    timezone: Option<String>,
    charset: Option<String>,
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

/// Sets the character set of later connections that are given none of their own.
pub fn set_charset(name: &str) {
    OPTIONS.lock().charset = Some(name.to_owned());
}

/// Sets the place of `taos.cfg`: a directory or the file itself. An earlier file is forgotten.
pub fn set_config_dir(dir: &str) {
    let mut options = OPTIONS.lock();
    options.config_dir = Some(dir.into());
    options.file = None;
}

/// Sets items that take precedence over those of the file. False when items were set already.
pub fn set_items(items: impl Iterator<Item = (String, String)>) -> bool {
    let mut options = OPTIONS.lock();
    if options.items.is_some() {
        return false;
    }
    let items = items.map(|(key, value)| (key.to_ascii_lowercase(), value));
    options.items = Some(Arc::new(items.collect()));
    true
}

/// Sets the time zone of all connections that are given none of their own, open ones included.
pub fn set_timezone(zone: &str) {
    OPTIONS.lock().timezone = Some(zone.to_owned());
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

/// Fills `values` from the process's sources, in their order, and then with the defaults. The first call begins the
/// log. Each mistake is reported once.
pub fn fill(values: &mut Values) {
    if !has_begun() {
        let mut of_the_process = Values::default();
        fill_from_sources(&mut of_the_process, &mut Vec::new());
        begin_log(&of_the_process);
    }
    let mut mistakes = Vec::new();
    fill_from_sources(values, &mut mistakes);
    say(mistakes);
    values.fill_defaults();
}

/// As [`fill`], for `taos-doctor`: mistakes are returned, not reported.
pub fn look_into(values: &mut Values, mistakes: &mut Vec<String>) {
    fill_from_sources(values, mistakes);
    values.fill_defaults();
}

/// The path of `taos.cfg`, and why it cannot be read if a program or variable has named it.
pub fn config_file() -> (PathBuf, Option<String>) {
    fill_from_sources(&mut Values::default(), &mut Vec::new());
    let file = OPTIONS.lock().file.clone();
    file.map(|file| (file.path.clone(), file.failure.clone()))
        .unwrap_or_default()
}

/// Variables of the environment whose names are most likely misspelt.
pub fn slips_in_the_environment() -> Vec<String> {
    mistakes::in_the_environment()
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
    say(mistakes::in_the_environment());
}

/// Reports mistakes that are new: in the log, or on standard error when no setting says what is to be logged.
fn say(mistakes: Vec<String>) {
    if mistakes.is_empty() {
        return;
    }
    let mut options = OPTIONS.lock();
    let new: Vec<String> = mistakes
        .into_iter()
        .filter(|text| options.said.insert(text.clone()))
        .collect();
    drop(options);
    for text in new {
        tracing::warn!("{text}");
        if LOG_IS_LEFT_OPEN.load(Ordering::Acquire) {
            log_file::to_stderr(&format!("libtaos: {text}\n"));
        }
    }
}

/// A setting of the process that is needed before there is a connection. Reports nothing and does not begin the log,
/// because the program may set the place of `taos.cfg` later.
pub fn flag_of_the_process(name: &str) -> bool {
    let mut values = Values::default();
    fill_from_sources(&mut values, &mut Vec::new());
    values.fill_defaults();
    values.flag(name)
}

fn fill_from_sources(values: &mut Values, mistakes: &mut Vec<String>) {
    let (zone, charset, items, file) = {
        let mut options = OPTIONS.lock();
        let dir = options.config_dir.clone();
        let env_dir = || environment::var_os(mistakes::CONFIG_DIR).map(PathBuf::from);
        let read = || taos_cfg::File::read(dir.or_else(env_dir).as_deref());
        let file = options.file.get_or_insert_with(|| Arc::new(read())).clone();
        let items = options.items.clone().unwrap_or_default();
        let (zone, charset) = (options.timezone.clone(), options.charset.clone());
        (zone, charset, items, file)
    };
    if let Some(why) = &file.failure {
        tracing::warn!("no configuration file: {why}");
    }
    values.fill(mistakes, |s| {
        let option = match s.name {
            "timezone" => zone.clone(),
            "charset" => charset.clone(),
            _ => None,
        };
        option.map(|value| (s.name.into(), value))
    });
    let variables = variables(mistakes);
    values.fill(mistakes, |s| {
        let name = s.env?;
        Some((name.into(), variables.get(name)?.clone()))
    });
    // Most processes have none of these, and each new connection comes here.
    if !items.is_empty() {
        values.fill(mistakes, |s| {
            let value = items.get(&s.cfg?.to_ascii_lowercase())?;
            Some((s.cfg?.into(), value.clone()))
        });
    }
    if !file.lines.is_empty() {
        values.fill(mistakes, |s| {
            let line = file.lines.get(&s.cfg?.to_ascii_lowercase())?;
            let value = taos_cfg::value(&line.rest, s.kind).to_owned();
            Some((file.place(line).into(), value))
        });
    }
    mistakes.extend(file.slips.iter().cloned());
    if let Some(zone) = timezone::of_the_host() {
        values.add_text("timezone", zone, "this host");
    }
}

/// The settings' variables in the environment. A value that is not UTF-8 is a mistake.
fn variables(mistakes: &mut Vec<String>) -> BTreeMap<&'static str, String> {
    let names = SETTINGS.iter().filter_map(|setting| setting.env);
    let found = names.filter_map(|name| Some((name, environment::var_os(name)?)));
    let texts = found.filter_map(|(name, value)| match value.into_string() {
        Ok(text) => Some((name, text)),
        Err(_) => {
            mistakes.push(format!("{name} passed over: it must be UTF-8"));
            None
        }
    });
    texts.collect()
}
