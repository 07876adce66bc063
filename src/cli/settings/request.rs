//! A request's method, URL, headers and credentials, in curl's grammar.

use ::http::Method;
use ::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use url::Url;

use crate::cli::args::RequestArgs;
use crate::http::{Body, Request};
use crate::terminal::prompt;

use super::super::failure::Failure;
use super::body::read_all;

/// The request for a URL, with a body from [`body`].
pub(crate) fn request(args: &RequestArgs, body: Body, url: &Url) -> Result<Request, Failure> {
    let mut url = url.clone();
    if args.head && body.length().is_some() && !args.get {
        return Err(Failure::TwoMethods);
    }
    let mut headers = defaults(args, &body)?;
    if let Some(user) = credentials(args, &mut url)? {
        headers.insert(header::AUTHORIZATION, user);
    }
    apply(&mut headers, &args.header)?;
    let body = if args.get { into_query(&mut url, body)? } else { body };
    let method = match &args.method {
        Some(name) => {
            Method::from_bytes(name.as_bytes()).map_err(|_| Failure::BadMethod(name.clone()))?
        }
        None if args.head => Method::HEAD,
        None if body.length().is_some() => Method::POST,
        None => Method::GET,
    };
    Ok(Request { method, method_is_fixed: args.method.is_some(), url, headers, body })
}

/// `-G`: the data becomes the query.
fn into_query(url: &mut Url, body: Body) -> Result<Body, Failure> {
    let Body::Bytes(bytes) = body else {
        return Ok(body);
    };
    let data = String::from_utf8(bytes.to_vec()).map_err(|_| Failure::QueryNotText)?;
    let query = match url.query() {
        Some(query) if !query.is_empty() => format!("{query}&{data}"),
        _ => data,
    };
    url.set_query(Some(&query));
    Ok(Body::Empty)
}

fn defaults(args: &RequestArgs, body: &Body) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    let agent = args.user_agent.as_deref().unwrap_or(concat!("pay402/", env!("CARGO_PKG_VERSION")));
    if !agent.is_empty() {
        headers.insert(header::USER_AGENT, value("User-Agent", agent)?);
    }
    let json = !args.json.is_empty();
    let accept = if json { "application/json" } else { "*/*" };
    headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
    if let Some(referer) = &args.referer {
        headers.insert(header::REFERER, value("Referer", referer)?);
    }
    if body.length().is_some() && !args.get {
        let kind = if json { accept } else { "application/x-www-form-urlencoded" };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    Ok(headers)
}

fn value(name: &str, text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| Failure::BadHeader(name.to_owned()))
}

/// Applies `-H` lines: the first of a name replaces the default, further ones add.
fn apply(headers: &mut HeaderMap, lines: &[String]) -> Result<(), Failure> {
    let mut all = Vec::new();
    for line in lines {
        match line.strip_prefix('@') {
            None => all.push(line.clone()),
            Some(name) => {
                let text = String::from_utf8_lossy(&read_all(name)?).into_owned();
                all.extend(text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned));
            }
        }
    }
    let mut own = Vec::new();
    for line in all {
        let bad = || Failure::BadHeader(line.clone());
        let (name, text) = match (line.split_once(':'), line.strip_suffix(';')) {
            (Some((name, text)), _) => (name, Some(text.trim()).filter(|text| !text.is_empty())),
            (None, Some(name)) => (name, Some("")),
            (None, None) => return Err(bad()),
        };
        let name: HeaderName = name.trim().parse().map_err(|_| bad())?;
        if !own.contains(&name) {
            headers.remove(&name);
            own.push(name.clone());
        }
        if let Some(text) = text {
            headers.append(name, value(&line, text)?);
        }
    }
    Ok(())
}

/// `-u`, or the user in the URL, as Basic authentication. The URL loses its user: it is sent in the
/// header, and the URL is shown and recorded.
fn credentials(args: &RequestArgs, url: &mut Url) -> Result<Option<HeaderValue>, Failure> {
    let of_url = (!url.username().is_empty() || url.password().is_some()).then(|| {
        let decode = |text: &str| percent_decode(text);
        let (user, password) = (decode(url.username()), decode(url.password().unwrap_or_default()));
        [user, password].join(&b':')
    });
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let pair = match &args.user {
        Some(pair) if pair.contains(':') => Some(pair.clone().into_bytes()),
        Some(user) => {
            let question =
                format!("Password for user {}", crate::terminal::safe::Safe::new(user, 64));
            let password = prompt::password(&question).map_err(Failure::UserPassword)?;
            Some([user.as_bytes(), password.as_slice()].join(&b':'))
        }
        None => of_url,
    };
    let Some(pair) = pair else { return Ok(None) };
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    let mut value = value("Authorization", &format!("Basic {encoded}"))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, after @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                digit(high)
                    .zip(digit(low))
                    .and_then(|(high, low)| u8::try_from(high << 4 | low).ok())
                    .map(|byte| (byte, after))
            }
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = after;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use crate::cli::settings::{body, targets};
    use clap::{CommandFactory, FromArgMatches};

    fn build(arguments: &[&str]) -> Result<Request, Failure> {
        let line = ["pay402"].iter().chain(arguments).chain(&["http://u:p%40x@h.example/a?b=1"]);
        let matches = Args::command().get_matches_from(line);
        let args = Args::from_arg_matches(&matches).ok().unwrap();
        let url = targets(&args)?.remove(0).url;
        request(&args.request, body(&args.request, &matches)?, &url)
    }

    fn bytes(request: &Request) -> &[u8] {
        match &request.body {
            Body::Bytes(bytes) => bytes,
            _ => b"",
        }
    }

    #[test]
    fn data_is_joined_in_the_order_typed() {
        let request =
            build(&["--data-raw", "@x", "-d", "b=2", "--data-binary", "c\n"]).ok().unwrap();
        assert_eq!(bytes(&request), b"@x&b=2&c\n");
        assert_eq!(request.method, Method::POST);
        let json = build(&["--json", "{", "--json", "}"]).ok().unwrap();
        assert_eq!(bytes(&json), b"{}");
        assert_eq!(json.headers["accept"], "application/json");
        assert_eq!(json.headers["content-type"], "application/json");
    }

    #[test]
    fn get_puts_the_data_into_the_query() {
        let request = build(&["-G", "-d", "c=2"]).ok().unwrap();
        assert_eq!(request.url.as_str(), "http://h.example/a?b=1&c=2");
        assert_eq!((request.method, request.body.length()), (Method::GET, None));
    }

    #[test]
    fn headers_are_replaced_removed_emptied_and_repeated() {
        let request =
            build(&["-H", "Accept:", "-H", "X-A: 1", "-H", "X-A: 2", "-H", "X-B;"]).ok().unwrap();
        assert!(!request.headers.contains_key("accept"));
        let all: Vec<_> = request.headers.get_all("x-a").iter().collect();
        assert_eq!(all, ["1", "2"]);
        assert_eq!(request.headers["x-b"], "");
        assert!(build(&["-H", "no colon"]).is_err());
        assert!(build(&["-H", "X: a\r\nY: b"]).is_err());
    }

    #[test]
    fn the_urls_user_becomes_a_header() {
        let request = build(&[]).ok().unwrap();
        assert_eq!(request.url.as_str(), "http://h.example/a?b=1");
        assert_eq!(request.headers["authorization"], "Basic dTpwQHg=");
        assert_eq!(build(&["-u", "a:b"]).ok().unwrap().headers["authorization"], "Basic YTpi");
    }

    #[test]
    fn methods_follow_the_flags() {
        assert_eq!(build(&["-I"]).ok().unwrap().method, Method::HEAD);
        let custom = build(&["-X", "PURGE"]).ok().unwrap();
        assert!(custom.method.as_str() == "PURGE" && custom.method_is_fixed);
        assert!(matches!(build(&["-I", "-d", "x"]), Err(Failure::TwoMethods)));
    }
}
