//! The sandbox and the demo from outside: this program as seller, facilitator, chain and client.

use crate::support::home::PAYER;
use crate::support::invocation::Running;
use crate::support::verifier::hex;
use crate::support::{Home, Run};
use sha2::{Digest, Sha256};
use std::fs;

/// Bytes of the large route.
const LARGE: usize = 64 << 20;

/// A running sandbox, and a home whose wallet has a dollar of its money.
struct Scene {
    sandbox: Running,
    url: String,
    home: Home,
}

impl Scene {
    fn new() -> Self {
        let scene = Self::without_money();
        let wish = format!(r#"{{"address":"{PAYER}","amount":"1000000"}}"#);
        scene.home.run(&["-f", "--json", &wish, &scene.url("/faucet")]).exits(0);
        scene
    }

    fn without_money() -> Self {
        let home = Home::new();
        let sandbox = home.pay402(&["sandbox", "--port", "0"]).start_until("Ctrl-C");
        let mut words = sandbox.said.split_whitespace();
        let url = words.find_map(|word| word.strip_suffix("/v1/…")).unwrap().to_owned();
        Self { sandbox, url, home }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn pay(&self, args: &[&str], path: &str) -> Run {
        let url = self.url(path);
        let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
        self.home.pay(&args)
    }
}

#[test]
fn things_are_sold_in_both_versions_by_get_and_post() {
    let scene = Scene::new();
    for version in ["v1", "v2"] {
        let run = scene.pay(&[], &format!("/{version}/cheap"));
        run.exits(0).prints("A tenth of a cent well spent.\n").says(&["0.001 USDC", "testnet"]);
        let run = scene.pay(&["--data-binary", "back"], &format!("/{version}/echo"));
        run.exits(0).prints("back").says(&["0.01 USDC"]).says_one_line();
        scene.pay(&[], &format!("/{version}/dear")).refuses(110);
        scene.home.run(&[scene.url(&format!("/{version}/free"))]).exits(0).says_nothing();
    }
    assert_eq!(scene.sandbox.interrupt(), Some(0));
}

#[test]
fn binary_is_what_the_index_says_it_is() {
    let scene = Scene::new();
    let index = scene.home.run(&[scene.url("/")]);
    index.exits(0);
    for version in ["v1", "v2"] {
        let run = scene.pay(&[], &format!("/{version}/binary"));
        run.exits(0);
        let digest = hex(&Sha256::digest(&run.stdout));
        index.assert(index.text().contains(&digest[2..]), &digest);
    }
}

#[test]
fn a_large_body_goes_whole_into_a_file_and_partly_into_a_pipe() {
    let scene = Scene::new();
    // Outside the home, which is searched for secrets after each run.
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large");
    scene.pay(&["-o", path.to_str().unwrap()], "/v2/large").exits(0).says_one_line();
    assert_eq!(fs::metadata(&path).unwrap().len(), LARGE as u64);
    let period = scene.pay(&[], "/v1/binary").stdout;
    let whole = fs::read(&path).unwrap();
    assert!(whole.chunks(period.len()).all(|chunk| chunk == period), "noise of another kind");

    let url = scene.url("/v1/large");
    let run = scene.home.paying(&[&url]).stdout_ends_after(10).run();
    run.prints(&period[..10]).says(&["paid 0.01 USDC"]).says_one_line();
}

#[test]
fn a_settlement_is_verified_on_the_chain() {
    let scene = Scene::new();
    let node = format!("base-sepolia={}", scene.url("/rpc"));
    let verify = ["--verify-settlement", "--rpc-url", &node];
    for version in ["v1", "v2"] {
        let run = scene.pay(&verify, &format!("/{version}/cheap"));
        run.exits(0).prints("A tenth of a cent well spent.\n").says(&["verified"]).says_one_line();
    }
    scene.pay(&verify, "/v2/settled-then-500").exits(119).says(&["verified", "500"]);
    let history = scene.home.run(&["history", "export"]);
    history.assert(history.text().matches(r#""proof":"chain""#).count() == 3, "proof of each");
}

#[test]
fn what_goes_wrong_after_payment_ends_as_it_should() {
    let scene = Scene::new();
    scene.pay(&[], "/v2/settled-then-500").exits(119).says(&["0.01 USDC was paid", "500"]);
    let run = scene.pay(&["-o", "half"], "/v2/cut");
    run.exits(119).says(&["0.01 USDC was paid", "half.part"]);
    assert_eq!(fs::metadata(scene.home.work("half.part")).unwrap().len(), 256 << 10);
    scene.pay(&["-m", "1"], "/v2/silent").exits(118).prints_nothing().says(&["until"]);
}

/// The command after the words that tell of it.
fn suggested(run: &Run) -> Vec<String> {
    let at = run.stderr.find("pay402 resume").expect("a command");
    let words = run.stderr[at..].split_whitespace().skip(1);
    words.take(6).map(str::to_owned).collect()
}

#[test]
fn what_was_cut_off_or_interrupted_goes_on_by_the_command_that_is_told() {
    let scene = Scene::new();
    let run = scene.pay(&["-o", "half"], "/v2/cut");
    run.exits(119).says(&["262144 of 524288 bytes came"]);
    scene.home.run(&suggested(&run)).exits(0);
    let whole = fs::read(scene.home.work("half.part")).unwrap();
    assert!(whole.len() == 512 << 10 && whole[..256 << 10] == whole[256 << 10..]);

    let url = scene.url("/v2/large?bytes=3000000");
    let program = scene.home.paying(&["-o", "big", "--limit-rate", "300k", &url]).start();
    let some_came = || {
        let size = |name: &String| fs::metadata(scene.home.work(name)).map_or(0, |f| f.len());
        scene.home.work_files().iter().any(|name| *name != "half.part" && size(name) > 0)
    };
    while !some_came() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    program.signal("INT");
    let run = program.finish();
    run.exits(119).says(&["of 3000000 bytes came; what came is in big.part"]);
    scene.home.run(&suggested(&run)).exits(0);
    let (whole, period) = (fs::read(scene.home.work("big.part")).unwrap(), 256 << 10);
    assert_eq!(whole.len(), 3_000_000);
    assert!(whole.chunks(period).all(|chunk| *chunk == whole[..chunk.len()]));
    let run = scene.home.run(&["history", "--undelivered"]);
    run.exits(0).prints("no payments\n");
    let run = scene.home.run(&["history", "--format", "json"]);
    assert_eq!(run.json()["payments"].as_array().unwrap().len(), 2, "each was paid once");
}

#[test]
fn an_empty_wallet_is_told_so_by_the_server() {
    let scene = Scene::without_money();
    for version in ["v1", "v2"] {
        let run = scene.pay(&[], &format!("/{version}/cheap"));
        run.exits(117).prints_nothing().says(&["insufficient", "until"]);
    }
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let scene = Scene::new();
    let port = scene.url.rsplit(':').next().unwrap();
    let run = scene.home.run(&["sandbox", "--port", port]);
    run.exits(7).prints_nothing().says(&[&format!("127.0.0.1:{port}")]);
}

#[test]
fn the_demo_moves_money_and_leaves_nothing() {
    let home = Home::without_wallet();
    let run = home.pay402(&["demo"]).env("PAY402_MAX_PRICE", "0").run();
    run.exits(0).says(&["(110)", "paid 0.01 USDC on base-sepolia"]);
    let balances: Vec<Vec<&str>> = run
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("Balances: "))
        .map(|line| {
            line.split(' ').filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).collect()
        })
        .collect();
    assert_eq!(balances, [["1", "0"], ["0.98", "0.02"]], "{run}");
    assert!(run.text().contains(r#"{"hello":"seller"}"#), "{run}");
    assert!(run.files.is_empty(), "{run}");
}
