//! Claims about the scanner as a whole: spellings, lists, where licences come from, what is reported.

use super::category::Category;
use super::expression::{Certainty, Expression, parse};
use super::resolve::resolve;
use super::*;
use crate::engine::osv::component::{Ecosystem, Origin};

/// What is written, and what it means; `~` before it for a guess.
const WRITTEN: &str = include_str!("written.tsv");

fn meaning(text: &str) -> String {
    parse(text).map_or_else(|| "-".to_owned(), |(expression, _)| expression.to_string())
}

#[test]
fn spellings_mean_what_people_mean_by_them() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in WRITTEN.lines().filter(|line| !line.starts_with('#')) {
        let (written, expected) = line.split_once('\t').unwrap();
        count += 1;
        let (expression, certainty) = parse(&written.replace("\\n", "\n")).unwrap();
        let guess = certainty == Certainty::Guessed;
        let got = format!("{}{expression}", if guess { "~" } else { "" });
        if got != expected {
            wrong.push(format!("{written:?}: {got}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 250, "{count}");
}

#[test]
fn every_row_of_spellings_has_a_meaning_and_reaches_it() {
    let (mut count, mut wrong) = (0, Vec::new());
    for line in include_str!("spellings.tsv").lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 3, "{line}");
        assert!(["named", "guessed"].contains(&cells[1]), "{line}");
        for spelling in cells[2].split('|') {
            count += 1;
            match parse(spelling) {
                Some((found, _)) if found.category() != Category::Unknown => {}
                found => wrong.push(format!("{spelling}: {found:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 500, "{count}");
}

#[test]
fn every_id_and_full_name_of_the_list_is_understood() {
    for license in spdx::identifiers::LICENSES {
        if ["NOASSERTION", "NONE"].contains(&license.name) {
            continue;
        }
        let (by_id, certainty) = parse(license.name).unwrap();
        assert_eq!(certainty, Certainty::Exact, "{}", license.name);
        assert_eq!(by_id.category(), super::category::of_id(license.name), "{}", license.name);
        let (lower, _) = parse(&license.name.to_lowercase()).unwrap();
        assert_eq!(lower, by_id);
        let (by_name, _) = parse(license.full_name).unwrap();
        assert_ne!(by_name.category(), Category::Unknown, "{}", license.full_name);
    }
}

#[test]
fn valid_expressions_are_read_as_the_reference_parser_reads_them() {
    let ids = ["MIT", "Apache-2.0", "GPL-2.0-only", "LGPL-3.0-or-later", "0BSD", "LicenseRef-own"];
    let mut seed = 7_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    for _ in 0..2000 {
        let mut text = String::new();
        let mut open = 0;
        for word in 0..=next(6) {
            if word > 0 {
                text.push_str([" AND ", " OR "][next(2)]);
            }
            if next(4) == 0 {
                text.push('(');
                open += 1;
            }
            let id = ids[next(ids.len())];
            text.push_str(id);
            if id.starts_with("GPL") && next(2) == 0 {
                text.push_str(" WITH Classpath-exception-2.0");
            }
            if open > 0 && next(3) == 0 {
                text.push(')');
                open -= 1;
            }
        }
        text.push_str(&")".repeat(open));
        let reference = spdx::Expression::parse(&text).unwrap();
        let (ours, certainty) = parse(&text).unwrap();
        assert_eq!(certainty, Certainty::Exact, "{text}");
        // The same set of chosen licences has the same answer in both.
        for wanted in 0..1_u32 << ids.len() {
            let has = |name: &str| {
                ids.iter().position(|id| *id == name).is_some_and(|at| wanted & (1 << at) != 0)
            };
            let theirs = reference.evaluate(|req| {
                let name = req.license.to_string();
                has(&name)
            });
            assert_eq!(holds(&ours, &has), theirs, "{text} -> {ours}");
        }
    }
}

fn holds(expression: &Expression, has: &dyn Fn(&str) -> bool) -> bool {
    match expression {
        Expression::One(license) => {
            let mut plain = license.clone();
            plain.exception = None;
            has(&plain.to_string())
        }
        Expression::All(parts) => parts.iter().all(|part| holds(part, has)),
        Expression::Any(parts) => parts.iter().any(|part| holds(part, has)),
    }
}

#[test]
fn classes_of_wholes_follow_choice_and_sum() {
    for (text, expected) in [
        ("MIT OR GPL-3.0-only", Category::Permissive),
        ("MIT AND GPL-3.0-only", Category::StrongCopyleft),
        ("(MIT OR GPL-2.0-only) AND MPL-2.0", Category::WeakCopyleft),
        ("GPL-2.0-only WITH Classpath-exception-2.0", Category::WeakCopyleft),
        ("Apache-2.0 WITH LLVM-exception", Category::Permissive),
        ("Apache-2.0 with Commons Clause", Category::SourceAvailable),
        ("MIT AND Something-Odd", Category::Unknown),
        ("MIT OR Something-Odd", Category::Permissive),
        ("GPL-3.0-only OR Something-Odd", Category::StrongCopyleft),
        ("GPL-3.0-only AND Something-Odd", Category::StrongCopyleft),
        ("UNLICENSED", Category::Proprietary),
        ("LicenseRef-Own", Category::Unknown),
        ("LicenseRef-Acme-Proprietary", Category::Proprietary),
        ("SEE LICENSE IN terms.txt", Category::Proprietary),
    ] {
        assert_eq!(parse(text).unwrap().0.category(), expected, "{text}");
    }
}

#[test]
fn ids_are_not_found_inside_other_words() {
    for text in ["NOT-GPL-3.0", "Not MIT at all", "MITM", "AGPLish", "BSD-ish thing for cats"] {
        assert_eq!(parse(text).unwrap().0.category(), Category::Unknown, "{text}");
    }
}

#[test]
fn what_says_nothing_is_nothing() {
    for text in ["", "  ", "UNKNOWN", "None", "n/a", "NOASSERTION", "License :: OSI Approved"] {
        assert_eq!(meaning(text), "-", "{text:?}");
    }
}

#[test]
fn hostile_texts_are_read_in_bounds() {
    for text in [
        "(".repeat(100_000),
        "(".repeat(4000),
        format!("{}MIT{}", "(".repeat(60), ")".repeat(60)),
        "MIT OR ".repeat(500),
        "MIT;".repeat(1000),
        "é/".repeat(1500),
        "+".repeat(4000),
        " or later".repeat(400),
        "with with with".to_owned(),
        "MIT WITH".to_owned(),
        "AND".to_owned(),
        "://".to_owned(),
        "https://opensource.org/".to_owned(),
        "\u{202e}\u{0}\u{7}".to_owned(),
    ] {
        let shown = parse(&text).map(|(expression, _)| expression.to_string()).unwrap_or_default();
        assert!(shown.len() < 20_000, "{}", shown.len());
        assert!(!shown.chars().any(char::is_control));
    }
}

fn component(name: &str, version: &str, license: Option<&str>) -> Component {
    let mut one = Component::new(Ecosystem::Npm, name, version, 7);
    one.license = license.map(str::to_owned);
    one
}

fn listing(path: &str, format: &'static str, components: Vec<Component>) -> Listing {
    Listing { path: path.to_owned(), format, components, ..Listing::default() }
}

fn role(listing: &Listing) -> Role {
    if listing.format == "lock" { Role::Lockfile } else { Role::Installed }
}

const TODAY: Date = Date::constant(2026, 1, 15);

fn none(_: &str) -> Option<Arc<[u8]>> {
    None
}

fn titles(listings: &[Listing], policy: &Policy) -> Vec<(String, Severity)> {
    let problems = examine(listings, &role, policy, TODAY, &none);
    problems.into_iter().map(|problem| (problem.title, problem.severity)).collect()
}

fn one(license: Option<&str>, policy: &Policy) -> Option<(String, Severity)> {
    let listing =
        listing("node_modules/a/package.json", "tree", vec![component("a", "1.0", license)]);
    titles(&[listing], policy).into_iter().next()
}

#[test]
fn without_a_policy_copyleft_and_closed_licences_are_reported() {
    let policy = Policy::default();
    for (license, expected) in [
        (Some("MIT"), None),
        (Some("MIT OR GPL-3.0"), None),
        (Some("GPL-3.0"), Some(("Copyleft license: a 1.0 (GPL-3.0-only)", Severity::Medium))),
        (Some("AGPLv3+"), Some(("Copyleft license: a 1.0 (AGPL-3.0-or-later)", Severity::Medium))),
        (Some("LGPL-2.1"), Some(("Copyleft license: a 1.0 (LGPL-2.1-only)", Severity::Low))),
        (Some("MPL-2.0"), Some(("Copyleft license: a 1.0 (MPL-2.0)", Severity::Info))),
        (Some("BUSL-1.1"), Some(("Restricted license: a 1.0 (BUSL-1.1)", Severity::Medium))),
        (Some("UNLICENSED"), Some(("Restricted license: a 1.0 (UNLICENSED)", Severity::Medium))),
        (Some("who knows"), Some(("Unknown license: a 1.0", Severity::Low))),
        (Some("UNKNOWN"), Some(("Unknown license: a 1.0", Severity::Low))),
        (None, Some(("Unknown license: a 1.0", Severity::Low))),
    ] {
        let got = one(license, &policy);
        let got = got.as_ref().map(|(title, severity)| (title.as_str(), *severity));
        assert_eq!(got, expected, "{license:?}");
    }
}

fn policy(allow: &[&str], deny: &[&str]) -> Policy {
    let owned = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Policy::new(&owned(allow), &owned(deny), Vec::new()).unwrap()
}

#[test]
fn lists_decide_names_before_classes_and_denials_before_permissions() {
    for (allow, deny, license, expected) in [
        (vec!["permissive"], vec![], "MIT", None),
        (vec!["permissive"], vec![], "GPL-3.0", Some(Severity::Medium)),
        (vec!["permissive"], vec![], "MIT OR GPL-3.0", None),
        (vec!["permissive"], vec![], "MIT AND GPL-3.0", Some(Severity::Medium)),
        (vec!["permissive", "GPL-3.0-only"], vec!["copyleft"], "GPL-3.0", None),
        (vec!["MIT OR Apache-2.0"], vec![], "Apache 2.0", None),
        (vec![], vec!["network-copyleft"], "AGPL-3.0", Some(Severity::High)),
        (vec![], vec!["network-copyleft"], "GPL-3.0", None),
        (vec!["permissive"], vec!["MIT"], "MIT", Some(Severity::High)),
        (vec!["permissive"], vec!["MIT"], "MIT OR ISC", None),
        (vec!["GPL-3.0-only"], vec![], "GPL-2.0-or-later", None),
        (vec!["GPL-2.0-only"], vec![], "GPL-3.0-or-later", Some(Severity::Medium)),
        (vec![], vec!["GPL-2.0"], "GPL-2.0-or-later", Some(Severity::High)),
        (vec![], vec!["GPL-2.0-only"], "GPL-2.0-with-classpath-exception", None),
        (vec![], vec!["GPL-3.0"], "who knows", Some(Severity::Low)),
        (vec!["permissive"], vec![], "who knows", Some(Severity::Medium)),
        (vec!["permissive", "unknown"], vec![], "who knows", None),
        (vec![], vec!["unknown"], "who knows", Some(Severity::High)),
    ] {
        let got = one(Some(license), &policy(&allow, &deny)).map(|(_, severity)| severity);
        assert_eq!(got, expected, "{allow:?} {deny:?} {license}");
    }
}

#[test]
fn entries_that_mean_nothing_are_refused_with_their_place() {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let bad = Policy::new(&words(&["MIT", "Appache"]), &[], Vec::new()).unwrap_err();
    assert_eq!((bad.index, bad.list), (1, "allow"));
    let bad = Policy::new(&[], &words(&["MIT AND ISC"]), Vec::new()).unwrap_err();
    assert_eq!((bad.index, bad.list), (0, "deny"));
    let exception = Exception { package: "[".to_owned(), ..Exception::default() };
    let bad = Policy::new(&[], &[], vec![exception]).unwrap_err();
    assert_eq!((bad.index, bad.list), (0, "exceptions"));
}

#[test]
fn exceptions_cover_what_they_name_until_they_expire() {
    let base = || Exception { package: "npm/a*".to_owned(), ..Exception::default() };
    let on = |day| Some(Date::constant(2026, 1, day));
    for (exception, covered) in [
        (base(), true),
        (Exception { package: "a".to_owned(), ..base() }, true),
        (Exception { package: "PyPI/a".to_owned(), ..base() }, false),
        (Exception { version: Some("1.0".to_owned()), ..base() }, true),
        (Exception { version: Some("2.0".to_owned()), ..base() }, false),
        (Exception { license: Some("GPLv3".to_owned()), ..base() }, true),
        (Exception { license: Some("MIT".to_owned()), ..base() }, false),
        (Exception { expires: on(15), ..base() }, true),
        (Exception { expires: on(14), ..base() }, false),
    ] {
        let policy = Policy::new(&[], &[], vec![exception.clone()]).unwrap();
        let listing = listing("p", "tree", vec![component("a", "1.0", Some("GPL-3.0-only"))]);
        let problems = examine(&[listing], &role, &policy, TODAY, &none);
        assert_eq!(problems.is_empty(), covered, "{exception:?}");
        let expired = problems.first().is_some_and(|p| p.description.contains("expired on"));
        assert_eq!(expired, exception.expires == on(14));
    }
}

#[test]
fn development_lowers_by_one_and_says_so() {
    let mut dev = component("a", "1.0", Some("GPL-3.0-only"));
    dev.scope = Scope::Dev;
    let problems =
        examine(&[listing("l", "lock", vec![dev])], &role, &Policy::default(), TODAY, &none);
    assert_eq!(problems[0].severity, Severity::Low);
    assert!(problems[0].description.contains("Lowered from medium to low"));
    assert_eq!(problems[0].metadata["scope"], "dev");
}

#[test]
fn an_installed_copy_speaks_for_the_lockfile_and_is_not_reported_twice() {
    let listings = [
        listing(
            "package-lock.json",
            "lock",
            vec![
                component("a", "1.0", Some("MIT")),
                component("b", "1.0", None),
                component("c", "1.0", Some("GPL-2.0")),
            ],
        ),
        listing(
            "node_modules/a/package.json",
            "tree",
            vec![component("a", "1.0", Some("GPL-3.0"))],
        ),
        listing(
            "node_modules/b/package.json",
            "tree",
            vec![component("b", "2.0", Some("GPL-3.0"))],
        ),
    ];
    let problems = examine(&listings, &role, &Policy::default(), TODAY, &none);
    let got: Vec<(&str, &str)> =
        problems.iter().map(|p| (p.path.as_str(), p.title.as_str())).collect();
    assert_eq!(
        got,
        [
            ("node_modules/b/package.json", "Copyleft license: b 2.0 (GPL-3.0-only)"),
            ("package-lock.json", "Copyleft license: a 1.0 (GPL-3.0-only)"),
            ("package-lock.json", "Copyleft license: c 1.0 (GPL-2.0-only)"),
            ("package-lock.json", "Licenses of 1 of 3 packages are not known here"),
        ]
    );
    assert_eq!(problems[1].metadata["license_source"], "node_modules/a/package.json");
    assert_eq!(problems[1].metadata["license_category"], "strong-copyleft");
    assert_eq!(problems[1].line, Some(7));
}

#[test]
fn a_lockfile_without_licences_is_one_finding() {
    let many = (0..50).map(|n| component(&format!("p{n}"), "1.0", None)).collect();
    let listings = [listing("yarn.lock", "lock", many)];
    let got = titles(&listings, &Policy::default());
    assert_eq!(
        got,
        [("Licenses of 50 of 50 packages are not known here".to_owned(), Severity::Info)]
    );
    // A policy that wants licences known cannot be said to hold.
    assert_eq!(titles(&listings, &policy(&["permissive"], &[]))[0].1, Severity::Low);
}

#[test]
fn the_projects_own_packages_are_not_judged() {
    let mut own = component("own", "1.0", Some("GPL-3.0"));
    own.origin = Origin::Path("packages/own".to_owned());
    assert!(
        titles(&[listing("package-lock.json", "lock", vec![own])], &Policy::default()).is_empty()
    );
}

const ISC: &str = "Copyright (c) somebody\n\nPermission to use, copy, modify, and/or distribute this software for any\n\
                   purpose with or without fee is hereby granted, provided that the above\ncopyright notice and this \
                   permission notice appear in all copies.\n";

#[test]
fn a_text_answers_where_metadata_does_not() {
    let texts = |path: &str| -> Option<Arc<[u8]>> {
        let text = match path {
            "node_modules/a/LICENSE.md" => ISC,
            "node_modules/b/terms.txt" => {
                "Business Source License 1.1. The Licensed Work is (c) somebody."
            }
            "node_modules/c/LICENSE" => "You may look at this.",
            _ => return None,
        };
        Some(Arc::from(text.as_bytes()))
    };
    let tree = |name: &str, license| {
        listing(
            &format!("node_modules/{name}/package.json"),
            "tree",
            vec![component(name, "1", license)],
        )
    };
    let listings = [
        tree("a", None),
        tree("b", Some("SEE LICENSE IN terms.txt")),
        tree("c", Some("SEE LICENSE IN LICENSE")),
    ];
    let found: Vec<String> = resolve(&listings, &role, &texts)
        .iter()
        .flat_map(|resolved| &resolved.packages)
        .map(|(_, found)| found.as_ref().unwrap().expression.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(found, ["ISC", "BUSL-1.1", "SEE LICENSE IN LICENSE"]);
}

#[test]
fn texts_are_told_apart() {
    let bsd = |tail: &str| {
        format!(
            "Redistribution and use in source and binary forms, with or without modification, are permitted. \
             Redistributions of source code must retain the above copyright notice. Redistributions in binary form \
             must reproduce the notice. {tail}"
        )
    };
    let mit = "Permission is hereby granted, free of charge, to any person obtaining a copy, to deal in the Software \
               without restriction";
    for (text, expected) in [
        (ISC.to_owned(), "ISC"),
        (ISC.replace(", provided that", ". So: "), "0BSD"),
        (bsd(""), "BSD-2-Clause"),
        (bsd("Names may not be used to endorse or promote products."), "BSD-3-Clause"),
        (
            bsd("All advertising materials mentioning features must say so; endorse or promote products."),
            "BSD-4-Clause",
        ),
        (format!("{mit}. This permission notice shall be included in all copies"), "MIT"),
        (mit.to_owned() + ".", "MIT-0"),
        ("# GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007".to_owned(), "GPL-3.0-only"),
        (
            "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\nGNU GENERAL PUBLIC LICENSE\nVersion 3, \
                29 June 2007"
                .to_owned(),
            "LGPL-3.0-only",
        ),
        ("GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007".to_owned(), "AGPL-3.0-only"),
        ("/* SPDX-License-Identifier: EPL-2.0 OR MIT */\n".to_owned(), "EPL-2.0 OR MIT"),
    ] {
        let got = detect::recognise(text.as_bytes()).map(|(expression, _)| expression.to_string());
        assert_eq!(got.as_deref(), Some(expected), "{text}");
    }
    let limited =
        bsd("Not for military use. Names may not be used to endorse or promote products.");
    assert!(detect::recognise(limited.as_bytes()).is_none(), "a licence with a further limit");
    assert!(detect::recognise(b"All of it is mine.").is_none());
    assert!(detect::recognise(&[0xff; 1000]).is_none());
}

#[test]
fn every_template_names_a_licence() {
    for id in detect::ids() {
        let (found, _) = parse(id).unwrap();
        assert_ne!(found.category(), Category::Unknown, "{id}");
    }
}
