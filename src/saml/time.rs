//! Instants: `xs:dateTime` in, RFC 3339 out. No clock anywhere.

use std::fmt;

use time::{Date, Month};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A span of whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(pub u32);

/// Julian day number of 1970-01-01.
const EPOCH: i64 = 2_440_588;
const DAY: i64 = 86_400_000;
/// 9999-12-31T23:59:59.999Z. The year of an instant has four digits when it is written.
const MAX: i64 = 253_402_300_799_999;
/// 0000-01-01T00:00:00Z.
const MIN: i64 = -62_167_219_200_000;

impl Instant {
    /// An instant of the years 0000 to 9999; what lies outside becomes the first or the last.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(if milliseconds < MIN {
            MIN
        } else if milliseconds > MAX {
            MAX
        } else {
            milliseconds
        })
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Reads an `xs:dateTime` (XML Schema part 2, 3.2.7), with or without a fraction and an
    /// offset. Without an offset it is UTC, as SAML core 1.3.3 has it. What is finer than a
    /// millisecond is cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let text = crate::xml::trim(text);
        let (date, rest) = text.split_once('T')?;
        let (year, month_day) = date.split_at_checked(4)?;
        let month = month_day.strip_prefix('-')?;
        let (month, day) = month.split_once('-')?;
        let date = Date::from_calendar_date(
            i32::try_from(digits(year, 4)?).ok()?,
            Month::try_from(u8::try_from(digits(month, 2)?).ok()?).ok()?,
            u8::try_from(digits(day, 2)?).ok()?,
        )
        .ok()?;

        let (clock, offset) = match rest.find(['Z', '+', '-']) {
            Some(index) => rest.split_at_checked(index)?,
            None => (rest, "Z"),
        };
        let (hms, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = hms.split(':');
        let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || fraction.is_empty() || !is_digits(fraction) {
            return None;
        }
        let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
        let thousandths = fraction.bytes().chain(*b"000").take(3).fold(0, |sum: i64, digit| {
            sum.saturating_mul(10).saturating_add(i64::from(digit.saturating_sub(b'0')))
        });
        // 24:00:00 is the end of the day and nothing else.
        let end_of_day = hour == 24 && minute == 0 && second == 0 && thousandths == 0;
        if (hour > 23 && !end_of_day) || minute > 59 || second > 59 {
            return None;
        }
        let days = i64::from(date.to_julian_day()).checked_sub(EPOCH)?;
        let seconds = hour
            .checked_mul(3600)?
            .checked_add(minute.checked_mul(60)?)?
            .checked_add(second)?
            .checked_sub(offset_seconds(offset)?)?;
        let milliseconds = days
            .checked_mul(DAY)?
            .checked_add(seconds.checked_mul(1000)?)?
            .checked_add(thousandths)?;
        (MIN..=MAX).contains(&milliseconds).then_some(Self(milliseconds))
    }

    /// Later by a span.
    #[must_use]
    pub fn plus(self, span: Seconds) -> Self {
        Self::from_milliseconds(self.0.saturating_add(span.milliseconds()))
    }

    /// Earlier by a span.
    #[must_use]
    pub fn minus(self, span: Seconds) -> Self {
        Self::from_milliseconds(self.0.saturating_sub(span.milliseconds()))
    }
}

impl Seconds {
    /// The same span in milliseconds.
    pub fn milliseconds(self) -> i64 {
        i64::from(self.0).saturating_mul(1000)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str, length: usize) -> Option<i64> {
    (text.len() == length && is_digits(text)).then(|| text.parse().ok()).flatten()
}

/// `Z` or `+hh:mm` up to 14 hours, as seconds east of UTC.
fn offset_seconds(offset: &str) -> Option<i64> {
    if offset == "Z" {
        return Some(0);
    }
    let (sign, offset) = offset.split_at_checked(1)?;
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let minutes = (minutes <= 59).then(|| hours.checked_mul(60)?.checked_add(minutes)).flatten()?;
    let seconds = (minutes <= 840).then(|| minutes.checked_mul(60)).flatten()?;
    match sign {
        "+" => Some(seconds),
        "-" => seconds.checked_neg(),
        _ => None,
    }
}

impl fmt::Display for Instant {
    /// `2026-11-22T10:00:00.000Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.0.div_euclid(DAY).saturating_add(EPOCH);
        let in_day = self.0.rem_euclid(DAY);
        let day = i32::try_from(day).unwrap_or(0);
        let date = Date::from_julian_day(day).unwrap_or(Date::MIN);
        let (seconds, thousandths) = (in_day.div_euclid(1000), in_day.rem_euclid(1000));
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{thousandths:03}Z",
            date.year(),
            u8::from(date.month()),
            date.day(),
            seconds.div_euclid(3600),
            seconds.div_euclid(60).rem_euclid(60),
            seconds.rem_euclid(60),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_are_read_as_the_schema_writes_them() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            (" 2026-11-22T10:00:00.1239999Z\n", "2026-11-22T10:00:00.123Z"),
            ("2026-11-22T10:00:00.5", "2026-11-22T10:00:00.500Z"),
            ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00.000Z"),
            ("2026-11-22T10:00:00-14:00", "2026-11-23T00:00:00.000Z"),
            ("2024-02-29T24:00:00Z", "2024-03-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(
                Instant::parse(text).map(|instant| instant.to_string()).as_deref(),
                Some(expected)
            );
        }
    }

    #[test]
    fn what_is_not_a_date_time_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22 10:00:00Z",
            "2026-11-22T10:00Z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22T24:00:01Z",
            "2026-11-22T10:60:00Z",
            "2026-11-22T10:00:60Z",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00z",
            "2026-11-22T10:00:00+14:01",
            "2026-11-22T10:00:00+1:00",
            "+026-11-22T10:00:00Z",
            "02026-11-22T10:00:00Z",
            "-2026-11-22T10:00:00Z",
            "2026-1-022T10:00:00Z",
            "2026-11-22T10:00:00ZZ",
            "2026-11-22T1٠:00:00Z",
            "9999-12-31T24:00:00Z",
            "é",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_stays_within_four_digit_years() {
        let last = Instant::from_milliseconds(i64::MAX);
        assert_eq!(last.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(last.plus(Seconds(u32::MAX)), last);
        assert_eq!(Instant::from_milliseconds(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
    }
}
