//! What can be typed about the output, in curl's letters.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs};

use super::Format;

/// Where the answer goes, and what is said.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to this file instead of stdout; once for each URL
    #[arg(short = 'o', long, value_name = "FILE", allow_hyphen_values = true)]
    pub output: Vec<PathBuf>,

    /// Write to a file named as the last part of the URL's path; once for each URL
    #[arg(short = 'O', long, action = ArgAction::Count)]
    pub remote_name: u8,

    /// Put the response's head before its body
    #[arg(short = 'i', long, visible_alias = "show-headers")]
    pub include: bool,

    /// Write the response's head to this file; - is stdout
    #[arg(short = 'D', long, value_name = "FILE", allow_hyphen_values = true)]
    pub dump_header: Option<PathBuf>,

    /// Print this when done, with %{variables}; @FILE and @- read it
    #[arg(short = 'w', long, value_name = "FORMAT", allow_hyphen_values = true)]
    pub write_out: Option<String>,

    /// Fail without output on HTTP status 400 and above
    #[arg(short = 'f', long)]
    pub fail: bool,

    /// Fail on HTTP status 400 and above, but put out the body
    #[arg(long, conflicts_with = "fail")]
    pub fail_with_body: bool,

    /// Show what goes over the wire; payment headers are shortened
    #[arg(short = 'v', long)]
    pub verbose: bool,

    /// Show no progress bar
    #[arg(long)]
    pub no_progress_meter: bool,
}

/// What is said, whatever is done.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct SpeechArgs {
    /// Say nothing: no progress, no payment line, no errors
    #[arg(short = 's', long, global = true)]
    pub silent: bool,

    /// Say errors all the same with -s
    #[arg(short = 'S', long, global = true)]
    pub show_error: bool,

    /// Form of answers, payment reports and errors
    #[arg(long, value_name = "FORM", value_enum, default_value_t, global = true)]
    pub format: Format,
}
