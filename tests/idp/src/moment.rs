//! Instants of the fixtures' world. Nothing here reads a clock.

use time::OffsetDateTime;

/// 2026-03-10T09:00:00.473Z, when fixtures are issued, in milliseconds since 1970.
const ISSUED: i64 = 1_773_133_200_473;

/// An instant, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// When the fixtures' messages are issued unless a case says otherwise.
    pub const ISSUED: Moment = Moment(ISSUED);

    /// The instant this many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_milliseconds(seconds * 1000)
    }

    /// The instant this many milliseconds later.
    #[must_use]
    pub fn plus_milliseconds(self, milliseconds: i64) -> Self {
        Self(self.0 + milliseconds)
    }

    /// Milliseconds since 1970.
    pub fn unix_milliseconds(self) -> i64 {
        self.0
    }

    /// As `xs:dateTime` in UTC with milliseconds: `2026-03-10T09:00:00.473Z`.
    pub fn text(self) -> String {
        let seconds = self.0.div_euclid(1000);
        let date = OffsetDateTime::from_unix_timestamp(seconds).expect("a year with four digits");
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            date.year(),
            u8::from(date.month()),
            date.day(),
            date.hour(),
            date.minute(),
            date.second(),
            self.0.rem_euclid(1000)
        )
    }
}
