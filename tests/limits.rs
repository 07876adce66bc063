//! Limits that must not be lost on the way: to another spelling of a host, to nothing, to too much.

use crate::support::{Home, Paywall, Run};

/// Fetches `url` through a paywall that is a proxy, with leave to pay over plain http.
fn through(paywall: &Paywall, home: &Home, url: &str) -> Run {
    home.pay(&["--allow-http", "-x", &paywall.url(""), url])
}

#[test]
fn a_section_holds_for_its_host_however_that_is_spelled() {
    for (section, url) in [
        ("shop.test", "http://shop.test/"),
        ("Shop.TEST", "http://shop.test/"),
        ("shop.test", "http://SHOP.test/"),
        ("shop.test.", "http://shop.test/"),
        ("shop.test", "http://shop.test./"),
        ("Shop.test.:8080", "http://shop.test:8080/"),
        ("shop.test:80", "http://shop.test/"),
        ("b\u{fc}cher.test", "http://xn--bcher-kva.test/"),
        ("::1", "http://[::1]/"),
        ("[::1]", "http://[::1]/"),
        ("0:0:0:0:0:0:0:1", "http://[::1]:8080/"),
        ("[::1]:8080", "http://[0::1]:8080/"),
        ("127.1", "http://127.0.0.1/"),
    ] {
        let paywall = Paywall::v2().start();
        let home = Home::new().config(&format!("[host.\"{section}\"]\nno_pay = true\n"));
        let run = through(&paywall, &home, url);
        run.exits(0).assert(run.text() == "{}", &format!("{section} should hold for {url}"));
        paywall.asked_but_not_paid();
    }
}

#[test]
fn a_hosts_budget_holds_however_the_host_is_spelled() {
    for (section, url) in [
        ("Shop.TEST", "http://shop.test/"),
        ("shop.test.", "http://shop.test/"),
        ("shop.test", "http://shop.test./"),
        ("shop.test:80", "http://shop.test./"),
        ("::1", "http://[::1]/"),
    ] {
        let paywall = Paywall::v2().start();
        let config = format!("[host.\"{section}\".budget]\nday = \"0.005\"\n");
        through(&paywall, &Home::new().config(&config), url).refuses(111);
        paywall.asked_but_not_paid();
    }
    let paywall = Paywall::v2().start();
    let home = Home::new().config("[host.\"shop.test\".budget]\nday = \"0.015\"\n");
    through(&paywall, &home, "http://shop.test/one").exits(0);
    through(&paywall, &home, "http://SHOP.test./two").refuses(111);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn a_section_holds_for_no_other_host() {
    for section in ["hop.test", "test", "shop.test.evil.test", "shop.test:81", "::1"] {
        let paywall = Paywall::v2().start();
        let home = Home::new().config(&format!("[host.\"{section}\"]\nno_pay = true\n"));
        through(&paywall, &home, "http://shop.test/").exits(0).prints("the paid resource\n");
    }
}

#[test]
fn exit_2_a_section_that_would_never_hold() {
    for section in [
        "",
        "http://shop.test",
        "shop.test/",
        "shop test",
        "shop.test:99999",
        "shop.test:",
        ":80",
        "[::1",
        "*.shop.test",
        "a@shop.test",
    ] {
        let home = Home::new().config(&format!("[host.\"{section}\"]\nno_pay = true\n"));
        let paywall = Paywall::v2().start().may_be_unused();
        home.pay(&[paywall.url("/")]).exits(2).says(&["config.toml", "not a host"]);
        assert_eq!(paywall.connections(), 0, "{section:?}");
    }
    let twice = "[host.\"shop.test\"]\nno_pay = true\n[host.\"Shop.test.\"]\nno_pay = false\n";
    Home::new().config(twice).pay(&["http://shop.test/"]).exits(2).says(&["same host"]);
}

#[test]
fn exit_2_a_validity_above_a_week() {
    let paywall = Paywall::v2().start().may_be_unused();
    let url = paywall.url("/");
    for seconds in ["604801", "18446744073709551615", "18446744073709551616"] {
        Home::new().pay(&["--max-validity", seconds, &url]).exits(2).says(&["--max-validity"]);
        let run = Home::new().paying(&[&url]).env("PAY402_MAX_VALIDITY", seconds).run();
        run.exits(2).says(&["PAY402_MAX_VALIDITY"]);
        let config = format!("max_validity = {seconds}\n");
        Home::new().config(&config).pay(&[&url]).exits(2).says(&["config.toml"]);
    }
    assert_eq!(paywall.connections(), 0);
    Home::new().pay(&["--max-validity", "604800", &url]).exits(0);
}

#[test]
fn exit_2_a_time_beyond_all_clocks() {
    let paywall = Paywall::v2().start().may_be_unused();
    let url = paywall.url("/");
    for flag in ["-m", "--connect-timeout"] {
        for seconds in ["18446744073709551615", "18446744073709551616", "1000000000"] {
            Home::new().pay(&[flag, seconds, &url]).exits(2).says(&[flag]).never_says("panic");
        }
    }
    assert_eq!(paywall.connections(), 0);
    Home::new().pay(&["-m", "999999999", "--connect-timeout", "999999999", &url]).exits(0);
}

#[test]
fn exit_2_a_limit_that_is_set_to_nothing() {
    for name in ["MAX_PRICE", "NETWORK", "ASSET", "SCHEME", "PAY_TO", "MAX_VALIDITY"] {
        let variable = format!("PAY402_{name}");
        let paywall = Paywall::v2().start().may_be_unused();
        let run = Home::new().paying(&[paywall.url("/")]).env(&variable, "").run();
        run.exits(2).says(&[&variable, "empty"]);
        assert_eq!(paywall.connections(), 0, "{name}");
    }
}

#[test]
fn one_no_to_plain_http_outweighs_a_yes() {
    let url = "http://shop.test/";
    for config in
        ["allow_http = false\n", "allow_http = true\n[host.\"shop.test\"]\nallow_http = false\n"]
    {
        let paywall = Paywall::v2().start();
        through(&paywall, &Home::new().config(config), url).refuses(112);
        paywall.asked_but_not_paid();
    }
    let paywall = Paywall::v2().start();
    let home = Home::new().config("allow_http = true\n");
    home.pay(&["-x", &paywall.url(""), url]).exits(0);
}
