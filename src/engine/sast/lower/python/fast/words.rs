//! The tokens of Python, and which words are keywords.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Token {
    /// An identifier, or a word that is a keyword only in some places (`match`).
    Name,
    /// Any number.
    Number,
    /// A string without holes, up to its closing quotes.
    Str,
    /// The prefix and the opening quotes of a string that may have holes.
    Format,
    /// The end of a logical line; no width.
    Newline,
    /// A line that is indented deeper than the one before; no width.
    Indent,
    /// The end of a block; no width.
    Dedent,
    /// The end of the file.
    End,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// `...`
    Ellipsis,
    /// `=`
    Equal,
    /// `:=`
    ColonEqual,
    /// `->`
    Arrow,
    /// `!`, in a hole of a string.
    Bang,
    /// `+=` and its like.
    Update,
    /// `@`
    At,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `//`
    DoubleSlash,
    /// `%`
    Percent,
    /// `**`
    DoubleStar,
    /// `|`
    Pipe,
    /// `&`
    Ampersand,
    /// `^`
    Caret,
    /// `<<`
    LeftShift,
    /// `>>`
    RightShift,
    /// `~`
    Tilde,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `==`
    EqualEqual,
    /// `!=`
    NotEqual,
    /// `False`
    False,
    /// `None`
    None,
    /// `True`
    True,
    /// `and`
    And,
    /// `as`
    As,
    /// `assert`
    Assert,
    /// `async`
    Async,
    /// `await`
    Await,
    /// `break`
    Break,
    /// `class`
    Class,
    /// `continue`
    Continue,
    /// `def`
    Def,
    /// `del`
    Del,
    /// `elif`
    Elif,
    /// `else`
    Else,
    /// `except`
    Except,
    /// `finally`
    Finally,
    /// `for`
    For,
    /// `from`
    From,
    /// `global`
    Global,
    /// `if`
    If,
    /// `import`
    Import,
    /// `in`
    In,
    /// `is`
    Is,
    /// `lambda`
    Lambda,
    /// `nonlocal`
    Nonlocal,
    /// `not`
    Not,
    /// `or`
    Or,
    /// `pass`
    Pass,
    /// `raise`
    Raise,
    /// `return`
    Return,
    /// `try`
    Try,
    /// `while`
    While,
    /// `with`
    With,
    /// `yield`
    Yield,
}

/// What a word is.
pub fn word(bytes: &[u8]) -> Token {
    use Token as T;
    match bytes {
        b"if" => T::If,
        b"in" => T::In,
        b"is" => T::Is,
        b"or" => T::Or,
        b"as" => T::As,
        b"and" => T::And,
        b"def" => T::Def,
        b"del" => T::Del,
        b"for" => T::For,
        b"not" => T::Not,
        b"try" => T::Try,
        b"elif" => T::Elif,
        b"else" => T::Else,
        b"from" => T::From,
        b"None" => T::None,
        b"pass" => T::Pass,
        b"True" => T::True,
        b"with" => T::With,
        b"async" => T::Async,
        b"await" => T::Await,
        b"break" => T::Break,
        b"class" => T::Class,
        b"False" => T::False,
        b"raise" => T::Raise,
        b"while" => T::While,
        b"yield" => T::Yield,
        b"assert" => T::Assert,
        b"except" => T::Except,
        b"global" => T::Global,
        b"import" => T::Import,
        b"lambda" => T::Lambda,
        b"return" => T::Return,
        b"finally" => T::Finally,
        b"continue" => T::Continue,
        b"nonlocal" => T::Nonlocal,
        _ => T::Name,
    }
}

/// What a byte is at the beginning of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// Nothing that Python knows.
    Strange,
    /// Space, tab, form feed.
    Blank,
    /// Letter or underscore.
    Letter,
    /// Digit.
    Digit,
    /// A token of one byte by itself.
    Single,
    /// Anything else that begins a token or ends a line.
    Other,
    /// Not ASCII.
    Wide,
}

/// [`Class`] of each byte.
pub static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut all = [Class::Strange; 256];
    let mut at = 0;
    while at < 256 {
        all[at] = match at as u8 {
            b' ' | b'\t' | b'\x0c' => Class::Blank,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b';' | b'~' => Class::Single,
            b'\n' | b'\r' | b'#' | b'\\' | b'"' | b'\'' | b'.' | b':' | b'=' | b'!' | b'+'
            | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'<' | b'>' => Class::Other,
            128.. => Class::Wide,
            _ => Class::Strange,
        };
        at += 1;
    }
    all
}

/// Whether the byte goes on a word.
pub fn continues_word(byte: u8) -> bool {
    matches!(CLASSES[byte as usize], Class::Letter | Class::Digit)
}

/// Whether a character that is not ASCII may stand in a name; only where every table of Unicode says so.
pub fn is_wide_letter(char: char) -> bool {
    matches!(char,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{391}'..='\u{3a1}'
        | '\u{3a3}'..='\u{3ce}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}'
        | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fd0}'
        | '\u{ac00}'..='\u{d7a3}')
}
