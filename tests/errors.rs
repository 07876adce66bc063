//! Failures with nothing signed: curl's numbers, one clear sentence, and a way on.

use crate::support::{Home, Paywall, Reply};
use std::net::TcpListener;
use std::time::Duration;

#[test]
fn exit_2_an_unknown_flag_suggests_the_near_one() {
    let home = Home::without_wallet();
    home.run(&["--max-pirce", "1", "http://127.0.0.1:1/"])
        .exits(2)
        .prints_nothing()
        .says(&["--max-pirce", "--max-price"]);
    // A word that is no command is a host, as with curl.
    home.run(&["walet.invalid"]).exits(6).prints_nothing();
}

#[test]
fn exit_2_no_url() {
    Home::without_wallet().run::<&str>(&[]).exits(2).prints_nothing();
    Home::without_wallet().run(&["-s"]).exits(2).prints_nothing();
}

#[test]
fn exit_2_flags_that_cannot_be_together() {
    let paywall = Paywall::script([]).may_be_unused();
    for flags in [["--no-pay", "--ask"], ["--no-pay", "--dry-run"], ["-I", "--data=x"]] {
        Home::without_wallet().run(&[flags[0], flags[1], &paywall.url("/")]).exits(2);
    }
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn exit_2_a_user_without_a_password_and_nobody_to_ask() {
    let paywall = Paywall::script([]).may_be_unused();
    let run = Home::without_wallet().run(&["-u", "me", &paywall.url("/")]);
    run.exits(2).prints_nothing().says(&["-u"]).never_says("wallet");
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn exit_3_a_malformed_url() {
    for url in ["http://", "http://[::1", "http://a b/", "http://127.0.0.1:99999/", "://x"] {
        Home::without_wallet().run(&[url]).exits(3).prints_nothing();
    }
}

#[test]
fn a_url_without_a_scheme_is_http() {
    let paywall = Paywall::script([Reply::ok(b"hello")]);
    let url = paywall.url("/");
    Home::without_wallet().run(&[url.trim_start_matches("http://")]).exits(0).prints("hello");
}

#[test]
fn exit_6_a_host_that_does_not_exist() {
    Home::without_wallet()
        .run(&["http://no-such-host.invalid/"])
        .exits(6)
        .says(&["no-such-host.invalid"]);
}

#[test]
fn exit_7_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let run = Home::new().pay(&[format!("http://{address}/")]);
    run.exits(7).prints_nothing().says(&[&address.to_string()]).never_says("error sending");
}

#[test]
fn exit_18_a_body_cut_short() {
    let paywall = Paywall::script([
        Reply::ok(b"0123456789").cut_body(4),
        Reply::ok([b'x'; 4000]).chunked().cut_body(1005),
    ]);
    let home = Home::without_wallet();
    home.run(&[paywall.url("/")]).exits(18).prints("0123");
    let run = home.run(&[paywall.url("/")]);
    run.exits(18).assert(run.stdout.len() == 1000, "it should have printed the whole chunk");
}

#[test]
fn exit_22_an_http_error_with_fail() {
    let paywall = Paywall::serve(|_| Reply::new("404 Not Found", b"no such thing\n"));
    let home = Home::without_wallet();
    let url = paywall.url("/");
    home.run(&[&url]).exits(0).prints("no such thing\n");
    home.run(&["-f", &url]).exits(22).prints_nothing().says(&["404"]);
    home.run(&["--fail-with-body", &url]).exits(22).prints("no such thing\n");
}

#[test]
fn exit_23_an_output_that_cannot_be_written_is_found_before_paying() {
    let paywall = Paywall::v2().start().may_be_unused();
    let url = paywall.url("/");
    let home = Home::new();
    for target in ["missing/file", "."] {
        let run = home.pay(&["-o", target, &url]);
        run.exits(23).prints_nothing().says(&[target, "nothing was signed"]);
        run.never_says(".pay402-");
    }
    assert!(paywall.payments().is_empty(), "paid for what cannot be kept");
}

#[test]
fn exit_26_a_body_that_cannot_be_read() {
    let paywall = Paywall::script([]).may_be_unused();
    let run = Home::without_wallet().run(&["-d", "@no-such-file", &paywall.url("/")]);
    run.exits(26).says(&["no-such-file"]);
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn exit_28_the_time_is_up() {
    let paywall = Paywall::serve(|_| Reply::silence());
    let run = Home::new().pay(&["-m", "1", &paywall.url("/")]);
    run.exits(28).prints_nothing();
    assert!(run.took < Duration::from_secs(5), "{run}");
}

#[test]
fn exit_35_plain_words_where_tls_was_expected() {
    let paywall = Paywall::script([]).may_be_unused();
    let url = format!("https://127.0.0.1:{}/", paywall.port());
    Home::without_wallet().run(&[url]).exits(35).prints_nothing();
}

#[test]
fn exit_52_no_answer_at_all() {
    let paywall = Paywall::serve(|_| Reply::nothing());
    Home::without_wallet().run(&[paywall.url("/")]).exits(52).prints_nothing();
}

#[test]
fn exit_52_an_answer_that_breaks_off_in_its_head() {
    for head in ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 2"] {
        let paywall = Paywall::serve(move |_| Reply::raw(head));
        Home::without_wallet().run(&[paywall.url("/")]).exits(52).prints_nothing();
    }
}

#[test]
fn exit_1_an_answer_that_is_none() {
    let paywall = Paywall::serve(|_| Reply::raw("220 mail.test ESMTP\r\n\r\n"));
    Home::without_wallet().run(&[paywall.url("/")]).exits(1).prints_nothing();
}

#[test]
fn a_head_without_end_is_not_read_to_its_end() {
    let paywall = Paywall::serve(|_| Reply::ok(b"").header("X-Flood", &"x".repeat(10 << 20)));
    Home::without_wallet().run(&[paywall.url("/")]).exits(56).prints_nothing();
}

#[test]
fn a_broken_config_file_names_the_place_and_stops_everything() {
    let paywall = Paywall::v2().start().may_be_unused();
    let broken = [
        ("max_price = \"1\"\nmax_prise = \"2\"\n", "line 2"),
        ("\nmax_price = \n", "line 2"),
        ("\nmax_price = 1e3\n", "line 2"),
        ("\nmax_price = \"1e3\"\n", "max_price: "),
        ("[host.\"a.test\"]\nmax_price = \"1e3\"\n", "host.\"a.test\".max_price: "),
        ("\nmax_price = [\n", "line"),
    ];
    for (config, place) in broken {
        let run = Home::new().config(config).pay(&[paywall.url("/")]);
        run.exits(2).prints_nothing().says(&["config.toml", place]);
    }
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn a_config_file_that_cannot_be_read_is_never_an_empty_one() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    std::fs::create_dir(home.path("config.toml")).unwrap();
    home.pay(&[paywall.url("/")]).exits(2).prints_nothing().says(&["config.toml"]);
    std::fs::remove_dir(home.path("config.toml")).unwrap();
    std::fs::write(home.path("config.toml"), b"max_price = \"\xff\"\n").unwrap();
    home.pay(&[paywall.url("/")]).exits(2).prints_nothing().says(&["config.toml"]);
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn errors_are_json_when_json_was_asked_for() {
    let paywall = Paywall::v2().price("50001").start();
    let run = Home::new().pay(&["--format", "json", &paywall.url("/")]);
    run.refuses(110);
    let error: serde_json::Value =
        serde_json::from_str(&run.stderr).unwrap_or_else(|e| panic!("{e}\n{run}"));
    assert_eq!(error["schema"], "pay402/error/1", "{run}");
    assert_eq!(error["code"], 110, "{run}");
}

#[test]
fn version_and_help_are_printed() {
    let home = Home::without_wallet();
    let run = home.run(&["--version"]);
    run.exits(0).says_nothing();
    assert!(run.text().starts_with("pay402 "), "{run}");
    for help in ["--help", "-h"] {
        let run = home.run(&[help]);
        run.exits(0).says_nothing();
        assert!(run.text().contains("--max-price"), "{run}");
    }
}
