//! XML of build files as a tree of elements that know their lines. Refuses to know entities beyond the five of XML
//! itself and character references, document types and namespaces (prefixes are cut off).

use super::super::place::Located;
use super::super::{Broken, File};
use crate::text::decode::{Decoded, decode};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Elements may stand this deep in one another.
const MAX_DEPTH: usize = 64;
/// Elements of one file.
const MAX_NODES: usize = 1_000_000;
/// Bytes of text that one element keeps. Names, versions and expressions are all that is asked for.
const MAX_TEXT: usize = 16 << 10;
/// Attributes of one element that are kept.
const MAX_ATTRIBUTES: usize = 64;

/// No element.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Node<'a> {
    name: &'a str,
    /// Line of the `<`.
    line: u32,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    text: String,
    first: u32,
    last: u32,
    next: u32,
}

/// All elements of a file.
#[derive(Debug)]
pub(in super::super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

/// One element of a tree.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Element<'t> {
    nodes: &'t [Node<'t>],
    index: u32,
}

/// The text of an XML file: UTF-8, UTF-16 with a byte-order mark, and for everything else Latin-1, which old build
/// files are written in and in which the ASCII of names and versions is the same.
pub(in super::super) fn text<'a>(file: &File<'a>) -> Result<Cow<'a, str>, Broken> {
    text_of(file.bytes)
}

/// [`text`] of bytes that are no [`File`].
pub(in super::super) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Broken> {
    match decode(bytes) {
        Decoded::Binary => Err(Broken::whole("not an XML text")),
        Decoded::Text(Cow::Borrowed(bytes)) => Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
        }),
        Decoded::Text(Cow::Owned(bytes)) => {
            Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
        }
    }
}

impl<'a> Tree<'a> {
    /// Reads a text.
    pub(in super::super) fn parse(text: &'a str) -> Result<Self, Broken> {
        let located = Located::new(text);
        let mut reader = Reader::from_str(text);
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut open: Vec<u32> = Vec::new();
        loop {
            let start = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            let event = reader.read_event().map_err(|_| {
                let at = usize::try_from(reader.error_position()).unwrap_or(0).min(text.len());
                Broken::at(located.line_at(at), "not well-formed XML")
            })?;
            let line = || located.line_at(start);
            match event {
                Event::Start(tag) => {
                    if open.len() >= MAX_DEPTH {
                        return Err(Broken::at(line(), "elements stand too deep in one another"));
                    }
                    let index = add(&mut nodes, &open, node(text, start, line(), &tag), line())?;
                    open.push(index);
                }
                Event::Empty(tag) => {
                    add(&mut nodes, &open, node(text, start, line(), &tag), line())?;
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(part) => put(&mut nodes, &open, &part),
                Event::CData(part) => put(&mut nodes, &open, &part),
                Event::GeneralRef(name) => {
                    let one = name.resolve_char_ref().ok().flatten();
                    match (one, &*name) {
                        (Some(one), _) => put(&mut nodes, &open, one.encode_utf8(&mut [0; 4])),
                        (None, "amp") => put(&mut nodes, &open, "&"),
                        (None, "lt") => put(&mut nodes, &open, "<"),
                        (None, "gt") => put(&mut nodes, &open, ">"),
                        (None, "quot") => put(&mut nodes, &open, "\""),
                        (None, "apos") => put(&mut nodes, &open, "'"),
                        (None, other) => {
                            put(&mut nodes, &open, "&");
                            put(&mut nodes, &open, other);
                            put(&mut nodes, &open, ";");
                        }
                    }
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        if !open.is_empty() {
            return Err(Broken::whole("the XML text ends too early"));
        }
        if nodes.is_empty() {
            return Err(Broken::whole("no XML element in the file"));
        }
        Ok(Self { nodes })
    }

    /// The outermost element.
    pub(in super::super) fn root(&self) -> Element<'_> {
        Element { nodes: &self.nodes, index: 0 }
    }
}

fn node<'a>(text: &'a str, start: usize, line: u32, tag: &BytesStart<'_>) -> Node<'a> {
    // Names are borrowed from the text: they stand right behind the `<`.
    let name = text.get(start + 1..start + 1 + tag.name().as_ref().len()).unwrap_or_default();
    let mut attributes = Vec::new();
    // The check for attributes that stand twice takes time by the square of their number.
    for attribute in tag.attributes().with_checks(false).flatten().take(MAX_ATTRIBUTES) {
        let key = attribute.key.as_ref();
        let place = (key.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
        let key = place.and_then(|at| text.get(at..at + key.len())).unwrap_or_default();
        // An entity that is not known leaves the value as it stands.
        let value = quick_xml::escape::unescape(&attribute.value)
            .map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
        attributes.push((local(key), Cow::Owned(value)));
    }
    Node {
        name: local(name),
        line,
        attributes,
        text: String::new(),
        first: NONE,
        last: NONE,
        next: NONE,
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn add<'a>(
    nodes: &mut Vec<Node<'a>>,
    open: &[u32],
    node: Node<'a>,
    line: u32,
) -> Result<u32, Broken> {
    let index = nodes.len() as u32;
    if nodes.len() >= MAX_NODES {
        return Err(Broken::at(line, "more elements than are read of one file"));
    }
    if let Some(parent) = open.last() {
        let before = std::mem::replace(&mut nodes[*parent as usize].last, index);
        if before == NONE {
            nodes[*parent as usize].first = index;
        } else {
            nodes[before as usize].next = index;
        }
    } else if !nodes.is_empty() {
        return Err(Broken::at(line, "a second outermost element"));
    }
    nodes.push(node);
    Ok(index)
}

fn put(nodes: &mut [Node<'_>], open: &[u32], part: &str) {
    let Some(node) = open.last().and_then(|index| nodes.get_mut(*index as usize)) else { return };
    // White space between elements is not worth its memory.
    let part = if node.text.is_empty() { part.trim_start() } else { part };
    if node.text.len() + part.len() <= MAX_TEXT {
        node.text.push_str(part);
    }
}

impl<'t> Element<'t> {
    fn node(&self) -> &'t Node<'t> {
        &self.nodes[self.index as usize]
    }

    /// Its name without prefix.
    pub(in super::super) fn name(&self) -> &'t str {
        self.node().name
    }

    /// Line of its `<`, from 1.
    pub(in super::super) fn line(&self) -> u32 {
        self.node().line
    }

    /// The text directly in it, without white space around it.
    pub(in super::super) fn text(&self) -> &'t str {
        self.node().text.trim()
    }

    /// An attribute, whatever its case.
    pub(in super::super) fn attribute(&self, name: &str) -> Option<&'t str> {
        let found = self.node().attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    /// The elements in it.
    pub(in super::super) fn children(&self) -> Children<'t> {
        Children { nodes: self.nodes, at: self.node().first }
    }

    /// The elements in it with a name.
    pub(in super::super) fn all(&self, name: &'t str) -> impl Iterator<Item = Self> + use<'t> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first element in it with a name.
    pub(in super::super) fn child(&self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// The first element at the end of a way of names.
    pub(in super::super) fn at(&self, way: &[&str]) -> Option<Self> {
        way.iter().try_fold(*self, |element, name| element.child(name))
    }

    /// The text of the first element with a name; `None` where it is empty.
    pub(in super::super) fn value(&self, name: &str) -> Option<&'t str> {
        self.child(name).map(|child| child.text()).filter(|text| !text.is_empty())
    }
}

/// Elements one after another.
#[derive(Debug)]
pub(in super::super) struct Children<'t> {
    nodes: &'t [Node<'t>],
    at: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Element<'t>;

    fn next(&mut self) -> Option<Element<'t>> {
        let index = self.at;
        self.at = self.nodes.get(index as usize)?.next;
        Some(Element { nodes: self.nodes, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_lines_texts_and_attributes() {
        let text = "<?xml version='1.0'?>\n<!-- <a/> -->\n<m:p>\n <a x='1 &lt; 2'> v<!-- c -->1 </a>\n\
             <a/>\n<b><![CDATA[<&]]></b></m:p>";
        let tree = Tree::parse(text).unwrap();
        let root = tree.root();
        assert_eq!((root.name(), root.line()), ("p", 3));
        let a: Vec<_> = root.all("a").map(|a| (a.line(), a.text())).collect();
        assert_eq!(a, [(4, "v1"), (5, "")]);
        assert_eq!(root.child("a").unwrap().attribute("X"), Some("1 < 2"));
        assert_eq!(root.value("b"), Some("<&"));
    }

    #[test]
    fn entities_of_a_document_type_stay_text() {
        let text = "<!DOCTYPE p [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><p a='&f;'>&f;&#65;&amp;</p>";
        let tree = Tree::parse(text).unwrap();
        assert_eq!(tree.root().text(), "&f;A&");
        assert_eq!(tree.root().attribute("a"), Some("&f;"));
    }

    #[test]
    fn what_is_not_well_formed_is_broken() {
        let deep = "<a>".repeat(100);
        for text in ["", "<a>", "<a></b>", "</a>", "plain", "<a/><b/>", "<a", deep.as_str()] {
            assert!(Tree::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_in_another_encoding_is_still_read() {
        assert_eq!(text_of(b"<a>\xe9</a>").unwrap(), "<a>\u{e9}</a>");
        assert_eq!(text_of(b"\xff\xfe<\0a\0/\0>\0").unwrap(), "<a/>");
        assert!(text_of(b"\0\0").is_err());
    }
}
