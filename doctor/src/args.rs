//! The command line, and the man page made of it.

use crate::report::STEPS;
use clap::{value_parser, Arg, ArgAction, Command};
use std::io;

const ABOUT: &str = "Says why a program cannot connect to TDengine through libtaos";

const LONG_ABOUT: &str = "\
Takes the steps by which a program connects, one after the other, and says what came of each, how long it took, and what to do \
about it: the settings in force and where each came from, the look-up of the host's name, the TCP connection to each of its \
addresses, TLS and the server's certificate, the upgrade to WebSocket, the server's version and what it cannot do, the login, \
the clocks, the time zone, the database, how long a statement takes, and which libtaos.so the loader gives to programs here. \
Passwords, tokens and keys are never shown.";

pub fn command() -> Command {
    Command::new("taos-doctor")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_long_help(exit_codes())
        .args_conflicts_with_subcommands(true)
        .arg(
            Arg::new("host")
                .value_name("HOST")
                .help("A host, a list host:port,host:port, or a connection string ws://user:password@host:port/db?key=value; by default what the settings say, else localhost"),
        )
        .arg(
            Arg::new("port")
                .short('P')
                .long("port")
                .value_name("PORT")
                .value_parser(value_parser!(u16))
                .help("The port where HOST says none; 0 and 6030 mean 6041, as in a program"),
        )
        .arg(Arg::new("user").short('u').long("user")
                .value_name("USER").help("Who logs in where HOST does not say"))
        .arg(
            Arg::new("password")
                .short('p')
                .long("password")
                .value_name("PASSWORD")
                .help("The password where HOST has none; others on this host can see it in the list of processes, which they cannot where TAOS_ADAPTER_LIST or taos.cfg has a connection string"),
        )
        .arg(
            Arg::new("database")
                .short('d')
                .long("database")
                .value_name("DATABASE")
                .help("The database to select where HOST names none"),
        )
        .arg(
            Arg::new("config")
                .short('c')
                .long("config-dir")
                .value_name("DIR")
                .help("Where taos.cfg is, as taos_options(TSDB_OPTION_CONFIGDIR) says it"),
        )
        .arg(
            Arg::new("bench")
                .long("bench")
                .action(ArgAction::SetTrue)
                .help("Also write rows into a database of its own, read them, and drop it"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("Print one JSON object"),
        )
        .subcommand(run())
        .subcommand(Command::new("man").hide(true).about("Prints the man page"))
        .subcommand(
            Command::new("load")
                .hide(true)
                .about("Loads libtaos.so and says what came")
                .arg(Arg::new("name").required(true)),
        )
}

fn run() -> Command {
    Command::new("run")
        .about("Runs a program on this library, and says at the end what went wrong")
        .long_about(
            "Runs a program with this library in front of any other libtaos.so, with the library's log on, and says at the end \
             how the program ended and what the log has of errors. The exit code is the program's, or 128 and the number of the \
             signal that ended it.",
        )
        .arg(
            Arg::new("library")
                .long("library")
                .value_name("DIR")
                .help("The folder of the libtaos.so to use; by default the one that was installed with this program"),
        )
        .arg(
            Arg::new("log")
                .long("log")
                .value_name("LEVEL")
                .value_parser(["error", "warn", "info", "debug", "trace"])
                .default_value("info")
                .help("How much the library logs"),
        )
        .arg(
            Arg::new("log-file")
                .long("log-file")
                .value_name("FILE")
                .help("Where the log is kept; by default in a file that is removed at the end"),
        )
        .arg(
            Arg::new("program")
                .value_name("PROGRAM")
                .required(true)
                .num_args(1..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .help("The program and its arguments"),
        )
}

/// What comes after each of the exit codes.
fn codes() -> impl Iterator<Item = (u8, String)> {
    let fixed = [
        (0, "everything works; there may be warnings".to_owned()),
        (2, "the command line makes no sense".to_owned()),
    ];
    let of_steps = STEPS
        .iter()
        .filter(|(.., meaning)| !meaning.is_empty())
        .map(|(_, name, code, meaning)| (*code, format!("{name}: {meaning}")));
    fixed.into_iter().chain(of_steps)
}

fn exit_codes() -> String {
    let lines = codes().map(|(code, meaning)| format!("{code:>4}  {meaning}\n"));
    format!(
        "Exit codes, by the first step that failed:\n\n{}",
        lines.collect::<String>()
    )
}

/// Writes the man page: one for both ways to call the program.
pub fn man(out: &mut dyn io::Write) -> io::Result<()> {
    let page = |command: Command| {
        clap_mangen::Man::new(command)
            .title("TAOS-DOCTOR")
            .section("1")
            .source(concat!("libtaos ", env!("CARGO_PKG_VERSION")))
    };
    let main = page(command());
    main.render_title(out)?;
    main.render_name_section(out)?;
    main.render_synopsis_section(out)?;
    writeln!(
        out,
        ".br\n\\fBtaos\\-doctor run\\fR [\\fIOPTION\\fR]... \\fIPROGRAM\\fR [\\fIARGUMENT\\fR]..."
    )?;
    main.render_description_section(out)?;
    main.render_options_section(out)?;
    let run = page(run());
    let mut text = Vec::new();
    run.render_description_section(&mut text)?;
    run.render_options_section(&mut text)?;
    let text = String::from_utf8_lossy(&text)
        .replace(".SH DESCRIPTION", ".SH RUNNING A PROGRAM")
        .replace(".SH OPTIONS", ".SS Options of run");
    out.write_all(text.as_bytes())?;
    writeln!(out, ".SH EXIT STATUS\nBy the first step that failed:")?;
    for (code, meaning) in codes() {
        writeln!(out, ".TP\n{code}\n{}", meaning.replace('-', "\\-"))?;
    }
    writeln!(out, ".SH ENVIRONMENT\nThe variables of the library's settings, which begin with TAOS_; LD_LIBRARY_PATH; NO_COLOR.")
}
