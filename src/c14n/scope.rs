//! Which namespace declarations are to be written, and which have been.

use crate::xml::storage::{EMPTY, NONE, XML, to_u32, to_usize};
use crate::xml::{Document, Element};

/// For each prefix, what the output says it stands for at the present place; and how to go back.
#[derive(Debug)]
pub(super) struct Rendered {
    /// By the number of the prefix: the namespace, or [`NONE`] where nothing was written.
    now: Vec<u32>,
    undo: Vec<(u32, u32)>,
    /// Prefix and namespace of the declarations to write on the present element.
    fresh: Vec<(u32, u32)>,
}

impl Rendered {
    pub(super) fn new(document: &Document) -> Rendered {
        let mut now = vec![NONE; document.prefix_count()];
        // With nothing written, the default is "no namespace": `xmlns=""` would be superfluous.
        if let Some(default) = now.get_mut(to_usize(EMPTY)) {
            *default = EMPTY;
        }
        Rendered { now, undo: Vec::new(), fresh: Vec::new() }
    }

    pub(super) const fn undo_len(&self) -> usize {
        self.undo.len()
    }

    pub(super) fn undo_to(&mut self, len: usize) {
        while self.undo.len() > len
            && let Some((prefix, namespace)) = self.undo.pop()
        {
            if let Some(now) = self.now.get_mut(to_usize(prefix)) {
                *now = namespace;
            }
        }
    }

    /// From here on the output must say that `prefix` stands for `namespace`.
    pub(super) fn want(&mut self, prefix: u32, namespace: u32) {
        if prefix == XML {
            return;
        }
        if let Some(now) = self.now.get_mut(to_usize(prefix))
            && *now != namespace
        {
            self.undo.push((prefix, *now));
            *now = namespace;
            self.fresh.push((prefix, namespace));
        }
    }

    /// The declarations wanted since the last call, in the order to write them.
    pub(super) fn take_fresh<'a>(&'a mut self, document: &Document) -> &'a [(u32, u32)] {
        if self.fresh.len() > 1 {
            self.fresh.sort_unstable_by_key(|&(prefix, _)| document.prefix(prefix));
        }
        &self.fresh
    }

    pub(super) fn clear_fresh(&mut self) {
        self.fresh.clear();
    }
}

/// The namespaces in scope at `element`: prefix, namespace and offset of the declaration, each
/// prefix once. Without the default if it is undeclared.
pub(super) fn in_scope(element: Element<'_>) -> Vec<(u32, u32, u32)> {
    let mut seen = vec![false; element.document().prefix_count()];
    let mut found = Vec::new();
    for declaration in element.scopes().flatten() {
        if let Some(seen) = seen.get_mut(to_usize(declaration.prefix))
            && !std::mem::replace(seen, true)
            && declaration.namespace != EMPTY
        {
            found.push((declaration.prefix, declaration.namespace, declaration.at));
        }
    }
    found
}

/// The prefixes that exclusive canonicalisation treats inclusively.
#[derive(Debug)]
pub(super) enum Listed {
    /// None: the usual case.
    Nothing,
    /// By the number of the prefix.
    Some(Vec<bool>),
    /// All: inclusive canonicalisation.
    All,
}

impl Listed {
    /// What a `PrefixList` lists. Prefixes that the document does not declare do not matter.
    pub(super) fn of(document: &Document, prefix_list: &[&str]) -> Listed {
        if prefix_list.is_empty() {
            return Listed::Nothing;
        }
        let mut listed = vec![false; document.prefix_count()];
        for prefix in prefix_list {
            // `#default` is the default namespace, an empty string is nothing.
            let number = match *prefix {
                "#default" => Some(EMPTY),
                "" => None,
                prefix => document.find_prefix(prefix),
            };
            if let Some(entry) = number.and_then(|number| listed.get_mut(to_usize(number))) {
                *entry = true;
            }
        }
        Listed::Some(listed)
    }

    pub(super) fn contains(&self, prefix: u32) -> bool {
        match self {
            Listed::Nothing => false,
            Listed::Some(listed) => listed.get(to_usize(prefix)).copied().unwrap_or(false),
            Listed::All => true,
        }
    }
}

/// The place of each namespace among all in the order of their names. Sorting attributes by these
/// numbers instead of by the names keeps the cost linear where names are long and alike.
pub(super) fn namespace_ranks(document: &Document) -> Vec<u32> {
    let count = to_u32(document.namespace_count());
    let mut sorted: Vec<u32> = (0..count).collect();
    sorted.sort_unstable_by_key(|&number| document.namespace(number));
    let mut ranks = vec![0; sorted.len()];
    for (rank, number) in sorted.into_iter().enumerate() {
        if let Some(entry) = ranks.get_mut(to_usize(number)) {
            *entry = to_u32(rank);
        }
    }
    ranks
}
