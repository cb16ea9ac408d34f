"""Validates documents that list packages, by their schemas and by the reference libraries of both formats.

    validate_sbom.py FILE...

CycloneDX 1.5 and 1.6 in JSON by the strict schema, SPDX 2.3 in JSON by the schema's reader and the rules of the text.
Needs cyclonedx-python-lib[json-validation] and spdx-tools. Exit code 1 where a file is not valid, 2 for wrong usage.
"""

import json
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.error import SPDXParsingError
from spdx_tools.spdx.parser.json import json_parser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

SCHEMAS = {"1.5": SchemaVersion.V1_5, "1.6": SchemaVersion.V1_6}


def references(component):
    """References of a component and of those inside it."""
    yield component.get("bom-ref")
    for inner in component.get("components", []):
        yield from references(inner)


def cyclonedx(text, document):
    """What is wrong with a CycloneDX document."""
    version = SCHEMAS.get(document.get("specVersion"))
    if version is None:
        return [f"specVersion {document.get('specVersion')!r} is not written by this program"]
    error = JsonStrictValidator(version).validate_str(text)
    wrong = [str(error)[:2000]] if error else []
    known = [one for component in document.get("components", []) for one in references(component)]
    known.extend(references(document.get("metadata", {}).get("component", {})))
    known = [one for one in known if one]
    if len(known) != len(set(known)):
        wrong.append("two components share a bom-ref")
    named = {entry["ref"] for entry in document.get("dependencies", [])}
    for entry in document.get("dependencies", []):
        named.update(entry.get("dependsOn", []))
    for entry in document.get("compositions", []):
        named.update(entry.get("dependencies", []))
    for entry in document.get("vulnerabilities", []):
        named.update(one["ref"] for one in entry.get("affects", []))
    wrong.extend(f"{one} is no component" for one in sorted(named - set(known)))
    for component in document.get("components", []):
        if "purl" in component:
            wrong.extend(purl(component["purl"]))
    return wrong


def spdx(path):
    """What is wrong with an SPDX document."""
    try:
        document = json_parser.parse_from_file(str(path))
    except SPDXParsingError as error:
        return error.get_messages()
    wrong = [one.validation_message for one in validate_full_spdx_document(document)]
    for package in document.packages:
        for reference in package.external_references:
            if reference.reference_type == "purl":
                wrong.extend(purl(reference.locator))
    return wrong


def purl(text):
    """What is wrong with a package URL."""
    try:
        PackageURL.from_string(text)
    except ValueError as error:
        return [f"{text}: {error}"]
    return []


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    failed = False
    for path in map(Path, paths):
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
        if document.get("bomFormat") == "CycloneDX":
            wrong = cyclonedx(text, document)
        elif "spdxVersion" in document:
            wrong = spdx(path)
        else:
            wrong = ["neither CycloneDX nor SPDX"]
        failed |= bool(wrong)
        print(f"{path}: {'valid' if not wrong else 'not valid'}")
        for line in wrong:
            print(f"  {line}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
