//! The connection: addresses, proxies, TLS, limits, retries, parts of a resource.

use super::{differs, same};

#[test]
fn places() {
    same(&[
        "--resolve shop.test:PORT:127.0.0.1 http://shop.test:PORT/echo",
        "--resolve '*:PORT:127.0.0.1' http://any.test:PORT/echo",
        "--resolve shop.test:PORT:127.0.0.2,127.0.0.1 http://shop.test:PORT/echo",
        "--resolve shop.test:PORT:[::1],127.0.0.1 -4 http://shop.test:PORT/echo",
        "--resolve +shop.test:PORT:127.0.0.1 http://shop.test:PORT/echo",
        "--resolve shop.invalid:PORT:127.0.0.1 --resolve -shop.invalid:PORT http://shop.invalid:PORT/",
        "--resolve other.test:PORT:127.0.0.1 http://shop.invalid:PORT/echo",
        "--resolve shop.test:PORT:127.0.0.1 http://shop.TEST:PORT/echo",
        "--resolve SHOP.test:PORT:127.0.0.1 http://shop.test:PORT/echo",
        "--resolve rubbish URL/echo",
        "--resolve shop.test:PORT:nowhere URL/echo",
        "--resolve 127.0.0.1:1:127.0.0.1 http://127.0.0.1:1/",
        "--connect-to shop.test:80:127.0.0.1:PORT http://shop.test/echo",
        "--connect-to ::127.0.0.1:PORT http://shop.test:81/echo",
        "--connect-to shop.test::127.0.0.1:PORT http://shop.test:82/echo",
        "--connect-to :83:127.0.0.1:PORT http://shop.test:83/echo",
        "--connect-to other.test:80:127.0.0.1:1 URL/echo",
        "--connect-to shop.test:80:first.test: --resolve first.test:80:127.0.0.1 http://shop.test/x",
        "--connect-to shop.test:80::PORT --resolve shop.test:PORT:127.0.0.1 http://shop.test/x",
        "--connect-to shop.test:80:127.0.0.1:1 --connect-to ::127.0.0.1:PORT http://shop.test/x",
        "--connect-to rubbish URL/echo",
        "--unix-socket no-such-socket URL/echo",
        "--unix-socket text URL/echo",
        "--abstract-unix-socket no-such-socket URL/echo",
        "--interface 127.0.0.1 URL/echo",
        "--interface lo URL/echo",
        "--interface if!lo URL/echo",
        "--interface host!127.0.0.1 URL/echo",
        "--interface no-such-thing.invalid URL/echo",
        "--interface 192.0.2.1 URL/echo",
        "--local-port 40000-49999 URL/echo",
        "--local-port 0-x URL/echo",
        "-4 URL/echo",
        "-4 --tcp-nodelay --keepalive-time 10 URL/echo",
        "--no-keepalive --no-tcp-nodelay URL/echo",
        "-6 URL/echo",
        "--happy-eyeballs-timeout-ms 50 http://localhost:PORT/echo",
        "http://no-such-host.invalid/",
    ]);
}

#[test]
fn versions() {
    same(&[
        "-0 URL/echo",
        "--http1.0 -d x URL/echo",
        "--http1.1 URL/echo",
        "-0 --http1.1 URL/echo",
        "--no-alpn URL/echo",
        "--tlsv1.2 URL/echo",
        "--tlsv1.3 --tls-max 1.2 URL/echo",
        "--tls-max 1.4 URL/echo",
        "-k https://HOST/",
        "https://HOST/",
        "--cacert no-such-file https://HOST/",
        "-E no-such-file https://HOST/",
        "gopher2://HOST/",
    ]);
}

#[test]
fn proxies() {
    same(&[
        "-x HOST http://shop.test/echo",
        "-x HOST http://shop.test:8080/echo?a=b",
        "-x http://HOST -U user:pass http://shop.test/echo",
        "-x http://user:p%40ss@HOST http://shop.test/echo",
        "-x http://user:wrong@HOST -U user:pass http://shop.test/echo",
        "-x HOST --proxy-header 'X-Via: 1' --proxy-header 'User-Agent: mine' http://shop.test/echo",
        "-x HOST --proxy-header @headers http://shop.test/echo",
        "-x http://127.0.0.1:1 URL/echo",
        "-x socks5://127.0.0.1:1 URL/echo",
        "-x ftp://HOST URL/echo",
        "-x http:// URL/echo",
        "-x http://no-such-proxy.invalid URL/echo",
        "-x '' URL/echo",
        "-x http://127.0.0.1:1 --noproxy 127.0.0.1 URL/echo",
        "-x http://127.0.0.1:1 --noproxy '*' URL/echo",
        "-x http://127.0.0.1:1 --noproxy localhost,127.0.0.0/8 URL/echo",
        "-x http://127.0.0.1:1 --noproxy 127.0.0.2 URL/echo",
        "-x HOST --noproxy shop.test http://www.shop.test.:1/",
        "-x HOST -L http://shop.test/redirect/302/echo",
        "-x HOST -d a=1 http://shop.test/echo",
        "-x HOST -I http://shop.test/echo",
        "-x HOST -H 'Host: other.test' http://shop.test/echo",
    ]);
}

#[test]
fn proxies_read_what_they_are_sent() {
    same(&[
        "-x HOST -H 'Proxy-Connection:' http://shop.test/echo",
        "-x HOST -H 'proxy-connection: x' http://shop.test/echo",
        "-x HOST --proxy-header 'proxy-CONNECTION:y' http://shop.test/echo",
        "-x HOST --request-target '*' -X OPTIONS http://shop.test/echo",
        "-x HOST --request-target /a/../b http://shop.test/echo",
        "-x HOST --path-as-is http://shop.test/a/../b",
        "-x HOST -U u:p --proxy-basic http://basic.test/echo",
        "-x HOST -U u:p --proxy-anyauth http://basic.test/echo",
        "-x HOST -U u:p --proxy-digest http://digest.test/echo?a=b",
        "-x HOST -U u:p --proxy-anyauth -i http://digest.test/echo",
        "-x HOST -U u:p --proxy-digest -d a=1 http://digest.test/echo",
        "-x HOST -U u:p --proxy-anyauth -d a=1 http://chunked-digest.test/echo",
        "-x HOST -U u:p --proxy-digest http://closing-digest.test/echo",
        "-x HOST -U u:p --proxy-digest http://wrong.test/echo",
        "-x HOST -U u:p --proxy-digest -d a=1 http://wrong.test/echo",
        "-x HOST -U u:p --proxy-digest http://basic.test/echo",
        "-x HOST --proxy-digest http://digest.test/echo",
        "-x HOST -U u:p --proxy-digest -u me:sesame --digest http://digest.test/digest",
        "--proxy1.0 HOST http://shop.test/echo",
    ]);
}

#[test]
fn tunnels() {
    same(&[
        "-x HOST -p http://open.test/echo",
        "-x HOST -p -i http://open.test:81/echo",
        "-x HOST -p -D heads http://open.test/echo",
        "-x HOST -p -i --suppress-connect-headers http://open.test/echo",
        "-x HOST -p -D heads --suppress-connect-headers http://open.test/echo",
        "-x HOST -p -s -w '%{http_code} %{http_connect}' http://open.test/echo",
        "-x HOST -p http://empty.test/echo",
        "-x HOST -p http://refused.test/echo",
        "-x HOST -p -i -s -w '%{http_code} %{http_connect}' http://refused.test/echo",
        "-x HOST -p -D heads -o out http://refused.test/echo",
        "-x HOST -p -i --suppress-connect-headers http://refused.test/echo",
        "-x HOST -p -i -U u:p --proxy-digest http://wrong.test/echo",
        "-x HOST -p -A me -H 'X-A: 1' --proxy-header 'x-b:2' http://open.test/echo",
        "-x HOST -p -U u:p http://open.test/echo",
        "-x HOST -p -U u:p --proxy-digest http://digest.test/echo",
        "-x HOST -p -U u:p --proxy-anyauth http://digest.test/echo",
        "-x HOST -p -U u:p --proxy-anyauth -d a=1 http://chunked-digest.test/echo",
        "-x HOST -p -U u:p --proxy-digest http://closing-digest.test/echo",
        "-x HOST -p -U u:p --proxy-anyauth http://basic.test/echo",
        "--proxy1.0 HOST -p http://open.test/echo",
        "-x HOST --connect-to ::other.test:82 http://open.test/echo",
    ]);
}

#[test]
fn connections_are_kept_from_group_to_group() {
    same(&[
        "-w '%{num_connects}\n' URL/echo --next -w '%{num_connects}\n' URL/echo",
        "-w '%{num_connects}\n' URL/echo --next -u a:b -w '%{num_connects}\n' URL/echo",
        "-w '%{num_connects}\n' URL/echo --next --connect-to ::HOST -w '%{num_connects}\n' URL/echo",
        "-w '%{num_connects}\n' URL/echo --next -x HOST -w '%{num_connects}\n' URL/echo",
    ]);
}

#[test]
fn limits() {
    same(&[
        "-m 20 URL/echo",
        "-m 1 URL/silence",
        "-m 0.5 URL/slow",
        "-m .5 URL/echo",
        "-m x URL/echo",
        "-m -1 URL/echo",
        "--connect-timeout 5 URL/echo",
        "--connect-timeout 2.5s URL/echo",
        "-y 1 -Y 1000 URL/slow",
        "-Y 1000 -y 2 URL/silence",
        "-Y 1 -y 1 URL/large/100000",
        "--limit-rate 100K URL/large/20000",
        "--limit-rate 1M -d @text URL/echo",
        "--limit-rate 1Q URL/echo",
        "--max-filesize 1000 URL/large/1000",
        "--max-filesize 999 URL/large/1000",
        "--max-filesize 1K URL/large/1025",
        "--max-filesize 10 -o out URL/large/11",
        "--max-filesize 0 URL/large/1000",
        "--max-filesize x URL/echo",
        "--proto =http URL/echo",
        "--proto =https URL/echo",
        "--proto -http URL/echo",
        "--proto -all,https URL/echo",
        "--proto '=https,http' URL/echo",
        "--proto =ftp URL/echo",
        "--proto =HTTP URL/echo",
        "--proto = URL/echo",
        "--proto '' URL/echo",
        "--proto =https --proto =http URL/echo",
        "--proto -http -L URL/redirect/302/echo",
        "--proto-redir =https -L URL/redirect/302/echo",
        "--proto-redir =https -i -o out -L URL/redirect/302/echo",
        "--proto-redir =https URL/redirect/302/echo",
        "--proto-redir =http -L URL/redirect/302/echo",
        "--proto =http --proto-redir -all,https -L URL/redirect/302/echo",
        "--proto-default http HOST/echo",
        "--proto-default HTTP HOST/echo",
        "--proto-default https URL/echo",
        "--proto-default nonsense HOST/echo",
        "--disallow-username-in-url http://u:p@HOST/echo",
        "--disallow-username-in-url http://u@HOST/echo",
        "--disallow-username-in-url -u u:p URL/echo",
        "--no-sessionid --ssl-no-revoke --ssl-revoke-best-effort --ssl-allow-beast URL/echo",
        "--tcp-fastopen --no-npn --false-start --ssl-auto-client-cert URL/echo",
        "--expect100-timeout 3 --no-styled-output -B --create-file-mode 0644 URL/echo",
        "--expect100-timeout x URL/echo",
        "--create-file-mode 888 URL/echo",
        "--rate 100/s URL/echo URL/echo",
        "--rate 0/s URL/echo",
        "--rate 1/w URL/echo",
        "--ciphers NONE --curves none URL/echo",
        "--max-redirs 1 -L URL/redirect/302/redirect/302/echo",
    ]);
}

#[test]
fn retries() {
    same(&[
        "--retry 2 URL/flaky/1",
        "--retry 1 -o out URL/flaky/1",
        "--retry 0 URL/flaky/1",
        "-s --retry 1 --retry-delay 1 URL/flaky/2",
        "-f --retry 1 URL/flaky/2",
        "-f -s --retry 2 --retry-delay 1 URL/flaky/1",
        "--retry 1 URL/status/404",
        "--retry 1 URL/status/429",
        "--retry 1 --retry-all-errors URL/nothing",
        "--retry 1 --retry-all-errors -f URL/status/404",
        "--retry 1 URL/nothing",
        "--retry 1 --retry-connrefused http://127.0.0.1:1/",
        "--retry 1 http://127.0.0.1:1/",
        "--retry 1 -m 1 URL/silence",
        "--retry 5 --retry-max-time 1 --retry-delay 1 URL/status/503",
        "--retry 1 -X POST -d a=1 URL/flaky/1",
        "--retry 1 http://no-such-host.invalid/",
        "--retry x URL/echo",
        "--retry -1 URL/echo",
        "--retry 1 --retry-all-errors URL/cut",
    ]);
}

#[test]
fn parts() {
    same(&[
        "-C 5 URL/range",
        "-C 5 -o out URL/range",
        "-C 0 -r 2-4 -o out URL/range",
        "-C 5 -r 2-4 -o out URL/range",
        "-C - -r 2-4 -o text URL/range",
        "-C 5 -r 2-4 URL/range",
        "-C - -o text URL/range",
        "-C - -o nothing URL/range",
        "-C - -o out URL/range",
        "-C - URL/range",
        "-C 108 -o text URL/range",
        "-C 1000 -o text URL/range",
        "-C 1000 -f -o text URL/range",
        "-C - -o whole URL/range",
        "-f -C - -o whole URL/range",
        "-f -C - -o whole -i URL/range",
        "-f -s -C - -o whole -w '%{http_code}' URL/range",
        "-C 5 URL/echo",
        "-C 5 -o out URL/echo",
        "-C - -o text URL/status/404",
        "-C 9 -o text URL/large/9",
        "-C x URL/range",
        "-C -5 URL/range",
        "-C 0 -o text URL/range",
        "-C 5 -i URL/range",
        "-C 5 -I URL/range",
    ]);
}

#[test]
fn ends() {
    same(&[
        "URL/cut",
        "URL/cut-head",
        "URL/nothing",
        "URL/reset",
        "URL/garbage",
        "URL/until-close",
        "URL/chunked",
        "-i URL/no-content",
        "--compressed URL/gzip",
        "URL/gzip",
        "--compressed -i URL/gzip",
        "--ignore-content-length URL/short",
        "--ignore-content-length -i URL/short",
        "-s --ignore-content-length -w '%header{content-length} %{size_download}' URL/short",
        "http://u@v@HOST/echo",
        "-f URL/status/404 -s -w '%{errormsg}'",
        "-L URL/redirect/302//u@v@h/",
        "--raw URL/chunked",
        "--raw -i URL/chunked",
        "--raw -o out URL/chunked",
        "--raw URL/trailers",
        "--raw --compressed URL/gzip",
        "--raw URL/echo",
        "--raw URL/coded",
        "--raw URL/oddly-coded",
        "--raw URL/chunked URL/chunked",
        "--tr-encoding URL/coded",
        "--tr-encoding -H 'Connection: own' URL/echo",
        "--tr-encoding -H 'TE: own' URL/echo",
        "--tr-encoding --compressed URL/echo",
        "--tr-encoding -i URL/coded",
        "URL/oddly-coded",
        "--http0.9 URL/headless",
        "--http0.9 -i URL/headless",
        "-s --http0.9 -w '%{http_code} %{http_version}' URL/headless",
        "--http0.9 URL/echo",
        "--no-http0.9 URL/headless",
        "--compressed 'URL/headers?Content-Encoding=unknown'",
        "--compressed 'URL/headers?Content-Encoding=gzip'",
        "--compressed 'URL/headers?Content-Encoding=identity'",
        "-i 'URL/headers?X-Odd-CASE=1&x-odd-case=2'",
    ]);
}

#[test]
fn what_is_known_to_differ() {
    differs(&[
        (
            "URL/cut -o out",
            "a body that breaks off is kept as out.part: a file is whole or has another name",
        ),
        ("URL/coded", "a coding of the way that was not asked for is not undone"),
        ("-C 5 -d x URL/echo", "-C is for downloads: curl sends nothing then, and ends with 18"),
        (
            "-x HOST -p http://late.test/echo",
            "bytes that a proxy sends before it is asked anything end it with 56, not 1",
        ),
        (
            "-x HOST -U u:p --proxy-digest -d a=1 http://shop.test/echo",
            "curl posts nothing, to be asked who asks, and leaves it at that where it is not asked",
        ),
    ]);
}
