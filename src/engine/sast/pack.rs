//! The rules of a scan: the built-in packs, which the build turned into JSON by language and which are read when a file of the language is
//! met, and rules of the user. For each language one automaton finds the words that rules need.

use super::language::Language;
use super::rule::{
    self, Rule,
    need::{self, Need},
    spec::{Fault, mapping, names, text},
};
use crate::engine::RuleInfo;
use crate::engine::keywords::{Case, Keywords};
use crate::finding::{Confidence, Severity};
use crate::yaml::{Node, Value};
use globset::GlobSet;
use sha2::Digest as _;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

include!(concat!(env!("OUT_DIR"), "/sast.rs"));

/// A pack of the program: its rules for matching, and what people read about them.
#[derive(Debug)]
pub struct Pack {
    language: &'static str,
    matching: &'static str,
    prose: &'static str,
}

/// A rule of a scan.
#[derive(Debug)]
pub struct Loaded {
    /// The rule.
    pub rule: Rule,
    /// What people read about it, when it was asked for.
    pub about: OnceLock<About>,
    /// Where it comes from: none for those of the program.
    pub origin: Option<String>,
    /// Everything that a file must hold, when it was asked for.
    need: OnceLock<Need>,
    /// Paths it looks at and paths it leaves out, when they were asked for.
    paths: OnceLock<(Option<GlobSet>, Option<GlobSet>)>,
}

/// What people read about a rule.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Noun phrase.
    pub title: String,
    /// What to do.
    pub remediation: Option<String>,
    /// `CWE-n`.
    pub cwe: Option<String>,
    /// Addresses.
    pub references: Vec<String>,
    /// Other ids.
    pub aliases: Vec<String>,
    /// Categories of the OWASP list.
    pub owasp: Vec<String>,
}

/// Rules of one language with the automaton of their words.
#[derive(Debug)]
pub struct Set {
    /// The rules, by id.
    pub rules: Vec<Arc<Loaded>>,
    /// For each rule, what its patterns say that a file must hold, and whether it looks at text alone.
    needs: Vec<(Numbered, bool)>,
    numbers: BTreeMap<String, u32>,
    words: Option<Keywords>,
}

/// All rules of a scan.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    own: Vec<Arc<Loaded>>,
    digest: String,
    without_built_in: bool,
    sets: Arc<OnceSets>,
}

#[derive(Debug, Default)]
struct OnceSets(std::sync::Mutex<BTreeMap<&'static str, Arc<Set>>>);

impl Rules {
    /// The built-in rules and those of the user.
    pub fn with(own: Vec<Loaded>, files: &[(String, Vec<u8>)]) -> Self {
        let mut digest = sha2::Sha256::new();
        for (path, bytes) in files {
            digest.update(path.len().to_be_bytes());
            digest.update(path);
            digest.update(bytes.len().to_be_bytes());
            digest.update(bytes);
        }
        let digest = digest.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        let digest = format!("{:016x}", u64::from_be_bytes(first));
        Self { own: own.into_iter().map(Arc::new).collect(), digest, ..Self::default() }
    }

    /// Rules of the user alone.
    pub fn only(own: Vec<Loaded>) -> Self {
        Self { without_built_in: true, ..Self::with(own, &[]) }
    }

    /// Changes with any rule of the user.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Rules of the user.
    pub fn own(&self) -> &[Arc<Loaded>] {
        &self.own
    }

    /// The rules of a language; of `generic` and `regex` for text.
    pub fn of(&self, language: &'static str) -> Arc<Set> {
        let Ok(mut sets) = self.sets.0.lock() else { return Arc::new(Set::new(Vec::new())) };
        let make = || {
            let mut rules: Vec<Arc<Loaded>> = Vec::new();
            if !self.without_built_in {
                rules.extend(built_in(language).iter().cloned());
            }
            rules.extend(self.own.iter().filter(|one| is_for(&one.rule, language)).cloned());
            Arc::new(Set::new(rules))
        };
        Arc::clone(sets.entry(language).or_insert_with(make))
    }

    /// Whether a rule of the user looks at text of any kind.
    pub fn has_text_rules(&self) -> bool {
        self.own.iter().any(|one| is_for(&one.rule, "generic") || is_for(&one.rule, "regex"))
    }
}

/// Whether a rule is for a language.
pub fn is_for(rule: &Rule, language: &str) -> bool {
    rule.languages.iter().any(|name| {
        Language::name_in_rule(name)
            .is_some_and(|name| name == language || (name == "typescript" && language == "tsx"))
    })
}

/// Rules by language.
type ByLanguage = BTreeMap<&'static str, Arc<Vec<Arc<Loaded>>>>;

/// The built-in rules of a language, read once for all scans.
fn built_in(language: &'static str) -> Arc<Vec<Arc<Loaded>>> {
    static READ: LazyLock<std::sync::Mutex<ByLanguage>> = LazyLock::new(Default::default);
    let Ok(mut read) = READ.lock() else { return Arc::default() };
    let make = || {
        let packs = PACKS.iter().filter(|pack| {
            pack.language == language || (pack.language == "typescript" && language == "tsx")
        });
        let rules = packs.flat_map(|pack| {
            let list: Vec<serde_json::Value> =
                serde_json::from_str(pack.matching).unwrap_or_default();
            list.into_iter().filter_map(|one| {
                let rule = rule::rule(&super::json::node(&one)).ok()?;
                Some(Arc::new(Loaded::new(rule, None)))
            })
        });
        Arc::new(rules.collect())
    };
    Arc::clone(read.entry(language).or_insert_with(make))
}

/// What people read about the built-in rules, by id.
fn built_in_prose() -> &'static BTreeMap<String, Node> {
    static READ: LazyLock<BTreeMap<String, Node>> = LazyLock::new(|| {
        let mut all = BTreeMap::new();
        for pack in &PACKS {
            let list: Vec<serde_json::Value> = serde_json::from_str(pack.prose).unwrap_or_default();
            for one in list {
                let id = one
                    .get("id")
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                all.insert(id, super::json::node(&one));
            }
        }
        all
    });
    &READ
}

/// A need whose words are numbers: every file asks for those of all rules.
#[derive(Debug)]
enum Numbered {
    Nothing,
    /// A word, and whether it must stand by itself.
    Word(u32, bool),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Numbered {
    fn of(need: &Need, numbers: &BTreeMap<String, u32>) -> Self {
        let word = |word: &String, by_itself: bool| {
            numbers.get(word).map_or(Self::Nothing, |number| Self::Word(*number, by_itself))
        };
        let several = |parts: &[Need]| parts.iter().map(|part| Self::of(part, numbers)).collect();
        match need {
            Need::Nothing => Self::Nothing,
            Need::Word(text) => word(text, true),
            Need::Part(text) => word(text, false),
            Need::All(parts) => Self::All(several(parts)),
            Need::Any(parts) => Self::Any(several(parts)),
        }
    }

    /// Whether it is met: for each word, `there` says whether it is there and whether it is there by itself.
    fn is_met(&self, there: &[(bool, bool)]) -> bool {
        match self {
            Self::Nothing => true,
            Self::Word(number, by_itself) => there
                .get(*number as usize)
                .is_none_or(|(part, whole)| if *by_itself { *whole } else { *part }),
            Self::All(parts) => parts.iter().all(|part| part.is_met(there)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(there)),
        }
    }
}

impl Set {
    fn new(rules: Vec<Arc<Loaded>>) -> Self {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut needs = Vec::with_capacity(rules.len());
        for one in &rules {
            let need = need::need(&one.rule.mode, need::From::Patterns);
            let mut words = Vec::new();
            need.words(&mut words);
            for word in words {
                let next = numbers.len() as u32;
                numbers.entry(word.to_owned()).or_insert(next);
            }
            needs.push((Numbered::of(&need, &numbers), need::is_text_alone(&one.rule.mode)));
        }
        let mut words: Vec<(&String, &u32)> = numbers.iter().collect();
        words.sort_by_key(|(_, number)| **number);
        let words = words.into_iter().map(|(word, _)| word.clone()).collect();
        let words = Keywords::new(words, Case::AsWritten).ok();
        Self { rules, needs, numbers, words }
    }

    /// The rules that are asked and may match in a text, and whether each looks at text alone.
    pub fn candidates(
        &self,
        text: &str,
        is_asked: impl Fn(&Loaded) -> bool,
    ) -> Vec<(&Arc<Loaded>, bool)> {
        // Whether each word is there, and whether it is by itself somewhere; without an automaton each may be.
        let may_be = self.words.is_none();
        let mut there = vec![(may_be, may_be); self.numbers.len()];
        if let Some(words) = &self.words {
            for found in words.for_text(text.len()).find_overlapping_iter(text) {
                if let Some((part, whole)) = there.get_mut(found.pattern().as_usize()) {
                    *part = true;
                    *whole = *whole || need::is_whole(text, &found.range());
                }
            }
        }
        let holds = |word: &str, by_itself: bool| {
            let number = self.words.as_ref().and_then(|_| self.numbers.get(word));
            match number.and_then(|number| there.get(*number as usize)) {
                Some((part, whole)) => {
                    if by_itself {
                        *whole
                    } else {
                        *part
                    }
                }
                // Texts of regular expressions are looked for where all else is there.
                None => need::holds(text, word, by_itself),
            }
        };
        self.rules
            .iter()
            .zip(&self.needs)
            .filter(|(one, (need, _))| need.is_met(&there) && is_asked(one))
            // What its regular expressions need is read for a rule that is asked alone.
            .filter(|(one, _)| one.need().is_met(&holds))
            .map(|(one, (_, text_alone))| (one, *text_alone))
            .collect()
    }
}

impl Loaded {
    /// A rule of the user.
    pub fn own(rule: Rule, origin: String) -> Self {
        Self::new(rule, Some(origin))
    }

    fn new(rule: Rule, origin: Option<String>) -> Self {
        let (about, need, paths) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { rule, about, origin, need, paths }
    }

    /// Everything that a file must hold.
    fn need(&self) -> &Need {
        self.need.get_or_init(|| need::need(&self.rule.mode, need::From::Everything))
    }

    /// Whether its paths let it look at a file.
    pub fn is_for(&self, path: &str) -> bool {
        let rule = &self.rule;
        if rule.include.is_empty() && rule.exclude.is_empty() {
            return true;
        }
        let (include, exclude) = self.paths.get_or_init(|| {
            let set = |list: &[String]| (!list.is_empty()).then(|| globs(list));
            (set(&rule.include), set(&rule.exclude))
        });
        include.as_ref().is_none_or(|include| include.is_match(path))
            && !exclude.as_ref().is_some_and(|exclude| exclude.is_match(path))
    }

    /// What people read about it.
    pub fn about(&self) -> &About {
        self.about.get_or_init(|| {
            let metadata = match &self.origin {
                Some(_) => self.rule.metadata.as_ref(),
                None => built_in_prose().get(&self.rule.id),
            };
            about(&self.rule.id, metadata, self.origin.is_none())
        })
    }

    /// What the rule tells, before metavariables are put in.
    pub fn message(&self) -> &str {
        if self.origin.is_some() {
            return &self.rule.message;
        }
        built_in_prose()
            .get(&self.rule.id)
            .and_then(|node| value(node, "message"))
            .and_then(text)
            .unwrap_or_default()
    }

    /// Its severity.
    pub fn severity(&self) -> Severity {
        match self.rule.severity.to_ascii_uppercase().as_str() {
            "CRITICAL" => Severity::Critical,
            "ERROR" | "HIGH" => Severity::High,
            "WARNING" | "MEDIUM" => Severity::Medium,
            "LOW" | "INFO" => Severity::Low,
            _ => Severity::Info,
        }
    }

    /// How sure a match is: what its metadata say, else medium.
    pub fn confidence(&self) -> Confidence {
        let word =
            self.rule.metadata.as_ref().and_then(|node| value(node, "confidence")).and_then(text);
        word.and_then(|word| word.to_lowercase().parse().ok()).unwrap_or(Confidence::Medium)
    }

    /// As people read about it.
    pub fn info(&self) -> RuleInfo {
        let about = self.about();
        RuleInfo {
            id: self.rule.id.clone(),
            scanner: "sast",
            title: about.title.clone(),
            severity: self.severity(),
            confidence: self.confidence(),
            cwe: about.cwe.clone(),
            description: self.message().trim().to_owned(),
            remediation: about.remediation.clone().unwrap_or_default(),
            references: about.references.clone(),
            aliases: about.aliases.clone(),
        }
    }
}

/// Globs of a rule: one without a slash is for a name in any folder.
fn globs(list: &[String]) -> GlobSet {
    let mut set = globset::GlobSetBuilder::new();
    for glob in list {
        let bare = glob.trim_start_matches('/').trim_end_matches('/');
        for form in
            [bare.to_owned(), format!("**/{bare}"), format!("{bare}/**"), format!("**/{bare}/**")]
        {
            if let Ok(glob) = globset::GlobBuilder::new(&form).literal_separator(false).build() {
                set.add(glob);
            }
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

fn value<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let pairs = mapping(node).ok()?;
    pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
}

fn about(id: &str, metadata: Option<&Node>, _built_in: bool) -> About {
    let get = |name: &str| metadata.and_then(|node| value(node, name));
    let list = |name: &str| get(name).and_then(|node| names(node).ok()).unwrap_or_default();
    let title = get("title").and_then(text).map(str::to_owned);
    About {
        title: title.unwrap_or_else(|| words_of(id)),
        remediation: get("remediation").and_then(text).map(|text| text.trim().to_owned()),
        cwe: list("cwe").first().and_then(|cwe| cwe_id(cwe)),
        references: list("references")
            .into_iter()
            .filter(|address| address.starts_with("https://"))
            .collect(),
        aliases: list("aliases"),
        owasp: list("owasp"),
    }
}

/// `CWE-79: ...` and `79` as `CWE-79`.
fn cwe_id(text: &str) -> Option<String> {
    let digits: String =
        text.trim_start_matches("CWE-").chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("CWE-{digits}"))
}

/// The last part of an id as words: `a.b.some-thing` is `some thing`.
fn words_of(id: &str) -> String {
    id.rsplit('.').next().unwrap_or(id).replace(['-', '_'], " ")
}

/// All built-in rules, in the order of the packs, each once.
pub fn all_built_in() -> Vec<Arc<Loaded>> {
    let mut seen = BTreeSet::new();
    let languages: BTreeSet<&'static str> = PACKS.iter().map(|pack| pack.language).collect();
    let mut all = Vec::new();
    for language in languages {
        for one in built_in(language).iter() {
            if seen.insert(one.rule.id.clone()) {
                all.push(Arc::clone(one));
            }
        }
    }
    all.sort_by(|one, other| one.rule.id.cmp(&other.rule.id));
    all
}

/// Rules of files; with what is wrong in them.
pub fn from_files(files: &[(String, Vec<u8>)]) -> (Vec<Loaded>, Vec<(String, Fault)>) {
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        let (rules, faults) = rule::read(bytes);
        wrong.extend(faults.into_iter().map(|fault| (path.clone(), fault)));
        all.extend(rules.into_iter().map(|rule| {
            let origin = format!("{path}:{}", rule.place);
            Loaded::own(rule, origin)
        }));
    }
    (all, wrong)
}

/// Where and why a document that means to hold rules is no YAML.
pub fn broken(bytes: &[u8]) -> Option<String> {
    let limits = crate::yaml::Limits { bytes: 8 << 20, ..crate::yaml::Limits::default() };
    let error = crate::yaml::to_node(bytes, &limits).err()?;
    let holds_rules = bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"rules:"));
    holds_rules.then(|| format!("{}: {}", error.place, error.message))
}

/// Whether a document is a pack of such rules: a list of rules that name languages.
pub fn is_one(bytes: &[u8]) -> bool {
    let limits = crate::yaml::Limits { bytes: 8 << 20, ..crate::yaml::Limits::default() };
    let Ok(Some(root)) = crate::yaml::to_node(bytes, &limits) else { return false };
    let Some(Value::Sequence(rules)) = value(&root, "rules").map(|node| &node.value) else {
        return false;
    };
    rules.iter().any(|rule| value(rule, "languages").is_some())
}
