//! The error that Entra ID writes into a StatusMessage, and into its error pages: `AADSTS50105: …`,
//! then a Trace ID, a Correlation ID and a Timestamp, by which its sign-in logs find the login.
//!
//! Merely claimed, like everything in a Status.

/// An error of Entra ID's security token service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraError {
    /// The digits after `AADSTS`.
    pub number: String,
    /// Trace ID, a GUID. The sign-in logs call it Request ID.
    pub trace_id: Option<String>,
    /// Correlation ID, a GUID.
    pub correlation_id: Option<String>,
    /// Timestamp as written, `2026-03-10 09:00:00Z`.
    pub timestamp: Option<String>,
}

/// The mark of every error.
const MARK: &str = "AADSTS";

/// The most digits that a number is taken for: the longest known has seven.
const DIGITS: usize = 12;

impl EntraError {
    /// The first error in a text.
    pub fn find(text: &str) -> Option<Self> {
        let (_, behind) = text.split_once(MARK)?;
        let number: String = behind.chars().take_while(char::is_ascii_digit).take(DIGITS).collect();
        if number.is_empty() {
            return None;
        }
        let guid = |name| value(behind, name, |one| one.is_ascii_hexdigit() || one == '-', 36);
        Some(Self {
            number,
            trace_id: guid("Trace ID"),
            correlation_id: guid("Correlation ID"),
            timestamp: value(behind, "Timestamp", |one| "0123456789-:.TZ ".contains(one), 30),
        })
    }
}

/// What stands behind `name:`, as far as it is made of these characters.
fn value(text: &str, name: &str, fits: fn(char) -> bool, longest: usize) -> Option<String> {
    let (_, behind) = text.split_once(name)?;
    let value = behind.trim_start_matches([':', ' ', '\t']);
    let value: String = value.chars().take(longest).take_while(|one| fits(*one)).collect();
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_message_of_entra_id_is_taken_apart() {
        let text = "AADSTS50105: The signed in user 'b@contoso.com' is not assigned.\r\n\
                    Trace ID: 5b3a2c1d-0000-4444-8888-001122334455\r\n\
                    Correlation ID: 6c4b3d2e-1111-5555-9999-112233445566\r\n\
                    Timestamp: 2026-03-10 09:00:00Z";
        let found = EntraError::find(text).unwrap();
        assert_eq!(found.number, "50105");
        assert_eq!(found.trace_id.as_deref(), Some("5b3a2c1d-0000-4444-8888-001122334455"));
        assert_eq!(found.correlation_id.as_deref(), Some("6c4b3d2e-1111-5555-9999-112233445566"));
        assert_eq!(found.timestamp.as_deref(), Some("2026-03-10 09:00:00Z"));
        // On one line, as pages and logs show it.
        let line = EntraError::find(&text.replace("\r\n", " ")).unwrap();
        assert_eq!(line, found);
    }

    #[test]
    fn what_is_not_there_is_not_made_up() {
        assert_eq!(EntraError::find("no such code"), None);
        assert_eq!(EntraError::find("AADSTS: nothing"), None);
        let bare = EntraError::find("x AADSTS7500529.").unwrap();
        assert_eq!(bare.number, "7500529");
        assert_eq!((bare.trace_id, bare.correlation_id, bare.timestamp), (None, None, None));
        let personal = EntraError::find("AADSTS1 Trace ID: b.simon@contoso.com").unwrap();
        assert_eq!(personal.trace_id.as_deref(), Some("b"), "only what a GUID is made of");
        assert_eq!(
            EntraError::find(&format!("AADSTS{}", "1".repeat(99))).unwrap().number.len(),
            12
        );
    }
}
