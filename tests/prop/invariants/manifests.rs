//! Manifests and templates: any bytes are read or refused, quickly, and every place lies inside the text.

use super::file;
use securescan::engine::Sink;
use securescan::engine::misconfig::helm::heap::Item;
use securescan::engine::misconfig::helm::render::Renderer;
use securescan::engine::misconfig::{check::Checks, judge, kubernetes};
use securescan::target::Blob;

/// The first line is the path.
pub fn manifest(data: &[u8]) {
    let (path, bytes) = file(data);
    let reader = &kubernetes::READER;
    if !(reader.may_be)(&path) {
        return;
    }
    let Some(reading) = (reader.read)(&path, bytes) else { return };
    for resource in &reading.scope.resources {
        assert!(resource.head.start <= resource.head.end, "{resource:?}");
        assert!(resource.head.end <= bytes.len(), "{resource:?}");
        assert!(resource.address.len() < 4096, "{}", resource.address);
    }
    let checks = Checks::default();
    let problems = judge::problems(&reading.scope, &checks);
    for problem in &problems {
        assert!(problem.range.end <= bytes.len(), "{problem:?}");
    }
    let mut sink = Sink::new();
    judge::report(problems, &checks, bytes, &mut sink);
    let secrets = sink.secrets().to_vec();
    assert!(secrets.iter().all(|range| range.start <= range.end && range.end <= bytes.len()));
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u32 + 1;
    for finding in sink.place(&Blob::new(&path, bytes), &secrets) {
        assert!(finding.line.is_some_and(|line| (1..=lines).contains(&line)), "{finding:?}");
    }
}

/// A template; the text is what it is given as its dot too.
pub fn chart(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines = text.matches('\n').count() as u32 + 1;
    let render = || {
        let mut renderer = Renderer::default();
        renderer.add("x", &text)?;
        let dot = renderer.heap.text(text.as_ref())?;
        let values = renderer.heap.list(vec![dot, Item::Int(1), Item::Unknown])?;
        renderer.render("x", &values)
    };
    let once = render();
    match (&once, &render()) {
        (Ok(output), Ok(again)) => {
            assert_eq!(output.text, again.text);
            assert!(
                output.text.is_empty()
                    || output.lines.len() == output.text.matches('\n').count() + 1
            );
            assert!(output.lines.iter().all(|line| (1..=lines).contains(line)), "{output:?}");
        }
        (Err(why), Err(again)) => assert_eq!(why, again),
        both => panic!("{both:?}"),
    }
}
