use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Why it is not known whom to trust.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file of more authorities cannot be used.
    #[error("{0} holds no certificates in PEM")]
    File(PathBuf),
    /// This build's cipher suites do not fit together.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

/// The certificates in the file at `path`.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let wrong = || TrustError::File(path.to_owned());
    let pem = fs::read(path).map_err(|_| wrong())?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|_| wrong())?;
    if found.is_empty() { Err(wrong()) } else { Ok(found) }
}

/// Trusts the authorities that this machine trusts, and those in the file.
pub(super) fn client(more: Option<&Path>) -> Result<Arc<ClientConfig>, TrustError> {
    let mut roots = RootCertStore::empty();
    // Some that cannot be read leave the others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = more {
        let wrong = |_| TrustError::File(path.to_owned());
        for certificate in certificates(path)? {
            roots.add(certificate).map_err(wrong)?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    Ok(Arc::new(config.map_err(TrustError::Tls)?.with_root_certificates(roots).with_no_client_auth()))
}
