//! Opens a Web3 Secret Storage v3 keystore by the definition, so that what the program writes is
//! read by something else than the program.

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use serde_json::Value;
use sha3::{Digest, Keccak256};

/// The private key in it, in lower-case hex without `0x`; the error says what does not fit.
pub(crate) fn open(json: &str, password: &str) -> Result<String, String> {
    let file: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
    let crypto = &file["crypto"];
    let bytes = |value: &Value| unhex(value.as_str().unwrap_or_default());
    let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    if file["version"] != 3 || crypto["cipher"] != "aes-128-ctr" {
        return Err("not a version 3 keystore with aes-128-ctr".into());
    }
    let params = &crypto["kdfparams"];
    let salt = bytes(&params["salt"])?;
    let mut derived = [0u8; 32];
    match crypto["kdf"].as_str() {
        Some("scrypt") => {
            let cost = number(&params["n"]).ilog2().to_le_bytes()[0];
            let scrypt = scrypt::Params::new(cost, number(&params["r"]), number(&params["p"]))
                .map_err(|e| e.to_string())?;
            scrypt::scrypt(password.as_bytes(), &salt, &scrypt, &mut derived)
                .map_err(|e| e.to_string())?;
        }
        Some("pbkdf2") if params["prf"] == "hmac-sha256" => {
            let rounds = number(&params["c"]);
            pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password.as_bytes(), &salt, rounds, &mut derived);
        }
        other => return Err(format!("kdf {other:?}")),
    }
    let mut text = bytes(&crypto["ciphertext"])?;
    let mac = Keccak256::new().chain_update(&derived[16..]).chain_update(&text).finalize();
    if mac[..] != bytes(&crypto["mac"])?[..] {
        return Err("the password is wrong".into());
    }
    let iv = bytes(&crypto["cipherparams"]["iv"])?;
    let mut cipher = Ctr128BE::<Aes128>::new_from_slices(&derived[..16], &iv)
        .map_err(|_| "the iv is not 16 bytes")?;
    cipher.apply_keystream(&mut text);
    Ok(super::verifier::hex(&text)[2..].to_owned())
}

/// A keystore of a key, in lower-case hex without `0x`, as another program could write it: PBKDF2, and
/// nothing random in it.
pub(crate) fn seal(key: &str, password: &str) -> String {
    let (salt, iv, rounds) = ([7; 32], [9; 16], 2048);
    let mut derived = [0u8; 32];
    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password.as_bytes(), &salt, rounds, &mut derived);
    let mut text = unhex(key).expect("a key in hex");
    let mut cipher = Ctr128BE::<Aes128>::new_from_slices(&derived[..16], &iv).expect("lengths");
    cipher.apply_keystream(&mut text);
    let mac = Keccak256::new().chain_update(&derived[16..]).chain_update(&text).finalize();
    let hex = |bytes: &[u8]| super::verifier::hex(bytes)[2..].to_owned();
    serde_json::json!({
        "version": 3,
        "crypto": {
            "cipher": "aes-128-ctr", "ciphertext": hex(&text), "cipherparams": { "iv": hex(&iv) },
            "kdf": "pbkdf2", "mac": hex(&mac),
            "kdfparams": { "c": rounds, "dklen": 32, "prf": "hmac-sha256", "salt": hex(&salt) },
        },
    })
    .to_string()
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|e| e.to_string()))
        .collect()
}

/// The password of the definition's own examples.
pub(crate) const EXAMPLE_PASSWORD: &str = "testpassword";
/// The key in them.
const EXAMPLE_KEY: &str = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
/// The address of that key.
pub(crate) const EXAMPLE_ADDRESS: &str = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";
/// The example with PBKDF2.
pub(crate) const EXAMPLE_PBKDF2: &str = r#"{"crypto":{"cipher":"aes-128-ctr","cipherparams":{
"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
"kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
"salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;
/// The example with scrypt.
pub(crate) const EXAMPLE_SCRYPT: &str = r#"{"crypto":{"cipher":"aes-128-ctr","cipherparams":{
"iv":"83dbcc02d8ccb40e466191a123791e0e"},
"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
"kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,
"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
"mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;

#[test]
fn opens_the_definitions_examples_and_no_wrong_password() {
    for example in [EXAMPLE_PBKDF2, EXAMPLE_SCRYPT] {
        assert_eq!(open(example, EXAMPLE_PASSWORD).as_deref(), Ok(EXAMPLE_KEY));
    }
    let address = super::verifier::address_of(EXAMPLE_KEY).unwrap();
    assert_eq!(address, EXAMPLE_ADDRESS.to_lowercase());
    assert!(open(EXAMPLE_PBKDF2, "testpassworD").unwrap_err().contains("wrong"));
}
