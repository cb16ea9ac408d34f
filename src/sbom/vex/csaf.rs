//! The parts of a CSAF 2.0 document that VEX needs (<https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html>):
//! products with their package URLs, and who stands where. Reads nothing else of it.

use super::{Justification, Status};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow, default)]
    product_tree: Tree<'a>,
    #[serde(borrow, default)]
    pub(super) vulnerabilities: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Tree<'a> {
    #[serde(borrow, default)]
    branches: Vec<&'a RawValue>,
    #[serde(default)]
    full_product_names: Vec<Product>,
    #[serde(default)]
    relationships: Vec<Relationship>,
}

#[derive(Deserialize)]
struct Branch<'a> {
    #[serde(borrow, default)]
    branches: Vec<&'a RawValue>,
    product: Option<Product>,
}

#[derive(Deserialize)]
struct Product {
    product_id: String,
    product_identification_helper: Option<Helper>,
}

#[derive(Deserialize)]
struct Helper {
    purl: Option<String>,
}

#[derive(Deserialize)]
struct Relationship {
    product_reference: String,
    relates_to_product_reference: String,
    full_product_name: Product,
}

/// Package URL of a product and, for a part of one, the product it is in.
pub(super) type Packages = BTreeMap<String, (String, Option<String>)>;

impl Document<'_> {
    /// Products that have a package URL, by their id; branches are followed `depth` levels.
    pub(super) fn packages(&self, depth: usize) -> Packages {
        let mut found = Packages::new();
        let mut add = |product: &Product| {
            let helper = product.product_identification_helper.as_ref();
            if let Some(purl) = helper.and_then(|helper| helper.purl.clone()) {
                found.insert(product.product_id.clone(), (purl, None));
            }
        };
        self.product_tree.full_product_names.iter().for_each(&mut add);
        let mut left: Vec<(&RawValue, usize)> =
            self.product_tree.branches.iter().map(|branch| (*branch, 0)).collect();
        while let Some((raw, level)) = left.pop() {
            let Ok(branch) = serde_json::from_str::<Branch<'_>>(raw.get()) else { continue };
            branch.product.iter().for_each(&mut add);
            if level < depth {
                left.extend(branch.branches.into_iter().map(|inner| (inner, level + 1)));
            }
        }
        for relationship in &self.product_tree.relationships {
            let id = &relationship.full_product_name.product_id;
            if let Some((purl, _)) = found.get(&relationship.product_reference).cloned() {
                let inside = &relationship.relates_to_product_reference;
                let inside = found.get(inside).map_or(inside, |(purl, _)| purl).clone();
                found.insert(id.clone(), (purl, Some(inside)));
            }
        }
        found
    }
}

#[derive(Deserialize)]
pub(super) struct Vulnerability {
    cve: Option<String>,
    #[serde(default)]
    ids: Vec<Id>,
    #[serde(default)]
    product_status: Stands,
    #[serde(default)]
    flags: Vec<Flag>,
    #[serde(default)]
    threats: Vec<Remark>,
    #[serde(default)]
    remediations: Vec<Remark>,
}

#[derive(Deserialize)]
struct Id {
    text: String,
}

#[derive(Default, Deserialize)]
struct Stands {
    #[serde(default)]
    known_not_affected: Vec<String>,
    #[serde(default)]
    fixed: Vec<String>,
    #[serde(default)]
    first_fixed: Vec<String>,
    #[serde(default)]
    known_affected: Vec<String>,
    #[serde(default)]
    under_investigation: Vec<String>,
}

#[derive(Deserialize)]
struct Flag {
    label: String,
    #[serde(default)]
    product_ids: Vec<String>,
}

#[derive(Deserialize)]
struct Remark {
    #[serde(default)]
    category: String,
    #[serde(default)]
    details: String,
    #[serde(default)]
    product_ids: Vec<String>,
}

impl Vulnerability {
    pub(super) fn ids(&self) -> Vec<String> {
        self.cve.iter().cloned().chain(self.ids.iter().map(|id| id.text.clone())).collect()
    }

    /// Verdicts, each with the id of a product.
    pub(super) fn verdicts(&self) -> Vec<(Status, &str)> {
        let stands = &self.product_status;
        [
            (Status::NotAffected, &stands.known_not_affected),
            (Status::Fixed, &stands.fixed),
            (Status::Fixed, &stands.first_fixed),
            (Status::Affected, &stands.known_affected),
            (Status::UnderInvestigation, &stands.under_investigation),
        ]
        .into_iter()
        .flat_map(|(status, ids)| ids.iter().map(move |id| (status, id.as_str())))
        .collect()
    }

    /// Labels by product id.
    pub(super) fn justifications(&self) -> BTreeMap<&str, Justification> {
        let mut found = BTreeMap::new();
        for flag in &self.flags {
            if let Some(label) = Justification::from_name(&flag.label) {
                found.extend(flag.product_ids.iter().map(|id| (id.as_str(), label)));
            }
        }
        found
    }

    /// Explanations by product id: impact before remediation.
    pub(super) fn words(&self) -> BTreeMap<&str, &str> {
        let mut found = BTreeMap::new();
        let impacts = self.threats.iter().filter(|threat| threat.category == "impact");
        for remark in self.remediations.iter().chain(impacts) {
            found.extend(remark.product_ids.iter().map(|id| (id.as_str(), &*remark.details)));
        }
        found
    }
}
