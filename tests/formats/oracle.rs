//! A GitHub-flavoured Markdown parser as the judge of what scanned text became: nothing but text and code.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

/// Elements we write ourselves; whatever stands between them in one block is read on.
const OWN_TAGS: [&str; 8] =
    ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>", "<sub>", "</sub>"];

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.alerts = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.math_code = true;
    options.extension.math_dollars = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options
}

/// Panics when the document holds a link, image, element, mention, reference, formula or footnote that is not ours.
pub fn judge(text: &str) {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    for node in root.descendants() {
        let data = node.data();
        match &data.value {
            NodeValue::Link(link) => own_link(node, &link.url),
            NodeValue::HtmlBlock(block) => own_html(&block.literal),
            NodeValue::HtmlInline(literal) => own_html(literal),
            NodeValue::Text(words) => plain(words),
            NodeValue::CodeBlock(block) => {
                assert!(["suggestion", "yaml"].contains(&block.info.as_str()), "{}", block.info);
            }
            NodeValue::Heading(heading) => assert_eq!(heading.level, 3),
            NodeValue::TableRow(_) => {
                assert!([2, 4].contains(&node.children().count()), "{}", node.children().count());
            }
            NodeValue::Document
            | NodeValue::Paragraph
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::Alert(_)
            | NodeValue::Table(_)
            | NodeValue::TableCell
            | NodeValue::Code(_)
            | NodeValue::Strong
            | NodeValue::Emph
            | NodeValue::SoftBreak => {}
            other => panic!("{other:?} in\n{text}"),
        }
    }
}

fn own_link<'a>(node: &'a AstNode<'a>, url: &str) {
    let page = url.strip_prefix("https://cwe.mitre.org/data/definitions/");
    let is_page = page.is_some_and(|page| {
        page.strip_suffix(".html").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    });
    let is_file = url.strip_prefix("https://github.com/acme/shop/blob/").is_some_and(|rest| {
        let path = rest.split('#').next().unwrap_or_default();
        !path.split('/').any(|part| part == "..") && !rest.contains([' ', '(', ')', '<', '>'])
    });
    assert!(is_page || is_file, "a link to {url}");
    assert!(node.children().count() > 0, "{url}");
}

fn own_html(literal: &str) {
    let mut rest = literal.to_owned();
    for tag in OWN_TAGS {
        rest = rest.replace(tag, "");
    }
    let trimmed = rest.trim();
    let is_marker = trimmed.strip_prefix("<!-- securescan:").is_some_and(|rest| {
        let name = rest.strip_suffix(" -->").unwrap_or("?");
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-:".contains(&b))
    });
    assert!(is_marker || !rest.contains('<'), "{literal}");
    // Text in a block of HTML is looked through for mentions; only in `code` it is not.
    if !is_marker {
        let mut outside = literal.to_owned();
        while let Some((before, after)) = outside.split_once("<code>") {
            let after = after.split_once("</code>").map_or("", |(_, after)| after);
            outside = format!("{before}{after}");
        }
        plain(&outside);
    }
}

/// Code hosts look for these in the text that is shown.
fn plain(words: &str) {
    let mut before = ' ';
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let mentions = c == '@' && next.is_alphanumeric();
        let refers = c == '#' && next.is_ascii_digit();
        let by_prefix = c == '-' && before.is_ascii_alphabetic() && next.is_ascii_digit();
        assert!(!mentions && !refers, "{words}");
        // Weaknesses and controls of ours aside, such as CWE-79 in a link.
        assert!(!by_prefix || words.starts_with("CWE-"), "{words}");
        before = c;
    }
    assert!(!words.contains("://") && !words.to_lowercase().contains("www."), "{words}");
}
