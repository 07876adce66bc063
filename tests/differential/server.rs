//! The server of the comparison: every route gives the same answer to the same request.

use crate::support::request::Request;
use crate::support::{Paywall, Reply};
use base64::Engine;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// A hundred and odd bytes, to be asked for in parts.
const LONG: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz\
    0123456789abcdefghijklmnopqrstuvwxyz";

/// Starts it.
pub(super) fn start() -> Paywall {
    let counts: Mutex<BTreeMap<String, usize>> = Mutex::default();
    Paywall::serve(move |request| {
        let before = {
            let mut counts = counts.lock().unwrap();
            let count = counts.entry(request.path().to_owned()).or_default();
            *count += 1;
            *count - 1
        };
        answer(request, before)
    })
    .may_be_unused()
}

/// The answer to the request that came after `before` others for the same path.
fn answer(request: &Request, before: usize) -> Reply {
    if let Some(reply) = by_proxy(request) {
        return reply;
    }
    let target = request
        .target
        .strip_prefix("http://")
        .map_or(&*request.target, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (route, first, rest) = (parts.next(), parts.next().unwrap_or(""), parts.next());
    let text =
        |status: &str, body: &str| Reply::new(status, body).header("content-type", "text/plain");
    match route.unwrap_or_default() {
        // Any status, with a body.
        "status" => text(&format!("{first} Some Words"), &format!("status {first}\n")),
        // A redirect to the rest of the path: /redirect/302/echo, /redirect/301/redirect/302/echo
        "redirect" => Reply::new(&format!("{first} Moved"), "moved\n")
            .header("location", &format!("/{}", rest.unwrap_or_default())),
        // A redirect to the same server under another name: /elsewhere/echo
        "elsewhere" => {
            let port =
                request.header("host").and_then(|host| host.rsplit(':').next()).unwrap_or("80");
            let to = format!("http://localhost:{port}{}", path.trim_start_matches("/elsewhere"));
            Reply::new("302 Moved", "moved\n").header("location", &to)
        }
        // Sets cookies: /cookies?a=1&b=2; Path=/x
        "cookies" => query.split('&').fold(text("200 OK", "cookies\n"), |reply, cookie| {
            let cookie = cookie.replace("%20", " ").replace("%09", "\t");
            reply.header("set-cookie", &cookie.replace('+', " "))
        }),
        // With headers of the query's: /headers?x-a=1&etag="x"
        "headers" => query.split('&').filter_map(|pair| pair.split_once('=')).fold(
            text("200 OK", "headers\n"),
            |reply, (name, value)| {
                reply.header(name, &value.replace("%20", " ").replace("%22", "\""))
            },
        ),
        // A file with a name of its own: /attachment?filename
        "attachment" => text("200 OK", "attachment\n").header(
            "content-disposition",
            &format!("attachment; filename={}", query.replace("%22", "\"").replace("%20", " ")),
        ),
        // Wants Basic authentication.
        "basic" => match request.header("authorization") {
            Some(_) => text("200 OK", "welcome\n"),
            None => {
                text("401 Unauthorized", "who?\n").header("www-authenticate", "Basic realm=\"r\"")
            }
        },
        // Wants Digest authentication.
        "digest" => match request.header("authorization") {
            Some(value) if value.starts_with("Digest ") => text("200 OK", "welcome\n"),
            _ => text("401 Unauthorized", "who?\n").header(
                "www-authenticate",
                "Digest realm=\"r\", qop=\"auth\", nonce=\"abc\", opaque=\"xyz\", algorithm=MD5",
            ),
        },
        // Fails with 503 so many times, then answers: /flaky/2
        "flaky" if before < first.parse().unwrap_or(0) => {
            text("503 Busy", "busy\n").header("retry-after", "0")
        }
        "flaky" => text("200 OK", "at last\n"),
        // Bytes in parts.
        "range" => ranged(request),
        "modified" => text("200 OK", "dated\n")
            .header("last-modified", "Sat, 21 Nov 2020 10:20:30 GMT")
            .header("etag", "\"v1\""),
        // Compressed, if that is accepted.
        "gzip" => match request.header("accept-encoding") {
            Some(accepted) if accepted.contains("gzip") => {
                Reply::new("200 OK", gzip()).header("content-encoding", "gzip")
            }
            _ => text("200 OK", "squeezed\n"),
        },
        "large" => Reply::new("200 OK", vec![b'x'; first.parse().unwrap_or(0)]),
        // Shorter than it says.
        "short" => Reply::raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nConnection: close\r\n\r\nshort\n",
        ),
        // Headers behind the body.
        "trailers" => Reply::raw(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n\
              3\r\none\r\n0\r\nx-sum: 1\r\nx-more: a b\r\n\r\n",
        ),
        // Compressed on its way.
        "coded" => Reply::raw(
            [
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1d\r\n".as_slice(),
                &gzip(),
                b"\r\n0\r\n\r\n",
            ]
            .concat(),
        ),
        "oddly-coded" => Reply::raw(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gobbledygook\r\nConnection: close\r\n\r\nodd\n",
        ),
        // Without a head.
        "headless" => Reply::raw(b"-headless and long enough\n"),
        // A redirect to nowhere.
        "nowhere" => Reply::new("302 Moved", "moved\n").header("location", ""),
        // Wants Basic authentication, and says no more.
        "bare-basic" => match request.header("authorization") {
            Some(_) => text("200 OK", "welcome\n"),
            None => text("401 Unauthorized", "who?\n").header("www-authenticate", "Basic"),
        },
        "chunked" => text("200 OK", "in chunks\n").chunked(),
        "until-close" => text("200 OK", "until the end\n").until_close(),
        "binary" => Reply::new("200 OK", b"\x00\x01\x02\xff"),
        "slow" => text("200 OK", "slow\n").trickle(1, Duration::from_secs(1)),
        "cut" => text("200 OK", "this is cut somewhere\n").cut_body(7),
        "cut-head" => text("200 OK", "x").cut_head(12),
        "nothing" => Reply::nothing(),
        "reset" => Reply::raw(b"").reset(),
        "silence" => Reply::silence(),
        "garbage" => Reply::raw(b"this is no HTTP at all\r\n\r\n"),
        "empty" => text("200 OK", ""),
        "no-content" => Reply::raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
        // What arrived, said back.
        _ => text("200 OK", &format!("{} {target} {} bytes\n", request.method, request.body.len())),
    }
}

/// What this server answers as a proxy, before it is the server behind it: a tunnel leads back here.
fn by_proxy(request: &Request) -> Option<Reply> {
    let proof = request.header("proxy-authorization").unwrap_or_default();
    let asks =
        |challenge: &str| Reply::new("407 Who", "who?\n").header("proxy-authenticate", challenge);
    let digest = "Digest realm=\"p\", qop=\"auth\", nonce=\"abc\", algorithm=MD5";
    let host = request.target.trim_start_matches("http://");
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let is_tunnel = request.method == "CONNECT";
    Some(match host {
        "digest.test" if !proof.starts_with("Digest ") => asks(digest),
        "chunked-digest.test" if !proof.starts_with("Digest ") => asks(digest).chunked(),
        "closing-digest.test" if !proof.starts_with("Digest ") => {
            asks(digest).header("connection", "close").close()
        }
        "basic.test" if proof.is_empty() => asks("Basic realm=\"p\""),
        "wrong.test" => asks(digest),
        "refused.test" if is_tunnel => Reply::new("405 No Tunnel", "none here\n"),
        "empty.test" if is_tunnel => Reply::new("204 Empty", ""),
        "late.test" if is_tunnel => Reply::ok("a body that is none"),
        _ if is_tunnel => Reply::new("200 Open", ""),
        _ => return None,
    })
}

fn ranged(request: &Request) -> Reply {
    let range = request.header("range").and_then(|range| range.strip_prefix("bytes="));
    let Some((from, to)) = range.and_then(|range| range.split_once('-')) else {
        return Reply::new("200 OK", LONG).header("accept-ranges", "bytes");
    };
    let from = from.parse().unwrap_or(0);
    let to = to.parse().unwrap_or(LONG.len() - 1).min(LONG.len() - 1);
    match LONG.get(from..=to).filter(|part| !part.is_empty()) {
        Some(part) => Reply::new("206 Partial Content", part)
            .header("content-range", &format!("bytes {from}-{to}/{}", LONG.len())),
        None => Reply::new("416 Range Not Satisfiable", "no such part\n")
            .header("content-range", &format!("bytes */{}", LONG.len())),
    }
}

/// "squeezed\n" in gzip.
fn gzip() -> Vec<u8> {
    base64::engine::general_purpose::STANDARD
        .decode("H4sIAAAAAAAC/ysuLE1NrUpN4QIAZu28UwkAAAA=")
        .expect("base64")
}
