//! `--variable` and `--expand-OPTION` (curl 8.3), and what they are kept from.

use crate::support::{Home, Paywall, Reply};

#[test]
fn a_variable_is_put_into_a_request() {
    let paywall = Paywall::serve(|_| Reply::ok(b"free"));
    let home = Home::without_wallet();
    std::fs::write(home.work("body"), "a \"b\"\n").unwrap();
    let url = paywall.url("/{{name:url}}?{{GREETING}}");
    let run = home
        .pay402(&[
            "--variable",
            "name=x y",
            "--variable",
            "%GREETING",
            "--variable",
            "body@body",
            "--expand-json",
            "{\"text\":\"{{body:trim:json}}\"}",
            "--expand-url",
            &url,
        ])
        .env("GREETING", "hello")
        .run();
    run.exits(0).prints("free");
    let request = &paywall.requests()[0];
    assert_eq!(request.target, "/x%20y?hello");
    assert_eq!(request.body, br#"{"text":"a \"b\""}"#);
}

#[test]
fn no_variable_holds_a_secret_of_the_wallet() {
    let paywall = Paywall::serve(|_| Reply::ok(b"free"));
    let (home, url) = (Home::new(), paywall.url("/"));
    std::fs::write(home.work("options"), "variable = %PAY402_PRIVATE_KEY\n").unwrap();
    let url = url.as_str();
    let data = ["--expand-data", "{{PAY402_PRIVATE_KEY}}", url];
    for source in [
        ["--variable", "%PAY402_PRIVATE_KEY"],
        ["--variable", "%PAY402_PRIVATE_KEY=instead"],
        ["--variable", "%PAY402_PASSWORD"],
        ["-K", "options"],
    ] {
        let run = home.run(&[source.as_slice(), &data].concat());
        run.exits(2).says(&["own variables"]).keeps_secrets();
    }
    // Not named as a variable, it is none.
    home.run(&data).exits(0);
    let requests = paywall.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].body, b"");
}

/// A variable that is not set is empty, which loosens nothing.
#[test]
fn an_empty_variable_is_no_rule_for_paying() {
    let paywall = Paywall::v2().start();
    let (home, url) = (Home::new(), paywall.url("/"));
    for option in [
        "max-price",
        "budget",
        "expect",
        "network",
        "asset",
        "pay-to",
        "max-validity",
        "wallet",
        "private-key-file",
        "password-file",
        "receipt",
    ] {
        let option = format!("--expand-{option}");
        let run = home.run(&["--max-price", "1", &option, "{{missing}}", &url]);
        run.assert_fails();
        assert!(paywall.payments().is_empty(), "{option}");
    }
    // A cap that is expanded is a cap.
    let cap = ["--variable", "cap=0.001", "--expand-max-price", "{{cap}}", &url];
    home.run(&cap).exits(110);
    assert!(paywall.payments().is_empty());
}

#[test]
fn a_pasted_line_imports_nothing_from_the_environment() {
    let paywall = Paywall::serve(|_| Reply::ok(b"free")).may_be_unused();
    let home = Home::without_wallet();
    let line = format!("curl --variable %HOME --expand-data '{{{{HOME}}}}' {}", paywall.url("/"));
    home.run(&["--from-curl", &line]).exits(2).says(&["before --from-curl"]);
    assert!(paywall.requests().is_empty());
}
