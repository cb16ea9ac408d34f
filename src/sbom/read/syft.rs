//! syft's own JSON: artifacts and what depends on what.

use super::cyclonedx::joined;
use super::{Broken, Builder, Edge, Entry, Listing, Located, Scope, json};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    artifacts: Vec<&'a RawValue>,
    #[serde(borrow, rename = "artifactRelationships", default)]
    relationships: Vec<&'a RawValue>,
    #[serde(default)]
    source: Option<Source>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct Artifact {
    #[serde(default)]
    id: String,
    #[serde(default)]
    purl: String,
    #[serde(default)]
    licenses: Vec<License>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum License {
    Plain(String),
    Whole {
        #[serde(default)]
        value: String,
        #[serde(rename = "spdxExpression", default)]
        expression: String,
    },
}

#[derive(Deserialize)]
struct Relationship {
    parent: String,
    child: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Reads the document.
pub(super) fn read(located: &Located<'_>, text: &str) -> Result<Listing, Broken> {
    let document: Document<'_> = json(text)?;
    let relationships: Vec<Result<Relationship, u32>> = document
        .relationships
        .iter()
        .map(|raw| serde_json::from_str(raw.get()).map_err(|_| located.line_of(raw.get())))
        .collect();
    let mut builder = Builder::new("syft");
    let source = document.source.filter(|source| !source.name.is_empty());
    builder.listing.project = source.map(|source| (source.name, source.version));
    for raw in document.artifacts {
        let line = located.line_of(raw.get());
        let Ok(artifact) = serde_json::from_str::<Artifact>(raw.get()) else {
            builder.lose(line);
            continue;
        };
        let licenses: Vec<String> = artifact
            .licenses
            .into_iter()
            .map(|license| match license {
                License::Plain(words) => words,
                License::Whole { value, expression } if expression.is_empty() => value,
                License::Whole { expression, .. } => expression,
            })
            .filter(|words| !words.is_empty())
            .take(64)
            .collect();
        builder.add(Entry {
            reference: artifact.id,
            purl: artifact.purl,
            digests: Vec::new(),
            license: joined(&licenses),
            scope: Scope::Runtime,
            is_package: true,
            line,
        });
    }
    for one in &relationships {
        match one {
            // The parent is what the child needs.
            Ok(one) if one.kind == "dependency-of" => {
                builder.edges.push((&one.child, &one.parent, Edge::Needs(None)));
            }
            Ok(_) => {}
            Err(line) => builder.lose(*line),
        }
    }
    Ok(builder.finish())
}
