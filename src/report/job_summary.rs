//! The summary page of a CI job: as the comment on a pull request, with all findings as far as the page takes them.

use super::Options;
use super::markdown::page::Page;
use super::markdown::section;
use crate::finding::Run;
use std::io::{self, Write};

/// GitHub takes 1 MiB a step and drops a summary over it whole; other steps may write too.
const MOST_BYTES: usize = 900_000;

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(MOST_BYTES);
    section::lone_heading(run, &mut page);
    section::report(run, options, &mut page);
    out.write_all(page.finish().as_bytes())
}
