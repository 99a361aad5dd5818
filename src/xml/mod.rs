//! A strict reader of XML 1.0 with Namespaces, into a tree that knows where everything stood.
//!
//! One reader for every document of the crate. It takes UTF-8 only and refuses what it does not
//! fully understand: any DOCTYPE (so no entities beyond the five, no defaulted attributes, no
//! files), XML 1.1, anything not well-formed or not namespace-well-formed. The tokens come from
//! quick-xml, used in `reader` alone; every rule it leaves out is enforced here.
//!
//! Time is linear in the input (times the logarithm of the number of attributes of one element and
//! of different namespaces), memory is bounded by the input and [`Limits`]; nothing recurses, and
//! no hash table is there for chosen names to collide in.
//!
//! ```
//! use countersign::xml::{Document, Limits};
//! let text = "<r xmlns:p='urn:p'>\n <p:a id='1'/>\n</r>";
//! let document = Document::parse(text.as_bytes(), &Limits::message())?;
//! let a = document.root().child_elements().next().ok_or("no child")?;
//! assert_eq!((a.namespace(), a.local_name(), a.attribute("id")), ("urn:p", "a", Some("1")));
//! assert_eq!((a.position().line, a.path().as_str()), (2, "/r/p:a"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod document;
mod element;
mod error;
mod intern;
mod limits;
mod names;
mod namespaces;
mod position;
mod reader;
mod rewrite;
mod scan;
mod sequence;
mod start_tag;
pub(crate) mod storage;
mod writer;
mod xml_declaration;

pub use document::{Document, XML_NAMESPACE};
pub use element::{Attribute, Element, ElementId, Node};
pub use error::{XmlError, XmlErrorClass, XmlErrorKind};
pub use limits::Limits;
pub(crate) use namespaces::is_absolute;
pub use position::Position;
pub use rewrite::{Replace, rewrite};
pub(crate) use scan::find_any;
pub use sequence::{Misplaced, Sequence, is_space, simple_content, trim};
pub use writer::{Writer, is_writable};
