//! Reads Gradle's lockfiles: `group:artifact:version=configuration,…` one a line, and the older form with one file for
//! each configuration. Knows no build script.

use super::super::super::component::{Component, Ecosystem, Listing, Note, Scope};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::{Counted, Wanted, is_id, several, wanted};

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let mut listing =
        Listing { path: file.path.to_owned(), format: "gradle.lockfile", ..Listing::default() };
    let build = file.name() == "buildscript-gradle.lockfile";
    // In the older form the name of the file is the configuration.
    let whole = file.name().strip_suffix(".lockfile").filter(|name| !name.ends_with("gradle"));
    let (mut bad, mut left_out) = (Counted::default(), 0);
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line == "empty" || line.starts_with("empty=")
        {
            continue;
        }
        let (name, configurations) =
            line.split_once('=').unwrap_or((line, whole.unwrap_or_default()));
        let parts: Vec<&str> = name.split(':').take(4).collect();
        let [group, artifact, version] = parts[..] else {
            bad.add(number);
            continue;
        };
        let Wanted::Exact(version) = wanted(version) else {
            bad.add(number);
            continue;
        };
        if !is_id(group) || !is_id(artifact) {
            bad.add(number);
            continue;
        }
        if listing.components.len() >= MAX_COMPONENTS {
            left_out += 1;
            continue;
        }
        let name = format!("{group}:{artifact}");
        let mut component = Component::new(Ecosystem::Maven, name, version, number);
        component.scope = if build { Scope::Build } else { scope(configurations) };
        listing.components.push(component);
    }
    if bad.count > 0 {
        let message = format!("{} not understood", several(bad.count, "line"));
        listing.notes.push(Note::Lost { line: Some(bad.first), message });
    }
    if left_out > 0 {
        let message = format!("{} beyond the limit", several(left_out, "package"));
        listing.notes.push(Note::Lost { line: None, message });
    }
    Ok(listing)
}

/// What a package is needed for, by the configurations it is in: the most important one counts.
fn scope(configurations: &str) -> Scope {
    let each = configurations.split(',').map(str::trim).filter(|name| !name.is_empty());
    each.map(configuration).min().unwrap_or_default()
}

/// What a configuration of Gradle is for, by the names that its plugins give.
pub(super) fn configuration(name: &str) -> Scope {
    /// Names, or their ends, of configurations that are no part of what is shipped.
    const BUILD: &[&str] = &[
        "annotationprocessor",
        "annotationprocessorpath",
        "kapt",
        "ksp",
        "compileonly",
        "compileonlyapi",
        "classpath",
        "providedcompile",
        "provided",
        "pluginclasspath",
        "compilerclasspath",
        "lintchecks",
        "desugaring",
        "pluginmetadata",
        "detektplugins",
        "jacocoagent",
        "jacocoant",
        "checkstyle",
        "pmd",
        "spotbugs",
        "ktlint",
        "errorprone",
    ];
    let name = name.to_ascii_lowercase();
    if name.contains("test") || name.contains("jmh") {
        Scope::Test
    } else if name == "developmentonly" {
        Scope::Dev
    } else if name.ends_with("compileclasspath") || name.ends_with("runtimeclasspath") {
        // `compileClasspath` holds compile-only packages too; which of them they are it does not tell.
        Scope::Runtime
    } else if BUILD.iter().any(|end| name.ends_with(end))
        || name.starts_with("kotlin") && name.contains("classpath")
    {
        Scope::Build
    } else {
        Scope::Runtime
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::*;

    #[test]
    fn every_line_is_a_package_with_the_scope_of_its_configurations() {
        let text = "# comment\norg.a:a:1.0=compileClasspath,testRuntimeClasspath\norg.b:b:2=testCompileClasspath\n\
                    org.c:c:3=annotationProcessor\nbroken\norg.d:d=x\nempty=kapt\n";
        let listing =
            Files::new(&[("gradle.lockfile", text)]).listing(read, "gradle.lockfile").unwrap();
        let all: Vec<_> =
            listing.components.iter().map(|c| (&*c.name, &*c.version, c.scope, c.line)).collect();
        assert_eq!(
            all,
            [
                ("org.a:a", "1.0", Scope::Runtime, 2),
                ("org.b:b", "2", Scope::Test, 3),
                ("org.c:c", "3", Scope::Build, 4),
            ]
        );
        let lost = Note::Lost { line: Some(5), message: "2 lines not understood".to_owned() };
        assert_eq!(listing.notes, [lost]);
    }

    #[test]
    fn the_file_name_gives_the_scope_where_lines_have_none() {
        for (path, expected) in [
            ("gradle/dependency-locks/testRuntimeClasspath.lockfile", Scope::Test),
            ("gradle/dependency-locks/runtimeClasspath.lockfile", Scope::Runtime),
            ("buildscript-gradle.lockfile", Scope::Build),
        ] {
            let listing = Files::new(&[(path, "g:a:1\n")]).listing(read, path).unwrap();
            assert_eq!(listing.components[0].scope, expected, "{path}");
        }
    }
}
