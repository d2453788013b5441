"""`python -m benchmarks [group …]`: run each group's `run()` and report; no group's failure hides the others.

A group is a module beside this one with `run() -> list[dict]`, whose rows have the keys of `report.KEYS`.
What groups share is in modules whose names begin with an underscore.
Exit code 1 where a group failed. An aim that is not met is no failure: it stays in the table.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import report
from web.config import load_config

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
NOT_GROUPS = {"report"}


def find_groups(folder: Path) -> list[str]:
    """Return the names of the group modules in `folder`, sorted."""
    names = (path.stem for path in folder.glob("*.py"))
    return sorted(name for name in names if not name.startswith("_") and name not in NOT_GROUPS)


def run_module(group: str) -> Iterable[report.Row]:
    """Import and run one group; only now, so that a broken import fails that group alone."""
    rows: Iterable[report.Row] = importlib.import_module(f"benchmarks.{group}").run()
    return rows


def measure(
    groups: Sequence[str], run: Callable[[str], Iterable[report.Row]] = run_module
) -> tuple[list[report.Row], dict[str, str]]:
    """Return the rows of all groups, and for each group that failed the kind of its error."""
    rows: list[report.Row] = []
    errors: dict[str, str] = {}
    for group in groups:
        print(f"{group} …", file=sys.stderr, flush=True)
        try:
            rows += report.check_rows(group, run(group))
        except Exception as error:  # noqa: BLE001 — whatever it is, the other groups are still worth measuring
            traceback.print_exc()
            errors[group] = type(error).__name__
    return rows, errors


def main(arguments: Sequence[str]) -> int:
    """Measure the named groups, or all; print and write what came out. Returns the exit code."""
    known = find_groups(HERE)
    if unknown := sorted(set(arguments) - set(known)):
        print(f"no such group: {', '.join(unknown)} (there are: {', '.join(known)})", file=sys.stderr)
        return 2
    rows, errors = measure(list(arguments) or known)
    report.print_rows(rows, Console())
    for group, error in errors.items():
        print(f"{group} failed: {error}", file=sys.stderr)
    command = f"make bench GROUP={' '.join(arguments)}" if arguments else "make bench"
    report.write_files(
        rows, errors, data=load_config().data, page=PAGE, command=command, on=datetime.now(UTC).date()
    )
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
