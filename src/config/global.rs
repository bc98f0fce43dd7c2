//! Settings of the process: what `taos_options` said, the environment, `taos.cfg`.

use super::settings::{Setting, Values};
use super::{environment, logging, taos_cfg, timezone};
use crate::sync::Mutex;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::Arc;

pub static OPTIONS: Mutex<Options> = Mutex::new(Options {
    config_dir: None,
    file: None,
    items: None,
    timezone: None,
    charset: None,
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

/// Fills `values` with what the process's sources say, in their order, then the defaults. The first
/// time, the log begins.
pub fn fill(values: &mut Values) {
    static LOG: AtomicBool = AtomicBool::new(false);
    if !LOG.swap(true, Ordering::Relaxed) {
        let mut of_the_process = Values::default();
        fill_from_sources(&mut of_the_process);
        logging::start(&of_the_process);
    }
    fill_from_sources(values);
}

fn fill_from_sources(values: &mut Values) {
    let (zone, charset, items, file) = {
        let mut options = OPTIONS.lock();
        let dir = options.config_dir.clone();
        let env_dir = || environment::var_os("TAOS_CONFIG_DIR").map(PathBuf::from);
        let read = || taos_cfg::File::read(dir.or_else(env_dir).as_deref());
        let file = options.file.get_or_insert_with(|| Arc::new(read())).clone();
        let items = options.items.clone().unwrap_or_default();
        let (zone, charset) = (options.timezone.clone(), options.charset.clone());
        (zone, charset, items, file)
    };
    if let Some(why) = &file.failure {
        tracing::warn!("no configuration file: {why}");
    }
    values.fill(|s| {
        let option = match s.name {
            "timezone" => zone.clone(),
            "charset" => charset.clone(),
            _ => None,
        };
        option.map(|value| (s.name, value))
    });
    values.fill(of_the_environment);
    values.fill(|s| {
        let value = items.get(&s.cfg?.to_ascii_lowercase())?;
        Some((s.cfg?, value.clone()))
    });
    values.fill(|s| {
        let line = file.lines.get(&s.cfg?.to_ascii_lowercase())?;
        Some((s.cfg?, taos_cfg::value(line, s.kind).to_owned()))
    });
    values.fill(|s| Some((s.name, s.default?.to_owned())));
    values.fill(|s| match s.name {
        "timezone" => Some((s.name, timezone::of_the_host()?)),
        _ => None,
    });
}

fn of_the_environment(setting: &Setting) -> Option<(&'static str, String)> {
    let name = setting.env?;
    let value = environment::var_os(name)?.into_string();
    if value.is_err() {
        tracing::warn!("{name} passed over: it must be UTF-8");
    }
    Some((name, value.ok()?))
}
