//! A URL with something to fill in, as lists of sellers have them: `/users/{id}`.

use crate::support::{Home, Paywall, Reply};

#[test]
fn what_is_not_filled_in_is_not_paid_for_unasked() {
    for path in ["/risk/{chain}", "/{a,b}/{id}", "/x?q={query}"] {
        let paywall = Paywall::v2().start();
        let home = Home::new();
        let run = home.pay(&[paywall.url(path)]);
        run.exits(113).prints_nothing().says(&["placeholder", "nothing was signed", "-g"]);
        assert!(paywall.payments().is_empty(), "{run}");
        let run = home.run(&["--dry-run", "--max-price", "0.05", &paywall.url(path)]);
        run.exits(113).assert(run.text().contains("not filled in"), "it says why");
    }
    // What nobody pays for is nobody's loss, and as curl has it.
    let free = Paywall::serve(|request| Reply::ok(request.target.as_bytes()));
    Home::new().pay(&[free.url("/{id}")]).exits(0).prints("/id");
}

#[test]
fn a_pattern_and_braces_that_are_meant_are_paid_for() {
    let paywall = Paywall::v2().start();
    Home::new().pay(&[paywall.url("/{a,b}")]).exits(0);
    assert_eq!(paywall.payments().len(), 2);
    let paywall = Paywall::v2().start();
    Home::new().pay(&["-g", &paywall.url("/{id}")]).exits(0);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn on_a_terminal_it_is_asked_about() {
    for (answer, code, payments) in [("n", "113", 0), ("y", "0", 1)] {
        let paywall = Paywall::v2().start();
        let home = Home::new();
        let (question, ended) =
            home.paying(&[paywall.url("/{id}")]).asked(std::time::Duration::from_secs(2), answer);
        assert!(question.contains("{id} in the URL is a placeholder"), "{question}");
        assert_eq!((ended.as_str(), paywall.payments().len()), (code, payments), "{question}");
    }
}
