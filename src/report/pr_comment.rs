//! A comment on a pull request, for a reader with half a minute: the verdict first, then the findings worst first, the rest
//! folded away. It begins with a marker by which it is found and replaced, and fits what a code host takes.

use super::markdown::page::Page;
use super::markdown::section;
use super::{Options, change};
use crate::finding::Run;
use std::io::{self, Write};

/// GitHub refuses bodies over 65,536 characters whole.
const MOST_BYTES: usize = 60_000;

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let kind = run.change.as_ref().map_or("scan", |change| change::name(change.kind));
    let mut page = Page::new(MOST_BYTES);
    page.push(&format!("<!-- securescan:{kind} -->\n"));
    section::report(run, options, &mut page);
    out.write_all(page.finish().as_bytes())
}
