
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'pay402' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'pay402'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'pay402' {
            [CompletionResult]::new('--max-price', '--max-price', [CompletionResultType]::ParameterName, 'Most to pay for one request: 0.05, $0.05, "0.05 USDC"; repeat for caps of other assets')
            [CompletionResult]::new('--budget', '--budget', [CompletionResultType]::ParameterName, 'Most to spend per rolling hour, day, week, month, or in total: 5/day, "2 EURC/week"; repeatable')
            [CompletionResult]::new('--expect', '--expect', [CompletionResultType]::ParameterName, 'Pay only the quote that a dry run printed, at its price or less')
            [CompletionResult]::new('--network', '--network', [CompletionResultType]::ParameterName, 'Pay only on this network, by name or CAIP-2; repeatable, the preferred one first')
            [CompletionResult]::new('--asset', '--asset', [CompletionResultType]::ParameterName, 'Pay only with this asset, by symbol or address; repeatable')
            [CompletionResult]::new('--scheme', '--scheme', [CompletionResultType]::ParameterName, 'Pay only by this scheme; repeatable')
            [CompletionResult]::new('--pay-to', '--pay-to', [CompletionResultType]::ParameterName, 'Pay only to this address; repeatable')
            [CompletionResult]::new('--max-validity', '--max-validity', [CompletionResultType]::ParameterName, 'Longest life of a signature [default: 600]')
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write the payment report to this file, as JSON')
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--private-key-file', '--private-key-file', [CompletionResultType]::ParameterName, 'Pay with the raw private key in this file instead of a keystore')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Request method')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Request method')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin')
            [CompletionResult]::new('--data-ascii', '--data-ascii', [CompletionResultType]::ParameterName, 'Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'Send this as a form, by POST, @ and all')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'Send this by POST, byte for byte; @FILE and @- read it')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Send this JSON by POST, and accept JSON; @FILE and @- read it')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'User-Agent to send')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'User-Agent to send')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Referer to send')
            [CompletionResult]::new('--referer', '--referer', [CompletionResultType]::ParameterName, 'Referer to send')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User and password for Basic authentication')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User and password for Basic authentication')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL to fetch, as an option')
            [CompletionResult]::new('--max-redirs', '--max-redirs', [CompletionResultType]::ParameterName, 'Most redirects to follow; -1 is any number')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'Proxy to go through: [http|https|socks5]://host:port; empty for none')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Proxy to go through: [http|https|socks5]://host:port; empty for none')
            [CompletionResult]::new('--noproxy', '--noproxy', [CompletionResultType]::ParameterName, 'Hosts to reach without the proxy, separated by commas')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust only the certificate authorities in this file')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Longest time for everything together')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Longest time for everything together')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Longest time to connect')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; once for each URL')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; once for each URL')
            [CompletionResult]::new('-D', '-D ', [CompletionResultType]::ParameterName, 'Write the response''s head to this file; - is stdout')
            [CompletionResult]::new('--dump-header', '--dump-header', [CompletionResultType]::ParameterName, 'Write the response''s head to this file; - is stdout')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Print this when done, with %{variables}; @FILE and @- read it')
            [CompletionResult]::new('--write-out', '--write-out', [CompletionResultType]::ParameterName, 'Print this when done, with %{variables}; @FILE and @- read it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show the options of everyday; "all" shows every one')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show the options of everyday; "all" shows every one')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be paid and why (not); sign nothing')
            [CompletionResult]::new('--ask', '--ask', [CompletionResultType]::ParameterName, 'Ask even when the price is within the cap')
            [CompletionResult]::new('--no-pay', '--no-pay', [CompletionResultType]::ParameterName, 'Never pay; a 402 is an ordinary response')
            [CompletionResult]::new('--pay-again', '--pay-again', [CompletionResultType]::ParameterName, 'Sign a new payment though an earlier one for this request may still settle: it may cost twice')
            [CompletionResult]::new('--allow-http', '--allow-http', [CompletionResultType]::ParameterName, 'Pay over plain http to a host that is not this machine')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Put the data in the URL and send a GET')
            [CompletionResult]::new('--get', '--get', [CompletionResultType]::ParameterName, 'Put the data in the URL and send a GET')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask for the head only')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask for the head only')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Follow redirects; a payment never follows one')
            [CompletionResult]::new('--location', '--location', [CompletionResultType]::ParameterName, 'Follow redirects; a payment never follows one')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate; excludes paying, but on this machine')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not check the server''s certificate; excludes paying, but on this machine')
            [CompletionResult]::new('--compressed', '--compressed', [CompletionResultType]::ParameterName, 'Ask for a compressed answer, and decompress it')
            [CompletionResult]::new('-O', '-O ', [CompletionResultType]::ParameterName, 'Write to a file named as the last part of the URL''s path; once for each URL')
            [CompletionResult]::new('--remote-name', '--remote-name', [CompletionResultType]::ParameterName, 'Write to a file named as the last part of the URL''s path; once for each URL')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Put the response''s head before its body')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Put the response''s head before its body')
            [CompletionResult]::new('--show-headers', '--show-headers', [CompletionResultType]::ParameterName, 'Put the response''s head before its body')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Fail without output on HTTP status 400 and above')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'Fail without output on HTTP status 400 and above')
            [CompletionResult]::new('--fail-with-body', '--fail-with-body', [CompletionResultType]::ParameterName, 'Fail on HTTP status 400 and above, but put out the body')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show what goes over the wire; payment headers are shortened')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show what goes over the wire; payment headers are shortened')
            [CompletionResult]::new('--no-progress-meter', '--no-progress-meter', [CompletionResultType]::ParameterName, 'Show no progress bar')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'The whole thing on this machine: no money, no network, no set-up')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'The demo''s seller, facilitator and chain, left running to play with')
            [CompletionResult]::new('wallet', 'wallet', [CompletionResultType]::ParameterValue, 'Make, list and choose wallets')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings and where each comes from')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            break
        }
        'pay402;demo' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;sandbox' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port of 127.0.0.1 to listen on; 0 is any free one')
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;wallet' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key and keep it in a keystore')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Keep an existing key in a keystore')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the keystores')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a keystore''s address and file')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Choose the keystore that pays')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a keystore, after asking')
            break
        }
        'pay402;wallet;new' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('--lightkdf', '--lightkdf', [CompletionResultType]::ParameterName, 'Derive with less work, as geth''s --lightkdf: opens sooner, withstands less guessing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;wallet;import' {
            [CompletionResult]::new('--private-key-file', '--private-key-file', [CompletionResultType]::ParameterName, 'File with the raw private key; without it, PAY402_PRIVATE_KEY is read')
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('--lightkdf', '--lightkdf', [CompletionResultType]::ParameterName, 'Derive with less work, as geth''s --lightkdf: opens sooner, withstands less guessing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;wallet;list' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;wallet;show' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;wallet;use' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;wallet;remove' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;config' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Each setting, its value, and where it comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'The path of config.toml')
            break
        }
        'pay402;config;show' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;config;path' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;completions' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
        'pay402;man' {
            [CompletionResult]::new('--wallet', '--wallet', [CompletionResultType]::ParameterName, 'Keystore to pay from, by name or path')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the keystore''s password from this file; - is stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of answers, payment reports and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show this help')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Say nothing: no progress, no payment line, no errors')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            [CompletionResult]::new('--show-error', '--show-error', [CompletionResultType]::ParameterName, 'Say errors all the same with -s')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
