//! Links: whoever can change one decides where it leads, and one that leads nowhere hides a file.

use super::{Home, Path, Paywall, entries, fs, refuses, set_mode, symlink, used};
use std::path::PathBuf;

/// A directory of the owner's outside all places of the program, with this mode.
fn directory(home: &Home, name: &str, mode: u32) -> PathBuf {
    let path = home.work(name);
    fs::create_dir(&path).unwrap();
    set_mode(&path, mode);
    path
}

#[test]
fn a_configuration_behind_a_link_is_checked_where_it_lies() {
    let home = Home::new();
    let target = home.secret("elsewhere.toml", "max_price = \"1\"\n");
    symlink(&target, home.path("config.toml")).unwrap();
    home.pay(&[Paywall::v2().start().url("/")]).exits(0);
    set_mode(Path::new(&target), 0o666);
    refuses(&home, &[], 2).says(&["666"]);
    fs::remove_file(home.path("config.toml")).unwrap();
    // A link that leads nowhere is no leave to pay without limits.
    symlink(home.path("gone.toml"), home.path("config.toml")).unwrap();
    refuses(&home, &[], 2).says(&["config.toml", "leads nowhere"]);
}

#[test]
fn only_a_file_is_a_configuration() {
    for special in ["/dev/null", "/dev/zero", "/dev/urandom", "../work"] {
        let home = Home::new();
        symlink(special, home.path("config.toml")).unwrap();
        refuses(&home, &[], 2).says(&["config.toml is not a regular file"]);
    }
    let home = Home::new();
    fs::create_dir(home.path("config.toml")).unwrap();
    refuses(&home, &[], 2).says(&["config.toml is not a regular file"]);
    // Nobody writes to it: reading would wait for ever.
    let home = Home::new();
    let made = std::process::Command::new("mkfifo").arg(home.path("config.toml")).status();
    assert!(made.unwrap().success());
    refuses(&home, &[], 2).says(&["config.toml is not a regular file"]);
}

#[test]
fn a_link_to_a_configuration_is_checked_where_it_lies_and_so_is_the_next() {
    let home = Home::new();
    let target = home.secret("elsewhere.toml", "max_price = \"1\"\n");
    let shared = directory(&home, "shared", 0o700);
    // By way of a link of a link, each named from where it lies.
    symlink(&target, shared.join("last")).unwrap();
    symlink("last", shared.join("middle")).unwrap();
    symlink("../work/shared/middle", home.path("config.toml")).unwrap();
    home.pay(&[Paywall::v2().start().url("/")]).exits(0);
    for mode in [0o770, 0o777, 0o1777] {
        set_mode(&shared, mode);
        let run = refuses(&home, &[], 2);
        run.says(&["work/shared", &format!("{mode:o}"), "chmod go-w "]);
        home.run(&["config", "show"]).exits(2).prints_nothing();
    }
    set_mode(&shared, 0o700);
    home.pay(&[Paywall::v2().start().url("/")]).exits(0);
    // A circle, as the system has it, leads nowhere.
    fs::remove_file(shared.join("last")).unwrap();
    symlink("middle", shared.join("last")).unwrap();
    refuses(&home, &[], 2).says(&["config.toml", "leads nowhere"]);
}

#[test]
fn a_directory_behind_a_link_that_leads_nowhere_hides_limits() {
    // The configuration's own directory.
    let home = Home::new();
    fs::remove_dir(home.path("")).unwrap();
    symlink(home.work("volume"), home.work("../home")).unwrap();
    refuses(&home, &[], 2).says(&["home", "leads nowhere", "put back "]);
    home.run(&["config", "show"]).exits(2).prints_nothing();
    home.run(&["wallet", "use", "main"]).assert_fails();
    directory(&home, "volume", 0o700);
    home.pay(&[Paywall::v2().start().url("/")]).exits(0);
    // One above it, by the platform's directories.
    let home = Home::new();
    symlink(home.work("volume"), home.work("../user/.config")).unwrap();
    let shop = Paywall::v2().start();
    let pay = || home.paying(&[shop.url("/")]).in_shell("unset PAY402_HOME; exec \"$@\"").run();
    pay().exits(2).says(&["user/.config leads nowhere", "put back "]).prints_nothing();
    assert!(shop.payments().is_empty());
    directory(&home, "volume", 0o700);
    pay().exits(0);
}

#[test]
fn a_link_to_the_books_is_checked_where_it_lies_and_so_is_the_next() {
    let (home, password) = used();
    let shared = directory(&home, "shared", 0o700);
    let real = directory(&home, "real", 0o700).join("ledger.db");
    fs::rename(home.path("ledger.db"), &real).unwrap();
    symlink(&real, shared.join("cur")).unwrap();
    symlink(shared.join("cur"), home.path("ledger.db")).unwrap();
    let shop = Paywall::v2().start();
    let pay = |path: &str| home.pay(&["--password-file", &password, &shop.url(path)]);
    pay("/a").exits(0);
    assert_eq!(entries(&home).len(), 2, "the same ledger");
    for mode in [0o770, 0o777, 0o1777] {
        set_mode(&shared, mode);
        let run = refuses(&home, &["--password-file", &password], 116);
        run.says(&["work/shared", &format!("{mode:o}"), "nothing was signed", "chmod go-w "]);
        home.run(&["budget"]).exits(116).prints_nothing();
    }
    set_mode(&shared, 0o700);
    // A ledger that is hidden is not one that is empty.
    fs::rename(&real, real.with_extension("away")).unwrap();
    let paid = shop.payments().len();
    pay("/b").exits(116).says(&["ledger.db leads nowhere", "put back "]);
    home.run(&["history"]).exits(116).prints_nothing();
    assert_eq!(shop.payments().len(), paid);
    fs::rename(real.with_extension("away"), &real).unwrap();
    pay("/b").exits(0);
}

#[test]
fn a_link_to_the_books_in_a_directory_that_others_may_write_is_not_followed() {
    let home = Home::new();
    let shop = Paywall::v2().start();
    // The directories of the platform: the ledger's is not the configuration's.
    let pay = |path: &str| {
        home.paying(&[shop.url(path)]).in_shell("unset PAY402_HOME; exec \"$@\"").run()
    };
    pay("/before").exits(0);
    let data = home.work("../user/.local/share/pay402");
    let real = directory(&home, "real", 0o700).join("ledger.db");
    fs::rename(data.join("ledger.db"), &real).unwrap();
    symlink(&real, data.join("ledger.db")).unwrap();
    pay("/thing").exits(0);
    set_mode(&data, 0o777);
    let paid = shop.payments().len();
    pay("/thing").exits(116).says(&["share/pay402", "777", "nothing was signed", "chmod go-w "]);
    assert_eq!(shop.payments().len(), paid);
    // Hidden as a whole, they are no empty ones either.
    fs::rename(&data, home.work("away")).unwrap();
    symlink(home.work("unmounted"), &data).unwrap();
    let script = "unset PAY402_HOME; exec \"$@\"";
    let history = home.pay402(&["history"]).in_shell(script).run();
    history.exits(116).says(&["share/pay402 leads nowhere"]).prints_nothing();
}
