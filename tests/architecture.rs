//! Which module may use which, held against the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules, and which others each may use.
const USES: &[(&str, &[&str])] = &[
    ("ownership", &[]),
    ("signals", &[]),
    ("text", &[]),
    ("threads", &[]),
    ("config", &["ownership", "text", "policy"]),
    ("protocol", &["text"]),
    ("policy", &["protocol"]),
    ("scheme", &["policy", "protocol"]),
    ("pay", &["scheme", "policy", "protocol"]),
    ("http", &["chain", "text", "threads", "pay", "scheme", "policy", "protocol"]),
    ("wallet", &["ownership", "text", "threads", "pay", "scheme", "policy", "protocol"]),
    ("ledger", &["ownership", "pay", "scheme", "policy", "protocol"]),
    ("system", &["signals", "pay"]),
    ("terminal", &["signals", "system", "threads", "pay", "scheme", "policy", "protocol"]),
    ("output", &["ownership", "signals", "terminal", "threads"]),
    ("chain", &["text", "pay", "scheme", "policy", "protocol"]),
    (
        "transfer",
        &[
            "chain", "http", "ledger", "output", "pay", "policy", "protocol", "scheme", "signals",
            "system", "terminal", "threads", "wallet",
        ],
    ),
    (
        "cli",
        &[
            "chain",
            "config",
            "http",
            "ledger",
            "output",
            "ownership",
            "pay",
            "policy",
            "protocol",
            "sandbox",
            "signals",
            "system",
            "terminal",
            "transfer",
            "wallet",
        ],
    ),
    // It must be able to catch the client at a mistake instead of making the same one.
    ("sandbox", &[]),
];

/// What a pure module does not use: files, the network, the clock, random numbers.
const WORLD: [&str; 14] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::",
    "SystemTime",
    "Instant::now",
    "tokio::",
    "reqwest::",
    "getrandom::",
    "rustix::",
    "clap::",
    "tempfile::",
];

/// A file of the program, without comments and without the tests at its foot.
struct Source {
    path: PathBuf,
    module: String,
    /// How many `super` lead from it to its top module.
    depth: usize,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let inside = path.strip_prefix(&root).unwrap().with_extension("");
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            let is_test = parts.iter().any(|part| part == "tests" || part.ends_with("_tests"));
            if is_test
                || ["lib", "main"].contains(&parts.join("/").as_str())
                || path.extension().is_none_or(|extension| extension != "rs")
            {
                continue;
            }
            let depth = parts.len() - 1 - usize::from(parts.last().unwrap() == "mod");
            let text = fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code = program.lines().map(|line| line.split("//").next().unwrap_or_default());
            found.push(Source {
                module: parts[0].clone().into_owned(),
                depth,
                code: code.collect::<Vec<_>>().join("\n"),
                path,
            });
        }
    }
    assert!(found.len() > 80, "where is the program?");
    found
}

/// The first segments of the paths from the crate's root that a file names.
fn modules_used(code: &str) -> Vec<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    code.split("crate::").skip(1).map(name).collect()
}

#[test]
fn the_table_of_modules_in_the_documentation_is_whole() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut named: Vec<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter_map(|row| row.split(" | ").next()?.split('`').nth(1))
        .collect();
    named.sort_unstable();
    let mut modules: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    modules.sort_unstable();
    assert_eq!(named, modules, "the table in src/lib.rs");
    let mut known: Vec<&str> = USES.iter().map(|(module, _)| *module).collect();
    known.sort_unstable();
    assert_eq!(known, modules, "the table in this test");
    assert!(sources().iter().all(|source| known.contains(&source.module.as_str())));
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let allowed: BTreeMap<&str, &[&str]> = USES.iter().copied().collect();
    for source in sources() {
        for used in modules_used(&source.code) {
            let may = used == source.module || allowed[source.module.as_str()].contains(&&*used);
            assert!(may, "{} uses {used:?}", source.path.display());
        }
    }
}

#[test]
fn no_file_leaves_its_module_by_super() {
    for source in sources() {
        // A file of tests is a module of the one it tests.
        let tests = source.path.to_string_lossy().ends_with("_tests.rs");
        let most = source.depth + usize::from(tests);
        let climb = "super::".repeat(most + 1);
        assert!(!source.code.contains(&climb), "{} leaves its module", source.path.display());
    }
}

#[test]
fn pure_modules_use_no_files_network_or_clock() {
    for source in sources() {
        let pure =
            ["text", "protocol", "policy", "scheme", "pay"].contains(&source.module.as_str());
        for word in WORLD.iter().filter(|_| pure) {
            assert!(!source.code.contains(word), "{} uses {word}", source.path.display());
        }
    }
}

/// How the clock is read and random numbers are drawn. `Instant::now` is not among them: it measures how
/// long something takes, where it happens, and says nothing of the time of day.
const CLOCK_AND_ENTROPY: [&str; 8] = [
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "getrandom::",
    "fastrand::",
    " rand::",
    "thread_rng",
    "RandomState",
];

#[test]
fn only_one_file_reads_the_clock_or_draws_random_numbers() {
    let (mut readers, mut drawers) = (0, 0);
    for source in sources().iter().filter(|source| source.module != "sandbox") {
        let is_system = source.path.ends_with("src/system.rs");
        readers += usize::from(is_system && source.code.contains("SystemTime::now"));
        drawers += usize::from(is_system && source.code.contains("getrandom::"));
        for word in CLOCK_AND_ENTROPY.iter().filter(|_| !is_system) {
            assert!(!source.code.contains(word), "{} uses {word}", source.path.display());
        }
    }
    assert_eq!((readers, drawers), (1, 1), "src/system.rs is not read");
}

#[test]
fn only_the_client_of_other_requests_than_purchases_uses_reqwest() {
    let users: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.code.contains("reqwest"))
        .map(|source| source.path)
        .collect();
    assert_eq!(users, [Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/plain.rs")]);
}

#[test]
fn only_one_module_handles_signals() {
    let mut handlers = 0;
    for source in sources() {
        let handles =
            ["tokio::signal", "signal_hook"].iter().any(|word| source.code.contains(word));
        handlers += usize::from(handles);
        assert!(
            !handles || source.module == "signals",
            "{} handles signals",
            source.path.display()
        );
    }
    assert!(handlers > 0, "src/signals is not read");
}

#[test]
fn only_the_front_door_knows_clap() {
    for source in sources().iter().filter(|source| source.module != "cli") {
        assert!(!source.code.contains("clap"), "{}", source.path.display());
    }
}

#[test]
fn only_the_sqlite_ledger_knows_its_database() {
    let mut knows = 0;
    for source in sources() {
        let path = source.path.to_string_lossy().replace('\\', "/");
        let is_store = path.contains("src/ledger/sqlite/");
        knows += usize::from(is_store && source.code.contains("rusqlite"));
        assert!(is_store || !source.code.contains("rusqlite"), "{path} names the database");
        // Others open a ledger and call it by its traits.
        let names_it = source.code.contains("SqliteLedger") || source.code.contains("sqlite::");
        assert!(!names_it || path.contains("src/ledger/"), "{path} names one kind of ledger");
    }
    assert!(knows > 10, "where is the ledger?");
}

#[test]
fn the_program_itself_is_a_dozen_lines() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs"));
    assert!(main.unwrap().lines().count() <= 12);
}

#[test]
fn a_module_is_found_wherever_it_is_named() {
    let code = "use crate::pay::{Wallet};\nfn f() { crate::http::g(); }\npub(in crate::x) use a;";
    assert_eq!(modules_used(code), ["pay", "http", "x"]);
    assert_eq!(
        modules_used("use crate::{pay, http};"),
        [""],
        "a module that is not named is not allowed"
    );
}

/// The two that may name each other: a challenge says which dialect read it, and a dialect reads one.
const MUTUAL: [&str; 2] = ["challenge", "dialect"];

/// The names that a text uses right after each `start`: one, or all of a list in braces.
fn named_after<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    code.split(start).skip(1).flat_map(|rest| {
        let list = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
        let word = |text: &'a str| {
            text.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
        };
        list.unwrap_or(rest.split([';', ',']).next().unwrap()).split(',').map(word)
    })
}

/// The names that the root of a module takes from its files, each with its file.
fn exported_by(root: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for text in root.split("use ").skip(1) {
        let Some((file, names)) = text.split(';').next().unwrap().split_once("::") else {
            continue;
        };
        for name in names.split(|c: char| !c.is_alphanumeric() && c != '_') {
            found.insert(name.to_owned(), file.to_owned());
        }
    }
    found
}

/// The files of a module, each with the others that it uses, also by a name that the root of the module
/// exports.
fn uses_in(module: &str) -> BTreeMap<String, Vec<String>> {
    let sources: Vec<_> = sources().into_iter().filter(|one| one.module == module).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module);
    let from_root = format!("crate::{module}::");
    let name = |source: &Source| {
        let inside = source.path.strip_prefix(&root).unwrap().with_extension("");
        inside.iter().next().unwrap().to_string_lossy().into_owned()
    };
    let mut uses: BTreeMap<String, Vec<String>> =
        sources.iter().map(|source| (name(source), Vec::new())).collect();
    let exported = sources.iter().find(|source| name(source) == "mod");
    let exported = exported.map(|root| exported_by(&root.code)).unwrap_or_default();
    // The root of the module only names its parts.
    uses.remove("mod");
    for source in sources.iter().filter(|source| name(source) != "mod") {
        let is_folder = source.path.parent() != Some(&root);
        let near = if is_folder && !source.path.ends_with("mod.rs") {
            "super::super::"
        } else {
            "super::"
        };
        let named = [&*from_root, near].map(|start| named_after(&source.code, start));
        let file_of = |used: &str| match exported.get(used) {
            Some(file) if !uses.contains_key(used) => file.clone(),
            _ => used.to_owned(),
        };
        for used in named
            .into_iter()
            .flatten()
            .map(file_of)
            .filter(|used| uses.contains_key(used))
            .collect::<Vec<_>>()
        {
            if used != name(source) {
                uses.get_mut(&name(source)).unwrap().push(used);
            }
        }
    }
    uses
}

/// The modules whose files use each other in one direction.
const ONE_WAY: [&str; 12] = [
    "chain",
    "http",
    "ledger",
    "output",
    "ownership",
    "policy",
    "protocol",
    "signals",
    "text",
    "threads",
    "transfer",
    "wallet",
];

#[test]
fn files_of_a_module_use_each_other_in_one_direction() {
    for (module, by, used) in [
        ("protocol", "refusal", "dialect"),
        ("protocol", "dialect", "challenge"),
        ("policy", "decide", "rules"),
        ("policy", "rules", "kinds"),
        ("http", "answer", "head"),
        ("wallet", "store", "name"),
        ("transfer", "fetch", "deliver"),
    ] {
        let used = &used.to_owned();
        assert!(uses_in(module)[by].contains(used), "the reading of {module}/{by} is broken");
    }
    for module in ONE_WAY {
        one_direction(&uses_in(module));
    }
}

#[test]
fn a_name_that_a_module_exports_stands_for_its_file() {
    let code =
        "mod a;\npub use a::{B, c};\npub(crate) use d::{\n    E,\n};\npub use f::G;\nuse h::I;";
    let of = |name: &str| exported_by(code).get(name).cloned();
    for (name, file) in [("B", "a"), ("c", "a"), ("E", "d"), ("G", "f"), ("I", "h")] {
        assert_eq!(of(name).as_deref(), Some(file), "{name}");
    }
    assert_eq!(of("a"), None);
}

/// Fails at a file that uses files which use it.
fn one_direction(uses: &BTreeMap<String, Vec<String>>) {
    for file in uses.keys() {
        let (mut reached, mut next) = (Vec::new(), vec![file]);
        while let Some(file) = next.pop() {
            for used in &uses[file] {
                let is_allowed = MUTUAL.contains(&file.as_str()) && MUTUAL.contains(&used.as_str());
                if !is_allowed && !reached.contains(&used) {
                    reached.push(used);
                    next.push(used);
                }
            }
        }
        assert!(!reached.contains(&file), "{file} uses files that use it: {reached:?}");
    }
}
