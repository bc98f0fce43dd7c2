//! Settings of the process: what `taos_options` said, the environment, `taos.cfg`.

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

/// The maps are ordered ones: valgrind takes the memory of a hash table for possibly lost.
pub struct Options {
    config_dir: Option<PathBuf>,
    /// The file, read once.
    file: Option<Arc<taos_cfg::File>>,
    /// What `taos_set_config` said, by lower-case key.
    items: Option<Arc<BTreeMap<String, String>>>,
    timezone: Option<String>,
    charset: Option<String>,
    /// What the log is to be told when it begins.
    notices: Vec<String>,
    /// The mistakes that were said already.
    said: BTreeSet<String>,
}

/// A line for the log, which may not have begun yet.
pub fn notice(text: String) {
    match has_begun() {
        true => tracing::warn!("{text}"),
        false => OPTIONS.lock().notices.push(text),
    }
}

/// The character set of connections made later that are not given one of their own.
pub fn set_charset(name: &str) {
    OPTIONS.lock().charset = Some(name.to_owned());
}

/// The place of `taos.cfg`: a directory or the file itself. What a file said before is forgotten.
pub fn set_config_dir(dir: &str) {
    let mut options = OPTIONS.lock();
    options.config_dir = Some(dir.into());
    options.file = None;
}

/// Items of the configuration that count before those of the file. False when they have been set
/// already.
pub fn set_items(items: impl Iterator<Item = (String, String)>) -> bool {
    let mut options = OPTIONS.lock();
    if options.items.is_some() {
        return false;
    }
    let items = items.map(|(key, value)| (key.to_ascii_lowercase(), value));
    options.items = Some(Arc::new(items.collect()));
    true
}

/// The zone of all connections that have not been given one of their own, open ones included.
pub fn set_timezone(zone: &str) {
    OPTIONS.lock().timezone = Some(zone.to_owned());
    TIMEZONE_CHANGES.fetch_add(1, Ordering::Release);
}

pub fn timezone_changes() -> u32 {
    TIMEZONE_CHANGES.load(Ordering::Acquire)
}

static LOG_HAS_BEGUN: AtomicBool = AtomicBool::new(false);
/// Nobody has said what is to be logged.
static LOG_IS_LEFT_OPEN: AtomicBool = AtomicBool::new(false);

fn has_begun() -> bool {
    LOG_HAS_BEGUN.load(Ordering::Acquire)
}

/// Fills `values` with what the process's sources say, in their order, then the defaults. The first
/// time, the log begins. Mistakes are said, each once.
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

/// As [`fill`], for who looks into the settings: mistakes are answered, and neither said nor logged.
pub fn look_into(values: &mut Values, mistakes: &mut Vec<String>) {
    fill_from_sources(values, mistakes);
    values.fill_defaults();
}

/// Where `taos.cfg` is looked for; and why it cannot be read, if somebody has said where it is.
pub fn config_file() -> (PathBuf, Option<String>) {
    fill_from_sources(&mut Values::default(), &mut Vec::new());
    let file = OPTIONS.lock().file.clone();
    file.map(|file| (file.path.clone(), file.failure.clone()))
        .unwrap_or_default()
}

/// Variables of the environment that were most likely meant to be others.
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

/// Says what has not been said yet: in the log, or on standard error when nobody has asked for a log.
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

/// A setting of the process that is needed before there is a connection. Nothing is said, and the log
/// does not begin: where the file is may be told later.
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
    // Most processes have none of these, and each connection looks here.
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

/// The settings' variables in the environment. One that is no text is a mistake.
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
