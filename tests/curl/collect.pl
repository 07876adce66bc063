# Loaded into runtests.pl with -L: every comparison of a test is made and written down, not only the first that fails.
# The judgement of each comparison is runtests.pl's own (compareparts); report.py adds them up.
#   CURL_SUITE_RECORDS  the file to write to: one JSON object a comparison
use strict;
use warnings;
no warnings 'redefine';

sub collect_json {
    my $text = join("", @_);
    $text =~ s/([^ !#-\[\]-~])/sprintf("\\u%04x", ord($1))/ge;
    return "\"$text\"";
}

sub compare {
    my ($testnum, $testname, $subject, $firstref, $secondref) = @_;
    my $result = compareparts($firstref, $secondref);
    if(open(my $log, ">>", $ENV{CURL_SUITE_RECORDS})) {
        print $log "{\"test\":$testnum,\"subject\":", collect_json($subject), ",\"same\":", ($result ? "false" : "true");
        print $log ",\"got\":", collect_json(@$firstref), ",\"want\":", collect_json(@$secondref) if $result;
        print $log "}\n";
        close($log);
    }
    return 0;
}

1;
