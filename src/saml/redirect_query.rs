//! The query that a redirect arrives with (SAML bindings 3.4.4.1), or the body of a form, as raw
//! text: nothing is decoded before it is clear which parameters there are.
//!
//! A signature covers the parameters as their sender wrote them, in the fixed order message,
//! RelayState, SigAlg. They may arrive in any order, and escaped in any way (`%2f` or `%2F`, `+` or
//! `%20`); to decode and encode them anew would change the octets. What two readers could take for
//! different parameters is refused: one given twice, one whose name is escaped, a request together
//! with a response.

use std::borrow::Cow;
use std::fmt;

use super::redirect::Direction;

/// Why a query is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// A value with a `%` that is no escape, or whose octets are not UTF-8.
    BadEscape {
        /// The parameter.
        name: &'static str,
    },
    /// SAMLRequest and SAMLResponse together.
    BothDirections,
    /// The name of a parameter is written with escapes.
    EscapedName {
        /// The parameter.
        name: &'static str,
    },
    /// SAMLEncoding with another value than DEFLATE.
    Encoding {
        /// Its value.
        found: String,
    },
    /// A parameter without `=`.
    NoValue {
        /// The parameter.
        name: &'static str,
    },
    /// A parameter twice.
    Twice {
        /// The parameter.
        name: &'static str,
    },
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadEscape { name } => write!(f, "{name} with escapes that are not UTF-8"),
            Self::BothDirections => f.write_str("SAMLRequest and SAMLResponse together"),
            Self::EscapedName { name } => write!(f, "{name} with escapes in its name"),
            Self::Encoding { found } => write!(f, "SAMLEncoding {found}"),
            Self::NoValue { name } => write!(f, "{name} without a value"),
            Self::Twice { name } => write!(f, "{name} twice"),
        }
    }
}

impl std::error::Error for QueryError {}

/// The parameters of the bindings, in the order in which a signature covers the first four.
const NAMES: [&str; 6] =
    ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"];

/// The one encoding there is, and the default.
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// The parameters of one message, each value as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawQuery<'q> {
    direction: Direction,
    message: &'q str,
    relay_state: Option<&'q str>,
    algorithm: Option<&'q str>,
    signature: Option<&'q str>,
    encoding: Option<&'q str>,
}

impl<'q> RawQuery<'q> {
    /// Reads a query (with or without the `?` before it), the URL around it, or the body of a
    /// form. Parameters of other names are passed over. `None` where there is no message in it.
    ///
    /// # Errors
    ///
    /// What two readers could understand differently: see [`QueryError`].
    pub fn find(text: &'q str) -> Result<Option<Self>, QueryError> {
        let mut values = [None; NAMES.len()];
        for pair in query_of(text).split('&') {
            let (written, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            };
            let meant = unescaped(written).unwrap_or(Cow::Borrowed(written));
            let known = NAMES.iter().zip(&mut values).find(|(name, _)| **name == meant);
            let Some((name, place)) = known else { continue };
            if written != *name {
                return Err(QueryError::EscapedName { name });
            }
            let value = value.ok_or(QueryError::NoValue { name })?;
            if place.replace(value).is_some() {
                return Err(QueryError::Twice { name });
            }
        }
        let [request, response, relay_state, algorithm, signature, encoding] = values;
        let (direction, message) = match (request, response) {
            (Some(_), Some(_)) => return Err(QueryError::BothDirections),
            (Some(message), None) => (Direction::Request, message),
            (None, Some(message)) => (Direction::Response, message),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self { direction, message, relay_state, algorithm, signature, encoding }))
    }

    /// Whether it asks or answers, by the name of the parameter.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The message in base64, its escapes resolved.
    pub fn message(&self) -> Result<Cow<'q, str>, QueryError> {
        base64_value(self.message, self.direction.parameter())
    }

    /// RelayState, its escapes resolved. Present and empty is not the same as absent.
    pub fn relay_state(&self) -> Result<Option<String>, QueryError> {
        let bad = QueryError::BadEscape { name: "RelayState" };
        let value = |raw: &str| unescaped(&raw.replace('+', " ")).map(Cow::into_owned).ok_or(bad);
        self.relay_state.map(value).transpose()
    }

    /// Identifier of the signature algorithm: SigAlg.
    pub fn algorithm(&self) -> Result<Option<Cow<'q, str>>, QueryError> {
        let bad = QueryError::BadEscape { name: "SigAlg" };
        self.algorithm.map(|raw| unescaped(raw).ok_or(bad)).transpose()
    }

    /// The signature in base64, its escapes resolved.
    pub fn signature(&self) -> Result<Option<Cow<'q, str>>, QueryError> {
        self.signature.map(|raw| base64_value(raw, "Signature")).transpose()
    }

    /// Whether it has a parameter that only the redirect binding knows: a form has none of them.
    pub fn is_redirect(&self) -> bool {
        self.algorithm.is_some() || self.signature.is_some() || self.encoding.is_some()
    }

    /// There is one encoding, and it need not be named (3.4.4).
    pub fn check_encoding(&self) -> Result<(), QueryError> {
        let bad = QueryError::BadEscape { name: "SAMLEncoding" };
        match self.encoding.map(|raw| unescaped(raw).ok_or(bad)).transpose()? {
            Some(found) if found != DEFLATE => {
                Err(QueryError::Encoding { found: found.into_owned() })
            }
            _ => Ok(()),
        }
    }

    /// The octets that a signature covers: each parameter as it was written, in the order of the
    /// binding whatever the order they arrived in.
    pub fn signed_octets(&self) -> Vec<u8> {
        let mut octets = format!("{}={}", self.direction.parameter(), self.message);
        for (name, value) in [("RelayState", self.relay_state), ("SigAlg", self.algorithm)] {
            if let Some(value) = value {
                octets.push('&');
                octets.push_str(name);
                octets.push('=');
                octets.push_str(value);
            }
        }
        octets.into_bytes()
    }
}

/// What stands behind the `?` of a URL and before its `#`. Where it is the query alone, a `?`
/// behind the first `=` is part of a value.
fn query_of(text: &str) -> &str {
    let text = text.split('#').next().unwrap_or_default();
    let is_url = ["/", "http://", "https://"].iter().any(|start| text.starts_with(start));
    match text.split_once('?') {
        Some((before, query)) if is_url || !before.contains('=') => query,
        _ => text,
    }
}

/// A value in base64. A `+` that was not escaped is a digit of base64 here: there are no blanks in
/// base64 that it could stand for.
fn base64_value<'q>(raw: &'q str, name: &'static str) -> Result<Cow<'q, str>, QueryError> {
    unescaped(raw).ok_or(QueryError::BadEscape { name })
}

/// Percent escapes resolved. `None` where a `%` begins none, or what comes out is not UTF-8.
fn unescaped(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('%') {
        return Some(Cow::Borrowed(raw));
    }
    let mut octets = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let mut octet = *first;
        if octet == b'%' {
            let [high, low, after @ ..] = tail else { return None };
            octet = digit(*high)?.checked_mul(16)?.checked_add(digit(*low)?)?;
            rest = after;
        }
        octets.push(octet);
    }
    String::from_utf8(octets).ok().map(Cow::Owned)
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Result<Option<RawQuery<'_>>, QueryError> {
        RawQuery::find(text)
    }

    fn octets(text: &str) -> String {
        let query = find(text).unwrap().unwrap();
        String::from_utf8(query.signed_octets()).unwrap()
    }

    #[test]
    fn signed_octets_are_the_raw_ones_in_the_order_of_the_binding() {
        let signed = "SAMLRequest=a%2fB%2F&RelayState=x+y%20z&SigAlg=u%3a1";
        for text in [
            "SAMLRequest=a%2fB%2F&RelayState=x+y%20z&SigAlg=u%3a1&Signature=s",
            "?Signature=s&SigAlg=u%3a1&RelayState=x+y%20z&SAMLRequest=a%2fB%2F",
            "https://sp/slo?tenant=1&SAMLRequest=a%2fB%2F&Signature=s&x&RelayState=x+y%20z&\
             SigAlg=u%3a1#top",
            "/slo;v=1?&&SigAlg=u%3a1&SAMLRequest=a%2fB%2F&RelayState=x+y%20z&Signature=s&\
             samlrequest=q",
        ] {
            assert_eq!(octets(text), signed, "{text}");
        }
        assert_eq!(octets("SAMLResponse=a&Signature=s"), "SAMLResponse=a");
        assert_eq!(octets("SAMLResponse=a&RelayState="), "SAMLResponse=a&RelayState=");
    }

    #[test]
    fn values_are_decoded_once() {
        let query = find("SAMLResponse=a%2Bb+c&RelayState=%2525+%C3%A9+%2B&Signature=x%3D");
        let query = query.unwrap().unwrap();
        assert_eq!(query.direction(), Direction::Response);
        assert_eq!(query.message().unwrap(), "a+b+c");
        assert_eq!(query.relay_state().unwrap().as_deref(), Some("%25 é +"));
        assert_eq!(query.signature().unwrap().as_deref(), Some("x="));
        assert_eq!(query.algorithm(), Ok(None));
        assert!(query.is_redirect());
    }

    #[test]
    fn a_question_mark_in_a_value_is_part_of_it() {
        assert_eq!(octets("SAMLRequest=a&RelayState=/x?y=1"), "SAMLRequest=a&RelayState=/x?y=1");
    }

    #[test]
    fn what_two_readers_could_take_for_different_queries_is_refused() {
        for name in NAMES {
            let message = if name == "SAMLResponse" { "" } else { "SAMLRequest=a&" };
            let twice = format!("{message}{name}=1&x=y&{name}=1");
            assert_eq!(find(&twice), Err(QueryError::Twice { name }), "{twice}");
            let escaped = format!("%{:02X}{}", name.as_bytes()[0], &name[1..]);
            for text in [format!("{message}{escaped}=2"), format!("{escaped}=2&{name}=1")] {
                assert_eq!(find(&text), Err(QueryError::EscapedName { name }), "{text}");
            }
            let bare = format!("{}&{name}", message.trim_end_matches('&'));
            let bare = find(&bare);
            let twice_or_bare = [QueryError::NoValue { name }, QueryError::Twice { name }];
            assert!(twice_or_bare.contains(&bare.unwrap_err()), "{name}");
        }
        for both in ["SAMLRequest=a&SAMLResponse=b", "SAMLResponse=&SAMLRequest="] {
            assert_eq!(find(both), Err(QueryError::BothDirections));
        }
        for none in ["", "?", "RelayState=x&SigAlg=y", "PHg+", "https://sp/slo"] {
            assert_eq!(find(none), Ok(None), "{none}");
        }
    }

    #[test]
    fn escapes_that_are_none_are_refused() {
        for bad in ["%", "%2", "%zz", "a%+1", "%é", "%ff", "%C3%28"] {
            let text = format!("SAMLRequest={bad}&RelayState={bad}&SigAlg={bad}&Signature={bad}");
            let query = find(&text).unwrap().unwrap();
            assert_eq!(
                query.message(),
                Err(QueryError::BadEscape { name: "SAMLRequest" }),
                "{bad}"
            );
            assert!(query.relay_state().is_err(), "{bad}");
            assert!(query.algorithm().is_err() && query.signature().is_err(), "{bad}");
        }
    }

    #[test]
    fn deflate_is_the_one_encoding() {
        let encoded = |value| format!("SAMLRequest=a&SAMLEncoding={value}");
        let good = encoded("urn%3aoasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE");
        assert_eq!(find(&good).unwrap().unwrap().check_encoding(), Ok(()));
        assert_eq!(find("SAMLRequest=a").unwrap().unwrap().check_encoding(), Ok(()));
        for bad in ["", "urn:none", "%"] {
            assert!(find(&encoded(bad)).unwrap().unwrap().check_encoding().is_err(), "{bad}");
        }
    }
}
