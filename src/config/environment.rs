//! Every environment variable, in one list. This is the only place that reads them.

use std::ffi::OsString;

use crate::policy::{Form, TABLE};

/// What the names of all variables of this program begin with.
const PREFIX: &str = "PAY402_";

/// A variable this program reads.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a line.
    pub help: String,
    /// Whether its value must never be shown.
    pub secret: bool,
}

/// Directory for all files of this program.
pub const HOME: &str = "PAY402_HOME";
/// `--wallet`.
pub const WALLET: &str = "PAY402_WALLET";
/// `--password-file`.
pub const PASSWORD_FILE: &str = "PAY402_PASSWORD_FILE";
/// The keystore's password.
pub const PASSWORD: &str = "PAY402_PASSWORD";
/// A raw private key.
pub const PRIVATE_KEY: &str = "PAY402_PRIVATE_KEY";

/// The variables of this program, all beginning with `PAY402_`, as the manual lists them: the home, those
/// of the rules, and the wallet's.
pub fn variables() -> Vec<Variable> {
    let plain = |name, help: &str| Variable { name, help: help.to_owned(), secret: false };
    let secret = |name, help: &str| Variable { name, help: help.to_owned(), secret: true };
    let mut all = vec![plain(HOME, "directory for the configuration, the wallets and the ledger")];
    all.extend(TABLE.iter().filter_map(|row| {
        let list = match row.form {
            Form::Amounts | Form::Budgets | Form::Names => ", separated by commas",
            Form::Number | Form::Switch | Form::Word => "",
        };
        let flag = row.flag.map(|flag| format!(", as {}", flag.name)).unwrap_or_default();
        Some(plain(row.variable?, &format!("{}{list}{flag}", row.meaning)))
    }));
    all.extend([
        plain(WALLET, "keystore to pay from, as --wallet"),
        plain(PASSWORD_FILE, "file with the keystore's password, as --password-file"),
        secret(PASSWORD, "the keystore's password"),
        secret(PRIVATE_KEY, "a raw private key, 64 hexadecimal digits, instead of a keystore"),
    ]);
    all
}

/// Names that are set aside for variables of this program and that this build does not read. Spending
/// without the grant, signer or agent that they name would be spending outside of what the owner allowed.
const NOT_BUILT: [(&str, &str); 3] =
    [("PAY402_SIGNER", "signers"), ("PAY402_GRANT", "grants"), ("PAY402_AGENT", "names of agents")];

/// A name that scripts use for the path of this program, which does not read it.
const FOR_SCRIPTS: &str = "PAY402_BIN";

/// What begins the names that the tests of this program use for themselves.
const FOR_TESTS: &str = "PAY402_TEST_";

/// A name is like that of a variable where so many of its letters, or fewer, are wrong, missing or
/// exchanged: one in this many, and one in any case.
const LETTERS_FOR_A_MISTAKE: usize = 4;

/// A variable whose name begins as those of this program do, and that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// No variable has this name.
    #[error("{name} is no variable of pay402")]
    Unknown {
        /// The name, which is text from outside.
        name: String,
        /// The variable that may have been meant.
        near: Option<&'static str>,
    },
    /// A later version reads it.
    #[error("{name} is set, and this build has no {what}")]
    NotBuilt {
        /// The name.
        name: &'static str,
        /// What it has none of.
        what: &'static str,
    },
    /// It is set to nothing. A script whose own variable was not set is more likely than a wish for the
    /// other wallet, the other ledger, or no limit.
    #[error("{0} is set, and it is empty")]
    Empty(&'static str),
    /// Two variables each name a key to pay with.
    #[error("{WALLET} and {PRIVATE_KEY} are both set, and each names another key to pay with")]
    TwoKeys,
}

/// A variable that is there but is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not valid text")]
pub struct NotText(pub &'static str);

/// The environment, read when asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment;

impl Environment {
    /// Fails if a variable whose name begins as those of this program do is not understood, whatever the
    /// command: a limit that is not understood would be no limit.
    pub fn check(self) -> Result<(), NotUnderstood> {
        #[expect(clippy::disallowed_methods, reason = "this is the one module that reads them")]
        let all = std::env::vars_os();
        check(all.map(|(name, value)| (name.to_string_lossy().into_owned(), value.is_empty())))
    }

    /// Fails if two variables each name a key to pay with: for where no option decides which one pays.
    pub fn check_keys(self) -> Result<(), NotUnderstood> {
        let both = [WALLET, PRIVATE_KEY].iter().all(|name| self.raw(name).is_some());
        if both { Err(NotUnderstood::TwoKeys) } else { Ok(()) }
    }

    /// The names of all variables that begin as those of this program do, understood or not.
    pub fn own_names(self) -> Vec<OsString> {
        #[expect(clippy::disallowed_methods, reason = "this is the one module that reads them")]
        let all = std::env::vars_os();
        all.map(|(name, _)| name).filter(|name| begins(&name.to_string_lossy())).collect()
    }

    /// A variable's value; empty counts as absent.
    pub fn raw(self, name: &str) -> Option<OsString> {
        #[expect(clippy::disallowed_methods, reason = "this is the one room that reads them")]
        std::env::var_os(name).filter(|value| !value.is_empty())
    }

    /// A variable's value, which may be empty: for a password, of which the empty one is one.
    pub fn given(self, name: &str) -> Option<OsString> {
        #[expect(clippy::disallowed_methods, reason = "this is the one room that reads them")]
        std::env::var_os(name)
    }

    /// A variable's value as text.
    pub fn text(self, name: &'static str) -> Result<Option<String>, NotText> {
        self.raw(name).map(|value| value.into_string().map_err(|_| NotText(name))).transpose()
    }

    /// The first of several variables that is there and is text: for those shared with other
    /// programs, which spell them in either case.
    pub fn first(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.raw(name)?.into_string().ok())
    }
}

/// The first of these variables, in the order of their names, that is not understood. Each is a name and
/// whether its value is empty.
fn check(variables: impl Iterator<Item = (String, bool)>) -> Result<(), NotUnderstood> {
    let mut own: Vec<_> = variables.filter(|(name, _)| is_own(name)).collect();
    own.sort();
    own.into_iter().try_for_each(|(name, is_empty)| understand(name, is_empty))
}

/// Whether a name begins as those of this program do, in whatever case: what was meant for it must not be
/// passed over.
fn is_own(name: &str) -> bool {
    begins(name) && name != FOR_SCRIPTS && !name.starts_with(FOR_TESTS)
}

fn begins(name: &str) -> bool {
    name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn understand(name: String, is_empty: bool) -> Result<(), NotUnderstood> {
    // Windows knows a variable by its name in any case.
    let same =
        |known: &str| if cfg!(windows) { known.eq_ignore_ascii_case(&name) } else { known == name };
    if let Some((name, what)) = NOT_BUILT.into_iter().find(|(known, _)| same(known)) {
        return Err(NotUnderstood::NotBuilt { name, what });
    }
    match variables().iter().find(|variable| same(variable.name)) {
        // An empty password is a password.
        Some(variable) if is_empty && variable.name != PASSWORD => {
            Err(NotUnderstood::Empty(variable.name))
        }
        Some(_) => Ok(()),
        None => Err(NotUnderstood::Unknown { near: near(&name), name }),
    }
}

/// The variable whose name is most like this one, if any is like it.
fn near(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    // What all of them begin with would make them alike.
    let rest = name.strip_prefix(PREFIX)?;
    let mistakes = |known: &str| strsim::damerau_levenshtein(rest, known);
    let borne = |known: &str| (known.len() / LETTERS_FOR_A_MISTAKE).max(1);
    variables()
        .iter()
        .filter_map(|known| Some((known.name, known.name.strip_prefix(PREFIX)?)))
        .map(|(name, known)| (mistakes(known), borne(known), name))
        .filter(|(mistakes, borne, _)| mistakes <= borne)
        .min()
        .map(|(_, _, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str, value: &str) -> Result<(), NotUnderstood> {
        check([("PATH".to_owned(), true), (name.to_owned(), value.is_empty())].into_iter())
    }

    fn suggested(name: &str) -> Option<&'static str> {
        match checked(name, "1") {
            Err(NotUnderstood::Unknown { near, .. }) => near,
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn every_variable_is_understood_and_only_a_password_may_be_empty() {
        for variable in variables() {
            assert_eq!(checked(variable.name, "1"), Ok(()));
            let expected = match variable.name {
                "PAY402_PASSWORD" => Ok(()),
                name => Err(NotUnderstood::Empty(name)),
            };
            assert_eq!(checked(variable.name, ""), expected);
        }
        for others in ["PAY402", "PAY402_BIN", "PAY402_TEST_KILLS", "PAY40", "XPAY402_HOME", ""] {
            assert_eq!(checked(others, ""), Ok(()), "{others}");
        }
    }

    #[test]
    fn what_is_unknown_suggests_what_is_like_it() {
        for (name, meant) in [
            ("PAY402_MAXPRICE", Some("PAY402_MAX_PRICE")),
            ("PAY402_MAX_PRCIE", Some("PAY402_MAX_PRICE")),
            ("PAY402_BUDGETS", Some("PAY402_BUDGET")),
            ("PAY402_BUGDET", Some("PAY402_BUDGET")),
            ("PAY402_PASSWD_FILE", Some("PAY402_PASSWORD_FILE")),
            ("PAY402_WALET", Some("PAY402_WALLET")),
            ("pay402_max_price", Some("PAY402_MAX_PRICE")),
            ("Pay402_Home", Some("PAY402_HOME")),
            ("PAY402_NO_PAY", None),
            ("PAY402_ASK", None),
            ("PAY402_", None),
            ("PAY402_\u{1b}[2J", None),
        ] {
            assert_eq!(suggested(name), meant, "{name}");
        }
    }

    #[test]
    fn what_this_build_does_not_have_is_not_passed_over() {
        for name in ["PAY402_GRANT", "PAY402_SIGNER", "PAY402_AGENT"] {
            for value in ["", "x"] {
                assert!(
                    matches!(checked(name, value), Err(NotUnderstood::NotBuilt { .. })),
                    "{name}"
                );
            }
        }
    }
}
