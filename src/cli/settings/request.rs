//! A request's method, URL, headers and credentials, in curl's grammar.

use std::sync::Arc;

use ::http::Method;
use ::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::cli::args::{RequestArgs, WhoArgs};
use crate::http::{
    self, Body, Credentials, Deed, Lookup, Manners, Pair, Proof, Request, Signing, TypedLine,
    UrlError, host_as_typed, path_as_typed,
};
use crate::pay::Clock;
use crate::terminal::prompt;

use super::body::{Content, Hex, encoded, file, is_stdin, percent_encode};
use super::material::Material;
use crate::system::SystemClock;
use crate::transfer::{ContinueAt, RequestError, Target, condition};

/// The request for a target. Where a transfer goes on (`-C`), that says which bytes are asked for or
/// sent, and `-r` does not, as in curl.
pub(crate) fn request(
    args: &RequestArgs,
    material: &Material,
    target: &Target,
    goes_on: Option<ContinueAt>,
) -> Result<Request, RequestError> {
    let mut url = target.url.clone();
    let mut credentials = credentials(&args.who, material, &mut url)?;
    let mut headers = defaults(args)?;
    let mut typed = apply(&mut headers, &material.lines)?;
    let own: Vec<HeaderName> = typed.iter().map(|line| line.name.clone()).collect();
    let is_own = |name: &HeaderName| own.contains(name);
    let mut part = None;
    let (deed, body, kind) = match (&target.upload, &material.content) {
        (Some(name), _) => {
            let (body, range) =
                rest_of_upload(name, file(if is_stdin(name) { "-" } else { name })?, goes_on)?;
            part = range;
            (Deed::Put, body, None)
        }
        (None, Content::Form(form)) => {
            // A type of one's own gets the boundary too.
            let named = headers.remove(header::CONTENT_TYPE);
            typed.retain(|line| line.name != header::CONTENT_TYPE);
            let named = named.as_ref().and_then(|value| value.to_str().ok());
            let unread = |source| RequestError::Input { path: "the form's file".into(), source };
            let (body, kind) = form.body(named).map_err(unread)?;
            let wanted = named.is_some() || !is_own(&header::CONTENT_TYPE);
            (Deed::Post, body, wanted.then_some(kind))
        }
        (None, Content::Data(data)) if args.get => {
            into_query(&mut url, data)?;
            (Deed::Get, Body::Empty, None)
        }
        (None, Content::Data(data)) => {
            let kind = "application/x-www-form-urlencoded";
            let wanted = !is_own(&header::CONTENT_TYPE) && args.data.json.is_empty();
            (Deed::Post, data.clone(), wanted.then(|| kind.to_owned()))
        }
        (None, Content::Nothing) => (Deed::Get, Body::Empty, None),
    };
    let deed = if args.head { Deed::Head } else { deed };
    if !(args.get && matches!(material.content, Content::Data(_))) {
        add_query(&mut url, &args.url_query)?;
    }
    if let Some(range) = &args.range {
        let (name, range) = ranged(range, &body);
        let gives_way = is_own(&name) || goes_on.is_some() && name == header::RANGE;
        if !gives_way {
            headers.insert(name, value("Range", &range)?);
        }
    }
    if let Some(part) = part.filter(|_| !is_own(&header::CONTENT_RANGE)) {
        headers.insert(header::CONTENT_RANGE, value("Content-Range", &part)?);
    }
    if let Some(etag) = &material.etag {
        headers.append(header::IF_NONE_MATCH, etag.clone());
        typed.push(own_line(header::IF_NONE_MATCH, etag.clone()));
    }
    if !args.data.json.is_empty() {
        // curl sends these as if they were the last ones of -H.
        for name in [header::CONTENT_TYPE, header::ACCEPT].into_iter().filter(|name| !is_own(name))
        {
            typed.extend(headers.get(&name).cloned().map(|value| own_line(name, value)));
        }
    }
    if is_own(&header::AUTHORIZATION) || headers.contains_key(header::AUTHORIZATION) {
        credentials = Credentials::default();
    }
    let method = args.method.as_ref().map(|name| {
        Method::from_bytes(name.as_bytes()).map_err(|_| RequestError::BadMethod(name.clone()))
    });
    let hostless = is_own(&header::HOST) && !headers.contains_key(header::HOST);
    Ok(Request {
        target: raw_target(args, target, &url),
        hostless,
        method: method.transpose()?.unwrap_or_else(|| deed.method()),
        method_is_fixed: args.method.is_some(),
        deed,
        url,
        headers,
        typed,
        content_type: kind.map(|kind| value("Content-Type", &kind)).transpose()?,
        body,
        credentials,
        cookie: material.cookie.clone().filter(|_| !is_own(&header::COOKIE)),
        jar: material.jar.clone(),
        typed_host: Some(host_as_typed(&target.text).to_owned()),
        in_chunks: target.upload.as_deref().is_some_and(is_stdin) && deed == Deed::Put,
        manners: manners(args),
    })
}

/// What `-C` leaves of a file to upload, and what `Content-Range` says of it. Where the server's copy ends
/// is not known: `-C -` sends all of the file, and says so.
fn rest_of_upload(
    name: &str,
    body: Body,
    goes_on: Option<ContinueAt>,
) -> Result<(Body, Option<String>), RequestError> {
    let whole = body.length().unwrap_or(0);
    let Some(last) = whole.checked_sub(1).filter(|_| goes_on.is_some()) else {
        return Ok((body, None));
    };
    let from = match goes_on {
        Some(ContinueAt::Byte(from)) => from,
        Some(ContinueAt::FileEnd) | None => 0,
    };
    let rest =
        body.after(from).ok_or_else(|| RequestError::NothingLeft { path: name.into(), from })?;
    Ok((rest, Some(format!("bytes {from}-{last}/{whole}"))))
}

/// What stands in the first line, where it is not what the URL says.
fn raw_target(args: &RequestArgs, target: &Target, url: &Url) -> Option<http::Target> {
    if let Some(text) = &args.request_target {
        return Some(http::Target::Fixed(text.clone()));
    }
    let path = path_as_typed(&target.text);
    let name = match &target.upload {
        Some(_) if path.ends_with('/') => url.path().rsplit('/').next().unwrap_or_default(),
        _ => "",
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    args.path_as_is.then(|| http::Target::AsTyped(format!("{path}{name}{query}")))
}

/// The URL to upload a file to: one that ends in `/` takes the file's name.
pub(super) fn upload_url(url: &Url, name: &str) -> Url {
    let mut url = url.clone();
    if matches!(name, "-" | ".") || !url.path().ends_with('/') {
        return url;
    }
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let path = format!("{}{}", url.path(), percent_encode(last.as_bytes(), Hex::Lower, false));
    url.set_path(&path);
    url
}

/// `-G`: the data becomes the query.
fn into_query(url: &mut Url, data: &Body) -> Result<(), RequestError> {
    let Body::Bytes(bytes) = data else {
        return Err(RequestError::QueryNotText);
    };
    let data = std::str::from_utf8(bytes).map_err(|_| RequestError::QueryNotText)?;
    if let Some(bad) = data.chars().find(|c| c.is_control() || *c == ' ') {
        let why = url::ParseError::InvalidDomainCharacter;
        return Err(UrlError { text: format!("a query with {bad:?}"), why }.into());
    }
    extend_query(url, &with_small_digits(data));
    Ok(())
}

/// Percent-encoded bytes with small digits, as curl puts them into a query.
fn with_small_digits(text: &str) -> String {
    let mut parts = text.split('%');
    let mut small = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        small.push('%');
        let digits = part.split_at_checked(2);
        let is_escape = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match digits.filter(|(digits, _)| is_escape(digits)) {
            Some((digits, rest)) => {
                small.push_str(&digits.to_ascii_lowercase());
                small.push_str(rest);
            }
            None => small.push_str(part),
        }
    }
    small
}

/// `--url-query`.
fn add_query(url: &mut Url, pieces: &[String]) -> Result<(), RequestError> {
    for piece in pieces {
        let piece = match piece.strip_prefix('+') {
            Some(raw) => raw.to_owned(),
            None => encoded(piece, Hex::Lower)?,
        };
        extend_query(url, &piece);
    }
    Ok(())
}

fn extend_query(url: &mut Url, more: &str) {
    if more.is_empty() {
        return;
    }
    let query = match url.query() {
        Some(query) if !query.is_empty() => format!("{query}&{more}"),
        _ => more.to_owned(),
    };
    url.set_query(Some(&query));
}

/// `-r`: which bytes are asked for, or which a body is. One number alone means from there on.
fn ranged(range: &str, body: &Body) -> (HeaderName, String) {
    let from_there = !range.is_empty() && range.bytes().all(|byte| byte.is_ascii_digit());
    let range = if from_there { format!("{range}-") } else { range.to_owned() };
    match body.length() {
        Some(length) => (header::CONTENT_RANGE, format!("bytes {range}/{length}")),
        None => (header::RANGE, format!("bytes={range}")),
    }
}

fn manners(args: &RequestArgs) -> Manners {
    let redirect = args.redirect;
    Manners {
        post301: redirect.post301,
        post302: redirect.post302,
        post303: redirect.post303,
        trusting: redirect.location_trusted,
        refers: args.referer.as_deref().is_some_and(|text| text.contains(";auto")),
    }
}

fn defaults(args: &RequestArgs) -> Result<HeaderMap, RequestError> {
    let mut headers = HeaderMap::new();
    let agent = args.user_agent.as_deref().unwrap_or(concat!("pay402/", env!("CARGO_PKG_VERSION")));
    if !agent.is_empty() {
        headers.insert(header::USER_AGENT, value("User-Agent", agent)?);
    }
    let json = !args.data.json.is_empty();
    let accept = if json { "application/json" } else { "*/*" };
    headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
    if json {
        // As in curl, a header of its own right, which a redirect does not take away.
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(accept));
    }
    if let Some(referer) = referer(args) {
        headers.insert(header::REFERER, value("Referer", referer)?);
    }
    if let Some(text) = &args.time_cond {
        let (name, moment) = condition(text)?;
        headers.insert(HeaderName::from_static(name), value(name, &moment)?);
    }
    if let Some(token) = &args.who.oauth2_bearer {
        let mut bearer = value("Authorization", &format!("Bearer {token}"))?;
        bearer.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, bearer);
    }
    Ok(headers)
}

/// What `-e` names, without its `;auto`.
pub(crate) fn referer(args: &RequestArgs) -> Option<&str> {
    let named = args.referer.as_deref().and_then(|text| text.split(";auto").next());
    named.filter(|text| !text.is_empty())
}

fn value(name: &str, text: &str) -> Result<HeaderValue, RequestError> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| RequestError::BadHeader(name.to_owned()))
}

/// Applies the lines of `-H`: the first of a name replaces the default, further ones add.
fn apply(headers: &mut HeaderMap, lines: &[String]) -> Result<Vec<TypedLine>, RequestError> {
    let mut typed: Vec<TypedLine> = Vec::new();
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let line = header_line(line)?;
        if !typed.iter().any(|earlier| earlier.name == line.name) {
            headers.remove(&line.name);
        }
        headers.extend(line.value.iter().map(|value| (line.name.clone(), value.clone())));
        typed.push(line);
    }
    Ok(typed)
}

/// A line that is sent among those of `-H` though nobody typed it.
fn own_line(name: HeaderName, value: HeaderValue) -> TypedLine {
    let spelled = match name {
        header::CONTENT_TYPE => "Content-Type",
        header::ACCEPT => "Accept",
        _ => "If-None-Match",
    };
    let text = [spelled.as_bytes(), b": ", value.as_bytes()].concat();
    TypedLine { name, value: Some(value), text }
}

/// What of a line that cannot be read may be shown: what stands before the first blank or mark, if anything
/// is after it. The rest is a value, which may be a secret; so may be a line of one word.
pub(super) fn name_of(line: &str, mark: char) -> String {
    let name = line.trim().split_once(|c: char| c == mark || c.is_whitespace());
    name.map(|(name, _)| format!("{name} …")).unwrap_or_default()
}

/// Reads a line of `-H` or `--proxy-header`: `NAME: VALUE`, `NAME:` to send none, `NAME;` for one
/// without a value.
pub(super) fn header_line(line: &str) -> Result<TypedLine, RequestError> {
    let bad = || RequestError::BadHeader(name_of(line, ':'));
    let (name, text, sent) = match (line.split_once(':'), line.trim_end().strip_suffix(';')) {
        (Some((name, text)), _) => {
            (name, Some(text.trim()).filter(|text| !text.is_empty()), line.to_owned())
        }
        (None, Some(name)) => (name, Some(""), format!("{name}:")),
        (None, None) => return Err(bad()),
    };
    let name: HeaderName = name.trim().parse().map_err(|_| bad())?;
    let value = text.map(|text| value(name.as_str(), text)).transpose()?;
    Ok(TypedLine { name, value, text: sent.trim().as_bytes().to_vec() })
}

/// `-u`, or the user in the URL, or a netrc file's. The URL loses its user: it is shown and recorded.
fn credentials(
    who: &WhoArgs,
    material: &Material,
    url: &mut Url,
) -> Result<Credentials, RequestError> {
    let has_password = url.password().is_some();
    let of_url = (!url.username().is_empty() || has_password).then(|| Pair {
        user: percent_decode_str(url.username()).collect(),
        password: percent_decode_str(url.password().unwrap_or_default()).collect::<Vec<_>>().into(),
    });
    if of_url.is_some() && who.disallow_username_in_url {
        return Err(RequestError::UserInUrl);
    }
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let signing = who.aws_sigv4.clone().map(|scheme| {
        let clock: Arc<dyn Clock + Send + Sync> = Arc::new(SystemClock);
        Signing { scheme, clock }
    });
    let proof = match (who.digest, who.basic, who.anyauth) {
        _ if signing.is_some() => Proof::Basic,
        (_, _, true) | (true, true, _) => Proof::Any,
        (true, false, _) => Proof::Digest,
        _ => Proof::Basic,
    };
    if let Some(user) = &who.user {
        return Ok(Credentials { own: Some(typed(user)?), by_host: None, proof, signing });
    }
    let by_host = material.netrc.clone().map(|netrc| {
        let lookup: Lookup = Arc::new(move |host: &str| netrc.find(host, None));
        lookup
    });
    let own = match (&material.netrc, of_url) {
        // What the URL says in full is preferred if the file is only an option.
        (Some(_), Some(pair)) if who.netrc_optional && has_password => Some(pair),
        (Some(netrc), Some(pair)) => {
            let login = String::from_utf8_lossy(&pair.user).into_owned();
            let host = url.host_str().unwrap_or_default();
            Some(netrc.find(host, Some(&login)).unwrap_or(pair))
        }
        (_, of_url) => of_url,
    };
    Ok(Credentials { own, by_host, proof, signing })
}

/// Whether making a request asks for a password.
pub(crate) fn asks_for_user_password(args: &RequestArgs) -> bool {
    args.who.user.as_deref().is_some_and(|text| !text.contains(':'))
}

/// `USER:PASSWORD`; a password that is missing is asked for.
fn typed(text: &str) -> Result<Pair, RequestError> {
    if let Some((user, password)) = text.split_once(':') {
        let password = password.as_bytes().to_vec().into();
        return Ok(Pair { user: user.as_bytes().to_vec(), password });
    }
    let question = format!("Password for user {}", crate::terminal::safe::Safe::new(text, 64));
    let password = prompt::password(&question).map_err(RequestError::UserPassword)?;
    Ok(Pair { user: text.as_bytes().to_vec(), password: password.to_vec().into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use crate::cli::settings::material;
    use crate::transfer::BodyPlace;
    use clap::{CommandFactory, FromArgMatches};

    fn build(arguments: &[&str]) -> Result<Request, RequestError> {
        let line = ["pay402"].iter().chain(arguments).chain(&["http://u:p%40x@h.example/a?b=1"]);
        let matches = Args::command().get_matches_from(line);
        let args = Args::from_arg_matches(&matches).ok().unwrap();
        let url = crate::http::parse_url(&args.urls[0], "http")?;
        let (text, place) = (args.urls[0].clone(), BodyPlace::Stdout { named: false });
        let upload = args.request.data.upload_file.first().cloned();
        let url = upload.as_ref().map_or(url.clone(), |name| upload_url(&url, name));
        let target = Target { text, url, number: 0, place, upload, placeholder: None };
        request(&args.request, &material(&args.request, &matches)?, &target, None)
    }

    fn bytes(request: &Request) -> &[u8] {
        match &request.body {
            Body::Bytes(bytes) => bytes,
            _ => b"",
        }
    }

    #[test]
    fn no_message_shows_what_may_be_a_secret() {
        for (option, text, shown) in [
            ("-H", "Authorization Bearer SECRET", "Authorization …"),
            ("-H", "SECRET", ""),
            ("-H", "X-Key: SEC\nRET", "x-key"),
            ("-H", "bad name=SECRET", "bad …"),
            ("-F", "SECRET", ""),
        ] {
            let failure = build(&[option, text]).err().unwrap();
            let (RequestError::BadHeader(name) | RequestError::BadForm(name)) = failure else {
                panic!("{text}")
            };
            assert_eq!(name, shown, "{text}");
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
    fn the_urls_user_is_taken_out_of_it() {
        let user = |arguments: &[&str]| {
            let own = build(arguments).ok().unwrap().credentials.own;
            own.map(|pair| (pair.user.clone(), pair.password.to_vec()))
        };
        assert_eq!(build(&[]).ok().unwrap().url.as_str(), "http://h.example/a?b=1");
        assert_eq!(user(&[]), Some((b"u".to_vec(), b"p@x".to_vec())));
        assert_eq!(user(&["-u", "a:b:c"]), Some((b"a".to_vec(), b"b:c".to_vec())));
        assert_eq!(user(&["-H", "Authorization: own"]), None);
    }

    #[test]
    fn a_file_is_uploaded_under_its_name_where_the_url_leaves_it_open() {
        let to = |url: &str, name: &str| upload_url(&url.parse().unwrap(), name).to_string();
        assert_eq!(to("http://h/x/?q=1", "dir/a b.txt"), "http://h/x/a%20b.txt?q=1");
        assert_eq!(to("http://h/x", "a"), "http://h/x");
        assert_eq!(to("http://h", "../a"), "http://h/a");
        assert_eq!(to("http://h/", "-"), "http://h/");
    }

    #[test]
    fn escapes_in_a_query_have_small_digits_and_nothing_else_changes() {
        assert_eq!(with_small_digits("A=%3D%2f%ZZ%"), "A=%3d%2f%ZZ%");
        assert_eq!(with_small_digits("\u{e9}%\u{e9}\u{e9}"), "\u{e9}%\u{e9}\u{e9}");
    }

    #[test]
    fn methods_follow_the_flags() {
        assert_eq!(build(&["-I"]).ok().unwrap().method, Method::HEAD);
        let custom = build(&["-X", "PURGE"]).ok().unwrap();
        assert!(custom.method.as_str() == "PURGE" && custom.method_is_fixed);
        assert!(matches!(build(&["-I", "-d", "x"]), Err(RequestError::TwoMethods)));
    }
}
