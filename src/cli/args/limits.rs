//! What can be typed about limits of time, speed and length, and about trying again, in curl's
//! letters.

use std::time::Duration;

use crate::transfer::ContinueAt;
use clap::{ArgAction, Args as ClapArgs};

/// Limits of time, speed and length, and what happens when something fails.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Longest time for everything together
    #[arg(short = 'm', long, value_name = "SECONDS", value_parser = seconds)]
    pub max_time: Option<Duration>,

    /// Longest time to connect
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub connect_timeout: Option<Duration>,

    /// Give up a transfer slower than this for --speed-time
    #[arg(short = 'Y', long, value_name = "BYTES")]
    pub speed_limit: Option<u64>,

    /// For how long it may be slower than --speed-limit; 30 unless said
    #[arg(short = 'y', long, value_name = "SECONDS")]
    pub speed_time: Option<u64>,

    /// How long a long body or an upload waits for the server's word (100 Continue) [default: 1]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub expect100_timeout: Option<Duration>,

    /// Most bytes a second, in each direction; K, M and G are powers of 1024
    #[arg(long, value_name = "SPEED", value_parser = size)]
    pub limit_rate: Option<u64>,

    /// Begin so many transfers at most: 2/s, 30/m, 5/h, 100/d; without a letter, an hour's
    #[arg(long, value_name = "NUMBER/UNIT", value_parser = rate)]
    pub rate: Option<Duration>,

    /// Longest body to take
    #[arg(long, value_name = "BYTES", value_parser = size)]
    pub max_filesize: Option<u64>,

    /// Go on with a download at this byte; "-" is where the output file ends
    #[arg(short = 'C', long, value_name = "OFFSET", value_parser = place, allow_hyphen_values = true)]
    pub continue_at: Option<ContinueAt>,

    /// Try so often again after what may pass; a payment that is out is only sent again
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32))]
    pub retry: Option<u32>,

    /// Wait so long between tries, not 1, 2, 4 ... seconds
    #[arg(long, value_name = "SECONDS")]
    pub retry_delay: Option<u64>,

    /// Start no further try after so long; without it a server can ask for pauses of an hour at most
    #[arg(long, value_name = "SECONDS")]
    pub retry_max_time: Option<u64>,

    /// Try again after every failure
    #[arg(long, action = ArgAction::SetTrue)]
    pub retry_all_errors: bool,

    /// Try again when nobody listens, too
    #[arg(long, action = ArgAction::SetTrue)]
    pub retry_connrefused: bool,
}

fn place(text: &str) -> Result<ContinueAt, &'static str> {
    match text {
        "-" => Ok(ContinueAt::FileEnd),
        _ => text.parse().map(ContinueAt::Byte).map_err(|_| "a number of bytes, or \"-\""),
    }
}

/// Seconds as curl takes them: digits with an optional fraction.
fn seconds(text: &str) -> Result<Duration, &'static str> {
    const EXPECTED: &str = "a number of seconds, such as 10 or 0.5";
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty())
        || !digits(whole)
        || !digits(fraction)
        || fraction.len() > 9
    {
        return Err(EXPECTED);
    }
    if whole.len() > 9 {
        return Err("less than a billion seconds");
    }
    let nanoseconds = format!("{fraction:0<9}").parse().map_err(|_| EXPECTED)?;
    Ok(Duration::new(format!("0{whole}").parse().map_err(|_| EXPECTED)?, nanoseconds))
}

/// So many transfers in a second, a minute, an hour or a day, as the time between two.
fn rate(text: &str) -> Result<Duration, &'static str> {
    const EXPECTED: &str = "a number of transfers, such as 2/s, 30/m, 5/h or 100/d";
    let (number, unit) = text.split_once('/').unwrap_or((text, "h"));
    let unit = match unit {
        "s" => Duration::from_secs(1),
        "m" => Duration::from_mins(1),
        "h" => Duration::from_hours(1),
        "d" => Duration::from_hours(24),
        _ => return Err(EXPECTED),
    };
    let number = Some(number).filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
    let number: u32 = number.and_then(|number| number.parse().ok()).ok_or(EXPECTED)?;
    unit.checked_div(number).ok_or(EXPECTED)
}

/// A number of bytes as curl takes it: digits with an optional letter for a power of 1024.
fn size(text: &str) -> Result<u64, &'static str> {
    const EXPECTED: &str = "a number of bytes, such as 1000, 10K or 2M";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match text.get(digits.len()..).unwrap_or_default() {
        "" | "b" | "B" => 0,
        "k" | "K" => 1,
        "m" | "M" => 2,
        "g" | "G" => 3,
        "t" | "T" => 4,
        "p" | "P" => 5,
        _ => return Err(EXPECTED),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(EXPECTED);
    }
    let number: u64 = digits.parse().map_err(|_| "a smaller number of bytes")?;
    1024_u64
        .checked_pow(power)
        .and_then(|unit| number.checked_mul(unit))
        .ok_or("a smaller number of bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_without_floats() {
        assert_eq!(seconds("10"), Ok(Duration::from_secs(10)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(seconds(".5"), Ok(Duration::from_millis(500)));
        for text in ["", ".", "1e3", "-1", "1s", "inf", "18446744073709551615"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_rate_is_a_time_between_two() {
        assert_eq!(rate("2/s"), Ok(Duration::from_millis(500)));
        assert_eq!(rate("30/m"), Ok(Duration::from_secs(2)));
        assert_eq!(
            (rate("60"), rate("60/h")),
            (Ok(Duration::from_mins(1)), Ok(Duration::from_mins(1)))
        );
        assert_eq!(rate("1/d"), Ok(Duration::from_hours(24)));
        for text in ["", "0/s", "/s", "1/", "1/w", "-1/s", "1.5/s", "99999999999/s", "1/s/s"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_letters_for_powers_of_1024() {
        for (text, bytes) in [("10", 10), ("1k", 1024), ("2M", 2 << 20), ("1G", 1 << 30), ("7B", 7)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "K", "1.5K", "-1", "1KB", "99999999P", "99999999999999999999"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
