//! The failures where money is in question: before a signature, and after one.

use crate::http;
use crate::ledger;
use crate::pay::{Demand, Earlier, NotResent, NothingSigned, Payment, Signed, SignedCause};
use crate::policy::{Assessed, Decision, Objection, Quote, Refusal};
use crate::protocol::{ChallengeError, Unread};
use crate::terminal::prompt::PromptError;
use crate::terminal::report::{REFUSAL_TEXT, reason, span, stands, time};
use crate::terminal::safe::Safe;
use crate::wallet::{Error, Name};

use super::super::exit::Exit;
use super::super::settings::WalletFailure;
use super::super::shell::quoted;
use super::{Telling, network, prompt, safe, shown};
use super::{books, change};

const AS_IT_CAME: &str = "--no-pay shows the answer as it came";
const AS_A_PROGRAM: &str = "programs are told the terms where a browser's Accept and User-Agent are left \
                            out; --no-pay shows the answer as it came";

/// No money can move.
pub(super) fn nothing_signed(
    failure: &NothingSigned<http::Error, WalletFailure, ledger::Error>,
) -> Telling {
    match failure {
        NothingSigned::Transport(http::Error::Interrupted) => {
            Telling::new(Exit::Interrupted, "interrupted; nothing was signed")
        }
        NothingSigned::Transport(error) => network(error),
        NothingSigned::NoTerms(lost) => no_terms(&lost.url, &lost.unread),
        NothingSigned::Refused(demand) => refused(demand),
        NothingSigned::Rival { earlier, declined } => rival(earlier, *declined),
        NothingSigned::OverBudget(shortage) => books::over_budget(shortage),
        NothingSigned::ConsentMissing { demand, declined } => consent_missing(demand, *declined),
        NothingSigned::Wallet(failure) => {
            let telling = wallet(failure);
            Telling { sentence: format!("{}; nothing was signed", telling.sentence), ..telling }
        }
        NothingSigned::ClockAhead { seconds } => Telling::new(
            Exit::PolicyRefused,
            format!(
                "this machine's clock is {} ahead of the server's, so no payment can be signed that is \
                 valid by both; nothing was signed",
                span(*seconds)
            ),
        )
        .hint("set this machine's clock; if it is right, this server cannot be paid until its own is"),
        NothingSigned::OwnAddress(address) => Telling::new(
            Exit::PolicyRefused,
            format!("the server asks to pay {address}, which is this wallet; nothing was signed"),
        ),
        NothingSigned::Entropy(error) => {
            Telling::new(Exit::WalletUnavailable, format!("{error}; nothing was signed"))
        }
        NothingSigned::Ledger(error) => books::ledger(error),
    }
}

fn no_terms(url: &url::Url, unread: &[Unread]) -> Telling {
    let (found, hint) = match unread {
        [] => ("the answer has no x402 terms".to_owned(), AS_IT_CAME),
        [Unread { reason: ChallengeError::Page, .. }] => {
            ("the answer is a page for people, without x402 terms".to_owned(), AS_A_PROGRAM)
        }
        [Unread { reason: ChallengeError::HeadOnly, .. }] => (
            "an answer to HEAD has no body, where its terms would be".to_owned(),
            "ask with GET; --dry-run shows the terms and pays nothing",
        ),
        all => {
            let each: Vec<String> =
                all.iter().map(|one| format!("{}: {}", one.carrier, one.reason)).collect();
            (format!("its terms cannot be read ({})", each.join("; ")), AS_IT_CAME)
        }
    };
    let sentence =
        format!("{} asks for payment, but {found}; nothing was signed", Safe::of_url(url));
    Telling::new(Exit::NoPayableOffer, sentence).hint(hint)
}

fn refused(demand: &Demand) -> Telling {
    let Decision::Refuse { refusal, offer } = &demand.assessment.decision else {
        // What is remembered has changed since the answer; there is no yes to that.
        return change::refused(demand, ", which was not so when it was decided");
    };
    let nearest = offer.and_then(|place| demand.assessment.offers.get(place));
    let price = nearest.and_then(|assessed| assessed.quote.as_ref()).map(Quote::price);
    match refusal {
        Refusal::OverCap => {
            let cap = nearest.and_then(over_cap).unwrap_or_default();
            let price = price.unwrap_or_default();
            Telling::new(
                Exit::PriceOverCap,
                format!("the price is {price}, over the cap of {cap}; nothing was signed"),
            )
            .hint("raise the cap if it is worth it; --dry-run shows the terms")
        }
        Refusal::Changed => change::refused(demand, ""),
        Refusal::Rules => Telling::new(
            Exit::PolicyRefused,
            format!(
                "{} was not paid: {}; nothing was signed",
                Safe::of_url(&demand.url),
                nearest.map(reasons).unwrap_or_default()
            ),
        )
        .hint(rule_hint(nearest)),
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
            Telling::new(
                Exit::NoPayableOffer,
                format!("{} cannot be paid: {why}; nothing was signed", Safe::of_url(&demand.url)),
            )
            .hint("--dry-run shows every offer and its reason")
        }
    }
}

/// An earlier payment may be for the same goods.
fn rival(earlier: &Earlier, declined: bool) -> Telling {
    let payment = &earlier.payment;
    let (id, price) = (&payment.id, payment.authorization.quote.price());
    let stands = stands(earlier.settled);
    let sentence = format!(
        "payment {id} of {price} for the same, with other headers or by another way, {stands}; \
         nothing was signed"
    );
    let exit = if declined { Exit::ConsentMissing } else { Exit::PolicyRefused };
    Telling::new(exit, sentence).hint(format!(
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

fn consent_missing(demand: &Demand, declined: bool) -> Telling {
    let Decision::Ask { quote, for_want_of_cap, changed } = &demand.assessment.decision else {
        return Telling::new(Exit::ConsentMissing, "nothing was signed");
    };
    let price = quote.price();
    let host = demand.url.host_str().unwrap_or_default();
    let exit = Exit::ConsentMissing;
    if declined {
        return Telling::new(exit, format!("{price} to {host} was declined; nothing was signed"));
    }
    if *changed {
        return change::refused(demand, ", and there is no terminal to ask on");
    }
    let telling = |why: &str| {
        let sentence = format!("{host} asks for {price}, {why}; nothing was signed");
        Telling::new(exit, sentence)
    };
    if *for_want_of_cap {
        telling("no cap covers it, and there is no terminal to ask on").hint(
            "say the most to pay with --max-price, PAY402_MAX_PRICE or max_price in config.toml",
        )
    } else {
        telling("--ask is set, and there is no terminal to ask on")
            .hint("leave out --ask to let the cap decide")
    }
}

/// No key.
pub(super) fn wallet(failure: &WalletFailure) -> Telling {
    let error = match failure {
        WalletFailure::NewPrompt(error @ PromptError::NoTerminal) => {
            let sentence = format!("no new password: {error}");
            return Telling::new(Exit::WalletUnavailable, sentence)
                .hint("name a file with --new-password-file");
        }
        WalletFailure::Prompt(error) | WalletFailure::NewPrompt(error) => return prompt(error),
        WalletFailure::Wallet(error) => error,
    };
    let telling = Telling::new(Exit::WalletUnavailable, safe(error));
    let names = |known: &[Name]| {
        let names: Vec<String> = known.iter().map(ToString::to_string).collect();
        names.join(", ")
    };
    match error {
        Error::NoneSetUp { .. } => telling.hint("make one with: pay402 wallet new"),
        Error::NoneChosen { known } => telling.hint(format!(
            "choose one with --wallet or: pay402 wallet use NAME (known: {})",
            names(known)
        )),
        Error::NotFound { known, .. } if known.is_empty() => {
            telling.hint("make one with: pay402 wallet new")
        }
        Error::NotFound { known, .. } => telling.hint(format!("known wallets: {}", names(known))),
        Error::AlreadyExists { .. } => telling.hint("choose another name; nothing was overwritten"),
        Error::BadName => Telling { exit: Exit::Usage, ..telling },
        Error::Exposed => telling.hint(
            "keep the key in a file of mode 600 and name that; the shell may have noted what was typed",
        ),
        Error::Loose { path, .. } => telling.hint(format!("chmod 600 {}", quoted(&safe(&path.display())))),
        Error::WrongPassword { .. } => {
            telling.hint("check --password-file, PAY402_PASSWORD_FILE or PAY402_PASSWORD")
        }
        Error::NoPrivateKey => {
            telling.hint("name its file with --private-key-file, or set PAY402_PRIVATE_KEY")
        }
        Error::BadPrivateKey { path, source } => {
            let place = path.as_deref().map_or_else(|| "PAY402_PRIVATE_KEY".to_owned(), shown);
            Telling { sentence: format!("{place} holds no private key: {source}"), ..telling }
        }
        _ => telling,
    }
}

/// A signature is out, and there is no body to deliver.
pub(super) fn signed(failure: &Signed<http::Error, ledger::Error>) -> Telling {
    let payment = &failure.payment;
    let price = payment.authorization.quote.price();
    let telling = match &failure.cause {
        SignedCause::Unanswered { error, settled: true } => Telling::new(
            Exit::PaidNotDelivered,
            format!(
                "{price} was paid when this was asked before, and there was no answer now: {}",
                safe(error)
            ),
        )
        .hint(owed(&time(payment.authorization.valid_before))),
        SignedCause::Unanswered { error, settled: false } => Telling::new(
            Exit::OutcomeUnknown,
            format!("a payment of {price} was sent and not answered: {}", safe(error)),
        )
        .hint(exposure(payment)),
        SignedCause::NotResent { why, settled } => not_resent(payment, why, *settled),
        SignedCause::NeverSent { interrupted } => {
            let stays = format!(
                "a payment of {price} was signed and recorded, and did not leave this machine"
            );
            if *interrupted {
                Telling::new(Exit::OutcomeUnknown, format!("interrupted: {stays}"))
                    .hint("running again sends the same one")
            } else {
                Telling::new(Exit::OutcomeUnknown, stays)
                    .hint("fix the ledger; running again sends the same one")
            }
        }
        SignedCause::Rejected { reason } => {
            let words = server_words(reason.as_deref());
            Telling::new(
                Exit::PaymentRejected,
                format!("the server refused the payment of {price}{words}"),
            )
            .hint(if reason.as_deref().is_some_and(is_for_want_of_money) {
                format!("{}; {}", funding(payment), exposure(payment))
            } else {
                exposure(payment)
            })
        }
        SignedCause::RefusedAgain { reason, settled } => {
            let words = server_words(reason.as_deref());
            if *settled {
                let sentence = format!(
                    "{price} was paid when this was asked before, and the server does not deliver for it \
                     again{words}"
                );
                Telling::new(Exit::PaidNotDelivered, sentence)
                    .hint("--pay-again pays once more for the same")
            } else {
                let sentence = format!(
                    "the server refused the payment of {price}, which may have settled when it was sent \
                     before{words}"
                );
                Telling::new(Exit::OutcomeUnknown, sentence).hint(exposure(payment))
            }
        }
        SignedCause::Undecided { reason } => {
            let words = server_words(reason.as_deref());
            let sentence = format!(
                "the server did not take the payment of {price}, which may have settled all the same{words}"
            );
            let asks = format!("pay402 reconcile {} asks the chain", payment.id);
            Telling::new(Exit::OutcomeUnknown, sentence)
                .hint(format!("{}; {asks}", exposure(payment)))
        }
        SignedCause::Pending(said) => {
            let hash = said.transaction_hash().unwrap_or("of no readable hash");
            Telling::new(
                Exit::OutcomeUnknown,
                format!("the payment of {price} is on its way in transaction {hash}"),
            )
            .hint("do not pay again: look at the transaction first")
        }
    };
    match &failure.unrecorded {
        Some(error) => unrecorded(telling, &failure.cause, error),
        None => telling,
    }
}

/// What the ledger's failure adds to what happened. Where it is why nothing left, it is the reason, and
/// not one more thing that went wrong.
fn unrecorded(
    telling: Telling,
    cause: &SignedCause<http::Error>,
    error: &ledger::Error,
) -> Telling {
    let kept_here = matches!(
        cause,
        SignedCause::NeverSent { .. } | SignedCause::NotResent { why: NotResent::Unrecorded, .. }
    );
    let link = if kept_here { ": " } else { "; and the outcome was not recorded: " };
    let sentence = format!("{}{link}{}", telling.sentence, safe(error));
    match error {
        ledger::Error::Replaced { .. } if kept_here => {
            Telling::new(Exit::LedgerUnavailable, sentence).hint(books::REPLACED)
        }
        _ => Telling { sentence, ..telling },
    }
}

/// A server's words at the end of a sentence.
fn server_words(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {}", Safe::new(reason, REFUSAL_TEXT))).unwrap_or_default()
}

/// Whether a refusal is for want of money, in one of the spellings seen.
fn is_for_want_of_money(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["insufficient_funds", "insufficient_balance", "exceeds balance"]
        .iter()
        .any(|words| reason.contains(words))
}

/// What the wallet lacks, and where it is to go.
fn funding(payment: &Payment) -> String {
    let (quote, payer) = (&payment.authorization.quote, payment.authorization.payer);
    format!("{payer} needs more {} on {}", quote.asset.symbol, quote.network.name)
}

fn exposure(payment: &Payment) -> String {
    let until = time(payment.authorization.valid_before);
    format!("it can still be settled until {until}; running again sends the same one")
}

/// What is settled can be asked for while a server takes the payment.
pub(super) fn owed(until: &str) -> String {
    format!("until {until} running again asks for it with the same payment, at no further cost")
}

/// An earlier payment may still settle, or has, and could not be sent again.
fn not_resent(payment: &Payment, why: &NotResent, settled: bool) -> Telling {
    let price = payment.authorization.quote.price();
    let exit = if settled { Exit::PaidNotDelivered } else { Exit::OutcomeUnknown };
    let stands = stands(settled);
    let earlier = format!("an earlier payment of {price} for this request {stands}");
    let telling = |why: &str| Telling::new(exit, format!("{earlier}, and {why}"));
    match why {
        NotResent::Origin { now } => telling(&format!(
            "the terms now come from {}, not from the server it was made for",
            safe(&now.origin().ascii_serialization())
        ))
        .hint("--pay-again signs another, at the risk of paying twice"),
        NotResent::Expiring { until } => telling("it is too late to send it again").hint(format!(
            "from {} it cannot settle any more, and running again signs a new one",
            time(*until)
        )),
        NotResent::Refused(assessment) => {
            let why = assessment.offers.first().map(reasons).unwrap_or_default();
            telling(&format!("your rules do not allow it now: {why}")).hint(if settled {
                owed(&time(payment.authorization.valid_before))
            } else {
                exposure(payment)
            })
        }
        NotResent::OtherBody => telling("it was not sent again: its body has changed"),
        NotResent::NoRoom => {
            telling("it was not sent again: the file does not end where -C goes on")
                .hint("with -C - it goes on where the file ends")
        }
        NotResent::Interrupted => telling("it was not sent again: interrupted"),
        NotResent::Unrecorded => telling("it could not be recorded that it goes out again"),
    }
}
