use super::*;
use crate::cli::help;

fn groups(words: &[&str]) -> Vec<Words> {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    match split(&help::command(), &words, &|_, _| Ok(())) {
        Ok(Line::Fetch(groups)) => groups,
        Ok(Line::Command) => panic!("a command"),
        Err(failure) => panic!("{}", failure.message().sentence),
    }
}

fn options(words: &[&str]) -> Vec<String> {
    let texts = groups(words).remove(0).options;
    texts.into_iter().map(|text| text.into_string().unwrap()).collect()
}

fn operands(words: &[&str]) -> Vec<(String, Place)> {
    let all = groups(words).remove(0).operands;
    all.into_iter().map(|operand| (operand.url.unwrap_or_default(), operand.place)).collect()
}

fn fault(words: &[&str]) -> LineError {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    match read(&help::command(), &words) {
        Err(CliError::Line(error)) => error,
        _ => panic!("it was understood"),
    }
}

#[test]
fn every_option_that_holds_for_all_groups_exists() {
    let command = help::command();
    for id in GLOBAL {
        assert!(command.get_arguments().any(|option| option.get_id() == id), "{id}");
    }
}

#[test]
fn options_come_out_in_one_spelling() {
    let long = ["--silent", "--header=A: b", "--data=-x", "--include"];
    assert_eq!(options(&["-sHA: b", "--data", "-x", "-i", "h"]), long);
    assert_eq!(options(&["-s", "--head", "--HEADER", "a:", "h"]).len(), 3);
    assert_eq!(options(&["--inse", "h"]), ["--insecure"]);
    assert!(matches!(fault(&["--max", "1"]), LineError::Ambiguous(_)));
    assert!(matches!(fault(&["--no-such"]), LineError::Refused(_)));
    assert!(matches!(fault(&["-"]), LineError::Refused(_)));
    assert!(matches!(fault(&["-d"]), LineError::Refused(_)));
}

#[test]
fn a_switch_can_be_turned_off_again() {
    assert!(options(&["-s", "-i", "--no-silent", "--no-include", "h"]).is_empty());
    assert_eq!(options(&["-i", "--no-include", "-i", "h"]), ["--include"]);
    assert_eq!(options(&["--no-buffer", "h"]), ["--no-buffer"]);
    assert!(options(&["--no-buffer", "--buffer", "h"]).is_empty());
    assert!(matches!(fault(&["--no-data"]), LineError::NotBoolean(_)));
}

#[test]
fn urls_meet_their_outputs_in_order() {
    let file = |name: &str| Place::File(name.into());
    let wanted = [("a".into(), file("1")), ("b".into(), Place::Remote)];
    assert_eq!(operands(&["a", "-o", "1", "-O", "b"]), wanted);
    assert_eq!(operands(&["-o1", "-O", "--url", "a", "--", "b"]), wanted);
    assert_eq!(operands(&["a", "--remote-name-all", "b"])[1].1, Place::Remote);
    assert_eq!(operands(&["a", "--", "-b"])[1], ("-b".into(), Place::Stdout));
    let all = operands(&["--remote-name-all", "a", "b", "-o", "x", "--no-remote-name"]);
    assert_eq!(all, [("a".into(), file("x")), ("b".into(), Place::Stdout)]);
    assert_eq!(operands(&["-o", "x", "-o", "y", "a"]).len(), 2);
}

#[test]
fn groups_have_their_own_options_and_share_those_that_are_global() {
    let all = groups(&["-d", "x", "a", "--next", "b", "-s", "-:", "-i", "c"]);
    let texts: Vec<_> = all.iter().map(|group| group.options.join(OsStr::new(" "))).collect();
    assert_eq!(texts, ["--silent --data=x", "--silent", "--silent --include"]);
    assert_eq!(groups(&["--next", "a"]).len(), 1);
    assert!(groups(&["a", "--next"])[1].operands.is_empty());
}

#[test]
fn a_command_is_the_first_word_that_is_no_option() {
    let is_command = |words: &[&str]| {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        matches!(read(&help::command(), &words), Ok(Line::Command))
    };
    assert!(is_command(&["wallet", "list"]) && is_command(&["-s", "history"]));
    assert!(!is_command(&["--", "wallet"]) && !is_command(&["-o", "wallet", "h"]));
    assert!(!is_command(&["h", "wallet"]));
}

#[test]
fn a_quote_is_a_dry_run_whatever_else_is_said() {
    let all = groups(&["-s", "price", "--no-dry-run", "a", "--next", "b", "--no-dry-run"]);
    for group in &all {
        assert_eq!(group.options.last().unwrap(), "--dry-run");
    }
    assert_eq!(options(&["quote", "-h"]), ["--help=quote", "--dry-run"]);
    assert!(!options(&["a", "quote"]).contains(&"--dry-run".to_owned()));
}

#[test]
fn a_file_of_options_stands_in_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("k");
    let named = path.to_str().unwrap();
    std::fs::write(&path, "url = a\n-o \"x y\"\nnext\nurl b\nno-include").unwrap();
    let all = groups(&["-i", "-K", named, "c"]);
    assert_eq!(all[0].operands[0].place, Place::File("x y".into()));
    assert_eq!(all[1].operands.len(), 2);
    std::fs::write(&path, "\nmax-prize = 1").unwrap();
    assert!(matches!(fault(&["-K", named]), LineError::Setting { line: 2, .. }));
    std::fs::write(&path, "-dry-run").unwrap();
    assert!(matches!(fault(&["-K", named]), LineError::OneDash(_)));
    std::fs::write(&path, "silent = 1").unwrap();
    assert!(matches!(fault(&["-K", named]), LineError::Setting { .. }));
    std::fs::write(&path, format!("config = {named}")).unwrap();
    assert!(matches!(fault(&["-K", named]), LineError::Nested(_)));
}

#[test]
fn values_are_expanded_where_that_is_said() {
    let words = ["--variable", "a=1", "--expand-data", "x={{a}}", "--data", "{{a}}", "h"];
    assert_eq!(options(&words), ["--data=x=1", "--data={{a}}"]);
    // A later value counts for what comes later, in every group.
    let words = ["--variable=a=1", "--expand-url", "h/{{a}}", "--next", "--variable", "a=2"];
    let all = groups(&[words.as_slice(), &["--expand-url=h/{{a}}"]].concat());
    let urls: Vec<_> = all.iter().map(|group| group.operands[0].url.as_deref().unwrap()).collect();
    assert_eq!(urls, ["h/1", "h/2"]);
    assert!(matches!(fault(&["--expand-silent"]), LineError::NothingToExpand(_)));
    assert!(matches!(fault(&["--expand-nonsense", "x"]), LineError::Refused(_)));
    assert!(matches!(fault(&["--variable", "a"]), LineError::Variable { .. }));
    assert!(matches!(fault(&["--expand-data"]), LineError::Refused(_)));
}
