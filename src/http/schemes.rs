//! Which schemes of URLs may be used: `--proto` and `--proto-redir`, in curl's grammar.

use thiserror::Error;

/// curl's protocols but `http` and `https`, which are used here by no URL.
const OTHERS: [&str; 32] = [
    "dict", "file", "ftp", "ftps", "gopher", "gophers", "imap", "imaps", "ipfs", "ipns", "ldap",
    "ldaps", "mqtt", "pop3", "pop3s", "rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts",
    "rtsp", "scp", "sftp", "smb", "smbs", "smtp", "smtps", "telnet", "tftp", "ws", "wss",
];

/// Which schemes may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schemes {
    http: bool,
    https: bool,
}

/// A list of protocols that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SchemesError {
    /// A name that is no protocol's. curl warns; a rule that is not understood is no rule.
    #[error("{0:?} is no protocol that curl knows")]
    Unknown(String),
    /// Something without a name.
    #[error("a list of protocols, such as =https or -all,https")]
    NoName,
}

impl Default for Schemes {
    fn default() -> Self {
        Self::ALL
    }
}

impl Schemes {
    const ALL: Self = Self { http: true, https: true };
    const NONE: Self = Self { http: false, https: false };

    /// Reads a list such as `=https`, `-all,https` or `-http`: a plus or nothing allows, a minus denies,
    /// and an equals sign allows this one alone.
    pub fn parse(text: &str) -> Result<Self, SchemesError> {
        let mut schemes = Self::ALL;
        for token in text.split(',').filter(|token| !token.is_empty()) {
            let name = token.trim_start_matches(['=', '-', '+']);
            let sign = token.strip_suffix(name).and_then(|signs| signs.chars().next_back());
            let name = name.to_ascii_lowercase();
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Err(SchemesError::NoName);
            }
            if sign == Some('=') {
                schemes = Self::NONE;
            }
            let allow = sign != Some('-');
            match name.as_str() {
                "all" => schemes = if allow { Self::ALL } else { Self::NONE },
                "http" => schemes.http = allow,
                "https" => schemes.https = allow,
                other if OTHERS.contains(&other) => {}
                other => return Err(SchemesError::Unknown(other.to_owned())),
            }
        }
        Ok(schemes)
    }

    /// Whether a URL of this scheme may be used.
    pub fn allow(self, scheme: &str) -> bool {
        match scheme {
            "http" => self.http,
            "https" => self.https,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (bool, bool) {
        let schemes = Schemes::parse(text).unwrap();
        (schemes.allow("http"), schemes.allow("https"))
    }

    #[test]
    fn a_list_allows_denies_and_sets() {
        assert_eq!(read(""), (true, true));
        assert_eq!(read("=https"), (false, true));
        assert_eq!(read("=HTTPS,http"), (true, true));
        assert_eq!(read("-all,https"), (false, true));
        assert_eq!(read("-http"), (false, true));
        assert_eq!(read("-https,+https,-http"), (false, true));
        assert_eq!(read("=ftp"), (false, false));
        assert_eq!(read("=all,-https"), (true, false));
        assert_eq!(read("-=https"), (false, true), "the last sign counts");
        assert_eq!(read("-all,-http"), (false, false));
        assert_eq!(read("ftp,scp"), (true, true));
        assert!(!Schemes::default().allow("ftp"));
    }

    #[test]
    fn a_rule_that_is_not_understood_is_no_rule() {
        assert_eq!(Schemes::parse("=htps"), Err(SchemesError::Unknown("htps".to_owned())));
        for text in ["=", "-,http", "=1", "http,=", " https", "!https"] {
            assert!(Schemes::parse(text).is_err(), "{text}");
        }
    }
}
