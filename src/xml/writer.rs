//! Writes XML: elements one after the other, everything escaped.

/// A document in the making. Names are the program's own; attribute values and text may be
/// anything, and come out as they went in when the document is read again.
#[derive(Debug, Default)]
pub struct Writer {
    xml: String,
    open: Vec<&'static str>,
    /// Whether the last start tag still takes attributes.
    in_tag: bool,
}

impl Writer {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins an element in the one that is open.
    pub fn start(&mut self, name: &'static str) -> &mut Self {
        self.close_tag();
        self.xml.push('<');
        self.xml.push_str(name);
        self.open.push(name);
        self.in_tag = true;
        self
    }

    /// An attribute of the element that was just begun. Behind other content it is left out.
    pub fn attribute(&mut self, name: &'static str, value: &str) -> &mut Self {
        if self.in_tag {
            self.xml.push(' ');
            self.xml.push_str(name);
            self.xml.push_str("=\"");
            escape(&mut self.xml, value, true);
            self.xml.push('"');
        }
        self
    }

    /// The same where there is a value.
    pub fn attribute_if(&mut self, name: &'static str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.attribute(name, value);
        }
        self
    }

    /// Text in the element that is open.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.close_tag();
        escape(&mut self.xml, text, false);
        self
    }

    /// Ends the element that was begun last.
    pub fn end(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.close_tag();
            self.xml.push_str("</");
            self.xml.push_str(name);
            self.xml.push('>');
        }
        self
    }

    /// An element that holds text alone.
    pub fn leaf(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.start(name).text(text).end()
    }

    /// Ends every element that is open.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.xml
    }

    fn close_tag(&mut self) {
        if self.in_tag {
            self.xml.push('>');
            self.in_tag = false;
        }
    }
}

/// Characters that XML forbids become U+FFFD; in values also white space is escaped, which a
/// reader would turn into blanks.
pub(super) fn escape(xml: &mut String, text: &str, in_value: bool) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' if in_value => xml.push_str("&quot;"),
            '\t' if in_value => xml.push_str("&#9;"),
            '\n' if in_value => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            forbidden if is_forbidden(forbidden) => xml.push('\u{fffd}'),
            character => xml.push(character),
        }
    }
}

/// Whether XML can carry a text at all (XML 2.2): no escape helps the characters that it forbids.
pub fn is_writable(text: &str) -> bool {
    !text.chars().any(is_forbidden)
}

const fn is_forbidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{Writer, is_writable};
    use crate::xml::{Document, Limits};

    #[test]
    fn what_went_in_comes_out() {
        let hostile = "<&>\"'\t\r\n ]]> é\u{1}";
        let mut writer = Writer::new();
        writer.start("a").attribute("v", hostile).leaf("b", hostile).text("x").start("c");
        let xml = writer.finish();
        let document = Document::parse(xml.as_bytes(), &Limits::message()).unwrap();
        let root = document.root();
        let read = hostile.replace('\u{1}', "\u{fffd}");
        assert_eq!(root.attribute("v"), Some(read.as_str()));
        assert_eq!(root.child_elements().next().unwrap().text(), read);
        assert_eq!(root.child_elements().count(), 2);
    }

    #[test]
    fn what_xml_forbids_is_known_beforehand() {
        for text in ["", "<&>\"' ]]>\t\r\n", "é\u{7f}\u{85}\u{fffd}\u{10ffff}", "\u{d7ff}\u{e000}"]
        {
            assert!(is_writable(text), "{text:?}");
        }
        for text in ["a\0", "\u{8}", "\u{b}", "\u{c}", "\u{1f}b", "\u{fffe}", "\u{ffff}"] {
            assert!(!is_writable(text), "{text:?}");
        }
    }
}
