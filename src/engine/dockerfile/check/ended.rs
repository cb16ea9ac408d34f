//! Which releases of images get no more fixes. A table with the days (`ended.txt`), not the clock, decides, so that a file is
//! judged alike every day.
//!
//! The days are those of the projects' own calendars as <https://endoflife.date> gathered them in August 2026, those of
//! Debian (with its long-term support) and Ubuntu (its standard support) those of the package distro-info-data
//! 0.58+deb12u7. What had ended by [`AS_OF`] is in it. `openjdk` gets no updates since July 2022
//! (<https://hub.docker.com/_/openjdk>).

use super::image::Image;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The day of the table.
#[cfg(test)]
const AS_OF: &str = "2026-11-27";

/// Lines of image, day, beginnings of tags; `#` begins a comment.
const TABLE: &str = include_str!("ended.txt");

/// Beginnings of tags of each image.
static ENDED: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut ended: HashMap<&str, Vec<&str>> = HashMap::new();
    for (image, _, tags) in rows() {
        ended.entry(image).or_default().extend(tags);
    }
    ended
});

fn rows() -> impl Iterator<Item = (&'static str, &'static str, std::str::SplitWhitespace<'static>)>
{
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?, words))
    })
}

/// Whether a release of an image is past its end, or the distribution that its tag names is.
pub(super) fn has_ended(image: &Image<'_>) -> bool {
    let Some(tag) = image.tag else { return false };
    let name = image.official();
    if is_listed(name, tag) {
        return true;
    }
    // `python:3.13-slim-buster`, `node:24-alpine3.18`.
    let is_official = !name.contains('/');
    is_official
        && tag.split('-').any(|part| match part.strip_prefix("alpine") {
            Some(version) => is_listed("alpine", version),
            None => {
                part.bytes().all(|b| b.is_ascii_lowercase())
                    && ["debian", "ubuntu"].iter().any(|name| is_listed(name, part))
            }
        })
}

fn is_listed(name: &str, tag: &str) -> bool {
    // `3.1` is not the beginning of `3.12`.
    ENDED.get(name).is_some_and(|tags| {
        tags.iter().any(|release| {
            tag.strip_prefix(release)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_of_the_table_is_past_and_stands_once() {
        let mut seen = BTreeSet::new();
        for (image, day, tags) in rows() {
            assert!(day.parse::<jiff::civil::Date>().is_ok() && day <= AS_OF, "{image} {day}");
            let tags: Vec<&str> = tags.collect();
            assert!(!tags.is_empty(), "{image} {day}");
            for tag in tags {
                assert!(seen.insert((image, tag)), "{image}:{tag} stands twice");
            }
        }
        assert!(seen.len() > 300);
    }

    #[test]
    fn releases_are_told_by_their_tags() {
        for (image, expected) in [
            ("debian:bullseye-slim", true),
            ("debian:12", false),
            ("docker.io/library/node:20-bookworm", true),
            ("node:22", false),
            ("node:24-alpine3.18", true),
            ("node:24-alpine", false),
            ("python:3.1", true),
            ("python:3.12", false),
            ("python:3.13-slim-buster", true),
            ("python:3.13-slim-trixie", false),
            ("ubuntu:22.10", true),
            ("ubuntu:22.04", false),
            ("golang:1.2", true),
            ("golang:1.27", false),
            ("openjdk:8-jre-alpine", true),
            ("eclipse-temurin:21", false),
            ("mcr.microsoft.com/dotnet/sdk:6.0-alpine", true),
            ("mcr.microsoft.com/dotnet/sdk:10.0", false),
            ("example/debian:buster", false),
            ("python", false),
        ] {
            assert_eq!(has_ended(&Image::of(image)), expected, "{image}");
        }
    }
}
