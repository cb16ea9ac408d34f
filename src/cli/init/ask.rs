//! The questions of `init`: each has an answer ready, which an empty line takes.

use super::Choice;
use crate::cli::failure::Failure;
use crate::finding::Severity;
use std::io::{BufRead, Write};
use std::str::FromStr;

/// Lets a person change what was chosen for them. The end of the input keeps the rest as it is.
pub(super) fn ask(
    choice: &mut Choice,
    input: &mut dyn BufRead,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let types = choice.types.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(",");
    if let Some(types) = question("Scan types", &types, input, err, super::types)? {
        choice.types = types;
        choice.unserved.clear();
    }
    let threshold = choice.threshold.as_str();
    let severity = |line: &str| Severity::from_str(line).map_err(|error| error.to_string());
    if let Some(threshold) = question("Fail from severity", threshold, input, err, severity)? {
        choice.threshold = threshold;
    }
    let workflow = if choice.workflow { "yes" } else { "no" };
    if let Some(wanted) = question("Write a GitHub workflow", workflow, input, err, yes_or_no)? {
        choice.workflow = wanted;
    }
    Ok(())
}

fn yes_or_no(line: &str) -> Result<bool, String> {
    match line.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("answer yes or no".to_owned()),
    }
}

/// Asks until the answer can be used; `None` keeps what is proposed.
fn question<T>(
    text: &str,
    proposed: &str,
    input: &mut dyn BufRead,
    err: &mut dyn Write,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, Failure> {
    loop {
        write!(err, "{text} [{proposed}]: ")?;
        err.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(err)?;
            return Ok(None);
        }
        let line = line.trim();
        if line.is_empty() {
            return Ok(None);
        }
        match read(line) {
            Ok(answer) => return Ok(Some(answer)),
            Err(why) => writeln!(err, "  {}", crate::text::escape::terminal(&why))?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::ScanType;

    fn asked(answers: &str) -> (Choice, String) {
        let mut choice = Choice {
            types: vec![ScanType::Code],
            unserved: vec![ScanType::Network],
            threshold: Severity::High,
            workflow: true,
        };
        let mut err = Vec::new();
        ask(&mut choice, &mut answers.as_bytes(), &mut err).unwrap();
        (choice, String::from_utf8(err).unwrap())
    }

    #[test]
    fn empty_answers_and_the_end_of_the_input_keep_what_was_proposed() {
        for answers in ["\n\n\n", "", "  \n"] {
            let (choice, _) = asked(answers);
            assert_eq!(choice.types, [ScanType::Code]);
            assert_eq!(choice.unserved, [ScanType::Network]);
            assert_eq!((choice.threshold, choice.workflow), (Severity::High, true));
        }
    }

    #[test]
    fn a_wrong_answer_is_explained_and_asked_again() {
        let (choice, text) = asked("code\nawful\nlow\nmaybe\nNo\n");
        assert_eq!(choice.unserved, [ScanType::Code; 0]);
        assert_eq!((choice.threshold, choice.workflow), (Severity::Low, false));
        assert!(text.contains("unknown severity \"awful\"") && text.contains("answer yes or no"));
        assert_eq!(text.matches("Fail from severity [high]: ").count(), 2);
    }
}
