//! The failures where money is in question, before anything is signed.

use crate::http;
use crate::ledger;
use crate::pay::{Clock as _, Demand, Earlier, NothingSigned};
use crate::policy::{Assessed, Decision, Objection, Quote, Refusal};
use crate::terminal::prompt::PromptError;
use crate::terminal::report::{PaymentReport, REFUSAL_TEXT, State, is_busy, reason, span, stands};
use crate::terminal::safe::Safe;
use crate::transfer::WalletFailure;
use crate::wallet::{Error, Name};

use super::super::exit::Exit;
use super::super::shell::quoted;
use super::{Message, network, prompt, safe};
use super::{change, facts, ledger_error, no_terms};
use crate::system::SystemClock;
use crate::terminal::safe::shown_path;

/// No money can move.
pub(super) fn nothing_signed(
    failure: &NothingSigned<http::Error, WalletFailure, ledger::Error>,
) -> Message {
    match failure {
        NothingSigned::Transport(http::Error::Interrupted) => {
            Message::new(Exit::Interrupted, "interrupted; nothing was signed")
        }
        NothingSigned::Transport(error) => network(error),
        NothingSigned::NoTerms(lost) => no_terms::no_terms(lost),
        NothingSigned::Refused(demand) => refused(demand),
        NothingSigned::Rival { earlier, declined } => rival(earlier, *declined),
        NothingSigned::Busy { busy, declined } => {
            let exit = if *declined { Exit::ConsentMissing } else { Exit::PolicyRefused };
            Message::new(exit, format!("{}; nothing was signed", is_busy(busy, SystemClock.now()))).hint(format!(
                "{}; --pay-again signs another, at the risk of paying twice",
                ledger_error::end_of(busy)
            ))
        }
        NothingSigned::Overtaken => Message::new(
            Exit::PolicyRefused,
            "other processes paid for this request again and again while this one waited; nothing was \
             signed",
        )
        .hint(
            "run it again when they have ended; --pay-again signs another beside theirs, at the risk of \
             paying twice",
        ),
        NothingSigned::OverBudget(shortage) => ledger_error::over_budget(shortage),
        NothingSigned::ConsentMissing { demand, declined } => consent_missing(demand, *declined),
        NothingSigned::Wallet(failure) => {
            let message = wallet(failure);
            Message { sentence: format!("{}; nothing was signed", message.sentence), ..message }
        }
        NothingSigned::ClockAhead { seconds } => Message::new(
            Exit::PolicyRefused,
            format!(
                "this machine's clock is {} ahead of the server's, so no payment can be signed that is \
                 valid by both; nothing was signed",
                span(*seconds)
            ),
        )
        .hint("set this machine's clock; if it is right, this server cannot be paid until its own is"),
        NothingSigned::OwnAddress(address) => Message::new(
            Exit::PolicyRefused,
            format!("the server asks to pay {address}, which is this wallet; nothing was signed"),
        ),
        NothingSigned::Entropy(error) => {
            Message::new(Exit::WalletUnavailable, format!("{error}; nothing was signed"))
        }
        NothingSigned::Ledger(error) => ledger_error::ledger(error),
    }
}

/// How a command ends that pays nothing by this decision, or pays only after a yes that is missing.
pub(in crate::cli) fn exit_of(decision: &Decision) -> Exit {
    match decision {
        Decision::Pay(_) => Exit::Done,
        Decision::Ask { changed: true, .. }
        | Decision::Refuse { refusal: Refusal::Rules | Refusal::Changed, .. } => {
            Exit::PolicyRefused
        }
        Decision::Ask { changed: false, .. } => Exit::ConsentMissing,
        Decision::Refuse { refusal: Refusal::OverCap, .. } => Exit::PriceOverCap,
        Decision::Refuse { refusal: Refusal::NothingPayable, .. } => Exit::NoPayableOffer,
    }
}

fn refused(demand: &Demand) -> Message {
    let Decision::Refuse { refusal, offer } = &demand.assessment.decision else {
        // What is remembered has changed since the answer; there is no yes to that.
        return change::refused(demand, ", which was not so when it was decided");
    };
    let exit = exit_of(&demand.assessment.decision);
    let nearest = offer.and_then(|place| demand.assessment.offers.get(place));
    let price = nearest.and_then(|assessed| assessed.quote.as_ref()).map(Quote::price);
    match refusal {
        Refusal::OverCap => {
            let cap = nearest.and_then(over_cap).unwrap_or_default();
            let price = price.unwrap_or_default();
            let message = Message::new(
                exit,
                format!("the price is {price}, over the cap of {cap}; nothing was signed"),
            )
            .hint("raise the cap if it is worth it; --dry-run shows the terms");
            facts::cap(facts::demand(message, demand, nearest), nearest)
        }
        Refusal::Changed => change::refused(demand, ""),
        Refusal::Rules => {
            let message = Message::new(
                exit,
                format!(
                    "{} was not paid: {}; nothing was signed",
                    Safe::of_url(&demand.url),
                    nearest.map(reasons).unwrap_or_default()
                ),
            )
            .hint(rule_hint(nearest));
            facts::demand(message, demand, nearest)
        }
        Refusal::NothingPayable => {
            let offers = demand.assessment.offers.len();
            let why = match nearest {
                None if demand.challenge.wants_sign_in() => {
                    "it sells nothing and wants a sign-in (sign-in-with-x), which is not supported"
                        .to_owned()
                }
                None => "it offers nothing to pay with".to_owned(),
                Some(first) if offers == 1 => reasons(first),
                Some(first) => format!("none of {offers} offers: {}, …", reasons(first)),
            };
            Message::new(
                exit,
                format!("{} cannot be paid: {why}; nothing was signed", Safe::of_url(&demand.url)),
            )
            .fact("url", Safe::of_url(&demand.url).to_string())
            .hint("--dry-run shows every offer and its reason")
        }
    }
}

/// An earlier payment may be for the same goods.
fn rival(earlier: &Earlier, declined: bool) -> Message {
    let payment = &earlier.payment;
    let (id, price) = (&payment.id, payment.authorization.quote.price());
    let stands = stands(earlier.settled);
    let sentence = format!(
        "payment {id} of {price} for the same, with other headers or by another way, {stands}; \
         nothing was signed"
    );
    let exit = if declined { Exit::ConsentMissing } else { Exit::PolicyRefused };
    let state = if earlier.settled { State::Settled } else { State::Unknown };
    let report = PaymentReport::of_earlier(payment, state);
    let message = facts::payment(Message::new(exit, sentence), payment, &report);
    message.next(&["resume", id]).hint(format!(
        "pay402 resume {id} sends that one again; --pay-again signs another, at the risk of paying twice"
    ))
}

fn over_cap(assessed: &Assessed) -> Option<String> {
    assessed.objections.iter().find_map(|objection| match objection {
        Objection::OverCap { cap, source } => Some(format!("{cap} ({source})")),
        _ => None,
    })
}

pub(super) fn reasons(assessed: &Assessed) -> String {
    let all: Vec<String> = assessed.objections.iter().map(reason).collect();
    all.join(", ")
}

fn rule_hint(nearest: Option<&Assessed>) -> &'static str {
    match nearest.and_then(|assessed| assessed.objections.first()) {
        Some(Objection::PlainHttp) => "use https, or --allow-http if you trust the network between",
        Some(Objection::Unverified) => "leave out -k; --cacert names an authority to trust",
        Some(Objection::NotExpected) => "look at the new terms with --dry-run",
        _ => "--dry-run shows every offer and the rule against it",
    }
}

fn consent_missing(demand: &Demand, declined: bool) -> Message {
    let Decision::Ask { quote, for_want_of_cap, changed, placeholder } =
        &demand.assessment.decision
    else {
        return Message::new(Exit::ConsentMissing, "nothing was signed");
    };
    let price = quote.price();
    let host = demand.url.host_str().unwrap_or_default();
    let exit = Exit::ConsentMissing;
    if declined {
        let sentence = format!("{price} to {host} was declined; nothing was signed");
        return facts::demand(Message::new(exit, sentence), demand, demand.nearest());
    }
    if *changed {
        return change::refused(demand, ", and there is no terminal to ask on");
    }
    let message = |why: &str| {
        let sentence = format!("{host} asks for {price}, {why}; nothing was signed");
        facts::demand(Message::new(exit, sentence), demand, demand.nearest())
    };
    if let Some(text) = placeholder {
        let text = Safe::new(text, REFUSAL_TEXT);
        let why = format!(
            "{text} in the URL is a placeholder that was not filled in, and there is no terminal to ask on"
        );
        message(&why).hint("put a value in its place; -g takes braces as they are")
    } else if *for_want_of_cap {
        message("no cap covers it, and there is no terminal to ask on").hint(
            "say the most to pay with --max-price, PAY402_MAX_PRICE or max_price in config.toml",
        )
    } else {
        message("--ask is set, and there is no terminal to ask on")
            .hint("leave out --ask to let the cap decide")
    }
}

/// No key.
pub(super) fn wallet(failure: &WalletFailure) -> Message {
    let error = match failure {
        WalletFailure::NewPrompt(error @ PromptError::NoTerminal) => {
            let sentence = format!("no new password: {error}");
            return Message::new(Exit::WalletUnavailable, sentence)
                .hint("name a file with --new-password-file");
        }
        WalletFailure::Prompt(error) | WalletFailure::NewPrompt(error) => return prompt(error),
        WalletFailure::Wallet(error) => error,
    };
    let message = Message::new(Exit::WalletUnavailable, safe(error));
    let names = |known: &[Name]| {
        let names: Vec<String> = known.iter().map(ToString::to_string).collect();
        names.join(", ")
    };
    match error {
        Error::NoneSetUp { .. } => {
            message.next(&["wallet", "new"]).hint("make one with: pay402 wallet new")
        }
        Error::NoneChosen { known } => {
            let hint = format!(
                "choose one with --wallet or: pay402 wallet use NAME (known: {})",
                names(known)
            );
            let choose = |message: Message, name: &Name| {
                message.next(&["wallet", "use", &name.to_string()])
            };
            known.iter().fold(message, choose).hint(hint)
        }
        Error::NotFound { known, .. } if known.is_empty() => {
            message.next(&["wallet", "new"]).hint("make one with: pay402 wallet new")
        }
        Error::NotFound { known, .. } => message.hint(format!("known wallets: {}", names(known))),
        Error::AlreadyExists { .. } => message.hint("choose another name; nothing was overwritten"),
        Error::BadName => Message { exit: Exit::Usage, ..message },
        Error::Exposed => message.hint(
            "keep the key in a file of mode 600 and name that; the shell may have noted what was typed",
        ),
        Error::Loose { path, fixed, .. } => {
            let path = quoted(&safe(&path.display()));
            let chmod = format!("chmod 600 {path}");
            message.hint(if *fixed {
                format!(
                    "{chmod}; in a secret volume or on a read-only mount, set its mode there \
                     (defaultMode: 0400 in Kubernetes, mode: 0400 in Compose), or copy it: \
                     install -m 600 {path} COPY, and name the copy"
                )
            } else {
                chmod
            })
        }
        Error::WrongPassword { .. } => {
            message.hint("check --password-file, PAY402_PASSWORD_FILE or PAY402_PASSWORD")
        }
        Error::NoPrivateKey => {
            message.hint("name its file with --private-key-file, or set PAY402_PRIVATE_KEY")
        }
        Error::BadPrivateKey { path, source } => {
            let place = path.as_deref().map_or_else(|| "PAY402_PRIVATE_KEY".to_owned(), shown_path);
            Message { sentence: format!("{place} holds no private key: {source}"), ..message }
        }
        _ => message,
    }
}
