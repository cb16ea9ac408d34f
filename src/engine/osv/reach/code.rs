//! Source text as words, texts and symbols, without comments: enough to find imports and calls, no more. Knows the
//! quoting of each language and no grammar; JavaScript, whose `/` may begin a comment, a pattern or be a division, is
//! told apart in [`super::javascript`].

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A name, a key word or a number.
    Word(&'a str),
    /// The content of a text, escapes left in.
    Text(&'a str),
    /// Any other character; outside of ASCII its first byte.
    Symbol(u8),
    /// The end of a line.
    Newline,
}

/// A piece of a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    /// Line it begins on, from 1.
    pub(super) line: u32,
}

impl<'a> Token<'a> {
    /// Its word.
    pub(super) fn word(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is(&self, symbol: u8) -> bool {
        self.kind == Kind::Symbol(symbol)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word(word)
    }
}

/// How a language writes comments and texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax {
    /// `#` begins a comment, otherwise `//` and `/*` do.
    pub(super) hash: bool,
    /// `/* /* */ */` is one comment.
    pub(super) nested: bool,
    pub(super) single: Single,
    /// `"""` begins a text over several lines; with `single` of texts `'''` too.
    pub(super) triple: bool,
    pub(super) backtick: Backtick,
    pub(super) more: More,
}

/// What one language alone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum More {
    Nothing,
    /// `r#"…"#`, raw names, and texts over several lines.
    Rust,
    /// `=begin`, `__END__` and here-documents.
    Ruby,
}

/// What `'` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Single {
    /// A quote of texts.
    Text,
    /// A quote of characters, or the begin of a lifetime or symbol.
    Character,
}

/// What a backtick is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backtick {
    /// A quote of texts over several lines without escapes.
    Raw,
    /// A quote of names.
    Name,
    /// A quote of commands.
    Text,
}

pub(super) const PYTHON: Syntax = Syntax {
    hash: true,
    nested: false,
    single: Single::Text,
    triple: true,
    backtick: Backtick::Text,
    more: More::Nothing,
};
pub(super) const GO: Syntax = Syntax {
    hash: false,
    nested: false,
    single: Single::Character,
    triple: false,
    backtick: Backtick::Raw,
    more: More::Nothing,
};
pub(super) const RUST: Syntax =
    Syntax { nested: true, more: More::Rust, backtick: Backtick::Name, ..GO };
pub(super) const JAVA: Syntax = Syntax { triple: true, backtick: Backtick::Name, ..GO };
pub(super) const KOTLIN: Syntax = Syntax { nested: true, ..JAVA };
pub(super) const RUBY: Syntax = Syntax { more: More::Ruby, triple: false, ..PYTHON };

/// Whether a byte can be part of a name; everything outside of ASCII can.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) out: Vec<Token<'a>>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, line: 1, out: Vec::new() }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn push(&mut self, kind: Kind<'a>) {
        self.out.push(Token { kind, line: self.line });
    }

    /// Goes on to a place, counting lines.
    pub(super) fn to(&mut self, end: usize) {
        let end = end.min(self.bytes.len());
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.at..end]).count() as u32;
        self.at = end;
    }

    /// Goes on to the end of the line.
    pub(super) fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Goes on behind the next `end`.
    pub(super) fn skip_past(&mut self, end: &[u8], from: usize) {
        let start = (self.at + from).min(self.bytes.len());
        let found = memchr::memmem::find(&self.bytes[start..], end);
        self.to(found.map_or(self.bytes.len(), |found| start + found + end.len()));
    }

    pub(super) fn word(&mut self) {
        let length = self.rest().iter().take_while(|byte| is_name(**byte)).count();
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.push(Kind::Word(word));
        self.at += length;
    }

    /// A text from the quote on. One of a single line that is not closed ends with its line.
    pub(super) fn quoted(&mut self, quote: &[u8], escapes: bool, lines: bool) {
        let start = self.at + quote.len();
        let mut at = start;
        let first = quote.first().copied().unwrap_or(b'"');
        let end = loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(next) = memchr::memchr3(first, b'\\', b'\n', rest) else {
                break self.bytes.len();
            };
            at += next;
            match self.bytes[at] {
                b'\\' if escapes => at += 2,
                b'\n' if !lines => break at,
                byte if byte == first && self.bytes[at..].starts_with(quote) => break at,
                _ => at += 1,
            }
        };
        let content = self.text.get(start..end).unwrap_or_default();
        self.push(Kind::Text(content));
        let closed = self.bytes.get(end) == Some(&first);
        self.to(if closed { end + quote.len() } else { end });
    }

    fn nested_comment(&mut self) {
        let mut depth = 0usize;
        let mut at = self.at;
        while let Some(next) = memchr::memchr2(b'/', b'*', self.bytes.get(at..).unwrap_or_default())
        {
            at += next;
            let rest = &self.bytes[at..];
            if rest.starts_with(b"/*") {
                depth += 1;
                at += 2;
            } else if rest.starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return self.to(at);
                }
            } else {
                at += 1;
            }
        }
        self.to(self.bytes.len());
    }

    /// A character in `'`, or only the `'` of a lifetime or symbol.
    fn character(&mut self) {
        let rest = self.rest();
        if rest.get(1) == Some(&b'\\') {
            return self.quoted(b"'", true, false);
        }
        let length = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
        let length = length.map_or(0, char::len_utf8);
        let closed = length > 0 && rest.get(1 + length) == Some(&b'\'') && rest[1] != b'\n';
        self.at += if closed { 2 + length } else { 1 };
    }

    /// `r"…"`, `br#"…"#` from the first letter on; false when it is something else.
    fn raw(&mut self) -> bool {
        const STARTS: [&str; 3] = ["br", "cr", "r"];
        let rest = self.rest();
        let letters = STARTS.iter().find(|start| rest.starts_with(start.as_bytes()));
        let Some(letters) = letters.map(|start| start.len()) else { return false };
        let marks = rest[letters..].iter().take(256).take_while(|byte| **byte == b'#').count();
        if rest.get(letters + marks) != Some(&b'"') {
            // A raw name, `r#type`.
            if letters == 1 && marks == 1 && rest.get(2).is_some_and(|byte| is_name(*byte)) {
                self.at += 2;
                self.word();
                return true;
            }
            return false;
        }
        let start = self.at + letters + marks + 1;
        let mut end = vec![b'"'];
        end.resize(marks + 1, b'#');
        let found = memchr::memmem::find(&self.bytes[start..], &end);
        let stop = found.map_or(self.bytes.len(), |found| start + found);
        self.push(Kind::Text(self.text.get(start..stop).unwrap_or_default()));
        self.to(stop + end.len());
        true
    }

    /// The rest of a here-document that `<<~NAME` begins; true when it is one.
    fn here_document(&mut self, pending: &mut Vec<&'a str>) -> bool {
        let Some(rest) = self.text.get(self.at + 2..) else { return false };
        let rest = rest.trim_start_matches(['~', '-']);
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
        let name = quote.map_or(rest, |quote| rest.strip_prefix(quote).unwrap_or(rest));
        let length = name.bytes().take_while(|byte| is_name(*byte)).count();
        let name = name.get(..length).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') {
            return false;
        }
        // `class << Self` and `a <<B` are as good as never written without a space behind `<<`.
        pending.push(name);
        let behind = name.as_ptr() as usize + length - self.text.as_ptr() as usize;
        self.at = behind + usize::from(quote.is_some());
        true
    }

    fn here_bodies(&mut self, pending: &mut Vec<&'a str>) {
        for name in pending.drain(..) {
            while self.at < self.bytes.len() {
                let rest = self.rest();
                let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                let line = self.text.get(self.at..self.at + end).unwrap_or_default();
                self.to(self.at + end);
                if line.trim() == name {
                    break;
                }
            }
        }
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str, syntax: Syntax) -> Vec<Token<'_>> {
    tokens_until(text, syntax, &[])
}

/// The tokens of a text up to the first line that begins with one of some words.
pub(super) fn tokens_until<'a>(text: &'a str, syntax: Syntax, stop: &[&str]) -> Vec<Token<'a>> {
    let (rust, ruby) = (syntax.more == More::Rust, syntax.more == More::Ruby);
    let mut s = Scanner::new(text);
    let mut pending: Vec<&str> = Vec::new();
    while let Some(&byte) = s.bytes.get(s.at) {
        let rest = s.rest();
        let begins_line = s.at == 0 || s.bytes[s.at - 1] == b'\n';
        match byte {
            b'\n' => {
                s.push(Kind::Newline);
                s.to(s.at + 1);
                s.here_bodies(&mut pending);
            }
            b' ' | b'\t' | b'\r' | 0x0c => s.at += 1,
            b'\\' if rest.starts_with(b"\\\n") => s.to(s.at + 2),
            b'\\' if rest.starts_with(b"\\\r\n") => s.to(s.at + 3),
            b'#' if syntax.hash => s.skip_line(),
            b'/' if !syntax.hash && rest.starts_with(b"//") => s.skip_line(),
            b'/' if !syntax.hash && rest.starts_with(b"/*") => {
                if syntax.nested {
                    s.nested_comment();
                } else {
                    s.skip_past(b"*/", 2);
                }
            }
            b'=' if ruby && begins_line && rest.starts_with(b"=begin") => {
                s.skip_past(b"\n=end", 0);
                s.skip_line();
            }
            b'_' if ruby
                && begins_line
                && (rest == b"__END__" || rest.starts_with(b"__END__\n")) =>
            {
                break;
            }
            b'<' if ruby && rest.starts_with(b"<<") && s.here_document(&mut pending) => {}
            b'"' if syntax.triple && rest.starts_with(b"\"\"\"") => {
                s.quoted(b"\"\"\"", true, true);
            }
            b'\'' if syntax.triple && syntax.single == Single::Text && rest.starts_with(b"'''") => {
                s.quoted(b"'''", true, true);
            }
            // Rust's texts go over lines; elsewhere a quote that is alone must not swallow the file.
            b'"' => s.quoted(b"\"", true, rust),
            b'\'' if syntax.single == Single::Text => s.quoted(b"'", true, false),
            b'\'' => s.character(),
            b'`' if syntax.backtick == Backtick::Raw => s.quoted(b"`", false, true),
            b'`' if syntax.backtick == Backtick::Text => s.quoted(b"`", true, false),
            b'`' => s.at += 1,
            b'b' | b'c' | b'r' if rust && s.raw() => {}
            _ if is_name(byte) => {
                s.word();
                if begins_line
                    && let Some(Kind::Word(word)) = s.out.last().map(|token| token.kind)
                    && stop.contains(&word)
                {
                    break;
                }
            }
            _ => {
                s.push(Kind::Symbol(byte));
                s.at += 1;
            }
        }
    }
    s.out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, syntax: Syntax) -> Vec<&str> {
        tokens(text, syntax)
            .iter()
            .filter_map(|token| match token.kind {
                Kind::Word(word) => Some(word),
                Kind::Text(_) => Some("T"),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn comments_and_texts_hold_no_words() {
        for (syntax, text, expected) in [
            (
                PYTHON,
                "a # b\n'''c\n\"d''' e \"f\\\" g\" '# h' i",
                vec!["a", "T", "e", "T", "T", "i"],
            ),
            (PYTHON, "'open\nb", vec!["T", "b"]),
            (GO, "a /* b */ `c\n\"` '\"' d // e\nf '\\'' g", vec!["a", "T", "d", "f", "T", "g"]),
            (
                RUST,
                "/* /* a */ b */ c r#\"d\"e\"# 'f' &'g h '\\'' r#type",
                vec!["c", "T", "g", "h", "T", "type"],
            ),
            (RUST, "a \"b\nc\" d", vec!["a", "T", "d"]),
            (JAVA, "a \"\"\"b \"c\" \"\"\" d 'e'", vec!["a", "T", "d"]),
            (
                RUBY,
                "a\n=begin\nb\n=end\nc <<~EOS, d\n e\n EOS\nf << g\n__END__\nh",
                vec!["a", "c", "d", "f", "g"],
            ),
        ] {
            assert_eq!(words(text, syntax), expected, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_cut_off_panics() {
        let text = "a 'b' \"c\\\" é\" '''d''' r#\"e\"# /* f /* g */ */ `h` <<~I\n'é' \\\n=begin\n";
        for (cut, _) in text.char_indices() {
            for syntax in [PYTHON, GO, RUST, JAVA, KOTLIN, RUBY] {
                tokens(&text[cut..], syntax);
                tokens(&text[..cut], syntax);
            }
        }
    }
}
