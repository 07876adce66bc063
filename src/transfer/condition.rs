//! `-z`: a date in any of the forms people write, or a file's.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;

use super::RequestError;

/// The header that `-z` sends: its name and its value.
pub(crate) fn condition(text: &str) -> Result<(&'static str, String), RequestError> {
    let (before, moment) = read(text).ok_or_else(|| RequestError::Condition(text.into()))?;
    let name = if before { "if-unmodified-since" } else { "if-modified-since" };
    Ok((name, moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()))
}

/// Whether something that was last modified at a time does not meet the condition.
pub(crate) fn is_older(text: &str, modified: &str) -> bool {
    read(text).zip(parse(modified)).is_some_and(|((before, moment), modified)| {
        if before { modified >= moment } else { modified <= moment }
    })
}

/// The moment, and whether what is wanted is from before it.
fn read(text: &str) -> Option<(bool, Timestamp)> {
    let before = text.strip_prefix('-');
    let said = before.unwrap_or(text);
    let of_file = || {
        let modified = fs::metadata(said).and_then(|metadata| metadata.modified()).ok()?;
        seconds(modified)
    };
    Some((before.is_some(), parse(said).or_else(of_file)?))
}

fn seconds(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok()
}

/// Reads a date as HTTP, mail and people write it: words in any order, UTC where no zone is said.
fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.trim().parse() {
        return Some(moment);
    }
    let (mut day, mut month, mut year) = (None, None, None);
    let (mut time, mut zone) = (None, None);
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        if let Ok(whole) = Date::strptime("%Y-%m-%d", word) {
            (day, month, year) = (Some(whole.day()), Some(whole.month()), Some(whole.year()));
        } else if word.contains(':') {
            time = time.is_none().then(|| clock(word)).flatten();
            time?;
        } else if let Some(number) = month_of(word) {
            month = Some(number);
        } else if word.starts_with(['+', '-']) && word.len() == 5 && time.is_some() {
            zone = Some(offset(word)?);
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: i32 = word.parse().ok()?;
            match word.len() {
                8 => {
                    let whole = Date::strptime("%Y%m%d", word).ok()?;
                    (day, month, year) =
                        (Some(whole.day()), Some(whole.month()), Some(whole.year()));
                }
                1 | 2 if day.is_none() => day = Some(i8::try_from(number).ok()?),
                2 => {
                    year =
                        Some(i16::try_from(number + if number > 70 { 1900 } else { 2000 }).ok()?);
                }
                4 => year = Some(i16::try_from(number).ok()?),
                _ => return None,
            }
        } else if matches!(word.to_ascii_uppercase().as_str(), "GMT" | "UTC" | "Z") {
            zone = Some(0);
        } else if !is_weekday(word) {
            return None;
        }
    }
    let day = Date::new(year?, month?, day?).ok()?;
    let local = day.to_datetime(time.unwrap_or(Time::midnight()));
    let moment = local.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    Timestamp::from_second(moment.checked_sub(zone.unwrap_or(0))?).ok()
}

fn clock(word: &str) -> Option<Time> {
    ["%H:%M:%S", "%H:%M"].iter().find_map(|form| Time::strptime(form, word).ok())
}

/// A zone such as +0100, in seconds.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = word.split_at_checked(1)?;
    let (hours, minutes) = digits.split_at_checked(2)?;
    let number = |text: &str| text.parse::<u8>().ok().map(i64::from);
    let seconds =
        number(hours)?.checked_mul(3600)?.checked_add(number(minutes)?.checked_mul(60)?)?;
    Some(if sign == "-" { -seconds } else { seconds })
}

/// The number of a month, by its first three letters or its whole name.
fn month_of(word: &str) -> Option<i8> {
    (1..=12).find(|&month| {
        let first = date(2000, month, 1);
        ["%b", "%B"].iter().any(|form| first.strftime(form).to_string().eq_ignore_ascii_case(word))
    })
}

fn is_weekday(word: &str) -> bool {
    (1..=7).any(|day| {
        let day = date(2000, 1, day);
        ["%a", "%A"].iter().any(|form| day.strftime(form).to_string().eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_as_people_write_them() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT".replace('-', " ").as_str(),
            "Nov 6 08:49:37 1994",
            "06 Nov 1994 09:49:37 +0100",
            "1994-11-06T08:49:37Z",
            "1994-11-06 08:49:37",
            "19941106 08:49:37",
        ] {
            let (name, value) = condition(text).ok().unwrap();
            assert_eq!(
                (name, value.as_str()),
                ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT")
            );
        }
        let (name, value) = condition("-1 Jan 2020").ok().unwrap();
        assert_eq!(
            (name, value.as_str()),
            ("if-unmodified-since", "Wed, 01 Jan 2020 00:00:00 GMT")
        );
        for text in ["", "nonsense", "31 Feb 2020", "yesterday", "25:00 1 Jan 2020"] {
            assert!(condition(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9A-Za-z:+, -]{0,30}") {
            let _ = parse(&text);
        }
    }
}
