//! What was found, step by step: printed as it comes, or all of it as JSON at the end.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::{json, Map, Value};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// A step, in the order in which they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Settings,
    LookUp,
    Connect,
    Tls,
    Upgrade,
    Version,
    Login,
    Clock,
    TimeZone,
    Database,
    Ping,
    Cluster,
    Bench,
    Loader,
}

/// Each step's name, the exit code when it is the first that failed, and what that means; without one, it can only be a warning.
pub const STEPS: [(Step, &str, u8, &str); 14] = [
    (
        Step::Settings,
        "settings",
        10,
        "the address or a setting makes no sense",
    ),
    (
        Step::LookUp,
        "look-up",
        11,
        "a host's name has no address here",
    ),
    (
        Step::Connect,
        "connect",
        12,
        "nobody takes the TCP connection",
    ),
    (
        Step::Tls,
        "TLS",
        13,
        "the TLS handshake fails, or the certificate is not accepted",
    ),
    (
        Step::Upgrade,
        "upgrade",
        14,
        "what answers is not taosAdapter's WebSocket",
    ),
    (
        Step::Version,
        "version",
        15,
        "the server behind the WebSocket does not tell its version",
    ),
    (Step::Login, "login", 16, "the server refuses the login"),
    (Step::Clock, "clock", 0, ""),
    (Step::TimeZone, "time zone", 0, ""),
    (
        Step::Database,
        "database",
        19,
        "the database cannot be selected",
    ),
    (Step::Ping, "ping", 20, "statements fail after the login"),
    (Step::Cluster, "cluster", 0, ""),
    (
        Step::Bench,
        "bench",
        21,
        "writing and reading rows in a database of its own fails",
    ),
    (
        Step::Loader,
        "loader",
        22,
        "libtaos.so is found, and cannot be loaded",
    ),
];

impl Step {
    fn row(self) -> &'static (Step, &'static str, u8, &'static str) {
        let row = STEPS.iter().find(|(step, ..)| *step == self);
        row.unwrap_or(&STEPS[0])
    }

    pub fn name(self) -> &'static str {
        self.row().1
    }

    fn code(self) -> u8 {
        self.row().2
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Ok,
    Warning,
    Failure,
}

impl Outcome {
    fn mark(self) -> (&'static str, Style) {
        match self {
            Outcome::Ok => ("ok  ", AnsiColor::Green.on_default()),
            Outcome::Warning => ("warn", AnsiColor::Yellow.on_default()),
            Outcome::Failure => ("FAIL", AnsiColor::Red.on_default().bold()),
        }
    }
}

/// What one step came to.
#[derive(Debug)]
pub struct Finding {
    pub step: Step,
    pub outcome: Outcome,
    /// One sentence, or a part of one.
    pub text: String,
    /// Lines below it.
    pub details: Vec<String>,
    /// What to do about it.
    pub advice: Option<String>,
    /// For machines.
    pub facts: Map<String, Value>,
}

impl Finding {
    pub fn new(step: Step, outcome: Outcome, text: impl Into<String>) -> Finding {
        Finding {
            step,
            outcome,
            text: text.into(),
            details: Vec::new(),
            advice: None,
            facts: Map::new(),
        }
    }

    pub fn ok(step: Step, text: impl Into<String>) -> Finding {
        Finding::new(step, Outcome::Ok, text)
    }

    pub fn warning(step: Step, text: impl Into<String>) -> Finding {
        Finding::new(step, Outcome::Warning, text)
    }

    pub fn failure(step: Step, text: impl Into<String>) -> Finding {
        Finding::new(step, Outcome::Failure, text)
    }

    pub fn advise(mut self, advice: impl Into<String>) -> Finding {
        let advice = advice.into();
        self.advice = Some(advice).filter(|text| !text.is_empty());
        self
    }

    pub fn detail(mut self, line: impl Into<String>) -> Finding {
        self.details.push(line.into());
        self
    }

    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Finding {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// What the last lines repeat: they are what a reader sees first.
struct FirstFailure {
    step: Step,
    text: String,
    advice: Option<String>,
}

/// The findings so far.
pub struct Report {
    json: bool,
    steps: Vec<Value>,
    first_failure: Option<FirstFailure>,
    warnings: usize,
    /// Not to be shown, wherever they turn up.
    secrets: Vec<String>,
}

impl Report {
    pub fn new(json: bool) -> Report {
        Report {
            json,
            steps: Vec::new(),
            first_failure: None,
            warnings: 0,
            secrets: Vec::new(),
        }
    }

    /// A text that is not to be shown from now on, whoever repeats it.
    pub fn hide(&mut self, secret: &str) {
        // Fewer would blot out half of what is said.
        if secret.len() >= 4 && secret != "taosdata" && secret != "root" {
            self.secrets.push(secret.to_owned());
        }
    }

    fn without_secrets(&self, mut text: String) -> String {
        for secret in &self.secrets {
            text = text.replace(secret.as_str(), "(hidden)");
        }
        // What a server sends must not drive the terminal.
        text.replace(|c: char| c.is_control(), " ")
    }

    /// Takes a finding, and how long the step took.
    pub fn add(&mut self, finding: Finding, took: Duration) {
        let text = self.without_secrets(finding.text);
        let details: Vec<String> = finding
            .details
            .into_iter()
            .map(|line| self.without_secrets(line))
            .collect();
        let advice = finding.advice.map(|advice| self.without_secrets(advice));
        match finding.outcome {
            Outcome::Failure => {
                self.first_failure.get_or_insert_with(|| FirstFailure {
                    step: finding.step,
                    text: text.clone(),
                    advice: advice.clone(),
                });
            }
            Outcome::Warning => self.warnings += 1,
            Outcome::Ok => {}
        }
        if self.json {
            let mut step = json!({
                "step": finding.step.name(),
                "outcome": finding.outcome,
                "ms": (took.as_secs_f64() * 1e6).round() / 1e3,
                "text": text,
                "details": details,
                "advice": advice,
            });
            if let Value::Object(step) = &mut step {
                step.extend(finding.facts);
            }
            self.steps.push(step);
            return;
        }
        let mut out = anstream::stdout().lock();
        let (mark, style) = finding.outcome.mark();
        let took = format!("{:.1} ms", took.as_secs_f64() * 1e3);
        let name = finding.step.name();
        // A terminal that has gone takes nothing more.
        let _ = writeln!(out, "{style}{mark}{style:#}  {name:<9} {took:>10}  {text}");
        for line in details {
            let _ = writeln!(out, "{:28}{line}", "");
        }
        if let Some(advice) = advice {
            let _ = writeln!(out, "{:28}{style}what to do:{style:#} {advice}", "");
        }
        let _ = out.flush();
    }

    /// Says what came of it all.
    pub fn end(self) -> ExitCode {
        let code = self
            .first_failure
            .as_ref()
            .map_or(0, |first| first.step.code());
        let mut out = anstream::stdout().lock();
        if self.json {
            let all = json!({
                "taos_doctor": env!("CARGO_PKG_VERSION"),
                "steps": self.steps,
                "warnings": self.warnings,
                "first_failure": self.first_failure.as_ref().map(|first| first.step.name()),
                "exit_code": code,
            });
            let _ = writeln!(out, "{all:#}");
            return ExitCode::from(code);
        }
        let (outcome, text) = match &self.first_failure {
            Some(first) => (
                Outcome::Failure,
                format!(
                    "{} failed (exit code {code}): {}",
                    first.step.name(),
                    first.text
                ),
            ),
            None if self.warnings == 0 => (Outcome::Ok, "all is well".into()),
            None => (Outcome::Warning, "it works, with warnings".into()),
        };
        let (_, style) = outcome.mark();
        let _ = writeln!(out, "\n{style}{text}{style:#}");
        if let Some(advice) = self.first_failure.and_then(|first| first.advice) {
            let _ = writeln!(out, "{style}what to do:{style:#} {advice}");
        }
        ExitCode::from(code)
    }
}
