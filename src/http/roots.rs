//! Which certificate authorities to trust, read only when a connection needs them.

use std::path::{Path, PathBuf};

use reqwest::Certificate;

use super::error::Error;

/// Where Linux distributions keep all their authorities in one file. Reading one file is several
/// times quicker than the directory of hundreds that general loaders read.
const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The authorities of the file the user names, or of the system's bundle. `None` where there is no
/// such bundle: then the platform's own verifier decides.
pub(super) fn authorities(named: Option<&Path>) -> Result<Option<Vec<Certificate>>, Error> {
    if let Some(path) = named {
        let unusable = || Error::CaFile { path: path.to_path_buf() };
        let certificates = read(path).ok_or_else(unusable)?;
        return if certificates.is_empty() { Err(unusable()) } else { Ok(Some(certificates)) };
    }
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    Ok(BUNDLES.iter().map(PathBuf::from).find_map(|path| read(&path)).filter(|all| !all.is_empty()))
}

fn read(path: &Path) -> Option<Vec<Certificate>> {
    Certificate::from_pem_bundle(&std::fs::read(path).ok()?).ok()
}
