//! The report for a person: worst first, each finding with its line, why it matters, what to do and how to silence it;
//! then what every scanner did, what was not read, and the totals. An explanation stands once. A
//! comparison begins with its counts, and what it says beyond the new findings stands between them and the scanners.

mod change;
mod finding;
mod layout;
mod snippet;
mod summary;

use super::{Options, phrase};
use crate::finding::Run;
use layout::Page;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(options);
    let mut text = String::new();
    let compared = run.change.as_deref();
    if let Some(compared) = compared {
        change::head(&page, run, compared, &mut text);
    }
    if !options.quiet {
        let mut explained = BTreeSet::new();
        for finding in phrase::shown(run, options) {
            let said = (&finding.rule_id, &finding.description, &finding.remediation);
            let first = explained.insert(said);
            finding::write(&page, finding, first, &mut text);
        }
    }
    if let Some(compared) = compared {
        if !options.quiet {
            change::buckets(&page, compared, options, &mut text);
        }
        change::audit(&page, compared, options, &mut text);
    }
    summary::write(&page, run, options, &mut text);
    out.write_all(text.as_bytes())
}
