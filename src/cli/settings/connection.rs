//! How connections are made: the flags, and the variables every client obeys.

use std::collections::BTreeMap;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::cli::args::{ConnectionArgs, LimitArgs, ProxyArgs, TlsArgs};
use crate::config::Environment;
use crate::http::{
    BadEntry, ClientCertificate, ConnectTo, Family, HttpVersion, Interface, LeastSpeed,
    LocalSocket, Options, Outgoing, PinnedAddress, Proof, Proxies, Proxy, ProxyKind, Redirects,
    TlsOptions, TlsVersion, TypedLine,
};
use crate::terminal::prompt;

use super::super::error::CliError;
use super::body::read_all;
use super::request::header_line;
use crate::transfer::RequestError;

/// How long a transfer may be slower than `--speed-limit` unless it is said.
const SPEED_PATIENCE: Duration = Duration::from_secs(30);

/// How connections are made: the flags, and the proxy variables every client obeys.
pub(crate) fn http_options(args: &ConnectionArgs) -> Result<Options, CliError> {
    let limits = &args.limits;
    let entry = |bad: BadEntry| CliError::BadEntry(bad);
    let socket = args.unix_socket.clone().map(LocalSocket::Path);
    let socket = socket.or_else(|| args.abstract_unix_socket.clone().map(LocalSocket::Abstract));
    Ok(Options {
        redirects: Redirects { follow: args.location, limit: u32::try_from(args.max_redirs).ok() },
        schemes: args.proto.unwrap_or_default(),
        redirect_schemes: args.proto_redir.unwrap_or_default(),
        proxies: proxies(&args.proxies, &args.tls, Environment)?,
        tls: tls(&args.tls, args.no_alpn, Environment)?,
        version: match args {
            ConnectionArgs { http1_0: true, .. } => HttpVersion::Http10,
            ConnectionArgs { http1_1: true, .. } => HttpVersion::Http11,
            ConnectionArgs { http2_prior_knowledge: true, .. } => HttpVersion::Http2PriorKnowledge,
            _ => HttpVersion::Negotiated,
        },
        compressed: args.compressed,
        transfer_coding: args.tr_encoding,
        raw: args.raw,
        ignore_length: args.ignore_content_length,
        http09: args.http0_9,
        no_user_in_url: false,
        expect_timeout: args.limits.expect100_timeout.unwrap_or(EXPECT_TIME),
        pinned: args
            .resolve
            .iter()
            .map(|text| PinnedAddress::parse(text))
            .collect::<Result<_, _>>()
            .map_err(entry)?,
        scopes: BTreeMap::new(),
        // One that is not understood applies to nothing, as in curl.
        connect_to: args.connect_to.iter().filter_map(|text| ConnectTo::parse(text).ok()).collect(),
        socket,
        family: match args {
            ConnectionArgs { ipv4: true, .. } => Family::V4,
            ConnectionArgs { ipv6: true, .. } => Family::V6,
            _ => Family::Any,
        },
        outgoing: Outgoing {
            interface: args.interface.as_deref().map(Interface::parse),
            ports: args.local_port.map(|(first, last)| first..=last),
            nodelay: !args.no_tcp_nodelay,
            keepalive: (!args.no_keepalive)
                .then(|| Duration::from_secs(args.keepalive_time.max(1))),
            head_start: Duration::from_millis(args.happy_eyeballs_timeout_ms),
            announces: args.proxies.haproxy_protocol,
        },
        connect_timeout: limits.connect_timeout.filter(|limit| !limit.is_zero()),
        max_time: limits.max_time.filter(|limit| !limit.is_zero()),
        least_speed: least_speed(limits),
        rate: limits.limit_rate.filter(|rate| *rate > 0),
        max_filesize: limits.max_filesize.filter(|most| *most > 0),
        resume_from: None,
        gap: false,
        output: None,
    })
}

/// Either of the two flags switches it on.
fn least_speed(limits: &LimitArgs) -> Option<LeastSpeed> {
    if limits.speed_limit.is_none() && limits.speed_time.is_none() {
        return None;
    }
    let patience = limits.speed_time.map_or(SPEED_PATIENCE, Duration::from_secs);
    let bytes = limits.speed_limit.unwrap_or(1);
    (bytes > 0 && !patience.is_zero()).then_some(LeastSpeed { bytes, patience })
}

/// How long a body waits for 100 Continue, as in curl.
const EXPECT_TIME: Duration = Duration::from_secs(1);

fn tls(args: &TlsArgs, no_alpn: bool, environment: Environment) -> Result<TlsOptions, CliError> {
    let named = args.cacert.is_some() || args.capath.is_some();
    let variable = |names: &[&'static str]| {
        let found = names.iter().find_map(|name| environment.raw(name).filter(|v| !v.is_empty()));
        found.filter(|_| !named).map(Into::into)
    };
    let least = match args {
        TlsArgs { tlsv1_3: true, .. } => TlsVersion::Tls13,
        _ => TlsVersion::Tls12,
    };
    let most = match args.tls_max.as_deref() {
        None | Some("default") => None,
        Some("1.0") => Some(TlsVersion::Tls10),
        Some("1.1") => Some(TlsVersion::Tls11),
        Some("1.2") => Some(TlsVersion::Tls12),
        Some("1.3") => Some(TlsVersion::Tls13),
        Some(other) => return Err(CliError::BadTlsVersion(other.to_owned())),
    };
    let client = args.cert.as_deref().map(|text| {
        let (file, password) = certificate_and_password(text);
        ClientCertificate {
            certificate: file.into(),
            key: args.key.clone(),
            form: args.cert_type.into(),
            key_form: args.key_type.into(),
            password: args.pass.clone().or(password).map(Zeroizing::new),
        }
    });
    Ok(TlsOptions {
        insecure: args.insecure,
        ca_file: args.cacert.clone().or_else(|| variable(&["CURL_CA_BUNDLE", "SSL_CERT_FILE"])),
        ca_dir: args.capath.clone(),
        least,
        most,
        client,
        no_alpn,
        no_sessions: args.no_sessionid,
        ciphers: [args.ciphers.clone(), args.tls13_ciphers.clone()],
        curves: args.curves.clone(),
        revoked: args.crlfile.clone(),
        pinned_key: args.pinnedpubkey.clone(),
    })
}

/// TLS with an https proxy, which the server's options say nothing of.
fn proxy_tls(
    args: &ProxyArgs,
    server: &TlsArgs,
    environment: Environment,
) -> Result<TlsOptions, CliError> {
    let own = TlsArgs {
        insecure: args.proxy_insecure,
        // Without authorities of its own, those of the server count.
        cacert: args.proxy_cacert.clone().or_else(|| server.cacert.clone()),
        capath: args.proxy_capath.clone().or_else(|| server.capath.clone()),
        cert: args.proxy_cert.clone(),
        key: args.proxy_key.clone(),
        pass: args.proxy_pass.clone(),
        cert_type: args.proxy_cert_type,
        key_type: args.proxy_key_type,
        ciphers: args.proxy_ciphers.clone(),
        tls13_ciphers: args.proxy_tls13_ciphers.clone(),
        crlfile: args.proxy_crlfile.clone(),
        pinnedpubkey: args.proxy_pinnedpubkey.clone(),
        ..TlsArgs::default()
    };
    tls(&own, false, environment)
}

/// `FILE[:PASSWORD]`, where a backslash takes the next colon or backslash into the name.
fn certificate_and_password(text: &str) -> (String, Option<String>) {
    let mut file = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            ':' => return (file, Some(rest.collect()).filter(|text: &String| !text.is_empty())),
            '\\' => match rest.next() {
                Some(escaped @ (':' | '\\')) => file.push(escaped),
                Some(other) => file.extend(['\\', other]),
                None => file.push('\\'),
            },
            c => file.push(c),
        }
    }
    (file, None)
}

/// As curl: a flag wins over the environment; `http_proxy` counts in lower case only, because a web
/// server's environment can be made to hold `HTTP_PROXY` by a request header.
fn proxies(
    args: &ProxyArgs,
    server: &TlsArgs,
    environment: Environment,
) -> Result<Proxies, CliError> {
    let user = args.proxy_user.as_deref().map(user_and_password).transpose()?;
    let proof = match (args.proxy_digest, args.proxy_basic, args.proxy_anyauth) {
        (_, _, true) | (true, true, _) => Proof::Any,
        (true, false, _) => Proof::Digest,
        _ => Proof::Basic,
    };
    let parse = |text: &str, kind: ProxyKind| {
        let mut proxy = Proxy::parse(text, kind).map_err(CliError::Connection)?;
        proxy.user = proxy.user.or_else(|| user.clone());
        proxy.proof = proof;
        proxy.is_http10 = args.proxy1_0.is_some();
        Ok::<_, CliError>(Some(proxy))
    };
    let flags = [
        (&args.proxy, ProxyKind::Http),
        (&args.proxy1_0, ProxyKind::Http),
        (&args.socks4, ProxyKind::Socks4),
        (&args.socks4a, ProxyKind::Socks4a),
        (&args.socks5, ProxyKind::Socks5),
        (&args.socks5_hostname, ProxyKind::Socks5h),
    ];
    let flag = flags.into_iter().find_map(|(text, kind)| Some((text.as_deref()?, kind)));
    let of_environment = |names: &[&'static str]| match environment.first(names) {
        Some(text) if !text.is_empty() => parse(&text, ProxyKind::Http),
        _ => Ok(None),
    };
    let (http, https) = match flag {
        Some(("", _)) => (None, None),
        Some((text, kind)) => {
            let proxy = parse(text, kind)?;
            (proxy.clone(), proxy)
        }
        None => (
            of_environment(&["http_proxy", "all_proxy", "ALL_PROXY"])?,
            of_environment(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?,
        ),
    };
    // Its user is in its URL; that of --proxy-user is the other's.
    let first = args.preproxy.as_deref().filter(|text| !text.is_empty());
    let first = first.map(|text| Proxy::parse(text, ProxyKind::Socks4)).transpose();
    let first = first.map_err(CliError::Connection)?;
    // On its own, it is the proxy.
    let or_first = |proxy: Option<Proxy>| proxy.or_else(|| first.clone());
    let bypass = args.noproxy.clone();
    Ok(Proxies {
        http: or_first(http),
        https: or_first(https),
        first: first.clone(),
        tls: proxy_tls(args, server, environment)?,
        bypass: bypass.or_else(|| environment.first(&["no_proxy", "NO_PROXY"])),
        tunnel: args.proxytunnel,
        headers: proxy_headers(&args.proxy_header)?,
    })
}

/// `USER:PASSWORD`; a password that is not there is asked for.
fn user_and_password(text: &str) -> Result<(String, String), CliError> {
    if let Some((user, password)) = text.split_once(':') {
        return Ok((user.to_owned(), password.to_owned()));
    }
    let name = crate::terminal::safe::Safe::new(text, 64);
    let password = prompt::password(&format!("Password for proxy user {name}"));
    let password = password.map_err(RequestError::UserPassword)?;
    Ok((text.to_owned(), String::from_utf8_lossy(&password).into_owned()))
}

fn proxy_headers(lines: &[String]) -> Result<Vec<TypedLine>, CliError> {
    let mut headers = Vec::new();
    for line in lines {
        match line.strip_prefix('@') {
            None => headers.push(header_line(line)?),
            Some(file) => {
                let text = String::from_utf8_lossy(&read_all(file)?).into_owned();
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    headers.push(header_line(line)?);
                }
            }
        }
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_follows_the_first_bare_colon() {
        let read = |text| {
            let (file, password) = certificate_and_password(text);
            (file, password.unwrap_or_default())
        };
        for (text, file, password) in [
            ("a.pem", "a.pem", ""),
            ("a.pem:", "a.pem", ""),
            ("a.pem:x:y", "a.pem", "x:y"),
            (r"a\:b:x", "a:b", "x"),
            (r"a\\b:x", r"a\b", "x"),
            (r"a\b", r"a\b", ""),
        ] {
            assert_eq!(read(text), (file.into(), password.into()), "{text}");
        }
    }
}
