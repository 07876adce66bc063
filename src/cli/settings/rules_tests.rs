//! Every rule of the table, from every place where it can be written.

use std::path::Path;

use alloy_primitives::Address;
use clap::Parser;
use url::Url;

use super::*;
use crate::cli::args::Args;
use crate::policy::{
    Assessment, Cap, Caps, Case, Claimed, Decision, Evidence, Form, Limits, Objection, PastPayment,
    Quote, ROWS, Refusal, Route, Row, SellerHistory, Shortage, TABLE, decide, validity_seconds,
};
use crate::protocol::{ASSETS, Amount, Network};

const URL: &str = "https://shop.example/";
const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
const OTHER_PAYEE: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

/// A place where a rule can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Flag,
    Environment,
    General,
    Host,
}

const EVERYWHERE: [At; 4] = [At::Flag, At::Environment, At::General, At::Host];

/// A rule with a value that is tight for [`quote`], one that is not, and whether limits are tight.
struct Example {
    row: &'static Row,
    tight: String,
    loose: String,
    is_tight: fn(&Limits) -> bool,
}

fn quote() -> Quote {
    let network = Network::named("base").unwrap();
    let asset = ASSETS.iter().find(|asset| asset.network == network && asset.symbol == "USDC");
    Quote {
        offer: 0,
        scheme: "exact",
        network,
        asset: asset.unwrap(),
        pay_to: PAYEE.parse().unwrap(),
        amount: Amount::new(alloy_primitives::U256::from(10_000)),
        max_timeout_seconds: 900,
    }
}

fn assessed(limits: &Limits, encrypted: bool, payee_before: &str) -> Assessment {
    let route = Route { encrypted, verified: true, loopback: false };
    let quote = quote();
    let payment = PastPayment {
        network: quote.network.caip2.to_owned(),
        asset: quote.asset.address,
        symbol: quote.asset.symbol.to_owned(),
        payee: payee_before.parse::<Address>().unwrap(),
        amount: quote.amount,
    };
    let known =
        SellerHistory { origin: URL.to_owned(), payments: vec![payment], trusted: Vec::new() };
    // What is decided otherwise is asked about, for want of a cap.
    let capped = Caps { source: Source::Flag("--test"), caps: vec![Cap::parse("9").unwrap()] };
    let caps = limits.caps.iter().cloned().chain([capped]).collect();
    let limits = Limits { caps, ..limits.clone() };
    let (quotes, evidence) = ([Ok(quote)], Evidence { sellers: Claimed(vec![known]) });
    decide(&Case { evidence: &evidence, ..Case::new(&quotes, &limits, route) })
}

fn decided(limits: &Limits) -> Decision {
    assessed(limits, true, PAYEE).decision
}

fn objects(limits: &Limits, to: fn(&Objection) -> bool) -> bool {
    assessed(limits, true, PAYEE).offers[0].objections.iter().any(to)
}

fn is_short(limits: &Limits) -> bool {
    let url: Url = URL.parse().unwrap();
    let counting = limits.budgets.iter().filter(|budget| budget.counts(quote().asset, &url));
    counting.into_iter().any(|budget| Shortage::untouched(budget, &quote()).is_some())
}

fn examples() -> Vec<Example> {
    let example = |row, tight: &str, loose: &str, is_tight| Example {
        row,
        tight: tight.to_owned(),
        loose: loose.to_owned(),
        is_tight,
    };
    let mut cheaper = quote();
    cheaper.amount = Amount::new(alloy_primitives::U256::from(9_999));
    vec![
        example(&ROWS.caps, "0.005", "1", |limits| {
            matches!(decided(limits), Decision::Refuse { refusal: Refusal::OverCap, .. })
        }),
        example(&ROWS.budgets, "0.005/day", "5/day", is_short),
        example(&ROWS.networks, "polygon", "base", |limits| {
            objects(limits, |objection| matches!(objection, Objection::Network(_)))
        }),
        example(&ROWS.assets, "EURC", "USDC", |limits| {
            objects(limits, |objection| matches!(objection, Objection::Asset(_)))
        }),
        example(&ROWS.schemes, "upto", "exact", |limits| {
            objects(limits, |objection| matches!(objection, Objection::Scheme(_)))
        }),
        example(&ROWS.payees, OTHER_PAYEE, PAYEE, |limits| {
            objects(limits, |objection| matches!(objection, Objection::Payee(_)))
        }),
        example(&ROWS.max_validity_seconds, "60", "500", |limits| {
            validity_seconds(&quote(), limits) == 60
        }),
        example(&ROWS.ask, "true", "false", |limits| {
            matches!(decided(limits), Decision::Ask { .. })
        }),
        example(&ROWS.no_pay, "true", "false", |limits| {
            objects(limits, |objection| matches!(objection, Objection::NeverPay))
        }),
        example(&ROWS.allow_http, "false", "true", |limits| {
            let plain = assessed(limits, false, PAYEE);
            plain.offers[0].objections.contains(&Objection::PlainHttp)
        }),
        example(&ROWS.known_payee, "refuse", "accept", |limits| {
            let changed = assessed(limits, true, OTHER_PAYEE).decision;
            matches!(changed, Decision::Refuse { refusal: Refusal::Changed, .. })
        }),
        example(&ROWS.verify_settlement, "true", "false", |limits| limits.verify_settlement),
        example(&ROWS.expect, &cheaper.id().to_string(), &quote().id().to_string(), |limits| {
            objects(limits, |objection| matches!(objection, Objection::NotExpected))
        }),
        example(&ROWS.pay_again, "false", "true", |limits| !limits.pay_again),
    ]
}

/// Whether a rule can be written with this value in this place.
fn can_say(row: &Row, at: At, value: &str) -> bool {
    match at {
        // Its absence says nothing.
        At::Flag => row.flag.is_some() && !(row.form == Form::Switch && value == "false"),
        At::Environment => row.variable.is_some(),
        At::General => row.key.is_some(),
        At::Host => row.key.is_some() && row.host,
    }
}

/// The options for a rule.
fn options(row: &Row, value: &str) -> Vec<String> {
    let flag = row.flag.unwrap();
    match row.form {
        Form::Switch => vec![flag.name.to_owned()],
        _ => vec![flag.name.to_owned(), value.to_owned()],
    }
}

fn line(row: &Row, value: &str) -> String {
    let key = row.key.unwrap();
    match row.form {
        Form::Amounts | Form::Word => format!("{key} = \"{value}\"\n"),
        Form::Names => format!("{key} = [\"{value}\"]\n"),
        Form::Number | Form::Switch => format!("{key} = {value}\n"),
        Form::Budgets => {
            let (amount, period) = value.split_once('/').unwrap();
            format!("{key}.{period} = \"{amount}\"\n")
        }
    }
}

/// The limits where these values of a rule are written in these places.
fn limits(row: &Row, said: &[(At, &str)]) -> Limits {
    let mut args = vec!["pay402".to_owned()];
    let mut variable = None;
    let (mut general, mut section) = (String::new(), String::new());
    for (at, value) in said {
        match at {
            At::Flag => args.extend(options(row, value)),
            At::Environment => variable = Some((*value).to_owned()),
            At::General => general.push_str(&line(row, value)),
            At::Host => section.push_str(&line(row, value)),
        }
    }
    let pay = Args::try_parse_from(args).unwrap().pay;
    let text = |name| Ok(variable.clone().filter(|_| row.variable == Some(name)));
    let path = Path::new("/config.toml");
    let file = format!("{general}[host.\"shop.example\"]\n{section}");
    let file = crate::config::parse(path, &file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let book = join(&pay, text, &file, path).unwrap_or_else(|_| panic!("{said:?}"));
    book.limits_for(&URL.parse().unwrap())
}

#[test]
fn every_rule_is_read_from_each_of_its_places() {
    for Example { row, tight, loose, is_tight } in examples() {
        let silent = is_tight(&limits(row, &[]));
        let mut places = 0;
        for at in EVERYWHERE {
            for (value, expected) in [(&tight, true), (&loose, false)] {
                if can_say(row, at, value) {
                    let limits = limits(row, &[(at, value)]);
                    assert_eq!(is_tight(&limits), expected, "{}: {value} at {at:?}", row.meaning);
                    places += usize::from(expected != silent);
                }
            }
        }
        let written = [row.flag.is_some(), row.variable.is_some(), row.key.is_some(), row.host];
        let written = written.into_iter().filter(|is_written| *is_written).count();
        assert_eq!(places, written, "{}: the places where it changes anything", row.meaning);
    }
}

#[test]
fn the_tighter_value_wins_wherever_it_is_written() {
    let mut pairs = 0;
    for Example { row, tight, loose, is_tight } in examples() {
        for narrow in EVERYWHERE.into_iter().filter(|at| can_say(row, *at, &tight)) {
            let others = EVERYWHERE.into_iter().filter(|at| *at != narrow);
            let others: Vec<At> = others.filter(|at| can_say(row, *at, &loose)).collect();
            for wide in &others {
                // A host's section replaces the general lines of the same file, but no budget.
                let replaced = (narrow, *wide) == (At::General, At::Host);
                let expected = !replaced || row.form == Form::Budgets;
                for said in
                    [[(narrow, &*tight), (*wide, &*loose)], [(*wide, &*loose), (narrow, &*tight)]]
                {
                    let is_tight = is_tight(&limits(row, &said));
                    assert_eq!(is_tight, expected, "{}: {said:?}", row.meaning);
                }
                pairs += 1;
            }
            let all = others.iter().filter(|wide| (narrow, **wide) != (At::General, At::Host));
            let said: Vec<_> =
                all.map(|wide| (*wide, &*loose)).chain([(narrow, &*tight)]).collect();
            assert!(is_tight(&limits(row, &said)), "{}: {said:?}", row.meaning);
        }
    }
    assert!(pairs > 60, "{pairs}");
}

#[test]
fn of_a_url_and_one_that_redirected_to_it_the_tighter_limits_win() {
    for Example { row, tight, loose, is_tight } in examples() {
        let at = EVERYWHERE.into_iter().find(|at| can_say(row, *at, &tight));
        let tight = limits(row, &at.map(|at| (at, &*tight)).into_iter().collect::<Vec<_>>());
        let at = EVERYWHERE.into_iter().find(|at| can_say(row, *at, &loose));
        let loose = limits(row, &at.map(|at| (at, &*loose)).into_iter().collect::<Vec<_>>());
        assert!(is_tight(&tight) && !is_tight(&loose), "{}", row.meaning);
        // Only one quote can be expected in a run: it comes from an option.
        if row.flag.map(|flag| flag.name) != Some("--expect") {
            assert!(is_tight(&loose.clone().and(tight.clone())), "{}", row.meaning);
        }
        assert!(is_tight(&tight.and(loose)), "{}", row.meaning);
    }
}

#[test]
fn of_two_groups_of_options_the_tighter_one_holds_for_both() {
    for Example { row, tight, loose, is_tight } in examples() {
        if !can_say(row, At::Flag, &tight) {
            continue;
        }
        let group = |value: &str| -> Rules {
            let said = options(row, value);
            let said = can_say(row, At::Flag, value).then_some(said).into_iter().flatten();
            Args::try_parse_from(["pay402".to_owned()].into_iter().chain(said)).unwrap().pay.rules.0
        };
        for [one, two] in [[&tight, &loose], [&loose, &tight]] {
            let (mut one, mut two) = (group(one), group(two));
            // Lists that share nothing, and two quotes, cannot both hold.
            if Rules::share(&mut [&mut one, &mut two]).is_ok() {
                for rules in [one, two] {
                    assert!(is_tight(&Limits::of(&[&rules])), "{}", row.meaning);
                }
            } else {
                assert!(matches!(row.form, Form::Names | Form::Word), "{}", row.meaning);
            }
        }
    }
}

#[test]
fn config_show_lists_every_rule_of_the_file() {
    for Example { row, tight, .. } in examples() {
        let Some(key) = row.key else { continue };
        let written = line(row, &tight);
        let text = format!("{written}[host.\"shop.example\"]\n{written}");
        let file = crate::config::parse(Path::new("/config.toml"), &text).unwrap();
        // A budget has a key for its period.
        let (key, value) = match tight.split_once('/') {
            Some((amount, period)) => (format!("{key}.{period}"), amount.to_owned()),
            None => (key.to_owned(), tight),
        };
        let section = format!("host.\"shop.example\".{key}");
        let expected = [(key, value.clone()), (section, value)];
        assert_eq!(crate::cli::settings::config_lines(&file), expected);
    }
}

#[test]
fn every_row_has_an_example() {
    let examples = examples();
    assert_eq!(examples.len(), TABLE.len());
    for row in TABLE {
        assert!(examples.iter().any(|one| std::ptr::eq(one.row, *row)), "{}", row.meaning);
    }
}

#[test]
fn a_name_in_the_table_is_of_one_rule() {
    let names = TABLE.iter().flat_map(|row| {
        [row.flag.map(|flag| flag.name), row.variable, row.key].into_iter().flatten()
    });
    let mut names: Vec<_> = names.collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    for row in TABLE {
        assert!(row.key.is_some() || !row.host, "{}", row.meaning);
    }
}
