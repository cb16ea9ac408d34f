//! Which source wins, what a repository may not say, and that nothing is too odd to be refused politely.

use super::*;
use crate::finding::Severity;
use proptest::prelude::*;
use std::fs;
use std::time::{Duration, Instant};

/// A home and a repository that say things.
struct World {
    folder: tempfile::TempDir,
    environment: BTreeMap<String, String>,
    flags: Layer,
    ci: bool,
    origin: Origin,
}

impl World {
    fn new(user: &str, repository: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "repo/.git", "repo/src"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("home/config.yml"), user).unwrap();
        fs::write(folder.path().join("repo/.securescan.yml"), repository).unwrap();
        let (environment, flags) = (BTreeMap::new(), Layer::default());
        Self { folder, environment, flags, ci: false, origin: Origin::Search }
    }

    fn load(&self) -> Result<Loaded, LoadError> {
        load(&Inputs {
            target: &self.folder.path().join("repo/src"),
            origin: self.origin.clone(),
            user_folder: Some(&self.folder.path().join("home")),
            environment: &self.environment,
            ci: self.ci,
            flags: self.flags.clone(),
            folder: &self.folder.path().join("repo"),
            known: Known {
                scanners: &["secrets", "git-hygiene"],
                rules: &[],
                licenses: None,
                packs: None,
            },
            today: jiff::civil::date(2026, 6, 1),
        })
    }

    fn error(&self) -> String {
        self.load().unwrap_err().to_string()
    }
}

#[test]
fn each_source_wins_over_the_ones_below_it() {
    let text = |severity: &str| format!("fail_on_severity: {severity}\n");
    let mut world = World::new(&text("info"), &text("low"));
    let repo = fs::canonicalize(world.folder.path()).unwrap().join("repo/.securescan.yml");
    let severity = |world: &World| {
        let loaded = world.load().unwrap();
        (loaded.config.fail_on_severity.unwrap(), loaded.sources["fail_on_severity"].clone())
    };
    assert_eq!(severity(&world), (Severity::Low, Source::RepositoryFile(repo)));
    world.environment.insert("SECURESCAN_FAIL_ON_SEVERITY".into(), "medium".into());
    let variable = Source::Environment("SECURESCAN_FAIL_ON_SEVERITY");
    assert_eq!(severity(&world), (Severity::Medium, variable));
    world.flags.fail_on_severity = Some(Severity::High);
    assert_eq!(severity(&world), (Severity::High, Source::Flag("--fail-on-severity")));
    world.flags.fail_on_severity = None;
    world.environment.clear();
    world.origin = Origin::Nothing;
    let user = world.folder.path().join("home/config.yml");
    assert_eq!(severity(&world), (Severity::Info, Source::UserFile(user)));
    let loaded = World::new("", "").load().unwrap();
    assert_eq!(loaded.config, Config::default());
    assert_eq!(loaded.sources.len(), layer::KEYS.len());
    assert!(loaded.sources.values().all(|source| *source == Source::Default));
}

#[test]
fn a_null_leaves_the_value_of_the_source_below() {
    let world = World::new("fail_on_count: 3", "fail_on_count: null\nlimits:\n");
    assert_eq!(world.load().unwrap().config.fail_on_count, Some(3));
}

#[test]
fn ai_is_off_in_ci_unless_its_own_command_turns_it_on() {
    let ai = |user: &str, repository: &str, ci: bool| {
        let mut world = World::new(user, repository);
        world.ci = ci;
        world.load().unwrap().config.ai
    };
    assert_eq!(ai("", "", false), None);
    assert_eq!(ai("", "", true), Some(false));
    assert_eq!(ai("ai: true", "", false), Some(true));
    assert_eq!(ai("ai: true", "", true), Some(false));
    let mut world = World::new("", "");
    (world.ci, world.flags.ai) = (true, Some(true));
    assert_eq!(world.load().unwrap().config.ai, Some(true));
    assert_eq!(ai("ai: true", "ai: false", false), Some(false));
    assert_eq!(ai("", "ai: true", false), None);
}

#[test]
fn a_repository_can_neither_go_online_nor_look_outside_itself() {
    let world = World::new(
        "",
        "ai: true\nsemgrep_rules: [p/ci, auto, ../out, rules]\n\
             secrets: {rules: [/etc, link, rules]}\nbaseline: ../../b.json\n",
    );
    let repo = world.folder.path().join("repo");
    fs::create_dir(repo.join("rules")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", repo.join("link")).unwrap();
    let loaded = world.load().unwrap();
    let rules = fs::canonicalize(repo.join("rules")).unwrap();
    assert_eq!(loaded.config.semgrep_rules, std::slice::from_ref(&rules));
    assert_eq!(loaded.config.secrets.rules, [rules]);
    assert_eq!((loaded.config.ai, loaded.config.baseline), (None, None));
    assert_eq!(loaded.notices.len(), 7, "{:#?}", loaded.notices);
    assert_eq!(
        loaded.notices[0],
        ".securescan.yml:1:5: ai: a repository's file cannot turn AI on; ignored"
    );
}

#[test]
fn a_named_file_is_trusted_only_outside_the_repository() {
    let mut world = World::new("", "");
    fs::write(world.folder.path().join("team.yml"), "ai: true\nsemgrep_rules: [p/ci]").unwrap();
    fs::write(world.folder.path().join("repo/src/x.yml"), "ai: true").unwrap();
    world.origin = Origin::File(world.folder.path().join("team.yml"));
    let loaded = world.load().unwrap();
    assert_eq!(loaded.config.ai, Some(true));
    assert_eq!(loaded.config.semgrep_rules, [PathBuf::from("p/ci")]);
    for inside in ["repo/src/x.yml", "repo/src/../src/x.yml", "home/../repo/src/x.yml"] {
        world.origin = Origin::File(world.folder.path().join(inside));
        assert_eq!(world.load().unwrap().config.ai, None, "{inside}");
    }
    world.origin = Origin::File(world.folder.path().join("none.yml"));
    assert!(world.error().ends_with("none.yml: error: no such file"), "{}", world.error());
}

#[test]
fn text_from_a_commit_stands_for_the_file() {
    let mut world = World::new("", "fail_on_count: 9");
    let path = world.folder.path().join("repo/.securescan.yml");
    world.origin = Origin::Text { path, bytes: b"fail_on_count: 1\nai: true".to_vec() };
    let config = world.load().unwrap().config;
    assert_eq!((config.fail_on_count, config.ai), (Some(1), None));
}

#[test]
fn entries_that_expired_do_not_apply_and_are_mentioned() {
    let world = World::new(
        "",
        "ignored_rules:\n- {rule: a, expires: 2026-05-31}\n- {rule: b, expires: 2026-06-01}\n- c\n",
    );
    let loaded = world.load().unwrap();
    let patterns: Vec<_> = loaded.config.ignored_rules.iter().map(|r| r.pattern.as_str()).collect();
    assert_eq!(patterns, ["b", "c"], "the last day counts");
    assert_eq!(
        loaded.notices,
        [
            ".securescan.yml:2:3: ignored_rules[0]: \"a\" is not ignored any more: the entry expired on 2026-05-31"
        ]
    );
}

#[test]
fn the_mistakes_of_all_sources_are_named_at_once() {
    let mut world =
        World::new("sacn_types: []", "fail_on_severity: hgih\nscanners: {disable: [secret]}");
    world.environment.insert("SECURESCAN_THREADS".into(), "many".into());
    world.environment.insert("SECURESCAN_SCANNERS_ENABLE".into(), "gitleaks".into());
    world.flags.secrets.allow = Some(vec!["(".into()]);
    world.flags.semgrep_rules = Some(vec!["nowhere".into()]);
    let error = world.error();
    for line in [
        "config.yml:1:1: error: unknown key \"sacn_types\"\n  hint: did you mean \"scan_types\"?",
        ".securescan.yml:1:19: error: \"hgih\" is not a severity\n  hint: did you mean \"high\"?",
        ".securescan.yml:2:22: error: unknown scanner \"secret\"\n  hint: did you mean \"secrets\"?",
        "SECURESCAN_THREADS: error: limits.threads must be a whole number, found text",
        "SECURESCAN_SCANNERS_ENABLE: error: unknown scanner \"gitleaks\"",
        "command line: error: this is not a regular expression",
        "command line: error: \"nowhere\" does not exist",
    ] {
        assert!(error.contains(line), "{line}\nis not in\n{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_or_pipe_instead_of_the_file_is_one_clear_error() {
    let world = World::new("", "");
    let file = world.folder.path().join("repo/.securescan.yml");
    for (make, message) in [
        (
            Box::new(|| std::os::unix::fs::symlink("/dev/zero", &file).unwrap()) as Box<dyn Fn()>,
            ".securescan.yml: error: it is a symbolic link, which is not followed",
        ),
        (
            Box::new(|| {
                let mode = rustix::fs::Mode::from_raw_mode(0o600);
                rustix::fs::mkfifoat(rustix::fs::CWD, &file, mode).unwrap();
            }),
            ".securescan.yml: error: it is not a regular file",
        ),
    ] {
        fs::remove_file(&file).unwrap();
        make();
        let start = Instant::now();
        assert_eq!(world.error(), message);
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_load_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut world = World::new("", "");
        world.origin = Origin::Text { path: "/r/.securescan.yml".into(), bytes };
        let _ = world.load();
    }

    #[test]
    fn any_value_of_any_key_loads_or_is_refused(
        key in 0..layer::KEYS.len(),
        value in "[-a-z0-9:,\\[\\]{}&*!'\" ./]{0,40}",
    ) {
        let mut world = World::new("", "");
        let name = layer::KEYS[key].name;
        let text = match name.split_once('.') {
            Some((section, inner)) => format!("{section}: {{{inner}: {value}}}"),
            None => format!("{name}: {value}"),
        };
        let path = "/r/.securescan.yml".into();
        world.origin = Origin::Text { path, bytes: text.into_bytes() };
        if let Err(error) = world.load() {
            prop_assert!(!error.issues.is_empty());
        }
    }
}
