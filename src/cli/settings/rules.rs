//! The owner's rules from flags, environment and file, and the limits they make for a URL.

mod words;

use std::collections::BTreeMap;
use std::path::Path;

use alloy_primitives::Address;
use url::Url;

use crate::cli::args::PayArgs;
use crate::config::{ConfigError, Environment, File, Rules, environment as variable};
use crate::policy::{
    Allowed, Budget, Cap, Caps, DEFAULT_MAX_VALIDITY_SECONDS, KnownPayee, Limits,
    MOST_VALIDITY_SECONDS, QuoteId, Source, host, undotted,
};
use crate::protocol::Network;

use super::super::failure::Failure;
use super::budgets::budgets;
use words::{cap, known_payee, network, parse, parse_in, payee, validity};

/// Every rule, by where it was said.
pub(crate) struct RuleBook {
    flags: RuleSet,
    environment: RuleSet,
    general: RuleSet,
    /// By place; the section's own spelling of it is kept for messages.
    hosts: BTreeMap<String, (String, RuleSet)>,
    expect: Option<QuoteId>,
    pay_again: bool,
    /// Every budget there is, also those of hosts that are not asked now.
    pub budgets: Vec<Budget>,
}

/// What one place says; `None` where it is silent.
#[derive(Default)]
struct RuleSet {
    caps: Option<Vec<Cap>>,
    networks: Option<Vec<&'static Network>>,
    assets: Option<Vec<String>>,
    schemes: Option<Vec<String>>,
    payees: Option<Vec<Address>>,
    max_validity: Option<u64>,
    ask: Option<bool>,
    no_pay: Option<bool>,
    allow_http: Option<bool>,
    known_payee: Option<KnownPayee>,
    verify_settlement: Option<bool>,
}

/// A section's host, or host and port, in the spelling that URLs have after parsing: lower case,
/// punycode, brackets, no dot at the end. Anything else would be a limit that never applies.
pub(super) fn place(text: &str) -> Option<String> {
    let bare_v6 = text.parse::<std::net::Ipv6Addr>().is_ok();
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !bare_v6 && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, Some(port.parse::<u16>().ok()?))
        }
        _ => (text, None),
    };
    let bracketed = if bare_v6 { format!("[{host}]") } else { host.to_owned() };
    let name = undotted(&bracketed);
    // A pattern, and a name with an empty part, would be taken for a host that nobody has.
    if name.contains('*') || name.ends_with('.') {
        return None;
    }
    let host = url::Host::parse(name).ok()?;
    Some(match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    })
}

/// The name a place has for each rule.
struct Names {
    max_price: Source,
    networks: Source,
    assets: Source,
    schemes: Source,
    pay_to: Source,
}

impl RuleBook {
    /// Parses every rule, also those of hosts that are not asked now: a mistake in the file is one
    /// wherever it stands.
    pub(crate) fn new(
        pay: &PayArgs,
        environment: Environment,
        file: &File,
        path: &Path,
    ) -> Result<Self, Failure> {
        let hosts = file
            .host
            .iter()
            .map(|(host, rules)| {
                let section = format!("host.\"{host}\".");
                let place = place(host).ok_or_else(|| ConfigError::Value {
                    path: path.to_path_buf(),
                    key: format!("host.\"{host}\""),
                    what: "not a host, or a host and a port".to_owned(),
                })?;
                Ok((place, (host.clone(), RuleSet::of_file(rules, path, &section)?)))
            })
            .collect::<Result<BTreeMap<_, _>, ConfigError>>()?;
        if hosts.len() < file.host.len() {
            return Err(Failure::Config(ConfigError::Value {
                path: path.to_path_buf(),
                key: "host".to_owned(),
                what: "two sections are for the same host".to_owned(),
            }));
        }
        Ok(Self {
            flags: RuleSet::of_flags(pay),
            environment: RuleSet::of_environment(environment)?,
            general: RuleSet::of_file(&file.general(), path, "")?,
            hosts,
            expect: pay.expect,
            pay_again: pay.pay_again,
            budgets: budgets(pay, environment, file, path)?,
        })
    }

    /// The networks that are paid on where no host's section says otherwise, in the owner's order, by what
    /// was said nearest: flag, environment or file.
    pub(crate) fn networks(&self) -> Option<&[&'static Network]> {
        let said = [&self.flags, &self.environment, &self.general];
        said.into_iter().find_map(|rules| rules.networks.as_deref())
    }

    /// The limits for a URL. A host's section replaces the file's general lines, one by one; among
    /// flags, environment and file each must allow a payment.
    pub(crate) fn limits_for(&self, url: &Url) -> Limits {
        let host = host(url).unwrap_or_default();
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        let section = with_port
            .as_deref()
            .and_then(|name| self.hosts.get(name))
            .or_else(|| self.hosts.get(host));
        let mut limits = Limits {
            expect: self.expect,
            pay_again: self.pay_again,
            // Those of other hosts do not count this payment, and are passed over by the ledger.
            budgets: self.budgets.clone(),
            ..Limits::default()
        };
        let mut validity: Option<u64> = None;
        let mut plain = Vec::new();
        let mut add = |rules: &RuleSet, names: &Names| {
            let source = |s: &Source| s.clone();
            limits.caps.extend(
                rules.caps.clone().map(|caps| Caps { source: source(&names.max_price), caps }),
            );
            limits.networks.extend(allowed(rules.networks.as_ref(), &names.networks));
            limits.assets.extend(allowed(rules.assets.as_ref(), &names.assets));
            limits.schemes.extend(allowed(rules.schemes.as_ref(), &names.schemes));
            limits.payees.extend(allowed(rules.payees.as_ref(), &names.pay_to));
            limits.ask |= rules.ask.unwrap_or(false);
            limits.no_pay |= rules.no_pay.unwrap_or(false);
            limits.verify_settlement |= rules.verify_settlement.unwrap_or(false);
            limits.known_payee = rules.known_payee.unwrap_or(limits.known_payee);
            plain.push(rules.allow_http);
            validity = [validity, rules.max_validity].into_iter().flatten().min();
        };
        add(&self.flags, &FLAG_NAMES);
        add(&self.environment, &ENVIRONMENT_NAMES);
        match section {
            None => add(&self.general, &config_names(|_| None)),
            Some((host, own)) => {
                let merged = own.over(&self.general);
                add(&merged, &config_names(|key| own.says(key).then(|| host.clone())));
            }
        }
        // One no outweighs every yes: the tightest wins.
        limits.allow_http = plain.contains(&Some(true)) && !plain.contains(&Some(false));
        limits.max_validity_seconds = validity.unwrap_or(DEFAULT_MAX_VALIDITY_SECONDS);
        limits
    }
}

/// The parts of a variable that holds a list.
pub(super) fn list(
    environment: Environment,
    name: &'static str,
) -> Result<Option<Vec<String>>, Failure> {
    let text = environment.text(name)?;
    let items: Option<Vec<String>> =
        text.map(|text| text.split(',').map(|item| item.trim().to_owned()).collect());
    if items.iter().flatten().any(String::is_empty) {
        let what = "there is nothing before, after or between its commas".to_owned();
        return Err(Failure::Variable { name, what });
    }
    Ok(items)
}

fn allowed<T: Clone>(values: Option<&Vec<T>>, source: &Source) -> Option<Allowed<T>> {
    values.map(|values| Allowed { source: source.clone(), values: values.clone() })
}

const FLAG_NAMES: Names = Names {
    max_price: Source::Flag("--max-price"),
    networks: Source::Flag("--network"),
    assets: Source::Flag("--asset"),
    schemes: Source::Flag("--scheme"),
    pay_to: Source::Flag("--pay-to"),
};

const ENVIRONMENT_NAMES: Names = Names {
    max_price: Source::Environment(variable::MAX_PRICE),
    networks: Source::Environment(variable::NETWORK),
    assets: Source::Environment(variable::ASSET),
    schemes: Source::Environment(variable::SCHEME),
    pay_to: Source::Environment(variable::PAY_TO),
};

/// Names of the file's lines; `section` is the host whose section has the key, if one has.
fn config_names(section: impl Fn(&str) -> Option<String>) -> Names {
    let name = |key: &str| {
        Source::Config(match section(key) {
            Some(host) => format!("host.\"{host}\".{key}"),
            None => key.to_owned(),
        })
    };
    Names {
        max_price: name("max_price"),
        networks: name("networks"),
        assets: name("assets"),
        schemes: name("schemes"),
        pay_to: name("pay_to"),
    }
}

impl RuleSet {
    fn of_flags(pay: &PayArgs) -> Self {
        fn said<T: Clone>(values: &[T]) -> Option<Vec<T>> {
            (!values.is_empty()).then(|| values.to_vec())
        }
        Self {
            caps: said(&pay.max_price),
            networks: said(&pay.network),
            assets: said(&pay.asset),
            schemes: said(&pay.scheme),
            payees: said(&pay.pay_to),
            max_validity: pay.max_validity,
            ask: Some(pay.ask),
            no_pay: Some(pay.no_pay),
            allow_http: pay.allow_http.then_some(true),
            known_payee: None,
            verify_settlement: pay.verify.verify_settlement.then_some(true),
        }
    }

    fn of_environment(environment: Environment) -> Result<Self, Failure> {
        let list = |name| list(environment, name);
        Ok(Self {
            caps: parse_in(list(variable::MAX_PRICE)?, variable::MAX_PRICE, cap)?,
            networks: parse_in(list(variable::NETWORK)?, variable::NETWORK, network)?,
            assets: list(variable::ASSET)?,
            schemes: list(variable::SCHEME)?,
            payees: parse_in(list(variable::PAY_TO)?, variable::PAY_TO, payee)?,
            max_validity: parse_in(
                list(variable::MAX_VALIDITY)?,
                variable::MAX_VALIDITY,
                validity,
            )?
            .and_then(|all| all.into_iter().min()),
            ..Self::default()
        })
    }

    fn of_file(rules: &Rules, path: &Path, section: &str) -> Result<Self, ConfigError> {
        let fault = |key: &str| {
            let key = format!("{section}{key}");
            let path = path.to_path_buf();
            move |what: String| ConfigError::Value { path, key, what }
        };
        let prices = rules.max_price.as_ref().map(|prices| prices.all().to_vec());
        Ok(Self {
            caps: parse(prices, cap).map_err(fault("max_price"))?,
            networks: parse(rules.networks.clone(), network).map_err(fault("networks"))?,
            assets: rules.assets.clone(),
            schemes: rules.schemes.clone(),
            payees: parse(rules.pay_to.clone(), payee).map_err(fault("pay_to"))?,
            max_validity: match rules.max_validity {
                Some(seconds) if !(1..=MOST_VALIDITY_SECONDS).contains(&seconds) => {
                    let what = format!("between 1 and {MOST_VALIDITY_SECONDS} seconds");
                    return Err(fault("max_validity")(what));
                }
                seconds => seconds,
            },
            ask: rules.ask,
            no_pay: rules.no_pay,
            allow_http: rules.allow_http,
            verify_settlement: rules.verify_settlement,
            known_payee: rules
                .known_payee
                .as_deref()
                .map(known_payee)
                .transpose()
                .map_err(fault("known_payee"))?,
        })
    }

    /// This set's rules, and `general` where it is silent.
    fn over(&self, general: &Self) -> Self {
        Self {
            caps: self.caps.clone().or_else(|| general.caps.clone()),
            networks: self.networks.clone().or_else(|| general.networks.clone()),
            assets: self.assets.clone().or_else(|| general.assets.clone()),
            schemes: self.schemes.clone().or_else(|| general.schemes.clone()),
            payees: self.payees.clone().or_else(|| general.payees.clone()),
            max_validity: self.max_validity.or(general.max_validity),
            ask: self.ask.or(general.ask),
            no_pay: self.no_pay.or(general.no_pay),
            allow_http: self.allow_http.or(general.allow_http),
            known_payee: self.known_payee.or(general.known_payee),
            verify_settlement: self.verify_settlement.or(general.verify_settlement),
        }
    }

    fn says(&self, key: &str) -> bool {
        match key {
            "max_price" => self.caps.is_some(),
            "networks" => self.networks.is_some(),
            "assets" => self.assets.is_some(),
            "schemes" => self.schemes.is_some(),
            _ => self.payees.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_host_ends_with_one_dot_at_most() {
        assert_eq!(place("Shop.example.:80"), Some("shop.example:80".to_owned()));
        for text in [".", "..", "shop.example..", "..:80"] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_place_is_spelled_as_urls_spell_it(text in "[a-zA-Z0-9.:\\[\\]*_-]{0,30}") {
            if let Some(place) = place(&text) {
                prop_assert_eq!(super::place(&place), Some(place.clone()));
                let url: Url = format!("http://{place}/").parse().unwrap();
                let authority = url.host_str().unwrap_or_default();
                prop_assert!(place.starts_with(authority), "{place}: {authority}");
            }
        }

        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = place(&text);
        }
    }
}
