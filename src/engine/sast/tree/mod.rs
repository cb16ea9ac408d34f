//! The uniform tree: nodes in the order they begin, in one vector. A node's descendants follow it without a gap, so that a subtree is a
//! range and the next sibling stands where it ends. It owns no source and knows no grammar.

pub mod index;
pub mod kind;
pub mod scopes;
pub mod show;

pub use kind::Kind;

/// A node of a tree.
pub type Id = u32;

/// The deepest nesting that is kept; what is deeper becomes one node without children.
pub const MAX_DEPTH: usize = 600;

/// A text of a node: a piece of the source, or of what the tree holds besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    at: u32,
    len: u32,
}

const BESIDES: u32 = 1 << 31;

/// How many places there are for words that may come again.
const WORDS: usize = 32;

/// One node.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Number of children.
    pub count: u32,
    /// Where its first byte stands in the source.
    pub start: u32,
    /// Where the byte behind it stands.
    pub end: u32,
    /// The node behind its last descendant.
    pub last: Id,
    /// The node above; the root is its own.
    pub parent: Id,
    /// A number that is equal for equal texts.
    pub hash: u32,
    text: Span,
}

/// A lowered file or pattern.
#[derive(Debug, Clone)]
pub struct Tree<'s> {
    /// What was lowered.
    pub source: &'s str,
    nodes: Vec<Node>,
    besides: String,
    /// Bytes of the source that texts of nodes were taken from, each time they were.
    read: usize,
    /// Where words were kept in `besides` last, by their hash, so that one that comes again is not kept twice.
    words: [Span; WORDS],
    open: Vec<Id>,
    meanings: Vec<u32>,
    /// Whether something was nested deeper than [`MAX_DEPTH`].
    pub cut: bool,
    /// Places where the grammar could not follow.
    pub errors: Vec<std::ops::Range<u32>>,
    entities: std::sync::OnceLock<Vec<(Id, Entity)>>,
    index: std::sync::OnceLock<index::Index>,
}

/// What a name refers to, as far as the file tells; equal for equal things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// What was imported by this full name.
    Imported(u32),
}

impl<'s> Tree<'s> {
    /// An empty tree.
    pub fn new(source: &'s str) -> Self {
        Self {
            source,
            nodes: Vec::new(),
            besides: String::new(),
            read: 0,
            words: [Span::default(); WORDS],
            open: Vec::new(),
            meanings: Vec::new(),
            cut: false,
            errors: Vec::new(),
            entities: std::sync::OnceLock::new(),
            index: std::sync::OnceLock::new(),
        }
    }

    /// An empty tree with room for as many nodes as a source of that length usually has.
    pub fn with_room(source: &'s str) -> Self {
        let mut tree = Self::new(source);
        tree.nodes.reserve(source.len() / 10 + 16);
        tree
    }

    /// Keeps what names refer to, in the order of the nodes.
    pub fn refer(&self, entities: Vec<(Id, Entity)>) {
        // A second reading of the same tree comes to the same.
        let _ = self.entities.set(entities);
    }

    /// What a node refers to, where that is known.
    pub fn entity(&self, id: Id) -> Option<Entity> {
        let all = self.entities.get()?;
        all.binary_search_by_key(&id, |(at, _)| *at).ok().map(|at| all[at].1)
    }

    /// Where nodes of each kind stand; for a tree that is complete.
    pub fn index(&self) -> &index::Index {
        self.index.get_or_init(|| index::Index::of(&self.nodes))
    }

    /// The node.
    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// All nodes, in the order they begin.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What the node is.
    pub fn kind(&self, id: Id) -> Kind {
        self.nodes[id as usize].kind
    }

    /// The text of the node.
    pub fn text(&self, id: Id) -> &str {
        self.resolve(self.nodes[id as usize].text)
    }

    fn resolve(&self, span: Span) -> &str {
        let (text, at) = if span.at & BESIDES == 0 {
            (self.source, span.at as usize)
        } else {
            (self.besides.as_str(), (span.at & !BESIDES) as usize)
        };
        text.get(at..at + span.len as usize).unwrap_or("")
    }

    /// Where the node stands in the source.
    pub fn range(&self, id: Id) -> std::ops::Range<usize> {
        let node = self.node(id);
        node.start as usize..node.end as usize
    }

    /// The source of the node, as written.
    pub fn written(&self, id: Id) -> &'s str {
        self.source.get(self.range(id)).unwrap_or("")
    }

    /// The children in order.
    pub fn children(&self, id: Id) -> Children<'_, 's> {
        let node = self.node(id);
        Children { tree: self, next: id + 1, left: node.count }
    }

    /// The child at a position. A position that is not there gives the node itself, which no caller that knows the kinds asks for.
    pub fn child(&self, id: Id, position: usize) -> Id {
        self.children(id).nth(position).unwrap_or(id)
    }

    /// The descendants, without the node itself.
    pub fn below(&self, id: Id) -> std::ops::Range<Id> {
        id + 1..self.node(id).last
    }

    /// The node and its descendants.
    pub fn subtree(&self, id: Id) -> std::ops::Range<Id> {
        id..self.node(id).last
    }

    /// Whether the node stands within the other, or is it.
    pub fn is_within(&self, id: Id, outer: Id) -> bool {
        self.subtree(outer).contains(&id)
    }

    /// The nodes above, from the nearest.
    pub fn above(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            let parent = self.node(at).parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }

    /// What declares the thing that a name means, as a number; 0 where the file does not declare it.
    pub fn meaning(&self, id: Id) -> u32 {
        self.meanings.get(id as usize).copied().unwrap_or(0)
    }

    /// Finds out what names mean; for a tree that is complete.
    pub fn resolve_names(&mut self) {
        self.meanings = scopes::meanings(self);
    }

    // --- building

    /// Begins a node; what is pushed until [`Self::close`] stands below it.
    pub fn open(&mut self, kind: Kind, start: usize, end: usize, text: Text<'_>) -> Id {
        let id = self.push(kind, start, end, text);
        self.open.push(id);
        id
    }

    /// Ends the node that was begun last.
    pub fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            self.nodes[id as usize].last = self.nodes.len() as Id;
        }
    }

    /// A node without children.
    pub fn push(&mut self, kind: Kind, start: usize, end: usize, text: Text<'_>) -> Id {
        let id = self.nodes.len() as Id;
        let (text, hash) = self.keep(text);
        let parent = self.open.last().copied().unwrap_or(id);
        if parent != id {
            self.nodes[parent as usize].count += 1;
        }
        let (start, end) = (start as u32, end as u32);
        self.nodes.push(Node { kind, count: 0, start, end, last: id + 1, parent, hash, text });
        id
    }

    fn keep(&mut self, text: Text<'_>) -> (Span, u32) {
        match text {
            Text::None => (Span::default(), 0),
            Text::At(range) => {
                let span = Span { at: range.start as u32, len: (range.end - range.start) as u32 };
                self.read += range.len();
                (span, hash(self.resolve(span)))
            }
            Text::Word(word) => {
                let hash = hash(word);
                let slot = hash as usize % WORDS;
                let known = self.words[slot];
                if known.at & BESIDES != 0 && self.resolve(known) == word {
                    return (known, hash);
                }
                let at = self.besides.len() as u32 | BESIDES;
                self.besides.push_str(word);
                let span = Span { at, len: word.len() as u32 };
                self.words[slot] = span;
                (span, hash)
            }
        }
    }

    /// Whether it is far larger than its source: something is repeated in it again and again.
    pub fn is_swollen(&self) -> bool {
        self.nodes.len() > 8 * self.source.len() + 10_000
            || self.read > 32 * self.source.len() + 100_000
    }

    /// How deep the next node will stand.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The number of children of the node that is open.
    pub fn open_count(&self) -> u32 {
        self.open.last().map_or(0, |id| self.nodes[*id as usize].count)
    }

    /// Changes the kind of a node, when only its children told what it is.
    pub fn set_kind(&mut self, id: Id, kind: Kind) {
        self.nodes[id as usize].kind = kind;
    }

    /// Gives a node its text, when only its children told what it is.
    pub fn set_text(&mut self, id: Id, text: Text<'_>) {
        let (text, hash) = self.keep(text);
        let node = &mut self.nodes[id as usize];
        (node.text, node.hash) = (text, hash);
    }

    /// Gives a node another place.
    pub fn set_range(&mut self, id: Id, start: usize, end: usize) {
        let node = &mut self.nodes[id as usize];
        (node.start, node.end) = (start as u32, end as u32);
    }

    /// Tells where a node ends.
    pub fn set_end(&mut self, id: Id, end: usize) {
        self.nodes[id as usize].end = end as u32;
    }

    /// Puts the node that was pushed or closed last (with its descendants) below a new node, which stays open until
    /// [`Self::close`]: for what is known to be an operand only once it has been read.
    pub fn wrap(&mut self, first: Id, kind: Kind, start: usize, end: usize, text: Text<'_>) -> Id {
        let (text, hash) = self.keep(text);
        let parent = self.nodes[first as usize].parent;
        let above = if parent == first { first } else { parent };
        let (start, end) = (start as u32, end as u32);
        let node = Node { kind, count: 1, start, end, last: first + 1, parent: above, hash, text };
        self.nodes.insert(first as usize, node);
        for moved in &mut self.nodes[first as usize + 1..] {
            moved.last += 1;
            if moved.parent >= first {
                moved.parent += 1;
            }
        }
        // The node that was wrapped keeps the new one above it.
        self.nodes[first as usize + 1].parent = first;
        self.open.push(first);
        first
    }
}

impl Tree<'_> {
    /// Puts all that follows a node, in the node that is open, before it.
    pub fn exchange(&mut self, first: Id) {
        let second = self.nodes[first as usize].last;
        let Some(right) = (self.nodes.len() as Id).checked_sub(second) else { return };
        let left = second - first;
        let moved = &mut self.nodes[first as usize..];
        moved.rotate_left(left as usize);
        let (before, behind) = moved.split_at_mut(right as usize);
        for node in before {
            node.last -= left;
            if node.parent >= second {
                node.parent -= left;
            }
        }
        for node in behind {
            node.last += right;
            if node.parent >= first {
                node.parent += right;
            }
        }
    }

    /// Takes away the last nodes; the node that is open has as many children as it had before them.
    pub fn forget(&mut self, first: Id, count: u32) {
        self.nodes.truncate(first as usize);
        if let Some(open) = self.open.last() {
            self.nodes[*open as usize].count = count;
        }
    }

    /// How many nodes stand above the deepest one.
    pub fn height(&self) -> u16 {
        let mut depths: Vec<u16> = Vec::with_capacity(self.nodes.len());
        let mut most = 0;
        for (at, node) in self.nodes.iter().enumerate() {
            let above = depths.get(node.parent as usize).copied();
            let depth = if at == 0 { 0 } else { above.unwrap_or(0).saturating_add(1) };
            most = most.max(depth);
            depths.push(depth);
        }
        most
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: u32) -> usize {
        let before = self.source.as_bytes().get(..at as usize).unwrap_or_default();
        memchr::memchr_iter(b'\n', before).count() + 1
    }

    /// Puts all siblings from a node on, the last ones of the node that is open, below one new node.
    pub fn gather(&mut self, first: Id, kind: Kind) {
        let last = self.nodes.len() as Id;
        let (start, end) = (self.node(first).start, self.nodes[last as usize - 1].end);
        let mut siblings = Vec::new();
        let mut at = first;
        while at < last {
            siblings.push(at);
            at = self.nodes[at as usize].last;
        }
        self.wrap(first, kind, start as usize, end as usize, Text::None);
        for id in &siblings {
            self.nodes[*id as usize + 1].parent = first;
        }
        self.nodes[first as usize].count = siblings.len() as u32;
        let above = self.nodes[first as usize].parent;
        if above != first {
            self.nodes[above as usize].count -= siblings.len() as u32 - 1;
        }
        self.close();
    }

    /// Takes away a node that has one child, which takes its place. Only for a node behind which none but its descendants and closed
    /// siblings stand.
    pub fn dissolve(&mut self, id: Id) {
        let parent = self.nodes[id as usize].parent;
        for above in self.above(id).collect::<Vec<_>>() {
            let above = &mut self.nodes[above as usize];
            // Of a node that is still open the end is not known yet.
            above.last = above.last.saturating_sub(1).max(above.last.min(id + 1));
        }
        self.nodes.remove(id as usize);
        for moved in &mut self.nodes[id as usize..] {
            moved.last -= 1;
            if moved.parent > id {
                moved.parent -= 1;
            }
        }
        self.nodes[id as usize].parent = if parent == id { id } else { parent };
    }
}

/// The text that a new node is given.
#[derive(Debug, Clone)]
pub enum Text<'a> {
    /// None.
    None,
    /// A piece of the source.
    At(std::ops::Range<usize>),
    /// A word that does not stand in the source that way.
    Word(&'a str),
}

/// Equal for equal texts, within one run of the program. Texts are compared as well where it is equal.
pub fn hash(text: &str) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, part: u64| {
        let product = (hash ^ part).wrapping_mul(FACTOR);
        product ^ (product >> 29)
    };
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = eights
        .iter()
        .fold(FACTOR ^ text.len() as u64, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    let (fours, rest) = rest.as_chunks::<4>();
    for four in fours {
        hash = mix(hash, u64::from(u32::from_le_bytes(*four)));
    }
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    (mix(hash, last) >> 32) as u32
}

/// See [`Tree::children`].
#[derive(Debug, Clone)]
pub struct Children<'t, 's> {
    tree: &'t Tree<'s>,
    next: Id,
    left: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        self.left = self.left.checked_sub(1)?;
        let id = self.next;
        self.next = self.tree.node(id).last;
        Some(id)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Children<'_, '_> {}
