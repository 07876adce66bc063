//! Keystores of other tools, keystores that are broken, and our own.

use super::*;
use alloy_primitives::address;
use proptest::prelude::*;

const PASSWORD: &str = "correct horse battery staple";
const ACCOUNT: Address = address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

const CAST: &str = include_str!("../../tests/fixtures/keystores/cast.json");
const ETHERS: &str = include_str!("../../tests/fixtures/keystores/ethers.json");
const WEB3JS: &str = include_str!("../../tests/fixtures/keystores/web3js.json");
const ETH_KEYFILE_SCRYPT: &str =
    include_str!("../../tests/fixtures/keystores/eth-keyfile-scrypt.json");
const ETH_KEYFILE_PBKDF2: &str =
    include_str!("../../tests/fixtures/keystores/eth-keyfile-pbkdf2.json");
const ETH_KEYFILE_SHORT_IV: &str =
    include_str!("../../tests/fixtures/keystores/eth-keyfile-short-iv.json");
const ETH_ACCOUNT_SMALL_KEY: &str =
    include_str!("../../tests/fixtures/keystores/eth-account-pbkdf2-small-key.json");

fn password(text: &str) -> Password {
    Password::new(text.as_bytes().to_vec().into())
}

fn open(json: &str, word: &str) -> Result<(Option<Address>, Address, String), KeystoreError> {
    let keystore = Keystore::parse(json.as_bytes())?;
    let key = keystore.decrypt(&password(word))?;
    Ok((keystore.address(), key.address(), hex::encode(*key.to_bytes())))
}

/// eth-keyfile's PBKDF2 keystore with one part of its text replaced.
fn altered(from: &str, to: &str) -> String {
    assert!(ETH_KEYFILE_PBKDF2.contains(from), "{from}");
    ETH_KEYFILE_PBKDF2.replacen(from, to, 1)
}

/// eth-keyfile's scrypt keystore with another N.
fn with_n(n: &str) -> String {
    ETH_KEYFILE_SCRYPT.replacen("\"n\": 1024", &format!("\"n\": {n}"), 1)
}

fn fault(json: &str) -> KeystoreError {
    Keystore::parse(json.as_bytes()).err().unwrap()
}

#[test]
fn keystores_of_other_tools_open() {
    for json in [ETHERS, WEB3JS, ETH_KEYFILE_SCRYPT, ETH_KEYFILE_PBKDF2, ETH_KEYFILE_SHORT_IV] {
        assert_eq!(open(json, PASSWORD), Ok((Some(ACCOUNT), ACCOUNT, KEY.to_owned())));
    }
    assert_eq!(open(CAST, PASSWORD), Ok((None, ACCOUNT, KEY.to_owned())));

    let (_, _, key) = open(ETH_ACCOUNT_SMALL_KEY, "pässwörd 🔑").unwrap();
    assert_eq!(key, format!("{:064x}", 1));
}

#[test]
fn a_keystore_is_read_in_the_encodings_of_windows() {
    let lines = CAST.replace('\n', "\r\n");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{lines}");
    for bytes in
        [lines.clone().into_bytes(), marked.clone().into_bytes(), wide(&marked), wide(&lines)]
    {
        let keystore = Keystore::parse(&bytes).unwrap_or_else(|error| panic!("{error}"));
        let key = keystore.decrypt(&Password::new(PASSWORD.as_bytes().to_vec().into()));
        assert_eq!(key.map(|key| key.address()).ok(), Some(ACCOUNT));
    }
    let no_text = Keystore::parse(b"\xff\xfe{").err();
    assert!(matches!(no_text, Some(KeystoreError::NotJson { line: 1, .. })), "{no_text:?}");
}

#[test]
fn a_short_vector_is_read_only_where_an_account_tells_that_it_is_right() {
    let without = ETH_KEYFILE_SHORT_IV.replacen("\"address\"", "\"was\"", 1);
    let damaged = ETH_KEYFILE_SHORT_IV.replacen("78e7b96a", "78e7b9", 1);
    let expected = "16 bytes in hexadecimal";
    assert_eq!(fault(&without), KeystoreError::Field { field: "cipherparams.iv", expected });
    let opened = open(&damaged, PASSWORD);
    assert!(matches!(opened, Err(KeystoreError::AddressMismatch { .. })), "{opened:?}");
}

#[test]
fn hexadecimal_may_carry_a_prefix() {
    let mut root: Value = serde_json::from_str(ETH_KEYFILE_PBKDF2).unwrap();
    let fields = ["/address", "/crypto/mac", "/crypto/ciphertext", "/crypto/cipherparams/iv"];
    for pointer in fields.into_iter().chain(["/crypto/kdfparams/salt"]) {
        let value = root.pointer_mut(pointer).unwrap();
        *value = json!(format!("0x{}", value.as_str().unwrap()));
    }
    assert_eq!(open(&root.to_string(), PASSWORD).unwrap().2, KEY);
}

#[test]
fn another_password_or_a_damaged_byte_is_a_wrong_password() {
    assert_eq!(open(ETH_KEYFILE_PBKDF2, ""), Err(KeystoreError::WrongPassword));
    let damaged = altered("654ed3db", "654ed3dc");
    assert_eq!(open(&damaged, PASSWORD), Err(KeystoreError::WrongPassword));
    let damaged = altered("226d15ec", "226d15ed");
    assert_eq!(open(&damaged, PASSWORD), Err(KeystoreError::WrongPassword));
}

#[test]
fn a_keystore_that_names_another_account_is_refused() {
    let declared = Address::repeat_byte(0xaa);
    let json = altered("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266", &"aa".repeat(20));
    let expected = KeystoreError::AddressMismatch { declared, actual: ACCOUNT };
    assert_eq!(open(&json, PASSWORD), Err(expected));
}

#[test]
fn what_the_format_does_not_allow_is_told_by_its_field() {
    let cases = [
        (altered("\"version\": 3", "\"version\": 1"), "version"),
        (altered("\"version\": 3", "\"version\": \"3\""), "version"),
        (altered("\"crypto\"", "\"CRYPTO\""), "crypto"),
        (altered("aes-128-ctr", "aes-128-cbc"), "cipher"),
        (altered("34c58c33eff161a172ccb3f86528b4f7", "34c58c33eff161a1"), "cipherparams.iv"),
        (altered("\"654ed3db", "\"654ed3"), "ciphertext"),
        (altered("226d15ec", "zzzzzzzz"), "mac"),
        (altered("\"dklen\": 32", "\"dklen\": 16"), "kdfparams.dklen"),
        (altered("hmac-sha256", "hmac-sha512"), "kdfparams.prf"),
        (altered("\"pbkdf2\"", "\"argon2\""), "kdf"),
        (altered("\"c\": 2000", "\"c\": -1"), "kdfparams.c"),
        (altered("\"c\": 2000", "\"c\": 2e3"), "kdfparams.c"),
        (altered("8d71b6f5", "8d71b6f"), "kdfparams.salt"),
        (altered("f39Fd6e5", "f39Fd6"), "address"),
        (altered("\"f39Fd6e5", "true, \"x\": \"f39Fd6"), "address"),
        ("{}".to_owned(), "version"),
        ("[3]".to_owned(), "version"),
        ("0".to_owned(), "version"),
        ("{\"version\":3}".to_owned(), "crypto"),
        ("{\"version\":3,\"crypto\":{}}".to_owned(), "cipher"),
    ];
    for (json, name) in cases {
        match fault(&json) {
            KeystoreError::Field { field, .. } => assert_eq!(field, name),
            other => panic!("{name}: {other}"),
        }
    }
}

#[test]
fn unbearable_costs_are_refused_unspent() {
    let n = 1 << 30;
    let bytes = (n + 1) * 8 * 128;
    let memory = CostError::Memory { n, r: 8, p: 1, bytes };
    assert_eq!(fault(&with_n("1073741824")), KeystoreError::Cost(memory));
    for n in [0, 12_000] {
        let fault = fault(&with_n(&n.to_string()));
        assert_eq!(fault, KeystoreError::Cost(CostError::NotPowerOfTwo { n }));
    }
    let c = 4_000_000_000;
    let fault = fault(&altered("2000", &c.to_string()));
    assert_eq!(fault, KeystoreError::Cost(CostError::Iterations { c }));
}

#[test]
fn what_is_no_json_is_told_by_its_place_and_never_quoted() {
    let deep = "[".repeat(10_000);
    let truncated = CAST.get(..CAST.len() / 2).unwrap();
    for text in ["", "\u{feff}", truncated, &deep, KEY] {
        assert!(matches!(fault(text), KeystoreError::NotJson { .. }));
    }
    let latin1 = Keystore::parse(b"{\"version\":3,\"id\":\"\xe9\"}").err();
    assert_eq!(latin1, Some(KeystoreError::NotJson { line: 1, column: 20 }));
    assert_eq!(fault(&" ".repeat(KEYSTORE_LIMIT + 1)), KeystoreError::TooLong);

    let all_digits = "1".repeat(64);
    assert!(!fault(&all_digits).to_string().contains("111"));
}

#[test]
fn what_we_write_opens_again_and_has_geths_layout() {
    let key = PrivateKey::parse(KEY.as_bytes()).ok().unwrap();
    let randomness = Randomness { salt: [1; 32], iv: [2; 16], id: [0xff; 16] };
    let json = Keystore::encrypt(&key, &password(PASSWORD), Cost::Light, &randomness).unwrap();
    assert_eq!(open(&json, PASSWORD), Ok((Some(ACCOUNT), ACCOUNT, KEY.to_owned())));
    assert_eq!(open(&json, "another"), Err(KeystoreError::WrongPassword));

    let root: Value = serde_json::from_str(&json).unwrap();
    let (kdfparams, id) = (&root["crypto"]["kdfparams"], &root["id"]);
    let expected = json!({"dklen": 32, "n": 4096, "r": 8, "p": 6, "salt": "01".repeat(32)});
    assert_eq!(kdfparams, &expected);
    assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_eq!(root["address"], "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Keystore::parse(&bytes).is_err());
    }

    /// Any field of a good keystore turned into any small JSON value.
    #[test]
    fn arbitrary_values_never_panic(
        pointer in prop::sample::select(vec![
            "/version", "/address", "/crypto", "/crypto/cipher", "/crypto/cipherparams",
            "/crypto/cipherparams/iv", "/crypto/ciphertext", "/crypto/kdf", "/crypto/kdfparams",
            "/crypto/kdfparams/n", "/crypto/kdfparams/r", "/crypto/kdfparams/p",
            "/crypto/kdfparams/dklen", "/crypto/kdfparams/salt", "/crypto/mac",
        ]),
        value in prop_oneof![
            Just(Value::Null), any::<u64>().prop_map(Value::from), any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from), ".{0,80}".prop_map(Value::from),
            "(0x)?[0-9a-fA-F]{0,70}".prop_map(Value::from), Just(json!([])), Just(json!({})),
        ],
    ) {
        let mut root: Value = serde_json::from_str(ETH_KEYFILE_SCRYPT).unwrap();
        *root.pointer_mut(pointer).unwrap() = value;
        let _ = Keystore::parse(root.to_string().as_bytes());
    }
}
