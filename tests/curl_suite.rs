//! The lists of curl's own test suite (`tests/curl/run`), held against each other and against README.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// README's words for the classes of differences.
const CLASSES: [(&str, &str); 3] =
    [("a", "not there"), ("b", "on purpose"), ("c", "without consequence")];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a list, without its comments.
fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// The accepted differences: test, class and reason.
fn differences(text: &str) -> Vec<(u32, &str, &str)> {
    rows(text)
        .map(|row| {
            let mut cells = row.split('\t');
            let mut cell = || cells.next().unwrap_or_else(|| panic!("three cells: {row:?}"));
            (cell().parse().expect("the number of a test"), cell(), cell())
        })
        .collect()
}

#[test]
fn readme_lists_the_accepted_differences() {
    let text = read("tests/curl/differences.tsv");
    let mut grouped: BTreeMap<(&str, &str), BTreeSet<u32>> = BTreeMap::new();
    for (test, class, reason) in differences(&text) {
        assert!(CLASSES.iter().any(|(letter, _)| *letter == class), "test {test}: class {class}");
        assert!(grouped.entry((class, reason)).or_default().insert(test), "test {test} twice");
    }
    let mut rows: Vec<_> = grouped.into_iter().collect();
    rows.sort_by_key(|((class, _), tests)| (*class, tests.first().copied()));
    let mut table = "| difference | | curl's tests |\n| --- | --- | --- |\n".to_owned();
    for ((class, reason), tests) in rows {
        let words = CLASSES.iter().find(|(letter, _)| *letter == class).unwrap().1;
        let tests: Vec<String> = tests.iter().map(u32::to_string).collect();
        let _ = writeln!(table, "| {reason} | {words} | {} |", tests.join(" "));
    }
    let readme = read("README.md");
    assert!(readme.contains(&table), "tests/curl/run --write puts this into README:\n{table}");
}

#[test]
fn no_test_both_passes_and_differs() {
    let (text, passing) = (read("tests/curl/differences.tsv"), read("tests/curl/passing.txt"));
    let passing: BTreeSet<u32> = rows(&passing)
        .map(|row| row.split(' ').next().unwrap().parse().expect("the number of a test"))
        .collect();
    assert!(passing.len() > 300, "the list is cut: {}", passing.len());
    for (test, _, reason) in differences(&text) {
        assert!(!passing.contains(&test), "test {test}: {reason}");
    }
}
