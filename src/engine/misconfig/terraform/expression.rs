//! Expressions and templates of the configuration language.

use super::parse::{Outcome, Parser};
use super::syntax::{Expression, For, Node, OPERATORS, Part, Step};

/// How a template ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Quote,
    Text,
}

impl Parser<'_> {
    /// An expression; the end of a line ends it outside of brackets.
    pub(super) fn expression(&mut self) -> Outcome<Expression> {
        self.deeper(|parser| {
            let start = parser.at;
            let condition = parser.binary(1)?;
            parser.blank(false);
            if !parser.eat(b'?') {
                return Ok(condition);
            }
            parser.blank(true);
            let yes = parser.expression()?;
            parser.blank(true);
            parser.expect(b':', "expected a colon")?;
            parser.blank(true);
            let no = parser.expression()?;
            parser.made(start, Node::Conditional(Box::new([condition, yes, no])))
        })
    }

    fn binary(&mut self, least: u8) -> Outcome<Expression> {
        let start = self.at;
        let mut left = self.unary()?;
        loop {
            let before = self.at;
            self.blank(false);
            let found = OPERATORS.iter().find(|(word, ..)| self.starts_with(word));
            let Some((word, operator, strength)) = found.filter(|(.., by)| *by >= least) else {
                self.at = before;
                return Ok(left);
            };
            self.at += word.len();
            self.blank(true);
            let right = self.deeper(|parser| parser.binary(strength + 1))?;
            left = self.made(start, Node::Binary(*operator, Box::new(left), Box::new(right)))?;
        }
    }

    fn unary(&mut self) -> Outcome<Expression> {
        let start = self.at;
        match self.peek() {
            Some(sign @ (b'!' | b'-')) => {
                self.at += 1;
                self.blank(false);
                let inner = self.deeper(Self::unary)?;
                self.made(start, Node::Unary(sign, Box::new(inner)))
            }
            _ => self.with_steps(),
        }
    }

    fn with_steps(&mut self) -> Outcome<Expression> {
        let start = self.at;
        let base = self.primary()?;
        let mut steps = Vec::new();
        loop {
            let before = self.at;
            // In brackets a step may stand on the next line.
            if self.multiline > 0 {
                self.blank(true);
            }
            match self.peek() {
                Some(b'.') if !self.starts_with("...") => {
                    self.at += 1;
                    if self.eat(b'*') {
                        steps.push(Step::Splat);
                    } else if let Some(name) = self.identifier() {
                        steps.push(Step::Name(name));
                    } else {
                        let at = self.at;
                        let index = self.number()?;
                        let index = self.made(at, Node::Number(index.trunc()))?;
                        steps.push(Step::Index(index));
                    }
                }
                Some(b'[') if before == self.at => {
                    self.at += 1;
                    let step = self.bracketed(|parser| {
                        parser.blank(true);
                        if parser.eat(b'*') {
                            return Ok(Step::Splat);
                        }
                        parser.expression().map(Step::Index)
                    })?;
                    self.blank(true);
                    self.expect(b']', "expected ]")?;
                    steps.push(step);
                }
                _ => {
                    self.at = before;
                    break;
                }
            }
        }
        if steps.is_empty() {
            return Ok(base);
        }
        self.made(start, Node::Path(Box::new(base), steps))
    }

    fn primary(&mut self) -> Outcome<Expression> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.template(End::Quote)
            }
            Some(b'<') if self.starts_with("<<") => self.heredoc(),
            Some(b'[') => {
                self.at += 1;
                let node = self.bracketed(Self::list)?;
                self.made(start, node)
            }
            Some(b'{') => {
                self.at += 1;
                let node = self.bracketed(Self::object)?;
                self.made(start, node)
            }
            Some(b'(') => {
                self.at += 1;
                let inner = self.bracketed(|parser| {
                    parser.blank(true);
                    parser.expression()
                })?;
                self.blank(true);
                self.expect(b')', "expected )")?;
                Ok(inner)
            }
            Some(byte) if byte.is_ascii_digit() => {
                let number = self.number()?;
                self.made(start, Node::Number(number))
            }
            _ => {
                let Some(name) = self.identifier() else { return self.fault("expected a value") };
                self.named(name, start)
            }
        }
    }

    fn named(&mut self, mut name: String, start: usize) -> Outcome<Expression> {
        while self.starts_with("::") {
            self.at += 2;
            let Some(further) = self.identifier() else { return self.fault("expected a name") };
            name = further;
        }
        if self.eat(b'(') {
            let (arguments, spread) = self.bracketed(Self::arguments)?;
            return self.made(start, Node::Call(name, arguments, spread));
        }
        let node = match name.as_str() {
            "null" => Node::Null,
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            _ => Node::Name(name),
        };
        self.made(start, node)
    }

    fn arguments(&mut self) -> Outcome<(Vec<Expression>, bool)> {
        let (mut arguments, mut spread) = (Vec::new(), false);
        loop {
            self.blank(true);
            if self.eat(b')') {
                return Ok((arguments, spread));
            }
            arguments.push(self.expression()?);
            self.blank(true);
            if self.starts_with("...") {
                self.at += 3;
                spread = true;
                self.blank(true);
            }
            if !self.eat(b',') {
                self.expect(b')', "expected a comma or )")?;
                return Ok((arguments, spread));
            }
        }
    }

    fn number(&mut self) -> Outcome<f64> {
        let rest = &self.text[self.at..];
        let is_part = |(at, byte): (usize, &u8)| {
            byte.is_ascii_digit()
                || (*byte == b'.' && rest.get(at + 1).is_some_and(u8::is_ascii_digit))
                || (matches!(byte, b'e' | b'E') && at > 0)
                || (matches!(byte, b'+' | b'-') && at > 0 && matches!(rest[at - 1], b'e' | b'E'))
        };
        let length = rest.iter().enumerate().take_while(|one| is_part(*one)).count();
        let number = std::str::from_utf8(&rest[..length]).ok().and_then(|text| text.parse().ok());
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => {
                self.at += length;
                Ok(number)
            }
            None => self.fault("expected a number"),
        }
    }

    fn list(&mut self) -> Outcome<Node> {
        self.blank(true);
        if let Some(result) = self.for_expression(b']')? {
            return Ok(result);
        }
        let mut items = Vec::new();
        loop {
            self.blank(true);
            if self.eat(b']') {
                return Ok(Node::List(items));
            }
            items.push(self.expression()?);
            self.blank(true);
            if !self.eat(b',') {
                self.expect(b']', "expected a comma or ]")?;
                return Ok(Node::List(items));
            }
        }
    }

    fn object(&mut self) -> Outcome<Node> {
        self.blank(true);
        if let Some(result) = self.for_expression(b'}')? {
            return Ok(result);
        }
        let mut pairs = Vec::new();
        loop {
            self.blank(true);
            if self.eat(b'}') {
                return Ok(Node::Object(pairs));
            }
            let key = self.expression()?;
            let key = match key.node {
                Node::Name(name) => {
                    let text = Node::Template(vec![Part::Text(name, key.range.start)]);
                    Expression { node: text, ..key }
                }
                _ => key,
            };
            self.blank(true);
            if !self.eat(b'=') && !self.eat(b':') {
                return self.fault("expected = or :");
            }
            self.blank(true);
            // Line ends separate the pairs, so a value must not go on behind one.
            let outer = std::mem::take(&mut self.multiline);
            let value = self.expression();
            self.multiline = outer;
            pairs.push((key, value?));
            self.blank(true);
            self.eat(b',');
        }
    }

    /// `for` behind an opening bracket, with its closing one.
    fn for_expression(&mut self, close: u8) -> Outcome<Option<Node>> {
        let is_for = self.starts_with("for")
            && self.text.get(self.at + 3).is_some_and(u8::is_ascii_whitespace);
        if !is_for {
            return Ok(None);
        }
        let start = self.at;
        self.at += 3;
        self.blank(true);
        let Some(mut value) = self.identifier() else {
            // A key that happens to be called so.
            self.at = start;
            return Ok(None);
        };
        let mut key = None;
        self.blank(true);
        if self.eat(b',') {
            self.blank(true);
            let Some(second) = self.identifier() else { return self.fault("expected a name") };
            key = Some(std::mem::replace(&mut value, second));
            self.blank(true);
        }
        if self.identifier().as_deref() != Some("in") {
            return self.fault("expected in");
        }
        self.blank(true);
        let source = self.expression()?;
        self.blank(true);
        self.expect(b':', "expected a colon")?;
        self.blank(true);
        let mut result = self.expression()?;
        let mut result_key = None;
        self.blank(true);
        if close == b'}' {
            if !self.starts_with("=>") {
                return self.fault("expected =>");
            }
            self.at += 2;
            self.blank(true);
            let second = self.expression()?;
            result_key = Some(std::mem::replace(&mut result, second));
            self.blank(true);
        }
        let grouped = self.starts_with("...");
        if grouped {
            self.at += 3;
            self.blank(true);
        }
        let mut condition = None;
        if self.starts_with("if") {
            self.at += 2;
            self.blank(true);
            condition = Some(self.expression()?);
            self.blank(true);
        }
        self.expect(close, "the brackets around for are not closed")?;
        let all = For { key, value, source, result_key, result, condition, grouped };
        Ok(Some(Node::For(Box::new(all))))
    }

    /// A text that is a template from its beginning to its end.
    pub(super) fn whole_template(&mut self) -> Outcome<Expression> {
        self.template(End::Text)
    }

    fn template(&mut self, end: End) -> Outcome<Expression> {
        let start = if end == End::Quote { self.at - 1 } else { self.at };
        let mut parts = Vec::new();
        let (mut text, mut from) = (Vec::new(), self.at);
        loop {
            let rest = &self.text[self.at..];
            match rest {
                [] if end == End::Text => break,
                [] => return self.fault("the quote is not closed"),
                [b'"', ..] if end == End::Quote => break,
                [b'\n', ..] if end == End::Quote => return self.fault("the quote is not closed"),
                [b'\\', escape, ..] if end == End::Quote => {
                    let escape = *escape;
                    self.at += 2;
                    self.escaped(escape, &mut text);
                }
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => {
                    text.extend_from_slice(&rest[1..3]);
                    self.at += 3;
                }
                [b'$' | b'%', b'{', ..] => {
                    flush(&mut text, from, &mut parts);
                    parts.push(self.interpolation()?);
                    from = self.at;
                }
                [byte, ..] => {
                    text.push(*byte);
                    self.at += 1;
                }
            }
        }
        flush(&mut text, from, &mut parts);
        self.at += usize::from(end == End::Quote);
        self.made(start, Node::Template(parts))
    }

    fn escaped(&mut self, escape: u8, text: &mut Vec<u8>) {
        let digits = match escape {
            b'n' => return text.push(b'\n'),
            b't' => return text.push(b'\t'),
            b'r' => return text.push(b'\r'),
            b'u' => 4,
            b'U' => 8,
            other => return text.push(other),
        };
        let code = self.text.get(self.at..self.at + digits);
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        let letter =
            code.and_then(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        if let Some(letter) = letter {
            text.extend_from_slice(letter.to_string().as_bytes());
            self.at += digits;
        }
    }

    /// `${…}` or `%{…}`.
    fn interpolation(&mut self) -> Outcome<Part> {
        let is_directive = self.peek() == Some(b'%');
        self.at += 2;
        self.bracketed(|parser| {
            parser.eat(b'~');
            parser.blank(true);
            if is_directive {
                let rest = &parser.text[parser.at..];
                let Some(end) = memchr::memchr2(b'}', b'\n', rest) else {
                    return parser.fault("expected }");
                };
                parser.at += end + 1;
                return Ok(Part::Directive);
            }
            let value = parser.expression()?;
            parser.blank(true);
            parser.eat(b'~');
            parser.expect(b'}', "expected }")?;
            Ok(Part::Value(value))
        })
    }

    fn heredoc(&mut self) -> Outcome<Expression> {
        let start = self.at;
        self.at += 2;
        let strips = self.eat(b'-');
        let Some(word) = self.identifier() else { return self.fault("expected a word behind <<") };
        let rest = &self.text[self.at..];
        let Some(line_end) = memchr::memchr(b'\n', rest) else {
            return self.fault("the text is not closed");
        };
        let first = self.at + line_end + 1;
        let Some((last, after)) = closing(self.text, first, word.as_bytes()) else {
            return self.fault("the text is not closed");
        };
        let mut inner = self.part(first, last);
        let mut expression = inner.deeper(|inner| inner.template(End::Text))?;
        self.count(&inner);
        if strips {
            strip_indent(&mut expression);
        }
        self.at = after;
        expression.range = start..after;
        Ok(expression)
    }
}

fn flush(text: &mut Vec<u8>, from: usize, parts: &mut Vec<Part>) {
    if !text.is_empty() {
        parts.push(Part::Text(String::from_utf8_lossy(text).into_owned(), from));
        text.clear();
    }
}

/// Where the line that closes a text begins, and where its word ends.
fn closing(text: &[u8], mut at: usize, word: &[u8]) -> Option<(usize, usize)> {
    loop {
        let line = &text[at..];
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if let Some(rest) = line[indent..].strip_prefix(word)
            && !rest.first().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        {
            return Some((at, at + indent + word.len()));
        }
        at += memchr::memchr(b'\n', line)? + 1;
    }
}

/// Takes the indentation all lines have off a text without expressions; others are compared rarely enough.
fn strip_indent(expression: &mut Expression) {
    let Node::Template(parts) = &mut expression.node else { return };
    let [Part::Text(text, _)] = parts.as_mut_slice() else { return };
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let filled = text.lines().filter(|line| !line.trim().is_empty());
    let least = filled.map(indent).min().unwrap_or(0);
    // A text that is JSON keeps its places.
    if least > 0 && !text.trim_start().starts_with(['{', '[']) {
        let lines: Vec<&str> = text.lines().map(|line| line.get(least..).unwrap_or("")).collect();
        let end = if text.ends_with('\n') { "\n" } else { "" };
        *text = lines.join("\n") + end;
    }
}
