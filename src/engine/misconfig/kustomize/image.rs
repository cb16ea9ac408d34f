//! Images that a kustomization gives other names, tags and digests. A changed image stands where the kustomization says so.

use super::super::value::{Data, Value};
use super::edit;
use super::kustomization::listed;
use super::object::Object;
use std::collections::BTreeMap;
use std::ops::Range;

/// Changes the images of objects.
pub fn change(body: &Value, objects: &mut [Object]) {
    let images: BTreeMap<String, &Value> = listed(body, "images")
        .filter_map(|item| Some((item.get("name").and_then(Value::written)?, item)))
        .collect();
    if images.is_empty() {
        return;
    }
    for object in objects {
        imaged(&mut object.value, &images);
    }
}

/// Lists whose items have images.
const WITH_IMAGES: &[&str] = &["containers", "initContainers", "ephemeralContainers"];

fn imaged(value: &mut Value, images: &BTreeMap<String, &Value>) {
    match &mut value.data {
        Data::List(items) => items.iter_mut().for_each(|item| imaged(item, images)),
        Data::Map(entries) => {
            for entry in entries {
                if WITH_IMAGES.contains(&entry.key.as_str()) {
                    for container in edit::items(&mut entry.value) {
                        if let Some(image) = edit::child(container, "image") {
                            image_changed(image, images);
                        }
                    }
                }
                imaged(&mut entry.value, images);
            }
        }
        _ => {}
    }
}

/// Name, tag and digest of an image.
fn parts(image: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag), digest),
        _ => (rest, None, digest),
    }
}

fn image_changed(image: &mut Value, images: &BTreeMap<String, &Value>) {
    let Some(old) = image.text() else { return };
    let (name, mut tag, mut digest) = parts(old);
    let Some(change) = images.get(name) else { return };
    let said = |key: &str| {
        let value = change.get(key)?;
        value.written().filter(|text| !text.is_empty()).map(|text| (text, value.range.clone()))
    };
    let (new_name, new_tag, new_digest) = (said("newName"), said("newTag"), said("digest"));
    let suffix = said("tagSuffix");
    let mut place: Option<Range<usize>> = None;
    let mut name = name;
    if let Some((new, range)) = &new_name {
        (name, place) = (new, Some(range.clone()));
    }
    if let Some((new, range)) = &new_tag {
        (tag, digest, place) = (Some(new.as_str()), None, Some(range.clone()));
    }
    if let Some((new, range)) = &new_digest {
        tag = tag.filter(|_| new_tag.is_some());
        (digest, place) = (Some(new.as_str()), Some(range.clone()));
    }
    let Some(range) = place.or_else(|| suffix.as_ref().map(|(_, range)| range.clone())) else {
        return;
    };
    let mut new = name.to_owned();
    if let Some(tag) = tag {
        new.push(':');
        new.push_str(tag);
        new.push_str(suffix.as_ref().map_or("", |(suffix, _)| suffix));
    }
    if let Some(digest) = digest {
        new.push('@');
        new.push_str(digest);
    }
    *image = Value::new(range, Data::Text(new));
}
