//! TLS by rustls: the system's certificate authorities and the user's own.

use crate::config::address::{Tls, TlsMode};
use crate::error::{codes, Error, Result};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore};
use std::sync::Arc;

/// A verifier that forgives part of what the standard one finds.
#[derive(Debug)]
struct Lenient {
    mode: TlsMode,
    provider: Arc<CryptoProvider>,
    /// Absent in [`TlsMode::Insecure`].
    strict: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Lenient {
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
            )) => Ok(ServerCertVerified::assertion()),
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

fn own_authorities(ca: &str) -> Result<Vec<CertificateDer<'static>>> {
    let wrong = |why: String| {
        Error::with(
            codes::INVALID_CONFIG_VALUE,
            format_args!("tls_ca: {why}; wanted a PEM file or PEM text"),
        )
    };
    let pem = if ca.contains("-----BEGIN") {
        // In taos.cfg and environments a line break is written as \n.
        ca.replace("\\n", "\n").into_bytes()
    } else {
        std::fs::read(ca).map_err(|e| wrong(format!("`{ca}`: {e}")))?
    };
    let certs: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| wrong(e.to_string()))?;
    if certs.is_empty() {
        return Err(wrong("no certificate in it".into()));
    }
    Ok(certs)
}

/// The rustls configuration for these settings.
pub fn client_config(tls: &Tls) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::with(codes::INTERNAL, e))?;
    let mut roots = RootCertStore::empty();
    if tls.mode != TlsMode::Insecure {
        // What cannot be read of the system's store is passed over: a foreign certificate is then
        // refused all the same, and the message says by whom it was issued.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Some(ca) = &tls.ca {
        for cert in own_authorities(ca)? {
            roots.add(cert).map_err(|e| {
                Error::with(codes::INVALID_CONFIG_VALUE, format_args!("tls_ca: {e}"))
            })?;
        }
    }
    let config = if tls.mode == TlsMode::VerifyIdentity {
        builder.with_root_certificates(roots).with_no_client_auth()
    } else {
        let strict = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
            .build()
            .ok();
        if strict.is_none() && tls.mode == TlsMode::VerifyCa {
            return Err(Error::with(
                codes::INVALID_CONFIG_VALUE,
                "tls_mode=verify_ca, but there is no certificate authority: set tls_ca",
            ));
        }
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Lenient {
                mode: tls.mode,
                provider,
                strict,
            }))
            .with_no_client_auth()
    };
    Ok(Arc::new(config))
}
