//! `pay402 sandbox`: the seller, the facilitator and the chain, left running.

use std::net::{Ipv4Addr, SocketAddr};

use super::runtime;
use crate::cli::answer::answer;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::protocol::Amount;
use crate::sandbox::{Event, Options, Sandbox};
use crate::signals;
use crate::terminal::notice;
use crate::terminal::safe::Safe;

/// Runs the sandbox until it is interrupted.
pub(crate) fn run(port: u16) -> Result<Exit, CliError> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let sandbox = Sandbox::start(Options { bind })
            .await
            .map_err(|error| CliError::Sandbox(format!("{error}: {}", error.source)))?;
        answer(&welcome(&sandbox))?;
        let mut events = sandbox.events();
        let log = async {
            loop {
                match events.recv().await {
                    Ok(event) => notice::say("event", &line(&event)),
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => break,
                }
            }
        };
        tokio::select! {
            () = log => {}
            () = signals::control_c() => {}
        }
        sandbox.shutdown().await;
        Ok(Exit::Done)
    })
}

fn welcome(sandbox: &Sandbox) -> String {
    let url = sandbox.url();
    format!(
        "seller       {url}/v1/… and {url}/v2/… (the list: {url}/)\n\
         facilitator  {}\n\
         chain        {} (Base Sepolia's id, make-believe money)\n\n\
         Give your wallet money:\n  \
         curl -X POST {url}/faucet --json '{{\"address\":\"0x…\",\"amount\":\"1000000\"}}'\n\
         Then spend it:\n  \
         pay402 --max-price 0.05 {url}/v2/article\n\n\
         Stop with Ctrl-C.\n",
        sandbox.facilitator_url(),
        sandbox.rpc_url(),
    )
}

fn line(event: &Event) -> String {
    let usdc = |amount: &alloy_primitives::U256| Amount::new(*amount).human(6);
    match event {
        Event::Answered { method, path, status } => {
            format!("{method} {} {status}", Safe::new(path, 200))
        }
        Event::Verified { payer, amount, .. } => {
            format!("verified {} USDC of {payer}", usdc(amount))
        }
        Event::Refused { version, reason } => format!("refused: {}", reason.code(*version)),
        Event::Settled { payer, payee, amount, transaction, .. } => {
            format!("settled {} USDC from {payer} to {payee} in {transaction}", usdc(amount))
        }
        Event::Funded { address, amount, .. } => format!("gave {} USDC to {address}", usdc(amount)),
    }
}
