//! Seeds of configuration: the examples of the checks, each as a file of its path.

use serde_json::Value;

/// Examples of the checks of some formats.
pub(super) fn of_formats(formats: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let folder = super::root().join("src/engine/misconfig/checks");
    let limits = securescan::yaml::Limits { bytes: 4 << 20, ..Default::default() };
    let mut seeds = Vec::new();
    for file in super::listing(&folder) {
        let text = std::fs::read(file).unwrap();
        let pack: Value = securescan::yaml::parse(&text, &limits).unwrap();
        let Some((_, usual)) = formats.iter().find(|(format, _)| pack["format"] == *format) else {
            continue;
        };
        for check in pack["checks"].as_array().unwrap() {
            for example in check["examples"].as_object().unwrap().values() {
                gather(example, usual, &mut seeds);
            }
        }
    }
    seeds
}

fn gather(example: &Value, usual: &str, seeds: &mut Vec<Vec<u8>>) {
    match example {
        Value::String(text) => seeds.push(format!("{usual}\n{text}").into_bytes()),
        Value::Array(several) => several.iter().for_each(|one| gather(one, usual, seeds)),
        Value::Object(files) => {
            for (path, text) in files {
                seeds.push(format!("{path}\n{}", text.as_str().unwrap()).into_bytes());
            }
        }
        _ => {}
    }
}
