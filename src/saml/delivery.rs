//! How a message reached this service provider outside of a login: by redirect in the query of a
//! URL, by a form, or as bare XML; and the signature that a query may carry beside it.

use super::input::{InputError, is_xml, mangled};
use super::redirect::{Direction, inflate};
use super::redirect_query::{QueryError, RawQuery};
use crate::dsig::{SignedOctets, TrustedKey, decode};
use crate::xml::{Document, Element, Limits, XmlError};

/// A message as it was delivered. Nothing is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The XML.
    pub xml: Vec<u8>,
    /// The parameter or field it came in, where that is known.
    pub direction: Option<Direction>,
    /// RelayState, where it came with the message.
    pub relay_state: Option<String>,
    /// Whether it is the value of a query's parameter without the query around it: then a
    /// signature beside it is missing.
    pub is_bare_value: bool,
    /// The signature of the query.
    pub signature: QuerySignature,
}

/// What a query says about its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuerySignature {
    /// Nothing.
    Absent,
    /// Something that is no signature.
    Broken {
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A signature, not verified.
    Claimed {
        /// What it covers.
        octets: Vec<u8>,
        /// Identifier of its algorithm.
        algorithm: String,
        /// Its value.
        value: Vec<u8>,
    },
}

/// Why no message could be taken from what was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryError {
    /// There is no XML in it.
    Input(InputError),
    /// The query is not one that everybody understands the same way.
    Query(QueryError),
}

impl From<InputError> for DeliveryError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<QueryError> for DeliveryError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl Delivered {
    /// Takes the message out of a raw query, the URL around it, the body of a form, the value of a
    /// parameter or field, or XML. At most `limit` octets of XML come out.
    pub fn read(input: &[u8], limit: usize) -> Result<Self, DeliveryError> {
        // Percent-encoded base64 takes at most four thirds of three times the XML, and line breaks.
        if input.len() > limit.saturating_mul(6) {
            return Err(InputError::TooLarge { limit }.into());
        }
        if is_xml(input) {
            return Self { xml: input.to_vec(), ..Self::bare() }.within(limit);
        }
        let mangled_text = || InputError::NotBase64 { mangled: mangled("\0") };
        let text = std::str::from_utf8(input).map_err(|_| mangled_text())?;
        let text = text.trim_start_matches('\u{feff}').trim_matches([' ', '\t', '\r', '\n']);
        match RawQuery::find(text)? {
            Some(query) => Self::of_query(&query, limit),
            None => Self::of_value(text, limit),
        }
    }

    fn bare() -> Self {
        Self {
            xml: Vec::new(),
            direction: None,
            relay_state: None,
            is_bare_value: false,
            signature: QuerySignature::Absent,
        }
    }

    fn of_query(query: &RawQuery<'_>, limit: usize) -> Result<Self, DeliveryError> {
        query.check_encoding()?;
        let octets = octets_of(&query.message()?)?;
        let delivered = Self {
            direction: Some(query.direction()),
            relay_state: query.relay_state()?,
            ..Self::bare()
        };
        if !is_xml(&octets) {
            let signature = signature_of(query)?;
            return Ok(Self { xml: inflate(&octets, limit)?, signature, ..delivered });
        }
        // A form. What a query signs is deflated; a signature beside plain XML is one that was
        // moved over from somewhere, and nobody says what it would cover.
        let signature = if query.is_redirect() {
            QuerySignature::Broken {
                expected: "SigAlg, Signature and SAMLEncoding only where the message is deflated",
                found: "them beside a message that is not",
            }
        } else {
            QuerySignature::Absent
        };
        Self { xml: octets, signature, ..delivered }.within(limit)
    }

    /// The value of a field or parameter alone.
    fn of_value(text: &str, limit: usize) -> Result<Self, DeliveryError> {
        // As in a query, so that a value that was not decoded yet is understood too.
        let query = format!("SAMLRequest={text}");
        let Some(query) = RawQuery::find(&query)? else { return Err(InputError::Empty.into()) };
        let octets = octets_of(&query.message()?)?;
        if is_xml(&octets) {
            return Self { xml: octets, ..Self::bare() }.within(limit);
        }
        Ok(Self { xml: inflate(&octets, limit)?, is_bare_value: true, ..Self::bare() })
    }

    fn within(self, limit: usize) -> Result<Self, DeliveryError> {
        if self.xml.len() > limit {
            return Err(InputError::TooLarge { limit }.into());
        }
        Ok(self)
    }
}

fn octets_of(base64: &str) -> Result<Vec<u8>, InputError> {
    if base64.trim().is_empty() {
        return Err(InputError::Empty);
    }
    decode(base64).ok_or_else(|| InputError::NotBase64 { mangled: mangled(base64) })
}

fn signature_of(query: &RawQuery<'_>) -> Result<QuerySignature, QueryError> {
    let broken = |expected, found| Ok(QuerySignature::Broken { expected, found });
    match (query.algorithm()?, query.signature()?) {
        (None, None) => Ok(QuerySignature::Absent),
        (Some(_), None) => broken("Signature with SigAlg", "SigAlg alone"),
        (None, Some(_)) => broken("SigAlg with Signature", "Signature alone"),
        (Some(algorithm), Some(signature)) => match decode(&signature) {
            Some(value) if !value.is_empty() => Ok(QuerySignature::Claimed {
                octets: query.signed_octets(),
                algorithm: algorithm.into_owned(),
                value,
            }),
            _ => broken("a Signature in base64", "one that is not"),
        },
    }
}

/// A message that a trusted key signed as the query of a redirect: read out of the very octets
/// that were verified, and from nowhere else.
///
/// ```compile_fail,E0451
/// # fn forge(signed: countersign::dsig::SignedOctets, document: countersign::xml::Document) {
/// countersign::saml::delivery::SignedQuery { signed, document, relay_state: None };
/// # }
/// ```
#[derive(Debug)]
pub struct SignedQuery {
    signed: SignedOctets,
    document: Document,
    relay_state: Option<String>,
}

/// Signed octets that hold no message. They were read before, so it takes another limit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UnreadableQuery {
    /// There is no XML in them.
    Delivery(DeliveryError),
    /// The XML is not accepted.
    Xml(XmlError),
}

impl SignedQuery {
    /// Takes the message out of what was signed.
    pub fn read(signed: SignedOctets, limits: &Limits) -> Result<Self, UnreadableQuery> {
        let delivered = Delivered::read(signed.octets(), limits.input_bytes)
            .map_err(UnreadableQuery::Delivery)?;
        let document = Document::parse(&delivered.xml, limits).map_err(UnreadableQuery::Xml)?;
        Ok(Self { signed, document, relay_state: delivered.relay_state })
    }

    /// The message.
    pub fn root(&self) -> Element<'_> {
        self.document.root()
    }

    /// RelayState, which the signature covers too.
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// Identifier of the signature algorithm.
    pub fn algorithm(&self) -> &str {
        self.signed.algorithm()
    }

    /// The trusted key that signed.
    pub fn key(&self) -> &TrustedKey {
        self.signed.key()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::saml::redirect::Query;

    const XML: &str = "<a>??>></a>";

    fn read(text: &str) -> Result<Delivered, DeliveryError> {
        Delivered::read(text.as_bytes(), 100)
    }

    fn query(algorithm: Option<&str>) -> Query {
        Query::new(Direction::Response, XML, Some("x y"), algorithm)
    }

    #[test]
    fn every_form_gives_the_same_xml() {
        let plain = STANDARD.encode(XML);
        let escaped = plain.replace('+', "%2b").replace('=', "%3D");
        let redirect = String::from_utf8(query(None).signed_octets().to_vec()).unwrap();
        let (value, _) = redirect.strip_prefix("SAMLResponse=").unwrap().split_once('&').unwrap();
        for (text, direction, relay_state, bare) in [
            (XML.to_owned(), None, None, false),
            (plain.clone(), None, None, false),
            (escaped.clone(), None, None, false),
            (format!("SAMLRequest={escaped}"), Some(Direction::Request), None, false),
            (
                format!("RelayState=1&SAMLResponse={plain}"),
                Some(Direction::Response),
                Some("1"),
                false,
            ),
            (redirect.clone(), Some(Direction::Response), Some("x y"), false),
            (format!("https://sp/slo?{redirect}"), Some(Direction::Response), Some("x y"), false),
            (value.to_owned(), None, None, true),
        ] {
            let delivered = read(&text).unwrap();
            assert_eq!(delivered.xml, XML.as_bytes(), "{text}");
            assert_eq!(delivered.direction, direction, "{text}");
            assert_eq!(delivered.relay_state.as_deref(), relay_state, "{text}");
            assert_eq!(delivered.is_bare_value, bare, "{text}");
            assert_eq!(delivered.signature, QuerySignature::Absent, "{text}");
        }
    }

    #[test]
    fn a_signature_counts_only_whole_and_beside_a_deflated_message() {
        let signed = query(Some("urn:alg")).with_signature(b"\xff").url("https://sp/slo");
        let claimed = QuerySignature::Claimed {
            octets: query(Some("urn:alg")).signed_octets().to_vec(),
            algorithm: "urn:alg".into(),
            value: vec![0xff],
        };
        assert_eq!(read(&signed).unwrap().signature, claimed);
        let posted = format!("SAMLResponse={}&SigAlg=urn:alg&Signature=/w==", STANDARD.encode(XML));
        let broken = [
            signed.replace("&Signature=%2Fw%3D%3D", ""),
            signed.replace("&SigAlg=urn%3Aalg", ""),
            signed.replace("%2Fw%3D%3D", "%2Fw"),
            signed.replace("%2Fw%3D%3D", ""),
            posted,
        ];
        for text in broken {
            let signature = read(&text).unwrap().signature;
            assert!(matches!(signature, QuerySignature::Broken { .. }), "{text}: {signature:?}");
        }
    }

    #[test]
    fn what_holds_no_message_says_so() {
        let input = |text: &str| match read(text) {
            Err(DeliveryError::Input(error)) => Some(error),
            _ => None,
        };
        let bomb = Query::new(Direction::Request, &"<a/>".repeat(26), None, None).url("");
        assert_eq!(input(&bomb), Some(InputError::TooLarge { limit: 100 }));
        let edge = Query::new(Direction::Request, &"<a/>".repeat(25), None, None).url("");
        assert!(read(&edge).is_ok());
        assert_eq!(input(&"<a/>".repeat(26)), Some(InputError::TooLarge { limit: 100 }));
        assert_eq!(input(&"x".repeat(601)), Some(InputError::TooLarge { limit: 100 }));
        assert_eq!(input(""), Some(InputError::Empty));
        assert_eq!(input("SAMLRequest="), Some(InputError::Empty));
        assert_eq!(input("SAMLRequest=AAAA"), Some(InputError::NotDeflated));
        assert!(matches!(input("neither!"), Some(InputError::NotBase64 { .. })));
        assert!(matches!(read("SAMLRequest=%"), Err(DeliveryError::Query(_))));
        assert!(Delivered::read(b"\xff", 100).is_err());
    }
}
