//! The words for a failed TLS handshake: the reason, and the setting to change.

use crate::config::address::Tls;
use crate::error::system_words;
use rustls::{AlertDescription as Alert, CertificateError as Certificate, OtherError};
use std::io::{self, ErrorKind};
use std::sync::Arc;

/// A server's self-signed certificate that is not trusted.
#[derive(Debug)]
pub struct SelfSigned;

impl std::fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("self-signed")
    }
}

impl std::error::Error for SelfSigned {}

impl From<SelfSigned> for rustls::Error {
    fn from(flaw: SelfSigned) -> Self {
        rustls::Error::InvalidCertificate(Certificate::Other(OtherError(Arc::new(flaw))))
    }
}

/// Did TLS fail although the handshake was complete on this side? In TLS 1.3 a server looks at the client's
/// certificate only then, and may close before its reason is read.
pub fn comes_late(e: &io::Error) -> bool {
    of_tls(e).is_some() || is_closed(e)
}

fn is_closed(e: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    [
        BrokenPipe,
        ConnectionAborted,
        ConnectionReset,
        UnexpectedEof,
    ]
    .contains(&e.kind())
}

fn of_tls(e: &io::Error) -> Option<&rustls::Error> {
    e.get_ref()?.downcast_ref()
}

/// Why it failed, and what to do.
pub fn words(e: &io::Error, tls: &Tls) -> String {
    match of_tls(e) {
        Some(rustls::Error::InvalidCertificate(flaw)) => of_certificate(flaw),
        Some(rustls::Error::AlertReceived(alert)) => of_alert(*alert, tls),
        Some(rustls::Error::InvalidMessage(_)) => {
            "the server does not speak TLS; a connection without it is ws://".into()
        }
        Some(rustls::Error::PeerIncompatible(_)) => format!(
            "the server speaks TLS in ways that are not known here; tls_version is {}",
            tls.versions
        ),
        Some(_) => "the server broke the protocol of TLS".into(),
        None if is_closed(e) => match tls.cert {
            Some(_) => "the server closed the connection; does it believe tls_cert?".into(),
            None => "the server closed the connection (does it speak TLS, or want a \
                     certificate of the client, which is tls_cert and tls_key?)"
                .into(),
        },
        None => system_words(e),
    }
}

fn of_certificate(flaw: &Certificate) -> String {
    let server = "the server's certificate";
    match flaw {
        Certificate::Expired | Certificate::ExpiredContext { .. } => {
            format!("{server} has expired; is this host's clock right?")
        }
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            format!("{server} is not valid yet; is this host's clock right?")
        }
        Certificate::NotValidForName => {
            format!("{server} is for another host; tls_server_name says which name to expect")
        }
        Certificate::NotValidForNameContext { presented, .. } => format!(
            "{server} is for another host ({}); tls_server_name says which name to expect",
            presented
                .iter()
                .map(|name| bare(name))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Certificate::UnknownIssuer => {
            format!("{server} is of an authority that is not trusted; tls_ca names further ones")
        }
        Certificate::Revoked => format!("{server} is revoked"),
        Certificate::Other(OtherError(why)) if why.is::<SelfSigned>() => {
            format!("{server} is self-signed; it is trusted when tls_ca names it")
        }
        Certificate::BadEncoding => format!("{server} cannot be read"),
        Certificate::BadSignature => format!("{server} has a signature that is wrong"),
        Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => {
            format!("{server} is not one for servers")
        }
        _ => format!("{server} is not accepted"),
    }
}

/// The name in `DnsName("a.example")`, the form in which rustls gives a certificate's names.
fn bare(name: &str) -> &str {
    let (_, name) = name.split_once('(').unwrap_or(("", name));
    name.trim_matches(['"', ')'])
}

/// The words for an alert that the server has sent.
fn of_alert(alert: Alert, tls: &Tls) -> String {
    let own = match &tls.cert {
        Some(_) => "the server refused the client's certificate (tls_cert)",
        None => "the server wants a certificate of the client (tls_cert, tls_key)",
    };
    match alert {
        Alert::CertificateRequired
        | Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::AccessDenied => format!("{own}: {}", name(alert)),
        Alert::CertificateRevoked => format!("{own}: it is revoked"),
        Alert::CertificateExpired => format!("{own}: it has expired"),
        Alert::UnknownCA => format!("{own}: it is of an authority that the server does not trust"),
        Alert::ProtocolVersion => format!(
            "the server has no version of TLS in common with tls_version={}",
            tls.versions
        ),
        Alert::UnrecognisedName => {
            "the server has no certificate for this host; tls_server_name says another name".into()
        }
        Alert::HandshakeFailure => format!(
            "the server refused the handshake: it wants a certificate of the client (tls_cert, \
             tls_key), or another version than tls_version={}",
            tls.versions
        ),
        other => format!("the server ended the handshake: {}", name(other)),
    }
}

/// An alert's name, in words.
fn name(alert: Alert) -> String {
    let mut words = String::new();
    for c in format!("{alert:?}").chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::address::TlsMode;

    fn said(error: rustls::Error, cert: Option<&str>) -> String {
        let tls = Tls {
            mode: TlsMode::VerifyIdentity,
            ca: None,
            cert: cert.map(str::to_owned),
            key: None,
            server_name: None,
            versions: "TLSv1.3".into(),
        };
        words(&io::Error::new(ErrorKind::InvalidData, error), &tls)
    }

    #[test]
    fn each_flaw_has_its_words() {
        for (error, cert, expected) in [
            (SelfSigned.into(), None, "self-signed"),
            (Certificate::Revoked.into(), None, "is revoked"),
            (Certificate::UnknownIssuer.into(), None, "tls_ca"),
            (Certificate::BadEncoding.into(), None, "cannot be read"),
            (Alert::InternalError.into_error(), None, ": internal error"),
            (Alert::CertificateRevoked.into_error(), Some("c"), "revoked"),
            (Alert::UnknownCA.into_error(), Some("c"), "refused"),
            (Alert::BadCertificate.into_error(), None, "wants"),
            (Alert::ProtocolVersion.into_error(), None, "=TLSv1.3"),
        ] {
            let said = said(error, cert);
            assert!(said.contains(expected), "{said}");
        }
    }

    trait IntoError {
        fn into_error(self) -> rustls::Error;
    }

    impl IntoError for Alert {
        fn into_error(self) -> rustls::Error {
            rustls::Error::AlertReceived(self)
        }
    }
}
