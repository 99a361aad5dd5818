//! The names in a certificate as text, `CN=contoso.com, O=Contoso` (RFC 4514, in the order of the
//! certificate). For people to read: no decision hangs on it.
//!
//! x509-parser would print them too, with the name of every object identifier there is; the dozen
//! that a signing certificate has takes a tenth of the module's space.

use std::fmt::Write as _;

use x509_parser::prelude::{AttributeTypeAndValue, X509Name};

/// Object identifiers in DER, and their short names (RFC 4514 3; RFC 2985 5.2.1 for e-mail).
const SHORT_NAMES: [(&[u8], &str); 12] = [
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 9], "street"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (&[0x55, 4, 12], "title"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1], "UID"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25], "DC"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], "emailAddress"),
];

/// Tag of BMPString, which is UTF-16 in network order.
const BMP_STRING: u32 = 30;

/// The name as text. A value that is no text is given in hexadecimal.
pub(super) fn distinguished_name(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    for part in name.iter_rdn() {
        for (place, attribute) in part.iter().enumerate() {
            text.push_str(match (text.is_empty(), place) {
                (true, _) => "",
                (false, 0) => ", ",
                (false, _) => " + ",
            });
            push(&mut text, attribute);
        }
    }
    text
}

fn push(text: &mut String, attribute: &AttributeTypeAndValue<'_>) {
    let identifier = attribute.attr_type().as_bytes();
    match SHORT_NAMES.iter().find(|(known, _)| *known == identifier) {
        Some((_, name)) => text.push_str(name),
        None => push_dotted(text, identifier),
    }
    text.push('=');
    let value = attribute.attr_value();
    let units = value.data.chunks_exact(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    match std::str::from_utf8(value.data) {
        _ if value.tag().0 == BMP_STRING => text.extend(
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
        ),
        Ok(string) => text.push_str(string),
        Err(_) => text.push_str(&super::key::hexadecimal(value.data)),
    }
}

/// An object identifier in dots (X.690 8.19).
fn push_dotted(text: &mut String, identifier: &[u8]) {
    let mut arc = 0_u64;
    let mut first = true;
    for octet in identifier {
        arc = (arc << 7) | u64::from(octet & 0x7f);
        if octet & 0x80 != 0 {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = if std::mem::take(&mut first) {
            let top = (arc / 40).min(2);
            write!(text, "{top}.{}", arc.saturating_sub(top.saturating_mul(40)))
        } else {
            write!(text, ".{arc}")
        };
        arc = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::FromDer as _;

    /// An attribute of a name: SET { SEQUENCE { identifier, value } }.
    fn set(attributes: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
        let wrapped = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap();
            [&[tag, length], content].concat()
        };
        let pairs: Vec<u8> = attributes
            .iter()
            .flat_map(|(identifier, tag, value)| {
                wrapped(0x30, &[wrapped(6, identifier), wrapped(*tag, value)].concat())
            })
            .collect();
        wrapped(0x31, &pairs)
    }

    fn read(sets: &[Vec<u8>]) -> String {
        let content = sets.concat();
        let der = [&[0x30, u8::try_from(content.len()).unwrap()], content.as_slice()].concat();
        distinguished_name(&X509Name::from_der(&der).unwrap().1)
    }

    #[test]
    fn names_are_written_in_order() {
        let cn: &[u8] = &[0x55, 4, 3];
        let mail: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
        let country = set(&[(&[0x55, 4, 6], 19, b"DE")]);
        let both = set(&[(cn, 12, "Zoë".as_bytes()), (mail, 22, b"z@example.org")]);
        assert_eq!(read(&[country, both]), "C=DE, CN=Zoë + emailAddress=z@example.org");
        assert_eq!(read(&[]), "");
    }

    #[test]
    fn what_has_no_name_or_no_text_is_shown_all_the_same() {
        // 2.5.4.97 (organizationIdentifier), 1.3.6.1.4.1.311.60.2.1.3
        let organisation: &[u8] = &[0x55, 4, 97];
        let place: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 3];
        assert_eq!(read(&[set(&[(organisation, 12, b"NTR")])]), "2.5.4.97=NTR");
        assert_eq!(read(&[set(&[(place, 19, b"US")])]), "1.3.6.1.4.1.311.60.2.1.3=US");
        assert_eq!(read(&[set(&[(&[0x88, 0x37], 4, b"\xff\x00")])]), "2.999=FF00");
        assert_eq!(read(&[set(&[(&[0x55, 4, 3], 30, b"\0A\xd8\x3d\xde\x00")])]), "CN=A😀");
    }
}
