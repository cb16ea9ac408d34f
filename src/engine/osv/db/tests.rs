//! The builder and the reader together: what goes in comes out, damage is told, and nothing depends on chance.

use super::super::component::Ecosystem;
use super::super::import::scores::{Epss, Kev};
use super::*;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::io::Cursor;

fn numbers(_: Ecosystem, a: &str, b: &str) -> Option<Ordering> {
    let parts = |text: &str| text.split('.').map(|n| n.parse().ok()).collect::<Option<Vec<u32>>>();
    Some(parts(a)?.cmp(&parts(b)?))
}

fn osv(id: &str, aliases: &str, ecosystem: &str, name: &str, rest: &str) -> (String, Vec<u8>) {
    let text = format!(
        r#"{{"id": "{id}", "modified": "2026-01-02T03:04:05Z", "aliases": [{aliases}],
           "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "{name}"}},
             "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "1.5"}}]}}],
             "versions": ["1.0", "2.0"]}}]{rest}}}"#
    );
    (format!("{id}.json"), text.into_bytes())
}

const VECTOR: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

fn files() -> Vec<(String, Vec<u8>)> {
    let scored =
        format!(r#", "summary": "Two", "severity": [{{"type": "CVSS_V3", "score": "{VECTOR}"}}]"#);
    vec![
        osv("PYSEC-2026-1", r#""CVE-2026-1000""#, "PyPI", "Some_Thing", ""),
        osv("GHSA-2222-3333-4444", r#""CVE-2026-1000""#, "PyPI", "some-thing", &scored),
        osv("GO-2026-0001", "", "Go", "example.org/m", ""),
        osv("MAL-2026-7", "", "npm", "evil", ""),
        ("broken.json".to_owned(), b"{".to_vec()),
        ("README.md".to_owned(), b"# x".to_vec()),
    ]
}

fn build(files: &[(String, Vec<u8>)]) -> Built {
    let mut builder = Builder::new(&numbers);
    let source = builder.source("test", "r1", 0, "CC0-1.0");
    builder.add(source, files);
    let epss = b"#model_version:v1,score_date:2026-02-03\ncve,epss,percentile\n\
        CVE-2026-1000,0.5,0.9\nCVE-1999-1,0.1,0.1\n";
    builder.epss(Epss::read(epss).unwrap());
    let kev = br#"{"dateReleased": "2026-02-04", "vulnerabilities": [
        {"cveID": "CVE-2026-1000", "dateAdded": "2026-01-09"}]}"#;
    builder.kev(Kev::read(kev).unwrap());
    builder.finish(1_780_000_000, "securescan test").unwrap()
}

fn open(bytes: Vec<u8>) -> Result<Database, Damaged> {
    Database::open(Box::new(Cursor::new(bytes)))
}

/// Everything that can be asked; panics are what the tests look for.
fn ask(database: &Database) -> Result<usize, Damaged> {
    let mut answers = 0;
    for (ecosystem, name) in [
        (Ecosystem::PyPi, "some-thing"),
        (Ecosystem::Go, "example.org/m"),
        (Ecosystem::Npm, "evil"),
        (Ecosystem::Npm, "nothing"),
        (Ecosystem::Maven, "a:b"),
    ] {
        if let Some(package) = database.package(ecosystem, name)? {
            for row in &package.rows {
                database.details(row.advisory)?;
                answers += 1;
            }
        }
    }
    Ok(answers)
}

#[test]
fn what_goes_in_comes_out() {
    let built = build(&files());
    assert_eq!(built.failures.len(), 1, "{:?}", built.failures);
    assert!(built.failures[0].starts_with("test: broken.json: "));
    let database = open(built.bytes).unwrap();
    database.verify().unwrap();
    let header = database.header();
    assert_eq!((header.advisories, header.groups), (4, 3));
    assert_eq!((header.sources[0].files, header.sources[0].failed), (6, 1));
    assert_eq!(database.newest_day().unwrap().to_string(), "2026-01-02");
    assert!(database.covers(Ecosystem::Go) && !database.covers(Ecosystem::Maven));

    let package = database.package(Ecosystem::PyPi, "some-thing").unwrap().unwrap();
    let [first, second] = &*package.rows else { panic!("{package:?}") };
    assert_eq!((first.group, second.group), (first.advisory, first.advisory));
    assert_eq!((first.score, second.score), (Some(9.8), Some(9.8)), "filled from the group");
    assert_eq!(first.affected.versions, ["2.0"], "1.0 is within the range");
    let details: Vec<_> =
        package.rows.iter().map(|row| database.details(row.advisory).unwrap()).collect();
    assert_eq!(details[0].id, "GHSA-2222-3333-4444");
    assert_eq!(details[0].aliases, ["CVE-2026-1000", "PYSEC-2026-1"]);
    assert_eq!(
        (details[1].summary.as_str(), details[1].vectors.as_slice()),
        ("Two", &[VECTOR.to_owned()][..])
    );
    let evil = database.package(Ecosystem::Npm, "evil").unwrap().unwrap();
    assert_eq!(evil.rows[0].kind, Kind::Malware);
    assert_eq!(database.package(Ecosystem::Npm, "evi").unwrap(), None);
    assert_eq!(database.epss("CVE-2026-1000"), Some(0.5));
    assert_eq!(database.epss("CVE-1999-1"), None, "only CVEs that occur are kept");
    assert_eq!(database.known_exploited("CVE-2026-1000"), Some("2026-01-09"));
}

#[test]
fn the_order_of_files_and_the_number_of_threads_change_nothing() {
    let expected = build(&files()).bytes;
    let mut reversed = files();
    reversed.reverse();
    assert!(build(&reversed).bytes == expected);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert!(one.install(|| build(&reversed)).bytes == expected);
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let good = build(&files()).bytes;
    assert_eq!(ask(&open(good.clone()).unwrap()), Ok(4));
    for length in 0..good.len() {
        assert!(open(good[..length].to_vec()).is_err(), "{length}");
    }
    let mut longer = good;
    longer.push(0);
    assert!(open(longer).is_err());
}

#[test]
fn a_flipped_byte_is_told_and_never_changes_an_answer() {
    let good = build(&files()).bytes;
    let trailer = good.len() - TRAILER;
    for at in 0..good.len() {
        for bit in [1, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= bit;
            let answer = open(bad).and_then(|database| {
                ask(&database)?;
                database.verify()
            });
            assert!(answer.is_err(), "byte {at} of {}", good.len());
        }
    }
    let mut bad = good;
    bad[trailer] ^= 1;
    assert_eq!(ask(&open(bad).unwrap()), Ok(4), "the trailer is only held against the whole");
}

#[test]
fn newer_and_foreign_files_say_what_they_are() {
    assert_eq!(
        open(b"PK\x03\x04 and so on and so on and so on".to_vec()).unwrap_err(),
        Damaged::NotOne
    );
    let mut newer = build(&files()).bytes;
    newer[8] = 9;
    let message = open(newer).unwrap_err().to_string();
    assert!(message.contains("format 9") && message.contains("reads format 1"), "{message}");
}

#[test]
fn nothing_to_build_from_is_an_error() {
    let builder = Builder::new(&numbers);
    assert_eq!(builder.finish(0, "x").unwrap_err(), BuildError::Empty);
}

#[test]
fn one_id_in_two_files_is_one_advisory_with_both_packages() {
    let both = [osv("CVE-2026-5", "", "PyPI", "a", ""), osv("CVE-2026-5", "", "PyPI", "b", "")];
    let named: Vec<(String, Vec<u8>)> =
        both.into_iter().enumerate().map(|(n, (_, bytes))| (format!("{n}.json"), bytes)).collect();
    let database = open(build(&named).bytes).unwrap();
    assert_eq!(database.header().advisories, 1);
    for name in ["a", "b"] {
        assert!(database.package(Ecosystem::PyPi, name).unwrap().is_some());
    }
}

#[test]
fn many_packages_over_many_frames_are_all_found() {
    let files: Vec<(String, Vec<u8>)> = (0..4000)
        .map(|n| {
            osv(&format!("PYSEC-2026-{n}"), "", "PyPI", &format!("package-with-number-{n}"), "")
        })
        .collect();
    let built = build(&files);
    let database = open(built.bytes).unwrap();
    for n in 0..4000 {
        let name = format!("package-with-number-{n}");
        let package = database.package(Ecosystem::PyPi, &name).unwrap().unwrap();
        let details = database.details(package.rows[0].advisory).unwrap();
        assert_eq!(details.id, format!("PYSEC-2026-{n}"));
        assert_eq!(database.package(Ecosystem::PyPi, &format!("{name}x")).unwrap(), None);
    }
}

/// A file whose checksums are right and whose content is anything: as somebody would make it who wants to do harm.
fn forged(table: &[u8], frames: &[Vec<u8>]) -> Vec<u8> {
    use sha2::Digest as _;
    let header = serde_json::to_vec(&Header {
        ecosystems: vec![Coverage { name: "PyPI".into(), ..Coverage::default() }],
        advisories: 1000,
        ..Header::default()
    })
    .unwrap();
    let packed = zstd::bulk::compress(table, 1).unwrap();
    let frames: Vec<Vec<u8>> =
        frames.iter().map(|frame| zstd::bulk::compress(frame, 1).unwrap()).collect();
    let length = FIXED + header.len() + packed.len() + HEAD_DIGEST + TRAILER;
    let length = length + frames.iter().map(Vec::len).sum::<usize>();
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&[1, 0, 0, 0]);
    for part in [header.len(), packed.len(), table.len()] {
        out.extend_from_slice(&(part as u32).to_le_bytes());
    }
    out.extend_from_slice(&(length as u64).to_le_bytes());
    out.extend_from_slice(&header);
    out.extend_from_slice(&packed);
    let digest = sha2::Sha256::digest(&out);
    out.extend_from_slice(&digest[..HEAD_DIGEST]);
    for frame in &frames {
        out.extend_from_slice(frame);
    }
    out.extend_from_slice(&[0; TRAILER]);
    out
}

fn table(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut table = vec![1, 1, 1];
    for frame in frames {
        let packed = zstd::bulk::compress(frame, 1).unwrap();
        wire::put(&mut table, packed.len() as u64);
        wire::put(&mut table, frame.len() as u64);
    }
    table.extend_from_slice(&[0, 1, b'a', 0]);
    table
}

proptest! {
    #[test]
    fn a_forged_file_is_read_or_refused(
        index in proptest::collection::vec(0..40_u8, 0..60),
        rows in proptest::collection::vec(any::<u8>(), 0..60),
        details in proptest::collection::vec(0..30_u8, 0..80),
        random in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        // An index that leads to the rows, followed by anything.
        let mut keys = vec![0, 0, 0, 0, 1, b'a', 0, rows.len() as u8];
        keys.extend_from_slice(&index);
        let frames = vec![keys, rows, details, Vec::new(), Vec::new()];
        for table in [table(&frames), random] {
            if let Ok(database) = open(forged(&table, &frames)) {
                let _ = database.package(Ecosystem::PyPi, "a");
                let _ = database.package(Ecosystem::PyPi, "b");
                for advisory in 0..40 {
                    let _ = database.details(advisory);
                }
                let _ = database.details(u32::MAX);
                let _ = database.verify();
            }
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(open(bytes.clone()).is_err());
        let mut with_magic = MAGIC.to_vec();
        with_magic.extend_from_slice(&[1, 0, 0, 0]);
        with_magic.extend_from_slice(&bytes);
        prop_assert!(open(with_magic).is_err());
    }
}
