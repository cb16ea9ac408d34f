//! CloudFormation and SAM templates, in YAML and JSON: a resource for each entry of `Resources`, by its logical name, with what its functions
//! come to. What an account, another stack or whoever starts it decides is unknown.

mod function;

use super::resource::{Format, Resource, Scope};
use super::value::{Data, Entry, Value};
use super::{Reader, Reading, json};
use crate::yaml::{Limits, Tagged, stream};
use function::Template;

/// Reads templates.
pub static READER: Reader = Reader { format: Format::CloudFormation, may_be, read };

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Name of what a resource of parameters is.
const PARAMETER: &str = "Parameter";

fn may_be(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    [".yml", ".yaml", ".json", ".template"].iter().any(|end| name.ends_with(end))
}

fn read(path: &str, text: &[u8]) -> Option<Reading> {
    // Most files of these endings are something else: that has to be cheap to see.
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    if !has("Resources") || !(has("AWS::") || has("AWSTemplateFormatVersion")) {
        return None;
    }
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_json = path.to_ascii_lowercase().ends_with(".json") || first == Some(&b'{');
    let (roots, broken) = if let Some(Ok(root)) = is_json.then(|| json::parse(text)) {
        (vec![root], None)
    } else {
        let stream = stream(text, &LIMITS);
        let roots = stream.documents.iter().map(|one| Value::of_yaml(one, &long_form));
        (roots.collect(), stream.error.map(|error| error.to_string()))
    };
    let mut scope = Scope::default();
    let mut is_template = false;
    for root in roots.iter().filter(|root| is_one(root)) {
        is_template = true;
        lower(root, &mut scope);
    }
    // A broken file counts as a template only where it says so itself.
    let broken = broken.filter(|_| is_template || has("AWSTemplateFormatVersion"));
    (is_template || broken.is_some()).then_some(Reading { scope, broken })
}

/// Whether a document is a template.
fn is_one(root: &Value) -> bool {
    let resources = root.get("Resources").map(Value::entries).unwrap_or_default();
    let kind = |entry: &Entry| entry.value.get("Type").and_then(Value::text).map(str::to_owned);
    root.get("AWSTemplateFormatVersion").is_some()
        || resources.iter().any(|entry| kind(entry).is_some_and(|kind| kind.starts_with("AWS::")))
}

/// Short forms become the long ones: `!Ref a` is `{Ref: a}`.
fn long_form(tag: &str, node: &Tagged) -> Option<Data> {
    let name = tag.strip_prefix('!')?;
    let key = match name {
        "Ref" | "Condition" => name.to_owned(),
        _ => format!("Fn::{name}"),
    };
    let untagged = Tagged { tag: None, ..node.clone() };
    let value = Value::of_yaml(&untagged, &long_form);
    Some(Data::Map(vec![Entry { key, key_range: node.range.clone(), value }]))
}

fn lower(root: &Value, scope: &mut Scope) {
    let template = Template::new(root);
    let mut add = |kind: &str, entry: &Entry, body: Value| {
        scope.resources.push(Resource {
            format: Format::CloudFormation,
            kind: kind.to_owned(),
            address: entry.key.clone(),
            file: 0,
            head: entry.key_range.clone(),
            body,
        });
    };
    for entry in root.get("Parameters").map(Value::entries).unwrap_or_default() {
        let mut body = entry.value.clone();
        if let Data::Map(entries) = &mut body.data {
            let (key, key_range) = ("Name".to_owned(), entry.key_range.clone());
            let name = Value::new(key_range.clone(), Data::Text(entry.key.clone()));
            entries.push(Entry { key, key_range, value: name });
        }
        add(PARAMETER, entry, body);
    }
    for entry in root.get("Resources").map(Value::entries).unwrap_or_default() {
        let Some(kind) = entry.value.get("Type").and_then(Value::text) else { continue };
        let condition = entry.value.get("Condition").and_then(Value::text);
        if condition.is_some_and(|name| template.condition(name) == Some(false)) {
            continue;
        }
        let mut body = template.value(&entry.value);
        if let Some(globals) =
            kind.strip_prefix("AWS::Serverless::").and_then(|name| root.at(&["Globals", name]))
        {
            inherit(&mut body, &template.value(globals));
        }
        add(kind, entry, body);
    }
}

/// Adds what a resource does not say and all of its kind share.
fn inherit(body: &mut Value, globals: &Value) {
    let Data::Map(entries) = &mut body.data else { return };
    let properties = entries.iter_mut().find(|entry| entry.key == "Properties");
    let Some(Data::Map(properties)) = properties.map(|entry| &mut entry.value.data) else { return };
    for global in globals.entries() {
        if !properties.iter().any(|entry| entry.key == global.key) {
            properties.push(global.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(text: &str) -> String {
        let text = format!(
            "Parameters:\n  On: {{Type: String, Default: 'true'}}\n  Nobody: {{Type: String}}\nMappings:\n  M: {{a: {{b: found}}}}\n\
             Conditions:\n  Yes: !Equals [!Ref On, 'true']\n  No: !Not [!Condition Yes]\n  Maybe: !Equals [!Ref Nobody, x]\n  Circle: !Condition Circle\n\
             Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      V: {text}\n"
        );
        let reading = read("t.yaml", text.as_bytes()).unwrap();
        assert_eq!(reading.broken, None);
        let one = reading.scope.resources.iter().find(|one| one.kind == "AWS::X::Y").unwrap();
        shown(one.body.at(&["Properties", "V"]).unwrap())
    }

    fn shown(value: &Value) -> String {
        match &value.data {
            Data::Null => "null".to_owned(),
            Data::Unknown(reference) => format!("?{}", reference.as_deref().unwrap_or_default()),
            Data::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(","),
            Data::Map(entries) => {
                let one = |one: &Entry| format!("{}={}", one.key, shown(&one.value));
                entries.iter().map(one).collect::<String>()
            }
            _ => value.written().unwrap(),
        }
    }

    #[test]
    fn functions_come_to_what_is_known_of_them() {
        for (text, expected) in [
            ("!Ref On", "true"),
            ("{Ref: On}", "true"),
            ("!Ref Nobody", "?"),
            ("!Ref Other", "?Other"),
            ("!GetAtt Other.Arn", "?Other.Arn"),
            ("!GetAtt [Other, Arn]", "?Other.Arn"),
            ("!Ref AWS::NoValue", "null"),
            ("!Ref AWS::Region", "?"),
            ("!Sub 'a-${On}'", "a-true"),
            ("!Sub '${Other.Arn}'", "?Other.Arn"),
            ("!Sub 'a-${Nobody}'", "?"),
            ("!Sub ['${X}-${!Y}', {X: 1}]", "1-${Y}"),
            ("!Join ['-', [a, !Ref On]]", "a-true"),
            ("!Select [1, [a, b]]", "b"),
            ("!Split [',', 'a,b']", "a,b"),
            ("!FindInMap [M, a, b]", "found"),
            ("!FindInMap [M, !Ref Nobody, b]", "?"),
            ("!If [Yes, a, b]", "a"),
            ("!If [No, a, b]", "b"),
            ("!If [Maybe, a, b]", "?"),
            ("!If [Maybe, a, a]", "a"),
            ("!If [Circle, a, b]", "?"),
            ("!ImportValue x", "?"),
            ("!Base64 abc", "abc"),
            ("[!Ref AWS::NoValue, a]", "a"),
        ] {
            assert_eq!(property(text), expected, "{text}");
        }
    }

    #[test]
    fn templates_are_known_by_what_they_hold() {
        for (path, text, expected) in [
            ("a.yaml", "Resources:\n  B: {Type: 'AWS::S3::Bucket'}\n", Some(1)),
            ("a.json", "{\"Resources\": {\"B\": {\"Type\": \"AWS::S3::Bucket\"}}}", Some(1)),
            ("a.template", "{\"Resources\": {\"B\": {\"Type\": \"AWS::S3::Bucket\"}}}", Some(1)),
            ("a.yaml", "kind: Deployment\n", None),
            ("a.yaml", "Resources: {a: {Type: Other}}\n# AWS::\n", None),
        ] {
            let reading = read(path, text.as_bytes());
            assert_eq!(reading.map(|reading| reading.scope.resources.len()), expected, "{text}");
        }
    }

    #[test]
    fn a_resource_whose_condition_does_not_hold_is_not_there() {
        let text = "Conditions:\n  No: !Equals [a, b]\nResources:\n  B: {Type: 'AWS::S3::Bucket', Condition: No}\n  C: {Type: 'AWS::S3::Bucket'}\n";
        let reading = read("a.yaml", text.as_bytes()).unwrap();
        let names: Vec<&str> =
            reading.scope.resources.iter().map(|one| one.address.as_str()).collect();
        assert_eq!(names, ["C"]);
    }
}
