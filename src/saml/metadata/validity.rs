//! How long metadata holds: validUntil and cacheDuration (SAML metadata 2.3.1).

use crate::report::{Code, SetupError};
use crate::saml::time::{Instant, Seconds};
use crate::xml::{Element, trim};

/// What a role and the elements around it say about its validity.
#[derive(Debug, Default)]
pub(super) struct Validity {
    pub(super) until: Option<Instant>,
    pub(super) cache: Option<(Seconds, String)>,
}

impl Validity {
    /// The earliest validUntil and the shortest cacheDuration of the role and all elements around
    /// it; `METADATA_EXPIRED` where the former is past at `now`.
    ///
    /// A validUntil that is not a time is refused, not passed over: it was written to end
    /// something.
    pub(super) fn of(role: Element<'_>, now: Instant) -> Result<Self, SetupError> {
        let mut validity = Self::default();
        for element in std::iter::successors(Some(role), |element| element.parent()) {
            if let Some(text) = element.attribute("validUntil") {
                let until = Instant::parse(text).ok_or_else(|| not_a_time(element, text))?;
                validity.until = Some(validity.until.map_or(until, |other| other.min(until)));
            }
            if let Some(text) = element.attribute("cacheDuration").map(trim)
                && let Some(seconds) = duration(text)
                && validity.cache.as_ref().is_none_or(|(shortest, _)| seconds < *shortest)
            {
                validity.cache = Some((seconds, text.to_owned()));
            }
        }
        match validity.until {
            Some(until) if until <= now => {
                Err(SetupError::new(Code::MetadataExpired, "the metadata is out of date")
                    .expected(format!("validUntil after {now}"))
                    .actual(until.to_string())
                    .hint("Download the metadata again from where it came from."))
            }
            _ => Ok(validity),
        }
    }
}

fn not_a_time(element: Element<'_>, text: &str) -> SetupError {
    let message = format!("the validUntil of {} is not a time", element.local_name());
    SetupError::new(Code::MetadataXml, message)
        .expected("an xs:dateTime such as 2030-01-31T00:00:00Z")
        .actual(text)
        .hint("Download the metadata again from where it came from.")
}

/// An `xs:duration` (XML Schema part 2, 3.2.6) in whole seconds; none where it is not one, or
/// negative. A year counts 365 days and a month 28: metadata is never kept too long.
fn duration(text: &str) -> Option<Seconds> {
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let date = fields(date, &[('Y', 365 * 86_400), ('M', 28 * 86_400), ('D', 86_400)])?;
    let time = fields(time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    Some(Seconds(u32::try_from(date.saturating_add(time)).unwrap_or(u32::MAX)))
}

/// Numbers, each with its unit behind it, in the order of the units. A fraction of a second is cut
/// off.
fn fields(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut sum: u64 = 0;
    for (unit, seconds) in units {
        let Some((number, rest)) = text.split_once(*unit) else { continue };
        let whole = match number.split_once('.') {
            Some((whole, fraction)) if *unit == 'S' && is_number(fraction) => whole,
            Some(_) => return None,
            None => number,
        };
        if !is_number(whole) {
            return None;
        }
        // More digits than fit mean for ever.
        let number: u64 = whole.parse().unwrap_or(u64::MAX);
        sum = sum.saturating_add(number.saturating_mul(*seconds));
        text = rest;
    }
    text.is_empty().then_some(sum)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_the_schema_writes_them() {
        for (text, seconds) in [
            ("PT1H", 3600),
            ("P1D", 86_400),
            ("P1DT2H3M4.9S", 93_784),
            ("P1M", 28 * 86_400),
            ("PT1M", 60),
            ("P1Y", 365 * 86_400),
            ("PT0S", 0),
            ("P99999999999999999999999Y", u32::MAX),
        ] {
            assert_eq!(duration(text), Some(Seconds(seconds)), "{text}");
        }
        for bad in [
            "", "P", "PT", "P1DT", "1D", "-P1D", "P1", "P1.5D", "PT1.S", "P1M1Y", "PD", "P1D ",
            "PT1H1H",
        ] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
