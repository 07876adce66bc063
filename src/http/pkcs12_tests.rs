//! Files of which OpenSSL makes none.

use super::*;
use crate::http::pbe::EncryptedKey;
use pkcs8::pkcs5::pbes2::Parameters;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
/// `[0]`: of something with a tag of its own, and in the place of a tag.
const EXPLICIT: u8 = 0xa0;
const IMPLICIT: u8 = 0x80;

/// A secret (RFC 7292, section 4.2.5).
const SECRET: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.5");
const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
const HMAC_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.9");
const AES_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");

/// A value of DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().position(|byte| *byte > 0).unwrap_or(7)..];
    let length = match significant {
        [short @ ..=0x7f] => vec![*short],
        long => [&[0x80 | u8::try_from(long.len()).unwrap()], long].concat(),
    };
    [&[tag], length.as_slice(), &content].concat()
}

fn id(id: ObjectIdentifier) -> Vec<u8> {
    der(0x06, &[id.as_bytes()])
}

fn number(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
    let sign: &[u8] = if bytes[zeros] > 0x7f { &[0] } else { &[] };
    der(INTEGER, &[sign, &bytes[zeros..]])
}

/// The algorithm and its parameters: PBES2 with a key that is derived in this way.
fn pbes2(derivation: &[u8]) -> Vec<u8> {
    let cipher = der(SEQUENCE, &[&id(AES_256), &der(OCTETS, &[&[0; 16]])]);
    der(SEQUENCE, &[&id(PBES2), &der(SEQUENCE, &[derivation, &cipher])])
}

fn pbkdf2(rounds: u64) -> Vec<u8> {
    let hash = der(SEQUENCE, &[&id(HMAC_SHA256), &[0x05, 0x00]]);
    let parameters = der(SEQUENCE, &[&der(OCTETS, &[b"salt"]), &number(rounds), &hash]);
    pbes2(&der(SEQUENCE, &[&id(PBKDF2), &parameters]))
}

fn scrypt(n: u64, r: u64, p: u64) -> Vec<u8> {
    let salt = der(OCTETS, &[b"salt"]);
    let parameters = der(SEQUENCE, &[&salt, &number(n), &number(r), &number(p)]);
    pbes2(&der(SEQUENCE, &[&id(SCRYPT), &parameters]))
}

fn bag(kind: ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[&id(kind), &der(EXPLICIT, &[value])])
}

/// A key that is encrypted so; nobody can open it.
fn encrypted_key(algorithm: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[algorithm, &der(OCTETS, &[&[0; 16]])])
}

fn plain(bags: &[u8]) -> Vec<u8> {
    let content = der(OCTETS, &[&der(SEQUENCE, &[bags])]);
    der(SEQUENCE, &[&id(DATA), &der(EXPLICIT, &[&content])])
}

fn encrypted(algorithm: &[u8], content: &[u8]) -> Vec<u8> {
    let content = der(SEQUENCE, &[&id(DATA), algorithm, &der(IMPLICIT, &[content])]);
    let data = der(SEQUENCE, &[&number(0), &content]);
    der(SEQUENCE, &[&id(ENCRYPTED_DATA), &der(EXPLICIT, &[&data])])
}

/// A file without a MAC.
fn file(parts: &[u8]) -> Vec<u8> {
    let safes = der(OCTETS, &[&der(SEQUENCE, &[parts])]);
    let safes = der(SEQUENCE, &[&id(DATA), &der(EXPLICIT, &[&safes])]);
    der(SEQUENCE, &[&number(3), &safes])
}

/// A key of a kind that is in use.
fn key() -> Vec<u8> {
    rcgen::KeyPair::generate().unwrap().serialize_der()
}

fn why(content: &[u8]) -> Option<Unusable> {
    read(content, "open").err()
}

#[test]
fn what_is_hidden_in_an_encrypted_part_is_not_derived() {
    let costly = encrypted_key(&pbkdf2(MOST_ROUNDS));
    let secret = der(SEQUENCE, &[&id(X509), &der(EXPLICIT, &[&der(OCTETS, &[&costly])])]);
    // Each takes as long as a derivation may; together they would take the better part of an hour.
    let bags = [
        bag(SECRET, &secret).repeat(2_000),
        bag(KEY, &key()),
        bag(ENCRYPTED_KEY, &costly).repeat(2_000),
    ];
    let bags = der(SEQUENCE, &[&bags.concat()]);
    let algorithm = pbkdf2(1);
    let scheme: AnyRef<'_> = AnyRef::from_der(&algorithm).unwrap();
    let scheme: AlgorithmIdentifierRef<'_> = scheme.decode_as().unwrap();
    let parameters = Parameters::try_from(scheme.parameters.unwrap()).unwrap();
    let content = parameters.encrypt("open", &bags).unwrap();
    let found = read(&file(&encrypted(&algorithm, &content)), "open").ok().unwrap();
    assert!(found.key.is_some());
    assert!(found.certificates.is_empty());
}

#[test]
fn what_all_parts_cost_is_known_before_the_first_is_opened() {
    let part = |rounds| encrypted(&pbkdf2(rounds), &[0; 16]);
    let cheap = part(1);
    let most = [cheap.as_slice(), &part(MOST_ROUNDS).repeat(8)].concat();
    assert!(matches!(why(&file(&most)), Some(Unusable::Costly)));
    assert!(matches!(why(&file(&part(MOST_ROUNDS + 1))), Some(Unusable::Costly)));
    assert!(matches!(why(&file(&cheap.repeat(100))), Some(Unusable::Password)));
}

#[test]
fn scrypt_has_parameters_that_it_can_have() {
    for (n, r, p) in [(0, 1, 1), (1, 1, 1), (3, 1, 1), (u64::MAX, 1, 1), (2, 0, 1), (2, 1, 0)] {
        let algorithm = scrypt(n, r, p);
        let part = file(&encrypted(&algorithm, &[0; 16]));
        assert!(matches!(why(&part), Some(Unusable::Parameters)), "{n} {r} {p}");
        let key = encrypted_key(&algorithm);
        let bag = file(&plain(&bag(ENCRYPTED_KEY, &key)));
        assert!(matches!(why(&bag), Some(Unusable::Parameters)), "{n} {r} {p}");
        let opened = EncryptedKey::from_der(&key).unwrap().open("open");
        assert!(matches!(opened, Err(Unusable::Parameters)), "{n} {r} {p}");
    }
    for (n, r, p) in [(1 << 18, 8, 1), (1 << 63, 1, 1), (2, 65_535, 65_535), (1 << 17, 8, 2)] {
        let key = encrypted_key(&scrypt(n, r, p));
        let opened = EncryptedKey::from_der(&key).unwrap().open("open");
        assert!(matches!(opened, Err(Unusable::Costly)), "{n} {r} {p}");
    }
    let key = encrypted_key(&scrypt(16, 8, 1));
    let opened = EncryptedKey::from_der(&key).unwrap().open("open");
    assert!(matches!(opened, Err(Unusable::Password)));
}

#[test]
fn a_key_under_a_password_is_derived_within_the_bound() {
    let opened = |rounds| {
        let key = encrypted_key(&pbkdf2(rounds));
        EncryptedKey::from_der(&key).unwrap().open("open").err()
    };
    assert!(matches!(opened(1), Some(Unusable::Password)));
    assert!(matches!(opened(MOST_ROUNDS + 1), Some(Unusable::Costly)));
    assert!(matches!(opened(u64::from(u32::MAX)), Some(Unusable::Costly)));
}

#[test]
fn a_password_has_all_characters_of_two_bytes() {
    assert_eq!(basic("a\u{ffff}").ok().unwrap().as_slice(), [0, 0x61, 0xff, 0xff, 0, 0]);
    assert_eq!(basic("").ok().unwrap().as_slice(), [0, 0]);
    assert!(matches!(basic("a\u{10000}"), Err(Unusable::Letters)));
}
