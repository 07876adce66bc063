//! The owner's rules as options, made from the table in [`crate::policy::TABLE`].

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args as ClapArgs, Command, FromArgMatches};

use crate::policy::{Flag, Form, Place, ROWS, Row, Rules, Source, TABLE, Written};

/// The heading in help under which they stand.
const HEADING: &str = "Paying";

/// The rules of one group of options.
#[derive(Debug, Clone, Default)]
pub struct RuleArgs(pub Rules);

/// The name of an option without its dashes.
fn long(flag: Flag) -> &'static str {
    flag.name.trim_start_matches('-')
}

/// The option of a rule.
fn option(row: &'static Row, flag: Flag) -> Arg {
    let option = Arg::new(flag.name).long(long(flag)).help(flag.help).help_heading(HEADING);
    let check = move |text: &str| row.check(text).map(|()| text.to_owned());
    match (row.form, flag.value) {
        (Form::Switch, _) | (_, None) => option.action(ArgAction::SetTrue),
        (form, Some(value)) => option
            .value_name(value)
            .value_parser(ValueParser::new(check))
            .action(match form {
                Form::Number | Form::Word | Form::Switch => ArgAction::Set,
                Form::Amounts | Form::Budgets | Form::Names => ArgAction::Append,
            })
            // So that an amount below zero is called one, and not an option.
            .allow_hyphen_values(matches!(form, Form::Amounts | Form::Budgets))
            .allow_negative_numbers(form == Form::Number),
    }
}

/// What the options say for a rule.
fn written(row: &Row, matches: &ArgMatches) -> Option<(Written, Place)> {
    let flag = row.flag?;
    let written = match row.form {
        Form::Switch => matches.get_flag(flag.name).then_some(Written::Switch(true)),
        _ => matches
            .get_many::<String>(flag.name)
            .map(|texts| Written::Texts(texts.cloned().collect())),
    };
    Some((written?, Place { source: Source::Flag(flag.name), host: None }))
}

/// The one rule that a payment which was signed long ago still knows: whether to ask the chain.
#[derive(Debug, Clone, Default)]
pub struct VerifyArgs(pub Rules);

/// Adds the options of these rules.
fn augment(command: Command, rows: &[&'static Row]) -> Command {
    let flags = rows.iter().filter_map(|row| Some((*row, row.flag?)));
    command.args(flags.map(|(row, flag)| option(row, flag)))
}

/// Reads the options of these rules.
fn read(matches: &ArgMatches, rows: &[&'static Row]) -> Result<Rules, clap::Error> {
    let is_asked = |row: &Row| rows.iter().any(|one| std::ptr::eq(*one, row));
    let written = |row| Ok(if is_asked(row) { written(row, matches) } else { None });
    Rules::read(written, |row, fault| {
        let flag = row.flag.map(|flag| flag.name).unwrap_or_default();
        clap::Error::raw(ErrorKind::ValueValidation, format!("{flag}: {}\n", fault.what))
    })
}

/// Says to clap which rules a group of options has.
macro_rules! options {
    ($group:ident, $rows:expr, $also:expr) => {
        impl ClapArgs for $group {
            fn augment_args(command: Command) -> Command {
                $also(augment(command, $rows))
            }

            fn augment_args_for_update(command: Command) -> Command {
                Self::augment_args(command)
            }
        }

        impl FromArgMatches for $group {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                read(matches, $rows).map(Self)
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                *self = Self::from_arg_matches(matches)?;
                Ok(())
            }
        }
    };
}

options!(RuleArgs, TABLE, |command: Command| command
    .mut_arg("--no-pay", |no_pay| { no_pay.conflicts_with_all(["--ask", "dry_run", "--expect"]) }));
options!(VerifyArgs, &[&ROWS.verify_settlement], std::convert::identity);
