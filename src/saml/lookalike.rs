//! What an input is that is no message: a token of another protocol, a web page, a message that was
//! encoded once too often. It is recognised to be explained, and never accepted for it.

use super::aadsts::EntraError;
use super::redirect::inflated;
use crate::dsig::decode;
use crate::xml::{Document, Limits};

/// Something that people take for a SAMLResponse.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookalike {
    /// `SAMLart`: a reference to a message, which would have to be fetched.
    Artifact,
    /// Base64 of base64.
    Base64Twice,
    /// Base64 with `-` and `_`, as for URLs and JSON Web Tokens.
    Base64Url,
    /// XML with a byte order mark that is not its first character.
    ByteOrderMark,
    /// A PEM file: a certificate or a key.
    Certificate,
    /// A Response whose base64 lost or changed characters.
    Damaged,
    /// Deflated as for the redirect binding: name and namespace of what comes out.
    Deflated {
        /// Name of the root element.
        name: String,
        /// Its namespace.
        namespace: String,
    },
    /// The words of an error page of Entra ID, as somebody copied them.
    ErrorText {
        /// The error that they tell.
        error: EntraError,
    },
    /// Line breaks written as `\\n`, as in JSON and in programs.
    EscapedLineBreaks,
    /// Escaped as for HTML: `&lt;` or `&#43;`.
    HtmlEscaped,
    /// A web page, with its title and the error of Entra ID on it.
    HtmlPage {
        /// The text of its `title`.
        title: Option<String>,
        /// The error that it shows.
        error: Option<EntraError>,
    },
    /// The page that posts a SAMLResponse: the message is in it.
    FormPage,
    /// JSON, with the error of Entra ID in it.
    Json {
        /// The error that it tells.
        error: Option<EntraError>,
        /// Whether a SAMLResponse is named in it.
        holds_response: bool,
    },
    /// A JSON Web Token, as OpenID Connect has them.
    JsonWebToken,
    /// The value with the name of the field in front, or in quotation marks.
    Labelled,
    /// Single bytes of Latin-1 or Windows-1252 in the XML.
    Latin1,
    /// Parameters of OAuth or OpenID Connect.
    OpenIdConnect {
        /// The error that is among them.
        error: Option<EntraError>,
    },
    /// What a program prints for a variable that holds no text.
    Placeholder,
    /// Quoted-printable, as in e-mail.
    QuotedPrintable,
    /// Shortened by a program that shows it: it holds an ellipsis.
    Shortened,
    /// XML that ends in the middle, after this many bytes.
    Truncated {
        /// How many bytes of XML there are.
        bytes: usize,
    },
    /// Percent-encoded more than once, or XML that is percent-encoded.
    UrlEncoded,
    /// UTF-16, as Windows programs write it as "Unicode".
    Utf16,
    /// Parameters of WS-Federation.
    WsFederation,
}

/// How much of an input is looked through for words, in bytes.
const LOOKED_THROUGH: usize = 64 << 10;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The most XML that is inflated, in bytes.
const INFLATED: usize = 256 << 10;

impl Lookalike {
    /// Recognises an input that could not be decoded, or whose XML is not accepted: `octets` are
    /// those of the XML, where there are any.
    pub fn of(input: &[u8], octets: Option<&[u8]>) -> Option<Self> {
        if let Some(octets) = octets
            && let Some(found) = of_octets(octets)
        {
            return Some(found);
        }
        let head = input.get(..input.len().min(LOOKED_THROUGH)).unwrap_or_default();
        let text = String::from_utf8_lossy(head);
        let text = text.trim_start_matches('\u{feff}').trim();
        of_text(text).or_else(|| of_base64(input))
    }
}

impl Lookalike {
    /// The error of Entra ID in it.
    pub(crate) fn error(&self) -> Option<&EntraError> {
        match self {
            Self::ErrorText { error } => Some(error),
            Self::HtmlPage { error, .. }
            | Self::Json { error, .. }
            | Self::OpenIdConnect { error } => error.as_ref(),
            _ => None,
        }
    }

    /// The same of XML that is well-formed and may be a web page all the same.
    pub fn of_page(text: &str) -> Option<Self> {
        let head = text.get(..floor(text, 1000)).unwrap_or_default();
        head.to_ascii_lowercase().contains("<html").then(|| page(text))
    }
}

/// What the decoded octets are.
fn of_octets(octets: &[u8]) -> Option<Lookalike> {
    if octets.starts_with(b"\xff\xfe") || octets.starts_with(b"\xfe\xff") {
        return Some(Lookalike::Utf16);
    }
    let marks = octets.strip_prefix(BYTE_ORDER_MARK).unwrap_or(octets);
    let marks = marks.strip_prefix(b"\n").unwrap_or(marks);
    if marks.starts_with(BYTE_ORDER_MARK) {
        return Some(Lookalike::ByteOrderMark);
    }
    let looked_through = octets.get(..octets.len().min(LOOKED_THROUGH)).unwrap_or_default();
    let text = String::from_utf8_lossy(looked_through);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.get(..floor(text, 1000)).unwrap_or_default().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") || lower.contains("<html")
    {
        return Some(page(text));
    }
    let looks_like_base64 = |octets: &[u8]| {
        octets.len() > 16 && octets.iter().all(|one| is_digit(*one) || one.is_ascii_whitespace())
    };
    if looks_like_base64(octets) {
        return Some(Lookalike::Base64Twice);
    }
    if lower.contains("response") && text.starts_with('<') {
        let end = octets.get(octets.len().saturating_sub(40)..).unwrap_or_default();
        let whole = String::from_utf8_lossy(end).trim_end().ends_with("Response>");
        let valid = std::str::from_utf8(octets);
        return match valid {
            Err(_) if whole => Some(Lookalike::Latin1),
            // A character that is cut in half at the very end is a cut, too.
            Err(error) if error.error_len().is_some() => Some(Lookalike::Damaged),
            _ if whole => None,
            _ => Some(Lookalike::Truncated { bytes: octets.len() }),
        };
    }
    None
}

fn page(text: &str) -> Lookalike {
    let form = text.contains("name=\"SAMLResponse\"") || text.contains("name='SAMLResponse'");
    if form {
        return Lookalike::FormPage;
    }
    let between = |start: &str, end: &str| {
        let (_, behind) = text.split_once(start)?;
        let (title, _) = behind.split_once(end)?;
        Some(title.trim().to_owned()).filter(|title| !title.is_empty())
    };
    let title = between("<title>", "</title>").or_else(|| between("<TITLE>", "</TITLE>"));
    Lookalike::HtmlPage { title, error: EntraError::find(text) }
}

/// What a text is that is neither XML nor base64.
fn of_text(text: &str) -> Option<Lookalike> {
    const PLACEHOLDERS: [&str; 8] =
        ["undefined", "null", "None", "nil", "NaN", "true", "false", "SAMLResponse"];
    if PLACEHOLDERS.contains(&text) || text.starts_with("[object ") {
        return Some(Lookalike::Placeholder);
    }
    if text.starts_with("-----BEGIN ") {
        return Some(Lookalike::Certificate);
    }
    if text.starts_with(['{', '[']) {
        let holds_response = text.contains("\"SAMLResponse\"");
        return Some(Lookalike::Json { error: EntraError::find(text), holds_response });
    }
    let parts: Vec<&str> = text.splitn(6, '.').collect();
    let web = |part: &str| part.bytes().all(|one| is_digit(one) || b"-_".contains(&one));
    if text.starts_with("eyJ") && matches!(parts.len(), 3 | 5) && parts.iter().all(|one| web(one)) {
        return Some(Lookalike::JsonWebToken);
    }
    if text.starts_with("&lt;") || text.contains("&#43;") || text.contains("&#x2b;") {
        return Some(Lookalike::HtmlEscaped);
    }
    if let Some(found) = of_parameters(text) {
        return Some(found);
    }
    if let Some(error) = EntraError::find(text) {
        return Some(Lookalike::ErrorText { error });
    }
    let lower = text.get(..floor(text, 13)).unwrap_or_default().to_ascii_lowercase();
    if lower.starts_with("%3c") || lower.starts_with("%253c") || text.contains("%25") {
        return Some(Lookalike::UrlEncoded);
    }
    // A field of a form is not labelled: its name is taken off.
    let labelled = lower.starts_with("samlresponse") && !lower.starts_with("samlresponse=");
    if text.starts_with(['"', '\'', '`']) || labelled {
        return Some(Lookalike::Labelled);
    }
    if text.contains("\\n") || text.contains("\\r") {
        return Some(Lookalike::EscapedLineBreaks);
    }
    if text.contains('…') || text.contains("...") {
        return Some(Lookalike::Shortened);
    }
    if text.contains("=3D") || text.contains("=\n") || text.contains("=\r\n") {
        return Some(Lookalike::QuotedPrintable);
    }
    let url_digits = text.bytes().all(|one| web_digit(one) || one.is_ascii_whitespace());
    (text.len() > 16 && url_digits && text.contains(['-', '_'])).then_some(Lookalike::Base64Url)
}

/// What a form body, a query or a fragment of another protocol is.
fn of_parameters(text: &str) -> Option<Lookalike> {
    let names: Vec<&str> = text
        .split(['&', '?', '#'])
        .filter_map(|pair| pair.split_once('=').map(|(name, _)| name))
        .take(20)
        .collect();
    let any = |wanted: &[&str]| names.iter().any(|name| wanted.contains(name));
    if any(&["SAMLart"]) {
        Some(Lookalike::Artifact)
    } else if any(&["wresult", "wa"]) {
        Some(Lookalike::WsFederation)
    } else if any(&["id_token", "access_token", "code", "error", "error_description"]) {
        let decoded = text.replace("%3a", ":").replace("%3A", ":").replace(['+'], " ");
        let decoded = decoded.replace("%20", " ").replace("%0d%0a", "\n").replace("%0D%0A", "\n");
        Some(Lookalike::OpenIdConnect { error: EntraError::find(&decoded) })
    } else {
        None
    }
}

/// What base64 is of that is not XML.
fn of_base64(input: &[u8]) -> Option<Lookalike> {
    let text = std::str::from_utf8(input).ok()?.trim();
    let value = text.split(['&', '?']).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "SAMLResponse" | "SAMLRequest").then_some(value)
    });
    let value = value.unwrap_or(text);
    let value = value.replace("%2B", "+").replace("%2b", "+").replace("%2F", "/");
    let value = value.replace("%2f", "/").replace("%3D", "=").replace("%3d", "=");
    if let Some(xml) = inflated(&value, INFLATED) {
        let document = Document::parse(&xml, &Limits::message()).ok()?;
        let root = document.root();
        let (name, namespace) = (root.local_name().to_owned(), root.namespace().to_owned());
        return Some(Lookalike::Deflated { name, namespace });
    }
    let octets = decode(&value)?;
    match octets.first() {
        Some(b'{') => Some(Lookalike::Json {
            error: EntraError::find(&String::from_utf8_lossy(&octets)),
            holds_response: false,
        }),
        _ => None,
    }
}

fn is_digit(one: u8) -> bool {
    one.is_ascii_alphanumeric() || b"+/=".contains(&one)
}

fn web_digit(one: u8) -> bool {
    one.is_ascii_alphanumeric() || b"-_=".contains(&one)
}

/// The last character boundary at or before `index`.
fn floor(text: &str, index: usize) -> usize {
    let index = index.min(text.len());
    (0..=index).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const RESPONSE: &str = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
        <a>text</a></samlp:Response>";

    fn of(input: &str) -> Option<Lookalike> {
        Lookalike::of(input.as_bytes(), decode(input).as_deref())
    }

    #[test]
    fn what_is_pasted_by_mistake_is_named() {
        let error = |found: Option<Lookalike>| match found {
            Some(
                Lookalike::HtmlPage { error, .. }
                | Lookalike::Json { error, .. }
                | Lookalike::OpenIdConnect { error },
            ) => error.map(|error| error.number),
            _ => None,
        };
        assert_eq!(of("undefined"), Some(Lookalike::Placeholder));
        assert_eq!(of("[object Object]"), Some(Lookalike::Placeholder));
        assert_eq!(of("-----BEGIN CERTIFICATE-----\nMIIC"), Some(Lookalike::Certificate));
        assert_eq!(of("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"), Some(Lookalike::JsonWebToken));
        assert_eq!(of("&lt;samlp:Response"), Some(Lookalike::HtmlEscaped));
        assert_eq!(of("%3Csamlp%3AResponse"), Some(Lookalike::UrlEncoded));
        assert_eq!(of("PHNh%252BbWw%253D"), Some(Lookalike::UrlEncoded));
        assert_eq!(of("\"PHNhbWxw\""), Some(Lookalike::Labelled));
        assert_eq!(of("SAMLResponse: PHNhbWxw"), Some(Lookalike::Labelled));
        assert_eq!(of("PHNhbWxwOlJlc3Bvb…"), Some(Lookalike::Shortened));
        assert_eq!(of("SAMLart=AAQAAM&RelayState=x"), Some(Lookalike::Artifact));
        assert_eq!(of("wa=wsignin1.0&wresult=%3Ct%3A"), Some(Lookalike::WsFederation));
        let refused = "error=access_denied&error_description=AADSTS50105%3a+The+user";
        assert_eq!(error(of(refused)).as_deref(), Some("50105"));
        assert_eq!(error(of("{\"error\":\"AADSTS65001: x\"}")).as_deref(), Some("65001"));
        let copied = "Sorry, but we're having trouble... AADSTS50105: not assigned, 100%25 sure";
        let Some(Lookalike::ErrorText { error }) = of(copied) else { panic!("an error in words") };
        assert_eq!(error.number, "50105");
        assert_eq!(of("PHNhbWxw\\nOlJlc3"), Some(Lookalike::EscapedLineBreaks));
        assert_eq!(of("SAMLResponse=PHNh bWxw"), None, "a form field");
        assert_eq!(of("this is *not* base64!"), None);
        let marked = "\u{feff}\u{feff}<a/>".as_bytes();
        assert_eq!(Lookalike::of(marked, Some(marked)), Some(Lookalike::ByteOrderMark));
    }

    #[test]
    fn what_was_encoded_once_too_often_is_named() {
        let base64 = STANDARD.encode(RESPONSE);
        assert_eq!(of(&STANDARD.encode(&base64)), Some(Lookalike::Base64Twice));
        let url = STANDARD.encode("<a>???>>>~~~ and some more</a>").replace('/', "_");
        assert_eq!(of(&url.replace('+', "-")), Some(Lookalike::Base64Url));
        let quoted = format!("{}=\r\n{}", &base64[..40], &base64[40..]);
        assert_eq!(of(&quoted), Some(Lookalike::QuotedPrintable));
    }

    #[test]
    fn what_was_damaged_is_told_from_what_was_cut() {
        let whole = Lookalike::of(RESPONSE.as_bytes(), Some(RESPONSE.as_bytes()));
        assert_eq!(whole, None);
        let cut = &RESPONSE.as_bytes()[..80];
        assert_eq!(Lookalike::of(cut, Some(cut)), Some(Lookalike::Truncated { bytes: 80 }));
        let mut latin = RESPONSE.as_bytes().to_vec();
        latin[70] = 0xfc;
        assert_eq!(Lookalike::of(&latin, Some(&latin)), Some(Lookalike::Latin1));
        latin.truncate(85);
        assert_eq!(Lookalike::of(&latin, Some(&latin)), Some(Lookalike::Damaged));
        let utf16 = b"\xff\xfe<\0a\0";
        assert_eq!(Lookalike::of(utf16, Some(utf16)), Some(Lookalike::Utf16));
    }

    #[test]
    fn a_page_is_told_from_the_page_that_posts_the_message() {
        let page = "<!DOCTYPE html><html><head><title> Sign in </title></head>\
            <body>AADSTS50011: x Trace ID: 0a</body></html>";
        let Some(Lookalike::HtmlPage { title, error }) =
            Lookalike::of(page.as_bytes(), Some(page.as_bytes()))
        else {
            panic!("a page")
        };
        assert_eq!(title.as_deref(), Some("Sign in"));
        assert_eq!(error.map(|error| error.number).as_deref(), Some("50011"));
        let form = "<html><form><input type='hidden' name=\"SAMLResponse\" value='PHN'></html>";
        let found = Lookalike::of(form.as_bytes(), Some(form.as_bytes()));
        assert_eq!(found, Some(Lookalike::FormPage));
    }
}
