//! README's tables and words, held against the program.

use pay402::cli::{TABLE, manual, rules_table};
use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// The rows of the table whose first line is `head`, without the one that parts it from them.
fn rows(readme: &str, head: &str) -> Vec<Vec<String>> {
    let (_, table) = readme.split_once(&format!("\n{head}\n")).expect("a table");
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// What a text puts between a pair of backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_codes_of_money_are_the_programs() {
    let readme = readme();
    let told = rows(&readme, "| code | name | meaning | signed? |");
    let money = TABLE.iter().filter(|row| (110..130).contains(&row.exit.code()));
    let wanted: Vec<_> = money
        .map(|row| {
            let signed = if row.signed { "yes" } else { "no" };
            let cells = [&row.exit.code().to_string(), row.name, row.meaning, signed];
            cells.map(str::to_owned).to_vec()
        })
        .collect();
    let plain = |row: Vec<String>| row.iter().map(|cell| cell.replace('`', "")).collect::<Vec<_>>();
    assert_eq!(told.into_iter().map(plain).collect::<Vec<_>>(), wanted);
}

#[test]
fn every_variable_is_in_the_table_and_no_other() {
    let readme = readme();
    let rows = rows(&readme, "| variable | meaning |");
    let names: BTreeSet<_> = rows.iter().flat_map(|row| quoted(&row[0])).collect();
    let manual = String::from_utf8(manual().unwrap()).unwrap();
    let (_, section) = manual.split_once("\n.SH ENVIRONMENT\n").unwrap();
    let section = section.split("\n.SH").next().unwrap();
    let ours: BTreeSet<_> = section.lines().filter(|line| line.starts_with("PAY402_")).collect();
    let ours: BTreeSet<_> = ours.into_iter().filter(|line| !line.contains(' ')).collect();
    let ours_in_table: BTreeSet<_> =
        names.into_iter().filter(|name| name.starts_with("PAY402_")).collect();
    assert_eq!(ours_in_table, ours);
}

/// What stands around the table of rules.
const RULES: (&str, &str) = ("<!-- rules: begin -->\n", "<!-- rules: end -->");

/// With this variable set, the table is written into README instead of being compared.
const WRITE: &str = "PAY402_TEST_WRITE";

#[test]
fn the_table_of_rules_is_the_programs() {
    let readme = readme();
    let (before, rest) = readme.split_once(RULES.0).expect("where the table begins");
    let (table, after) = rest.split_once(RULES.1).expect("where it ends");
    if std::env::var_os(WRITE).is_some() {
        let text = format!("{before}{}{}{}{after}", RULES.0, rules_table(), RULES.1);
        std::fs::write(root().join("README.md"), text).unwrap();
        return;
    }
    assert_eq!(
        table,
        rules_table(),
        "write it with: {WRITE}=1 cargo test --test integration the_table_of_rules"
    );
}

#[test]
fn every_kind_of_document_is_named() {
    let readme = readme();
    let mut files = vec![root().join("src")];
    let mut kinds = BTreeSet::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text.split("\"pay402/").skip(1) {
                let kind = part.split('"').next().unwrap();
                if kind.ends_with("/1") && !kind.contains('<') {
                    kinds.insert(format!("pay402/{kind}"));
                }
            }
        }
    }
    assert!(kinds.len() > 5, "{kinds:?}");
    for kind in kinds {
        assert!(readme.contains(&format!("`{kind}`")), "README does not name {kind}");
    }
}

/// Options of cargo that README names.
const CARGOS: [&str; 10] = [
    "--release",
    "--lib",
    "--skip",
    "--locked",
    "--nocapture",
    "--bench",
    "--test",
    "--path",
    "--profile",
    "--no-default-features",
];

/// Options of curl that README says are not there.
const NOT_THERE: [&str; 3] = ["--dns-servers", "--doh-url", "--xattr"];

#[test]
fn every_option_that_is_named_is_the_programs() {
    let readme = readme();
    let manual = String::from_utf8(manual().unwrap()).unwrap().replace("\\-", "-");
    let commands = std::fs::read_to_string(root().join("completions/pay402.bash")).unwrap();
    let manual = manual + &commands;
    let known = |option: &str| {
        let positive = option.strip_prefix("--no-").map(|name| format!("--{name}"));
        let in_manual = |option: &str| {
            manual.match_indices(option).any(|(at, _)| {
                let after = manual[at + option.len()..].chars().next();
                !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-')
            })
        };
        in_manual(option) || positive.is_some_and(|option| in_manual(&option))
    };
    let words = readme.split(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
    let options: BTreeSet<_> = words
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.starts_with("--") && word.len() > 2 && !word.starts_with("---"))
        .collect();
    let unknown: Vec<_> =
        options.into_iter().filter(|option| !known(option) && !CARGOS.contains(option)).collect();
    assert_eq!(
        unknown,
        NOT_THERE.into_iter().filter(|option| readme.contains(option)).collect::<Vec<_>>()
    );
}
