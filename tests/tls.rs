//! Over TLS: who is believed, and that payments go over it like everything else.

use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};

#[test]
fn exit_60_a_certificate_nobody_vouches_for() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::v2().start_tls(&identity).may_be_unused();
    Home::new().pay(&[paywall.url("/")]).exits(60).prints_nothing();
    assert!(paywall.requests().is_empty());
}

#[test]
fn exit_60_a_certificate_for_another_name() {
    let identity = Identity::new("shop.test");
    let paywall = Paywall::v2().start_tls(&identity).may_be_unused();
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    home.pay(&["--cacert", &ca, &paywall.url("/")]).exits(60).prints_nothing();
    assert!(paywall.requests().is_empty());
}

#[test]
fn an_authority_of_ones_own_is_believed_and_paid() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::v2().start_tls(&identity);
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    home.pay(&["--cacert", &ca, &paywall.url("/")]).exits(0).prints("the paid resource\n");
    assert_eq!(paywall.connections(), 1);
}

#[test]
fn unchecked_certificates_are_paid_on_loopback_alone() {
    let identity = Identity::new("shop.test");
    let paywall = Paywall::v2().start_tls(&identity);
    Home::new().pay(&["-k", &paywall.url("/")]).exits(0).prints("the paid resource\n");
}

#[test]
fn an_authority_that_cannot_be_read_is_an_error() {
    let paywall = Paywall::v2().start_tls(&Identity::new("127.0.0.1")).may_be_unused();
    let home = Home::without_wallet();
    let rubbish = home.secret("ca.pem", "rubbish");
    for file in [rubbish.as_str(), "no-such-file"] {
        home.run(&["--cacert", file, &paywall.url("/")]).exits(77).prints_nothing();
    }
    assert!(paywall.requests().is_empty());
}

#[test]
fn a_free_resource_over_tls() {
    let identity = Identity::new("127.0.0.1");
    let paywall = Paywall::serve_tls(&identity, |_| Reply::ok(b"free"));
    Home::without_wallet().run(&["-k", &paywall.url("/")]).exits(0).prints("free");
}
