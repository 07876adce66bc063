//! `pay402 demo`: the whole thing on this machine, with this very program as the client.
//!
//! Each step is the program run again with the command shown, so that nothing is acted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use alloy_primitives::{Address, U256};
use zeroize::Zeroizing;

use super::runtime;
use super::wallet::{new_key, seal};
use crate::cli::answer::answer;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::screen;
use crate::cli::shell::quoted;
use crate::config::{Environment, environment};
use crate::protocol::Amount;
use crate::sandbox::{Options, Sandbox};
use crate::terminal::screen::Screen;
use crate::terminal::style::Style;
use crate::wallet::{Cost, Name, Password, Store};

/// What the demo's wallet is given, in atomic units: one USDC.
const POCKET_MONEY: u64 = 1_000_000;

/// Runs the demo.
pub(crate) fn run() -> Result<Exit, CliError> {
    let home = tempfile::tempdir().map_err(CliError::Runtime)?;
    let runtime = runtime()?;
    let address = wallet(home.path())?;
    let sandbox = runtime
        .block_on(Sandbox::start(Options::default()))
        .map_err(|error| CliError::Sandbox(format!("{error}: {}", error.source)))?;
    sandbox.fund(address, U256::from(POCKET_MONEY)).map_err(|error| broken(&error))?;
    let stage = Stage {
        program: std::env::current_exe().map_err(CliError::Runtime)?,
        home: home.path().to_path_buf(),
        screen: screen(),
    };
    Stage::say("A seller, a facilitator and a chain are running inside this process.")?;
    Stage::say(&format!("A throw-away wallet, {address}, holds make-believe money."))?;
    Stage::say(&balances(&sandbox, address)?)?;
    let steps = stage.clone();
    let url = sandbox.url().to_owned();
    // The steps run on another thread, because the sandbox answers them on this one.
    runtime
        .block_on(runtime.spawn_blocking(move || steps.play(&url)))
        .map_err(|_| CliError::Sandbox("the demo broke off".to_owned()))??;
    Stage::say(&format!("\n{}", balances(&sandbox, address)?))?;
    Stage::say("To play with it yourself: pay402 sandbox")?;
    runtime.block_on(sandbox.shutdown());
    Ok(Exit::Done)
}

/// This program as its own client, with a home of its own.
#[derive(Clone)]
struct Stage {
    program: PathBuf,
    home: PathBuf,
    screen: Screen,
}

impl Stage {
    fn say(words: &str) -> Result<(), CliError> {
        answer(&format!("{words}\n"))
    }

    fn play(&self, url: &str) -> Result<(), CliError> {
        self.step(
            "What does it cost? A dry run signs nothing.",
            &["--dry-run", "--max-price", "0.05", &format!("{url}/v2/article")],
        )?;
        self.step(
            "A dear one, with a cap of five cents: refused.",
            &["--max-price", "0.05", &format!("{url}/v2/dear")],
        )?;
        self.step(
            "A cheap one, by version 2 of the protocol: paid, and printed.",
            &["--max-price", "0.05", &format!("{url}/v2/article")],
        )?;
        self.step(
            "Another, by version 1 and POST.",
            &["--max-price", "0.05", "--json", "{\"hello\":\"seller\"}", &format!("{url}/v1/echo")],
        )
    }

    /// Shows a command and runs it, its output going where ours goes.
    fn step(&self, title: &str, arguments: &[&str]) -> Result<(), CliError> {
        let words = arguments.iter().map(|argument| quoted(argument)).collect::<Vec<_>>();
        let command = format!("$ pay402 {}", words.join(" "));
        Self::say(&format!(
            "\n{}\n{}",
            self.screen.out.paint(Style::Heading, &title),
            self.screen.out.paint(Style::Dim, &command)
        ))?;
        let mut client = Command::new(&self.program);
        let proxies = ["http_proxy", "all_proxy", "ALL_PROXY"];
        for name in Environment.own_names().into_iter().chain(proxies.map(OsString::from)) {
            client.env_remove(name);
        }
        client
            .args(arguments)
            .env(environment::HOME, &self.home)
            .env(environment::PASSWORD_FILE, self.home.join("password"));
        let status = client.status().map_err(CliError::Runtime)?;
        match status.code() {
            Some(0) => Self::say(""),
            Some(code) => Self::say(&format!("(exit code {code})")),
            None => Err(CliError::Sandbox("the demo's client was killed".to_owned())),
        }
    }
}

fn broken(error: &crate::sandbox::ChainError) -> CliError {
    CliError::Sandbox(error.to_string())
}

fn balances(sandbox: &Sandbox, wallet: Address) -> Result<String, CliError> {
    let human = |address| -> Result<String, CliError> {
        let balance = sandbox.balance(address).map_err(|error| broken(&error))?;
        Ok(Amount::new(balance).human(6))
    };
    Ok(format!("Balances: wallet {} USDC, seller {} USDC", human(wallet)?, human(sandbox.payee())?))
}

/// A wallet with a quick key derivation and a password in a file beside it.
fn wallet(home: &Path) -> Result<Address, CliError> {
    let password = Zeroizing::new(b"make-believe".to_vec());
    std::fs::write(home.join("password"), password.as_slice()).map_err(CliError::Runtime)?;
    let key = new_key()?;
    let sealed = seal(&key, &Password::new(password), Cost::Light)?;
    Store::new(home.join("wallets")).create(&Name::parse("demo")?, &sealed)?;
    Ok(key.address())
}
