//! The owner's configuration file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pay402::policy::{Budget, Cap, Source};
use std::path::Path;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(file) = pay402::config::parse(Path::new("config.toml"), text) else { return };
    for cap in file.max_price.iter().flat_map(|caps| caps.all()) {
        if let Ok(cap) = Cap::parse(cap) {
            let _ = cap.to_string();
        }
    }
    for (period, amount) in file.budget.all() {
        let _ = Budget::parse(&format!("{amount}/{period}"), Source::Flag("--budget"), None);
    }
});
