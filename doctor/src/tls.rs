//! The TLS handshake, by the library's own rules, and what the server's certificate says.

use crate::certificate::Certificate;
use crate::http::Stream;
use crate::report::{Finding, Report, Step};
use crate::wording::code;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature, CryptoProvider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, StreamOwned,
};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use taos::config::address::{Tls, TlsMode};
use taos::config::Endpoint;
use taos::transport::handshake;

/// When a certificate's end is worth a word.
const SOON: Duration = Duration::from_secs(30 * 86400);

pub fn shake_hands(
    report: &mut Report,
    endpoint: &Endpoint,
    settings: &Tls,
    tcp: TcpStream,
    limit: Duration,
) -> Option<Stream> {
    let start = Instant::now();
    let address = tcp.peer_addr().ok();
    let (finding, stream) = match begin(endpoint, settings) {
        Err(finding) => (finding, None),
        Ok(connection) => match in_time(connection, tcp, limit) {
            Ok(stream) => (
                agreed(&stream.conn, settings),
                Some(Stream::Tls(Box::new(stream))),
            ),
            Err(e) => (failed(endpoint, settings, address, &e, limit), None),
        },
    };
    report.add(finding.fact("host", endpoint.to_string()), start.elapsed());
    stream
}

fn begin(endpoint: &Endpoint, settings: &Tls) -> Result<ClientConnection, Finding> {
    let config = handshake::client_config(settings)
        .map_err(|e| Finding::failure(Step::Tls, e.text()).fact("code", code(e.code)))?;
    connection(endpoint, settings, config)
}

fn connection(
    endpoint: &Endpoint,
    settings: &Tls,
    config: Arc<ClientConfig>,
) -> Result<ClientConnection, Finding> {
    let name = settings.server_name.as_deref().unwrap_or(endpoint.name());
    let no_name = || {
        Finding::failure(
            Step::Tls,
            format!("`{name}` is no name that a certificate can be for"),
        )
    };
    let name = ServerName::try_from(name.to_owned()).map_err(|_| no_name())?;
    ClientConnection::new(config, name).map_err(|e| Finding::failure(Step::Tls, e.to_string()))
}

fn in_time(
    mut connection: ClientConnection,
    mut tcp: TcpStream,
    limit: Duration,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let by = Instant::now() + limit;
    while connection.is_handshaking() || connection.wants_write() {
        let left = by.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        tcp.set_read_timeout(Some(left))?;
        tcp.set_write_timeout(Some(left))?;
        match connection.wants_write() {
            true => drop(connection.write_tls(&mut tcp)?),
            false => {
                if connection.read_tls(&mut tcp)? == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                if let Err(e) = connection.process_new_packets() {
                    // The other side is told why.
                    let _ = connection.write_tls(&mut tcp);
                    return Err(io::Error::new(ErrorKind::InvalidData, e));
                }
            }
        }
    }
    Ok(StreamOwned::new(connection, tcp))
}

/// It works; what was agreed on, and what is odd about it.
fn agreed(connection: &ClientConnection, settings: &Tls) -> Finding {
    let version = connection.protocol_version().map_or("TLS", |v| match v {
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
        _ => "TLS",
    });
    let suite = connection
        .negotiated_cipher_suite()
        .map_or(String::new(), |suite| format!(", {:?}", suite.suite()));
    let chain = connection.peer_certificates().unwrap_or_default();
    let text = format!("{version}{suite}");
    let own = chain.first().and_then(|der| Certificate::read(der).ok());
    let left = own.as_ref().and_then(Certificate::left);
    let mut finding = match (settings.mode, left) {
        (TlsMode::Insecure, _) => Finding::warning(
            Step::Tls,
            format!("{text}; the certificate is not checked: tls_mode is insecure"),
        )
        .advise("set tls_ca to the authority's certificate and leave tls_mode out"),
        (_, Some(left)) if left < SOON => Finding::warning(
            Step::Tls,
            format!(
                "{text}; the certificate expires in {} days",
                left.as_secs() / 86400
            ),
        )
        .advise("renew the server's certificate"),
        (TlsMode::VerifyCa, _) => Finding::warning(
            Step::Tls,
            format!("{text}; the certificate's name is not checked: tls_mode is verify_ca"),
        ),
        _ => Finding::ok(Step::Tls, format!("{text}; the certificate is trusted")),
    };
    finding = finding.fact("version", version);
    with_chain(finding, chain)
}

fn with_chain(mut finding: Finding, chain: &[CertificateDer<'_>]) -> Finding {
    let mut facts = Vec::new();
    for (at, der) in chain.iter().enumerate() {
        let line = match Certificate::read(der) {
            Ok(certificate) => {
                let mark = match (certificate.left(), certificate.is_not_yet_valid()) {
                    (None, _) => " - EXPIRED",
                    (_, true) => " - NOT VALID YET",
                    _ => "",
                };
                facts.push(serde_json::json!({
                    "subject": certificate.subject,
                    "issuer": certificate.issuer,
                    "names": certificate.names,
                    "not_before": certificate.not_before.to_string(),
                    "not_after": certificate.not_after.to_string(),
                }));
                format!("{}{mark}", certificate.words())
            }
            Err(_) => "a certificate that cannot be read".to_owned(),
        };
        let which = if at == 0 {
            "the server's certificate"
        } else {
            "sent along"
        };
        finding = finding.detail(format!("{which}: {line}"));
    }
    finding.fact("certificates", facts)
}

fn failed(
    endpoint: &Endpoint,
    settings: &Tls,
    address: Option<SocketAddr>,
    e: &io::Error,
    limit: Duration,
) -> Finding {
    if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) {
        return Finding::failure(
            Step::Tls,
            format!("the server did not finish the handshake within {limit:?}"),
        )
        .advise("does this port speak TLS? A connection without it is ws://");
    }
    let finding = Finding::failure(Step::Tls, handshake::words(e, settings));
    let flaw = e.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    let flaw = match flaw {
        Some(rustls::Error::InvalidCertificate(flaw)) => flaw,
        Some(rustls::Error::InvalidMessage(_)) => {
            return finding
                .advise("connect with ws://, or to the port of this host that speaks TLS")
        }
        _ => return finding,
    };
    // It was turned down before it could be looked at: once more, to see what it says.
    let chain = address.map_or(Vec::new(), |address| {
        chain_of(endpoint, settings, address, limit).unwrap_or_default()
    });
    let advice = advice(flaw, &chain);
    with_chain(finding, &chain).advise(advice)
}

fn advice(flaw: &CertificateError, chain: &[CertificateDer<'_>]) -> String {
    let read = |der: Option<&CertificateDer<'_>>| der.and_then(|der| Certificate::read(der).ok());
    let (first, last) = (read(chain.first()), read(chain.last()));
    match flaw {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "renew the server's certificate; or, if this host's clock is wrong, set it".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "set this host's clock, or that of the host on which the certificate was made".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let names = first.map_or(Vec::new(), |own| own.names);
            match names.first() {
                Some(name) => format!("connect to one of its names, or set tls_server_name={name}"),
                None => "have the host's name put into the certificate, which names no host".into(),
            }
        }
        _ => {
            let issuer = last.map_or("its authority".into(), |last| last.issuer);
            format!(
                "missing here is the authority {issuer}: put its certificate into a PEM file and set tls_ca to the file \
                 (tls_ca=FILE in the connection string, TAOS_TLS_CA, or wsTlsCa in taos.cfg)"
            )
        }
    }
}

/// Takes down the certificates, and believes all of them: nothing is sent over the connection.
#[derive(Debug)]
struct Recorder {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let all = std::iter::once(end_entity).chain(intermediates);
        if let Ok(mut chain) = self.chain.lock() {
            *chain = all.map(|der| der.clone().into_owned()).collect();
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// The certificates that a server shows, on a connection that is used for nothing else.
fn chain_of(
    endpoint: &Endpoint,
    settings: &Tls,
    address: SocketAddr,
    limit: Duration,
) -> Option<Vec<CertificateDer<'static>>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let recorder = Arc::new(Recorder {
        provider: provider.clone(),
        chain: Mutex::default(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone())
        .with_no_client_auth();
    let connection = connection(endpoint, settings, Arc::new(config)).ok()?;
    let tcp = TcpStream::connect_timeout(&address, limit).ok()?;
    // The server may want a certificate of ours: then this fails, after the chain has come.
    let _ = in_time(connection, tcp, limit);
    let chain = recorder.chain.lock().ok()?.clone();
    Some(chain)
}
