//! The output: files, names, heads, `-w`, many URLs, globs, config files.

use super::{differs, same};

#[test]
fn files() {
    same(&[
        "-o out URL/echo",
        "-oout URL/echo",
        "--output out URL/echo",
        "-o - URL/echo",
        "-o out URL/empty",
        "-o out URL/no-content",
        "-o out http://127.0.0.1:1/",
        "-o none/out --create-dirs URL/echo",
        "-o deep/er/out --create-dirs URL/echo",
        "--output-dir made --create-dirs -o sub/out URL/echo",
        "--output-dir made --create-dirs -O URL/dir/echo",
        "-o text URL/echo",
        "-o /dev/null URL/echo",
        "-o out -o left URL/echo",
        "-o '' URL/echo",
        "-o same -o same URL/echo URL/two",
        "-sN -o out URL/chunked",
        "-# -o out URL/until-close",
        "--no-progress-meter -o out URL/large/100000",
        "-o out -f URL/status/404",
        "-o out --fail-with-body URL/status/404",
        "-o out --remove-on-error -f URL/status/404",
        "-o out --remove-on-error --fail-with-body URL/status/404",
        "-o out --remove-on-error URL/cut",
        "-R -o out URL/modified",
        "--remote-time -O URL/modified",
    ]);
}

#[test]
fn names() {
    same(&[
        "-O URL/echo",
        "-O URL/dir/name.txt?query",
        "-O URL/",
        "-O URL",
        "-O URL/dir/",
        "--remote-name URL/a%20b",
        "-O URL/echo -O URL/other",
        "--remote-name-all URL/one URL/two",
        "--remote-name-all URL/one --no-remote-name",
        "--remote-name-all -o named URL/one URL/two",
        "-OJ URL/attachment?given",
        "-OJ 'URL/attachment?%22two%20words%22'",
        "-O -J URL/echo",
        "-OJ URL/attachment?../../up",
        "-OJ URL/attachment?text",
        "-OJ --no-clobber URL/attachment?text",
        "-OJ --clobber URL/attachment?text",
        "-OJ --output-dir made --create-dirs URL/attachment?given",
        "-OJ URL/",
        "-OJi URL/echo",
        "-OJ -C - URL/echo",
        "-J URL/attachment?given",
        "-o mine -J URL/attachment?given",
        "--no-clobber -o text URL/echo",
        "--no-clobber -o text URL/echo -o text URL/two",
        "--no-clobber -O URL/echo",
        "--no-clobber --clobber -o text URL/echo",
    ]);
}

#[test]
fn heads() {
    same(&[
        "-i URL/echo",
        "-i -o out URL/echo",
        "-I URL/echo",
        "-I -o out URL/echo",
        "-D head URL/echo",
        "-D - URL/echo",
        "-D head -o out URL/echo",
        "-D head URL/echo URL/two",
        "-D head URL/echo --next -D head URL/two",
        "-D head http://127.0.0.1:1/",
        "-iL URL/redirect/302/echo",
        "-i -f URL/status/404",
        "-i -f -o out URL/status/404",
        "-i -f -o text URL/status/404",
        "-f -o text -D heads-of-it URL/status/404",
        "-I -f -o out URL/status/404",
        "-i -o out -z '20210101' URL/modified",
        "-i -L --max-redirs 0 URL/redirect/302/echo",
        "-i -L --max-redirs 1 -o out URL/redirect/302/redirect/302/echo",
        "-L --max-redirs 1 -o out URL/redirect/302/redirect/302/echo",
        "-L --max-redirs 1 -o text URL/redirect/302/redirect/302/echo",
        "-L --max-redirs 1 -D out URL/redirect/302/redirect/302/echo",
        "-s -L --max-redirs 1 -w '%{redirect_url} %{http_code} %{num_redirects} %{url_effective}' \
         URL/redirect/302/redirect/302/echo",
        "-i -o out --retry 1 --retry-delay 1 URL/flaky/1",
        "-i -f -o out --retry 1 --retry-delay 1 URL/flaky/1",
        "-i -f --retry 1 --retry-delay 1 URL/flaky/1",
        "-i URL/trailers",
        "-i -o out URL/trailers",
        "-D out URL/trailers",
        "-D - URL/trailers",
        "-s URL/trailers -w '%{num_headers} %header{x-sum}'",
        "-i --compressed URL/trailers",
        "-i --no-include URL/echo",
    ]);
}

#[test]
fn write_out() {
    same(&[
        r"-w '%{http_code} %{response_code}\n' URL/status/201",
        r"-w '%{content_type}|%{num_headers}|%{size_download}|%{size_upload}\n' URL/echo",
        r"-w '%{url}|%{url_effective}|%{urlnum}|%{scheme}|%{method}|%{http_version}\n' URL/echo",
        r"-w '%{redirect_url}|%{num_redirects}\n' URL/redirect/302/echo",
        r"-L -w '%{redirect_url}|%{num_redirects}|%{url_effective}\n' URL/redirect/302/echo",
        r"-w '%{exitcode}|%{http_code}|%{http_connect}|%{num_connects}\n' http://127.0.0.1:1/",
        r"-o out -w '%{filename_effective}\n' URL/echo",
        r"-O -w '%{filename_effective}\n' URL/echo",
        r"-OJ -w '%{filename_effective}\n' URL/attachment?given",
        r"--no-clobber -o text -w '%{filename_effective}\n' URL/echo",
        r"-w '%{remote_ip} %{remote_port} %{local_ip}\n' URL/echo",
        r"-w '%header{content-type}|%header{none}|%header{CONTENT-LENGTH}\n' URL/echo",
        r"-w '%{header_json}\n' 'URL/headers?x-a=1&x-b=2'",
        r"-w '%{onerror}failed %{exitcode}\n' URL/echo",
        r"-w 'before %{onerror}failed %{exitcode}\n' http://127.0.0.1:1/",
        r"-w 'a%{stderr}b%{stdout}c\n' URL/echo",
        r"-w '%{nonsense}x%{open' URL/echo",
        r"-w '%z %% \x \\n % %' URL/echo",
        r"-w '\t|\r|\n' URL/echo",
        "-w @text URL/echo",
        "-w @- URL/echo",
        "-w @none URL/echo",
        r"-w '%{ssl_verify_result} %{proxy_ssl_verify_result} %{num_certs}|%{certs}|%{ftp_entry_path}\n' URL/echo",
        r"-w '%{referer}\n' URL/echo",
        r"-w '%{size_header}\n' URL/echo",
        r"-A x -w '%{size_request}\n' URL/echo",
        r"-A x -d abc -w '%{size_request} %{size_upload}\n' URL/echo",
        r"-f -w '%{http_code} %{exitcode}\n' URL/status/404",
        r"-w '%{time_redirect}|%{time_appconnect}\n' URL/echo",
        r"-w one -w two URL/echo",
    ]);
}

#[test]
fn many_urls() {
    same(&[
        "URL/echo URL/two",
        "URL/echo --url URL/two",
        "-o 1 -o 2 URL/one URL/two",
        "-o 1 URL/one URL/two",
        "URL/one -O URL/two",
        "-o - -o 2 URL/one URL/two",
        r"-w '%{urlnum} %{num_connects}\n' URL/one URL/two",
        r"-w '%{urlnum} %{exitcode}\n' 'URL/{a,b}' URL/c",
        "http://127.0.0.1:1/ URL/echo",
        "URL/echo http://127.0.0.1:1/",
        "-f URL/status/404 URL/echo",
        "-f URL/echo URL/status/404",
        "--fail-early http://127.0.0.1:1/ URL/echo",
        "--fail-early -f URL/status/404 URL/echo",
        "URL/echo 'http://bad host/' URL/two",
        "-O URL/ URL/echo",
        "-d x URL/one --next URL/two",
        "-d x URL/one -: -G -d y URL/two",
        "-o 1 URL/one --next -i URL/two",
        "--next URL/echo",
        "URL/echo --next",
        "-s URL/one --next -I URL/two",
        "-X PUT URL/one --next URL/two --next -X DELETE URL/three",
        "-- URL/echo",
        "URL/echo -- -nohost",
        "-o out",
        "",
    ]);
}

#[test]
fn globs() {
    same(&[
        "'URL/{a,b,c}'",
        "'URL/[1-3]'",
        "'URL/[001-003]'",
        "'URL/[9-11]'",
        "'URL/[a-e:2]'",
        "'URL/[0-10:5]'",
        "'URL/{a,b}/[1-2]'",
        "'URL/{a,}x'",
        "--globoff 'URL/[1-3]'",
        "-o 'out#1' 'URL/{a,b}'",
        "-o '#2-#1_#3' 'URL/{a,b}/[1-2]'",
        "-o 'plain#1' URL/echo",
        "-O 'URL/{a,b}'",
        "'URL/{a,b'",
        "'URL/{}'",
        "'URL/[3-1]'",
        "'URL/[1-3:9]'",
        "'URL/a]'",
        "'URL/{a{b}}'",
        "URL/echo 'URL/[9-1]' URL/two",
        "'http://[::1]:1/'",
        "-d x 'URL/{a,b}'",
        "-D 'head' 'URL/{a,b}'",
    ]);
}

#[test]
fn grammar() {
    same(&[
        "-sS -o out URL/echo",
        "--sil URL/echo",
        "--SILENT URL/echo",
        "-s --no-silent URL/echo",
        "--no-data URL/echo",
        "--max URL/echo",
        "-",
        "-q URL/echo",
        "--disable URL/echo",
        "-i -i URL/echo",
        "-A one -A two URL/echo",
        "--no-buffer URL/echo",
        "--buffer URL/echo",
        "-f --fail-with-body URL/echo",
        "--stderr errors -o out URL/echo -s",
        "--stderr none/errors URL/echo",
        "-w",
        "--parallel-max x URL/echo",
    ]);
}

#[test]
fn config_files() {
    same(&[
        "-K none URL/echo",
        "-K nothing URL/echo",
        "-K options URL/echo",
        "-i --config options URL/echo",
        "-X POST -K options -X DELETE URL/echo",
        "-K options -o here URL/echo URL/two",
        "-sK options URL/echo",
        "URL/one -K options-next URL/two",
        "-K options-next URL/two",
    ]);
}

#[test]
fn side_by_side() {
    same(&[
        "-Z URL/echo",
        "-Z -o 1 -o 2 URL/one URL/two",
        "-Z --parallel-max 1 -o '#1' 'URL/{a,b,c}'",
        "-Z --parallel-immediate -o out URL/echo",
        "-Z -o 1 http://127.0.0.1:1/ -o 2 URL/echo",
        "-Z -o 1 URL/echo -o 2 http://127.0.0.1:1/",
        "-Z -f -o out URL/status/404",
        "--parallel --parallel-max 0 -o out URL/echo",
    ]);
}

#[test]
fn what_differs() {
    differs(&[
        ("-o out URL/cut", "an incomplete body is kept as NAME.part, and never under its name"),
        ("-OJ URL/attachment?.hidden", "a name of the server's never begins with a dot"),
        (
            "-o none/out URL/echo",
            "a destination is proved writable before anything is sent, so nothing is",
        ),
        ("-o same -D same URL/echo", "what may be paid for shares its file with nothing"),
        ("-g 'URL/{a,b}'", "the URL library escapes braces in a path"),
        (
            r"-w '%{header_json}\n' 'URL/headers?x-a=1&x-b=2&x-a=3'",
            "curl 7.88 leaves out headers after one that comes twice",
        ),
        ("--show-headers URL/echo", "an alias that curl has since 8.9"),
    ]);
}
