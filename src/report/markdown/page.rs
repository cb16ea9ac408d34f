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
        let fixed = open.len() + close.len() + more(0).len();
        let start = self.text.len();
        self.text.push_str(open);
        let mut listed = 0;
        let mut left_out = false;
        for item in items {
            let end = self.text.len() - open.len() + fixed + item.len();
            if end > until.min(self.limit) {
                left_out = true;
                break;
            }
            self.text.push_str(&item);
            listed += 1;
        }
        if left_out && listed == 0 {
            self.text.truncate(start);
            self.text.push_str(more(0).trim_start());
            self.text.push('\n');
            return;
        }
        if left_out {
            self.text.push_str(&more(listed));
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
