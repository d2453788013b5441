"""Links lead somewhere, and no file names a machine or a place that only its author could reach."""

import re
from pathlib import Path
from urllib.parse import unquote

from tests.meta.tree import ROOT, name_of, our_files, prose_of, repository_files, text_of

LINK = re.compile(r"\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
# Written apart, so that this file does not find itself.
REGISTRY = re.compile(r"py" r"pi\.org|python" r"hosted\.|npm" r"js\.(org|com)|golang" r"\.org/proxy")
MACHINE_PATH = re.compile(
    r"(?:^|[\s'\"=(`])/(?:wor" r"k|far" r"m|tm" r"p|roo" r"t|hom" r"e)/[\w.]", re.MULTILINE
)


def links_of(path: Path) -> list[str]:
    return [unquote(link) for link in LINK.findall(prose_of(path.read_text(encoding="utf-8")))]


def anchors_of(path: Path) -> set[str]:
    """The anchors of a Markdown file's headings, by the rule that forges share."""
    headings = re.findall(r"^#+\s+(.+?)\s*$", prose_of(path.read_text(encoding="utf-8")), re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def is_broken(path: Path, link: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return False
    target, _, anchor = link.partition("#")
    file = (path.parent / target).resolve() if target else path
    if not file.exists() or not file.is_relative_to(ROOT):
        return True
    return bool(anchor) and file.suffix == ".md" and anchor not in anchors_of(file)


def test_every_relative_link_leads_to_a_file_and_a_heading():
    broken = [(name_of(p), link) for p in our_files(".md") for link in links_of(p) if is_broken(p, link)]
    assert broken == []


def test_a_broken_link_is_recognised(tmp_path):
    page = ROOT / "README.md"
    assert is_broken(page, "docs/none.md")
    assert is_broken(page, "ARCHITECTURE.md#no-such-heading")
    assert is_broken(page, "../outside.md")
    assert not is_broken(page, "ARCHITECTURE.md#code-map")
    assert not is_broken(page, "https://example.org/none")


def test_every_path_that_the_architecture_names_exists():
    text = prose_of((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    named = re.findall(r"`((?:web|ledger|labels|signing|tests|docs|scripts|benchmarks)/[\w./-]*)`", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_file_names_a_package_registry():
    assert [name_of(p) for p in repository_files() if REGISTRY.search(text_of(p) or "")] == []


def test_no_file_names_a_path_of_one_machine():
    assert [name_of(p) for p in our_files_of_any_kind() if MACHINE_PATH.search(text_of(p) or "")] == []


def our_files_of_any_kind() -> list[Path]:
    return our_files(*{path.suffix for path in repository_files()})
