//! Words that are neither a command nor a URL.
//!
//! curl resolves any word as a host name. Here the next URL of the line may cost money, so that a
//! forgotten dash or a mistyped command would pay: `pay402 dry-run URL`. Such a word ends the program
//! before anything is read, resolved or paid.

use std::ffi::OsString;

/// A word that is neither a command nor a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Stray {
    /// The word, as it was typed.
    pub word: String,
    /// What it was probably meant for.
    pub meant: Option<Meant>,
    /// Whether it could be the name of a host, so that `http://WORD/` is the way to say so.
    pub may_be_host: bool,
}

/// What a stray word was probably meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Meant {
    /// The command of this name, in its place as the first word.
    Command(String),
    /// A command that came after a URL or after `--`.
    LateCommand(String),
    /// The option of this name, which is written with two dashes.
    Option(String),
    /// An amount, whose option was left out.
    Amount,
}

/// How alike two words are at least for one to be a mistyped other, by Damerau and Levenshtein, from 0
/// to 1000.
const ALIKE: usize = 600;

/// Longest word that is compared with names, in bytes: no name is longer.
const LONGEST: usize = 40;

/// What is wrong with a word that stands where a URL may stand, if anything is. `is_first` is whether
/// a command could stand there.
pub(super) fn stray(command: &clap::Command, word: &str, is_first: bool) -> Option<Stray> {
    if word.starts_with(is_dash) {
        let name = word.trim_start_matches(|c| is_dash(c) || c == '-');
        let name = name.split('=').next().unwrap_or_default();
        let meant = nearest(name, options(command)).map(Meant::Option);
        return Some(Stray { word: word.to_owned(), meant, may_be_host: false });
    }
    if let Some(name) = word.strip_prefix('-') {
        // After `--` it is no option by its owner's word; the name of one is a mistake all the same.
        let name = name.strip_prefix('-').unwrap_or(name).split('=').next().unwrap_or_default();
        let meant = options(command).find(|long| *long == name)?.to_owned();
        let meant = Some(Meant::Option(meant));
        return Some(Stray { word: word.to_owned(), meant, may_be_host: false });
    }
    if is_amount(word) {
        return Some(Stray {
            word: word.to_owned(),
            meant: Some(Meant::Amount),
            may_be_host: false,
        });
    }
    let is_plain = !word.is_empty() && !word.contains(['.', ':', '/', '\\', '\u{3002}']);
    if !is_plain || word.eq_ignore_ascii_case("localhost") {
        return None;
    }
    let may_be_host = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    Some(Stray { word: word.to_owned(), meant: meant(command, word, is_first), may_be_host })
}

/// Least letters of an option's name that are taken for its beginning, where only one dash is before them.
const LEAST_BEGUN: usize = 3;

/// A word with one dash that is one of this program's own options for paying, or the beginning of one, in
/// any case and with any inner dashes: curl's grammar would read `-dry-run` as `-d ry-run` and `-no-pay` as
/// `-n -o -pay`, and the URL after it would be paid.
pub(super) fn lacks_a_dash(command: &clap::Command, word: &str) -> Option<String> {
    let bare = |text: &str| text.replace('-', "").to_ascii_lowercase();
    let word = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
    let name = bare(word.split('=').next().unwrap_or_default());
    let is_ours = |arg: &clap::Arg| matches!(arg.get_help_heading(), Some("Paying" | "Wallet"));
    let ours = || {
        let ours = command.get_arguments().filter(|arg| is_ours(arg));
        ours.filter_map(clap::Arg::get_long).map(|long| (bare(long), long))
    };
    let begins = |long: &str| name.len() >= LEAST_BEGUN && long.starts_with(&name);
    let named = ours().find(|(long, _)| *long == name);
    // Longer than the name, too: `-no-payment`.
    let longer = |long: &str| long.len() >= LEAST_BEGUN && name.starts_with(long);
    named
        .or_else(|| ours().find(|(long, _)| begins(long)))
        .or_else(|| ours().find(|(long, _)| longer(long)))
        .map(|(_, long)| long.to_owned())
}

fn meant(command: &clap::Command, word: &str, is_first: bool) -> Option<Meant> {
    if let Some(named) = command.find_subcommand(OsString::from(word)) {
        return Some(Meant::LateCommand(named.get_name().to_owned()));
    }
    if command.get_arguments().filter_map(clap::Arg::get_long).any(|long| long == word) {
        return Some(Meant::Option(word.to_owned()));
    }
    let commands = || {
        let all = command.get_subcommands().filter(|sub| !sub.is_hide_set());
        all.flat_map(clap::Command::get_name_and_visible_aliases)
    };
    let near_command = || nearest(word, commands()).map(Meant::Command);
    let near_option = || nearest(word, options(command)).map(Meant::Option);
    if is_first { near_command().or_else(near_option) } else { near_option().or_else(near_command) }
}

fn options(command: &clap::Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(clap::Arg::get_long)
}

/// The name that a word is most like, if it is like one at all.
fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let likeness = |name: &str| {
        let longest = word.chars().count().max(name.chars().count());
        let same = longest.saturating_sub(strsim::damerau_levenshtein(&word, name));
        same.saturating_mul(1000).checked_div(longest).unwrap_or_default()
    };
    let best = names.map(|name| (likeness(name), name)).max_by_key(|(likeness, _)| *likeness)?;
    (best.0 >= ALIKE).then(|| best.1.to_owned())
}

/// A dash of typography, which a web page or an editor makes of two plain ones.
fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// Whether a word is an amount, with a period or without: it would be read as an address, `0.05` as
/// 0.0.0.5. `127.1` is the one such address that people write.
fn is_amount(word: &str) -> bool {
    let (amount, period) = word.split_once('/').unwrap_or((word, ""));
    let is_period = ["", "hour", "day", "week", "month", "total"].contains(&period);
    let dollars = amount.strip_prefix('$');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_number = match dollars.unwrap_or(amount).split_once('.') {
        Some((whole, rest)) => digits(rest) && (digits(whole) || whole.is_empty()),
        None => digits(amount) && !period.is_empty() || dollars.is_some_and(digits),
    };
    is_number && is_period && !amount.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;

    fn meant(word: &str, is_first: bool) -> Option<Meant> {
        stray(&help::command(), word, is_first).expect("a stray word").meant
    }

    #[test]
    fn what_can_only_be_a_host_or_a_url_is_none() {
        let hosts = [
            "localhost",
            "LOCALHOST",
            "api.example.com",
            "h:80",
            "h/",
            "/",
            "http://price/",
            "127.1",
            "[::1]",
            "",
            "127.0.0.1",
            "1.1.1.1",
            "host.",
            "1/x",
            "a.b/day",
        ];
        for word in hosts {
            assert_eq!(stray(&help::command(), word, true), None, "{word}");
        }
    }

    #[test]
    fn a_mistyped_word_names_the_nearest() {
        let command = |name: &str| Some(Meant::Command(name.to_owned()));
        let option = |name: &str| Some(Meant::Option(name.to_owned()));
        assert_eq!(meant("prise", true), command("price"));
        assert_eq!(meant("Histroy", true), command("history"));
        assert_eq!(meant("walet", true), command("wallet"));
        assert_eq!(meant("dry-run", true), option("dry-run"));
        assert_eq!(meant("dryrun", false), option("dry-run"));
        assert_eq!(meant("max-prise", false), option("max-price"));
        assert_eq!(meant("wallet", false), Some(Meant::LateCommand("wallet".to_owned())));
        assert_eq!(meant("{price,quote}", true), None);
        assert_eq!(meant("zebra", true), None);
        assert_eq!(meant(&"x".repeat(100_000), true), None);
    }

    #[test]
    fn an_amount_is_no_address_and_a_long_dash_no_host() {
        for word in ["0.05", "$0.05", ".5", "2/day", "$2/day", "0.5/week", "$5"] {
            assert_eq!(meant(word, false), Some(Meant::Amount), "{word}");
        }
        assert_eq!(meant("\u{2014}max-price=0.05", true), Some(Meant::Option("max-price".into())));
        assert_eq!(meant("\u{2013}\u{2013}dry-run", true), Some(Meant::Option("dry-run".into())));
        assert!(stray(&help::command(), "{a,b}", true).is_some_and(|stray| !stray.may_be_host));
        assert!(stray(&help::command(), "5", true).is_some(), "0.0.0.5");
        // After `--`, as in curl; but for what is the name of an option.
        assert_eq!(stray(&help::command(), "-nohost", false), None);
        assert_eq!(meant("--dry-run", false), Some(Meant::Option("dry-run".into())));
    }

    #[test]
    fn one_dash_before_a_long_name_of_paying_is_one_too_few() {
        let command = help::command();
        for word in ["-dry-run", "-no-pay", "-ask", "-max-price=0.05", "-wallet"] {
            assert!(lacks_a_dash(&command, word).is_some(), "{word}");
        }
        let odd = [
            "-dry",
            "-Dry-Run",
            "-DRY-RUN",
            "-dryrun",
            "-dry-",
            "-No-Pay",
            "-nopay",
            "-no-payment",
        ];
        for word in [&odd[..], &["-max-pri=1", "-maxprice", "-dry-ru", "-dry-runs"]].concat() {
            assert!(lacks_a_dash(&command, word).is_some(), "{word}");
        }
        for word in
            ["-d", "--dry-run", "-sS", "-output", "-ofile", "-", "-sSfL", "-fsSL", "-kv", "-no"]
        {
            assert_eq!(lacks_a_dash(&command, word), None, "{word}");
        }
    }
}
