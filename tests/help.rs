//! What the program says of itself: help, completions and the manual agree with what it takes.

use crate::support::{Home, Run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What an option of this metavariable can be given.
fn value_for(metavariable: &str) -> &'static str {
    match metavariable {
        "AMOUNT" => "0.05",
        "QUOTE" => "q1-10000-0123456789abcdef0123456789abcdef",
        "all" => "all",
        _ => "x",
    }
}

/// The words from `--` on that name options, in any text.
fn long_flags(text: &str) -> BTreeSet<String> {
    let word = |c: char| !c.is_ascii_lowercase() && c != '-' && !c.is_ascii_digit();
    let flag = |word: &&str| word.len() > 3 && word.starts_with("--");
    text.split(word).filter(flag).map(str::to_owned).collect()
}

fn printed(args: &[&str]) -> String {
    let run = Home::without_wallet().run(args);
    run.exits(0).says_nothing();
    run.text().to_owned()
}

#[test]
fn the_short_help_fits_a_small_terminal() {
    let help = printed(&["-h"]);
    assert!(help.lines().count() <= 24, "{help}");
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn every_option_of_the_short_help_is_taken() {
    let help = printed(&["--help"]);
    let options: Vec<&str> = help.lines().filter(|line| line.trim().starts_with('-')).collect();
    assert!(options.len() > 10, "{help}");
    for line in options {
        // "  -d, --data DATA          send this …"
        let mut words = line.trim().split("  ").next().unwrap().split([' ', ',']);
        let (flags, rest): (Vec<&str>, Vec<&str>) =
            words.by_ref().filter(|word| !word.is_empty()).partition(|word| word.starts_with('-'));
        for flag in flags {
            let values = rest.iter().map(|name| value_for(name));
            // Whatever comes before --version must have been understood.
            let args: Vec<&str> = [flag].into_iter().chain(values).chain(["--version"]).collect();
            Home::without_wallet().run(&args).exits(0).says_nothing();
        }
    }
    // And what is mentioned on the way.
    for flag in long_flags(&help) {
        assert!(printed(&["--help", "all"]).contains(&flag), "{flag}");
    }
}

#[test]
fn every_option_is_in_the_whole_help() {
    let script = printed(&["completions", "bash"]);
    let own = script.split("pay402)").find(|part| part.contains("--max-price")).unwrap();
    let line = own.lines().find(|line| line.contains("opts=")).unwrap();
    let flags = long_flags(line);
    assert!(flags.len() > 40, "{line}");
    let help = long_flags(&printed(&["--help", "all"]));
    let missing: Vec<_> = flags.difference(&help).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_command_has_help_under_both_spellings() {
    let all = printed(&["--help", "all"]);
    let section = all.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> =
        section.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"wallet"), "{all}");
    let short = printed(&["-h"]);
    for name in names {
        assert!(short.contains(name) || ["completions", "man"].contains(&name), "{name}: {short}");
        let help = printed(&[name, "--help"]);
        assert!(help.contains(&format!("Usage: pay402 {name}")), "{help}");
        assert_eq!(printed(&["--help", name]), help);
        assert!(printed(&[name, "-h"]).contains("Usage:"));
    }
    assert!(printed(&["wallet", "new", "--help"]).contains("--lightkdf"));
    let run = Home::without_wallet().run(&["--help", "nothing"]);
    run.exits(2).prints_nothing().says(&["--help all"]);
}

#[test]
fn a_topic_shows_its_options_and_no_others() {
    for (topic, has, lacks) in [
        ("pay", ["--max-price", "--budget"], ["--header", "--output"]),
        ("request", ["--header", "--data-raw"], ["--max-price", "--output"]),
        ("connection", ["--proxy", "--max-time"], ["--json", "--output"]),
        ("output", ["--output-dir", "--parallel"], ["--header", "--max-price"]),
        ("wallet", ["--password-file", "--wallet"], ["--header", "--max-price"]),
    ] {
        let flags = long_flags(&printed(&["--help", topic]));
        assert!(has.iter().all(|flag| flags.contains(*flag)), "{topic}: {flags:?}");
        assert!(!lacks.iter().any(|flag| flags.contains(*flag)), "{topic}: {flags:?}");
    }
}

/// Every file of the program.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The commands of this program that its texts tell people to run, up to the first word that is
/// for them to fill in.
fn suggestions() -> BTreeSet<Vec<String>> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let code = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let after = code.flat_map(|line| line.split(": pay402 ").skip(1));
    let is_word =
        |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.is_empty();
    after
        .map(|rest| {
            let end = rest.find(['"', '\\', '`', '(', ')', '|']).unwrap_or(rest.len());
            let words = rest[..end].split(' ').take_while(is_word);
            words.map(str::to_owned).collect::<Vec<String>>()
        })
        .filter(|words| !words.is_empty())
        .collect()
}

#[test]
fn what_hints_tell_people_to_run_can_be_run() {
    let suggestions = suggestions();
    assert!(suggestions.iter().any(|words| words == &["wallet", "new"]), "{suggestions:?}");
    for words in suggestions {
        if words[0] == "sandbox" && cfg!(not(feature = "sandbox")) {
            continue;
        }
        let mut args = words.clone();
        if !words[0].starts_with('-') {
            args.push("--help".into());
        }
        Home::without_wallet().run(&args).exits(0).says_nothing();
    }
}

/// Holds a file that is checked in against what the program prints, where there is one.
fn is_printed(file: &str, args: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    // Made with every feature; and a source without the directory is a packager's own affair.
    if !path.exists() || cfg!(not(feature = "sandbox")) {
        return;
    }
    let run: Run = Home::without_wallet().run(args);
    run.exits(0).says_nothing();
    let kept = fs::read(path.join(file)).unwrap_or_default();
    let again = format!("pay402 {} > completions/{file}", args.join(" "));
    assert!(kept == run.stdout, "completions/{file} is out of date: {again}");
}

#[test]
fn the_completions_are_those_that_are_printed() {
    let files = [
        ("bash", "pay402.bash"),
        ("zsh", "_pay402"),
        ("fish", "pay402.fish"),
        ("elvish", "pay402.elv"),
        ("powershell", "_pay402.ps1"),
    ];
    for (shell, file) in files {
        is_printed(file, &["completions", shell]);
    }
}

#[test]
fn the_manual_is_the_one_that_is_printed() {
    is_printed("pay402.1", &["man"]);
    let page = printed(&["man"]);
    for word in ["EXIT STATUS", "117", "ENVIRONMENT", "PAY402_MAX_PRICE", "PAY402_HOME"] {
        assert!(page.contains(word), "{word}");
    }
}
