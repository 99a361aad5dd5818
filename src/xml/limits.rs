//! How much of a document the reader is willing to hold.

/// Bounds on one document. Each has its own name in [`XmlErrorClass::Limit`], and a document is
/// read up to and including the bound.
///
/// The defaults are [`Limits::message`]. A SAML message is normally 5 to 20 KB and rarely above
/// 100 KB, so every default leaves a factor of ten and still keeps the memory for one message
/// below some tens of megabytes.
///
/// ```
/// use countersign::xml::Limits;
/// let limits = Limits { depth: 32, ..Limits::message() };
/// assert_eq!(limits.input_bytes, 1024 * 1024);
/// ```
///
/// [`XmlErrorClass::Limit`]: super::XmlErrorClass::Limit
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of input. Default 1 MiB: ten times a large message. Whatever is set here, a document
    /// of 1 GiB or more is refused, because positions are kept in 32 bits.
    pub input_bytes: usize,
    /// Open elements at one time, the root being the first. Default 128: a message is about 12
    /// deep, and an attribute value may carry XML of its own.
    pub depth: usize,
    /// Elements, texts, comments and processing instructions together. Default 100,000: a user in
    /// 10,000 groups, one element, one text and two pieces of white space each, needs 40,000.
    pub nodes: usize,
    /// Attributes of the whole document, namespace declarations not counted. Default 50,000.
    pub attributes: usize,
    /// Attributes of one element, namespace declarations not counted. Default 256: the schema's
    /// richest element has fewer than 20.
    pub attributes_per_element: usize,
    /// Namespace declarations of the whole document. Default 50,000: some identity providers
    /// declare `xs` and `xsi` anew on every attribute value.
    pub namespaces: usize,
    /// Namespace declarations of one element. Default 256: a root element has up to about 20.
    pub namespaces_per_element: usize,
}

impl Limits {
    /// For one SAML message, before anything in it is trusted. This is the default.
    #[must_use]
    pub const fn message() -> Limits {
        Limits {
            input_bytes: 1024 * 1024,
            depth: 128,
            nodes: 100_000,
            attributes: 50_000,
            attributes_per_element: 256,
            namespaces: 50_000,
            namespaces_per_element: 256,
        }
    }

    /// For metadata, which an administrator chose to load: aggregates of a federation have some
    /// thousands of entities and tens of megabytes, up to about 100. Input 128 MiB, and twice as
    /// many nodes, attributes and namespaces as aggregates of that size have; depth and the bounds
    /// for one element stay as they are.
    #[must_use]
    pub const fn metadata() -> Limits {
        Limits {
            input_bytes: 128 * 1024 * 1024,
            nodes: 8_000_000,
            attributes: 4_000_000,
            namespaces: 2_000_000,
            ..Limits::message()
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::message()
    }
}
