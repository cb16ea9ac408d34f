//! Renders the templates of one chart, within bounds of steps, depth and size. What it cannot do is an error that says so; nothing is
//! guessed. Each line of the output knows which line of the template it begins on.

use super::function;
use super::heap::{Heap, Item, MAX_TEXT, Native, Why};
use super::parse::{Expr, Node, Pipe, Template, parse};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Nodes, commands and rounds of loops of one chart.
const MAX_STEPS: usize = 2_000_000;

/// Deepest nesting of blocks, brackets and included templates.
const MAX_DEPTH: usize = 90;

/// What a template came to.
#[derive(Debug, Default)]
pub struct Output {
    /// The text.
    pub text: String,
    /// Line of the template behind each line of the text, from 1.
    pub lines: Vec<u32>,
    /// Whether the line at hand has more than blanks in it.
    firm: bool,
}

impl Output {
    /// Appends text that begins on a line of the template; of an action all of it does.
    fn push(&mut self, text: &str, mut line: u32, literal: bool) -> Result<(), Why> {
        if self.text.len() + text.len() > MAX_TEXT {
            return Err("the output is too long".to_owned());
        }
        if self.lines.is_empty() {
            self.lines.push(line);
        }
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                line += u32::from(literal);
                self.lines.push(line);
                self.firm = false;
            }
            if !self.firm && !part.trim().is_empty() {
                self.firm = true;
                if let Some(last) = self.lines.last_mut() {
                    *last = line;
                }
            }
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// A template and the text it was made from.
#[derive(Debug, Clone)]
struct Known {
    source: Rc<Source>,
    body: Rc<Vec<Node>>,
}

#[derive(Debug)]
struct Source {
    text: String,
    starts: Vec<usize>,
}

impl Source {
    fn new(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { text: text.to_owned(), starts: std::iter::once(0).chain(ends).collect() }
    }

    fn line(&self, offset: usize) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }
}

/// How a body was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The templates and values of a chart and of those in it.
#[derive(Debug, Default)]
pub struct Renderer {
    /// Values.
    pub heap: Heap,
    known: BTreeMap<String, Known>,
    variables: Vec<(String, Item)>,
    /// Where the variables of the template at hand begin.
    base: usize,
    steps: usize,
    depth: usize,
}

impl Renderer {
    /// Takes up a template under its name, and those defined in it. The first of a name stays.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), Why> {
        let template = parse(text)?;
        let source = Rc::new(Source::new(text));
        self.take(template, &source, Some(name));
        Ok(())
    }

    fn take(
        &mut self,
        template: Template,
        source: &Rc<Source>,
        name: Option<&str>,
    ) -> Rc<Vec<Node>> {
        for (name, body) in template.defined {
            let known = Known { source: Rc::clone(source), body: Rc::new(body) };
            self.known.insert(name, known);
        }
        let body = Rc::new(template.body);
        if let Some(name) = name {
            let known = Known { source: Rc::clone(source), body: Rc::clone(&body) };
            self.known.insert(name.to_owned(), known);
        }
        body
    }

    /// Renders a template with a dot.
    pub fn render(&mut self, name: &str, dot: &Item) -> Result<Output, Why> {
        let known = self
            .known
            .get(name)
            .cloned()
            .ok_or_else(|| format!("there is no template {name:?}"))?;
        self.run(&known.body, &known.source, dot)
    }

    /// Renders a text as a template.
    pub fn render_text(&mut self, text: &str, dot: &Item) -> Result<String, Why> {
        self.charge(text.len() / 16 + 1)?;
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let template = parse(text)?;
        let source = Rc::new(Source::new(text));
        let body = self.take(template, &source, None);
        Ok(self.run(&body, &source, dot)?.text)
    }

    fn run(&mut self, body: &[Node], source: &Source, dot: &Item) -> Result<Output, Why> {
        let (base, length) = (self.base, self.variables.len());
        self.base = length;
        self.variables.push((String::new(), dot.clone()));
        let mut output = Output::default();
        let result = self.nodes(body, source, dot, &mut output);
        self.variables.truncate(length);
        self.base = base;
        result?;
        self.heap.spend(output.text.len())?;
        Ok(output)
    }

    fn charge(&mut self, steps: usize) -> Result<(), Why> {
        self.steps += steps;
        if self.steps > MAX_STEPS { Err("it takes too many steps".to_owned()) } else { Ok(()) }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Why>) -> Result<T, Why> {
        if self.depth >= MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn nodes(
        &mut self,
        nodes: &[Node],
        source: &Source,
        dot: &Item,
        out: &mut Output,
    ) -> Result<Flow, Why> {
        let length = self.variables.len();
        let flow = self.deeper(|this| {
            for node in nodes {
                this.charge(1)?;
                let flow = this.node(node, source, dot, out)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
            }
            Ok(Flow::Next)
        });
        self.variables.truncate(length);
        flow
    }

    fn node(
        &mut self,
        node: &Node,
        source: &Source,
        dot: &Item,
        out: &mut Output,
    ) -> Result<Flow, Why> {
        match node {
            Node::Text(range) => {
                out.push(&source.text[range.clone()], source.line(range.start), true)?;
            }
            Node::Action(pipe, line) => {
                let at = |why| located(*line, why);
                let value = self.pipe(pipe, dot).map_err(at)?;
                if pipe.names.is_empty() {
                    let text = self.heap.printed(&value).map_err(at)?;
                    out.push(&text, *line, false)?;
                }
            }
            Node::If { with, branches } => {
                let length = self.variables.len();
                for (condition, body) in branches {
                    let Some(condition) = condition else {
                        return self.nodes(body, source, dot, out);
                    };
                    let value = self.pipe(condition, dot)?;
                    if self.truth(&value)? {
                        let dot = if *with { &value } else { dot };
                        let flow = self.nodes(body, source, dot, out);
                        self.variables.truncate(length);
                        return flow;
                    }
                }
                self.variables.truncate(length);
            }
            Node::Range(pipe, body, other) => {
                return self.range(pipe, body, other, source, dot, out);
            }
            Node::Template(name, given, line) => {
                let name = self.operand(name, dot)?;
                let Item::Text(name) = name else { return Err("a name is not text".to_owned()) };
                let given = match given {
                    Some(pipe) => self.pipe(pipe, dot)?,
                    None => Item::Nil,
                };
                let text = self.deeper(|this| this.render(&name, &given))?.text;
                out.push(&text, *line, false)?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn truth(&self, value: &Item) -> Result<bool, Why> {
        self.heap.truth(value).ok_or_else(|| "a condition depends on what is not known".to_owned())
    }

    fn range(
        &mut self,
        pipe: &Pipe,
        body: &[Node],
        other: &[Node],
        source: &Source,
        dot: &Item,
        out: &mut Output,
    ) -> Result<Flow, Why> {
        let plain = Pipe { names: Vec::new(), ..pipe.clone() };
        let value = self.pipe(&plain, dot)?;
        let rounds: Vec<(Item, Item)> = match &value {
            Item::List(_) => {
                let items = self.heap.items(&value).iter().cloned().enumerate();
                items.map(|(at, item)| (function::of_size(at), item)).collect()
            }
            Item::Map(_) => {
                let entries = self.heap.entries(&value).into_iter().flatten();
                entries.map(|(key, value)| (Item::Text(Rc::clone(key)), value.clone())).collect()
            }
            Item::Int(count) => {
                self.charge(usize::try_from(*count).unwrap_or(0))?;
                (0..*count).map(|at| (Item::Int(at), Item::Int(at))).collect()
            }
            Item::Nil => Vec::new(),
            _ => return Err("it ranges over what is no list".to_owned()),
        };
        self.charge(rounds.len())?;
        if rounds.is_empty() {
            return self.nodes(other, source, dot, out);
        }
        let length = self.variables.len();
        for (key, item) in rounds {
            match pipe.names.as_slice() {
                [] => {}
                [one] => self.variables.push((one.clone(), item.clone())),
                [first, second, ..] => {
                    self.variables.push((first.clone(), key));
                    self.variables.push((second.clone(), item.clone()));
                }
            }
            let flow = self.nodes(body, source, &item, out);
            self.variables.truncate(length);
            if flow? == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn pipe(&mut self, pipe: &Pipe, dot: &Item) -> Result<Item, Why> {
        let mut value = None;
        for command in &pipe.commands {
            self.charge(1)?;
            value = Some(self.command(command, value, dot)?);
        }
        let value = value.unwrap_or(Item::Nil);
        for name in &pipe.names {
            if pipe.declares {
                self.variables.push((name.clone(), value.clone()));
            } else {
                let base = self.base;
                let known =
                    self.variables[base..].iter_mut().rev().find(|(known, _)| known == name);
                known.ok_or_else(|| format!("there is no variable ${name}"))?.1 = value.clone();
            }
        }
        Ok(value)
    }

    fn command(&mut self, command: &[Expr], piped: Option<Item>, dot: &Item) -> Result<Item, Why> {
        let Some((first, rest)) = command.split_first() else { return Ok(Item::Nil) };
        match first {
            Expr::Name(name) if matches!(name.as_str(), "and" | "or") => {
                self.shortened(name == "or", rest, piped, dot)
            }
            Expr::Name(name) => {
                let mut given = Vec::with_capacity(rest.len() + 1);
                for operand in rest {
                    given.push(self.operand(operand, dot)?);
                }
                given.extend(piped);
                self.deeper(|this| function::call(this, name, given))
            }
            Expr::Field(_) | Expr::Variable(..) | Expr::Inner(..) if !rest.is_empty() => {
                let (from, method) = match first {
                    Expr::Field(names) => split(names, Expr::Field),
                    Expr::Variable(name, names) => {
                        split(names, |names| Expr::Variable(name.clone(), names))
                    }
                    Expr::Inner(pipe, names) => {
                        split(names, |names| Expr::Inner(pipe.clone(), names))
                    }
                    _ => None,
                }
                .ok_or("a value is used as a function")?;
                let from = self.operand(&from, dot)?;
                let mut given = Vec::new();
                for operand in rest {
                    given.push(self.operand(operand, dot)?);
                }
                given.extend(piped);
                match from {
                    Item::Native(native) => function::method(self, native, &method, &given),
                    Item::Unknown => Ok(Item::Unknown),
                    _ => Err(format!("{method} is used as a function")),
                }
            }
            _ if rest.is_empty() && piped.is_none() => self.operand(first, dot),
            _ => Err("a value is used as a function".to_owned()),
        }
    }

    /// `and` and `or` look no further than they have to.
    fn shortened(
        &mut self,
        or: bool,
        rest: &[Expr],
        piped: Option<Item>,
        dot: &Item,
    ) -> Result<Item, Why> {
        let mut last = Item::Nil;
        for operand in rest {
            last = self.operand(operand, dot)?;
            match self.heap.truth(&last) {
                None => return Ok(Item::Unknown),
                Some(truth) if truth == or => return Ok(last),
                Some(_) => {}
            }
        }
        Ok(piped.unwrap_or(last))
    }

    fn operand(&mut self, expr: &Expr, dot: &Item) -> Result<Item, Why> {
        match expr {
            Expr::Field(names) => self.fields(dot.clone(), names),
            Expr::Variable(name, names) => {
                let known =
                    self.variables[self.base..].iter().rev().find(|(known, _)| known == name);
                let value = known.ok_or_else(|| format!("there is no variable ${name}"))?.1.clone();
                self.fields(value, names)
            }
            Expr::Inner(pipe, names) => {
                let value = self.deeper(|this| this.pipe(pipe, dot))?;
                self.fields(value, names)
            }
            Expr::Name(_) => {
                self.deeper(|this| this.command(std::slice::from_ref(expr), None, dot))
            }
            Expr::Text(text) => self.heap.text(text),
            Expr::Int(number) => Ok(Item::Int(*number)),
            Expr::Float(number) => Ok(Item::Float(*number)),
            Expr::Bool(truth) => Ok(Item::Bool(*truth)),
            Expr::Nil => Ok(Item::Nil),
        }
    }

    fn fields(&mut self, mut value: Item, names: &[String]) -> Result<Item, Why> {
        // What is nothing at all has nothing; only a name that a map lacks is an error to look into.
        if value == Item::Nil {
            return Ok(Item::Nil);
        }
        for name in names {
            value = match &value {
                Item::Map(_) => self.heap.get(&value, name).cloned().unwrap_or(Item::Nil),
                Item::Unknown => Item::Unknown,
                Item::Native(Native::Files) => Item::Unknown,
                _ => return Err(format!("there is nothing that .{name} could be of")),
            };
        }
        Ok(value)
    }
}

fn located(line: u32, why: Why) -> Why {
    if why.starts_with("line ") { why } else { format!("line {line}: {why}") }
}

/// All but the last name, and that.
fn split(names: &[String], rest: impl FnOnce(Vec<String>) -> Expr) -> Option<(Expr, String)> {
    let (last, front) = names.split_last()?;
    Some((rest(front.to_vec()), last.clone()))
}
