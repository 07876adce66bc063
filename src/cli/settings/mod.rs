//! What was typed, turned into what is meant, together with the environment and the owner's file.
//!
//! Each limit keeps the place it was said, so that a refusal can name it.

mod budgets;
mod listing;
mod request;
mod rules;
mod wallet;

use crate::config::{self, Environment, Paths};
use crate::http::{self, Options, Proxies, Redirects};
use crate::terminal::streams::{self, ColorWishes};
use crate::terminal::style::Painter;

use super::args::{Args, ConnectionArgs};
use super::failure::Failure;

pub(super) use listing::config_lines;
pub(super) use request::{Target, body, read_all, request, targets};
pub(super) use rules::RuleBook;
pub(super) use wallet::{
    WalletFailure, imported_key, key_source, new_password, open_early_is_quiet, recipe,
};

/// What is known of the terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
    /// Colours on standard output.
    pub out: Painter,
    /// Colours on standard error.
    pub err: Painter,
}

impl Screen {
    /// Looks at the streams and at the environment's wishes.
    pub(super) fn look() -> Self {
        let say = |name: &str| Environment.first(&[name]);
        let (no_color, force, term) = (say("NO_COLOR"), say("CLICOLOR_FORCE"), say("TERM"));
        let wishes = ColorWishes {
            no_color: no_color.as_deref(),
            clicolor_force: force.as_deref(),
            term: term.as_deref(),
        };
        let (stdout, stderr) = (streams::stdout_is_terminal(), streams::stderr_is_terminal());
        let painter = |terminal| Painter { on: wishes.allow(terminal) };
        Self { stdout, stderr, out: painter(stdout), err: painter(stderr) }
    }
}

/// Where files are, what the owner wrote down, and what it all means for paying.
pub(super) struct Settings {
    /// The places of files.
    pub paths: Paths,
    /// The owner's file.
    pub file: config::File,
    /// The rules for paying.
    pub rules: RuleBook,
}

impl Settings {
    /// Reads the owner's file and the environment, and joins them with the flags.
    pub(super) fn gather(args: &Args) -> Result<Self, Failure> {
        let paths = Paths::find(Environment)?;
        let file = config::read(&paths.config)?;
        let rules = RuleBook::new(&args.pay, Environment, &file, &paths.config)?;
        Ok(Self { paths, file, rules })
    }
}

/// How connections are made: the flags, and the proxy variables every client obeys.
pub(super) fn http_options(args: &ConnectionArgs) -> Result<Options, Failure> {
    Ok(Options {
        redirects: Redirects { follow: args.location, limit: u32::try_from(args.max_redirs).ok() },
        proxies: proxies(args, Environment).map_err(Failure::Connection)?,
        insecure: args.insecure,
        ca_file: args.cacert.clone().or_else(|| Environment.raw("SSL_CERT_FILE").map(Into::into)),
        compressed: args.compressed,
        connect_timeout: args.connect_timeout,
        max_time: args.max_time.filter(|limit| !limit.is_zero()),
    })
}

/// As curl: `-x` wins; `http_proxy` counts in lower case only, because a web server's environment can
/// be made to hold `HTTP_PROXY` by a request header.
fn proxies(args: &ConnectionArgs, environment: Environment) -> Result<Proxies, http::Error> {
    let bypass = args.noproxy.clone().or_else(|| environment.first(&["no_proxy", "NO_PROXY"]));
    let parse = |proxy: Option<String>| {
        proxy.filter(|proxy| !proxy.is_empty()).map(|proxy| Proxies::parse(&proxy)).transpose()
    };
    if let Some(proxy) = &args.proxy {
        let proxy = parse(Some(proxy.clone()))?;
        return Ok(Proxies { http: proxy.clone(), https: proxy, bypass: args.noproxy.clone() });
    }
    let all = || environment.first(&["all_proxy", "ALL_PROXY"]);
    Ok(Proxies {
        http: parse(environment.first(&["http_proxy"]).or_else(all))?,
        https: parse(environment.first(&["https_proxy", "HTTPS_PROXY"]).or_else(all))?,
        bypass,
    })
}
