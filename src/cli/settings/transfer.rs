//! The options of transfers as plain values, and the requests that are made of what was typed.

use std::time::Duration;

use crate::cli::args::{Args, Format, LimitArgs, RequestArgs};
use crate::http::Request;
use crate::transfer::{
    ContinueAt, OutputOptions, RequestError, Requests, RetryOptions, Speech, Target,
    TransferOptions,
};

use super::material::Material;
use super::request::{asks_for_user_password, referer, request};

/// What the arguments of a group say of its transfers.
pub(crate) fn transfer_options(args: &Args) -> TransferOptions {
    let request = &args.request;
    TransferOptions {
        dry_run: args.pay.dry_run,
        no_pay: args.pay.no_pay(),
        receipt: args.pay.receipt.clone(),
        continue_at: args.connection.limits.continue_at,
        retry: retry_options(&args.connection.limits),
        condition: request.time_cond.clone().filter(|_| request.range.is_none()),
        etag_save: request.etag_save.clone(),
        cookie_jar: request.cookies.cookie_jar.clone(),
        referer: referer(request).unwrap_or_default().to_owned(),
        no_user_in_url: request.who.disallow_username_in_url,
        output: output_options(args),
        parallel: args.many.parallel,
        speech: Speech {
            silent: args.speech.silent,
            json: args.speech.format == Format::Json,
            no_progress: args.output.no_progress_meter,
        },
    }
}

fn output_options(args: &Args) -> OutputOptions {
    let output = &args.output;
    let others = [
        ("--stderr", &args.speech.stderr),
        ("--trace", &output.trace),
        ("--trace-ascii", &output.trace_ascii),
    ];
    let named = |(name, path): (&'static str, &Option<_>)| Some((name, path.clone()?));
    OutputOptions {
        directory: output.output_dir.clone(),
        create_dirs: output.create_dirs,
        clobber: output.clobber,
        no_clobber: output.no_clobber,
        remove_on_error: output.remove_on_error,
        remote_time: output.remote_time,
        remote_header_name: output.remote_header_name,
        with_heads: output.include || args.request.head,
        dump_header: output.dump_header.clone(),
        suppress_connect_headers: args.connection.proxies.suppress_connect_headers,
        fail: output.fail,
        fail_with_body: output.fail_with_body,
        progress_bar: output.progress_bar,
        others: others.into_iter().filter_map(named).collect(),
        write_out_files: Vec::new(),
    }
}

fn retry_options(limits: &LimitArgs) -> RetryOptions {
    let seconds = |seconds: Option<u64>| seconds.filter(|s| *s > 0).map(Duration::from_secs);
    RetryOptions {
        retries: limits.retry.unwrap_or(0),
        delay: seconds(limits.retry_delay),
        max_time: seconds(limits.retry_max_time),
        all_errors: limits.retry_all_errors,
        connrefused: limits.retry_connrefused,
    }
}

/// The requests of a group, made of its arguments and of what was read for them.
pub(crate) struct TypedRequests {
    /// The arguments.
    pub args: RequestArgs,
    /// What was read for them.
    pub material: Material,
}

impl Requests for TypedRequests {
    fn request(
        &self,
        target: &Target,
        goes_on: Option<ContinueAt>,
    ) -> Result<Request, RequestError> {
        request(&self.args, &self.material, target, goes_on)
    }

    fn asks_owner(&self) -> bool {
        asks_for_user_password(&self.args)
    }

    fn reads_files(&self) -> bool {
        self.material.has_form()
    }

    fn cookies(&self) -> String {
        self.material.cookies()
    }
}
