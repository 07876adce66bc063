//! The owner's file, line by line, for `config show`.

use crate::config::File;

/// Every line of the owner's file, as `config show` lists it.
pub(crate) fn config_lines(file: &File) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        lines.extend(value.map(|value| (key.to_owned(), value)));
    };
    add("wallet", file.wallet.clone());
    add("password_file", file.password_file.as_ref().map(|path| path.display().to_string()));
    let sections = std::iter::once((String::new(), file.general()))
        .chain(file.host.iter().map(|(host, rules)| (format!("host.\"{host}\"."), rules.clone())));
    for (section, rules) in sections {
        let list = |values: &Option<Vec<String>>| values.as_ref().map(|all| all.join(", "));
        let flag = |value: Option<bool>| value.map(|value| value.to_string());
        add(&format!("{section}max_price"), rules.max_price.map(|prices| prices.all().join(", ")));
        for (period, amount) in rules.budget.all() {
            add(&format!("{section}budget.{period}"), Some(amount.clone()));
        }
        add(&format!("{section}budget.refused"), rules.budget.refused.clone());
        add(&format!("{section}networks"), list(&rules.networks));
        add(&format!("{section}assets"), list(&rules.assets));
        add(&format!("{section}schemes"), list(&rules.schemes));
        add(&format!("{section}pay_to"), list(&rules.pay_to));
        add(&format!("{section}max_validity"), rules.max_validity.map(|n| n.to_string()));
        add(&format!("{section}ask"), flag(rules.ask));
        add(&format!("{section}no_pay"), flag(rules.no_pay));
        add(&format!("{section}allow_http"), flag(rules.allow_http));
        add(&format!("{section}known_payee"), rules.known_payee);
        add(&format!("{section}verify_settlement"), flag(rules.verify_settlement));
    }
    for (network, url) in &file.rpc {
        lines.push((format!("rpc.{network}"), url.clone()));
    }
    lines
}
