//! The look-up of a host's name, and the TCP connection to each of its addresses.

use crate::report::{Finding, Outcome, Report, Step};
use crate::upgrade::{self, PORT};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use taos::config::Endpoint;
use taos::error::system_words;

/// The addresses of a host.
pub fn look_up(
    report: &mut Report,
    endpoint: &Endpoint,
    limit: Duration,
) -> Option<Vec<SocketAddr>> {
    if let Ok(ip) = endpoint.host.parse::<IpAddr>() {
        let finding = Finding::ok(Step::LookUp, format!("{ip} is an address"));
        report.add(finding.fact("host", endpoint.to_string()), Duration::ZERO);
        return Some(vec![(ip, endpoint.port).into()]);
    }
    let name = &endpoint.host;
    let start = Instant::now();
    let (finding, addresses) = match in_time(endpoint, limit) {
        Ok(list) if list.is_empty() => (
            Finding::failure(Step::LookUp, format!("`{name}` has no address")),
            None,
        ),
        Ok(list) => {
            let ips: Vec<String> = list.iter().map(|a| a.ip().to_string()).collect();
            let text = format!("{name} is {}", ips.join(", "));
            (
                Finding::ok(Step::LookUp, text).fact("addresses", ips),
                Some(list),
            )
        }
        Err(e) => {
            let text = format!("`{name}`: {}", words(&e));
            let advice =
                "look at the spelling, at /etc/hosts and at the name server (getent hosts \
                          NAME), or give the address itself";
            (Finding::failure(Step::LookUp, text).advise(advice), None)
        }
    };
    report.add(finding.fact("host", endpoint.to_string()), start.elapsed());
    addresses
}

/// The C library's look-up cannot be interrupted, so a thread of its own waits for it.
fn in_time(endpoint: &Endpoint, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let (sender, found) = mpsc::channel();
    let asked = (endpoint.host.clone(), endpoint.port);
    thread::spawn(move || {
        let found = asked.to_socket_addrs().map(Vec::from_iter);
        let _ = sender.send(found);
    });
    found.recv_timeout(limit).unwrap_or_else(|e| {
        Err(io::Error::other(match e {
            RecvTimeoutError::Timeout => format!("the name server did not answer within {limit:?}"),
            RecvTimeoutError::Disconnected => "the look-up ended without an answer".to_owned(),
        }))
    })
}

/// What the C library says of a look-up.
fn words(e: &io::Error) -> String {
    let text = system_words(e);
    match text.split_once("lookup address information: ") {
        Some((_, words)) => words.to_owned(),
        None => text,
    }
}

/// Tries each address; the connection to the first that takes one.
pub fn connect(
    report: &mut Report,
    endpoint: &Endpoint,
    addresses: &[SocketAddr],
    has_tls: bool,
    limit: Duration,
) -> Option<TcpStream> {
    let mut taken = None;
    let mut is_reset = false;
    let mut seen = Vec::with_capacity(addresses.len());
    for address in addresses {
        let start = Instant::now();
        let finding = match TcpStream::connect_timeout(address, limit) {
            Ok(tcp) => {
                taken.get_or_insert(tcp);
                Finding::ok(Step::Connect, format!("{address} takes the connection"))
            }
            // By a server that was there.
            Err(e) if e.kind() == ErrorKind::ConnectionReset => {
                is_reset = true;
                Finding::ok(
                    Step::Connect,
                    format!("{address} takes the connection, and resets it"),
                )
            }
            Err(e) => refused(endpoint, address, &e, limit),
        };
        let finding = finding
            .fact("host", endpoint.to_string())
            .fact("address", address.to_string());
        seen.push((finding, start.elapsed()));
    }
    for (mut finding, took) in seen {
        if finding.outcome == Outcome::Failure && taken.is_some() {
            finding.outcome = Outcome::Warning;
            finding
                .text
                .push_str("; another address of this host works");
        }
        report.add(finding, took);
    }
    if taken.is_none() && is_reset {
        let finding = upgrade::closed(endpoint, has_tls);
        report.add(finding.fact("host", endpoint.to_string()), Duration::ZERO);
    }
    taken
}

fn refused(endpoint: &Endpoint, address: &SocketAddr, e: &io::Error, limit: Duration) -> Finding {
    let native = endpoint.port == 6030;
    let (why, advice) = match e.kind() {
        ErrorKind::ConnectionRefused if native => (
            "nothing listens there (connection refused)".to_owned(),
            format!("{PORT}, which this library does not speak: use taosAdapter's"),
        ),
        ErrorKind::ConnectionRefused => (
            "nothing listens there (connection refused)".to_owned(),
            format!("is taosAdapter running on {} (systemctl status taosadapter)? {PORT}", endpoint.host),
        ),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => (
            format!("no answer within {limit:?}"),
            "a firewall may drop the connection, or the address may be wrong; connect_timeout is how long to wait"
                .to_owned(),
        ),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => (
            system_words(e),
            "there is no route from here to this address: check the routes (ip route get ADDRESS), the VPN and container networks"
                .to_owned(),
        ),
        _ => (system_words(e), PORT.to_owned()),
    };
    Finding::failure(Step::Connect, format!("{address}: {why}")).advise(advice)
}

/// Does a host take a connection, within a time in which a neighbour would?
pub fn answers(endpoint: &Endpoint) -> bool {
    const SOON: Duration = Duration::from_secs(1);
    let addresses = in_time(endpoint, SOON).unwrap_or_default();
    addresses
        .iter()
        .any(|address| TcpStream::connect_timeout(address, SOON).is_ok())
}
