//! Versions and constraints as charts compare them: `>=1.19-0`, `^1.2`, `>1.2 <2 || 3.x`.

use std::cmp::Ordering;

/// A version; parts that are left out are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    numbers: Vec<u64>,
    before: Option<String>,
}

fn version(text: &str) -> Option<Version> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let text = text.split('+').next().unwrap_or(text);
    let (numbers, before) = match text.split_once('-') {
        Some((numbers, before)) => (numbers, Some(before.to_owned())),
        None => (text, None),
    };
    let parts = numbers.split('.').take_while(|part| !matches!(*part, "x" | "X" | "*"));
    let numbers = parts.map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    (numbers.len() <= 3).then_some(Version { numbers, before })
}

fn compare(a: &Version, b: &Version) -> Ordering {
    let part = |version: &Version, at: usize| version.numbers.get(at).copied().unwrap_or(0);
    (0..3).map(|at| part(a, at).cmp(&part(b, at))).find(|order| order.is_ne()).unwrap_or_else(
        || match (&a.before, &b.before) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => a.cmp(b),
        },
    )
}

/// Whether a version satisfies a constraint; none when one of them is not understood.
pub fn satisfies(text: &str, constraint: &str) -> Option<bool> {
    let own = version(text)?;
    let mut any = false;
    for choice in constraint.split("||") {
        let mut all = true;
        let spaced = choice.replace(',', " ");
        let mut words = spaced.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let digits =
                word.find(|c: char| c.is_ascii_alphanumeric() || c == '*').unwrap_or(word.len());
            let (sign, rest) = word.split_at(digits);
            let rest = if rest.is_empty() { words.next()? } else { rest };
            let bound = version(rest)?;
            // What is not finished counts only where the constraint speaks of such.
            let finished = own.before.is_none() || bound.before.is_some();
            all &= finished && holds(&own, sign, &bound)?;
        }
        any |= all;
    }
    Some(any)
}

fn holds(own: &Version, sign: &str, bound: &Version) -> Option<bool> {
    let order = compare(own, bound);
    let same = |parts: usize| {
        let parts = parts.min(bound.numbers.len());
        (0..parts).all(|at| own.numbers.get(at).copied().unwrap_or(0) == bound.numbers[at])
    };
    Some(match sign {
        "" | "=" => same(3) && (bound.numbers.len() < 3 || order.is_eq()),
        "!=" => !order.is_eq(),
        ">" => order.is_gt(),
        "<" => order.is_lt(),
        ">=" | "=>" => order.is_ge(),
        "<=" | "=<" => order.is_le(),
        "~" => order.is_ge() && same(2),
        "^" => {
            let leading = bound.numbers.iter().take_while(|number| **number == 0).count();
            order.is_ge() && same(leading + 1)
        }
        _ => return None,
    })
}
