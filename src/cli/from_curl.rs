//! `--from-curl`: a curl command line, as pasted from documentation, made one of this program's.
//!
//! What this program has no option for is left out, and said; what curl has no option for is refused, so
//! that no pasted line loosens the owner's rules.

mod shell;

use std::ffi::OsString;

use super::error::CliError;
use super::line::not_stray;
use shell::split;

/// curl 7.88's options without a value, `=` before the letter.
const SWITCHES: &str = "\
    anyauth append=a basic cert-status compressed compressed-ssh create-dirs crlf digest \
    disable=q disable-eprt disable-epsv disallow-username-in-url doh-cert-status \
    doh-insecure fail=f fail-early fail-with-body false-start form-escape ftp-create-dirs \
    ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get=G globoff=g \
    haproxy-protocol head=I http0.9 http1.0=0 http1.1 http2 http2-prior-knowledge http3 \
    http3-only ignore-content-length include=i insecure=k ipv4=4 ipv6=6 \
    junk-session-cookies=j list-only=l location=L location-trusted mail-rcpt-allowfails \
    manual=M metalink negotiate netrc=n netrc-optional next=: no-alpn no-buffer=N no-clobber \
    no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb parallel=Z \
    parallel-immediate path-as-is post301 post302 post303 progress-bar=# \
    proxy-anyauth proxy-basic proxy-digest proxy-insecure proxy-negotiate proxy-ntlm \
    proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel=p raw \
    remote-header-name=J remote-name=O remote-name-all remote-time=R remove-on-error \
    retry-all-errors retry-connrefused sasl-ir show-error=S silent=s socks5-basic \
    socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke \
    ssl-reqd ssl-revoke-best-effort sslv2=2 sslv3=3 styled-output suppress-connect-headers \
    tcp-fastopen tcp-nodelay tftp-no-options tlsv1=1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 \
    tr-encoding trace-time use-ascii=B verbose=v version=V xattr";

/// Those with one.
const VALUED: &str = "\
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert=E cert-type ciphers config=K \
    connect-timeout connect-to continue-at=C cookie=b cookie-jar=c create-file-mode crlfile \
    curves data=d data-ascii data-binary data-raw data-urlencode delegation dns-interface \
    dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header=D egd-file engine \
    etag-compare etag-save expect100-timeout form=F form-string ftp-account \
    ftp-alternative-to-user ftp-method ftp-port=P ftp-ssl-ccc-mode happy-eyeballs-timeout-ms \
    header=H help=h hostpubmd5 hostpubsha256 hsts interface json keepalive-time key key-type \
    krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt \
    max-filesize max-redirs max-time=m netrc-file noproxy oauth2-bearer output=o output-dir \
    parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy=x \
    proxy-cacert proxy-capath \
    proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key \
    proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers \
    proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user=U proxy1.0 pubkey quote=Q \
    random-file range=r rate referer=e request=X request-target resolve retry retry-delay \
    retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service \
    socks5-hostname speed-limit=Y speed-time=y stderr telnet-option=t tftp-blksize \
    time-cond=z tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii \
    unix-socket upload-file=T url url-query user=u user-agent=A variable write-out=w";

/// Puts the words of `--from-curl` in the place of it; also says what was left out.
pub(super) fn carry_over(
    definition: &clap::Command,
    words: Vec<OsString>,
) -> Result<(Vec<OsString>, Vec<String>), CliError> {
    let text = |word: &OsString| word.to_str().unwrap_or_default().to_owned();
    let before_urls = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let is_it = |word: &OsString| word == "--from-curl" || text(word).starts_with("--from-curl=");
    let Some(at) = words.iter().take(before_urls).position(is_it) else {
        return Ok((words, Vec::new()));
    };
    let (own, rest) = words.split_at(at);
    let (it, rest) = rest.split_first().ok_or(CliError::FromCurl("is missing"))?;
    let attached = text(it).strip_prefix("--from-curl=").map(str::to_owned);
    let mut dropped = Vec::new();
    let (pasted, rest) = match (attached, rest.split_first()) {
        (Some(line), _) => (split(&line, &mut dropped)?, rest),
        (None, None) => return Err(CliError::FromCurl("is missing")),
        (None, Some((first, rest))) if first == "--" => {
            (rest.iter().map(|word| word.to_string_lossy().into_owned()).collect(), [].as_slice())
        }
        (None, Some((line, rest))) => (split(&line.to_string_lossy(), &mut dropped)?, rest),
    };
    let mut all = own.to_vec();
    all.extend(rest.iter().cloned());
    all.extend(translate(definition, pasted, &mut dropped)?.into_iter().map(OsString::from));
    Ok((all, dropped))
}

/// An option of curl's.
struct Curls {
    name: &'static str,
    letter: Option<char>,
    takes_value: bool,
}

fn curls() -> impl Iterator<Item = Curls> {
    let rows = |list: &'static str, takes_value| {
        list.split_whitespace().map(move |row| {
            let (name, letter) = row.split_once('=').unwrap_or((row, ""));
            Curls { name, letter: letter.chars().next(), takes_value }
        })
    };
    rows(SWITCHES, false).chain(rows(VALUED, true))
}

/// curl's option of this name, which may be cut short where that leaves no doubt, and whether it is
/// switched on rather than off. Names of this program's own are none of curl's: a pasted line decides
/// nothing about money.
fn long(name: &str) -> Option<(Curls, bool)> {
    let find = |name: &str| {
        let begun = || curls().filter(|option| !name.is_empty() && option.name.starts_with(name));
        let only = || Some(begun().next()?).filter(|_| begun().count() == 1);
        curls().find(|option| option.name == name).or_else(only)
    };
    let off = |name: &str| find(name).filter(|option| !option.takes_value);
    find(name)
        .map(|option| (option, true))
        .or_else(|| Some((off(name.strip_prefix("no-")?)?, false)))
        .or_else(|| off(&format!("no-{name}")).map(|option| (option, false)))
}

/// curl's words in this program's spelling.
fn translate(
    definition: &clap::Command,
    words: Vec<String>,
    dropped: &mut Vec<String>,
) -> Result<Vec<String>, CliError> {
    let ours = |name: &str| {
        definition.get_arguments().any(|arg| {
            arg.get_long() == Some(name)
                || arg.get_all_aliases().unwrap_or_default().contains(&name)
        })
    };
    let mut words = words.into_iter().peekable();
    while words.next_if(|word| matches!(word.as_str(), "$" | "%" | "#" | "sudo")).is_some() {}
    let is_curl = |word: &String| {
        let word = word.trim_start_matches('$').trim_end_matches(".exe");
        word == "curl" || word.ends_with("/curl")
    };
    words.next_if(is_curl).ok_or(CliError::FromCurl("does not begin with curl"))?;
    let mut carried = Carried { words: Vec::new(), dropped, ours: &ours };
    let mut is_over = false;
    while let Some(word) = words.next() {
        if is_over || !word.starts_with('-') || word == "-" {
            // Words that a shell would have split off something else are no hosts to pay at.
            not_stray(definition, &word, false)?;
            // In its place, because --next parts the URLs.
            carried.take("url", true, Some(word));
        } else if word == "--" {
            is_over = true;
        } else if let Some(name) = word.strip_prefix("--") {
            let expanded = name.strip_prefix("expand-");
            let found = long(expanded.unwrap_or(name));
            let (option, on) = found.ok_or_else(|| CliError::NotCurls(word.clone()))?;
            let value = if on && option.takes_value { words.next() } else { None };
            let imports = value.as_ref().is_some_and(|value| value.starts_with('%'));
            if option.name == "variable" && (imports || expanded.is_some()) {
                // What is in the environment is the owner's, and no pasted line's.
                return Err(CliError::FromCurl(
                    "may take a variable of the environment; name it before --from-curl instead",
                ));
            }
            if expanded.is_some() && on && option.takes_value {
                carried.expands(option.name, value);
            } else {
                carried.take(option.name, on, value);
            }
        } else {
            let mut letters = word.chars().skip(1);
            while let Some(letter) = letters.next() {
                let found = curls().find(|option| option.letter == Some(letter));
                let option = found.ok_or_else(|| CliError::NotCurls(format!("-{letter}")))?;
                if !option.takes_value {
                    carried.take(option.name, true, None);
                    continue;
                }
                let attached: String = letters.by_ref().collect();
                let value = if attached.is_empty() { words.next() } else { Some(attached) };
                carried.take(option.name, true, value);
            }
        }
    }
    Ok(carried.words)
}

/// Words on their way into this program's spelling.
struct Carried<'a> {
    words: Vec<String>,
    dropped: &'a mut Vec<String>,
    ours: &'a dyn Fn(&str) -> bool,
}

impl Carried<'_> {
    /// An option whose value has variables in it.
    fn expands(&mut self, name: &str, value: Option<String>) {
        let before = self.words.len();
        self.take(name, true, value);
        if let Some(spelled) = self.words.get_mut(before) {
            *spelled = format!("--expand-{name}");
        }
    }

    fn take(&mut self, name: &str, on: bool, value: Option<String>) {
        // Documentation says -s of curl's progress meter. What is paid, and why not, is said all the
        // same; whoever wants silence says -s before --from-curl.
        let name = if name == "silent" { "no-progress-meter" } else { name };
        let spelled = match name.strip_prefix("no-") {
            _ if on => format!("--{name}"),
            Some(positive) => format!("--{positive}"),
            None => format!("--no-{name}"),
        };
        // A file of options is this program's, and could hold what no curl line can.
        if name != "config" && (self.ours)(name) {
            self.words.push(spelled);
            self.words.extend(value);
        } else {
            self.dropped.push(format!("{spelled} is not carried over"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;
    use proptest::prelude::*;

    fn carried(line: &str) -> (Vec<String>, Vec<String>) {
        let words = ["--max-price", "1", "--from-curl", line].map(OsString::from).to_vec();
        let (words, dropped) = carry_over(&help::command(), words).ok().unwrap();
        let words = words.into_iter().skip(2).map(|word| word.into_string().unwrap()).collect();
        (words, dropped)
    }

    #[test]
    fn a_line_from_documentation_is_carried_over() {
        let (words, dropped) = carried(
            "$ curl -sSLX POST 'https://h/a?b=c&d' \\\n  -H \"A: b\" \\\r\n -d $'x\\'y\\n\\x41\\u00e9' | jq .",
        );
        let wanted = "--no-progress-meter --show-error --location --request POST --url https://h/a?b=c&d --header";
        let wanted: Vec<&str> =
            wanted.split(' ').chain(["A: b", "--data", "x'y\nA\u{e9}"]).collect();
        assert_eq!(words, wanted);
        assert_eq!(dropped, ["what follows '|' is not carried over"]);
    }

    #[test]
    fn what_has_no_place_here_is_left_out_with_its_value() {
        let (words, dropped) = carried("curl --ntlm --krb private -lh$TOKEN http://h");
        assert!(!words.contains(&"private".to_owned()), "{words:?}");
        let all = dropped.join(";");
        for word in ["--ntlm", "--krb", "--list-only", "variables"] {
            assert!(all.contains(word), "{word}: {all}");
        }
    }

    #[test]
    fn variables_are_carried_over_but_none_of_the_environment() {
        let (words, _) = carried("curl --variable a=1 --expand-data '{{a}}' --expand-krb x h/");
        assert_eq!(words, ["--variable", "a=1", "--expand-data", "{{a}}", "--url", "h/"]);
        for line in [
            "curl --variable %HOME h/",
            "curl --variable '%A=b' h/",
            "curl --variable a=%HOME --expand-variable '{{a}}' h/",
            "curl --expand-variable '{{empty}}%HOME' h/",
        ] {
            let words = ["--from-curl", line].map(OsString::from).to_vec();
            assert!(carry_over(&help::command(), words).is_err(), "{line}");
        }
    }

    #[test]
    fn options_may_be_cut_short_and_turned_off_as_in_curl() {
        let (words, dropped) =
            carried("curl --inse --no-compressed --no-location --buffer --alpn h/");
        let wanted = ["--insecure", "--no-compressed", "--no-location", "--buffer", "--alpn"];
        assert_eq!(words, [wanted.as_slice(), &["--url", "h/"]].concat());
        assert_eq!(dropped, Vec::<String>::new());
    }

    #[test]
    fn a_proxy_keeps_its_address() {
        let (words, dropped) = carried("curl -x http://p:1 --preproxy socks5://q:2 h/");
        let wanted = ["--proxy", "http://p:1", "--preproxy", "socks5://q:2", "--url", "h/"];
        assert_eq!(words, wanted);
        assert_eq!(dropped, Vec::<String>::new());
    }

    #[test]
    fn what_is_not_curls_is_refused() {
        let all = [
            "--max-price=5",
            "--max-price 5",
            "--max-p 5",
            "--no-dry-run",
            "--no-ask",
            "--ask",
            "--pay-again",
            "--pay-to 0x1",
            "--private-key-file k",
            "--no-verify-settlement",
            "--wallet w",
            "--budget 5/day",
            "--allow-http",
            "--from-curl x",
            "-!",
            "-s!",
        ];
        for option in all {
            let line = format!("curl {option} h/");
            let words = ["--from-curl", &line].map(OsString::from).to_vec();
            let refused = carry_over(&help::command(), words);
            assert!(matches!(refused, Err(CliError::NotCurls(_))), "{option}");
        }
        let (words, dropped) = carried("curl -K file h/");
        assert_eq!(words, ["--url", "h/"]);
        assert_eq!(dropped, ["--config is not carried over"]);
    }

    #[test]
    fn words_may_follow_by_themselves() {
        let words = ["-s", "--from-curl", "--", "curl", "-d", "a b", "h/"].map(OsString::from);
        let (words, dropped) = carry_over(&help::command(), words.to_vec()).ok().unwrap();
        assert_eq!(words, ["-s", "--data", "a b", "--url", "h/"]);
        assert!(dropped.is_empty());
        let untouched = ["--", "--from-curl"].map(OsString::from).to_vec();
        assert_eq!(carry_over(&help::command(), untouched.clone()).ok().unwrap().0, untouched);
    }

    #[test]
    fn what_is_no_curl_line_is_refused() {
        for line in ["wget http://h", "", "curl 'open", "curl $'open"] {
            let words = ["--from-curl", line].map(OsString::from).to_vec();
            assert!(carry_over(&help::command(), words).is_err(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_a_shell_quotes_comes_back(value in "[ -~\n\t]{0,30}") {
            let (words, _) = carried(&format!("curl -d {} h/", shell_words::quote(&value)));
            prop_assert_eq!(&words[1], &value);
        }

        #[test]
        fn never_panics(line in "(.|\n){0,60}") {
            let _ = split(&line, &mut Vec::new());
            let words = vec![OsString::from("--from-curl"), OsString::from(format!("curl {line}"))];
            let _ = carry_over(&help::command(), words);
        }
    }
}
