//! Which certificate authorities to trust, read only when a connection needs them.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

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

/// Whether this is a file of the system's authorities, under a name that the system gives it.
pub(super) fn is_systems(path: &Path) -> bool {
    BUNDLES.iter().any(|bundle| Path::new(bundle) == path)
}

/// The authorities of the file and the directory the user names, or of the system's bundle. `None`
/// where there is no such bundle: then the platform's own verifier decides.
pub(super) fn authorities(
    file: Option<&Path>,
    directory: Option<&Path>,
) -> Result<Option<Vec<CertificateDer<'static>>>, Error> {
    let mut named = Vec::new();
    if let Some(path) = file {
        let found = read(path).unwrap_or_default();
        if found.is_empty() {
            return Err(Error::CaFile { path: path.to_path_buf() });
        }
        named.extend(found);
    }
    if let Some(path) = directory {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        named.extend(entries.filter_map(|entry| read(&entry.path())).flatten());
    }
    if file.is_some() || directory.is_some() {
        return Ok(Some(named));
    }
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    Ok(BUNDLES.iter().map(PathBuf::from).find_map(|path| read(&path)).filter(|all| !all.is_empty()))
}

/// The certificates of a file; none where anything in it is not understood.
fn read(path: &Path) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(&std::fs::read(path).ok()?).collect::<Result<_, _>>().ok()
}
