#!/usr/bin/perl
# Stands for curl before runtests.pl: answers -V as curl would, takes out what only the harness adds, and passes
# everything else on to the program untouched.
#   CURL_SUITE_PROGRAM  the program
#   CURL_SUITE_VERSION  the version that the suite expects
#   CURL_SUITE_EXTRA    options to put before all others (such as --no-pay)
#   CURL_SUITE_LIMIT    seconds after which the program is ended (30)
use strict;
use warnings;

my $version = $ENV{CURL_SUITE_VERSION} || "7.88.1";
my $program = $ENV{CURL_SUITE_PROGRAM} or die "CURL_SUITE_PROGRAM is not set\n";
my @args = @ARGV;

if(@args == 1 && $args[0] =~ /^(-V|--version)$/) {
    print "curl $version (x86_64-pc-linux-gnu) libcurl/$version zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 nghttp2/1.52.0\n";
    print "Release-Date: 2023-02-20\nProtocols: http https file\n";
    print "Features: AsynchDNS brotli HTTP2 HTTPS-proxy IDN IPv6 Largefile libz PSL SSL threadsafe UnixSockets zstd\n";
    exit 0;
}
if(@args == 1 && $args[0] =~ /^(-M|--manual)$/) {
    print "built-in manual was disabled at build-time\n";
    exit 0;
}

# "--trace-ascii log/traceN --trace-time" is the harness's, once; a test's own trace option stays.
for my $i (0 .. $#args - 2) {
    if($args[$i] =~ /^--trace(-ascii)?$/ && $args[$i + 1] =~ m{^log/trace\d+$} && $args[$i + 2] eq "--trace-time") {
        splice(@args, $i, 3);
        last;
    }
}

# curl's name in User-Agent, in each part of the line that names none.
my @out;
my @part;
sub names_agent {
    for my $i (0 .. $#_) {
        my $next = $_[$i + 1] // "";
        return 1 if $_[$i] =~ /^(-[#a-zA-Z0-9]*A.*|--user-ag.*)$/ && $_[$i] !~ /^-[#a-zA-Z0-9]*[oHdbcwuxTFeXEKUm]./;
        return 1 if $_[$i] =~ /^(-H|--header)$/ && $next =~ /^(User-Agent\s*[:;])/i;
        return 1 if $_[$i] =~ /^-H\s*User-Agent\s*[:;]/i;
    }
    return 0;
}
for my $word (@args, undef) {
    if(!defined($word) || $word =~ /^(--next|-:)$/) {
        push @out, "-A", "curl/$version" unless names_agent(@part);
        push @out, @part;
        push @out, $word if defined($word);
        @part = ();
    }
    else {
        push @part, $word;
    }
}
alarm($ENV{CURL_SUITE_LIMIT} || 30);     # outlives exec: a program that hangs is ended by SIGALRM, and the test fails
my @extra = split(" ", $ENV{CURL_SUITE_EXTRA} // "");
exec { $program } $program, @extra, @out or die "cannot run $program: $!\n";
