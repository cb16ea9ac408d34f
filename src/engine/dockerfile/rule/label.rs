//! Rules on labels.

use super::rule;
use crate::engine::rule::Rule;

rule!(
    LABEL_NAME,
    "label-name",
    Info,
    High,
    "CWE-710",
    "Label whose name Docker does not want",
    "Names of labels are lower case letters, digits and single separators; programs that look for a label look for that. What begins with com.docker, io.docker or org.dockerproject is Docker's own.",
    "Write the name in lower case, below a domain of your own: `com.example.team`.",
    ["https://docs.docker.com/engine/manage-resources/labels/"],
    ["DL3048"]
);
rule!(
    LABEL_VALUE,
    "label-value",
    Info,
    High,
    "CWE-710",
    "Label whose value has another form than its name says",
    "Scanners and registries read these labels: where the source is, when the image was made, under which licence it is. A value of another form is passed over.",
    "`created` is a time as in RFC 3339, `licenses` an SPDX expression; `url`, `source` and `documentation` are addresses.",
    ["https://specs.opencontainers.org/image-spec/annotations/"],
    ["DL3051", "DL3052", "DL3053", "DL3054"]
);

/// The rules of this file.
pub static RULES: &[&Rule] = &[&LABEL_NAME, &LABEL_VALUE];
