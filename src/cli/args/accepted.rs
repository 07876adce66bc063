//! curl's options that scripts carry and that change nothing here: what they ask for is done anyway, or has no
//! meaning for HTTP over this program's TLS.

use clap::Args as ClapArgs;

/// Options that are taken and change nothing.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Without effect")]
pub struct AcceptedArgs {
    /// Check no revocation, for Windows' TLS, which is not used here
    #[arg(long)]
    pub ssl_no_revoke: bool,

    /// The same, where the lists cannot be had
    #[arg(long)]
    pub ssl_revoke_best_effort: bool,

    /// Let Windows' TLS choose a certificate
    #[arg(long)]
    pub ssl_auto_client_cert: bool,

    /// Leave an old weakness of TLS 1.0 in, which is not spoken here
    #[arg(long)]
    pub ssl_allow_beast: bool,

    /// Send before the handshake is over
    #[arg(long)]
    pub false_start: bool,

    /// Do not agree on a protocol in the way before ALPN
    #[arg(long)]
    pub no_npn: bool,

    /// Send data with the first packet
    #[arg(long)]
    pub tcp_fastopen: bool,

    /// Print heads in bold, which is never done
    #[arg(long)]
    pub styled_output: bool,

    /// Transfer as text, which HTTP does not know
    #[arg(short = 'B', long)]
    pub use_ascii: bool,

    /// Mode of files that are made on a server, which HTTP does not know
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub create_file_mode: Option<u32>,
}

/// The mode of a file, in octal digits.
fn mode(text: &str) -> Result<u32, &'static str> {
    const EXPECTED: &str = "octal digits, such as 0644";
    let mode = u32::from_str_radix(text, 8).map_err(|_| EXPECTED)?;
    if mode <= 0o777 { Ok(mode) } else { Err("0777 at most") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_octal() {
        assert_eq!((mode("0644"), mode("7")), (Ok(0o644), Ok(7)));
        for text in ["", "8", "1000", "rw", "-1", "0o644"] {
            assert!(mode(text).is_err(), "{text}");
        }
    }
}
