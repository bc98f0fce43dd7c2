//! What the server behind the WebSocket is and does, by the library's own engine.

use crate::cluster;
use crate::report::{Finding, Report, Step};
use crate::wording::{code, origin_of};
use serde_json::json;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use taos::client::{server_version, ResultSet, Session};
use taos::config::{Endpoint, LookedInto, Target};
use taos::error::{codes, Error};
use taos::protocol::version::{Capability, ServerVersion};

pub struct Options {
    pub in_full: bool,
    pub bench: bool,
}

/// True when there was a session.
pub fn look(report: &mut Report, all: &LookedInto, endpoint: &Endpoint, options: Options) -> bool {
    let target = Target {
        endpoints: vec![endpoint.clone()],
        // Selected in a step of its own.
        db: String::new(),
        ..all.target.clone()
    };
    let host = endpoint.to_string();
    let start = Instant::now();
    let version = server_version(&target);
    let finding = match &version {
        Ok(version) => of_version(*version),
        Err(e) => failure(Step::Version, e).advise(
            "the WebSocket is there, and nothing answers on it: look at taosAdapter's log, and at the proxy's if there is one",
        ),
    };
    report.add(finding.fact("host", host.as_str()), start.elapsed());
    let Ok(version) = version else {
        return false;
    };
    let start = Instant::now();
    let session = Session::connect(target.clone());
    let finding = match &session {
        Ok(_) => Finding::ok(Step::Login, format!("as {}", all.target.user)),
        Err(e) => failure(Step::Login, e).advise(login_advice(all, e)),
    };
    report.add(finding.fact("host", host.as_str()), start.elapsed());
    let Ok(session) = session else {
        return false;
    };
    if options.in_full {
        clock(report, &session);
        time_zone(report, &session, &all.target, version);
        database(report, &session, &all.target.db);
        if ping(report, &session) {
            cluster::look(report, &session, all, &target);
            if options.bench {
                bench(report, &session);
            }
        }
    }
    session.close();
    true
}

fn failure(step: Step, e: &Error) -> Finding {
    Finding::failure(step, e.text()).fact("code", code(e.code))
}

fn of_version(version: ServerVersion) -> Finding {
    let missing: Vec<(&str, ServerVersion)> = Capability::all()
        .filter(|(capability, _)| !version.has(*capability))
        .map(|(capability, words)| (words, capability.since()))
        .collect();
    let facts: Vec<_> = missing
        .iter()
        .map(|(words, since)| json!({ "what": words, "since": since.to_string() }))
        .collect();
    let mut finding = match version == ServerVersion::default() {
        true => Finding::warning(Step::Version, "the server's version cannot be read"),
        false => Finding::ok(Step::Version, format!("TDengine {version}")),
    };
    for (words, since) in &missing {
        finding = finding.detail(format!("needs TDengine {since} or later: {words}"));
    }
    finding
        .fact("version", version.to_string())
        .fact("missing", facts)
}

fn login_advice(all: &LookedInto, e: &Error) -> String {
    let user = format!("check the user, {}", all.target.user);
    let from = origin_of(all, all.origins.user);
    if e.code == codes::native(0x0351) {
        return format!("{user}: the server does not know it. The user comes from: {from}");
    }
    if e.code != codes::native(0x0357) {
        return String::new();
    }
    let password = match all.origins.password {
        "default" => "the password is the default one, as none was given".to_owned(),
        from => format!("the password comes from: {}", origin_of(all, from)),
    };
    format!("{user}, and the password. The user comes from: {from}; {password}")
}

/// The first cell of the first row.
fn first_cell(session: &Session, sql: &str) -> Result<(Vec<u8>, i32), Error> {
    let mut result = session.query(sql.as_bytes(), 0)?;
    let precision = result.precision();
    let cell = result.next_block()?.and_then(|block| {
        let column = *block.columns().first()?;
        block.cell(&column, 0).map(<[u8]>::to_vec)
    });
    Ok((cell.unwrap_or_default(), precision))
}

fn read_to_its_end(mut result: ResultSet) -> Result<(usize, usize), Error> {
    let (mut rows, mut bytes) = (0, 0);
    while let Some(block) = result.next_block()? {
        rows += block.rows();
        bytes += block.bytes().len();
    }
    Ok((rows, bytes))
}

/// Differences that matter to nobody.
const NEAR: f64 = 2.0;

fn clock(report: &mut Report, session: &Session) {
    let since_epoch = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    };
    let (start, before) = (Instant::now(), since_epoch());
    let told = first_cell(session, "select now()");
    let took = start.elapsed();
    let finding = match told {
        Ok((cell, precision)) => match <[u8; 8]>::try_from(cell.as_slice()) {
            Ok(bytes) => {
                let units = [1e3, 1e6, 1e9][precision.clamp(0, 2) as usize];
                let server = i64::from_le_bytes(bytes) as f64 / units;
                of_clocks(server - (before + took / 2).as_secs_f64(), took)
            }
            Err(_) => Finding::warning(Step::Clock, "the server's time cannot be read"),
        },
        Err(e) => Finding::warning(
            Step::Clock,
            format!("the server's time cannot be asked: {}", e.text()),
        ),
    };
    report.add(finding, took);
}

fn of_clocks(ahead: f64, took: Duration) -> Finding {
    let side = if ahead < 0.0 { "behind" } else { "ahead of" };
    let text = match ahead.abs() {
        near if near < NEAR => format!("the server's is {:.0} ms {side} this host's", near * 1e3),
        far => format!("the server's is {far:.0} s {side} this host's"),
    };
    let finding = match ahead.abs() < NEAR + took.as_secs_f64() {
        true => Finding::ok(Step::Clock, text),
        false => Finding::warning(Step::Clock, text).advise(
            "rows written with now and certificates are judged by the clocks: set them by NTP",
        ),
    };
    finding.fact("difference_ms", (ahead * 1e3).round())
}

fn time_zone(report: &mut Report, session: &Session, target: &Target, version: ServerVersion) {
    let start = Instant::now();
    let told = first_cell(session, "select timezone()");
    let took = start.elapsed();
    let wanted = target.timezone.as_deref().unwrap_or("none");
    let finding = match told {
        Ok((cell, _)) => {
            let server = String::from_utf8_lossy(&cell).into_owned();
            let text = format!(
                "this connection's is {wanted}; the server reads and prints times in {server}"
            );
            // The server's own says more behind its name: `Asia/Tokyo (JST, +0900)`.
            let is_the_same = server.split(" (").next() == Some(wanted);
            match is_the_same || version.has(Capability::ConnectionOptions) {
                true => Finding::ok(Step::TimeZone, text),
                false => Finding::warning(
                    Step::TimeZone,
                    format!(
                        "{text}: a server before {} takes no time zone from a connection",
                        Capability::ConnectionOptions.since()
                    ),
                )
                .advise(
                    "write times in statements with their offset, as in 2026-01-31T12:00:00+01:00",
                ),
            }
            .fact("server", server)
        }
        Err(e) => Finding::warning(Step::TimeZone, format!("it cannot be asked: {}", e.text())),
    };
    report.add(finding.fact("connection", wanted), took);
}

fn database(report: &mut Report, session: &Session, db: &str) {
    if db.is_empty() {
        report.add(
            Finding::ok(Step::Database, "none was named"),
            Duration::ZERO,
        );
        return;
    }
    let start = Instant::now();
    let finding = match session.select_db(db) {
        Ok(()) => Finding::ok(Step::Database, format!("{db} is selected")),
        Err(e) => failure(Step::Database, &e).advise(format!(
            "`show databases` lists what this user sees; is `{db}` among them?"
        )),
    };
    report.add(finding, start.elapsed());
}

const PINGS: usize = 100;
/// Fewer, where the server is far away.
const LONGEST: Duration = Duration::from_secs(10);

/// True when statements work.
fn ping(report: &mut Report, session: &Session) -> bool {
    let start = Instant::now();
    let mut times = Vec::with_capacity(PINGS);
    for _ in 0..PINGS {
        if start.elapsed() > LONGEST {
            break;
        }
        let start = Instant::now();
        let answered = session.query(b"select 1", 0).and_then(read_to_its_end);
        if let Err(e) = answered {
            let finding = failure(Step::Ping, &e)
                .detail(format!("after {} of {PINGS} statements", times.len()));
            report.add(finding, start.elapsed());
            return false;
        }
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let (count, p50, p99) = (
        times.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    );
    let text = format!("{count} times `select 1`: median {p50:.2} ms, 99th percentile {p99:.2} ms");
    let finding = Finding::ok(Step::Ping, text)
        .fact("p50_ms", p50)
        .fact("p99_ms", p99);
    report.add(finding, start.elapsed());
    true
}

/// The texts of a result's first column.
pub fn texts(session: &Session, sql: &str) -> Result<Vec<String>, Error> {
    let mut result = session.query(sql.as_bytes(), 0)?;
    let mut texts = Vec::new();
    while let Some(block) = result.next_block()? {
        let Some(column) = block.columns().first() else {
            break;
        };
        let cells = (0..block.rows()).filter_map(|row| block.cell(column, row));
        texts.extend(cells.map(|cell| String::from_utf8_lossy(cell).into_owned()));
    }
    Ok(texts)
}

const STATEMENTS: usize = 20;
const ROWS_IN_EACH: usize = 1000;

fn bench(report: &mut Report, session: &Session) {
    let start = Instant::now();
    let db = format!("taos_doctor_{}", std::process::id());
    let outcome = measure(session, &db);
    // Also after a failure: nothing stays.
    let dropped = session.query(format!("drop database if exists {db}").as_bytes(), 0);
    let finding = match (outcome, dropped) {
        (Err(e), _) => {
            failure(Step::Bench, &e).advise("the user needs the right to create a database")
        }
        (_, Err(e)) => {
            failure(Step::Bench, &e).advise(format!("the database {db} is left over: drop it"))
        }
        (Ok(finding), Ok(_)) => finding,
    };
    report.add(finding, start.elapsed());
}

fn measure(session: &Session, db: &str) -> Result<Finding, Error> {
    let run = |sql: &str| session.query(sql.as_bytes(), 0).map(drop);
    run(&format!("create database {db}"))?;
    run(&format!(
        "create table {db}.t (ts timestamp, i int, d double, name varchar(20))"
    ))?;
    let rows = STATEMENTS * ROWS_IN_EACH;
    // Made before the clock runs.
    let inserts: Vec<String> = (0..STATEMENTS)
        .map(|n| insert(db, n * ROWS_IN_EACH))
        .collect();
    let start = Instant::now();
    for sql in &inserts {
        run(sql)?;
    }
    let written = rows as f64 / start.elapsed().as_secs_f64();
    let start = Instant::now();
    let result = session.query(format!("select * from {db}.t").as_bytes(), 0)?;
    let (read, bytes) = read_to_its_end(result)?;
    let seconds = start.elapsed().as_secs_f64();
    let fetched = read as f64 / seconds;
    let text = format!(
        "{rows} rows: written by SQL at {written:.0} rows/s ({ROWS_IN_EACH} a statement), {read} read at {fetched:.0} rows/s, {:.1} MB/s",
        bytes as f64 / seconds / 1e6
    );
    let finding = match read == rows {
        true => Finding::ok(Step::Bench, text),
        false => Finding::failure(Step::Bench, format!("{text}: rows are missing")),
    };
    Ok(finding
        .fact("rows", rows)
        .fact("written_per_s", written.round())
        .fact("read_per_s", fetched.round()))
}

fn insert(db: &str, first: usize) -> String {
    let mut sql = format!("insert into {db}.t values");
    for n in first..first + ROWS_IN_EACH {
        sql.push_str(&format!(
            " ({}, {n}, {n}.25, 'row {n}')",
            1_700_000_000_000 + n
        ));
    }
    sql
}
