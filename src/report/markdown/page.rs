//! A page with a limit of bytes. Blocks go in whole: a table, list or fold is closed before the limit, and what was left out
//! is counted, so that no reader takes a part for the whole.

/// The page.
#[derive(Debug)]
pub(in crate::report) struct Page {
    text: String,
    limit: usize,
}

impl Page {
    /// An empty page of at most `limit` bytes.
    pub(in crate::report) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit }
    }

    /// Adds a block whose length is known to be small.
    pub(in crate::report) fn push(&mut self, block: &str) {
        self.text.push_str(block);
    }

    /// The place on the page that is `share` per cent of the limit from here.
    pub(in crate::report) fn within(&self, share: usize) -> usize {
        self.text.len() + self.limit / 100 * share
    }

    /// The place that leaves `rest` bytes for what follows.
    pub(in crate::report) fn all_but(&self, rest: usize) -> usize {
        self.limit.saturating_sub(rest)
    }

    /// Adds `open`, as many items as fit before `until`, and `close`. When items are left out, `more` of the number that
    /// stand there is put before `close`. When not even the first fits, only `more` is added.
    pub(in crate::report) fn list(
        &mut self,
        until: usize,
        (open, close): (&str, &str),
        items: impl IntoIterator<Item = String>,
        more: impl Fn(usize) -> String,
    ) {
        let until = until.min(self.limit);
        let start = self.text.len();
        self.text.push_str(open);
        let mut ends = vec![self.text.len()];
        let mut left_out = false;
        for item in items {
            if self.text.len() + item.len() + close.len() > until {
                left_out = true;
                break;
            }
            self.text.push_str(&item);
            ends.push(self.text.len());
        }
        if left_out {
            // Room for the words about the rest, which are longer or shorter with their number.
            let told = |ends: &[usize]| more(ends.len() - 1);
            while ends.len() > 1 && self.text.len() + told(&ends).len() + close.len() > until {
                ends.pop();
                self.text.truncate(ends[ends.len() - 1]);
            }
            if ends.len() == 1 {
                self.text.truncate(start);
                self.text.push_str(more(0).trim_start());
                self.text.push('\n');
                return;
            }
            self.text.push_str(&told(&ends));
        }
        self.text.push_str(close);
    }

    /// The page, with one line break at its end.
    pub(in crate::report) fn finish(self) -> String {
        format!("{}\n", self.text.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(until: usize, items: usize) -> String {
        let mut page = Page::new(1000);
        let items = (0..items).map(|at| format!("- item {at}\n"));
        page.list(until, ("<details>\n", "</details>\n"), items, |listed| {
            format!("_{listed} listed_\n")
        });
        page.finish()
    }

    #[test]
    fn what_is_opened_is_closed_and_what_is_left_out_is_said() {
        assert_eq!(list(1000, 2), "<details>\n- item 0\n- item 1\n</details>\n");
        assert_eq!(list(49, 9), "<details>\n- item 0\n_1 listed_\n</details>\n");
        assert_eq!(list(10, 9), "_0 listed_\n");
        for until in 0..200 {
            let text = list(until, 30);
            assert!(text.len() <= until.max("_0 listed_\n".len()), "{until}: {text}");
            assert_eq!(text.contains("<details>"), text.contains("</details>"), "{until}");
            assert!(text.contains("listed_"));
        }
    }
}
