//! A keystore file. It is not opened: that costs what the file asks within its bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pay402::wallet::Keystore;

fuzz_target!(|data: &[u8]| {
    match Keystore::parse(data) {
        Ok(keystore) => drop(keystore.address()),
        // The error must not repeat what stood in the file: it may have been a key.
        Err(error) => assert!(error.to_string().len() < 200),
    }
});
