"""What the house rules are checked against: every file of the repository that is not ignored."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("web", "ledger", "labels", "signing")
CODE = {".py", ".js", ".mjs", ".css", ".html", ".sh", ""}
# Others' work under its own licence, and what alembic generates.
NOT_OURS = ("web/static/vendor/", "labels/fonts/", "ledger/migrations/versions/", "LICENSE")
IGNORED = {
    ".git",
    ".venv",
    ".venv-foreign",
    "var",
    "build",
    "dist",
    "artifacts",
    "__pycache__",
    "node_modules",
}


@cache
def repository_files() -> tuple[Path, ...]:
    """Tracked and new files, without the ignored; from the folder itself where it is no git checkout."""
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\0")
        found = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [p for p in ROOT.rglob("*") if not is_ignored(p)]
    return tuple(sorted(path for path in set(found) if path.is_file()))


def is_ignored(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(p in IGNORED or p.endswith((".egg-info", "_cache")) for p in parts) or path.name == "uv.lock"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def our_files(*suffixes: str) -> list[Path]:
    return [p for p in repository_files() if p.suffix in suffixes and not name_of(p).startswith(NOT_OURS)]


def text_of(path: Path) -> str | None:
    """The file's text, or None where it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def prose_of(markdown: str) -> str:
    """A Markdown text without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)


def table_rows(markdown: str) -> list[list[str]]:
    """The cells of every table row in a Markdown text, without the lines under the headings."""
    rows = [line for line in markdown.splitlines() if line.startswith("|") and set(line) - set("|-: ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]
