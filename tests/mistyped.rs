//! A word that is neither a command nor a URL pays nothing, whatever else is on the line.

use crate::support::{Home, Paywall, Run};

/// Runs with leave to pay by the environment, as a script or a shell profile gives it.
fn allowed(home: &Home, args: &[&str]) -> Run {
    home.pay402(args).env("PAY402_MAX_PRICE", "0.05").run()
}

/// The line is refused as a mistake, before anything is asked of the shop.
#[track_caller]
fn pays_nothing(args: &[&str], words: &[&str]) {
    let shop = Paywall::v2().start().may_be_unused();
    let url = shop.url("/");
    let args: Vec<String> = args.iter().map(|arg| arg.replace("URL", &url)).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let home = Home::new();
    allowed(&home, &args).exits(2).prints_nothing().says(words);
    assert!(shop.requests().is_empty(), "{args:?}");
}

#[test]
fn a_word_in_front_of_a_url_is_a_mistake_and_names_the_nearest_command() {
    pays_nothing(
        &["prise", "URL"],
        &["neither a command nor a URL", "nothing was requested", "pay402 price", "http://prise/"],
    );
    pays_nothing(&["dry-run", "URL"], &["--dry-run"]);
    pays_nothing(&["pay", "URL"], &["http://pay/"]);
    pays_nothing(&["--", "quote", "URL"], &["pay402 quote"]);
    pays_nothing(&["{a,b}", "URL"], &["neither a command nor a URL"]);
}

#[test]
fn a_word_anywhere_among_urls_is_a_mistake() {
    pays_nothing(&["URL", "dry-run"], &["--dry-run"]);
    pays_nothing(&["-Z", "URL", "URL", "no-pay"], &["--no-pay"]);
    pays_nothing(&["URL", "--next", "ask", "URL"], &["--ask"]);
    pays_nothing(&["--url", "URL", "history"], &["pay402 history"]);
    pays_nothing(&["URL", "zebra"], &["pay402 help all", "http://zebra/"]);
    pays_nothing(&["--from-curl", "curl -d hello world URL"], &["\"world\""]);
}

#[test]
fn an_amount_without_its_option_is_no_address() {
    pays_nothing(&["URL", "0.01"], &["--max-price"]);
    pays_nothing(&["1/day", "URL"], &["--budget"]);
}

#[test]
fn a_dash_too_few_or_too_long_is_a_mistake() {
    pays_nothing(&["-dry-run", "URL"], &["--dry-run"]);
    pays_nothing(&["-no-pay", "URL"], &["--no-pay"]);
    pays_nothing(&["--", "--dry-run", "URL"], &["--dry-run"]);
    pays_nothing(&["URL", "\u{2014}dry-run"], &["--dry-run"]);
    pays_nothing(&["\u{2013}max-price=0.05", "URL"], &["--max-price"]);
}

#[test]
fn an_option_named_with_url_takes_any_host_as_in_curl() {
    let shop = Paywall::v2().start();
    let there = format!("::127.0.0.1:{}", shop.port());
    let args = ["--connect-to", &there, "--dry-run", "--url", "prise"];
    let run = allowed(&Home::new(), &args);
    // Over plain http to a host that is not this machine.
    run.exits(112);
    assert_eq!(shop.requests()[0].header("host"), Some("prise"));
}

#[test]
fn quote_and_price_are_dry_runs_that_need_no_wallet_and_never_pay() {
    let shop = Paywall::v2().price("12345").start();
    let url = shop.url("/");
    for verb in ["quote", "price"] {
        for more in [&[][..], &["--no-dry-run"], &["--pay-again"], &["-Z", &url]] {
            let args: Vec<&str> = [verb, &url].iter().chain(more).copied().collect();
            let run = allowed(&Home::without_wallet(), &args);
            run.exits(0).assert(run.text().contains("would pay 0.012345 USDC"), "the price");
        }
        let run = Home::new().run(&[verb, "--max-price", "0.01", &url]);
        run.exits(110);
        let run = allowed(&Home::new(), &["-s", verb, "--format", "json", &url]);
        run.exits(0);
        assert_eq!(run.json()["schema"], "pay402/dry-run/1");
        Home::new().run(&[verb]).exits(2).says(&["no URL"]);
        // As a host it can be meant all the same.
        let there = format!("::127.0.0.1:{}", shop.port());
        let args = ["--connect-to", &there, "--no-pay", &format!("http://{verb}/")];
        Home::new().run(&args).exits(0);
    }
    shop.asked_but_not_paid();
}

#[test]
fn help_and_version_are_commands_too() {
    let home = Home::without_wallet();
    let text = |args: &[&str]| {
        let run = home.run(args);
        run.exits(0).says_nothing();
        run.text().to_owned()
    };
    assert_eq!(text(&["help"]), text(&["--help"]));
    assert_eq!(text(&["help", "wallet"]), text(&["wallet", "--help"]));
    assert_eq!(text(&["help", "wallet", "new"]), text(&["wallet", "new", "--help"]));
    assert_eq!(text(&["help", "price"]), text(&["quote", "--help"]));
    assert_eq!(text(&["help", "pay"]), text(&["--help", "pay"]));
    assert_eq!(text(&["version"]), text(&["--version"]));
    home.run(&["help", "walet"]).exits(2).prints_nothing();
}

#[test]
fn a_pasted_s_hides_the_progress_and_not_the_payment() {
    let shop = Paywall::v2().start();
    let line = format!("curl -s {}", shop.url("/"));
    let run = allowed(&Home::new(), &["--from-curl", &line]);
    run.exits(0).prints("the paid resource\n").says(&["paid 0.01 USDC"]).says_one_line();
    let run = allowed(&Home::new(), &["-s", "--from-curl", &line]);
    run.exits(0).says_nothing();
    let line = format!("curl -s {}", shop.url("/dear"));
    let run = Home::new().run(&["--max-price", "0.001", "--from-curl", &line]);
    run.exits(110).says(&["nothing was signed"]);
}

#[test]
fn a_paying_option_before_a_command_that_does_not_read_it_is_a_mistake() {
    for (option, command) in [
        (&["--no-pay"][..], "resume"),
        (&["--dry-run"], "resume"),
        (&["--max-price", "0.001"], "resume"),
        (&["--verify-settlement"], "resume"),
        (&["--rpc-url", "base=http://127.0.0.1:1"], "reconcile"),
        (&["--pay-to", "0x209693Bc6afc0C5328bA36FaF03C514EF312287C"], "trust"),
    ] {
        let args = [option, &[command, if command == "trust" { "list" } else { "pay_1" }]].concat();
        pays_nothing(&args, &[option[0], "before a command", "nothing was sent or signed"]);
    }
    // Where it says something, it may stand before the command, too.
    Home::new().pay402(&["--format", "json", "history"]).run().exits(0);
}
