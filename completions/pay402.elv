
use builtin;
use str;

set edit:completion:arg-completer[pay402] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'pay402'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'pay402'= {
            cand --max-price 'Most to pay for one request: 0.05, $0.05, "0.05 USDC"; repeat for caps of other assets'
            cand --expect 'Pay only the quote that a dry run printed, at its price or less'
            cand --network 'Pay only on this network, by name or CAIP-2; repeatable, the preferred one first'
            cand --asset 'Pay only with this asset, by symbol or address; repeatable'
            cand --scheme 'Pay only by this scheme; repeatable'
            cand --pay-to 'Pay only to this address; repeatable'
            cand --max-validity 'Longest life of a signature [default: 600]'
            cand --receipt 'Write the payment report to this file, as JSON'
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --private-key-file 'Pay with the raw private key in this file instead of a keystore'
            cand -X 'Request method'
            cand --request 'Request method'
            cand -H 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them'
            cand --header 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them'
            cand -d 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin'
            cand --data 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin'
            cand --data-ascii 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin'
            cand --data-raw 'Send this as a form, by POST, @ and all'
            cand --data-binary 'Send this by POST, byte for byte; @FILE and @- read it'
            cand --json 'Send this JSON by POST, and accept JSON; @FILE and @- read it'
            cand -A 'User-Agent to send'
            cand --user-agent 'User-Agent to send'
            cand -e 'Referer to send'
            cand --referer 'Referer to send'
            cand -u 'User and password for Basic authentication'
            cand --user 'User and password for Basic authentication'
            cand --url 'URL to fetch, as an option'
            cand --max-redirs 'Most redirects to follow; -1 is any number'
            cand -x 'Proxy to go through: [http|https|socks5]://host:port; empty for none'
            cand --proxy 'Proxy to go through: [http|https|socks5]://host:port; empty for none'
            cand --noproxy 'Hosts to reach without the proxy, separated by commas'
            cand --cacert 'Trust only the certificate authorities in this file'
            cand -m 'Longest time for everything together'
            cand --max-time 'Longest time for everything together'
            cand --connect-timeout 'Longest time to connect'
            cand -o 'Write to this file instead of stdout; once for each URL'
            cand --output 'Write to this file instead of stdout; once for each URL'
            cand -D 'Write the response''s head to this file; - is stdout'
            cand --dump-header 'Write the response''s head to this file; - is stdout'
            cand -w 'Print this when done, with %{variables}; @FILE and @- read it'
            cand --write-out 'Print this when done, with %{variables}; @FILE and @- read it'
            cand --format 'Form of answers, payment reports and errors'
            cand -h 'Show the options of everyday; "all" shows every one'
            cand --help 'Show the options of everyday; "all" shows every one'
            cand --dry-run 'Show what would be paid and why (not); sign nothing'
            cand --ask 'Ask even when the price is within the cap'
            cand --no-pay 'Never pay; a 402 is an ordinary response'
            cand --allow-http 'Pay over plain http to a host that is not this machine'
            cand -G 'Put the data in the URL and send a GET'
            cand --get 'Put the data in the URL and send a GET'
            cand -I 'Ask for the head only'
            cand --head 'Ask for the head only'
            cand -L 'Follow redirects; a payment never follows one'
            cand --location 'Follow redirects; a payment never follows one'
            cand -k 'Do not check the server''s certificate; excludes paying, but on this machine'
            cand --insecure 'Do not check the server''s certificate; excludes paying, but on this machine'
            cand --compressed 'Ask for a compressed answer, and decompress it'
            cand -O 'Write to a file named as the last part of the URL''s path; once for each URL'
            cand --remote-name 'Write to a file named as the last part of the URL''s path; once for each URL'
            cand -i 'Put the response''s head before its body'
            cand --include 'Put the response''s head before its body'
            cand --show-headers 'Put the response''s head before its body'
            cand -f 'Fail without output on HTTP status 400 and above'
            cand --fail 'Fail without output on HTTP status 400 and above'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
            cand -v 'Show what goes over the wire; payment headers are shortened'
            cand --verbose 'Show what goes over the wire; payment headers are shortened'
            cand --no-progress-meter 'Show no progress bar'
            cand -V 'Print version'
            cand --version 'Print version'
            cand demo 'The whole thing on this machine: no money, no network, no set-up'
            cand sandbox 'The demo''s seller, facilitator and chain, left running to play with'
            cand wallet 'Make, list and choose wallets'
            cand config 'Show the settings and where each comes from'
            cand completions 'Print the completions of a shell'
            cand man 'Print the manual page'
        }
        &'pay402;demo'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;sandbox'= {
            cand --port 'Port of 127.0.0.1 to listen on; 0 is any free one'
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;wallet'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
            cand new 'Make a key and keep it in a keystore'
            cand import 'Keep an existing key in a keystore'
            cand list 'List the keystores'
            cand show 'Show a keystore''s address and file'
            cand use 'Choose the keystore that pays'
            cand remove 'Remove a keystore, after asking'
        }
        &'pay402;wallet;new'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand --lightkdf 'Derive with less work, as geth''s --lightkdf: opens sooner, withstands less guessing'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;wallet;import'= {
            cand --private-key-file 'File with the raw private key; otherwise PAY402_PRIVATE_KEY'
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand --lightkdf 'Derive with less work, as geth''s --lightkdf: opens sooner, withstands less guessing'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;wallet;list'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;wallet;show'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;wallet;use'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;wallet;remove'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand --yes 'Do not ask'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;config'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
            cand show 'Each setting, its value, and where it comes from'
            cand path 'The path of config.toml'
        }
        &'pay402;config;show'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;config;path'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;completions'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
        &'pay402;man'= {
            cand --wallet 'Keystore to pay from, by name or path'
            cand --password-file 'Read the keystore''s password from this file; - is stdin'
            cand --format 'Form of answers, payment reports and errors'
            cand -s 'Say nothing: no progress, no payment line, no errors'
            cand --silent 'Say nothing: no progress, no payment line, no errors'
            cand -S 'Say errors all the same with -s'
            cand --show-error 'Say errors all the same with -s'
        }
    ]
    $completions[$command]
}
