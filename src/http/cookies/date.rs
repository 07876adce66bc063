//! When a cookie ends: the dates that servers write (RFC 6265, section 5.1.1). Words and numbers are known
//! by their shape and may stand in any order.

use std::ops::RangeInclusive;

use jiff::civil;
use jiff::tz::TimeZone;

/// The names of months, of which three letters count.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The first year that a date can be of.
const FIRST_YEAR: i16 = 1601;

/// The moment of a date, in Unix seconds; `None` for a text that is no date.
pub(super) fn moment(text: &str) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && time_of_day(token).is_some() {
            time = time_of_day(token);
        } else if day.is_none() && number(token, 1..=2).is_some() {
            day = number(token, 1..=2);
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() {
            year = number(token, 2..=4);
        }
    }
    let year = match year? {
        year @ 70..=99 => year.checked_add(1900)?,
        year @ 0..=69 => year.checked_add(2000)?,
        year => year,
    };
    let (hour, minute, second) = time?;
    if year < FIRST_YEAR {
        return None;
    }
    let date = civil::Date::new(year, month?, i8::try_from(day?).ok()?).ok()?;
    let time = civil::Time::new(hour, minute, second, 0).ok()?;
    Some(date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// What stands between the words of a date; a colon does not.
fn is_delimiter(c: char) -> bool {
    matches!(c, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// Hours, minutes and seconds, each of one or two digits; what follows the seconds does not count.
fn time_of_day(token: &str) -> Option<(i8, i8, i8)> {
    let mut fields = token.splitn(3, ':');
    let (hour, minute, second) = (fields.next()?, fields.next()?, fields.next()?);
    let whole = |field: &str| field.bytes().all(|byte| byte.is_ascii_digit());
    if !whole(hour) || !whole(minute) {
        return None;
    }
    let read = |field| i8::try_from(number(field, 1..=2)?).ok();
    Some((read(hour)?, read(minute)?, read(second)?))
}

fn month_of(token: &str) -> Option<i8> {
    let name = token.get(..3)?;
    let at = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    i8::try_from(at.checked_add(1)?).ok()
}

/// The number that a token begins with, if it has so many digits.
fn number(token: &str, digits: RangeInclusive<usize>) -> Option<i16> {
    let rest = token.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = token.strip_suffix(rest)?;
    digits.contains(&number.len()).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_is_read_in_every_order() {
        for text in [
            "Thu, 01 Jan 2037 00:00:00 GMT",
            "Thursday, 01-Jan-2037 00:00:00 GMT",
            "Thursday, 01-Jan-37 00:00:00 GMT",
            "Thu Jan  1 00:00:00 GMT 2037",
            "Thu Jan  1 00:00:00 2037",
            "\"Thu, 1 January 2037 0:0:0\"",
            "2037 jan 01 00:00:00",
            "1 2037 JAN 00:00:00.5 +0200",
        ] {
            assert_eq!(moment(text), Some(2_114_380_800), "{text}");
        }
        assert_eq!(moment("Thursday, 01-Jan-1970 00:00:00 GMT"), Some(0));
        assert_eq!(moment("Thu Jan  1 00:00:00 GMT 70"), Some(0));
        assert_eq!(moment("1 Jan 69 00:00:00"), moment("1 Jan 2069 00:00:00"));
        assert_eq!(moment("1 Jan 1601 00:00:00"), Some(-11_644_473_600));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "tomorrow",
            "1 Jan 2037",
            "Jan 2037 00:00:00",
            "1 2037 00:00:00",
            "1 Jan 00:00:00",
            "32 Jan 2037 00:00:00",
            "0 Jan 2037 00:00:00",
            "30 Feb 2037 00:00:00",
            "1 Jan 2037 24:00:00",
            "1 Jan 2037 00:60:00",
            "1 Jan 2037 00:00",
            "1 Jan 1600 00:00:00",
            "1 Jan 20370 00:00:00",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = moment(&text);
        }
    }
}
