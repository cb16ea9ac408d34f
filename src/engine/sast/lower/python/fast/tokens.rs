//! Tokens, one at a time, with the ends of lines and blocks where tree-sitter's scanner puts them.

use super::words::{CLASSES, Class, Token, continues_word, is_wide_letter, word};
use super::{Read, Reader};

/// More levels of indentation than Python allows itself.
const MOST_INDENTS: usize = 100;

/// More columns than anyone indents; the scanner counts in 16 bits.
const MOST_COLUMNS: u32 = 5000;

/// Where reading stands: what [`Reader::next`] changes for every token.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// What the token is.
    pub token: Token,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Where the one before ends.
    pub before: usize,
    /// Where the next is looked for.
    pub at: usize,
    /// What stands between the quotes of a string.
    pub text: (usize, usize),
    /// How many brackets are open.
    pub brackets: u32,
    /// How many comments and continued lines were passed.
    pub extras: u32,
    /// Whether a line begins.
    pub fresh: bool,
}

impl Reader<'_> {
    /// A byte of the source; 0 behind it, which the source does not hold.
    pub fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The source of the token.
    pub fn word(&self) -> &[u8] {
        self.bytes.get(self.now.start..self.now.end).unwrap_or_default()
    }

    /// Whether it is this token.
    pub fn is(&self, token: Token) -> bool {
        self.now.token == token
    }

    /// Goes on if it is this token.
    pub fn take(&mut self, token: Token) -> Option<bool> {
        let is_it = self.now.token == token;
        if is_it {
            self.next()?;
        }
        Some(is_it)
    }

    /// Goes on, or gives up if it is another token.
    pub fn expect(&mut self, token: Token) -> Read {
        if self.now.token == token { self.next() } else { None }
    }

    /// Reads the next token.
    pub fn next(&mut self) -> Read {
        self.now.before = self.now.end;
        if let Some(mark) = self.dedents.pop() {
            self.put(Token::Dedent, mark, mark);
            return Some(());
        }
        if self.now.fresh {
            self.now.fresh = false;
            self.line()?;
            if self.is(Token::Indent) {
                return Some(());
            }
            if let Some(mark) = self.dedents.pop() {
                self.put(Token::Dedent, mark, mark);
                return Some(());
            }
        }
        loop {
            let at = self.now.at;
            let byte = self.byte(at);
            match CLASSES[byte as usize] {
                Class::Blank => self.now.at += 1,
                Class::Letter => return self.name(at),
                Class::Digit => return self.number(at),
                Class::Single => return self.single(at, byte),
                Class::Wide => return self.wide(at, at),
                Class::Strange => return self.end_of_file(at),
                Class::Other => match byte {
                    b'\n' | b'#' => {
                        if self.end_of_line(at, byte)? {
                            return Some(());
                        }
                    }
                    b'\r' => self.now.at += 1,
                    b'\\' => self.continued(at)?,
                    b'"' | b'\'' => return self.string(at, at),
                    _ => return self.operator(at, byte),
                },
            }
        }
    }

    fn put(&mut self, token: Token, start: usize, end: usize) {
        (self.now.token, self.now.start, self.now.end) = (token, start, end);
    }

    fn token(&mut self, token: Token, start: usize, end: usize) {
        self.put(token, start, end);
        self.now.at = end;
    }

    fn end_of_file(&mut self, at: usize) -> Read {
        if at < self.bytes.len() || self.now.brackets > 0 {
            return None;
        }
        if matches!(self.now.token, Token::Newline | Token::Dedent) {
            self.token(Token::End, at, at);
            return Some(());
        }
        let mark = self.now.end;
        self.put(Token::Newline, mark, mark);
        self.now.fresh = true;
        Some(())
    }

    /// A line's end or a comment; whether that is a token.
    fn end_of_line(&mut self, at: usize, byte: u8) -> Option<bool> {
        let mut mark = self.now.end;
        let mut end = at;
        if byte == b'#' {
            self.pass_comment()?;
            end = self.line_end(at);
            mark = end;
        }
        if self.now.brackets == 0 {
            self.put(Token::Newline, mark, mark);
            self.now.at = end;
            self.now.fresh = true;
            return Some(true);
        }
        self.now.at = end;
        if byte == b'\n' {
            self.line_in_brackets(at + 1)?;
        }
        Some(false)
    }

    fn pass_comment(&mut self) -> Read {
        self.now.extras += 1;
        (self.holes == 0).then_some(())
    }

    /// Where the line ends; a comment of tree-sitter holds the carriage return.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |more| at + more)
    }

    /// A line in brackets may be indented as it likes.
    fn line_in_brackets(&mut self, mut at: usize) -> Read {
        if self.holes > 0 {
            return None;
        }
        loop {
            match self.byte(at) {
                b' ' | b'\t' | b'\x0c' | b'\r' | b'\n' => at += 1,
                b'\\' | 0 => return None,
                _ => break,
            }
        }
        self.now.at = at;
        Some(())
    }

    fn top(&self) -> u32 {
        self.indents.last().copied().unwrap_or(0)
    }

    /// A backslash at the end of a line.
    fn continued(&mut self, at: usize) -> Read {
        let mut next = at + 1;
        if self.byte(next) == b'\r' {
            next += 1;
        }
        if self.byte(next) != b'\n' || self.holes > 0 {
            return None;
        }
        next += 1;
        while matches!(self.byte(next), b' ' | b'\t') {
            next += 1;
        }
        // Where nothing goes on, the scanner's line ends are hard to tell.
        if matches!(self.byte(next), b'\n' | b'\r' | b'#' | b'\\' | b'\x0c' | 0) {
            return None;
        }
        self.now.extras += 1;
        self.now.at = next;
        Some(())
    }

    /// Passes empty lines and comments, and compares the indentation of the next line with the blocks that are open.
    pub fn line(&mut self) -> Read {
        let mut at = self.now.at;
        let mut columns = 0_u32;
        self.comments.clear();
        loop {
            match self.byte(at) {
                b' ' => columns += 1,
                b'\t' => columns += 8,
                b'\x0c' | b'\r' | b'\n' => columns = 0,
                b'#' => {
                    self.pass_comment()?;
                    if self.first_comment.is_none() {
                        self.first_comment = Some(at);
                    }
                    let end = self.line_end(at);
                    self.comments.push((columns, end));
                    at = end;
                    continue;
                }
                0 if at < self.bytes.len() => return None,
                0 => {
                    columns = 0;
                    break;
                }
                b'\\' => return None,
                _ => break,
            }
            at += 1;
        }
        self.now.at = at;
        if columns > MOST_COLUMNS {
            return None;
        }
        let top = self.top();
        if columns > top {
            if self.indents.len() >= MOST_INDENTS {
                return None;
            }
            self.indents.push(columns);
            self.put(Token::Indent, at, at);
        } else if columns < top {
            self.dedent(columns)?;
        }
        Some(())
    }

    /// Whether the comments before this line are indented like the block. Where a statement must go on, the scanner takes one that is
    /// not for the end of the block.
    pub fn are_comments_inside(&self) -> bool {
        self.comments.iter().all(|(columns, _)| *columns >= self.top())
    }

    /// A block ends behind the last comment that is indented like it.
    fn dedent(&mut self, columns: u32) -> Read {
        let mut mark = self.now.end;
        let mut comments = self.comments.iter().peekable();
        while let Some(top) = self.indents.last().copied().filter(|top| columns < *top) {
            match comments.peek() {
                Some((at, end)) if *at >= top => {
                    mark = *end;
                    comments.next();
                }
                _ => {
                    self.indents.pop();
                    self.dedents.push(mark);
                }
            }
        }
        self.dedents.reverse();
        (self.top() == columns).then_some(())
    }

    fn name(&mut self, start: usize) -> Read {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let len = rest.iter().position(|byte| !continues_word(*byte)).unwrap_or(rest.len());
        let end = start + len;
        match self.byte(end) {
            b'"' | b'\'' if len <= 2 => return self.string(start, end),
            128.. => return self.wide(start, end),
            _ => {}
        }
        self.token(word(rest.get(..len)?), start, end);
        Some(())
    }

    /// A name with letters that are not ASCII.
    fn wide(&mut self, start: usize, at: usize) -> Read {
        let rest = self.tree.source.get(at..)?;
        let goes_on = |char: &char| {
            if char.is_ascii() { continues_word(*char as u8) } else { is_wide_letter(*char) }
        };
        let len: usize = rest.chars().take_while(goes_on).map(char::len_utf8).sum();
        let end = at + len;
        if len == 0 || matches!(self.byte(end), 128..|b'"'| b'\'') {
            return None;
        }
        self.token(Token::Name, start, end);
        Some(())
    }

    fn digits(&self, mut at: usize, is_digit: fn(&u8) -> bool) -> Option<usize> {
        let first = at;
        loop {
            let byte = self.byte(at);
            let is_joint = byte == b'_' && at > first && is_digit(&self.byte(at + 1));
            if !is_digit(&byte) && !is_joint {
                break;
            }
            at += 1;
        }
        (at > first).then_some(at)
    }

    fn number(&mut self, start: usize) -> Read {
        let second = self.byte(start + 1) | 0x20;
        let at = match (self.byte(start), second) {
            (b'0', b'x') => self.digits(start + 2, u8::is_ascii_hexdigit)?,
            (b'0', b'o') => self.digits(start + 2, |byte| matches!(byte, b'0'..=b'7'))?,
            (b'0', b'b') => self.digits(start + 2, |byte| matches!(byte, b'0' | b'1'))?,
            _ => {
                let mut at = start;
                if self.byte(at) != b'.' {
                    at = self.digits(at, u8::is_ascii_digit)?;
                }
                if self.byte(at) == b'.' {
                    at = self.digits(at + 1, u8::is_ascii_digit).unwrap_or(at + 1);
                }
                if self.byte(at) | 0x20 == b'e' {
                    let sign = usize::from(matches!(self.byte(at + 1), b'+' | b'-'));
                    at = self.digits(at + 1 + sign, u8::is_ascii_digit)?;
                }
                if self.byte(at) | 0x20 == b'j' { at + 1 } else { at }
            }
        };
        let next = self.byte(at);
        if continues_word(next) || next >= 128 {
            return None;
        }
        self.token(Token::Number, start, at);
        Some(())
    }

    /// A string, from its prefix; of one with holes only the opening.
    fn string(&mut self, start: usize, quote: usize) -> Read {
        let (mut is_format, mut is_raw, mut others) = (false, false, 0);
        for byte in self.bytes.get(start..quote)? {
            match byte | 0x20 {
                b'f' | b't' if !is_format => is_format = true,
                b'r' if !is_raw => is_raw = true,
                b'b' | b'u' => others += 1,
                _ => return None,
            }
        }
        if others > 1 || (others == 1 && is_format) {
            return None;
        }
        let sign = self.byte(quote);
        let is_triple = self.byte(quote + 1) == sign && self.byte(quote + 2) == sign;
        let open = quote + if is_triple { 3 } else { 1 };
        if is_format {
            self.token(Token::Format, start, open);
            return Some(());
        }
        let close = self.closing(open, sign, is_triple)?;
        let mut text = (open, close);
        // Where the scanner meets nothing but pairs, it takes them for a part of the closing quotes.
        if is_raw && is_triple {
            (!self.ends_in_pair(open, close, sign)).then_some(())?;
        } else if is_raw && self.is_pairs(open, close, sign) {
            text = (open, open);
        }
        if others == 1 && !is_raw {
            self.check_bytes(open, close)?;
        }
        self.now.text = text;
        self.token(Token::Str, start, close + if is_triple { 3 } else { 1 });
        Some(())
    }

    /// Whether a backslash or a quote behind a backslash stands at the end.
    fn ends_in_pair(&self, open: usize, close: usize, sign: u8) -> bool {
        let inside = self.bytes.get(open..close).unwrap_or_default();
        matches!(inside, [.., b'\\', last] if *last == b'\\' || *last == sign)
    }

    /// Whether there is nothing but backslashes, each with what stands behind it.
    fn is_pairs(&self, open: usize, close: usize, sign: u8) -> bool {
        let (pairs, rest) = self.bytes.get(open..close).unwrap_or_default().as_chunks::<2>();
        rest.is_empty()
            && pairs
                .iter()
                .all(|[first, second]| *first == b'\\' && (*second == b'\\' || *second == sign))
    }

    /// The scanner passes over two bytes behind `\N` of bytes.
    fn check_bytes(&self, open: usize, close: usize) -> Read {
        let inside = self.bytes.get(open..close)?;
        let is_odd = |at: usize| {
            matches!(inside.get(at + 1), Some(b'N' | b'u' | b'U'))
                && matches!(inside.get(at + 2), None | Some(b'\\' | b'\n' | b'\r' | b'"' | b'\''))
        };
        (!memchr::memchr_iter(b'\\', inside).any(is_odd)).then_some(())
    }

    /// Where the quotes that end a string begin.
    fn closing(&self, open: usize, sign: u8, is_triple: bool) -> Option<usize> {
        let mut at = open;
        loop {
            let rest = self.bytes.get(at..)?;
            at += if is_triple {
                memchr::memchr2(sign, b'\\', rest)?
            } else {
                memchr::memchr3(sign, b'\\', b'\n', rest)?
            };
            match self.byte(at) {
                b'\\' => at = self.behind_escape(at),
                b'\n' => return None,
                _ if !is_triple => return Some(at),
                _ if self.byte(at + 1) == sign && self.byte(at + 2) == sign => return Some(at),
                _ => at += 1,
            }
        }
    }

    /// Where a string goes on behind a backslash.
    pub fn behind_escape(&self, at: usize) -> usize {
        let is_return = self.byte(at + 1) == b'\r' && self.byte(at + 2) == b'\n';
        at + if is_return { 3 } else { 2 }
    }

    fn single(&mut self, at: usize, byte: u8) -> Read {
        let token = match byte {
            b'(' => Token::LeftParen,
            b')' => Token::RightParen,
            b'[' => Token::LeftBracket,
            b']' => Token::RightBracket,
            b'{' => Token::LeftBrace,
            b'}' => Token::RightBrace,
            b',' => Token::Comma,
            b';' => Token::Semicolon,
            _ => Token::Tilde,
        };
        match byte {
            b'(' | b'[' | b'{' => self.now.brackets += 1,
            b')' | b']' | b'}' => self.now.brackets = self.now.brackets.checked_sub(1)?,
            _ => {}
        }
        self.token(token, at, at + 1);
        Some(())
    }

    fn operator(&mut self, at: usize, byte: u8) -> Read {
        use Token as T;
        let (second, third) = (self.byte(at + 1), self.byte(at + 2));
        let (token, len) = match (byte, second, third) {
            (b'.', b'.', b'.') => (T::Ellipsis, 3),
            (b'.', b'0'..=b'9', _) => return self.number(at),
            (b'.', ..) => (T::Dot, 1),
            (b':', b'=', _) => (T::ColonEqual, 2),
            (b':', ..) => (T::Colon, 1),
            (b'=', b'=', _) => (T::EqualEqual, 2),
            (b'=', ..) => (T::Equal, 1),
            (b'!', b'=', _) => (T::NotEqual, 2),
            (b'!', ..) => (T::Bang, 1),
            (b'-', b'>', _) => (T::Arrow, 2),
            (b'*', b'*', b'=') | (b'/', b'/', b'=') | (b'<', b'<', b'=') | (b'>', b'>', b'=') => {
                (T::Update, 3)
            }
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^', b'=', _) => {
                (T::Update, 2)
            }
            (b'*', b'*', _) => (T::DoubleStar, 2),
            (b'/', b'/', _) => (T::DoubleSlash, 2),
            (b'<', b'<', _) => (T::LeftShift, 2),
            (b'>', b'>', _) => (T::RightShift, 2),
            (b'<', b'>', _) => return None,
            (b'<', b'=', _) => (T::LessEqual, 2),
            (b'>', b'=', _) => (T::GreaterEqual, 2),
            (b'+', ..) => (T::Plus, 1),
            (b'-', ..) => (T::Minus, 1),
            (b'*', ..) => (T::Star, 1),
            (b'/', ..) => (T::Slash, 1),
            (b'%', ..) => (T::Percent, 1),
            (b'@', ..) => (T::At, 1),
            (b'&', ..) => (T::Ampersand, 1),
            (b'|', ..) => (T::Pipe, 1),
            (b'^', ..) => (T::Caret, 1),
            (b'<', ..) => (T::Less, 1),
            (b'>', ..) => (T::Greater, 1),
            _ => return None,
        };
        self.token(token, at, at + len);
        Some(())
    }
}
