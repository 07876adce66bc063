//! The bytes of a resource that were asked for, held against those that came (RFC 9110, section 14).
//!
//! Pure. What is done with an answer that does not fit is [`super::Fit`]'s to say.

use ::http::{HeaderMap, header};

/// First and last byte of a part, and how long all of it is, where that is known; in bytes.
pub(super) type ContentRange = (u64, u64, Option<u64>);

/// `Content-Range: bytes FIRST-LAST/TOTAL`; a total that is `*` is not known.
pub(super) fn content_range(headers: &HeaderMap) -> Option<ContentRange> {
    let mut all = headers.get_all(header::CONTENT_RANGE).iter();
    let (Some(range), None) = (all.next(), all.next()) else { return None };
    let (unit, range) = range.to_str().ok()?.trim().split_at_checked("bytes".len())?;
    let (range, total) = range.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let total = if total.trim() == "*" { None } else { Some(number(total)?) };
    let is_sound = unit.eq_ignore_ascii_case("bytes")
        && first <= last
        && total.is_none_or(|total| last < total);
    is_sound.then_some((first, last, total))
}

/// Whether a part is all there is.
pub(super) fn is_all((first, last, total): ContentRange) -> bool {
    first == 0 && last.checked_add(1) == total
}

/// Whether a partial answer with these headers has all of what `asked` names: what stands in a Range
/// header, in bytes unless it names another unit. What cannot be known is not so.
pub(super) fn is_met(asked: &str, headers: &HeaderMap) -> bool {
    let asked = match asked.split_once('=') {
        Some((unit, asked)) if unit.trim().eq_ignore_ascii_case("bytes") => asked,
        // The server's own unit, which it alone can count in.
        Some(_) => return true,
        None => asked,
    };
    // Several parts in one body each have their own range there.
    asked.contains(',') && is_multipart(headers)
        || content_range(headers).is_some_and(|range @ (first, last, total)| {
            let wanted = wanted(asked, last, total);
            wanted.map_or(is_all(range), |(from, to)| first == from && to <= last)
        })
}

/// The first and the last of the bytes that are asked for, as far as they exist. An open end is where all
/// of it ends, and with a total that nobody knows, as of what is made while it is sent, where the part does:
/// `came_to` is its last byte.
fn wanted(asked: &str, came_to: u64, total: Option<u64>) -> Option<(u64, u64)> {
    let end = total.and_then(|total| total.checked_sub(1));
    let mut wanted: Option<(u64, u64)> = None;
    for one in asked.split(',') {
        let (first, last) = match one.trim().split_once('-')? {
            ("", count) => {
                let last = end.unwrap_or(came_to);
                (last.saturating_add(1).saturating_sub(number(count)?), last)
            }
            (first, "") => (number(first)?, end.unwrap_or(came_to)),
            (first, last) => (number(first)?, number(last)?),
        };
        let last = end.map_or(last, |end| last.min(end));
        // Those that lie behind the end are left out.
        if first <= last {
            let (from, to) = wanted.unwrap_or((first, last));
            wanted = Some((from.min(first), to.max(last)));
        }
    }
    wanted
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("multipart/byteranges")
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u64> {
    let digits = text.trim();
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    fn headers(all: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn met(asked: &str, came: &str) -> bool {
        is_met(asked, &headers(&[(header::CONTENT_RANGE, came)]))
    }

    #[test]
    fn a_part_is_the_one_asked_for_or_another() {
        for (asked, came) in [
            ("0-4", "bytes 0-4/10"),
            ("0-4", "bytes 0-4/*"),
            ("0-4", "Bytes 0-5/10"),
            ("0-99", "bytes 0-9/10"),
            ("5-", "bytes 5-9/10"),
            ("5-", "bytes 5-9/*"),
            ("-5", "bytes 5-9/10"),
            ("-5", "bytes 5-9/*"),
            ("-99", "bytes 0-9/10"),
            ("0-1,4-5", "bytes 0-5/10"),
            ("0-1, 20-30", "bytes 0-1/10"),
            ("4-5,-1", "bytes 4-9/10"),
            ("bytes=0-4", "bytes 0-4/10"),
            ("Bytes=0-4", "bytes 0-4/10"),
            ("lines=1-2", "lines 1-2/9"),
            ("nonsense", "bytes 0-9/10"),
        ] {
            assert!(met(asked, came), "{asked} {came}");
        }
        for (asked, came) in [
            ("0-4", "bytes 0-2/10"),
            ("0-4", "bytes 1-4/10"),
            ("0-4", "garbage"),
            ("0-4", "lines 0-4/10"),
            ("0-4", "bytes 0-4"),
            ("0-4", "bytes 0-4/x"),
            ("0-4", "bytes 0-4/4"),
            ("0-99", "bytes 0-4/1000"),
            ("0-99", "bytes 0-4/*"),
            ("5-", "bytes 5-6/10"),
            ("5-", "bytes 6-9/*"),
            ("5-", "bytes 5-nonsense"),
            ("-5", "bytes 0-4/10"),
            ("-5", "bytes 8-9/10"),
            ("-5", "bytes 8-9/*"),
            ("-500", "bytes 0-4/1000"),
            ("0-4,10-14", "bytes 99-100/1000"),
            ("0-1,4-5", "bytes 0-0/10"),
            ("nonsense", "bytes 0-4/10"),
            ("4-2", "bytes 4-4/10"),
            ("+0-4", "bytes 0-4/10"),
        ] {
            assert!(!met(asked, came), "{asked} {came}");
        }
    }

    #[test]
    fn several_parts_in_one_body_have_their_own_ranges() {
        let several = headers(&[(header::CONTENT_TYPE, "Multipart/ByteRanges; boundary=x")]);
        assert!(is_met("0-1,4-5", &several));
        assert!(!is_met("0-1", &several));
        assert!(!is_met("0-1", &headers(&[])));
        let range = (header::CONTENT_RANGE, "bytes 0-1/10");
        assert!(!is_met("0-1", &headers(&[range.clone(), range])), "which of the two");
    }

    proptest! {
        #[test]
        fn nothing_is_met_by_chance(asked in "[-0-9, =a-z]{0,12}", came in "bytes [-0-9/*]{0,12}") {
            if met(&asked, &came) && !asked.contains('=') {
                let (first, last, total) =
                    content_range(&headers(&[(header::CONTENT_RANGE, &came)])).unwrap();
                prop_assert!(first <= last && total.is_none_or(|total| last < total));
            }
        }

        #[test]
        fn what_is_cut_short_is_not_met(first in 0..50_u64, length in 1..50_u64, more in 0..50_u64) {
            let (last, total) = (first + length - 1, first + length + more);
            let (short, end) = (last.checked_sub(1), total - 1);
            for (asked, to) in [
                (format!("{first}-{last}"), last),
                (format!("{first}-"), end),
                (format!("-{}", total - first), end),
            ] {
                let came = format!("bytes {first}-{to}/{total}");
                prop_assert!(met(&asked, &came));
                if let Some(short) = short.filter(|short| first <= *short) {
                    let came = format!("bytes {first}-{short}/{total}");
                    prop_assert!(!met(&asked, &came));
                }
                let came = format!("bytes {}-{to}/{total}", first + 1);
                prop_assert!(!met(&asked, &came));
            }
        }
    }
}
