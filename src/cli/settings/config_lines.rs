//! The owner's file, line by line, for `config show`.

use crate::config::File;

/// Every line of the owner's file, as `config show` lists it.
pub(crate) fn config_lines(file: &File) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    lines.extend(file.wallet.clone().map(|wallet| ("wallet".to_owned(), wallet)));
    let password = file.password_file.as_ref().map(|path| path.display().to_string());
    lines.extend(password.map(|path| ("password_file".to_owned(), path)));
    let sections = file.host.iter().map(|(host, rules)| (format!("host.\"{host}\"."), rules));
    for (section, rules) in std::iter::once((String::new(), &file.rules)).chain(sections) {
        for (key, written) in rules.all() {
            let values = written.lines().into_iter();
            lines.extend(values.map(|(rest, value)| (format!("{section}{key}{rest}"), value)));
        }
    }
    lines.extend(file.rpc.iter().map(|(network, url)| (format!("rpc.{network}"), url.clone())));
    lines
}
