//! `.netrc`: users and passwords by host, in the grammar that curl reads.

use zeroize::Zeroizing;

use crate::http::Pair;

/// The entries of a file. No `Debug`: it holds passwords.
#[derive(Default)]
pub(super) struct Netrc {
    entries: Vec<Entry>,
}

#[derive(Default)]
struct Entry {
    /// `None` is the default entry.
    machine: Option<String>,
    login: Option<String>,
    password: Option<Zeroizing<String>>,
}

impl Netrc {
    /// Reads a file; none where a quotation mark has no end. What it does not know it passes over, as every
    /// program that reads this file does.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut netrc = Self::default();
        let mut lines = text.lines();
        let mut awaits = String::new();
        while let Some(line) = lines.next() {
            for (word, quoted) in words(line)? {
                match awaits.as_str() {
                    "machine" => {
                        netrc.entries.push(Entry { machine: Some(word), ..Entry::default() });
                        awaits.clear();
                    }
                    "login" | "password" | "account" => {
                        if let Some(entry) = netrc.entries.last_mut() {
                            match awaits.as_str() {
                                "login" => entry.login = Some(word),
                                "password" => entry.password = Some(word.into()),
                                _ => {}
                            }
                        }
                        awaits.clear();
                    }
                    _ if !quoted && word == "default" => netrc.entries.push(Entry::default()),
                    _ if !quoted && word == "macdef" => {
                        // A macro goes on to the next empty line.
                        while lines.next().is_some_and(|line| !line.trim().is_empty()) {}
                        break;
                    }
                    _ => awaits = word.to_ascii_lowercase(),
                }
            }
        }
        Some(netrc)
    }

    /// The user for a host: of several, the one called `login` if one is named. Where the host is not
    /// in the file, its default.
    pub(super) fn find(&self, host: &str, login: Option<&str>) -> Option<Pair> {
        let of_host = |entry: &&Entry| {
            entry.machine.as_deref().is_some_and(|machine| machine.eq_ignore_ascii_case(host))
        };
        let right = |entry: &&Entry| login.is_none() || entry.login.as_deref() == login;
        let default = || self.entries.iter().find(|entry| entry.machine.is_none());
        let entry = self.entries.iter().filter(of_host).find(right).or_else(default)?;
        // As in curl, an entry without a user and a password names nobody.
        if entry.login.is_none() && entry.password.is_none() {
            return None;
        }
        let user = login.or(entry.login.as_deref()).unwrap_or_default();
        let password = entry.password.as_ref().map(|word| word.as_bytes().to_vec());
        Some(Pair { user: user.as_bytes().to_vec(), password: password.unwrap_or_default().into() })
    }
}

/// The words of a line, and whether each stood in quotation marks; a comment ends the line. None where a
/// quotation mark has no end.
fn words(line: &str) -> Option<Vec<(String, bool)>> {
    let mut words = Vec::new();
    let mut characters = line.chars().peekable();
    loop {
        while characters.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(&first) = characters.peek() else { return Some(words) };
        if first == '#' {
            return Some(words);
        }
        let mut word = String::new();
        let quoted = characters.next_if_eq(&'"').is_some();
        if quoted {
            loop {
                match characters.next()? {
                    '"' => break,
                    '\\' => match characters.next() {
                        Some('n') => word.push('\n'),
                        Some('r') => word.push('\r'),
                        Some('t') => word.push('\t'),
                        Some(other) => word.push(other),
                        None => {}
                    },
                    other => word.push(other),
                }
            }
        } else {
            while let Some(character) = characters.next_if(|c| !c.is_whitespace()) {
                word.push(character);
            }
        }
        words.push((word, quoted));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "machine a.test login alice password \"s p\\\"x\"\n\
        machine b.test\n  login bob # him\n  password \"default\"\n\
        macdef init\n  machine c.test login evil\n\n\
        machine a.test login other password two\n\
        default login any password d\n";

    fn found(host: &str, login: Option<&str>) -> String {
        let pair = Netrc::parse(FILE).unwrap().find(host, login).unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        format!("{}:{}", text(&pair.user), text(&pair.password))
    }

    #[test]
    fn a_host_has_its_user() {
        assert_eq!(found("a.test", None), "alice:s p\"x");
        assert_eq!(found("A.test", Some("other")), "other:two");
        assert_eq!(found("b.test", None), "bob:default");
        assert_eq!(found("c.test", None), "any:d", "a macro is no entry");
        assert_eq!(found("a.test", Some("me")), "me:d");
        assert!(Netrc::parse("machine a login b password \"endless").is_none());
        assert!(Netrc::parse("machine a login b").unwrap().find("c", None).is_none());
        assert!(
            Netrc::parse("machine a login b default account x").unwrap().find("c", None).is_none()
        );
    }
}
