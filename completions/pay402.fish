# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_pay402_global_optspecs
    string join \n max-price= budget= dry-run expect= ask no-pay network= asset= scheme= pay-to= pay-again max-validity= allow-http receipt= wallet= password-file= private-key-file= X/request= H/header= d/data= data-raw= data-binary= json= G/get I/head A/user-agent= e/referer= u/user= url= L/location max-redirs= x/proxy= noproxy= k/insecure cacert= m/max-time= connect-timeout= compressed o/output= O/remote-name i/include D/dump-header= w/write-out= f/fail fail-with-body v/verbose no-progress-meter s/silent S/show-error format= h/help= V/version
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
complete -c pay402 -n "__fish_pay402_needs_command" -l expect -d 'Pay only the quote that a dry run printed, at its price or less' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l network -d 'Pay only on this network, by name or CAIP-2; repeatable, the preferred one first' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l asset -d 'Pay only with this asset, by symbol or address; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l scheme -d 'Pay only by this scheme; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l pay-to -d 'Pay only to this address; repeatable' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l max-validity -d 'Longest life of a signature [default: 600]' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l receipt -d 'Write the payment report to this file, as JSON' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -l private-key-file -d 'Pay with the raw private key in this file instead of a keystore' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s X -l request -d 'Request method' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s H -l header -d 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s d -l data -l data-ascii -d 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l data-raw -d 'Send this as a form, by POST, @ and all' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l data-binary -d 'Send this by POST, byte for byte; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l json -d 'Send this JSON by POST, and accept JSON; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s A -l user-agent -d 'User-Agent to send' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s e -l referer -d 'Referer to send' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s u -l user -d 'User and password for Basic authentication' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l url -d 'URL to fetch, as an option' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s x -l proxy -d 'Proxy to go through: [http|https|socks5]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l noproxy -d 'Hosts to reach without the proxy, separated by commas' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_needs_command" -s o -l output -d 'Write to this file instead of stdout; once for each URL' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s D -l dump-header -d 'Write the response\'s head to this file; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_needs_command" -s w -l write-out -d 'Print this when done, with %{variables}; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_needs_command" -s h -l help -d 'Show the options of everyday; "all" shows every one' -r
complete -c pay402 -n "__fish_pay402_needs_command" -l dry-run -d 'Show what would be paid and why (not); sign nothing'
complete -c pay402 -n "__fish_pay402_needs_command" -l ask -d 'Ask even when the price is within the cap'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-pay -d 'Never pay; a 402 is an ordinary response'
complete -c pay402 -n "__fish_pay402_needs_command" -l pay-again -d 'Sign a new payment though an earlier one for this request may still settle: it may cost twice'
complete -c pay402 -n "__fish_pay402_needs_command" -l allow-http -d 'Pay over plain http to a host that is not this machine'
complete -c pay402 -n "__fish_pay402_needs_command" -s G -l get -d 'Put the data in the URL and send a GET'
complete -c pay402 -n "__fish_pay402_needs_command" -s I -l head -d 'Ask for the head only'
complete -c pay402 -n "__fish_pay402_needs_command" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_needs_command" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_needs_command" -l compressed -d 'Ask for a compressed answer, and decompress it'
complete -c pay402 -n "__fish_pay402_needs_command" -s O -l remote-name -d 'Write to a file named as the last part of the URL\'s path; once for each URL'
complete -c pay402 -n "__fish_pay402_needs_command" -s i -l include -l show-headers -d 'Put the response\'s head before its body'
complete -c pay402 -n "__fish_pay402_needs_command" -s f -l fail -d 'Fail without output on HTTP status 400 and above'
complete -c pay402 -n "__fish_pay402_needs_command" -l fail-with-body -d 'Fail on HTTP status 400 and above, but put out the body'
complete -c pay402 -n "__fish_pay402_needs_command" -s v -l verbose -d 'Show what goes over the wire; payment headers are shortened'
complete -c pay402 -n "__fish_pay402_needs_command" -l no-progress-meter -d 'Show no progress bar'
complete -c pay402 -n "__fish_pay402_needs_command" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_needs_command" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_needs_command" -s V -l version -d 'Print version'
complete -c pay402 -n "__fish_pay402_needs_command" -a "demo" -d 'The whole thing on this machine: no money, no network, no set-up'
complete -c pay402 -n "__fish_pay402_needs_command" -a "sandbox" -d 'The demo\'s seller, facilitator and chain, left running to play with'
complete -c pay402 -n "__fish_pay402_needs_command" -a "wallet" -d 'Make, list and choose wallets'
complete -c pay402 -n "__fish_pay402_needs_command" -a "history" -d 'List payments, show one, export them'
complete -c pay402 -n "__fish_pay402_needs_command" -a "resume" -d 'Send a live authorization again, never a new one, and deliver what it bought'
complete -c pay402 -n "__fish_pay402_needs_command" -a "reconcile" -d 'Ask the chain what became of payments whose outcome is open'
complete -c pay402 -n "__fish_pay402_needs_command" -a "budget" -d 'Show what may be spent, what is spent and what is outstanding'
complete -c pay402 -n "__fish_pay402_needs_command" -a "config" -d 'Show the settings and where each comes from'
complete -c pay402 -n "__fish_pay402_needs_command" -a "completions" -d 'Print the completions of a shell'
complete -c pay402 -n "__fish_pay402_needs_command" -a "man" -d 'Print the manual page'
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
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -f -a "new" -d 'Make a key and keep it in a keystore'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -f -a "import" -d 'Keep an existing key in a keystore'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -f -a "list" -d 'List the keystores'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -f -a "show" -d 'Show a keystore\'s address and file'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -f -a "use" -d 'Choose the keystore that pays'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use remove" -f -a "remove" -d 'Remove a keystore, after asking'
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
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand wallet; and __fish_seen_subcommand_from remove" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l state -d 'In this state: reserved, signed, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l limit -d 'At most this many' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -f -a "list" -d 'List payments, newest first'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -f -a "show" -d 'Show everything known of one payment'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and not __fish_seen_subcommand_from list show export" -f -a "export" -d 'Write every payment that is meant, oldest first'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l state -d 'In this state: reserved, signed, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from list" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l state -d 'In this state: reserved, signed, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from show" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l to -d 'csv or jsonl' -r -f -a "jsonl\t'One JSON document a line'
csv\t'Comma-separated values with a line of names'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l host -d 'Paid to this host, or host:port' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l state -d 'In this state: reserved, signed, sent, rejected, unknown, settled, expired; repeatable' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l since -d 'At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l until -d 'Before this time' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l network -d 'On this network, by name or CAIP-2' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand history; and __fish_seen_subcommand_from export" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s X -l request -d 'Request method' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s H -l header -d 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s d -l data -l data-ascii -d 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l data-raw -d 'Send this as a form, by POST, @ and all' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l data-binary -d 'Send this by POST, byte for byte; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l json -d 'Send this JSON by POST, and accept JSON; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s A -l user-agent -d 'User-Agent to send' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s e -l referer -d 'Referer to send' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s u -l user -d 'User and password for Basic authentication' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l url -d 'URL to fetch, as an option' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s x -l proxy -d 'Proxy to go through: [http|https|socks5]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l noproxy -d 'Hosts to reach without the proxy, separated by commas' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s o -l output -d 'Write to this file instead of stdout; once for each URL' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s D -l dump-header -d 'Write the response\'s head to this file; - is stdout' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s w -l write-out -d 'Print this when done, with %{variables}; @FILE and @- read it' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l receipt -d 'Write the payment report to this file, as JSON' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s G -l get -d 'Put the data in the URL and send a GET'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s I -l head -d 'Ask for the head only'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l compressed -d 'Ask for a compressed answer, and decompress it'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s O -l remote-name -d 'Write to a file named as the last part of the URL\'s path; once for each URL'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s i -l include -l show-headers -d 'Put the response\'s head before its body'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s f -l fail -d 'Fail without output on HTTP status 400 and above'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l fail-with-body -d 'Fail on HTTP status 400 and above, but put out the body'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s v -l verbose -d 'Show what goes over the wire; payment headers are shortened'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -l no-progress-meter -d 'Show no progress bar'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s h -l help -d 'Show this help'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s s -l silent -d 'Say nothing: no progress, no payment line, no errors'
complete -c pay402 -n "__fish_pay402_using_subcommand resume" -s S -l show-error -d 'Say errors all the same with -s'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l rpc-url -d 'Where to read a chain; repeatable [default: a public endpoint]' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l max-redirs -d 'Most redirects to follow; -1 is any number' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s x -l proxy -d 'Proxy to go through: [http|https|socks5]://host:port; empty for none' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l noproxy -d 'Hosts to reach without the proxy, separated by commas' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l cacert -d 'Trust only the certificate authorities in this file' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s m -l max-time -d 'Longest time for everything together' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l connect-timeout -d 'Longest time to connect' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l wallet -d 'Keystore to pay from, by name or path' -r
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l password-file -d 'Read the keystore\'s password from this file; - is stdin' -r -F
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l format -d 'Form of answers, payment reports and errors' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s L -l location -d 'Follow redirects; a payment never follows one'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -s k -l insecure -d 'Do not check the server\'s certificate; excludes paying, but on this machine'
complete -c pay402 -n "__fish_pay402_using_subcommand reconcile" -l compressed -d 'Ask for a compressed answer, and decompress it'
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
