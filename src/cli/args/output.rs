//! What can be typed about the output, in curl's letters.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs};

use super::Format;

/// Where the answer goes, and what is said.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to this file instead of stdout; once for each URL; #1 is what the first glob stands for
    #[arg(short = 'o', long, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// Write to a file named as the last part of the URL's path; once for each URL
    #[arg(short = 'O', long, action = ArgAction::Count)]
    pub remote_name: u8,

    /// Do as -O for every URL that follows
    #[arg(long)]
    pub remote_name_all: bool,

    /// With -O, take the name that the server gives, if it gives one; it never leaves the directory
    #[arg(short = 'J', long, conflicts_with_all = ["include", "head", "continue_at"])]
    pub remote_header_name: bool,

    /// Write files into this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub output_dir: Option<PathBuf>,

    /// Make the directories that the output's name needs
    #[arg(long)]
    pub create_dirs: bool,

    /// Never overwrite a file: write to NAME.1, NAME.2, … instead
    #[arg(long, overrides_with = "clobber")]
    pub no_clobber: bool,

    /// Overwrite a file also with -J
    #[arg(long, overrides_with = "no_clobber")]
    pub clobber: bool,

    /// Keep nothing of a body that did not come whole; what was paid for is kept all the same
    #[arg(long)]
    pub remove_on_error: bool,

    /// Give the file the time that the server names as its last change
    #[arg(short = 'R', long)]
    pub remote_time: bool,

    /// Put the response's head before its body
    #[arg(short = 'i', long, visible_alias = "show-headers")]
    pub include: bool,

    /// Write the response's head to this file; - is stdout
    #[arg(short = 'D', long, value_name = "FILE")]
    pub dump_header: Option<PathBuf>,

    /// Print this when done, with %{variables}; @FILE and @- read it
    #[arg(short = 'w', long, value_name = "FORMAT")]
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

    /// Write all that goes over the wire to this file, in hexadecimal numbers and letters, bodies too;
    /// - is stdout, % is stderr; secrets as in -v
    #[arg(long, value_name = "FILE", overrides_with = "trace_ascii")]
    pub trace: Option<PathBuf>,

    /// The same without numbers
    #[arg(long, value_name = "FILE", overrides_with = "trace")]
    pub trace_ascii: Option<PathBuf>,

    /// Put the time (UTC) before each line of -v or a trace
    #[arg(long)]
    pub trace_time: bool,

    /// Hand on every piece of the output at once, which is done anyway
    #[arg(short = 'N', long)]
    pub no_buffer: bool,

    /// Show a plain progress bar, from the first byte on
    #[arg(short = '#', long)]
    pub progress_bar: bool,

    /// Show no progress
    #[arg(long)]
    pub no_progress_meter: bool,
}

/// Several transfers in one run.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Many URLs")]
pub struct ManyArgs {
    /// Take URLs as they are: {a,b} and [1-9] are no patterns
    #[arg(short = 'g', long)]
    pub globoff: bool,

    /// Begin anew for the URLs that follow: their own request, output and connection options
    #[arg(short = ':', long)]
    pub next: bool,

    /// Read options from this file, in curl's format; - is stdin
    #[arg(short = 'K', long, value_name = "FILE")]
    pub config: Vec<PathBuf>,

    /// Set a variable for --expand-OPTION: NAME=TEXT, NAME@FILE, or %NAME from the environment;
    /// {{NAME:trim:json:url:b64}} in the option's value stands for it
    #[arg(long, value_name = "[%]NAME=TEXT|NAME@FILE", allow_hyphen_values = true)]
    pub variable: Vec<String>,

    /// Read no default options file, which never happens anyway
    #[arg(short = 'q', long)]
    pub disable: bool,

    /// Fetch several at the same time
    #[arg(short = 'Z', long)]
    pub parallel: bool,

    /// How many at the same time [default: 50]
    #[arg(long, value_name = "NUMBER")]
    pub parallel_max: Option<u16>,

    /// Do not wait for a connection that could be shared, which is not done anyway
    #[arg(long)]
    pub parallel_immediate: bool,

    /// End with the first transfer that fails
    #[arg(long)]
    pub fail_early: bool,

    /// Run this curl command line, as pasted from documentation; after --from-curl -- its words
    #[arg(long, value_name = "COMMAND")]
    pub from_curl: Option<String>,
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

    /// Write what is said to this file instead of stderr; - is stdout
    #[arg(long, value_name = "FILE")]
    pub stderr: Option<PathBuf>,
}
