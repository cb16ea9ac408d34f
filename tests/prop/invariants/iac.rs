//! Invariants of what reads Dockerfiles and shell scripts.

use securescan::engine::dockerfile::{check, parse};
use securescan::engine::shell::{self, Script};
use securescan::text::mapped::Mapped;
use std::ops::Range;

/// Any text as a Dockerfile, as a compose file and as a shell script: every place is one of the text, between characters.
pub fn dockerfile(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let file = parse(&text);
    for one in &file.instructions {
        inside(&text, &one.range);
        inside(&text, &one.head);
        let flags = one.flags.iter().map(|flag| &flag.range);
        flags
            .chain(one.pairs.iter().map(|pair| &pair.range))
            .for_each(|range| inside(&text, range));
        one.args().iter().for_each(|word| inside(&text, &word.range));
        script(&text, &one.script);
        assert!(one.stage.is_none_or(|stage| stage < file.stages.len()));
    }
    for (index, stage) in file.stages.iter().enumerate() {
        assert!(stage.parent.is_none_or(|parent| parent < index));
        assert!(
            stage.instructions.end <= file.instructions.len()
                && stage.instructions.contains(&stage.from)
        );
    }
    file.broken.iter().for_each(|broken| inside(&text, &broken.range));
    let (problems, secrets) = check::check(&file, &["registry.example/a".to_owned()]);
    for problem in &problems {
        inside(&text, &problem.range);
        let title = problem.title();
        assert!(title.len() < 400 && !title.contains(char::is_control), "{title:?}");
    }
    for range in &secrets {
        inside(&text, range);
    }
    script(&text, &shell::read(&Mapped::plain(&text, 0)));
    super::examine("Dockerfile", data);
    super::examine("compose.yml", data);
}

fn inside(text: &str, range: &Range<usize>) {
    assert!(range.start <= range.end && range.end <= text.len(), "{range:?} of {}", text.len());
    assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end), "{range:?}");
}

fn script(text: &str, script: &Script) {
    let count = script.commands.len();
    for (index, command) in script.commands.iter().enumerate() {
        inside(text, &command.range);
        command.words.iter().chain(&command.prefixes).for_each(|word| inside(text, &word.range));
        command.assignments.iter().for_each(|(_, word)| inside(text, &word.range));
        command.redirections.iter().for_each(|one| inside(text, &one.target.range));
        assert!(command.inside.is_none_or(|inside| inside.command < count));
        if let Some(reader) = command.feeds {
            assert_eq!(script.commands.get(reader).and_then(|one| one.fed_by), Some(index));
        }
    }
}
