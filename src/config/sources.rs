//! The sources of the process's settings, in their order: `taos_options`, the environment, `taos_set_config`,
//! `taos.cfg`, this host, the defaults. They are read anew only when one of them has changed.

use super::environment::{self, Snapshot};
use super::global::{self, OPTIONS};
use super::settings::{Mistake, Values, SETTINGS};
use super::{mistakes, taos_cfg, timezone, Target};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What the sources say.
pub struct OfTheProcess {
    /// The environment that was read.
    variables: Snapshot,
    /// The values that a source gives, without defaults.
    pub given: Values,
    pub mistakes: Vec<Mistake>,
    /// All values for a call that gives none itself.
    pub values: Values,
    /// The same as a target, which has no hosts and no login yet.
    pub target: Target,
}

impl OfTheProcess {
    /// What the sources say now. Reports nothing.
    pub fn known() -> Arc<OfTheProcess> {
        let (known, changes) = {
            let options = OPTIONS.lock();
            (options.known.clone(), options.changes)
        };
        if let Some(known) = known.filter(|known| known.variables.is_current()) {
            return known;
        }
        let new = Arc::new(OfTheProcess::read());
        let mut options = OPTIONS.lock();
        // Another thread may have set an option meanwhile.
        if options.changes == changes {
            options.known = Some(new.clone());
        }
        new
    }

    fn read() -> OfTheProcess {
        let variables = Snapshot::take();
        let (given, mistakes) = values_of_the_sources();
        let mut values = given.clone();
        values.fill_defaults();
        OfTheProcess {
            variables,
            target: Target::of_settings(&values),
            values,
            given,
            mistakes,
        }
    }

    /// The mistakes that matter to a call that gives these values.
    pub fn mistakes_beside<'a>(&'a self, values: &'a Values) -> impl Iterator<Item = &'a Mistake> {
        self.mistakes.iter().filter(|m| values.leave_open(m))
    }

    /// Fills settings that are not set yet.
    pub fn add_to(&self, values: &mut Values) {
        values.add(self.given.clone());
        values.fill_defaults();
    }
}

/// The values that a source gives, and those that were passed over.
fn values_of_the_sources() -> (Values, Vec<Mistake>) {
    let (mut values, mut mistakes) = (Values::default(), Vec::new());
    let (zone, charset, items, file, is_new) = {
        let mut options = OPTIONS.lock();
        let dir = options.config_dir.clone();
        let env_dir = || environment::var_os(mistakes::CONFIG_DIR).map(PathBuf::from);
        let read = || taos_cfg::File::read(dir.or_else(env_dir).as_deref());
        let is_new = options.file.is_none();
        let file = options.file.get_or_insert_with(|| Arc::new(read())).clone();
        let items = options.items.clone().unwrap_or_default();
        let (zone, charset) = (options.timezone.clone(), options.charset.clone());
        (zone, charset, items, file, is_new)
    };
    if let Some(why) = file.failure.as_ref().filter(|_| is_new) {
        global::notice(format!("no configuration file: {why}"));
    }
    values.fill(&mut mistakes, |s| {
        let option = match s.name {
            "timezone" => zone.clone(),
            "charset" => charset.clone(),
            _ => None,
        };
        option.map(|value| (s.name.into(), value))
    });
    let variables = variables(&mut mistakes);
    values.fill(&mut mistakes, |s| {
        let name = s.env?;
        Some((name.into(), variables.get(name)?.clone()))
    });
    values.fill(&mut mistakes, |s| {
        let value = items.get(&s.cfg?.to_ascii_lowercase())?;
        Some((s.cfg?.into(), value.clone()))
    });
    values.fill(&mut mistakes, |s| {
        let line = file.lines.get(&s.cfg?.to_ascii_lowercase())?;
        let value = taos_cfg::value(&line.rest, s.kind).to_owned();
        Some((file.place(line).into(), value))
    });
    mistakes.extend(file.slips.iter().cloned());
    if let Some(zone) = timezone::of_the_host() {
        values.add_text("timezone", zone, "this host");
    }
    (values, mistakes)
}

/// The settings' variables in the environment. A value that is not UTF-8 is a mistake.
fn variables(mistakes: &mut Vec<Mistake>) -> BTreeMap<&'static str, String> {
    let names = SETTINGS.iter().filter_map(|setting| setting.env);
    let found = names.filter_map(|name| Some((name, environment::var_os(name)?)));
    let texts = found.filter_map(|(name, value)| match value.into_string() {
        Ok(text) => Some((name, text)),
        Err(_) => {
            let text = format!("{name} passed over: it must be UTF-8");
            mistakes.push(Mistake::whatever_is_given(text));
            None
        }
    });
    texts.collect()
}
