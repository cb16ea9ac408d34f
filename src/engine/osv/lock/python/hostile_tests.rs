//! Readers against files that are cut off, changed at random or made to take long.

use super::super::File;
use super::super::memory::Memory;
use super::FORMATS;
use super::manifest_tests::PYPROJECT;
use super::tests::{COMPILED, PIPFILE_LOCK, POETRY, UV};

/// Samples with the format that reads them.
fn samples() -> Vec<(&'static str, &'static str, String)> {
    let pdm = "[metadata]\nlock_version = \"4.5.0\"\n[[package]]\nname = \"a\"\nversion = \"1.0\"\n\
        groups = [\"x\"]\n\
               dependencies = [\"b<2\"]\nfiles = [{file = \"é\", hash = \"sha256:00\"}]\n";
    let pylock = "lock-version = '1.0'\n[[packages]]\nname = 'é'\nversion = '1.0'\nmarker = \"'x' in extras\"\n\
                  wheels = [{hashes = {sha256 = '00'}}]\n";
    let cfg = "[metadata]\nname = é\n[options]\ninstall_requires =\n  a==1 ; extra == 'é'\n  b\n\
        setup_requires = a;b\n";
    let py = "setup(install_requires=['a', u\"é==1\", r'x'], extras_require={'x': ['y']}, x='''\n\\\\''')\n";
    let metadata = "Name: a\nVersion: 1\nLicense: é\n  x\nClassifier: License :: x\n\
        Requires-Dist: b (>=1) ; extra == 'é'\n";
    vec![
        (
            "requirements.txt",
            "requirements.txt",
            format!("{COMPILED}# é\né==1\n-r requirements.txt\n"),
        ),
        ("Pipfile.lock", "Pipfile.lock", PIPFILE_LOCK.to_owned()),
        ("Pipfile", "Pipfile", "[packages]\na = {version = \"é\"}\nb = \"==1\"\n".to_owned()),
        ("uv.lock", "uv.lock", UV.to_owned()),
        ("poetry.lock", "poetry.lock", POETRY.to_owned()),
        ("pdm.lock", "pdm.lock", pdm.to_owned()),
        ("pylock.toml", "pylock.toml", pylock.to_owned()),
        ("pyproject.toml", "pyproject.toml", PYPROJECT.to_owned()),
        ("setup.cfg", "setup.cfg", cfg.to_owned()),
        ("setup.py", "setup.py", py.to_owned()),
        ("site-packages", "site-packages/a.dist-info/METADATA", metadata.to_owned()),
    ]
}

#[test]
fn no_change_of_a_file_makes_a_reader_panic_or_linger() {
    // A linear congruential generator: the same bytes in every run.
    let mut state = 1u64;
    let mut random = move |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let start = std::time::Instant::now();
    let around = Memory::default();
    let mut read_well = 0;
    for (format, path, sample) in samples() {
        let format = FORMATS.iter().find(|one| one.name == format).unwrap();
        let check = |bytes: &[u8]| {
            let read = (format.read)(&File { path, bytes, around: &around });
            if let Ok(listing) = &read {
                let count = listing.components.len() as u32;
                for component in &listing.components {
                    assert!(component.line > 0 && !component.name.is_empty());
                    assert!(component.dependencies.iter().all(|at| *at < count));
                }
            }
            usize::from(read.is_ok())
        };
        assert_eq!(check(sample.as_bytes()), 1, "{path}");
        for end in 0..sample.len() {
            read_well += check(&sample.as_bytes()[..end]);
        }
        for _ in 0..600 {
            let mut bytes = sample.clone().into_bytes();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                match random(3) {
                    0 => bytes[at] = random(256) as u8,
                    1 => bytes[at] = b"[]{}'\"\\\n=.,;@#- "[random(16)],
                    _ => {
                        let from = random(bytes.len());
                        let piece = bytes[from..bytes.len().min(from + 1 + random(20))].to_vec();
                        bytes.splice(at..at, piece);
                    }
                }
            }
            read_well += check(&bytes);
        }
    }
    assert!(read_well > 3000, "{read_well}");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn big_hostile_files_end_quickly() {
    let many = |piece: &str, times: usize| piece.repeat(times);
    let entry = "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"x\" }\n\
        dependencies = [{ name = \"a\", version = \"1\" }]\n";
    let poetry = "[[package]]\nname = \"a\"\nversion = \"1\"\n[package.dependencies]\na = \"1\"\n";
    let pdm =
        "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"a\", \"b\"]\ngit = \"x\"\n";
    let via = "a==1 # via a, b, c\n";
    for (format, path, text) in [
        ("uv.lock", "uv.lock", format!("version = 1\n{}", many(entry, 4000))),
        ("poetry.lock", "poetry.lock", format!("{}[metadata]\n", many(poetry, 4000))),
        ("pdm.lock", "pdm.lock", format!("[metadata]\nlock_version = \"4\"\n{}", many(pdm, 4000))),
        ("requirements.txt", "requirements.txt", many(via, 40_000)),
        ("requirements.txt", "requirements.txt", many("a \\\n", 200_000)),
        ("requirements.txt", "requirements.txt", many("\\\\", 400_000)),
        ("requirements.txt", "requirements.txt", format!("a=={}", many(" -", 400_000))),
        ("setup.py", "setup.py", many("install_requires=[", 40_000)),
        ("setup.py", "setup.py", many("extras_require={'a':['b'", 40_000)),
        (
            "setup.cfg",
            "setup.cfg",
            format!("[options]\ninstall_requires =\n{}", many(" a\n", 200_000)),
        ),
        (
            "site-packages",
            "site-packages/a.dist-info/METADATA",
            format!("Name: a\nVersion: 1\n{}", many("License: x\n", 200_000)),
        ),
    ] {
        let start = std::time::Instant::now();
        let read = Memory::new(&[(path, &text)]).read_as(FORMATS, format, path);
        assert!(start.elapsed().as_secs() < 10, "{format}: {:?}", start.elapsed());
        drop(read);
    }
}
