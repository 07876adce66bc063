//! The owner's configuration file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pay402::policy::{RuleBook, Rules};
use std::path::Path;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let path = Path::new("config.toml");
    let Ok(file) = pay402::config::parse(path, text) else { return };
    let (general, hosts) = (file.general_rules(path), file.rules_of_hosts(path));
    let (Ok(general), Ok(hosts)) = (general, hosts) else { return };
    let book = RuleBook::new(Rules::default(), Rules::default(), general, hosts);
    for budget in book.budgets() {
        let _ = budget.to_string();
    }
    for caps in book.limits_for(&"https://a.example/".parse().unwrap()).caps {
        for cap in caps.caps {
            let _ = cap.to_string();
        }
    }
});
