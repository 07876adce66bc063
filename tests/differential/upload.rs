//! Uploads: of several files by a pattern, and such as go on where an earlier one ended.

use super::{differs, same};

#[test]
fn patterns_of_files() {
    // Without waiting for a word of the server.
    same(&[
        "-H Expect: -T '{text,bytes}' URL/x/",
        "-H Expect: -T '{text,bytes}' URL/x",
        "-H Expect: -T '{text,bytes}' 'URL/{a,b}/'",
        "-H Expect: -T '{text,bytes}' 'URL/{a,b}/' -o 'out-#1'",
        "-H Expect: -T '{text,no-such-file}' URL/x/",
        "-H Expect: -T '{text,bytes}' -T nothing URL/x/ URL/y/",
        "-T '{text' URL/x/",
        "-H Expect: -T 'te[x-z]t' URL/x/",
        "-g -T '{text,bytes}' URL/x/",
        "-H Expect: -T 'photo[].jpg' URL/x/",
    ]);
}

/// Without an answer to it, the body is sent after a moment.
#[test]
fn uploads_that_wait() {
    same(&[
        "--expect100-timeout 0.1 -T text URL/x",
        "--expect100-timeout 0.1 -T - URL/x",
        "--expect100-timeout 0.1 -T . URL/x",
        "--expect100-timeout 0.1 -T text -H 'Expect: 100-continue' URL/x",
        "--expect100-timeout 0.1 -T nothing URL/x",
        "--expect100-timeout 0.1 -d a=1 -H 'Expect: 100-continue' URL/echo",
        "--expect100-timeout 0.1 -T text URL/status/404",
        "--expect100-timeout 0.1 -i -T text URL/status/417",
        "--expect100-timeout 0.1 -0 -T text URL/x",
        "--expect100-timeout 0.1 -L -T text URL/redirect/307/echo",
        "--expect100-timeout 0.1 -T text --digest -u me:x URL/digest",
        "-H Expect: -T - URL/x",
        "-H Expect: -T - -H 'Transfer-Encoding: chunked' URL/x",
    ]);
}

#[test]
fn uploads_that_go_on() {
    same(&[
        "-H Expect: -T text -C 3 URL/x",
        "-H Expect: -T text -C 0 URL/x",
        "-H Expect: -T text -C 24 URL/x",
        "-H Expect: -T text -C - URL/x",
        "-H Expect: -T text -C 3 URL/x/",
        "-H Expect: -T text -C 3 -r 1-2 URL/x",
        "-H Expect: -T text -C 3 -H Content-Range: URL/x",
        "-H Expect: -T text -C 3 -H 'Content-Range: own' URL/x",
        "-H Expect: -T text -C 3 -X POST URL/x",
        "-H Expect: -T text -C 3 -o out URL/x",
        "-H Expect: -T text -C 3 -o bytes URL/x",
        "-H Expect: -T text -C - -o bytes URL/x",
        "-H Expect: -T text -C 3 -i -o bytes URL/status/500",
        "-H Expect: -T text -C 3 --digest -u me:x URL/digest",
        "-T text -C 25 URL/x",
        "-T text -C 1000 URL/x",
        "-T text -C x URL/x",
    ]);
    differs(&[(
        "-H Expect: -T text -C 3 --anyauth -u me:x URL/digest",
        "curl begins at the start of the file when it sends it again",
    )]);
}
