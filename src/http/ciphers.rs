//! Which cipher suites and curves are offered: `--ciphers`, `--tls13-ciphers` and `--curves`, by the names of
//! OpenSSL and of IANA. As in curl, a name that is not known is passed over, and a list without any known
//! name is an error.

use rustls::crypto::CryptoProvider;
use rustls::{CipherSuite, NamedGroup};

use super::error::Error;
use super::tls_options::TlsOptions;

/// The suites of TLS 1.2 by OpenSSL's names; those of 1.3 have IANA's.
const SUITES: [(&str, CipherSuite); 6] = [
    ("ECDHE-ECDSA-AES128-GCM-SHA256", CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
    ("ECDHE-ECDSA-AES256-GCM-SHA384", CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
    ("ECDHE-ECDSA-CHACHA20-POLY1305", CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
    ("ECDHE-RSA-AES128-GCM-SHA256", CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
    ("ECDHE-RSA-AES256-GCM-SHA384", CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
    ("ECDHE-RSA-CHACHA20-POLY1305", CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
];

/// The groups that are known by several names.
const CURVES: [(&str, NamedGroup); 7] = [
    ("x25519", NamedGroup::X25519),
    ("p-256", NamedGroup::secp256r1),
    ("prime256v1", NamedGroup::secp256r1),
    ("secp256r1", NamedGroup::secp256r1),
    ("p-384", NamedGroup::secp384r1),
    ("secp384r1", NamedGroup::secp384r1),
    ("p-521", NamedGroup::secp521r1),
];

/// Leaves of a provider what the options ask for, in their order.
pub(super) fn choose(provider: &mut CryptoProvider, options: &TlsOptions) -> Result<(), Error> {
    let [older, newer] = &options.ciphers;
    for (list, is_newer) in [(older, false), (newer, true)] {
        let Some(list) = list else { continue };
        let of_version = |suite: &rustls::SupportedCipherSuite| suite.tls13().is_some() == is_newer;
        let named = names(list).filter_map(|name| {
            let is_it = |suite: &&rustls::SupportedCipherSuite| has_name(suite.suite(), name);
            provider.cipher_suites.iter().filter(|suite| of_version(suite)).find(is_it).copied()
        });
        let mut chosen: Vec<_> = named.collect();
        if chosen.is_empty() {
            return Err(Error::Cipher(list.clone()));
        }
        chosen.extend(provider.cipher_suites.iter().filter(|suite| !of_version(suite)));
        // The newer version goes first, as it does without a choice.
        chosen.sort_by_key(|suite| suite.tls13().is_none());
        provider.cipher_suites = chosen;
    }
    if let Some(list) = &options.curves {
        let named = names(list).filter_map(|name| {
            let known = CURVES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            provider.kx_groups.iter().find(|group| group.name() == known.1).copied()
        });
        let chosen: Vec<_> = named.collect();
        if chosen.is_empty() {
            return Err(Error::Cipher(list.clone()));
        }
        provider.kx_groups = chosen;
    }
    Ok(())
}

/// The names in a list.
fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split([':', ',', ' ']).filter(|name| !name.is_empty())
}

fn has_name(suite: CipherSuite, name: &str) -> bool {
    let by_openssl =
        SUITES.iter().any(|(known, of)| *of == suite && known.eq_ignore_ascii_case(name));
    // The library calls those of TLS 1.3 by another beginning.
    let by_iana = format!("{suite:?}").replacen("TLS13_", "TLS_", 1);
    by_openssl || by_iana.eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(
        ciphers: [Option<&str>; 2],
        curves: Option<&str>,
    ) -> Result<(Vec<CipherSuite>, Vec<NamedGroup>), Error> {
        let mut provider = rustls::crypto::ring::default_provider();
        let ciphers = ciphers.map(|list| list.map(str::to_owned));
        let curves = curves.map(str::to_owned);
        choose(&mut provider, &TlsOptions { ciphers, curves, ..TlsOptions::default() })?;
        let suites = provider.cipher_suites.iter().map(rustls::SupportedCipherSuite::suite);
        let groups = provider.kx_groups.iter().map(|group| group.name());
        Ok((suites.collect(), groups.collect()))
    }

    #[test]
    fn lists_choose_and_keep_their_order() {
        let (all, groups) = chosen([None, None], None).unwrap();
        assert_eq!((all.len(), groups.len()), (9, 3));
        let older = "ECDHE-RSA-AES256-GCM-SHA384:NOT-KNOWN:ecdhe-rsa-aes128-gcm-sha256";
        let (suites, _) = chosen([Some(older), None], None).unwrap();
        let of_older = [
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ];
        assert_eq!((suites.len(), &suites[3..]), (5, of_older.as_slice()));
        let (suites, _) = chosen([None, Some("TLS_AES_128_GCM_SHA256")], None).unwrap();
        assert_eq!((suites.len(), suites[0]), (7, CipherSuite::TLS13_AES_128_GCM_SHA256));
        let (suites, _) =
            chosen([Some("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), None], None).unwrap();
        assert_eq!(suites.last(), Some(&CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256));
        let (_, groups) = chosen([None, None], Some("P-384:nonsense:X25519")).unwrap();
        assert_eq!(groups, [NamedGroup::secp384r1, NamedGroup::X25519]);
    }

    #[test]
    fn a_list_without_a_known_name_is_an_error() {
        assert!(chosen([Some("RC4-SHA"), None], None).is_err());
        assert!(chosen([Some(""), None], None).is_err());
        assert!(
            chosen([Some("TLS_AES_128_GCM_SHA256"), None], None).is_err(),
            "of the other version"
        );
        assert!(chosen([None, None], Some("sect571r1")).is_err());
    }
}
