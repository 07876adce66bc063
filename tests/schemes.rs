//! `--proto`, `--proto-redir`, `--proto-default`: which schemes a URL may have.

use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};

#[test]
fn a_scheme_that_is_not_allowed_is_neither_asked_nor_paid() {
    let paywall = Paywall::v2().start();
    let (home, url) = (Home::new(), paywall.url("/"));
    for args in [["--proto", "=https"], ["--proto", "-http"], ["--proto", "=ftp"]] {
        let words = ["--proto"];
        home.pay(&[args[0], args[1], &url]).exits(1).says(&words).prints_nothing();
    }
    assert!(paywall.requests().is_empty());
    let to = url.clone();
    let redirecting = Paywall::serve(move |_| Reply::redirect("302 Found", &to));
    let from = redirecting.url("/");
    home.pay(&["-L", "--proto-redir", "=https", &from]).exits(1).says(&["--proto-redir"]);
    assert!(paywall.requests().is_empty());
    home.pay(&["-L", "--proto", "=http", "--proto-redir", "=http,https", &from]).exits(0);
    home.pay(&["--proto", "=htps", &url]).exits(2).says(&["htps"]);
    home.pay(&["--proto-default", "https", "--pay-again", &url[7..]]).exits(35);
}

/// What the options allow is what curl follows; a payment follows nothing.
#[test]
fn a_redirect_that_answers_a_payment_is_not_followed_whatever_schemes_are_allowed() {
    let other = Paywall::serve(|_| Reply::ok(b"elsewhere")).may_be_unused();
    let to = other.url("/");
    let paywall = Paywall::v2().deliver(move |_| Reply::redirect("302 Found", &to)).start();
    let all = ["-L", "--proto", "=http,https", "--proto-redir", "=http,https"];
    let run = Home::new().pay(&[all.as_slice(), &[&paywall.url("/")]].concat());
    run.assert_fails();
    assert_eq!(paywall.payments().len(), 1);
    assert!(other.requests().is_empty());
}

/// A node's URL is the owner's own, and what it says is what shows where the money is.
#[test]
fn a_node_is_asked_whatever_schemes_are_allowed() {
    let identity = Identity::new("127.0.0.1");
    let node = Paywall::serve(|_| Reply::ok(b"{}"));
    let paywall = Paywall::v2().start_tls(&identity);
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    let rpc = format!("base={}", node.url("/"));
    let url = paywall.url("/");
    let args = ["--cacert", &ca, "--verify-settlement", "--rpc-url", &rpc, "--proto", "=https"];
    home.pay(&[args.as_slice(), &[&url]].concat()).exits(118);
    assert!(!node.requests().is_empty());
}
