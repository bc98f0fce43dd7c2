//! All steps, in their order.

use crate::report::{Finding, Report, Step};
use crate::wording::{code, origin_of};
use crate::{loader, network, session, tls, upgrade};
use clap::ArgMatches;
use serde_json::{json, Value};
use std::process::ExitCode;
use std::time::Instant;
use taos::config::settings::BY_DEFAULT;
use taos::config::{global, ConnectArgs, Endpoint, LookedInto, Target};
use taos::transport::handshake::encoded;

pub fn check(given: &ArgMatches) -> ExitCode {
    let text = |name: &str| given.get_one::<String>(name).map(String::as_str);
    let mut report = Report::new(given.get_flag("json"));
    if let Some(dir) = text("config") {
        global::set_config_dir(dir);
    }
    let args = ConnectArgs {
        host: text("host"),
        user: text("user"),
        password: text("password"),
        db: text("database"),
        port: given.get_one::<u16>("port").copied().unwrap_or(0),
        tls: None,
    };
    let names_native_port =
        args.port == NATIVE || args.host.is_some_and(|host| host.contains(":6030"));
    if let Some(all) = settings(&mut report, args, names_native_port) {
        begin_log_if_asked(&all);
        let mut is_first = true;
        let mut seen: Vec<&Endpoint> = Vec::new();
        for endpoint in &all.target.endpoints {
            if !seen.contains(&endpoint) {
                seen.push(endpoint);
                let options = session::Options {
                    // What a session shows is the same behind each host.
                    in_full: is_first,
                    bench: given.get_flag("bench"),
                };
                if host(&mut report, &all, endpoint, options) {
                    is_first = false;
                }
            }
        }
    }
    loader::which(&mut report);
    report.end()
}

/// The library's log, where the user has asked for one. Without it, nothing is logged.
fn begin_log_if_asked(all: &LookedInto) {
    if all
        .values
        .from("log")
        .is_some_and(|from| from != BY_DEFAULT)
    {
        global::fill(&mut Default::default());
    }
}

/// The port of TDengine's own protocol.
const NATIVE: u16 = 6030;

fn settings(
    report: &mut Report,
    args: ConnectArgs<'_>,
    names_native_port: bool,
) -> Option<LookedInto> {
    let start = Instant::now();
    let looked_into = Target::look_into(args);
    let took = start.elapsed();
    let all = match looked_into {
        Ok(all) => all,
        Err(e) => {
            let finding = Finding::failure(Step::Settings, e.text()).fact("code", code(e.code));
            report.add(finding, took);
            return None;
        }
    };
    let target = &all.target;
    let secrets = [&target.token, &target.bearer_token, &target.totp_code];
    for secret in secrets.into_iter().flatten().chain([&target.password]) {
        report.hide(secret);
        // As a server would repeat it.
        report.hide(&encoded(secret).to_string());
    }
    let hosts: Vec<String> = target.endpoints.iter().map(Endpoint::to_string).collect();
    let with = if target.tls.is_some() {
        "with TLS"
    } else {
        "without TLS"
    };
    let from = |origin: &str| origin_of(&all, origin);
    let mut finding = Finding::ok(
        Step::Settings,
        format!("to {}, {with}, as {}", hosts.join(", "), target.user),
    )
    .detail(format!("host: {}", from(all.origins.hosts)));
    if names_native_port && !target.endpoints.iter().any(|e| e.port == NATIVE) {
        finding = finding.detail(format!(
            "port: {NATIVE} is the native client's, and means taosAdapter's here"
        ));
    }
    finding = finding
        .detail(format!(
            "user: {} ({})",
            target.user,
            from(all.origins.user)
        ))
        .detail(format!(
            "password: (hidden) ({})",
            from(all.origins.password)
        ));
    if !target.db.is_empty() {
        finding = finding.detail(format!(
            "database: {} ({})",
            target.db,
            from(all.origins.db)
        ));
    }
    let mut by_default = Vec::new();
    let mut facts = Vec::new();
    for (setting, value, from) in all.values.shown() {
        facts.push(json!({ "name": setting.name, "value": value, "from": from }));
        match from {
            BY_DEFAULT => by_default.push(format!("{}={value}", setting.name)),
            from => finding = finding.detail(format!("{}: {value} ({from})", setting.name)),
        }
    }
    let (file, failure) = global::config_file();
    let file_words = match file.exists() {
        true => format!("{} (read)", file.display()),
        false => format!("no taos.cfg: {} is not there", file.display()),
    };
    finding = finding
        .detail(file_words)
        .detail(format!("by default: {}", by_default.join(", ")))
        .fact("hosts", hosts)
        .fact("user", target.user.as_str())
        .fact("database", target.db.as_str())
        .fact("tls", target.tls.is_some())
        .fact("settings", Value::from(facts))
        .fact("config_file", file.display().to_string());
    report.add(finding, took);
    for mistake in failure.iter().chain(&all.mistakes) {
        report.add(Finding::warning(Step::Settings, mistake.as_str()), took);
    }
    Some(all)
}

/// One host, as far as it works. True when there was a session.
fn host(
    report: &mut Report,
    all: &LookedInto,
    endpoint: &Endpoint,
    options: session::Options,
) -> bool {
    let target = &all.target;
    let limit = target.connect_timeout;
    let Some(addresses) = network::look_up(report, endpoint, limit) else {
        return false;
    };
    let Some(tcp) = network::connect(report, endpoint, &addresses, target.tls.is_some(), limit)
    else {
        return false;
    };
    let stream = match &target.tls {
        None => tcp.into(),
        Some(settings) => match tls::shake_hands(report, endpoint, settings, tcp, limit) {
            Some(stream) => stream,
            None => return false,
        },
    };
    if !upgrade::upgrade(report, target, endpoint, stream, &addresses) {
        return false;
    }
    session::look(report, all, endpoint, options)
}
