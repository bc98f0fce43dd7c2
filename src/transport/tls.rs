//! TLS by rustls: the system's certificate authorities and the user's own.

use super::tls_failure::SelfSigned;
use crate::config::address::{Tls, TlsMode};
use crate::config::environment;
use crate::error::{codes, system_words, Error, Result};
use crate::fork;
use crate::sync::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_name, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    version, CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The standard verifier. It forgives some flaws, as the settings allow, and explains the others.
#[derive(Debug)]
struct Verifier {
    mode: TlsMode,
    provider: Arc<CryptoProvider>,
    /// Absent in [`TlsMode::Insecure`].
    strict: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates of `tls_ca`.
    named: Vec<CertificateDer<'static>>,
}

impl Verifier {
    /// Is it a self-signed certificate that `tls_ca` names, whose only flaw is that it says it is an authority's?
    /// Certificates made in one step say so. The verifier looks at the certificate's time first.
    fn is_named(&self, flaw: &CertificateError, certificate: &CertificateDer<'_>) -> bool {
        let CertificateError::Other(OtherError(why)) = flaw else {
            return false;
        };
        why.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
            && self.named.iter().any(|named| named == certificate)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Some(strict) = self
            .strict
            .as_ref()
            .filter(|_| self.mode != TlsMode::Insecure)
        else {
            return Ok(ServerCertVerified::assertion());
        };
        match strict.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.mode == TlsMode::VerifyCa => Ok(ServerCertVerified::assertion()),
            Err(rustls::Error::InvalidCertificate(flaw)) if self.is_named(&flaw, end_entity) => {
                if self.mode != TlsMode::VerifyCa {
                    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                }
                Ok(ServerCertVerified::assertion())
            }
            Err(rustls::Error::InvalidCertificate(flaw))
                if is_about_the_issuer(&flaw) && is_self_signed(end_entity) =>
            {
                Err(SelfSigned.into())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
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
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
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

/// Rather than about the certificate's own time and name. Which of them it is depends on what else is
/// trusted: a stranger of the same name makes it a bad signature.
fn is_about_the_issuer(flaw: &CertificateError) -> bool {
    use CertificateError as E;
    matches!(
        flaw,
        E::UnknownIssuer
            | E::BadSignature
            | E::UnsupportedSignatureAlgorithmContext { .. }
            | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
            | E::Other(_)
    )
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    webpki::EndEntityCert::try_from(certificate).is_ok_and(|cert| cert.issuer() == cert.subject())
}

fn wrong(setting: &str, why: impl std::fmt::Display) -> Error {
    Error::with(
        codes::INVALID_CONFIG_VALUE,
        format_args!("{setting}: {why}; wanted a PEM file or PEM text"),
    )
}

/// The PEM text of a setting that is one, or names a file with one.
fn pem(setting: &str, value: &str) -> Result<Vec<u8>> {
    if is_text(value) {
        // In taos.cfg and in the environment a line break is written as \n.
        return Ok(value.replace("\\n", "\n").into_bytes());
    }
    std::fs::read(value)
        .map_err(|e| wrong(setting, format_args!("`{value}`: {}", system_words(&e))))
}

/// Where a setting's certificates or key are, for messages. Never shows a PEM text.
fn place(value: &str) -> String {
    match is_text(value) {
        true => "the text".to_owned(),
        false => format!("`{value}`"),
    }
}

fn is_text(value: &str) -> bool {
    value.contains("-----BEGIN")
}

fn certificates(setting: &str, value: &str) -> Result<Vec<CertificateDer<'static>>> {
    let certs: Vec<_> = CertificateDer::pem_slice_iter(&pem(setting, value)?)
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| wrong(setting, format_args!("{} is broken", place(value))))?;
    if certs.is_empty() {
        let place = place(value);
        let why = format_args!("{place} has no certificate in it");
        return Err(wrong(setting, why));
    }
    Ok(certs)
}

/// The authorities that the system trusts. `SSL_CERT_FILE` and `SSL_CERT_DIR` may say where they are, except to a
/// program with more rights than its user.
fn system_certificates() -> Vec<CertificateDer<'static>> {
    const BUNDLES: [&str; 5] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];
    let is_named = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if !(is_named && environment::has_more_rights_than_its_user()) {
        return rustls_native_certs::load_native_certs().certs;
    }
    let bundle = BUNDLES.iter().map(Path::new).find(|path| path.exists());
    rustls_native_certs::load_certs_from_paths(bundle, None).certs
}

/// The client's own certificate and its key, if there is one.
fn own_certificate(
    tls: &Tls,
) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>> {
    let (cert, key) = match (&tls.cert, &tls.key) {
        (None, None) => return Ok(None),
        (Some(cert), Some(key)) => (cert, key),
        _ => {
            return Err(Error::with(
                codes::INVALID_CONFIG_VALUE,
                "tls_cert and tls_key are needed together",
            ))
        }
    };
    // The reason is left out: it could quote the key.
    let key = PrivateKeyDer::from_pem_slice(&pem("tls_key", key)?).map_err(|_| {
        let place = place(key);
        let why = format_args!("{place} has no private key in it");
        wrong("tls_key", why)
    })?;
    Ok(Some((certificates("tls_cert", cert)?, key)))
}

pub struct Kept {
    settings: Tls,
    made: Instant,
    config: Arc<ClientConfig>,
    /// The process that made it.
    generation: u32,
}

pub static CONFIGS: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

/// Frees those that this process has made. In a forked child the parent's are leaked: a thread of the parent may have
/// held a lock in them, which is never released here.
fn free(kept: impl IntoIterator<Item = Kept>) {
    for config in kept {
        if config.generation != fork::generation() {
            std::mem::forget(config);
        }
    }
}

/// Frees what is kept for later connections. They make it again.
pub fn forget() {
    let kept = std::mem::take(&mut *CONFIGS.lock());
    free(kept);
}

/// The rustls configuration for these settings. It is kept for a while, which also lets TLS resume earlier sessions,
/// and then made again, because the files may have changed.
pub fn client_config(tls: &Tls) -> Result<Arc<ClientConfig>> {
    const KEPT: Duration = Duration::from_secs(60);
    let is_fresh =
        |kept: &Kept| kept.made.elapsed() < KEPT && kept.generation == fork::generation();
    let find = |kept: &&Kept| kept.settings == *tls && is_fresh(kept);
    if let Some(kept) = CONFIGS.lock().iter().find(find) {
        return Ok(kept.config.clone());
    }
    let config = new_config(tls)?;
    let mut configs = CONFIGS.lock();
    let (fresh, over): (Vec<_>, Vec<_>) = configs.drain(..).partition(is_fresh);
    *configs = fresh;
    configs.push(Kept {
        settings: tls.clone(),
        made: Instant::now(),
        config: config.clone(),
        generation: fork::generation(),
    });
    drop(configs);
    free(over);
    Ok(config)
}

fn new_config(tls: &Tls) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut versions = vec![&version::TLS13, &version::TLS12];
    versions.retain(|v| match v.version {
        rustls::ProtocolVersion::TLSv1_3 => tls.versions.contains("1.3"),
        _ => tls.versions.contains("1.2"),
    });
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&versions)
        .map_err(|_| Error::with(codes::INTERNAL, "TLS has no cipher suites"))?;
    let mut roots = RootCertStore::empty();
    if tls.mode != TlsMode::Insecure {
        // What cannot be read of the system's store is passed over: a foreign certificate is then
        // refused all the same, and the message says by whom it was issued.
        roots.add_parsable_certificates(system_certificates());
    }
    let named = match &tls.ca {
        Some(ca) => certificates("tls_ca", ca)?,
        None => Vec::new(),
    };
    for cert in &named {
        let place = || place(tls.ca.as_deref().unwrap_or_default());
        let added = roots.add(cert.clone());
        added.map_err(|_| wrong("tls_ca", format_args!("{} is no certificate", place())))?;
    }
    let strict = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
        .build()
        .ok();
    if strict.is_none() && tls.mode != TlsMode::Insecure {
        return Err(Error::with(
            codes::INVALID_CONFIG_VALUE,
            "the system has no certificate authorities to trust: set tls_ca",
        ));
    }
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier {
            mode: tls.mode,
            provider,
            strict,
            named,
        }));
    let config = match own_certificate(tls)? {
        None => builder.with_no_client_auth(),
        Some((certs, key)) => builder.with_client_auth_cert(certs, key).map_err(|_| {
            let why =
                "tls_cert and tls_key do not go together, or are of a kind that cannot be used";
            Error::with(codes::INVALID_CONFIG_VALUE, why)
        })?,
    };
    Ok(Arc::new(config))
}
