//! Places where goods cannot be put, or where something else is to go as well.

use crate::support::{Home, Paywall};
use std::fs;

#[test]
fn a_name_that_no_file_can_have_is_found_before_anything_is_sent() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    fs::write(home.work("plain"), "old").unwrap();
    let (url, long) = (paywall.url("/"), "x".repeat(256));
    let long_url = paywall.url(&format!("/{long}"));
    for args in [
        vec!["-o", "new/", &url],
        vec!["-o", "new/.", &url],
        vec!["-o", "plain/", &url],
        vec!["-o", &long, &url],
        vec!["--no-clobber", "-o", "new/", &url],
        vec!["-o", "#1", &format!("{url}{{,a}}")],
        vec!["-O", &long_url],
        vec!["-o", "out", "--receipt", "new/", &url],
        vec!["-o", "out", "--receipt", &long, &url],
        vec!["-o", "out", "--etag-save", "plain/", &url],
    ] {
        home.pay(&[&args[..], &["--fail-early"]].concat()).exits(23).says(&["nothing was sent"]);
        assert_eq!(home.work_files(), ["plain"], "{args:?}");
    }
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn a_name_may_have_as_many_bytes_as_the_system_allows() {
    let (home, name) = (Home::new(), "x".repeat(255));
    home.pay(&["-o", &name, &Paywall::v2().start().url("/")]).exits(0);
    assert_eq!(home.work_files(), [name]);
}
