//! What can be typed about the request, in curl's letters.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::http::SigV4;

/// What is asked.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Request")]
pub struct RequestArgs {
    /// Request method
    #[arg(short = 'X', long = "request", value_name = "METHOD", overrides_with = "method")]
    pub method: Option<String>,

    /// Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them
    #[arg(short = 'H', long, value_name = "LINE", allow_hyphen_values = true)]
    pub header: Vec<String>,

    /// The data.
    #[command(flatten)]
    pub data: DataArgs,

    /// Put the data in the URL and send a GET
    #[arg(short = 'G', long, overrides_with = "get")]
    pub get: bool,

    /// Add this to the URL's query, encoded as by --data-urlencode; +DATA as it is
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub url_query: Vec<String>,

    /// Leave /./ and /../ in the URL's path
    #[arg(long, overrides_with = "path_as_is")]
    pub path_as_is: bool,

    /// Ask for this instead of the URL's path
    #[arg(long, value_name = "PATH", overrides_with = "request_target")]
    pub request_target: Option<String>,

    /// Ask for the head only; it is never paid for
    #[arg(short = 'I', long, overrides_with = "head")]
    pub head: bool,

    /// User-Agent to send
    #[arg(
        short = 'A',
        long,
        value_name = "NAME",
        allow_hyphen_values = true,
        overrides_with = "user_agent"
    )]
    pub user_agent: Option<String>,

    /// Referer to send; with ";auto", on redirects the URL before
    #[arg(
        short = 'e',
        long,
        value_name = "URL",
        allow_hyphen_values = true,
        overrides_with = "referer"
    )]
    pub referer: Option<String>,

    /// Ask for these bytes only: 0-499, -500 or 500-; a 402 is then paid for the part
    #[arg(
        short = 'r',
        long,
        value_name = "RANGE",
        allow_hyphen_values = true,
        overrides_with = "range"
    )]
    pub range: Option<String>,

    /// Ask for it only if newer than this date or file; -DATE: only if older
    #[arg(
        short = 'z',
        long,
        value_name = "TIME",
        allow_hyphen_values = true,
        overrides_with = "time_cond"
    )]
    pub time_cond: Option<String>,

    /// Ask for it unless its tag (etag) is the one in this file
    #[arg(long, value_name = "FILE", overrides_with = "etag_compare")]
    pub etag_compare: Option<PathBuf>,

    /// Write the response's tag (etag) to this file
    #[arg(long, value_name = "FILE", overrides_with = "etag_save")]
    pub etag_save: Option<PathBuf>,

    /// Who asks.
    #[command(flatten)]
    pub who: WhoArgs,

    /// Cookies.
    #[command(flatten)]
    pub cookies: CookieArgs,

    /// Redirects.
    #[command(flatten)]
    pub redirect: RedirectArgs,

    /// URL to fetch, as an option
    #[arg(long, value_name = "URL")]
    pub url: Vec<String>,
}

/// What is sent along.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Request")]
pub struct DataArgs {
    /// Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin
    #[arg(
        short = 'd',
        long,
        visible_alias = "data-ascii",
        value_name = "DATA",
        allow_hyphen_values = true
    )]
    pub data: Vec<String>,

    /// Send this as a form, by POST, @ and all
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub data_raw: Vec<String>,

    /// Send this by POST, byte for byte; @FILE and @- read it
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub data_binary: Vec<String>,

    /// Send this percent-encoded, by POST: TEXT, =TEXT, NAME=TEXT, @FILE or NAME@FILE
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub data_urlencode: Vec<String>,

    /// Send this JSON by POST, and accept JSON; @FILE and @- read it
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub json: Vec<String>,

    /// Send a multipart form by POST: NAME=TEXT, NAME=@FILE or NAME=<FILE, then ;type= ;filename=
    #[arg(short = 'F', long, value_name = "NAME=CONTENT", allow_hyphen_values = true)]
    pub form: Vec<String>,

    /// A field of a multipart form, with @ < and ; as they are
    #[arg(long, value_name = "NAME=TEXT", allow_hyphen_values = true)]
    pub form_string: Vec<String>,

    /// Escape names in a multipart form with \, not with %
    #[arg(long, overrides_with = "form_escape")]
    pub form_escape: bool,

    /// Send this file by PUT, under its name if the URL ends in /; - is stdin; once for each URL
    #[arg(short = 'T', long, value_name = "FILE", allow_hyphen_values = true)]
    pub upload_file: Vec<String>,
}

/// Credentials.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Request")]
pub struct WhoArgs {
    /// User and password for the server
    #[arg(
        short = 'u',
        long,
        value_name = "USER:PASSWORD",
        allow_hyphen_values = true,
        overrides_with = "user"
    )]
    pub user: Option<String>,

    /// Send -u as it is (Basic); this is the default
    #[arg(long, overrides_with = "basic")]
    pub basic: bool,

    /// Prove -u without sending it (Digest); with --basic, whichever the server offers
    #[arg(long, overrides_with = "digest")]
    pub digest: bool,

    /// Look first, then use the better of Digest and Basic
    #[arg(long, overrides_with = "anyauth")]
    pub anyauth: bool,

    /// Sign requests with -u by AWS's Signature Version 4; region and service are of the host without them
    #[arg(
        long,
        value_name = "PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]",
        value_parser = SigV4::parse,
        overrides_with = "aws_sigv4"
    )]
    pub aws_sigv4: Option<SigV4>,

    /// Refuse a URL that names a user, a redirect's too
    #[arg(long, overrides_with = "disallow_username_in_url")]
    pub disallow_username_in_url: bool,

    /// Bearer token to send
    #[arg(
        long,
        value_name = "TOKEN",
        allow_hyphen_values = true,
        overrides_with = "oauth2_bearer"
    )]
    pub oauth2_bearer: Option<String>,

    /// Take user and password from ~/.netrc
    #[arg(short = 'n', long, overrides_with = "netrc")]
    pub netrc: bool,

    /// Take user and password from this file
    #[arg(long, value_name = "FILE", overrides_with = "netrc_file")]
    pub netrc_file: Option<PathBuf>,

    /// Take user and password from ~/.netrc, if the URL has none
    #[arg(long, overrides_with = "netrc_optional")]
    pub netrc_optional: bool,
}

/// Cookies.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Request")]
pub struct CookieArgs {
    /// Send cookies: "a=1; b=2", or those in this file
    #[arg(short = 'b', long, value_name = "DATA|FILE", allow_hyphen_values = true)]
    pub cookie: Vec<String>,

    /// Write all cookies to this file when done; - is stdout
    #[arg(
        short = 'c',
        long,
        value_name = "FILE",
        allow_hyphen_values = true,
        overrides_with = "cookie_jar"
    )]
    pub cookie_jar: Option<PathBuf>,

    /// Leave the session cookies of -b's file out
    #[arg(short = 'j', long, overrides_with = "junk_session_cookies")]
    pub junk_session_cookies: bool,
}

/// What may follow a redirect.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
#[command(next_help_heading = "Request")]
pub struct RedirectArgs {
    /// Follow redirects, and send credentials to other hosts too; never a payment
    #[arg(long, overrides_with = "location_trusted")]
    pub location_trusted: bool,

    /// Do not make a POST a GET after a 301
    #[arg(long, overrides_with = "post301")]
    pub post301: bool,

    /// Do not make a POST a GET after a 302
    #[arg(long, overrides_with = "post302")]
    pub post302: bool,

    /// Do not make a POST a GET after a 303
    #[arg(long, overrides_with = "post303")]
    pub post303: bool,
}
