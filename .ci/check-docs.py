#!/usr/bin/env python3
"""Checks that the documentation holds together: every page stands in docs/SUMMARY.md, every entry of it exists, and
every relative link and anchor in a Markdown file leads somewhere. Links to the web are not followed."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SUMMARY = DOCS / "SUMMARY.md"
SKIPPED = {".git", "target", "node_modules", "book", "fixtures", "src", "snapshots"}

FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
CODE = re.compile(r"(`+).+?\1")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:[ \t]*<?(\S+?)>?(?:\s|$)", re.MULTILINE)
ID = re.compile(r"<[a-z][^>]*\s(?:id|name)=\"([^\"]+)\"")


def prose(path):
    """The lines, with those of code blocks left empty."""
    fence, lines = None, []
    for line in path.read_text(encoding="utf-8").splitlines():
        mark = FENCE.match(line)
        if fence is None and not mark:
            lines.append(line)
            continue
        lines.append("")
        if fence is None:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence):
            fence = None
    return lines


def slug(heading):
    """The anchor of a heading, as code hosts and mdBook make it."""
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    heading = re.sub(r"[`*]", "", heading).strip().lower()
    heading = re.sub(r"[^\w\- ]", "", heading)
    return heading.replace(" ", "-")


def anchors(path):
    found, seen = set(), {}
    for line in prose(path):
        found.update(ID.findall(line))
        heading = HEADING.match(line)
        if heading:
            base = slug(heading.group(1))
            count = seen.get(base, 0)
            seen[base] = count + 1
            found.add(base if count == 0 else f"{base}-{count}")
    return found


def links(path):
    text = CODE.sub(lambda code: " " * len(code.group()), "\n".join(prose(path)))
    for pattern in (LINK, REFERENCE):
        for link in pattern.finditer(text):
            yield text.count("\n", 0, link.start()) + 1, link.group(1)


def main():
    problems = []
    pages = sorted(
        path
        for path in ROOT.rglob("*.md")
        if not SKIPPED.intersection(path.relative_to(ROOT).parts[:-1])
    )
    known = {}
    for page in pages:
        for number, target in links(page):
            place = f"{page.relative_to(ROOT)}:{number}"
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.is_relative_to(ROOT):
                problems.append(f"{place}: {target} leads out of the repository")
            elif not file.exists():
                problems.append(f"{place}: {target} does not exist")
            elif page.is_relative_to(DOCS) and not file.is_relative_to(DOCS):
                problems.append(f"{place}: {target} leads out of the book")
            elif anchor and file.suffix == ".md":
                if file not in known:
                    known[file] = anchors(file)
                if anchor not in known[file]:
                    problems.append(f"{place}: {target}: no such heading")
    listed = {
        (DOCS / target.partition("#")[0]).resolve() for _, target in links(SUMMARY)
    }
    for page in pages:
        if page.is_relative_to(DOCS) and page != SUMMARY and page not in listed:
            problems.append(f"{page.relative_to(ROOT)}: not in docs/SUMMARY.md")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"check-docs: {len(problems)} problems")
    print(f"check-docs: {len(pages)} pages, {len(listed)} entries in the summary, no dead link")


if __name__ == "__main__":
    main()
