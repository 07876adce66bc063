//! Uploads: of several files by a pattern, and such as go on where an earlier one ended.

use super::{differs, same};

#[test]
fn patterns_of_files() {
    // Without an Expect header, which only curl sends.
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
