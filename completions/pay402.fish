# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_pay402_global_optspecs
    string join \n max-price= budget= network= asset= scheme= pay-to= max-validity= ask allow-http verify-settlement expect= pay-again no-pay dry-run receipt= rpc-url= wallet= password-file= private-key-file= X/request= H/header= d/data= data-raw= data-binary= data-urlencode= json= F/form= form-string= form-escape T/upload-file= G/get url-query= path-as-is request-target= I/head A/user-agent= e/referer= r/range= z/time-cond= etag-compare= etag-save= u/user= basic digest anyauth aws-sigv4= disallow-username-in-url oauth2-bearer= n/netrc netrc-file= netrc-optional b/cookie= c/cookie-jar= j/junk-session-cookies location-trusted post301 post302 post303 url= L/location max-redirs= proto= proto-redir= proto-default= resolve= connect-to= unix-socket= abstract-unix-socket= interface= local-port= 4/ipv4 6/ipv6 happy-eyeballs-timeout-ms= tcp-nodelay no-tcp-nodelay keepalive-time= no-keepalive 0/http1.0 http1.1 http2 http2-prior-knowledge no-alpn compressed tr-encoding raw ignore-content-length http0.9 ssl-no-revoke ssl-revoke-best-effort ssl-auto-client-cert ssl-allow-beast false-start no-npn tcp-fastopen styled-output B/use-ascii create-file-mode= k/insecure cacert= capath= E/cert= key= cert-type= key-type= pass= pinnedpubkey= 1/tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ciphers= tls13-ciphers= curves= crlfile= no-sessionid tls-max= x/proxy= proxy1.0= preproxy= U/proxy-user= proxy-basic proxy-digest proxy-anyauth proxy-header= p/proxytunnel proxy-insecure proxy-cacert= proxy-capath= proxy-cert= proxy-key= proxy-pass= proxy-cert-type= proxy-key-type= proxy-ciphers= proxy-tls13-ciphers= proxy-crlfile= proxy-pinnedpubkey= suppress-connect-headers haproxy-protocol socks4= socks4a= socks5= socks5-hostname= noproxy= m/max-time= connect-timeout= Y/speed-limit= y/speed-time= expect100-timeout= limit-rate= rate= max-filesize= C/continue-at= retry= retry-delay= retry-max-time= retry-all-errors retry-connrefused o/output= O/remote-name remote-name-all J/remote-header-name output-dir= create-dirs no-clobber clobber remove-on-error R/remote-time i/include D/dump-header= w/write-out= f/fail fail-with-body v/verbose trace= trace-ascii= trace-time N/no-buffer #/progress-bar no-progress-meter g/globoff :/next K/config= variable= q/disable Z/parallel parallel-max= parallel-immediate fail-early from-curl= s/silent S/show-error format= stderr= h/help= V/version
end

function __fish_pay402_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_pay402_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_pay402_using_subcommand
    set -l cmd (__fish_pay402_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c pay402 -n "__fish_pay402_needs_command" -l max-price -d 'Most to pay for one request: 0.05, $0.05, "0.05 USDC"; repeat for caps of other assets' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l budget -d 'Most to spend per rolling hour, day, week, month, or in total: 5/day, "2 EURC/week"; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l network -d 'Pay only on this network, by name or CAIP-2; repeatable, the preferred one first' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l asset -d 'Pay only with this asset, by symbol or address; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l scheme -d 'Pay only by this scheme; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l pay-to -d 'Pay only to this address; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l max-validity -d 'Longest life of a signature [default: 600]' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l expect -d 'Pay only the quote that a dry run printed, at its price or less' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l receipt -d 'Write the payment report to this file, as JSON' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l rpc-url -d 'Where to read a chain; repeatable [default: a public endpoint]' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l private-key-file -d 'Pay with the raw private key in this file instead of a keystore' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s X -l request -d 'Request method' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s H -l header -d 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s d -l data -l data-ascii -d 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l data-raw -d 'Send this as a form, by POST, @ and all' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l data-binary -d 'Send this by POST, byte for byte; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l data-urlencode -d 'Send this percent-encoded, by POST: TEXT, =TEXT, NAME=TEXT, @FILE or NAME@FILE' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l json -d 'Send this JSON by POST, and accept JSON; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s F -l form -d 'Send a multipart form by POST: NAME=TEXT, NAME=@FILE or NAME=<FILE, then ;type= ;filename=' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l form-string -d 'A field of a multipart form, with @ < and ; as they are' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s T -l upload-file -d 'Send this file by PUT, under its name if the URL ends in /; - is stdin; once for each URL' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l url-query -d 'Add this to the URL\'s query, encoded as by --data-urlencode; +DATA as it is' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l request-target -d 'Ask for this instead of the URL\'s path' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s A -l user-agent -d 'User-Agent to send' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s e -l referer -d 'Referer to send; with ";auto", on redirects the URL before' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s r -l range -d 'Ask for these bytes only: 0-499, -500 or 500-; a 402 is then paid for the part' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s z -l time-cond -d 'Ask for it only if newer than this date or file; -DATE: only if older' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l etag-compare -d 'Ask for it unless its tag (etag) is the one in this file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l etag-save -d 'Write the response\'s tag (etag) to this file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s u -l user -d 'User and password for the server' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l aws-sigv4 -d 'Sign requests with -u by AWS\'s Signature Version 4; region and service are of the host without them' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l oauth2-bearer -d 'Bearer token to send' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l netrc-file -d 'Take user and password from this file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s b -l cookie -d 'Send cookies: "a=1; b=2", or those in this file' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s c -l cookie-jar -d 'Write all cookies to this file when done; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l url -d 'URL to fetch, as an option' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proto -d 'Allow only these schemes, for redirects and payments too: =https, -http' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proto-redir -d 'Allow only these schemes on redirects' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proto-default -d 'Scheme of URLs without one [default: http]' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l resolve -d 'Use these addresses for a host and port; "*" is any host, "-HOST:PORT" takes it back' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l connect-to -d 'Connect to another host and port; empty parts stand for any, or for no change' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l unix-socket -d 'Connect through this Unix socket' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l abstract-unix-socket -d 'Connect through this abstract Unix socket' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l interface -d 'Connect from this interface, address or host; if!NAME and host!NAME say which' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l local-port -d 'Connect from this port, or one of these' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l happy-eyeballs-timeout-ms -d 'How long to wait for IPv6 before IPv4 is tried too' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l keepalive-time -d 'Ask after so much silence whether the server is still there' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l create-file-mode -d 'Mode of files that are made on a server, which HTTP does not know' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l capath -d 'Trust only the certificate authorities in the files of this directory' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s E -l cert -d 'Certificate of the client\'s own, as PEM unless --cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l cert-type -d 'How the certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_needs_command" -l key-type -d 'How the key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_needs_command" -l pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l pinnedpubkey -d 'Believe only servers with this public key' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l ciphers -d 'Offer these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l tls13-ciphers -d 'Offer these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l curves -d 'Exchange keys by these curves: X25519, P-256, P-384' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l crlfile -d 'Refuse the certificates that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l tls-max -d 'Newest version of TLS: default, 1.0, 1.1, 1.2, 1.3' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s x -l proxy -d 'Proxy to go through: [http|https|socks4|socks4a|socks5|socks5h]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy1.0 -d 'The same, but asked for a tunnel in HTTP/1.0' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l preproxy -d 'SOCKS proxy to reach an HTTP proxy through' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s U -l proxy-user -d 'User at the proxy' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-header -d 'Send this header to the proxy' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-cacert -d 'Trust only the certificate authorities in this file for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-capath -d 'Trust only the certificate authorities in the files of this directory for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-cert -d 'Certificate of the client\'s own for an https proxy, as PEM unless --proxy-cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-cert-type -d 'How that certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-key-type -d 'How that key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-tls13-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-crlfile -d 'Refuse the certificates of https proxies that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-pinnedpubkey -d 'Believe only https proxies with this public key' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l socks4 -d 'SOCKS 4 proxy' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l socks4a -d 'SOCKS 4a proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l socks5 -d 'SOCKS 5 proxy' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l socks5-hostname -d 'SOCKS 5 proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l noproxy -d 'Hosts to reach without the proxy, separated by commas; "*" is every host' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s Y -l speed-limit -d 'Give up a transfer slower than this for --speed-time' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s y -l speed-time -d 'For how long it may be slower than --speed-limit; 30 unless said' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l expect100-timeout -d 'How long a long body or an upload waits for the server\'s word (100 Continue) [default: 1]' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l limit-rate -d 'Most bytes a second, in each direction; K, M and G are powers of 1024' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l rate -d 'Begin so many transfers at most: 2/s, 30/m, 5/h, 100/d; without a letter, an hour\'s' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l max-filesize -d 'Longest body to take' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s C -l continue-at -d 'Go on with a download at this byte; "-" is where the output file ends' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l retry -d 'Try so often again after what may pass; a payment that is out is only sent again' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l retry-delay -d 'Wait so long between tries, not 1, 2, 4 ... seconds' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l retry-max-time -d 'Start no further try after so long; without it a server can ask for pauses of an hour at most' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s o -l output -d 'Write to this file instead of stdout; once for each URL; #1 is what the first glob stands for' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l output-dir -d 'Write files into this directory' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s D -l dump-header -d 'Write the response\'s head to this file; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s w -l write-out -d 'Print this when done, with %{variables}; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l trace -d 'Write all that goes over the wire to this file, in hexadecimal numbers and letters, bodies too; - is stdout, % is stderr; secrets as in -v' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l trace-ascii -d 'The same without numbers' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s K -l config -d 'Read options from this file, in curl\'s format; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l variable -d 'Set a variable for --expand-OPTION: NAME=TEXT, NAME@FILE, or %NAME from the environment; {{NAME:trim:json:url:b64}} in the option\'s value stands for it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l parallel-max -d 'How many at the same time [default: 50]' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l from-curl -d 'Run this curl command line, as pasted from documentation; after --from-curl -- its words' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_needs_command" -l stderr -d 'Write what is said to this file instead of stderr; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s h -l help -d 'Show the everyday options; of a topic: pay, wallet, request, connection, output; or "all"' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l ask -d 'Ask even when the price is within the cap'
complete -c pay402 -n "__fish_pay402_needs_command" -l allow-http -d 'Pay over plain http to a host that is not this machine'
complete -c pay402 -n "__fish_pay402_needs_command" -l verify-settlement -d 'Ask the chain whether a settlement that the server claims has happened'
complete -c pay402 -n "__fish_pay402_needs_command" -l pay-again -d 'Sign a new payment though an earlier one for this request may still settle: it may cost twice'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-pay -d 'Never pay; a 402 is an ordinary response'
complete -c pay402 -n "__fish_pay402_needs_command" -l dry-run -d 'Show what would be paid and why (not); sign nothing'
complete -c pay402 -n "__fish_pay402_needs_command" -l form-escape -d 'Escape names in a multipart form with \\, not with %'
complete -c pay402 -n "__fish_pay402_needs_command" -s G -l get -d 'Put the data in the URL and send a GET'
complete -c pay402 -n "__fish_pay402_needs_command" -l path-as-is -d 'Leave /./ and /../ in the URL\'s path'
complete -c pay402 -n "__fish_pay402_needs_command" -s I -l head -d 'Ask for the head only; it is never paid for'
complete -c pay402 -n "__fish_pay402_needs_command" -l basic -d 'Send -u as it is (Basic); this is the default'
complete -c pay402 -n "__fish_pay402_needs_command" -l digest -d 'Prove -u without sending it (Digest); with --basic, whichever the server offers'
complete -c pay402 -n "__fish_pay402_needs_command" -l anyauth -d 'Look first, then use the better of Digest and Basic'
complete -c pay402 -n "__fish_pay402_needs_command" -l disallow-username-in-url -d 'Refuse a URL that names a user, a redirect\'s too'
complete -c pay402 -n "__fish_pay402_needs_command" -s n -l netrc -d 'Take user and password from ~/.netrc'
complete -c pay402 -n "__fish_pay402_needs_command" -l netrc-optional -d 'Take user and password from ~/.netrc, if the URL has none'
complete -c pay402 -n "__fish_pay402_needs_command" -s j -l junk-session-cookies -d 'Leave the session cookies of -b\'s file out'
complete -c pay402 -n "__fish_pay402_needs_command" -l location-trusted -d 'Follow redirects, and send credentials to other hosts too; never a payment'
complete -c pay402 -n "__fish_pay402_needs_command" -l post301 -d 'Do not make a POST a GET after a 301'
complete -c pay402 -n "__fish_pay402_needs_command" -l post302 -d 'Do not make a POST a GET after a 302'
complete -c pay402 -n "__fish_pay402_needs_command" -l post303 -d 'Do not make a POST a GET after a 303'
complete -c pay402 -n "__fish_pay402_needs_command" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_needs_command" -s 4 -l ipv4 -d 'Use IPv4 addresses alone'
complete -c pay402 -n "__fish_pay402_needs_command" -s 6 -l ipv6 -d 'Use IPv6 addresses alone'
complete -c pay402 -n "__fish_pay402_needs_command" -l tcp-nodelay -d 'Send small pieces at once (as always)'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-tcp-nodelay -d 'Let the system gather small pieces'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-keepalive -d 'Never ask'
complete -c pay402 -n "__fish_pay402_needs_command" -s 0 -l http1.0 -d 'Speak HTTP/1.0'
complete -c pay402 -n "__fish_pay402_needs_command" -l http1.1 -d 'Speak HTTP/1.1'
complete -c pay402 -n "__fish_pay402_needs_command" -l http2 -d 'Speak HTTP/2 where TLS agrees on it (as always)'
complete -c pay402 -n "__fish_pay402_needs_command" -l http2-prior-knowledge -d 'Speak HTTP/2 without asking'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-alpn -d 'Do not agree on a version of HTTP in the TLS handshake'
complete -c pay402 -n "__fish_pay402_needs_command" -l compressed -d 'Ask for a compressed answer, and decompress it'
complete -c pay402 -n "__fish_pay402_needs_command" -l tr-encoding -d 'Ask for an answer that is compressed on its way, and decompress it'
complete -c pay402 -n "__fish_pay402_needs_command" -l raw -d 'Hand the body on as it came: with its chunks, and compressed'
complete -c pay402 -n "__fish_pay402_needs_command" -l ignore-content-length -d 'Let a body end where the connection does, and not where the answer says'
complete -c pay402 -n "__fish_pay402_needs_command" -l http0.9 -d 'Take an answer without a head (HTTP/0.9), which is none to a payment'
complete -c pay402 -n "__fish_pay402_needs_command" -l ssl-no-revoke -d 'Check no revocation, for Windows\' TLS, which is not used here'
complete -c pay402 -n "__fish_pay402_needs_command" -l ssl-revoke-best-effort -d 'The same, where the lists cannot be had'
complete -c pay402 -n "__fish_pay402_needs_command" -l ssl-auto-client-cert -d 'Let Windows\' TLS choose a certificate'
complete -c pay402 -n "__fish_pay402_needs_command" -l ssl-allow-beast -d 'Leave an old weakness of TLS 1.0 in, which is not spoken here'
complete -c pay402 -n "__fish_pay402_needs_command" -l false-start -d 'Send before the handshake is over'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-npn -d 'Do not agree on a protocol in the way before ALPN'
complete -c pay402 -n "__fish_pay402_needs_command" -l tcp-fastopen -d 'Send data with the first packet'
complete -c pay402 -n "__fish_pay402_needs_command" -l styled-output -d 'Print heads in bold, which is never done'
complete -c pay402 -n "__fish_pay402_needs_command" -s B -l use-ascii -d 'Transfer as text, which HTTP does not know'
complete -c pay402 -n "__fish_pay402_needs_command" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_needs_command" -s 1 -l tlsv1 -d 'Speak TLS 1.0 or newer, which is 1.2 or newer here'
complete -c pay402 -n "__fish_pay402_needs_command" -l tlsv1.0 -d 'The same'
complete -c pay402 -n "__fish_pay402_needs_command" -l tlsv1.1 -d 'The same'
complete -c pay402 -n "__fish_pay402_needs_command" -l tlsv1.2 -d 'Speak TLS 1.2 or newer'
complete -c pay402 -n "__fish_pay402_needs_command" -l tlsv1.3 -d 'Speak TLS 1.3'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-sessionid -d 'Resume no session of TLS'
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-basic -d 'Send the user\'s password to the proxy (default)'
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-digest -d 'Prove the user to the proxy by a digest'
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-anyauth -d 'Prove the user as the proxy asks for it: digest before basic'
complete -c pay402 -n "__fish_pay402_needs_command" -s p -l proxytunnel -d 'Ask the proxy for a tunnel, for http too'
complete -c pay402 -n "__fish_pay402_needs_command" -l proxy-insecure -d 'Do not check an https proxy\'s certificate'
complete -c pay402 -n "__fish_pay402_needs_command" -l suppress-connect-headers -d 'Leave a proxy\'s answers to CONNECT out of -i and -D'
complete -c pay402 -n "__fish_pay402_needs_command" -l haproxy-protocol -d 'Begin connections with a line of the PROXY protocol, version 1'
complete -c pay402 -n "__fish_pay402_needs_command" -l retry-all-errors -d 'Try again after every failure'
complete -c pay402 -n "__fish_pay402_needs_command" -l retry-connrefused -d 'Try again when nobody listens, too'
complete -c pay402 -n "__fish_pay402_needs_command" -s O -l remote-name -d 'Write to a file named as the last part of the URL\'s path; once for each URL'
complete -c pay402 -n "__fish_pay402_needs_command" -l remote-name-all -d 'Do as -O for every URL that follows'
complete -c pay402 -n "__fish_pay402_needs_command" -s J -l remote-header-name -d 'With -O, take the name that the server gives, if it gives one; it never leaves the directory'
complete -c pay402 -n "__fish_pay402_needs_command" -l create-dirs -d 'Make the directories that the output\'s name needs'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-clobber -d 'Never overwrite a file: write to NAME.1, NAME.2, … instead'
complete -c pay402 -n "__fish_pay402_needs_command" -l clobber -d 'Overwrite a file also with -J'
complete -c pay402 -n "__fish_pay402_needs_command" -l remove-on-error -d 'Keep nothing of a body that did not come whole; what was paid for is kept all the same'
complete -c pay402 -n "__fish_pay402_needs_command" -s R -l remote-time -d 'Give the file the time that the server names as its last change'
complete -c pay402 -n "__fish_pay402_needs_command" -s i -l include -l show-headers -d 'Put the response\'s head before its body'
complete -c pay402 -n "__fish_pay402_needs_command" -s f -l fail -d 'Fail without output on HTTP status 400 and above'
complete -c pay402 -n "__fish_pay402_needs_command" -l fail-with-body -d 'Fail on HTTP status 400 and above, but put out the body'
complete -c pay402 -n "__fish_pay402_needs_command" -s v -l verbose -d 'Show what goes over the wire; payment headers are shortened'
complete -c pay402 -n "__fish_pay402_needs_command" -l trace-time -d 'Put the time (UTC) before each line of -v or a trace'
complete -c pay402 -n "__fish_pay402_needs_command" -s N -l no-buffer -d 'Hand on every piece of the output at once, which is done anyway'
complete -c pay402 -n "__fish_pay402_needs_command" -s # -l progress-bar -d 'Show a plain progress bar, from the first byte on'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-progress-meter -d 'Show no progress'
complete -c pay402 -n "__fish_pay402_needs_command" -s g -l globoff -d 'Take URLs as they are: {a,b} and [1-9] are no patterns'
complete -c pay402 -n "__fish_pay402_needs_command" -s : -l next -d 'Begin anew for the URLs that follow: their own request, output and connection options'
complete -c pay402 -n "__fish_pay402_needs_command" -s q -l disable -d 'Read no default options file, which never happens anyway'
complete -c pay402 -n "__fish_pay402_needs_command" -s Z -l parallel -d 'Fetch several at the same time'
complete -c pay402 -n "__fish_pay402_needs_command" -l parallel-immediate -d 'Do not wait for a connection that could be shared, which is not done anyway'
complete -c pay402 -n "__fish_pay402_needs_command" -l fail-early -d 'End with the first transfer that fails'
complete -c pay402 -n "__fish_pay402_needs_command" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_needs_command" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_needs_command" -s V -l version -d 'Print version'
complete -c pay402 -n "__fish_pay402_needs_command" -a "demo" -d 'The whole thing on this machine: no money, no network, no set-up'
complete -c pay402 -n "__fish_pay402_needs_command" -a "sandbox" -d 'The demo\'s seller, facilitator and chain, left running to play with'
complete -c pay402 -n "__fish_pay402_needs_command" -a "quote" -d 'Show what URLs would cost, and sign nothing'
complete -c pay402 -n "__fish_pay402_needs_command" -a "price" -d 'Show what URLs would cost, and sign nothing'
complete -c pay402 -n "__fish_pay402_needs_command" -a "wallet" -d 'Make, list and choose wallets, and see what they hold'
complete -c pay402 -n "__fish_pay402_needs_command" -a "history" -d 'List payments, show one, export them'
complete -c pay402 -n "__fish_pay402_needs_command" -a "resume" -d 'Send a live authorization again, never a new one, and deliver what it bought'
complete -c pay402 -n "__fish_pay402_needs_command" -a "reconcile" -d 'Ask the chain what became of payments whose outcome is open, and whether they settled'
complete -c pay402 -n "__fish_pay402_needs_command" -a "budget" -d 'Show what may be spent, what is spent and what is outstanding'
complete -c pay402 -n "__fish_pay402_needs_command" -a "trust" -d 'Say what a seller may ask for, when it is not what was paid before'
complete -c pay402 -n "__fish_pay402_needs_command" -a "config" -d 'Show the settings and where each comes from'
complete -c pay402 -n "__fish_pay402_needs_command" -a "completions" -d 'Print the completions of a shell'
complete -c pay402 -n "__fish_pay402_needs_command" -a "man" -d 'Print the manual page'
complete -c pay402 -n "__fish_pay402_needs_command" -a "help" -d 'Show the everyday options, the help of a command, or of a topic as --help does'
complete -c pay402 -n "__fish_pay402_needs_command" -a "version" -d 'Show the version'
complete -c pay402 -n "__fish_pay402_using_subcommand demo" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand demo" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand demo" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand demo" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand demo" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand demo" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -l port -d 'Port of 127.0.0.1 to listen on; 0 is any free one' -r
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand sandbox" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand quote" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand quote" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand quote" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand quote" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand quote" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand quote" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand price" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand price" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand price" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand price" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand price" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand price" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "new" -d 'Make a key and keep it in a keystore'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "import" -d 'Keep an existing key in a keystore'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "list" -d 'List the keystores'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "show" -d 'Show a keystore\'s address and file'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "use" -d 'Choose the keystore that pays'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "passwd" -d 'Give a keystore another password'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "export" -d 'Print a keystore as it lies, encrypted, or write its raw key to a new file'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "balance" -d 'Ask the chain what a wallet holds'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use passwd export balance remove" -f -a "remove" -d 'Remove a keystore, after asking'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -l lightkdf -d 'Derive with less work, as geth\'s --lightkdf: opens sooner, withstands less guessing'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from new" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -l private-key-file -d 'File with the raw private key; without it, PAY402_PRIVATE_KEY is read' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -l lightkdf -d 'Derive with less work, as geth\'s --lightkdf: opens sooner, withstands less guessing'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from import" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from list" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from list" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from list" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from list" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from list" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from list" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from show" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from show" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from show" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from show" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from show" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from show" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from use" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from use" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from use" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from use" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from use" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from use" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l new-password-file -d 'Read the new password from this file; - is stdin, after the old one' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l lightkdf -d 'Derive with less work, as geth\'s --lightkdf: opens sooner, withstands less guessing'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -l private-key-file -d 'Open the keystore, and write the raw private key to this new file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from export" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l network -d 'On this network, by name or CAIP-2; repeatable [default: those of --rpc-url, of config.toml and of earlier payments, else base]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l asset -d 'Only of this asset, by symbol or address; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l rpc-url -d 'Where to read a chain; repeatable [default: a public endpoint]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proto -d 'Allow only these schemes, for redirects and payments too: =https, -http' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proto-redir -d 'Allow only these schemes on redirects' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proto-default -d 'Scheme of URLs without one [default: http]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l resolve -d 'Use these addresses for a host and port; "*" is any host, "-HOST:PORT" takes it back' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l connect-to -d 'Connect to another host and port; empty parts stand for any, or for no change' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l unix-socket -d 'Connect through this Unix socket' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l abstract-unix-socket -d 'Connect through this abstract Unix socket' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l interface -d 'Connect from this interface, address or host; if!NAME and host!NAME say which' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l local-port -d 'Connect from this port, or one of these' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l happy-eyeballs-timeout-ms -d 'How long to wait for IPv6 before IPv4 is tried too' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l keepalive-time -d 'Ask after so much silence whether the server is still there' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l create-file-mode -d 'Mode of files that are made on a server, which HTTP does not know' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l capath -d 'Trust only the certificate authorities in the files of this directory' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s E -l cert -d 'Certificate of the client\'s own, as PEM unless --cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l cert-type -d 'How the certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l key-type -d 'How the key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l pinnedpubkey -d 'Believe only servers with this public key' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l ciphers -d 'Offer these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tls13-ciphers -d 'Offer these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l curves -d 'Exchange keys by these curves: X25519, P-256, P-384' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l crlfile -d 'Refuse the certificates that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tls-max -d 'Newest version of TLS: default, 1.0, 1.1, 1.2, 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s x -l proxy -d 'Proxy to go through: [http|https|socks4|socks4a|socks5|socks5h]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy1.0 -d 'The same, but asked for a tunnel in HTTP/1.0' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l preproxy -d 'SOCKS proxy to reach an HTTP proxy through' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s U -l proxy-user -d 'User at the proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-header -d 'Send this header to the proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-cacert -d 'Trust only the certificate authorities in this file for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-capath -d 'Trust only the certificate authorities in the files of this directory for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-cert -d 'Certificate of the client\'s own for an https proxy, as PEM unless --proxy-cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-cert-type -d 'How that certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-key-type -d 'How that key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-tls13-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-crlfile -d 'Refuse the certificates of https proxies that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-pinnedpubkey -d 'Believe only https proxies with this public key' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l socks4 -d 'SOCKS 4 proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l socks4a -d 'SOCKS 4a proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l socks5 -d 'SOCKS 5 proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l socks5-hostname -d 'SOCKS 5 proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l noproxy -d 'Hosts to reach without the proxy, separated by commas; "*" is every host' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s Y -l speed-limit -d 'Give up a transfer slower than this for --speed-time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s y -l speed-time -d 'For how long it may be slower than --speed-limit; 30 unless said' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l expect100-timeout -d 'How long a long body or an upload waits for the server\'s word (100 Continue) [default: 1]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l limit-rate -d 'Most bytes a second, in each direction; K, M and G are powers of 1024' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l rate -d 'Begin so many transfers at most: 2/s, 30/m, 5/h, 100/d; without a letter, an hour\'s' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l max-filesize -d 'Longest body to take' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s C -l continue-at -d 'Go on with a download at this byte; "-" is where the output file ends' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l retry -d 'Try so often again after what may pass; a payment that is out is only sent again' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l retry-delay -d 'Wait so long between tries, not 1, 2, 4 ... seconds' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l retry-max-time -d 'Start no further try after so long; without it a server can ask for pauses of an hour at most' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s 4 -l ipv4 -d 'Use IPv4 addresses alone'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s 6 -l ipv6 -d 'Use IPv6 addresses alone'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tcp-nodelay -d 'Send small pieces at once (as always)'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l no-tcp-nodelay -d 'Let the system gather small pieces'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l no-keepalive -d 'Never ask'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s 0 -l http1.0 -d 'Speak HTTP/1.0'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l http1.1 -d 'Speak HTTP/1.1'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l http2 -d 'Speak HTTP/2 where TLS agrees on it (as always)'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l http2-prior-knowledge -d 'Speak HTTP/2 without asking'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l no-alpn -d 'Do not agree on a version of HTTP in the TLS handshake'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l compressed -d 'Ask for a compressed answer, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tr-encoding -d 'Ask for an answer that is compressed on its way, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l raw -d 'Hand the body on as it came: with its chunks, and compressed'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l ignore-content-length -d 'Let a body end where the connection does, and not where the answer says'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l http0.9 -d 'Take an answer without a head (HTTP/0.9), which is none to a payment'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l ssl-no-revoke -d 'Check no revocation, for Windows\' TLS, which is not used here'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l ssl-revoke-best-effort -d 'The same, where the lists cannot be had'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l ssl-auto-client-cert -d 'Let Windows\' TLS choose a certificate'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l ssl-allow-beast -d 'Leave an old weakness of TLS 1.0 in, which is not spoken here'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l false-start -d 'Send before the handshake is over'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l no-npn -d 'Do not agree on a protocol in the way before ALPN'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tcp-fastopen -d 'Send data with the first packet'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l styled-output -d 'Print heads in bold, which is never done'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s B -l use-ascii -d 'Transfer as text, which HTTP does not know'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s 1 -l tlsv1 -d 'Speak TLS 1.0 or newer, which is 1.2 or newer here'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tlsv1.0 -d 'The same'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tlsv1.1 -d 'The same'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tlsv1.2 -d 'Speak TLS 1.2 or newer'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l tlsv1.3 -d 'Speak TLS 1.3'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l no-sessionid -d 'Resume no session of TLS'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-basic -d 'Send the user\'s password to the proxy (default)'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-digest -d 'Prove the user to the proxy by a digest'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-anyauth -d 'Prove the user as the proxy asks for it: digest before basic'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s p -l proxytunnel -d 'Ask the proxy for a tunnel, for http too'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l proxy-insecure -d 'Do not check an https proxy\'s certificate'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l suppress-connect-headers -d 'Leave a proxy\'s answers to CONNECT out of -i and -D'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l haproxy-protocol -d 'Begin connections with a line of the PROXY protocol, version 1'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l retry-all-errors -d 'Try again after every failure'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l retry-connrefused -d 'Try again when nobody listens, too'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l state -d 'In this state: reserved, signed, unsent, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l limit -d 'List at most this many; an export takes all' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l undelivered -d 'Only what was paid, or may have been, and has not arrived whole'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -f -a "list" -d 'List payments, newest first'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -f -a "show" -d 'Show everything known of one payment'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -f -a "export" -d 'Write every payment that is meant, oldest first'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l state -d 'In this state: reserved, signed, unsent, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l limit -d 'List at most this many; an export takes all' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l undelivered -d 'Only what was paid, or may have been, and has not arrived whole'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l state -d 'In this state: reserved, signed, unsent, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l limit -d 'List at most this many; an export takes all' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l undelivered -d 'Only what was paid, or may have been, and has not arrived whole'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l to -d 'csv or jsonl' -r -f -a "jsonl\t'One JSON document a line'
csv\t'Comma-separated values with a line of names'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l state -d 'In this state: reserved, signed, unsent, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l limit -d 'List at most this many; an export takes all' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l undelivered -d 'Only what was paid, or may have been, and has not arrived whole'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s X -l request -d 'Request method' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s H -l header -d 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s d -l data -l data-ascii -d 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l data-raw -d 'Send this as a form, by POST, @ and all' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l data-binary -d 'Send this by POST, byte for byte; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l data-urlencode -d 'Send this percent-encoded, by POST: TEXT, =TEXT, NAME=TEXT, @FILE or NAME@FILE' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l json -d 'Send this JSON by POST, and accept JSON; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s F -l form -d 'Send a multipart form by POST: NAME=TEXT, NAME=@FILE or NAME=<FILE, then ;type= ;filename=' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l form-string -d 'A field of a multipart form, with @ < and ; as they are' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s T -l upload-file -d 'Send this file by PUT, under its name if the URL ends in /; - is stdin; once for each URL' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l url-query -d 'Add this to the URL\'s query, encoded as by --data-urlencode; +DATA as it is' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l request-target -d 'Ask for this instead of the URL\'s path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s A -l user-agent -d 'User-Agent to send' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s e -l referer -d 'Referer to send; with ";auto", on redirects the URL before' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s r -l range -d 'Ask for these bytes only: 0-499, -500 or 500-; a 402 is then paid for the part' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s z -l time-cond -d 'Ask for it only if newer than this date or file; -DATE: only if older' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l etag-compare -d 'Ask for it unless its tag (etag) is the one in this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l etag-save -d 'Write the response\'s tag (etag) to this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s u -l user -d 'User and password for the server' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l aws-sigv4 -d 'Sign requests with -u by AWS\'s Signature Version 4; region and service are of the host without them' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l oauth2-bearer -d 'Bearer token to send' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l netrc-file -d 'Take user and password from this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s b -l cookie -d 'Send cookies: "a=1; b=2", or those in this file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s c -l cookie-jar -d 'Write all cookies to this file when done; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l url -d 'URL to fetch, as an option' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proto -d 'Allow only these schemes, for redirects and payments too: =https, -http' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proto-redir -d 'Allow only these schemes on redirects' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proto-default -d 'Scheme of URLs without one [default: http]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l resolve -d 'Use these addresses for a host and port; "*" is any host, "-HOST:PORT" takes it back' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l connect-to -d 'Connect to another host and port; empty parts stand for any, or for no change' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l unix-socket -d 'Connect through this Unix socket' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l abstract-unix-socket -d 'Connect through this abstract Unix socket' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l interface -d 'Connect from this interface, address or host; if!NAME and host!NAME say which' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l local-port -d 'Connect from this port, or one of these' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l happy-eyeballs-timeout-ms -d 'How long to wait for IPv6 before IPv4 is tried too' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l keepalive-time -d 'Ask after so much silence whether the server is still there' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l create-file-mode -d 'Mode of files that are made on a server, which HTTP does not know' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l capath -d 'Trust only the certificate authorities in the files of this directory' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s E -l cert -d 'Certificate of the client\'s own, as PEM unless --cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l cert-type -d 'How the certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l key-type -d 'How the key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l pinnedpubkey -d 'Believe only servers with this public key' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l ciphers -d 'Offer these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tls13-ciphers -d 'Offer these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l curves -d 'Exchange keys by these curves: X25519, P-256, P-384' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l crlfile -d 'Refuse the certificates that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tls-max -d 'Newest version of TLS: default, 1.0, 1.1, 1.2, 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s x -l proxy -d 'Proxy to go through: [http|https|socks4|socks4a|socks5|socks5h]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy1.0 -d 'The same, but asked for a tunnel in HTTP/1.0' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l preproxy -d 'SOCKS proxy to reach an HTTP proxy through' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s U -l proxy-user -d 'User at the proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-header -d 'Send this header to the proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-cacert -d 'Trust only the certificate authorities in this file for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-capath -d 'Trust only the certificate authorities in the files of this directory for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-cert -d 'Certificate of the client\'s own for an https proxy, as PEM unless --proxy-cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-cert-type -d 'How that certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-key-type -d 'How that key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-tls13-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-crlfile -d 'Refuse the certificates of https proxies that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-pinnedpubkey -d 'Believe only https proxies with this public key' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l socks4 -d 'SOCKS 4 proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l socks4a -d 'SOCKS 4a proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l socks5 -d 'SOCKS 5 proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l socks5-hostname -d 'SOCKS 5 proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l noproxy -d 'Hosts to reach without the proxy, separated by commas; "*" is every host' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s Y -l speed-limit -d 'Give up a transfer slower than this for --speed-time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s y -l speed-time -d 'For how long it may be slower than --speed-limit; 30 unless said' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l expect100-timeout -d 'How long a long body or an upload waits for the server\'s word (100 Continue) [default: 1]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l limit-rate -d 'Most bytes a second, in each direction; K, M and G are powers of 1024' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l rate -d 'Begin so many transfers at most: 2/s, 30/m, 5/h, 100/d; without a letter, an hour\'s' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l max-filesize -d 'Longest body to take' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s C -l continue-at -d 'Go on with a download at this byte; "-" is where the output file ends' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l retry -d 'Try so often again after what may pass; a payment that is out is only sent again' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l retry-delay -d 'Wait so long between tries, not 1, 2, 4 ... seconds' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l retry-max-time -d 'Start no further try after so long; without it a server can ask for pauses of an hour at most' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s o -l output -d 'Write to this file instead of stdout; once for each URL; #1 is what the first glob stands for' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l output-dir -d 'Write files into this directory' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s D -l dump-header -d 'Write the response\'s head to this file; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s w -l write-out -d 'Print this when done, with %{variables}; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l trace -d 'Write all that goes over the wire to this file, in hexadecimal numbers and letters, bodies too; - is stdout, % is stderr; secrets as in -v' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l trace-ascii -d 'The same without numbers' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l receipt -d 'Write the payment report to this file, as JSON' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l rpc-url -d 'Where to read a chain; repeatable [default: a public endpoint]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l form-escape -d 'Escape names in a multipart form with \\, not with %'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s G -l get -d 'Put the data in the URL and send a GET'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l path-as-is -d 'Leave /./ and /../ in the URL\'s path'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s I -l head -d 'Ask for the head only; it is never paid for'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l basic -d 'Send -u as it is (Basic); this is the default'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l digest -d 'Prove -u without sending it (Digest); with --basic, whichever the server offers'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l anyauth -d 'Look first, then use the better of Digest and Basic'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l disallow-username-in-url -d 'Refuse a URL that names a user, a redirect\'s too'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s n -l netrc -d 'Take user and password from ~/.netrc'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l netrc-optional -d 'Take user and password from ~/.netrc, if the URL has none'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s j -l junk-session-cookies -d 'Leave the session cookies of -b\'s file out'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l location-trusted -d 'Follow redirects, and send credentials to other hosts too; never a payment'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l post301 -d 'Do not make a POST a GET after a 301'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l post302 -d 'Do not make a POST a GET after a 302'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l post303 -d 'Do not make a POST a GET after a 303'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s 4 -l ipv4 -d 'Use IPv4 addresses alone'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s 6 -l ipv6 -d 'Use IPv6 addresses alone'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tcp-nodelay -d 'Send small pieces at once (as always)'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-tcp-nodelay -d 'Let the system gather small pieces'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-keepalive -d 'Never ask'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s 0 -l http1.0 -d 'Speak HTTP/1.0'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l http1.1 -d 'Speak HTTP/1.1'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l http2 -d 'Speak HTTP/2 where TLS agrees on it (as always)'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l http2-prior-knowledge -d 'Speak HTTP/2 without asking'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-alpn -d 'Do not agree on a version of HTTP in the TLS handshake'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l compressed -d 'Ask for a compressed answer, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tr-encoding -d 'Ask for an answer that is compressed on its way, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l raw -d 'Hand the body on as it came: with its chunks, and compressed'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l ignore-content-length -d 'Let a body end where the connection does, and not where the answer says'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l http0.9 -d 'Take an answer without a head (HTTP/0.9), which is none to a payment'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l ssl-no-revoke -d 'Check no revocation, for Windows\' TLS, which is not used here'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l ssl-revoke-best-effort -d 'The same, where the lists cannot be had'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l ssl-auto-client-cert -d 'Let Windows\' TLS choose a certificate'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l ssl-allow-beast -d 'Leave an old weakness of TLS 1.0 in, which is not spoken here'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l false-start -d 'Send before the handshake is over'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-npn -d 'Do not agree on a protocol in the way before ALPN'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tcp-fastopen -d 'Send data with the first packet'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l styled-output -d 'Print heads in bold, which is never done'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s B -l use-ascii -d 'Transfer as text, which HTTP does not know'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s 1 -l tlsv1 -d 'Speak TLS 1.0 or newer, which is 1.2 or newer here'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tlsv1.0 -d 'The same'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tlsv1.1 -d 'The same'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tlsv1.2 -d 'Speak TLS 1.2 or newer'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l tlsv1.3 -d 'Speak TLS 1.3'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-sessionid -d 'Resume no session of TLS'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-basic -d 'Send the user\'s password to the proxy (default)'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-digest -d 'Prove the user to the proxy by a digest'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-anyauth -d 'Prove the user as the proxy asks for it: digest before basic'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s p -l proxytunnel -d 'Ask the proxy for a tunnel, for http too'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l proxy-insecure -d 'Do not check an https proxy\'s certificate'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l suppress-connect-headers -d 'Leave a proxy\'s answers to CONNECT out of -i and -D'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l haproxy-protocol -d 'Begin connections with a line of the PROXY protocol, version 1'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l retry-all-errors -d 'Try again after every failure'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l retry-connrefused -d 'Try again when nobody listens, too'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s O -l remote-name -d 'Write to a file named as the last part of the URL\'s path; once for each URL'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l remote-name-all -d 'Do as -O for every URL that follows'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s J -l remote-header-name -d 'With -O, take the name that the server gives, if it gives one; it never leaves the directory'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l create-dirs -d 'Make the directories that the output\'s name needs'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-clobber -d 'Never overwrite a file: write to NAME.1, NAME.2, … instead'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l clobber -d 'Overwrite a file also with -J'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l remove-on-error -d 'Keep nothing of a body that did not come whole; what was paid for is kept all the same'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s R -l remote-time -d 'Give the file the time that the server names as its last change'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s i -l include -l show-headers -d 'Put the response\'s head before its body'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s f -l fail -d 'Fail without output on HTTP status 400 and above'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l fail-with-body -d 'Fail on HTTP status 400 and above, but put out the body'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s v -l verbose -d 'Show what goes over the wire; payment headers are shortened'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l trace-time -d 'Put the time (UTC) before each line of -v or a trace'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s N -l no-buffer -d 'Hand on every piece of the output at once, which is done anyway'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s # -l progress-bar -d 'Show a plain progress bar, from the first byte on'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-progress-meter -d 'Show no progress'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l verify-settlement -d 'Ask the chain whether a settlement that the server claims has happened'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l rpc-url -d 'Where to read a chain; repeatable [default: a public endpoint]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proto -d 'Allow only these schemes, for redirects and payments too: =https, -http' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proto-redir -d 'Allow only these schemes on redirects' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proto-default -d 'Scheme of URLs without one [default: http]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l resolve -d 'Use these addresses for a host and port; "*" is any host, "-HOST:PORT" takes it back' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l connect-to -d 'Connect to another host and port; empty parts stand for any, or for no change' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l unix-socket -d 'Connect through this Unix socket' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l abstract-unix-socket -d 'Connect through this abstract Unix socket' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l interface -d 'Connect from this interface, address or host; if!NAME and host!NAME say which' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l local-port -d 'Connect from this port, or one of these' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l happy-eyeballs-timeout-ms -d 'How long to wait for IPv6 before IPv4 is tried too' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l keepalive-time -d 'Ask after so much silence whether the server is still there' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l create-file-mode -d 'Mode of files that are made on a server, which HTTP does not know' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l capath -d 'Trust only the certificate authorities in the files of this directory' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s E -l cert -d 'Certificate of the client\'s own, as PEM unless --cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l cert-type -d 'How the certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l key-type -d 'How the key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l pinnedpubkey -d 'Believe only servers with this public key' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l ciphers -d 'Offer these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tls13-ciphers -d 'Offer these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l curves -d 'Exchange keys by these curves: X25519, P-256, P-384' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l crlfile -d 'Refuse the certificates that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tls-max -d 'Newest version of TLS: default, 1.0, 1.1, 1.2, 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s x -l proxy -d 'Proxy to go through: [http|https|socks4|socks4a|socks5|socks5h]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy1.0 -d 'The same, but asked for a tunnel in HTTP/1.0' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l preproxy -d 'SOCKS proxy to reach an HTTP proxy through' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s U -l proxy-user -d 'User at the proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-header -d 'Send this header to the proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-cacert -d 'Trust only the certificate authorities in this file for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-capath -d 'Trust only the certificate authorities in the files of this directory for an https proxy' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-cert -d 'Certificate of the client\'s own for an https proxy, as PEM unless --proxy-cert-type says otherwise' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-key -d 'Key of that certificate, as PEM; without it, in the same file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-pass -d 'Password of that key, or of a PKCS #12 file' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-cert-type -d 'How that certificate is written; P12 is a PKCS #12 file with its key' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-key-type -d 'How that key is written' -r -f -a "pem\t'As text'
der\t'As bytes'
p12\t'Certificate and key in one file (PKCS #12)'"
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.2, by OpenSSL\'s names' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-tls13-ciphers -d 'Offer an https proxy these cipher suites for TLS 1.3' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-crlfile -d 'Refuse the certificates of https proxies that this file says are revoked, as PEM' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-pinnedpubkey -d 'Believe only https proxies with this public key' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l socks4 -d 'SOCKS 4 proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l socks4a -d 'SOCKS 4a proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l socks5 -d 'SOCKS 5 proxy' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l socks5-hostname -d 'SOCKS 5 proxy, which looks names up' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l noproxy -d 'Hosts to reach without the proxy, separated by commas; "*" is every host' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s Y -l speed-limit -d 'Give up a transfer slower than this for --speed-time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s y -l speed-time -d 'For how long it may be slower than --speed-limit; 30 unless said' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l expect100-timeout -d 'How long a long body or an upload waits for the server\'s word (100 Continue) [default: 1]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l limit-rate -d 'Most bytes a second, in each direction; K, M and G are powers of 1024' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l rate -d 'Begin so many transfers at most: 2/s, 30/m, 5/h, 100/d; without a letter, an hour\'s' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l max-filesize -d 'Longest body to take' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s C -l continue-at -d 'Go on with a download at this byte; "-" is where the output file ends' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l retry -d 'Try so often again after what may pass; a payment that is out is only sent again' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l retry-delay -d 'Wait so long between tries, not 1, 2, 4 ... seconds' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l retry-max-time -d 'Start no further try after so long; without it a server can ask for pauses of an hour at most' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l settled -d 'Also every one that settled by the server\'s word alone'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s 4 -l ipv4 -d 'Use IPv4 addresses alone'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s 6 -l ipv6 -d 'Use IPv6 addresses alone'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tcp-nodelay -d 'Send small pieces at once (as always)'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l no-tcp-nodelay -d 'Let the system gather small pieces'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l no-keepalive -d 'Never ask'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s 0 -l http1.0 -d 'Speak HTTP/1.0'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l http1.1 -d 'Speak HTTP/1.1'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l http2 -d 'Speak HTTP/2 where TLS agrees on it (as always)'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l http2-prior-knowledge -d 'Speak HTTP/2 without asking'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l no-alpn -d 'Do not agree on a version of HTTP in the TLS handshake'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l compressed -d 'Ask for a compressed answer, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tr-encoding -d 'Ask for an answer that is compressed on its way, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l raw -d 'Hand the body on as it came: with its chunks, and compressed'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l ignore-content-length -d 'Let a body end where the connection does, and not where the answer says'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l http0.9 -d 'Take an answer without a head (HTTP/0.9), which is none to a payment'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l ssl-no-revoke -d 'Check no revocation, for Windows\' TLS, which is not used here'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l ssl-revoke-best-effort -d 'The same, where the lists cannot be had'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l ssl-auto-client-cert -d 'Let Windows\' TLS choose a certificate'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l ssl-allow-beast -d 'Leave an old weakness of TLS 1.0 in, which is not spoken here'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l false-start -d 'Send before the handshake is over'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l no-npn -d 'Do not agree on a protocol in the way before ALPN'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tcp-fastopen -d 'Send data with the first packet'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l styled-output -d 'Print heads in bold, which is never done'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s B -l use-ascii -d 'Transfer as text, which HTTP does not know'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s 1 -l tlsv1 -d 'Speak TLS 1.0 or newer, which is 1.2 or newer here'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tlsv1.0 -d 'The same'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tlsv1.1 -d 'The same'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tlsv1.2 -d 'Speak TLS 1.2 or newer'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l tlsv1.3 -d 'Speak TLS 1.3'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l no-sessionid -d 'Resume no session of TLS'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-basic -d 'Send the user\'s password to the proxy (default)'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-digest -d 'Prove the user to the proxy by a digest'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-anyauth -d 'Prove the user as the proxy asks for it: digest before basic'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s p -l proxytunnel -d 'Ask the proxy for a tunnel, for http too'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l proxy-insecure -d 'Do not check an https proxy\'s certificate'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l suppress-connect-headers -d 'Leave a proxy\'s answers to CONNECT out of -i and -D'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l haproxy-protocol -d 'Begin connections with a line of the PROXY protocol, version 1'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l retry-all-errors -d 'Try again after every failure'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l retry-connrefused -d 'Try again when nobody listens, too'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand budget" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand budget" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand budget" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand budget" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand budget" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand budget" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -l network -d 'Only on this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -l asset -d 'Only with this asset, by symbol or address' -r
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -l pay-to -d 'Only to this address' -r
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -a "list" -d 'List what is trusted'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and not __fish_seen_subcommand_from list remove" -a "remove" -d 'Take back what was said of a seller; what was paid is remembered all the same'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from list" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from list" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from list" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from list" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from list" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from list" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from remove" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from remove" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from remove" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from remove" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from remove" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand trust; and __fish_seen_subcommand_from remove" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -f -a "show" -d 'Each setting, its value, and where it comes from'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and not __fish_seen_subcommand_from show path" -f -a "path" -d 'The path of config.toml'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from show" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from show" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from show" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from show" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from path" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from path" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from path" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from path" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand config; and __fish_seen_subcommand_from path" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand completions" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand completions" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand completions" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand completions" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand completions" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand completions" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand man" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand man" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand man" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand man" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand man" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand man" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand help" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand help" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand help" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand help" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand help" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand help" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand version" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand version" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand version" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand version" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand version" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand version" -s S -l show-error -d 'Say errors all the same with -s'
