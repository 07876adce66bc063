//! Help, completions and the manual, all made from the one definition of the arguments.

use std::fmt::Write as _;
use std::io;

use clap::{Arg, ArgAction, CommandFactory};
use clap_complete::Shell;

use crate::config::variables;
use crate::policy;

use super::answer::answer;
use super::args::Args;
use super::error::CliError;
use super::exit::{Exit, TABLE};

/// The everyday options, on one screen.
const SHORT: &str = "\
pay402, the paying curl: fetches a URL, and pays within your cap if the server
answers 402 with x402 terms

Usage: pay402 [OPTIONS] URL...
       pay402 quote URL...  (or price) what would it cost? signs nothing
       pay402 demo|sandbox|wallet|history|resume|reconcile|budget|trust|config

      --max-price AMOUNT   most to pay for one request: 0.05, $0.05, \"0.05 USDC\"
      --dry-run            show what would be paid and why (not); sign nothing
      --expect QUOTE       pay only the quote that a dry run printed
      --wallet NAME        keystore to pay from (make one: pay402 wallet new)
  -d, --data DATA          send this as a form, by POST (--json for JSON)
  -H, --header LINE        send this header
  -X, --request METHOD     request method
  -L, --location           follow redirects; a payment never follows one
  -o, --output FILE        write to this file, not stdout (-O: the URL's name)
  -i, --include            put the response's head before its body
  -f, --fail               fail without output on HTTP status 400 and above
  -s, --silent             say nothing
  -v, --verbose            show what goes over the wire
      --receipt FILE       write the payment report to this file, as JSON
  -Z, --parallel           fetch several URLs side by side ({a,b} and [1-9] too)
  -h, --help all           every option; or pay, request, ..., or a command
  -V, --version            show the version
";

/// What holds for all variables.
const ENVIRONMENT: &str = "\
A variable whose name begins with PAY402_ and that is not in this list is an error, and so is an empty one
except PAY402_PASSWORD, where an empty value is an empty password. PAY402_SIGNER, PAY402_GRANT and
PAY402_AGENT are errors while this program does not support them. PAY402_BIN is not read: scripts may keep
the path of this program there.
";

/// The definition of the command line. Every command takes `--help`; the program's own, which has a
/// topic, is not theirs.
pub(super) fn command() -> clap::Command {
    fn with_help(command: clap::Command) -> clap::Command {
        command.mut_subcommands(|sub| {
            let help = Arg::new("command_help").short('h').long("help");
            with_help(sub.arg(help.action(ArgAction::Help).help("Show this help")))
        })
    }
    with_help(Args::command())
}

/// The short help.
pub fn short_help() -> &'static str {
    SHORT
}

/// The topics, and the headings of the options that belong to each. The wallet's are those of the
/// command of that name.
const TOPICS: [(&str, &[&str]); 4] = [
    ("pay", &["Paying"]),
    ("request", &["Request"]),
    ("connection", &["Connection", "Limits", "Proxy", "TLS", "Without effect"]),
    ("output", &["Output", "Many URLs"]),
];

/// The help on one topic.
fn on(command: clap::Command, headings: &[&str]) -> String {
    let belongs = |arg: &Arg| arg.get_help_heading().is_some_and(|own| headings.contains(&own));
    let hidden = |arg: Arg| if belongs(&arg) { arg } else { arg.hide(true) };
    let mut command = command
        .mut_args(hidden)
        .mut_subcommands(|sub| sub.hide(true))
        .override_usage("pay402 [OPTIONS] URL...")
        .disable_version_flag(true);
    command.render_help().to_string()
}

/// Prints help: everything for `all`, that of a topic, a command's for its name, else the short one.
pub(super) fn print(topic: &str) -> Result<Exit, CliError> {
    let mut command = command();
    if let Some((_, headings)) = TOPICS.iter().find(|(name, _)| *name == topic) {
        answer(&on(command, headings))?;
        return Ok(Exit::Done);
    }
    command.build();
    match topic {
        "" => answer(SHORT)?,
        "all" => answer(&command.render_long_help().to_string())?,
        name => {
            let mut found = &mut command;
            for word in name.split(' ') {
                let missing = || CliError::NoTopic(name.to_owned());
                found = found.find_subcommand_mut(word).ok_or_else(missing)?;
            }
            answer(&found.render_long_help().to_string())?;
        }
    }
    Ok(Exit::Done)
}

/// The option that a variable of this name would stand for, if there is one: `PAY402_NO_PAY` for
/// `--no-pay`.
pub(super) fn flag_named(variable: &str) -> Option<String> {
    let word = variable.get("PAY402_".len()..)?.to_ascii_lowercase().replace('_', "-");
    let command = command();
    let mut longs = command.get_arguments().filter_map(Arg::get_long);
    longs.find(|long| *long == word).map(|long| format!("--{long}"))
}

/// Prints the version, as `--version` does.
pub(super) fn print_version() -> Result<Exit, CliError> {
    answer(&command().render_version())?;
    Ok(Exit::Done)
}

/// A shell's completions.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "pay402", &mut script);
    script
}

/// Prints a shell's completions.
pub(super) fn print_completions(shell: Shell) -> Result<Exit, CliError> {
    answer(&String::from_utf8_lossy(&completions(shell)))?;
    Ok(Exit::Done)
}

/// The manual page, in roff.
pub fn manual() -> io::Result<Vec<u8>> {
    let man = clap_mangen::Man::new(command());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_subcommands_section(&mut page)?;
    page.extend_from_slice(tables().as_bytes());
    Ok(page)
}

/// README's table of the owner's rules, in Markdown, from the table that the program itself uses.
pub fn rules_table() -> String {
    let mut table = String::from(
        "| rule | option | variable | `config.toml` | under a host | of several values | holds |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in policy::TABLE {
        let code = |name: Option<&str>| name.map(|name| format!("`{name}`")).unwrap_or_default();
        let cells = [
            row.meaning.to_owned(),
            code(row.flag.map(|flag| flag.name)),
            code(row.variable),
            code(row.key),
            if row.host { "yes" } else { "" }.to_owned(),
            row.tightest.to_owned(),
            row.basis.word().to_owned(),
        ];
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    }
    table
}

/// Exit codes and environment variables, from the tables the program itself uses.
fn tables() -> String {
    let mut roff = String::from(".SH \"EXIT STATUS\"\n");
    for row in TABLE {
        let signed = if row.signed { " A signature is out." } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(roff, ".TP\n{} ({})\n{}.{signed}", row.exit.code(), row.name, row.meaning);
    }
    roff.push_str(".SH ENVIRONMENT\n");
    // In a paragraph before the list.
    roff.push_str(ENVIRONMENT);
    for variable in variables() {
        let _ = writeln!(roff, ".TP\n{}\n{}", variable.name, variable.help);
    }
    roff
}

/// Prints the manual page.
pub(super) fn print_manual() -> Result<Exit, CliError> {
    let page = manual().map_err(|source| CliError::Answer { path: "stdout".into(), source })?;
    answer(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
