//! The other adapters of the cluster that this program could use. If a login lists them, the library uses them by itself,
//! and this looks which of them can be reached. Otherwise this looks whether there is an adapter beside each node.

use crate::network;
use crate::report::{Finding, Report, Step};
use crate::session::texts;
use serde_json::json;
use std::time::{Duration, Instant};
use taos::client::{server_version, Session};
use taos::config::address::Discover;
use taos::config::{Endpoint, LookedInto, Target};
use taos::error::Error;
use taos::transport::discovered::{self, Discovered};

/// `target` is that of the session.
pub fn look(report: &mut Report, session: &Session, all: &LookedInto, target: &Target) {
    let start = Instant::now();
    let named = &all.target.endpoints;
    let mut told = discovered::to(target);
    told.retain(|host| !named.contains(&host.endpoint));
    let nodes = texts(
        session,
        "select endpoint from information_schema.ins_dnodes",
    );
    let mut finding = match &nodes {
        Ok(nodes) if nodes.len() == 1 => Finding::ok(Step::Cluster, "of one node"),
        Ok(nodes) => {
            let text = format!("of {} nodes: {}", nodes.len(), nodes.join(", "));
            Finding::ok(Step::Cluster, text)
        }
        Err(e) => {
            let text = format!("its nodes cannot be asked: {}", e.text());
            Finding::warning(Step::Cluster, text)
        }
    };
    let nodes = nodes.unwrap_or_default();
    let (mut usable, mut facts) = (Vec::new(), Vec::new());
    for host in &told {
        let answer = answer_of(host, target);
        let url = format!(
            "{}://{}",
            if host.tls { "wss" } else { "ws" },
            host.endpoint
        );
        let line = match &answer {
            Ok(()) => {
                usable.push(host.endpoint.to_string());
                format!(
                    "the cluster tells of {url}, which answers, too: {}",
                    use_of(target)
                )
            }
            Err(e) => format!(
                "the cluster tells of {url}, which does not answer: {}",
                e.text()
            ),
        };
        finding = finding.detail(line);
        facts.push(json!({ "url": url, "answers": answer.is_ok() }));
    }
    if told.is_empty() {
        for node in beside(&nodes, named) {
            let line = match network::answers(&node) {
                true => {
                    usable.push(node.to_string());
                    format!("{node} takes connections, too: named among the hosts, it is used when another fails")
                }
                false => format!("{node} takes no connections from here"),
            };
            finding = finding.detail(line);
        }
    }
    let finding = finding
        .fact("nodes", nodes)
        .fact("discovered", facts)
        .fact("other_adapters", usable);
    report.add(finding, start.elapsed());
}

/// Is the host an adapter, reached as the library would reach it?
fn answer_of(host: &Discovered, target: &Target) -> Result<(), Error> {
    const SOON: Duration = Duration::from_secs(2);
    let there = Target {
        endpoints: vec![host.endpoint.clone()],
        connect_timeout: target.connect_timeout.min(SOON),
        discover: Discover::Off,
        ..target.for_discovered(host.tls)
    };
    server_version(&there).map(drop)
}

fn use_of(target: &Target) -> &'static str {
    match target.discover {
        Discover::Balance => "connections are spread over it (discover=balance)",
        _ => "it is used when the named hosts fail (discover=failover)",
    }
}

/// Where an adapter would be beside each node that is none of the named hosts.
fn beside(nodes: &[String], named: &[Endpoint]) -> Vec<Endpoint> {
    let port = named.first().map_or(0, |e| e.port);
    let hosts = nodes.iter().filter_map(|node| node.rsplit_once(':'));
    hosts
        .filter(|(host, _)| nodes.len() > 1 && named.iter().all(|e| e.host != *host))
        .map(|(host, _)| Endpoint {
            host: host.to_owned(),
            port,
        })
        .collect()
}
