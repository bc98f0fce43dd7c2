//! Runs a program on this library, and says at the end what went wrong.

use clap::ArgMatches;
use std::env;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

/// What a shell answers for a program that cannot be started.
const CANNOT_START: u8 = 127;

pub fn run(given: &ArgMatches) -> ExitCode {
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let Some(library) = text("library").map(PathBuf::from).or_else(library) else {
        return cannot(
            "there is no libtaos.so beside this program: name its folder with --library",
        );
    };
    if !library.join("libtaos.so").exists() {
        return cannot(&format!("there is no libtaos.so in {}", library.display()));
    }
    let own = env::temp_dir().join(format!("taos-doctor-{}.log", std::process::id()));
    let log = text("log-file").map_or(own.clone(), PathBuf::from);
    let level = text("log").unwrap_or_default();
    let mut words = given.get_many::<String>("program").into_iter().flatten();
    let program = words.next().cloned().unwrap_or_default();
    let before = size(&log);
    let started = Command::new(&program)
        .args(words)
        .env("LD_LIBRARY_PATH", in_front(&library))
        .env("TAOS_LOG", level)
        .env("TAOS_LOG_FILE", &log)
        .status();
    let status = match started {
        Ok(status) => status,
        Err(e) => return cannot(&format!("{program}: {}", taos::error::system_words(&e))),
    };
    tell(&program, status, &log, before);
    if log == own {
        let _ = std::fs::remove_file(&log);
    }
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.unwrap_or(1) as u8)
}

fn cannot(why: &str) -> ExitCode {
    anstream::eprintln!("taos-doctor: {why}");
    ExitCode::from(CANNOT_START)
}

/// The folder of the library that was built or installed with this program.
pub fn library() -> Option<PathBuf> {
    let this = env::current_exe().ok()?;
    let beside = this.parent()?;
    let prefix = beside.parent()?;
    let multiarch = format!("lib/{}-linux-gnu", env::consts::ARCH);
    let of_prefix = ["lib", "lib64", multiarch.as_str()].map(|dir| prefix.join(dir));
    [beside.to_owned()]
        .into_iter()
        .chain(of_prefix)
        .find(|dir| dir.join("libtaos.so").exists())
}

fn in_front(library: &Path) -> OsString {
    let mut path = library.as_os_str().to_owned();
    if let Some(others) = env::var_os("LD_LIBRARY_PATH").filter(|others| !others.is_empty()) {
        path.push(":");
        path.push(others);
    }
    path
}

fn size(file: &Path) -> usize {
    std::fs::metadata(file).map_or(0, |data| data.len() as usize)
}

/// How the program ended, and what its log has. To standard error, so that the program's output stays its own.
fn tell(program: &str, status: ExitStatus, log: &Path, before: usize) {
    let bytes = std::fs::read(log).unwrap_or_default();
    let lines = String::from_utf8_lossy(bytes.get(before..).unwrap_or_default()).into_owned();
    let of_level = |level: &str| -> Vec<&str> {
        lines
            .lines()
            .filter(|line| line.split_whitespace().take(3).any(|word| word == level))
            .collect()
    };
    let (errors, warnings) = (of_level("ERROR"), of_level("WARN"));
    let connected = lines.lines().any(|line| line.contains("connected"));
    let ended = match (status.code(), status.signal()) {
        (Some(0), _) => "ended well".to_owned(),
        (Some(code), _) => format!("ended with exit code {code}"),
        (_, Some(signal)) => format!("was ended by signal {signal}"),
        _ => "ended".to_owned(),
    };
    anstream::eprintln!("\ntaos-doctor: {program} {ended}");
    match (lines.is_empty(), connected) {
        (true, _) => anstream::eprintln!("taos-doctor: it made no connection by this library; does it load libtaos.so, and is it not linked to another by RPATH?"),
        (_, true) => anstream::eprintln!("taos-doctor: it connected by this library"),
        (_, false) => anstream::eprintln!("taos-doctor: it used this library, and no connection came about"),
    }
    const MOST: usize = 20;
    for line in errors.iter().chain(&warnings).take(MOST) {
        anstream::eprintln!("  {line}");
    }
    if errors.len() + warnings.len() > MOST {
        anstream::eprintln!(
            "  and {} more: --log-file keeps them",
            errors.len() + warnings.len() - MOST
        );
    }
}
